/** Coarser images. */
import {
  createSlice,
  createVolume,
  gridOf,
  type Image,
  isVolume,
  type OnGridOf,
} from "../core/mod.ts";
import type { GreyLevels } from "./threshold.ts";

/**
 * Image of the means of blocks of voxels.
 *
 * Blocks at the far ends that are cut by the frame take the mean of what is
 * there.
 *
 * @param image Grey levels.
 * @param factors Voxels of a block along z, y, x, or y, x of a slice.
 * @returns Means in single precision, on a grid whose spacing is `factors` times as wide.
 * @throws {RangeError} If there is not one positive whole number per axis.
 *
 * @example Two pixels each
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { blockMean } from "./bin.ts";
 *
 * const fine = createSlice(Uint8Array.of(1, 3, 5, 7), [1, 4], [0.1, 0.1]);
 * const coarse = blockMean(fine, [1, 2]);
 * assert.deepEqual([...coarse.data], [2, 6]);
 * assert.deepEqual(coarse.spacing_um, [0.1, 0.2]);
 * ```
 */
export function blockMean<I extends Image<GreyLevels>>(
  image: I,
  factors: readonly number[],
): OnGridOf<I, Float32Array> {
  if (
    factors.length !== image.shape.length ||
    factors.some((f) => !Number.isInteger(f) || f < 1)
  ) {
    throw new RangeError(
      `Cannot average blocks as there must be one positive whole number per axis: current value is [${
        factors.join(", ")
      }]`,
    );
  }
  const { depth, height, width } = gridOf(image);
  const [fz, fy, fx] = [1, ...factors].slice(-3) as [number, number, number];
  const shape = image.shape.map((n, i) => Math.ceil(n / factors[i]!));
  const rows = Math.ceil(height / fy), columns = Math.ceil(width / fx);
  const sums = new Float64Array(shape.reduce((a, b) => a * b));
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (Math.floor(z / fz) * rows + Math.floor(y / fy)) * columns;
      for (let x = 0; x < width;) {
        const block = row + Math.floor(x / fx);
        const end = Math.min(width, x + fx - x % fx);
        for (; x < end; x++) sums[block]! += image.data[i++]!;
      }
    }
  }
  const means = new Float32Array(sums.length);
  const inBlock = (index: number, factor: number, length: number) =>
    Math.min(factor, length - index * factor);
  for (let i = 0; i < means.length; i++) {
    const x = i % columns, row = Math.floor(i / columns);
    const y = row % rows, z = Math.floor(row / rows);
    means[i] = sums[i]! / (inBlock(z, fz, depth) * inBlock(y, fy, height) *
      inBlock(x, fx, width));
  }
  const spacing_um = image.spacing_um.map((s, i) => s * factors[i]!);
  const coarse = isVolume(image)
    ? createVolume(
      means,
      shape as [number, number, number],
      spacing_um as [number, number, number],
    )
    : createSlice(
      means,
      shape as [number, number],
      spacing_um as [number, number],
    );
  return coarse as unknown as OnGridOf<I, Float32Array>;
}
