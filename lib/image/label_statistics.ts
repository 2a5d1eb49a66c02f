/** Measures of labels in one pass over an image. */
import { assertSameGrid, gridOf, type Image } from "../core/mod.ts";
import type { GreyLevels } from "./threshold.ts";

/** Highest label that {@linkcode labelStatistics} takes; a table of that length must fit into memory. */
const highestLabel = 2 ** 28;

/**
 * Measures of labels, one entry per label in ascending order.
 *
 * Positions and moments are in micrometres from the centre of voxel [0, 0, 0];
 * for a slice, those along z are 0 and `count` times the area of a pixel is an
 * area.
 */
export interface LabelStatistics {
  /** Labels that occur, without 0. */
  label: Uint32Array;
  /** Number of voxels. */
  count: Float64Array;
  /** First voxel of the box along z, y, x: entries 3 i to 3 i + 2. */
  boxMin: Uint32Array;
  /** Last voxel of the box along z, y, x, inside it. */
  boxMax: Uint32Array;
  /** Centroid along z, y, x. */
  centroid_um: Float64Array;
  /**
   * Covariance of the voxel centres in um^2, as zz, yy, xx, zy, zx, yx:
   * entries 6 i to 6 i + 5. Voxels count as points; the extent of a voxel adds
   * `spacing ** 2 / 12` to the first three.
   */
  covariance_um2: Float64Array;
  /** Mean and standard deviation of the grey levels; NaN without grey levels. */
  mean: Float64Array;
  deviation: Float64Array;
}

/**
 * Number of voxels, box, centroid, second moments and grey levels of each label.
 *
 * Works on runs along x, in double precision, with the moments taken about the
 * first voxel of each label, so that far-off particles lose no digits.
 *
 * @param labels Labels; gaps are allowed, 0 is background.
 * @param greyLevels Grey levels of the same grid, if wanted.
 * @throws {RangeError} If the grids differ, or a label is above 2^28.
 *
 * @example Two pixels of label 3
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { labelStatistics } from "./label_statistics.ts";
 *
 * const labels = createSlice(Uint32Array.of(0, 3, 3), [1, 3], [1, 0.5]);
 * const { label, count, centroid_um } = labelStatistics(labels);
 * assert.deepEqual([...label], [3]);
 * assert.deepEqual([...count], [2]);
 * assert.deepEqual([...centroid_um], [0, 0, 0.75]);
 * ```
 */
export function labelStatistics(
  labels: Image<Uint32Array>,
  greyLevels?: Image<GreyLevels>,
): LabelStatistics {
  if (greyLevels !== undefined) {
    assertSameGrid(labels, greyLevels, ["the labels", "the grey levels"]);
  }
  const { data } = labels;
  const { depth, height, width, spacing_um } = gridOf(labels);
  const { label, rowOf } = rowsOfLabels(data);
  const n = label.length;
  const count = new Float64Array(n);
  const boxMin = new Uint32Array(3 * n).fill(2 ** 32 - 1);
  const boxMax = new Uint32Array(3 * n);
  // First voxel of each label, and sums of powers of the way from it.
  const origin = new Int32Array(3 * n);
  const sums = new Float64Array(9 * n);
  const grey = new Float64Array(2 * n), reference = new Float64Array(n);
  const levels = greyLevels?.data;

  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const first = (z * height + y) * width;
      for (let x = 0; x < width;) {
        const value = data[first + x]!;
        if (value === 0) {
          x++;
          continue;
        }
        const start = x;
        do x++; while (x < width && data[first + x] === value);
        const row = rowOf[value]!;
        if (levels !== undefined) {
          addLevels(levels, row, first + start, first + x);
        }
        addRun(row, z, y, start, x);
      }
    }
  }
  return { label, boxMin, boxMax, ...finish() };

  function addRun(
    row: number,
    z: number,
    y: number,
    start: number,
    end: number,
  ): void {
    const length = end - start, at = 3 * row;
    if (count[row] === 0) {
      origin[at] = z;
      origin[at + 1] = y;
      origin[at + 2] = start;
    }
    count[row]! += length;
    if (z < boxMin[at]!) boxMin[at] = z;
    if (y < boxMin[at + 1]!) boxMin[at + 1] = y;
    if (start < boxMin[at + 2]!) boxMin[at + 2] = start;
    if (z > boxMax[at]!) boxMax[at] = z;
    if (y > boxMax[at + 1]!) boxMax[at + 1] = y;
    if (end - 1 > boxMax[at + 2]!) boxMax[at + 2] = end - 1;
    const dz = z - origin[at]!, dy = y - origin[at + 1]!;
    // Sums of a run of whole numbers in closed form.
    const low = start - origin[at + 2]!, high = low + length - 1;
    const sum = length * (low + high) / 2;
    const squares = length * (low * high) +
      length * (length - 1) * (2 * length - 1) / 6;
    const s = 9 * row;
    sums[s]! += length * dz;
    sums[s + 1]! += length * dy;
    sums[s + 2]! += sum;
    sums[s + 3]! += length * dz * dz;
    sums[s + 4]! += length * dy * dy;
    sums[s + 5]! += squares;
    sums[s + 6]! += length * dz * dy;
    sums[s + 7]! += dz * sum;
    sums[s + 8]! += dy * sum;
  }

  function addLevels(
    levels: GreyLevels,
    row: number,
    from: number,
    to: number,
  ): void {
    // Deviations from a level of the label itself keep the digits.
    if (count[row] === 0) reference[row] = levels[from]!;
    const base = reference[row]!;
    let sum = 0, squares = 0;
    for (let i = from; i < to; i++) {
      const difference = levels[i]! - base;
      sum += difference;
      squares += difference * difference;
    }
    grey[2 * row]! += sum;
    grey[2 * row + 1]! += squares;
  }

  function finish() {
    const [dz, dy, dx] = depth === 1 && labels.shape.length === 2
      ? [0, spacing_um[1], spacing_um[2]]
      : spacing_um;
    const units = [dz, dy, dx];
    const centroid_um = new Float64Array(3 * n);
    const covariance_um2 = new Float64Array(6 * n);
    const mean = new Float64Array(n).fill(NaN);
    const deviation = new Float64Array(n).fill(NaN);
    const pairs = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]] as const;
    for (let row = 0; row < n; row++) {
      const total = count[row]!;
      const way = [0, 1, 2].map((axis) => sums[9 * row + axis]! / total);
      for (let axis = 0; axis < 3; axis++) {
        const place = origin[3 * row + axis]! + way[axis]!;
        centroid_um[3 * row + axis] = place * units[axis]!;
      }
      pairs.forEach(([a, b], k) => {
        const moment = sums[9 * row + 3 + k]! / total - way[a]! * way[b]!;
        covariance_um2[6 * row + k] = moment * units[a]! * units[b]!;
      });
      if (levels === undefined) continue;
      const offset = grey[2 * row]! / total;
      mean[row] = reference[row]! + offset;
      const variance = grey[2 * row + 1]! / total - offset * offset;
      deviation[row] = Math.sqrt(Math.max(0, variance));
    }
    return { count, centroid_um, covariance_um2, mean, deviation };
  }
}

/** The labels that occur, ascending, and the row of each. */
function rowsOfLabels(data: Uint32Array) {
  let highest = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i]! > highest) highest = data[i]!;
  }
  if (highest > highestLabel) {
    throw new RangeError(
      `Cannot measure labels as the highest must be at most ${highestLabel}; renumber them first: current value is ${highest}`,
    );
  }
  const rowOf = new Int32Array(highest + 1).fill(-1);
  for (let i = 0; i < data.length; i++) rowOf[data[i]!] = 0;
  let rows = 0;
  for (let label = 1; label <= highest; label++) {
    if (rowOf[label] === 0) rowOf[label] = rows++;
  }
  const label = new Uint32Array(rows);
  for (let value = 1; value <= highest; value++) {
    if (rowOf[value]! >= 0) label[rowOf[value]!] = value;
  }
  return { label, rowOf };
}
