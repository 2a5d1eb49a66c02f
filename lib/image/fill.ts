/** Filling of holes. */
import { type Image, isVolume, type OnGridOf, onGridOf } from "../core/mod.ts";
import { labelsAtBorder } from "./border.ts";
import { connectedComponents } from "./components.ts";

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
  const { data } = mask;
  const outside = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) outside[i] = data[i] === 0 ? 1 : 0;
  const { labels, count } = connectedComponents(
    onGridOf(mask, outside),
    "faces",
  );
  const sizes = new Float64Array(count + 1);
  for (let i = 0; i < data.length; i++) sizes[labels.data[i]!]! += 1;

  const largest = ballVoxels(mask, largest_um);
  const filled = new Uint8Array(count + 1);
  for (let label = 0; label <= count; label++) {
    filled[label] = label === 0 || sizes[label]! <= largest ? 1 : 0;
  }
  for (const label of labelsAtBorder(labels)) filled[label] = 0;
  for (let i = 0; i < data.length; i++) outside[i] = filled[labels.data[i]!]!;
  return onGridOf(mask, outside);
}

/** Number of voxels of a ball, or pixels of a disc, of a diameter in micrometres. */
export function ballVoxels(image: Image, diameter_um: number): number {
  const voxel = image.spacing_um.reduce((product, s) => product * s, 1);
  const content = isVolume(image)
    ? Math.PI / 6 * diameter_um ** 3
    : Math.PI / 4 * diameter_um ** 2;
  return content / voxel;
}
