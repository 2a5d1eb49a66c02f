/** Cracks and voids inside particles, from grey levels. */
import {
  assertSameGrid,
  createTable,
  DataError,
  type Image,
  type OnGridOf,
  onGridOf,
  type Table,
} from "../core/mod.ts";
import {
  dilation,
  distanceTransform,
  type FilterOptions,
  type GreyLevels,
  labelsOf,
} from "../image/mod.ts";

/** Result of {@linkcode measureDamage}. */
export interface Damage<I extends Image> {
  /** 1 in cracks and voids of particles, 0 elsewhere. */
  mask: OnGridOf<I, Uint8Array>;
  /**
   * One row per label: `label`, `Damage` (share of the particle in the mask),
   * `DamageSubvoxel` (sub-voxel estimate, slightly negative where noise
   * outweighs it), `solid` (grey level of the solid).
   */
  particles: Table;
  /** Grey level of an empty voxel. */
  voidLevel: number;
}

/** Way from an outline or a crack beyond which its blur does not reach, in micrometres. */
const reach_um = 0.5;

/** Half-width from which a void is as dark as it gets, in micrometres and in voxels. */
const wideVoid_um = 0.3, wideVoid_voxels = 1.5;

/** Share of the solid level below which a voxel may hold part of a thin crack, so that its surroundings are not sound. */
const dimShare = 0.55;

/** Voxels that a level needs to be measured on. */
const enoughVoxels = 50;

/** Number of depth classes of the grey-level profile below an outline. */
const profileClasses = 8;

/**
 * Cracks and voids inside each particle, and their share of it.
 *
 * Each particle has its own solid level, the median where neither outline nor
 * crack is within reach of the blur, so that shading does not count as damage.
 * The void level is that of the widest voids of the image. A voxel belongs to
 * the mask if it is darker than half-way between both. Near the outline, where
 * the blur mixes in what surrounds the particle, the solid level is lowered by
 * the profile that sound parts of all particles have there.
 *
 * The sub-voxel estimate takes the missing brightness of every voxel as the
 * share of it that is empty, and so counts cracks thinner than a voxel. It is
 * linear in the grey levels, so that noise does not bias it. The thresholded
 * share misses cracks thinner than the blur.
 *
 * @param image Grey levels; solid is bright.
 * @param labels Particles, cracks and voids included.
 * @param options Number of workers.
 * @throws {RangeError} If the grids differ or there is no label.
 * @throws {DataError} If too few voxels lie below the outlines or away from
 * cracks, or a particle is not brighter than the voids.
 */
export async function measureDamage<I extends Image<GreyLevels>>(
  image: I,
  labels: Image<Uint32Array>,
  options: FilterOptions = {},
): Promise<Damage<I>> {
  assertSameGrid(image, labels, ["the image", "the labels"]);
  const label = labelsOf(labels);
  if (label.length === 0) {
    throw new RangeError(
      "Cannot measure damage as there must be at least one label: current value is 0",
    );
  }
  const rowOf = new Int32Array(label[label.length - 1]! + 1).fill(-1);
  label.forEach((value, row) => rowOf[value] = row);
  const particles = { data: labels.data, rowOf, rows: label.length };

  const depth = await depthOf(labels, options);
  const rough = mediansOf(image.data, label.length, (i) => rowAt(particles, i));
  const floor = darkest(image.data, particles, depth);
  const dark = darkVoxels(image, particles, rough, floor, 0.5);
  const voidLevel = await voidLevelOf(image, dark, depth, floor, options);
  const dim = darkVoxels(image, particles, rough, voidLevel, dimShare);
  const sound = await soundVoxels(dim, options);
  const solid = solidLevels(image.data, particles, depth, sound);
  for (const [row, level] of solid.entries()) {
    if (level > voidLevel) continue;
    throw new DataError(
      `Cannot measure damage as solid must be brighter than voids, ${voidLevel}: current value is ${level}`,
      { label: label[row]! },
    );
  }
  const profile = profileOf(
    image.data,
    particles,
    depth,
    sound,
    solid,
    voidLevel,
  );

  const mask = new Uint8Array(labels.data.length);
  const count = new Float64Array(label.length);
  const empties = new Float64Array(label.length);
  const missing = new Float64Array(label.length);
  for (let i = 0; i < mask.length; i++) {
    if (labels.data[i] === 0) continue;
    const row = rowOf[labels.data[i]!]!;
    const full = (solid[row]! - voidLevel) * profile[depthClass(depth[i]!)]!;
    const empty = 1 - (image.data[i]! - voidLevel) / full;
    count[row]! += 1;
    missing[row]! += empty;
    if (empty > 0.5) {
      mask[i] = 1;
      empties[row]! += 1;
    }
  }
  return {
    mask: onGridOf(image, mask),
    voidLevel,
    particles: createTable([
      { id: "label", unit: "", values: Float64Array.from(label) },
      { id: "Damage", unit: "", values: empties.map((n, i) => n / count[i]!) },
      {
        id: "DamageSubvoxel",
        unit: "",
        values: missing.map((n, i) => n / count[i]!),
      },
      { id: "solid", unit: "", values: solid },
    ]),
  };
}

/** Labels with a row for each. */
interface Particles {
  data: Uint32Array;
  rowOf: Int32Array;
  rows: number;
}

/** Depth of each voxel below the outline of its particle, in micrometres. */
async function depthOf(
  labels: Image<Uint32Array>,
  options: FilterOptions,
): Promise<Float32Array> {
  // Contacts of particles are no outlines: solid is on both sides.
  const inside = new Uint8Array(labels.data.length);
  for (let i = 0; i < inside.length; i++) inside[i] = labels.data[i] ? 1 : 0;
  const mask: Image<Uint8Array> = onGridOf(labels, inside);
  const { data } = await distanceTransform(mask, {
    ...options,
    limit_um: 2 * reach_um,
  });
  return data;
}

function depthClass(depth_um: number): number {
  return Math.min(
    profileClasses,
    Math.floor(depth_um / reach_um * profileClasses),
  );
}

/** Grey level that one voxel in two thousand below the rims undercuts. */
function darkest(
  levels: GreyLevels,
  particles: Particles,
  depth: Float32Array,
): number {
  const deep = (i: number) => particles.data[i] !== 0 && depth[i]! > reach_um;
  let count = 0;
  for (let i = 0; i < levels.length; i++) if (deep(i)) count++;
  if (count < enoughVoxels) {
    throw new DataError(
      `Cannot measure damage as particles must hold at least ${enoughVoxels} voxels ${reach_um} um below their outlines: current value is ${count}`,
    );
  }
  const sorted = new Float32Array(count);
  for (let i = 0, to = 0; i < levels.length; i++) {
    if (deep(i)) sorted[to++] = levels[i]!;
  }
  return sorted.sort()[Math.floor(count / 2000)]!;
}

/** 1 where a voxel of a particle is darker than a share of the way from the floor to the particle's median. */
function darkVoxels(
  image: Image<GreyLevels>,
  particles: Particles,
  rough: Float64Array,
  floor: number,
  share: number,
): Image<Uint8Array> {
  const dark = new Uint8Array(image.data.length);
  for (let i = 0; i < dark.length; i++) {
    const row = rowAt(particles, i);
    if (row < 0) continue;
    const bound = floor + share * (rough[row]! - floor);
    if (image.data[i]! < bound) dark[i] = 1;
  }
  return onGridOf(image, dark);
}

/** Median of the inside of wide voids, or the floor where no void is wide. */
async function voidLevelOf(
  image: Image<GreyLevels>,
  dark: Image<Uint8Array>,
  depth: Float32Array,
  floor: number,
  options: FilterOptions,
): Promise<number> {
  const { data: width } = await distanceTransform(dark, options);
  const wide = Math.max(
    wideVoid_um,
    wideVoid_voxels * Math.max(...image.spacing_um),
  );
  const inside = (i: number) => width[i]! >= wide && depth[i]! > reach_um;
  let count = 0;
  for (let i = 0; i < width.length; i++) if (inside(i)) count++;
  if (count < enoughVoxels) return floor;
  return mediansOf(image.data, 1, (i) => inside(i) ? 0 : -1)[0]!;
}

/** 1 where no dim voxel is within reach of the blur. */
async function soundVoxels(
  dark: Image<Uint8Array>,
  options: FilterOptions,
): Promise<Uint8Array> {
  return (await dilation(dark, reach_um, options)).data.map((near) => 1 - near);
}

/** Median of the sound core of each particle, or that of all where a particle has none. */
function solidLevels(
  levels: GreyLevels,
  particles: Particles,
  depth: Float32Array,
  sound: Uint8Array,
): Float64Array {
  const counts = new Float64Array(particles.rows);
  const coreRow = (i: number) =>
    sound[i] === 1 && depth[i]! > reach_um ? rowAt(particles, i) : -1;
  for (let i = 0; i < levels.length; i++) {
    const row = coreRow(i);
    if (row >= 0) counts[row]! += 1;
  }
  const solid = mediansOf(levels, particles.rows, coreRow);
  const measured = solid.filter((_, row) => counts[row]! >= enoughVoxels);
  if (measured.length === 0) {
    throw new DataError(
      `Cannot measure damage as a particle must have at least ${enoughVoxels} sound voxels ${reach_um} um from outlines and cracks: current largest number is ${
        counts.reduce((a, b) => Math.max(a, b), 0)
      }`,
    );
  }
  const typical = median(measured);
  return solid.map((level, row) =>
    counts[row]! >= enoughVoxels ? level : typical
  );
}

/** Brightness of sound solid by depth class, as a share of that of the core. */
function profileOf(
  levels: GreyLevels,
  particles: Particles,
  depth: Float32Array,
  sound: Uint8Array,
  solid: Float64Array,
  voidLevel: number,
): Float64Array {
  const sums = new Float64Array(profileClasses + 1);
  const counts = new Float64Array(profileClasses + 1);
  for (let i = 0; i < levels.length; i++) {
    const row = rowAt(particles, i);
    if (row < 0 || sound[i] === 0) continue;
    const c = depthClass(depth[i]!);
    sums[c]! += (levels[i]! - voidLevel) / (solid[row]! - voidLevel);
    counts[c]! += 1;
  }
  return sums.map((sum, c) => counts[c] === 0 ? 1 : sum / counts[c]!);
}

function rowAt({ data, rowOf }: Particles, i: number): number {
  return data[i] === 0 ? -1 : rowOf[data[i]!]!;
}

/** Median of the levels of each class; NaN for a class without voxels; `classOf` gives -1 for voxels in none. */
function mediansOf(
  levels: GreyLevels,
  classes: number,
  classOf: (i: number) => number,
): Float64Array {
  const counts = new Float64Array(classes + 1);
  for (let i = 0; i < levels.length; i++) {
    const c = classOf(i);
    if (c >= 0) counts[c + 1]! += 1;
  }
  for (let c = 0; c < classes; c++) counts[c + 1]! += counts[c]!;
  const sorted = new Float32Array(counts[classes]!);
  const next = counts.slice();
  for (let i = 0; i < levels.length; i++) {
    const c = classOf(i);
    if (c >= 0) sorted[next[c]!++] = levels[i]!;
  }
  return Float64Array.from({ length: classes }, (_, c) => {
    return median(sorted.subarray(counts[c]!, counts[c + 1]!));
  });
}

function median(values: ArrayLike<number>): number {
  const sorted = Float32Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
