/** The synthetic electrode: a tomogram whose particles, cracks and law of damage are known. */
import {
  createTable,
  numbers,
  type Progress,
  Random,
  shared,
  silent,
  type Table,
  type Volume,
  WorkerPool,
} from "../core/mod.ts";
import { createVolume, type Labels, type ZYX } from "../core/volume.ts";
import {
  type Cycles,
  type DamageLaw,
  damageLaws,
  lawfulDamage,
  standardise,
} from "./damage_law.ts";
import {
  actingAttributes,
  particleAttributes,
} from "./electrode_attributes.ts";
import type { Cracked, CrackingItem } from "./electrode_cracks.ts";
import type { Appearance, RenderingItem } from "./electrode_grey.ts";
import type { LabellingItem, VoxelGrid } from "./electrode_labels.ts";
import { electrodeParameters, electrodeSizes } from "./electrode_parameters.ts";
import {
  batches,
  type ElectrodeKey,
  makeParticles,
  type Particles,
} from "./electrode_particles.ts";
import { randomWaves, waveField } from "./random_field.ts";

/** What {@linkcode synthesizeElectrode} makes. */
export interface ElectrodeOptions {
  /** State: after 10 or after 50 cycles, which sets the law of damage. */
  cycles: Cycles;
  /** Seed; the same one gives the same bytes. */
  seed: number;
  /** `small` by default: about 400 particles; `paper` has more than 2,000. */
  size?: keyof typeof electrodeSizes;
  /** Extent z, y, x in micrometres, instead of the size's. */
  extent_um?: ZYX;
  /** Edge of the cubic voxels in micrometres, instead of the size's. */
  spacing_um?: number;
  /** Thickness of the bands above and below the electrode in micrometres, 6 by default; 0 looks inside it. */
  band_um?: number;
  /** Departures from the reference image. */
  appearance?: Partial<Appearance>;
  /** Number of workers, by default one per core; the result does not depend on it. */
  workers?: number;
  /** Takes news of the work. */
  progress?: Progress;
}

/** A tomogram with its truth; the images lie in shared memory, so that workers need no copies. */
export interface Electrode {
  /** Grey levels. */
  volume: Volume<Uint8Array>;
  /** True particles, cracks and voids included, numbered from 1. */
  labels: Labels;
  /** 1 in cracks and voids of particles, 0 elsewhere. */
  cracks: Volume<Uint8Array>;
  /** One row per label, in their order; see {@linkcode synthesizeElectrode}. */
  particles: Table;
  /** What it was made with. */
  parameters: {
    cycles: Cycles;
    seed: number;
    extent_um: ZYX;
    spacing_um: number;
    band_um: number;
    appearance: Appearance;
    law: DamageLaw;
  };
}

/**
 * Makes an electrode of LiNi0.8Mn0.1Co0.1O2 particles as X-ray holotomography
 * shows it, with its truth.
 *
 * Rounded, lobed particles and fragments are packed without overlap between
 * two bands; central voids, radial cracks and, in severely damaged particles,
 * shattered regions open until each particle has the damage that the law of its
 * state (see {@linkcode damageLaws}) gives it. Carbon and binder, point spread,
 * correlated noise, streaks and shading follow measured slices (see
 * `electrode_parameters.ts`). The mean damage is the law's, 0.09 and 0.13, with
 * central voids; the measured sections had 0.05 to 0.07.
 *
 * Columns of `particles`: `label`; `border` (1 if it touches a face of the
 * volume); `radius`, `axisLong`, `axisMid`, `axisShort` and the long axis
 * `axisZ, axisY, axisX`; the attributes of Table S1 of the paper, computed from
 * the outlines and from the complete neighbourhood, also beyond the field of
 * view (see `electrode_attributes.ts`); `VolumeVoxels`, the volume of the label;
 * `DamageIntended` by the law, `Damage`, the share of the label's voxels that
 * are in cracks and voids, which meets it to one voxel, and `severe` (1 from
 * 0.18 on, in both states).
 *
 * Size `small` takes seconds; `paper` (90 million voxels) about a minute and
 * 2 GB on two cores. Voxels larger than 0.5 um hardly resolve cracks.
 *
 * @throws {RangeError} If cycles, size, extent, spacing, bands or appearance
 * are out of range, or the seed is not a whole number.
 *
 * @example A corner of an electrode
 * ```ts
 * import assert from "node:assert/strict";
 * import { synthesizeElectrode } from "./electrode.ts";
 *
 * const { labels, particles } = await synthesizeElectrode({
 *   cycles: 10,
 *   seed: 1,
 *   extent_um: [16, 16, 16],
 *   spacing_um: 0.5,
 *   band_um: 0,
 * });
 * assert.deepEqual(labels.shape, [32, 32, 32]);
 * assert.equal(labels.data.reduce((a, b) => Math.max(a, b), 0), particles.rows);
 * ```
 */
export async function synthesizeElectrode(
  options: ElectrodeOptions,
): Promise<Electrode> {
  const settings = settle(options);
  const { cycles, seed, extent_um, spacing_um, band_um, appearance } = settings;
  const progress = options.progress ?? silent;
  const key: ElectrodeKey = { cycles, seed };
  const grid: VoxelGrid = {
    depth: Math.round(extent_um[0] / spacing_um),
    height: Math.round(extent_um[1] / spacing_um),
    width: Math.round(extent_um[2] / spacing_um),
    spacing_um,
  };
  const size = grid.depth * grid.height * grid.width;
  const workerCount = options.workers;
  using pool = workerCount === undefined
    ? new WorkerPool()
    : new WorkerPool(workerCount);

  const particles = await makeParticles(
    key,
    extent_um,
    band_um,
    pool,
    progress,
  );
  const attributes = await particleAttributes(particles, pool, progress);
  const law = damageLaws[cycles];
  const damage = lawfulDamage(
    actingAttributes(particles, attributes),
    law,
    residuals(key, law, particles),
  );

  const candidates = visible(particles, grid);
  const labels = shared(Uint32Array, size), solid = shared(Uint8Array, size);
  const labelOf = new Uint32Array(particles.count);
  for (const [n, p] of candidates.entries()) labelOf[p] = n + 1;
  const layers = batches(
    grid.depth,
    Math.max(8, Math.floor(4e6 / (grid.height * grid.width))),
  );
  await pool.map(
    {
      module: new URL("./electrode_labels.ts", import.meta.url),
      name: "labelLayers",
    },
    layers.map(([from, to]): LabellingItem => ({
      particles,
      grid,
      labelOf,
      labels,
      solid,
      from,
      to,
    })),
    { progress, step: "labelling voxels" },
  );
  const seen = renumber(labels, candidates, labelOf);

  const open = shared(Uint8Array, size);
  const cracked = await pool.map<CrackingItem, Cracked[]>(
    {
      module: new URL("./electrode_cracks.ts", import.meta.url),
      name: "crackParticles",
    },
    batches(seen.length, 8).map(([from, to]) => ({
      key,
      particles,
      grid,
      labelOf,
      damage,
      labels,
      open,
      chosen: seen.slice(from, to),
    })),
    { progress, step: "opening cracks" },
  );

  const image = shared(Uint8Array, size);
  const byLabel = (values: Float64Array) =>
    Float64Array.from([0, ...Array.from(seen, (p) => values[p]!)]);
  await pool.map(
    {
      module: new URL("./electrode_grey.ts", import.meta.url),
      name: "renderLayers",
    },
    layers.map(([from, to]): RenderingItem => ({
      key,
      grid,
      slab_um: particles.slab_um,
      appearance,
      greyLevel: byLabel(particles.greyLevel),
      texture: byLabel(particles.texture),
      labels,
      solid,
      open,
      image,
      from,
      to,
    })),
    { progress, step: "rendering grey levels" },
  );
  for (let v = 0; v < size; v++) open[v] = open[v]! >> 7;

  const shape: ZYX = [grid.depth, grid.height, grid.width];
  const spacing: ZYX = [spacing_um, spacing_um, spacing_um];
  return {
    volume: createVolume(image, shape, spacing),
    labels: createVolume(labels, shape, spacing),
    cracks: createVolume(open, shape, spacing),
    particles: truth(
      particles,
      attributes,
      damage,
      seen,
      cracked.flat(),
      bordering(labels, grid, seen.length),
      spacing_um,
    ),
    parameters: { ...settings, law },
  };
}

function settle(options: ElectrodeOptions) {
  const { cycles, seed, size = "small", band_um = 6 } = options;
  if (cycles !== 10 && cycles !== 50) {
    throw new RangeError(
      `Cannot make an electrode as its cycles must be 10 or 50: current value is ${cycles}`,
    );
  }
  if (!Object.hasOwn(electrodeSizes, size)) {
    throw new RangeError(
      `Cannot make an electrode as its size must be small or paper: current value is ${size}`,
    );
  }
  const { extent_um = electrodeSizes[size].extent_um } = options;
  const { spacing_um = electrodeSizes[size].spacing_um } = options;
  if (!(spacing_um > 0 && spacing_um <= 2)) {
    throw new RangeError(
      `Cannot make an electrode as its voxels must be above 0 and at most 2 um: current value is ${spacing_um}`,
    );
  }
  if (
    extent_um.length !== 3 ||
    !extent_um.every((length) => length >= 4 * spacing_um && length <= 2000)
  ) {
    throw new RangeError(
      `Cannot make an electrode as its extent must be three lengths from 4 voxels to 2000 um: current value is [${
        extent_um.join(", ")
      }]`,
    );
  }
  // Particles of 15 um must fit between the bands.
  if (!(band_um === 0 || band_um > 0 && extent_um[0] - 2 * band_um >= 20)) {
    throw new RangeError(
      `Cannot make an electrode as its bands must be 0 or leave at least 20 um between them: current value is ${band_um}`,
    );
  }
  const appearance: Appearance = {
    gain: 1,
    gamma: 1,
    noise: 1,
    blur_um: electrodeParameters.grey.blur_um,
    ...options.appearance,
  };
  for (const [name, value] of Object.entries(appearance)) {
    const positive = name === "gain" || name === "gamma";
    if (!(value >= 0 && value <= 10) || positive && value === 0) {
      throw new RangeError(
        `Cannot make an electrode as its ${name} must be ${
          positive ? "above" : "at least"
        } 0 and at most 10: current value is ${value}`,
      );
    }
  }
  return { cycles, seed, extent_um, spacing_um, band_um, appearance };
}

/**
 * What the law leaves open, with mean 0 and standard deviation 1. It is skewed:
 * few particles are much more damaged than they should be; where it has a
 * wavelength, they are neighbours.
 */
function residuals(
  { seed, cycles }: ElectrodeKey,
  { residual: { wavelengths_um } }: DamageLaw,
  { count, centre_um }: Particles,
): Float64Array {
  const random = new Random(seed, "electrode", cycles, "residual");
  const waves = wavelengths_um && randomWaves(random, 32, ...wavelengths_um);
  const normal = Float64Array.from(
    { length: count },
    (_, p) =>
      waves
        ? waveField(
          waves,
          centre_um[3 * p]!,
          centre_um[3 * p + 1]!,
          centre_um[3 * p + 2]!,
        )
        : random.normal(),
  );
  return standardise(normal.map((value) => Math.exp(value)));
}

/** Particles whose reach touches the field of view. */
function visible(
  { count, centre_um, reach_um }: Particles,
  { depth, height, width, spacing_um }: VoxelGrid,
): number[] {
  const extent = [depth, height, width].map((n) => n * spacing_um);
  return Array.from({ length: count }, (_, p) => p).filter((p) =>
    extent.every((length, axis) => {
      const centre = centre_um[3 * p + axis]!;
      return centre + reach_um[p]! > 0 && centre - reach_um[p]! < length;
    })
  );
}

/** Makes labels consecutive where a particle got no voxel; returns the particles left. */
function renumber(
  labels: Uint32Array,
  candidates: readonly number[],
  labelOf: Uint32Array,
): Uint32Array {
  const present = new Uint8Array(candidates.length + 1);
  for (const label of labels) present[label] = 1;
  const renamed = new Uint32Array(present.length);
  const seen: number[] = [];
  for (const [n, p] of candidates.entries()) {
    renamed[n + 1] = present[n + 1] ? seen.push(p) : 0;
    labelOf[p] = renamed[n + 1]!;
  }
  for (let v = 0; v < labels.length; v++) labels[v] = renamed[labels[v]!]!;
  return Uint32Array.from(seen);
}

/** 1 for labels on a face of the volume, from label 1 on. */
function bordering(
  labels: Uint32Array,
  { depth, height, width }: VoxelGrid,
  count: number,
): Float64Array {
  const border = new Float64Array(count + 1);
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * height + y) * width;
      const face = z === 0 || z === depth - 1 || y === 0 || y === height - 1;
      for (let x = 0; x < width; x += face ? 1 : Math.max(1, width - 1)) {
        border[labels[row + x]!] = 1;
      }
    }
  }
  return border.subarray(1);
}

/** The table of the particles seen, in the order of their labels. */
function truth(
  particles: Particles,
  attributes: Table,
  damage: Float64Array,
  seen: Uint32Array,
  cracked: readonly Cracked[],
  border: Float64Array,
  spacing_um: number,
): Table {
  const pick = (values: Float64Array, step = 1, offset = 0) =>
    Float64Array.from(seen, (p) => values[step * p + offset]!);
  const column = (id: string, unit: string, values: Float64Array) => ({
    id,
    unit,
    values,
  });
  const realised = Float64Array.from(cracked, (c) => c.open / c.voxels);
  const { severe } = electrodeParameters.damage;
  return createTable([
    column("label", "", Float64Array.from(seen, (_, n) => n + 1)),
    column("border", "", border),
    column("radius", "um", pick(particles.radius_um)),
    column("axisLong", "um", pick(particles.semiAxes_um, 3, 0)),
    column("axisMid", "um", pick(particles.semiAxes_um, 3, 1)),
    column("axisShort", "um", pick(particles.semiAxes_um, 3, 2)),
    column("axisZ", "", pick(particles.longAxis, 3, 0)),
    column("axisY", "", pick(particles.longAxis, 3, 1)),
    column("axisX", "", pick(particles.longAxis, 3, 2)),
    ...attributes.columns.map(({ id, unit }) =>
      column(id, unit, pick(numbers(attributes, id)))
    ),
    column(
      "VolumeVoxels",
      "um^3",
      Float64Array.from(cracked, (c) => c.voxels * spacing_um ** 3),
    ),
    column("DamageIntended", "", pick(damage)),
    column("Damage", "", realised),
    column("severe", "", realised.map((d) => d >= severe ? 1 : 0)),
  ]);
}
