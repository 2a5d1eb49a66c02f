/** Peaks of an image. */
import { gridOf, type Image, onGridOf } from "../core/mod.ts";
import { type Components } from "./components.ts";
import { watershed } from "./watershed.ts";

/**
 * Regional maxima of an image: sets of neighbouring voxels of one level, all
 * of whose neighbours in the mask are lower.
 *
 * @param image Grey levels; those inside the mask must be finite.
 * @param mask Where to look; voxels other than 0. Neighbours share a face.
 * @returns Maxima as labels from 1, in the order of the scan.
 *
 * @example A plateau and a peak
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { regionalMaxima } from "./peaks.ts";
 *
 * const image = createSlice(Float32Array.of(2, 2, 1, 3, 0), [1, 5], [1, 1]);
 * const mask = createSlice(new Uint8Array(5).fill(1), [1, 5], [1, 1]);
 * assert.deepEqual([...regionalMaxima(image, mask).labels.data], [1, 1, 0, 2, 0]);
 * ```
 */
export function regionalMaxima<I extends Image<Float32Array>>(
  image: I,
  mask: Image<Uint8Array>,
): Components<I> {
  const levels = image.data, inside = mask.data;
  const neighbours = neighbourFinder(image);
  const labels = new Uint32Array(levels.length);
  const seen = new Uint8Array(levels.length);
  const around = new Int32Array(6);
  const plateau: number[] = [];
  let count = 0;
  for (let i = 0; i < levels.length; i++) {
    if (inside[i] === 0 || seen[i] !== 0) continue;
    plateau.length = 0;
    plateau.push(i);
    const level = levels[i]!;
    let highest = true;
    seen[i] = 1;
    for (let at = 0; at < plateau.length; at++) {
      const found = neighbours(plateau[at]!, around);
      for (let k = 0; k < found; k++) {
        const j = around[k]!;
        if (inside[j] === 0) continue;
        if (levels[j]! > level) highest = false;
        else if (levels[j] === level && seen[j] === 0) {
          seen[j] = 1;
          plateau.push(j);
        }
      }
    }
    if (!highest) continue;
    count++;
    for (const j of plateau) labels[j] = count;
  }
  return { labels: onGridOf(image, labels), count };
}

/**
 * Regional maxima that rise at least `height` above the highest pass to a
 * higher one (h-maxima; the rise is also called dynamics).
 *
 * The highest maximum of each component of the mask is always one. Of maxima
 * of equal level, the one met first in the scan counts as the higher.
 *
 * Floods the image once from all maxima and merges the basins at their passes
 * from the highest to the lowest: M. Grimaud, Proc. SPIE 1769, 292 (1992),
 * doi:10.1117/12.60650.
 *
 * @param image Grey levels; those inside the mask must be finite.
 * @param height Smallest rise, in the units of the image.
 * @param mask Where to look; voxels other than 0. Neighbours share a face.
 * @param share Smallest rise as a share of the maximum's own level, 0 to 1; the
 * larger of both counts. For distances it is a rule on necks that holds for
 * particles of any size.
 * @returns Maxima as labels from 1, in the order of the scan.
 * @throws {RangeError} If the height is negative or NaN, or the share is not from 0 to 1.
 *
 * @example A peak on a shoulder is none
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { hMaxima } from "./peaks.ts";
 *
 * const image = createSlice(Float32Array.of(5, 2, 3, 0, 4), [1, 5], [1, 1]);
 * const mask = createSlice(new Uint8Array(5).fill(1), [1, 5], [1, 1]);
 * assert.deepEqual([...hMaxima(image, 2, mask).labels.data], [1, 0, 0, 0, 2]);
 * ```
 */
export function hMaxima<I extends Image<Float32Array>>(
  image: I,
  height: number,
  mask: Image<Uint8Array>,
  share = 0,
): Components<I> {
  if (!(height >= 0)) {
    throw new RangeError(
      `Cannot find maxima as their height must not be negative: current value is ${height}`,
    );
  }
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(
      `Cannot find maxima as the share of their level must be from 0 to 1: current value is ${share}`,
    );
  }
  const maxima = regionalMaxima(image, mask);
  const depths = onGridOf<Image<Float32Array>, Float32Array>(
    image,
    image.data.map((level) => -level),
  );
  const basins = watershed(depths, maxima.labels, mask);
  const kept = prominent(
    image,
    maxima,
    basins,
    (level) => Math.max(height, share * level),
  );
  let count = 0;
  const now = kept.map((keep) => keep === 1 ? ++count : 0);
  const labels = maxima.labels.data.map((label) => now[label]!);
  return { labels: onGridOf(image, labels), count };
}

/** Which maxima, by label, rise above their passes by what their level asks for. */
function prominent(
  image: Image<Float32Array>,
  maxima: Components<Image<Float32Array>>,
  basins: Image<Uint32Array>,
  rise: (level: number) => number,
): Uint32Array {
  const levels = image.data;
  const peak = new Float64Array(maxima.count + 1);
  for (let i = 0; i < levels.length; i++) {
    const label = maxima.labels.data[i]!;
    if (label !== 0) peak[label] = levels[i]!;
  }
  const parent = Uint32Array.from(peak, (_, label) => label);
  const root = (label: number): number => {
    while (parent[label] !== label) {
      parent[label] = parent[parent[label]!]!;
      label = parent[label]!;
    }
    return label;
  };
  const kept = new Uint32Array(maxima.count + 1).fill(1);
  kept[0] = 0;
  for (const { a, b, level } of passesOf(levels, basins)) {
    let high = root(a), low = root(b);
    if (high === low) continue;
    if (peak[low]! > peak[high]! || peak[low] === peak[high] && low < high) {
      [high, low] = [low, high];
    }
    if (peak[low]! - level < rise(peak[low]!)) kept[low] = 0;
    parent[low] = high;
  }
  return kept;
}

/** Highest passes between neighbouring basins, from the highest to the lowest. */
function passesOf(levels: Float32Array, basins: Image<Uint32Array>) {
  const labels = basins.data;
  const { depth, height, width } = gridOf(basins);
  const layer = width * height;
  const passes = new Map<number, { a: number; b: number; level: number }>();
  const visit = (i: number, j: number) => {
    const a = Math.min(labels[i]!, labels[j]!);
    const b = Math.max(labels[i]!, labels[j]!);
    if (a === 0) return;
    const level = Math.min(levels[i]!, levels[j]!);
    const key = a * 2 ** 26 + b;
    const pass = passes.get(key);
    if (pass === undefined) passes.set(key, { a, b, level });
    else if (level > pass.level) pass.level = level;
  };
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const label = labels[i]!;
        if (label === 0) continue;
        if (x + 1 < width && labels[i + 1] !== label) visit(i, i + 1);
        if (y + 1 < height && labels[i + width] !== label) visit(i, i + width);
        if (z + 1 < depth && labels[i + layer] !== label) visit(i, i + layer);
      }
    }
  }
  // Ties by label, so that the order does not hang on that of the map.
  return [...passes.values()].sort((p, q) =>
    q.level - p.level || p.a - q.a || p.b - q.b
  );
}

/** Writes the voxels that share a face with a voxel and returns their number. */
function neighbourFinder(
  image: Image,
): (voxel: number, found: Int32Array) => number {
  const { depth, height, width } = gridOf(image);
  const layer = height * width;
  return (voxel, found) => {
    const x = voxel % width, row = (voxel - x) / width;
    const y = row % height, z = (row - y) / height;
    let count = 0;
    if (z > 0) found[count++] = voxel - layer;
    if (y > 0) found[count++] = voxel - width;
    if (x > 0) found[count++] = voxel - 1;
    if (x + 1 < width) found[count++] = voxel + 1;
    if (y + 1 < height) found[count++] = voxel + width;
    if (z + 1 < depth) found[count++] = voxel + layer;
    return count;
  };
}
