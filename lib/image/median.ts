/** Median filter. */
import {
  gridOf,
  type Image,
  type OnGridOf,
  onGridOf,
  shared,
} from "../core/mod.ts";
import { medianLayers } from "./median_passes.ts";
import { type FilterOptions, runPasses, toShared } from "./ranges.ts";
import type { GreyLevels } from "./threshold.ts";

/**
 * Median of the 3 x 3 x 3 voxels around each voxel, in a slice of the 3 x 3
 * pixels.
 *
 * Beyond the frame the outer voxels are repeated. The window is three voxels
 * wide whatever the spacing.
 *
 * @param image Grey levels without NaN.
 * @param options Number of workers.
 * @returns Grey levels of the same type.
 *
 * @example A speck goes
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { medianFilter } from "./median.ts";
 *
 * const speck = createSlice(new Uint8Array(9).fill(5), [3, 3], [0.1, 0.1]);
 * speck.data[4] = 200;
 * const clean = await medianFilter(speck);
 * assert.equal(clean.data[4], 5);
 * ```
 */
export async function medianFilter<T extends GreyLevels, I extends Image<T>>(
  image: I & Image<T>,
  options: FilterOptions = {},
): Promise<OnGridOf<I, T>> {
  const { depth, height, width, size } = gridOf(image);
  const type = image.data.constructor as unknown as {
    new (buffer: SharedArrayBuffer): T;
    readonly BYTES_PER_ELEMENT: number;
  };
  const result = shared(type, size);
  const item = { image: toShared(image.data), result, depth, height, width };
  const module = new URL("./median_passes.ts", import.meta.url);
  await runPasses(module, item, size, [
    { run: medianLayers, count: depth },
  ], options);
  return onGridOf<I, T>(image, result);
}
