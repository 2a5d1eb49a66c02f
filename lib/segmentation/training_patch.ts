/** Patches that a star-convex network is trained on: cut at random and varied. */
import { createSlice, Random } from "../core/mod.ts";
import { cellSize } from "./star_network.ts";
import { rayCount, starDistances } from "./star_rays.ts";
import type { TrainingSet } from "./training_set.ts";

/** Edge of a patch in input pixels. */
export const patchSize = 96;

/** Output cells along the edge of a patch. */
export const patchCells = patchSize / cellSize;

/** Labels are known so far around a patch, in pixels: outlines may end outside. */
const margin = 48;

/** What the network should say about a patch. */
export interface TrainingPatch {
  /** Grey levels, {@linkcode patchSize} by {@linkcode patchSize}. */
  greyLevels: Float32Array;
  /** Object probability of each cell. */
  objectness: Float32Array;
  /** Distances along the rays of each cell, in input pixels; 0 outside particles. */
  distances: Float32Array;
}

/**
 * A patch at a random place of a random slice, turned, mirrored and, every
 * second one, scaled, with grey levels varied in contrast, brightness, shading,
 * sharpness, noise and field of view.
 *
 * @param set Slices.
 * @param random Where it is cut and how it is varied.
 */
export function trainingPatch(set: TrainingSet, random: Random): TrainingPatch {
  const cut = cutPatch(set, random);
  const image = varied(cut.greyLevels, random);
  limitView(image, cut.labels, cut.objectness, random);
  const distances = new Float32Array(patchCells ** 2 * rayCount);
  const objectness = new Float32Array(patchCells ** 2);
  const size = patchSize + 2 * margin;
  const labels = createSlice(cut.labels, [size, size], [1, 1]);
  for (let i = 0, cell = 0; i < patchCells; i++) {
    for (let j = 0; j < patchCells; j++, cell++) {
      const y = margin + cellSize * i, x = margin + cellSize * j;
      if (cut.labels[y * size + x] === 0) continue;
      objectness[cell] = cut.objectness[cellSize * (i * patchSize + j)]!;
      starDistances(labels, y, x, distances, cell * rayCount);
    }
  }
  return { greyLevels: image, objectness, distances };
}

/** A patch with its labels in a wider window. */
interface CutPatch {
  greyLevels: Float32Array;
  objectness: Float32Array;
  labels: Uint32Array;
}

function cutPatch(set: TrainingSet, random: Random): CutPatch {
  const slice = random.index(set.starts.length);
  const start = set.starts[slice]!;
  const height = set.heights[slice]!, width = set.widths[slice]!;
  const toSlice = placement(height, width, random);
  const size = patchSize + 2 * margin;
  const labels = new Uint32Array(size * size);
  for (let r = 0, i = 0; r < size; r++) {
    for (let c = 0; c < size; c++, i++) {
      const [y, x] = toSlice(r - margin, c - margin);
      const row = Math.round(y), column = Math.round(x);
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      if (inside) labels[i] = set.labels[start + row * width + column]!;
    }
  }
  const greyLevels = new Float32Array(patchSize ** 2);
  const objectness = new Float32Array(patchSize ** 2);
  for (let r = 0, i = 0; r < patchSize; r++) {
    for (let c = 0; c < patchSize; c++, i++) {
      const [y, x] = toSlice(r, c);
      const top = Math.min(height - 2, Math.max(0, Math.floor(y)));
      const left = Math.min(width - 2, Math.max(0, Math.floor(x)));
      const down = Math.min(1, Math.max(0, y - top));
      const right = Math.min(1, Math.max(0, x - left));
      const at = start + top * width + left;
      const mix = (values: Float32Array) =>
        (1 - down) * ((1 - right) * values[at]! + right * values[at + 1]!) +
        down * ((1 - right) * values[at + width]! +
            right * values[at + width + 1]!);
      greyLevels[i] = mix(set.greyLevels);
      objectness[i] = mix(set.objectness);
    }
  }
  return { greyLevels, objectness, labels };
}

/** A map from pixels of the patch to those of the slice. */
function placement(
  height: number,
  width: number,
  random: Random,
): (r: number, c: number) => [number, number] {
  // Half of the patches keep their pixels, so that their noise stays as sharp as it is.
  const free = random.uniform() < 0.5;
  const quarter = Math.PI / 2 * random.index(4);
  const angle = free ? random.between(0, 2 * Math.PI) : quarter;
  const scale = free ? Math.exp(random.between(-0.25, 0.25)) : 1;
  const mirrored = random.uniform() < 0.5 ? -1 : 1;
  const cos = scale * Math.cos(angle), sin = scale * Math.sin(angle);
  const half = (patchSize - 1) / 2;
  const middle = (length: number) =>
    length <= patchSize
      ? (length - 1) / 2
      : random.index(length - patchSize + 1) + half;
  const y0 = middle(height), x0 = middle(width);
  return (r, c) => {
    const v = r - half, u = mirrored * (c - half);
    return [y0 + cos * v - sin * u, x0 + sin * v + cos * u];
  };
}

function varied(greyLevels: Float32Array, random: Random): Float32Array {
  const gain = random.between(0.7, 1.4), offset = 0.25 * random.normal();
  const noise = random.between(0, 0.28);
  const shading = coarseField(random);
  const shadingAmplitude = random.uniform() < 0.5 ? random.between(0, 0.45) : 0;
  let image = greyLevels;
  if (random.uniform() < 0.4) image = blurred(image, random.between(0.3, 1));
  if (random.uniform() < 0.15) image = partlyBlurred(image, random);
  return image.map((level, i) =>
    gain * level + offset + shadingAmplitude * shading[i]! +
    noise * random.normal()
  );
}

/** Blurs one side of the patch and takes contrast from it, as out of focus. */
function partlyBlurred(image: Float32Array, random: Random): Float32Array {
  const soft = blurred(image, random.between(1, 3));
  const contrast = random.between(0.3, 1);
  const share = acrossEdge(random, patchSize / 4);
  return image.map((level, i) =>
    level + share(i) * (contrast * soft[i]! - level)
  );
}

/** Hides what lies beyond an edge, as outside the field of view of a scan. */
function limitView(
  image: Float32Array,
  labels: Uint32Array,
  objectness: Float32Array,
  random: Random,
): void {
  const hidden = acrossEdge(random, 0.01);
  const level = random.between(-1.5, 0.8);
  if (random.uniform() >= 0.1) return;
  const size = patchSize + 2 * margin;
  for (let r = 0, i = 0; r < size; r++) {
    for (let c = 0; c < size; c++, i++) {
      if (hidden((r - margin) * patchSize + c - margin, c - margin) > 0.5) {
        labels[i] = 0;
      }
    }
  }
  for (let i = 0; i < image.length; i++) {
    if (hidden(i) <= 0.5) continue;
    image[i] = level;
    objectness[i] = 0;
  }
}

/** Rises from 0 to 1 across a straight edge through the patch. */
function acrossEdge(random: Random, width: number) {
  const angle = random.between(0, 2 * Math.PI);
  const sin = Math.sin(angle), cos = Math.cos(angle);
  const place = random.between(-0.5, 0.5) * patchSize;
  return (i: number, column = i % patchSize): number => {
    const y = (i - column) / patchSize - patchSize / 2;
    const x = column - patchSize / 2;
    return Math.min(1, Math.max(0, (sin * y + cos * x - place) / width + 0.5));
  };
}

/** Noise on a grid of 4 by 4, interpolated linearly over the patch. */
function coarseField(random: Random): Float32Array {
  const nodes = Float32Array.from({ length: 16 }, () => random.normal());
  const field = new Float32Array(patchSize ** 2);
  for (let i = 0; i < field.length; i++) {
    const x = 3 * (i % patchSize) / patchSize;
    const y = 3 * Math.floor(i / patchSize) / patchSize;
    const row = Math.floor(y), column = Math.floor(x);
    const down = y - row, right = x - column;
    const at = 4 * row + column;
    field[i] = (1 - down) *
        ((1 - right) * nodes[at]! + right * nodes[at + 1]!) +
      down * ((1 - right) * nodes[at + 4]! + right * nodes[at + 5]!);
  }
  return field;
}

/** Gaussian blur of a patch, its edge pixels repeated. */
function blurred(image: Float32Array, sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from(
    { length: 2 * radius + 1 },
    (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((a, b) => a + b);
  const along = (source: Float32Array, step: number) =>
    source.map((_, i) => {
      const place = Math.floor(i / step) % patchSize;
      let sum = 0;
      for (let k = -radius; k <= radius; k++) {
        const near = Math.min(patchSize - 1, Math.max(0, place + k));
        sum += kernel[k + radius]! * source[i + (near - place) * step]!;
      }
      return sum / total;
    });
  return along(along(image, 1), patchSize);
}
