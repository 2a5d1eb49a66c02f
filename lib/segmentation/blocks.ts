/** Volumes in blocks that overlap, each worked on by itself. */
import {
  type Box,
  boxShape,
  createVolume,
  cutBox,
  type Labels,
  type Progress,
  shared,
  silent,
  type Volume,
  type VolumeSource,
  type ZYX,
} from "../core/mod.ts";
import {
  ballVoxels,
  type FilterOptions,
  gaussianFilter,
} from "../image/mod.ts";
import { finerLabels } from "./finer_labels.ts";
import type { MarkedLabels } from "./marked_labels.ts";
import { solidMask, type SolidParameters } from "./solid_mask.ts";
import type { GreyStatistics } from "./standardise.ts";
import {
  gaussianReach,
  readGrey,
  type SurveyParameters,
  type VolumeSurvey,
} from "./volume_survey.ts";

/** Blocks begin at multiples of this number of voxels of the working grid, so that a network's cells are the same in all. */
const alignment = 16;

/** Diameter of the largest particle that blocks are sure to hold whole, in micrometres. */
const largestParticle_um = 15;

/** Voxels of the volume that are worked on at once. */
const voxelsAtOnce = 2 ** 25;

/** Standard deviation of the Gaussian that removes noise before outlines are drawn, in micrometres. */
const outlineSmoothing_um = 0.1;

/** How particles of volumes are found. */
export interface VolumeMethod {
  readonly name: string;
  /** Widths for the survey and the mask of the solid, and the diameter of the smallest particle. */
  readonly parameters: SurveyParameters & SolidParameters & {
    readonly smallest_um: number;
  };
  /** All that sets the result, for records and for telling results of other settings apart. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Spacing of the grid on which particles are found, for a volume of a spacing. */
  workingSpacing_um(spacing_um: ZYX): ZYX;
  /** How far the filters of `find` reach, in micrometres. */
  readonly reach_um: number;
  /**
   * Finds the particles in a part of a volume.
   *
   * @param grey Grey levels on the working grid.
   * @param solid Mask of the particles, on the same grid.
   * @param levels Mean and standard deviation of the grey levels of the whole.
   * @param options Workers, progress.
   */
  find(
    grey: Volume<Float32Array>,
    solid: Volume<Uint8Array>,
    levels: GreyStatistics,
    options: BlockOptions,
  ): Promise<MarkedLabels>;
}

/** Choices that do not change the labels of a block. */
export interface BlockOptions extends FilterOptions {
  /** Takes news of the work. */
  progress?: Progress;
}

/** How a volume is cut. */
export interface BlockPlan {
  /** Shape of the volume, and of the working grid. */
  readonly shape: ZYX;
  readonly workingShape: ZYX;
  /** Axis across which it is cut, the longest one: 0, 1, 2 for z, y, x. */
  readonly axis: 0 | 1 | 2;
  /** Where blocks begin, in voxels of the working grid; the last entry is its length. */
  readonly cuts: readonly number[];
  /** The same in voxels of the volume. */
  readonly voxelCuts: readonly number[];
  /** Voxels of the working grid that a block looks beyond its ends. */
  readonly overlap: number;
}

/** A particle as far as it lies in a block. */
export interface BlockParticle {
  /** Index in the working grid of the whole volume of the first voxel of its marker: the same in all blocks. */
  readonly marker: number;
  /** Number of voxels in the block. */
  readonly voxels: number;
  /** Index in the whole volume of its first voxel in the block. */
  readonly first: number;
}

/** Labels of a block, and what is needed to join it to others. */
export interface BlockLabels {
  /** Voxels of the volume that are the block's. */
  readonly box: Box;
  /** Their labels: numbers of `particles` from 1. */
  readonly labels: Labels;
  readonly particles: readonly BlockParticle[];
  /**
   * What the block sees on both sides of the cuts where it begins and ends:
   * markers plus 1, 0 for background, on the voxels of the working grid before
   * and behind the cut, as runs (value, length, value, length, ...); empty where
   * the volume ends.
   */
  readonly seams: readonly [begin: readonly number[], end: readonly number[]];
}

/**
 * Cuts a volume across its longest axis.
 *
 * @param source The volume.
 * @param method Sets the working grid and the overlap.
 * @param workingShape Shape of the working grid.
 * @param blocks Number of blocks.
 * @param overlap_um How far blocks overlap; by default the largest particle and
 * the reach of all filters.
 * @throws {RangeError} If blocks would be shorter than 16 voxels of the working grid.
 */
export function planBlocks(
  { shape, spacing_um }: Pick<VolumeSource, "shape" | "spacing_um">,
  method: VolumeMethod,
  workingShape: ZYX,
  blocks: number,
  overlap_um: number = usualOverlap_um(method),
): BlockPlan {
  const axis = [0, 1, 2].reduce((best, i) =>
    workingShape[i]! > workingShape[best]! ? i : best
  ) as 0 | 1 | 2;
  const length = workingShape[axis], units = Math.ceil(length / alignment);
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > units) {
    throw new RangeError(
      `Cannot cut the volume into blocks as their number must be a whole number from 1 to ${units}, since each must have ${alignment} voxels of the working grid: current value is ${blocks}`,
    );
  }
  const working_um = method.workingSpacing_um(spacing_um)[axis];
  const step = working_um / spacing_um[axis];
  const cuts = Array.from(
    { length: blocks + 1 },
    (_, i) => Math.min(length, Math.round(i * units / blocks) * alignment),
  );
  return {
    shape,
    workingShape,
    axis,
    cuts,
    voxelCuts: cuts.map((cut, i) =>
      i === 0 ? 0 : i === blocks ? shape[axis] : Math.ceil(cut * step - 0.5)
    ),
    overlap: Math.ceil(overlap_um / (working_um * alignment)) * alignment,
  };
}

function usualOverlap_um({ parameters: p, reach_um }: VolumeMethod): number {
  return largestParticle_um + reach_um + 4 * p.smoothing_um +
    2 * p.closing_um + p.largestHole_um;
}

/**
 * Finds the particles of one block.
 *
 * @param source The volume.
 * @param survey Its global values.
 * @param plan How it is cut.
 * @param index Number of the block, from 0.
 * @param method How particles are found.
 * @param options Workers, progress.
 */
export async function segmentBlock(
  source: VolumeSource,
  survey: VolumeSurvey,
  plan: BlockPlan,
  index: number,
  method: VolumeMethod,
  options: BlockOptions = {},
): Promise<BlockLabels> {
  const { progress = silent, ...workers } = options;
  const { axis, cuts, overlap } = plan;
  const seen = boxBetween(
    plan.workingShape,
    axis,
    Math.max(0, cuts[index]! - overlap),
    Math.min(plan.workingShape[axis], cuts[index + 1]! + overlap),
  );
  const grey = cutBox(survey.grey, seen);
  const solid = await solidMask(
    grey,
    survey,
    seen.from,
    method.parameters,
    workers,
  );
  const found = await method.find(grey, solid, survey.levels, options);
  const box = boxBetween(
    plan.shape,
    axis,
    plan.voxelCuts[index]!,
    plan.voxelCuts[index + 1]!,
  );
  const labels = await outlined(
    source,
    survey,
    found.labels,
    seen.from,
    box,
    workers,
    progress,
  );
  const marker = wholeIndex(seen, plan.workingShape);
  const markers = Float64Array.from(
    found.marker,
    (voxel, label) => label === 0 ? -1 : marker(voxel),
  );
  const particles = numbered(labels, box, plan.shape, markers);
  const seam = (at: number) =>
    at === 0 || at === plan.workingShape[axis]
      ? []
      : runsAt(found.labels, axis, at - seen.from[axis]!, markers);
  return {
    box,
    labels,
    particles,
    seams: [seam(cuts[index]!), seam(cuts[index + 1]!)],
  };
}

/** Labels of the voxels in a box, in parts, so that little more than the labels is in memory. */
async function outlined(
  source: VolumeSource,
  survey: VolumeSurvey,
  found: Labels,
  first: readonly number[],
  box: Box,
  workers: FilterOptions,
  progress: Progress,
): Promise<Labels> {
  const shape = boxShape(box), layer = shape[1] * shape[2];
  const result = shared(Uint32Array, shape[0] * layer);
  const margins = source.spacing_um.map((s) =>
    gaussianReach(outlineSmoothing_um, s)
  );
  const atOnce = Math.max(1, Math.floor(voxelsAtOnce / layer));
  const step = "drawing outlines";
  progress(step, 0);
  for (let z = 0; z < shape[0]; z += atOnce) {
    const from = [box.from[0]! + z, box.from[1]!, box.from[2]!];
    const to = [
      Math.min(box.to[0]!, from[0]! + atOnce),
      box.to[1]!,
      box.to[2]!,
    ];
    const around = {
      from: from.map((f, i) => Math.max(0, f - margins[i]!)),
      to: to.map((t, i) => Math.min(source.shape[i]!, t + margins[i]!)),
    };
    const grey = await gaussianFilter(
      await readGrey(source, around.from, around.to),
      outlineSmoothing_um,
      workers,
    );
    await finerLabels(
      found,
      first,
      {
        box: { from, to },
        grey,
        first: around.from,
        result,
        resultFirst: z * layer,
      },
      survey,
      workers,
    );
    progress(step, Math.min(1, (z + atOnce) / shape[0]));
  }
  return createVolume(result, shape, source.spacing_um);
}

/** Renumbers the labels of a block, in place, in the order in which the scan meets them. */
function numbered(
  { data, shape }: Labels,
  box: Box,
  whole: ZYX,
  markers: Float64Array,
): BlockParticle[] {
  const now = new Uint32Array(markers.length);
  const counts: number[] = [], firsts: number[] = [], found: number[] = [];
  const index = wholeIndex(box, whole), width = shape[2];
  for (let row = 0; row < data.length; row += width) {
    for (let i = row; i < row + width;) {
      const label = data[i]!, start = i;
      while (i < row + width && data[i] === label) i++;
      if (label === 0) continue;
      if (now[label] === 0) {
        now[label] = found.push(label);
        firsts.push(index(start));
        counts.push(0);
      }
      counts[now[label]! - 1]! += i - start;
      data.fill(now[label]!, start, i);
    }
  }
  return found.map((label, i) => ({
    marker: markers[label]!,
    voxels: counts[i]!,
    first: firsts[i]!,
  }));
}

/** Labels of a volume that was worked on in blocks. */
export interface JoinedLabels {
  /** Particles from 1 without gaps, in the order in which the scan meets them. */
  readonly labels: Labels;
  /** Number of particles. */
  readonly count: number;
  /** Particles of which the blocks on both sides of a cut see different parts, ascending: they may differ from those of a volume that is not cut. */
  readonly differing: readonly number[];
}

/** A block whose labels are fetched when they are needed. */
export type StoredBlock = Omit<BlockLabels, "labels"> & {
  /** Gives the labels. */
  labels(): Promise<Volume<Uint32Array | Uint16Array>>;
};

/** What {@linkcode joinBlocks} makes of the blocks before it has seen their labels. */
export interface BlockNumbers {
  /** Number of particles of the whole volume. */
  readonly count: number;
  /** Of each block, the number in the whole volume of each of its labels; 0 if the particle is too small. */
  readonly numbers: readonly Uint32Array[];
  readonly differing: readonly number[];
}

/**
 * Numbers the particles of blocks through: particles with the same marker are
 * one; those smaller than a ball are dropped.
 *
 * @param blocks All blocks, in order.
 * @param smallest Least number of voxels of a particle.
 */
export function numberBlocks(
  blocks: readonly Pick<BlockLabels, "particles" | "seams">[],
  smallest: number,
): BlockNumbers {
  const whole = new Map<number, { voxels: number; first: number }>();
  for (const { particles } of blocks) {
    for (const { marker, voxels, first } of particles) {
      const known = whole.get(marker);
      if (known === undefined) whole.set(marker, { voxels, first });
      else {
        known.voxels += voxels;
        known.first = Math.min(known.first, first);
      }
    }
  }
  const kept = [...whole].filter(([, { voxels }]) => voxels >= smallest)
    .sort(([, a], [, b]) => a.first - b.first);
  const number = new Map(kept.map(([marker], i) => [marker, i + 1]));
  const differing = new Set<number>();
  for (let i = 0; i + 1 < blocks.length; i++) {
    for (
      const marker of unequal(blocks[i]!.seams[1], blocks[i + 1]!.seams[0])
    ) {
      const found = number.get(marker);
      if (found !== undefined) differing.add(found);
    }
  }
  return {
    count: kept.length,
    numbers: blocks.map(({ particles }) =>
      Uint32Array.from([
        0,
        ...particles.map(({ marker }) => number.get(marker) ?? 0),
      ])
    ),
    differing: [...differing].sort((a, b) => a - b),
  };
}

/**
 * Joins blocks to the labels of the whole volume.
 *
 * @param blocks All blocks, in order; each is fetched once.
 * @param shape Shape of the volume.
 * @param spacing_um Its spacing.
 * @param smallest_um Diameter of the smallest particle.
 */
export async function joinBlocks(
  blocks: readonly StoredBlock[],
  shape: ZYX,
  spacing_um: ZYX,
  smallest_um: number,
): Promise<JoinedLabels> {
  const size = shape[0] * shape[1] * shape[2];
  const grid = { data: new Uint8Array(), shape, spacing_um };
  const { count, numbers, differing } = numberBlocks(
    blocks,
    ballVoxels(grid, smallest_um),
  );
  let whole: Uint32Array | undefined;
  for (const [b, block] of blocks.entries()) {
    const { data } = await block.labels(), now = numbers[b]!;
    if (data.length === size && data instanceof Uint32Array) {
      whole = data;
      for (let i = 0; i < size; i++) {
        if (whole[i] !== 0) whole[i] = now[whole[i]!]!;
      }
      continue;
    }
    whole ??= shared(Uint32Array, size);
    const index = wholeIndex(block.box, shape);
    const row = boxShape(block.box)[2];
    for (let first = 0; first < data.length; first += row) {
      const to = index(first) - first;
      for (let i = first; i < first + row; i++) {
        if (data[i] !== 0) whole[to + i] = now[data[i]!]!;
      }
    }
  }
  const labels = createVolume(whole!, shape, spacing_um);
  return { labels, count, differing };
}

/** Box that holds all but a range along one axis. */
function boxBetween(shape: ZYX, axis: number, from: number, to: number): Box {
  return {
    from: shape.map((_, i) => i === axis ? from : 0),
    to: shape.map((length, i) => i === axis ? to : length),
  };
}

/** Gives the index in the whole of a voxel of a box. */
function wholeIndex(box: Box, [, height, width]: ZYX) {
  const [, rows, columns] = boxShape(box);
  const [z0, y0, x0] = box.from as ZYX;
  return (voxel: number): number => {
    const x = voxel % columns, row = (voxel - x) / columns;
    const y = row % rows, z = (row - y) / rows;
    return ((z0 + z) * height + y0 + y) * width + x0 + x;
  };
}

/** Markers plus 1 of the voxels before and behind a cut, as runs. */
function runsAt(
  labels: Labels,
  axis: number,
  cut: number,
  markers: Float64Array,
): number[] {
  const { data } = cutBox(
    labels,
    boxBetween(labels.shape, axis, cut - 1, cut + 1),
  );
  const runs: number[] = [];
  for (let i = 0; i < data.length;) {
    const label = data[i]!, start = i;
    while (i < data.length && data[i] === label) i++;
    runs.push(label === 0 ? 0 : markers[label]! + 1, i - start);
  }
  return runs;
}

/** Markers whose voxels differ between two lists of runs of the same length. */
function unequal(a: readonly number[], b: readonly number[]): Set<number> {
  const markers = new Set<number>();
  let i = 0, j = 0, leftA = a[1] ?? 0, leftB = b[1] ?? 0;
  while (i < a.length && j < b.length) {
    const p = a[i]!, q = b[j]!, step = Math.min(leftA, leftB);
    if (p !== q) {
      if (p !== 0) markers.add(p - 1);
      if (q !== 0) markers.add(q - 1);
    }
    leftA -= step;
    leftB -= step;
    if (leftA === 0) leftA = a[(i += 2) + 1] ?? 0;
    if (leftB === 0) leftB = b[(j += 2) + 1] ?? 0;
  }
  return markers;
}
