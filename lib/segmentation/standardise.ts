/** Grey levels as the network sees them. */
import { type Image, type OnGridOf, onGridOf } from "../core/mod.ts";
import type { GreyLevels } from "../image/mod.ts";

/** Mean and standard deviation of the grey levels of an image. */
export interface GreyStatistics {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Mean and standard deviation of the grey levels.
 *
 * @param image Grey levels.
 * @throws {RangeError} If a value is not finite, or all are the same.
 */
export function greyStatistics(image: Image<GreyLevels>): GreyStatistics {
  const { data } = image;
  const first = data[0]!;
  let sum = 0, squares = 0;
  for (let i = 0; i < data.length; i++) {
    const difference = data[i]! - first;
    sum += difference;
    squares += difference * difference;
  }
  const shift = sum / data.length;
  const variance = squares / data.length - shift * shift;
  if (Number.isNaN(variance)) {
    throw new RangeError(
      "Cannot standardise the image as its grey levels must be finite: current value is NaN or infinite",
    );
  }
  if (!(variance > 0)) {
    throw new RangeError(
      `Cannot standardise the image as it must have more than one grey level: current value is ${first}`,
    );
  }
  return { mean: first + shift, deviation: Math.sqrt(variance) };
}

/**
 * Grey levels less their mean, over their standard deviation.
 *
 * @param image Grey levels.
 * @param statistics Mean and deviation, by default the image's own; those of
 * the whole, if the image is a part of it.
 * @throws {RangeError} As {@linkcode greyStatistics}.
 *
 * @example Mean 0, standard deviation 1
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { standardised } from "./standardise.ts";
 *
 * const image = createSlice(Uint8Array.of(10, 10, 30, 30), [2, 2], [0.1, 0.1]);
 * assert.deepEqual([...standardised(image).data], [-1, -1, 1, 1]);
 * ```
 */
export function standardised<I extends Image<GreyLevels>>(
  image: I,
  { mean, deviation }: GreyStatistics = greyStatistics(image),
): OnGridOf<I, Float32Array> {
  const data = new Float32Array(image.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = (image.data[i]! - mean) / deviation;
  }
  return onGridOf(image, data);
}
