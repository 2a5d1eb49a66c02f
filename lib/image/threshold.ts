/** Grey-level thresholds. */
import { type Image, type OnGridOf, onGridOf } from "../core/mod.ts";

/** Typed arrays of grey levels. */
export type GreyLevels = Uint8Array | Uint16Array | Int16Array | Float32Array;

/** Number of histogram bins for levels that are not whole numbers. */
const floatBins = 256;

/**
 * Highest grey level of the darker of two classes (Otsu's method).
 *
 * The threshold maximises the between-class variance
 * `w0 * w1 * (mean0 - mean1) ** 2` over the histogram: one bin per level for
 * whole numbers, 256 equal bins from the lowest to the highest level for
 * `Float32Array`, where the centre of the bin is returned. It assumes two
 * classes of similar spread; where one holds less than a few per cent of the
 * voxels, check the result against the histogram.
 *
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9, 62 (1979),
 * doi:10.1109/TSMC.1979.4310076.
 *
 * @param greyLevels Grey levels of a volume or slice, in any order.
 * @returns Grey level in the units of the input; voxels above it are bright.
 * @throws {RangeError} If there are fewer than two different grey levels, or one is not finite.
 *
 * @example Two flat regions
 * ```ts
 * import assert from "node:assert/strict";
 * import { otsuThreshold } from "./threshold.ts";
 *
 * assert.equal(otsuThreshold(Uint8Array.of(10, 10, 200, 200)), 10);
 * ```
 */
export function otsuThreshold(greyLevels: GreyLevels): number {
  const { counts, levelOf } = histogramOf(greyLevels);
  const best = otsuBin(counts);
  if (best < 0) {
    throw new RangeError(
      `Cannot threshold the grey levels as they must hold at least two values: current value is ${
        greyLevels[0] ?? "none"
      }`,
    );
  }
  return levelOf(best);
}

/**
 * Last bin of the darker of two classes of a histogram, by Otsu's method; see
 * {@linkcode otsuThreshold}, which counts the grey levels itself.
 *
 * @param counts Number of voxels in bins of equal width.
 * @returns Index of the bin; -1 if fewer than two bins hold voxels.
 *
 * @example Two classes
 * ```ts
 * import assert from "node:assert/strict";
 * import { otsuBin } from "./threshold.ts";
 *
 * assert.equal(otsuBin([1, 5, 0, 0, 4, 2]), 1);
 * ```
 */
export function otsuBin(counts: ArrayLike<number>): number {
  let total = 0, sum = 0;
  for (let i = 0; i < counts.length; i++) {
    total += counts[i]!;
    sum += counts[i]! * i;
  }
  let darkCount = 0, darkSum = 0, best = -1, bestVariance = 0;
  for (let i = 0; i < counts.length; i++) {
    darkCount += counts[i]!;
    darkSum += counts[i]! * i;
    const brightCount = total - darkCount;
    if (darkCount === 0 || brightCount === 0) continue;
    const meanDifference = darkSum / darkCount - (sum - darkSum) / brightCount;
    const variance = darkCount * brightCount * meanDifference ** 2;
    if (variance > bestVariance) [best, bestVariance] = [i, variance];
  }
  return best;
}

/**
 * Mask of the voxels brighter than a level.
 *
 * @param image Grey levels.
 * @param level Voxels strictly above it are 1, all others 0.
 *
 * @example One bright pixel
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { brighterThan } from "./threshold.ts";
 *
 * const slice = createSlice(Uint8Array.of(10, 11), [1, 2], [0.1, 0.1]);
 * assert.deepEqual([...brighterThan(slice, 10).data], [0, 1]);
 * ```
 */
export function brighterThan<I extends Image<GreyLevels>>(
  image: I,
  level: number,
): OnGridOf<I, Uint8Array> {
  const { data } = image;
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) mask[i] = data[i]! > level ? 1 : 0;
  return onGridOf(image, mask);
}

function histogramOf(greyLevels: GreyLevels): {
  counts: Float64Array;
  levelOf: (bin: number) => number;
} {
  if (greyLevels instanceof Float32Array) return floatHistogram(greyLevels);
  const lowest = greyLevels instanceof Int16Array ? -(2 ** 15) : 0;
  const counts = new Float64Array(2 ** (8 * greyLevels.BYTES_PER_ELEMENT));
  for (let i = 0; i < greyLevels.length; i++) {
    counts[greyLevels[i]! - lowest]! += 1;
  }
  return { counts, levelOf: (bin) => bin + lowest };
}

function floatHistogram(greyLevels: Float32Array) {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < greyLevels.length; i++) {
    const level = greyLevels[i]!;
    if (!Number.isFinite(level)) {
      throw new RangeError(
        `Cannot threshold the grey levels as all must be finite: current value is ${level} at voxel ${i}`,
      );
    }
    if (level < low) low = level;
    if (level > high) high = level;
  }
  const counts = new Float64Array(floatBins);
  const width = (high - low) / floatBins || 1;
  for (let i = 0; i < greyLevels.length; i++) {
    const bin = Math.floor((greyLevels[i]! - low) / width);
    counts[Math.min(floatBins - 1, bin)]! += 1;
  }
  return { counts, levelOf: (bin: number) => low + (bin + 0.5) * width };
}
