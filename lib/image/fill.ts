/** Filling of holes. */
import {
  gridOf,
  type Image,
  isVolume,
  type OnGridOf,
  onGridOf,
} from "../core/mod.ts";
import { findRuns, joinRuns } from "./runs.ts";

/**
 * Mask with its holes filled.
 *
 * A hole is a component outside the mask, connected by faces, that does not
 * touch the frame of the image.
 *
 * @param mask Voxels other than 0 are inside.
 * @param largest_um Diameter of the ball (in a slice of the disc) as large as
 * the largest hole that is filled, in micrometres; by default all are.
 * @throws {RangeError} If the diameter is negative or NaN.
 *
 * @example A ring
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { fillHoles } from "./fill.ts";
 *
 * const ring = createSlice(Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1), [3, 3], [1, 1]);
 * assert.equal(fillHoles(ring).data[4], 1);
 * assert.equal(fillHoles(ring, 0.5).data[4], 0);
 * ```
 */
export function fillHoles<I extends Image<Uint8Array>>(
  mask: I,
  largest_um = Infinity,
): OnGridOf<I, Uint8Array> {
  if (!(largest_um >= 0)) {
    throw new RangeError(
      `Cannot fill holes as their largest diameter must not be negative: current value is ${largest_um} um`,
    );
  }
  const { depth, height, width, size } = gridOf(mask);
  const runs = findRuns(mask.data, width, "outside");
  const { component, count } = joinRuns(runs, height, 0);
  const largest = ballVoxels(mask, largest_um);
  // Voxels of each component; no hole if it touches the frame.
  const sizes = new Float64Array(count + 1);
  const { first, start, end } = runs;
  const rows = depth * height;
  for (let row = 0, y = 0, z = 0; row < rows; row++) {
    // A slice has no layers above and below.
    const atFrame = y === 0 || y === height - 1 ||
      depth > 1 && (z === 0 || z === depth - 1);
    for (let run = first[row]!; run < first[row + 1]!; run++) {
      const touches = atFrame || start[run] === 0 || end[run] === width;
      sizes[component[run]!]! += touches ? Infinity : end[run]! - start[run]!;
    }
    if (++y === height) [y, z] = [0, z + 1];
  }

  const filled = new Uint8Array(size).fill(1);
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    for (let run = first[row]!; run < first[row + 1]!; run++) {
      const voxels = sizes[component[run]!]!;
      if (voxels < Infinity && voxels <= largest) continue;
      filled.fill(0, from + start[run]!, from + end[run]!);
    }
  }
  return onGridOf(mask, filled);
}

/** Number of voxels of a ball, or pixels of a disc, of a diameter in micrometres. */
export function ballVoxels(image: Image, diameter_um: number): number {
  const voxel = image.spacing_um.reduce((product, s) => product * s, 1);
  const content = isVolume(image)
    ? Math.PI / 6 * diameter_um ** 3
    : Math.PI / 4 * diameter_um ** 2;
  return content / voxel;
}
