/** Gaussian filter. */
import {
  gridOf,
  type Image,
  type OnGridOf,
  onGridOf,
  shared,
} from "../core/mod.ts";
import {
  acrossDepth,
  acrossRowsAndColumns,
  gaussianKernel,
} from "./gaussian_passes.ts";
import { type FilterOptions, runPasses, toShared } from "./ranges.ts";
import type { GreyLevels } from "./threshold.ts";

/**
 * Image smoothed by a Gaussian of one width in micrometres along every axis.
 *
 * Beyond the frame the image is mirrored at the edge of its outer voxels
 * ("reflect" in SciPy), and the kernel ends at 4 sigma, as there. The time
 * grows with `sigma_um`; for a width of many voxels, bin the image first
 * ({@linkcode blockMean}).
 *
 * @param image Grey levels.
 * @param sigma_um Standard deviation in micrometres; 0 smooths nothing.
 * @param options Number of workers.
 * @returns Grey levels in single precision.
 * @throws {RangeError} If sigma is negative or not finite.
 *
 * @example A constant stays
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { gaussianFilter } from "./gaussian.ts";
 *
 * const flat = createSlice(new Uint8Array(12).fill(7), [3, 4], [0.1, 0.1]);
 * const smooth = await gaussianFilter(flat, 0.2);
 * assert.ok(smooth.data.every((level) => Math.abs(level - 7) < 1e-5));
 * ```
 */
export async function gaussianFilter<I extends Image<GreyLevels>>(
  image: I,
  sigma_um: number,
  options: FilterOptions = {},
): Promise<OnGridOf<I, Float32Array>> {
  if (!(sigma_um >= 0 && sigma_um < Infinity)) {
    throw new RangeError(
      `Cannot smooth the image as sigma must be finite and not negative: current value is ${sigma_um} um`,
    );
  }
  const { depth, height, width, size, spacing_um } = gridOf(image);
  const [dz, dy, dx] = spacing_um;
  const result = shared(Float32Array, size);
  const item = {
    image: toShared(image.data),
    result,
    depth,
    height,
    width,
    kernelZ: gaussianKernel(depth > 1 ? sigma_um / dz : 0),
    kernelY: gaussianKernel(sigma_um / dy),
    kernelX: gaussianKernel(sigma_um / dx),
  };
  const module = new URL("./gaussian_passes.ts", import.meta.url);
  await runPasses(module, item, size, [
    { run: acrossRowsAndColumns, count: depth },
    { run: acrossDepth, count: height },
  ], options);
  return onGridOf(image, result);
}
