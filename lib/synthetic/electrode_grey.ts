/** Grey levels of the synthetic electrode, as a tomograph would show it. */
import type { VoxelGrid } from "./electrode_labels.ts";
import { electrodeParameters } from "./electrode_parameters.ts";
import type { ElectrodeKey } from "./electrode_particles.ts";
import { fieldSeed, gridField, type Layers } from "./random_field.ts";

/** How the image departs from the reference: for training and for robustness runs. */
export interface Appearance {
  /** Factor on the contrast about grey level 128; 1 leaves it. */
  readonly gain: number;
  /** Exponent on grey levels from 0 to 1; 1 leaves them, less brightens. */
  readonly gamma: number;
  /** Factor on noise, streaks and shading; 0 for none. */
  readonly noise: number;
  /** Standard deviation of the point spread function in micrometres. */
  readonly blur_um: number;
}

/** Item of {@linkcode renderLayers}. */
export interface RenderingItem {
  key: ElectrodeKey;
  grid: VoxelGrid;
  /** Thickness of the electrode: from, to in micrometres; beyond lie the bands. */
  slab_um: readonly [number, number];
  appearance: Appearance;
  /** Grey level and grain contrast of the solid, by label. */
  greyLevel: Float64Array;
  texture: Float64Array;
  labels: Uint32Array;
  solid: Uint8Array;
  open: Uint8Array;
  /** Whole volume over shared memory, to be filled. */
  image: Uint8Array;
  from: number;
  to: number;
}

/** Renders the layers `from` to before `to`; runs in workers. */
export function renderLayers(item: RenderingItem): void {
  const { grid, appearance, image, from, to } = item;
  const { height, width, spacing_um } = grid;
  const layer = height * width;
  const kernel = gaussian(appearance.blur_um / spacing_um);
  const margin = (kernel.length - 1) / 2;
  const sharp = sharpImage(item, {
    height,
    width,
    spacing_um,
    from: from - margin,
    to: to + margin,
  });
  const blurred = blur(sharp, kernel, height, width);
  const layers = { height, width, spacing_um, from, to };
  for (const name of ["noise", "streaks", "shading"] as const) {
    const { sd } = electrodeParameters.fields[name];
    const field = fieldOf(item.key, name, layers);
    for (let i = 0; i < field.length; i++) {
      blurred[i]! += appearance.noise * sd * field[i]!;
    }
  }
  const { gain, gamma } = appearance;
  for (let i = 0, v = from * layer; i < blurred.length; i++, v++) {
    let level = Math.min(255, Math.max(0, 128 + gain * (blurred[i]! - 128)));
    if (gamma !== 1) level = 255 * (level / 255) ** gamma;
    image[v] = Math.round(level);
  }
}

function fieldOf(
  key: ElectrodeKey,
  name: keyof typeof electrodeParameters.fields,
  layers: Layers,
): Float32Array {
  return gridField({
    filter_um: electrodeParameters.fields[name].filter_um,
    seed: fieldSeed(key.seed, "electrode", key.cycles, "grey", name),
  }, layers);
}

/** Grey levels before blur and noise; beyond the volume its outermost layers go on. */
function sharpImage(
  { key, grid, slab_um, greyLevel, texture, labels, solid, open }:
    RenderingItem,
  layers: Layers,
): Float32Array {
  const { grey, fields } = electrodeParameters;
  const { debris } = grey;
  const { height, width, spacing_um: h, from, to } = layers;
  const layer = height * width;
  const binder = fieldOf(key, "binder", layers);
  const grain = fieldOf(key, "grain", layers);
  const specks = fieldOf(key, "specks", layers);
  const clusters = fieldOf(key, "clusters", layers);
  const sharp = new Float32Array((to - from) * layer);
  for (let k = from, i = 0; k < to; k++) {
    const z = (Math.min(grid.depth - 1, Math.max(0, k)) + 0.5) * h;
    const source = Math.min(grid.depth - 1, Math.max(0, k)) * layer;
    for (let j = 0; j < layer; j++, i++) {
      const v = source + j, label = labels[v]!;
      // The surface of a band is as wavy as the binder is coarse.
      const wave = 0.5 * clusters[i]! - 0.5;
      const inTop = ramp((slab_um[0] - z + wave) / 1.2);
      const inBottom = ramp((z - slab_um[1] + wave) / 1.2);
      const fine = grain[i]!;
      const excess = specks[i]! + debris.weight * clusters[i]! - debris.from;
      const brightness = Math.min(
        debris.most,
        debris.gain * Math.max(0, excess),
      );
      const matrix = grey.matrix + fields.binder.sd * binder[i]! +
        fields.grain.sd * fine + brightness;
      let level = matrix +
        inTop * (grey.top + grey.topSpread * clusters[i]! - matrix) +
        inBottom * (grey.bottom - matrix);
      const filled = solid[v]! / 255;
      if (filled > 0) {
        const inside = label > 0
          ? greyLevel[label]! + texture[label]! * fine
          : grey.solid;
        const hole = label > 0 ? open[v]! / 255 : 0;
        const particle = inside +
          hole * (grey.void + texture[label]! * fine - inside);
        level += filled * (particle - level);
      }
      sharp[i] = level;
    }
  }
  return sharp;
}

function ramp(t: number): number {
  return Math.min(1, Math.max(0, t + 0.5));
}

/** Weights of a Gaussian that sum to 1. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from(
    { length: 2 * radius + 1 },
    (_, i) => sigma > 0 ? Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)) : 1,
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** Blurs along z, which uses up the margin, and along y and x with edges repeated. */
function blur(
  values: Float32Array,
  kernel: Float64Array,
  height: number,
  width: number,
): Float32Array {
  const layer = height * width, margin = (kernel.length - 1) / 2;
  const depth = values.length / layer - 2 * margin;
  const result = new Float32Array(depth * layer);
  const flat = new Float32Array(layer), rows = new Float32Array(layer);
  for (let z = 0; z < depth; z++) {
    flat.fill(0);
    for (let k = 0; k < kernel.length; k++) {
      const from = (z + k) * layer, weight = kernel[k]!;
      for (let i = 0; i < layer; i++) flat[i]! += weight * values[from + i]!;
    }
    rows.fill(0);
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < kernel.length; k++) {
        const near = Math.min(height - 1, Math.max(0, y + k - margin));
        const from = near * width, to = y * width, weight = kernel[k]!;
        for (let x = 0; x < width; x++) {
          rows[to + x]! += weight * flat[from + x]!;
        }
      }
    }
    for (let y = 0, i = z * layer; y < height; y++) {
      const row = y * width;
      for (let x = 0; x < width; x++, i++) {
        let sum = 0;
        for (let k = 0; k < kernel.length; k++) {
          const near = Math.min(width - 1, Math.max(0, x + k - margin));
          sum += kernel[k]! * rows[row + near]!;
        }
        result[i] = sum;
      }
    }
  }
  return result;
}
