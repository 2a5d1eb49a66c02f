/** Morphology with balls, by distance transforms. */
import {
  createSlice,
  createVolume,
  gridOf,
  type Image,
  isVolume,
  type OnGridOf,
  onGridOf,
} from "../core/mod.ts";
import { distanceTransform } from "./distance.ts";
import type { FilterOptions } from "./ranges.ts";

/**
 * Voxels within a distance of a mask.
 *
 * The structuring element is a ball (in a slice a disc) in micrometres, its
 * rim included, whatever the spacing; its size costs no time.
 *
 * @param mask Voxels other than 0 are inside.
 * @param radius_um Radius in micrometres; 0 changes nothing.
 * @param options Number of workers.
 * @throws {RangeError} If the radius is negative or not finite.
 *
 * @example A disc of radius 1 around one pixel
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { dilation } from "./morphology.ts";
 *
 * const data = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0);
 * const disc = await dilation(createSlice(data, [3, 3], [1, 1]), 1);
 * assert.deepEqual([...disc.data], [0, 1, 0, 1, 1, 1, 0, 1, 0]);
 * ```
 */
export async function dilation<I extends Image<Uint8Array>>(
  mask: I,
  radius_um: number,
  options: FilterOptions = {},
): Promise<OnGridOf<I, Uint8Array>> {
  assertRadius(radius_um);
  const outside: Image<Uint8Array> = onGridOf(mask, complement(mask.data));
  return onGridOf(mask, await within(outside, radius_um, 1, options));
}

/**
 * Voxels of a mask that are farther than a distance from all voxels outside it.
 *
 * The frame of the image takes nothing away: what lies beyond is unknown. The
 * structuring element is that of {@linkcode dilation}.
 *
 * @param mask Voxels other than 0 are inside.
 * @param radius_um Radius in micrometres; 0 changes nothing.
 * @param options Number of workers.
 * @throws {RangeError} If the radius is negative or not finite.
 */
export async function erosion<I extends Image<Uint8Array>>(
  mask: I,
  radius_um: number,
  options: FilterOptions = {},
): Promise<OnGridOf<I, Uint8Array>> {
  assertRadius(radius_um);
  return onGridOf(mask, await within(mask, radius_um, 0, options));
}

/**
 * Mask with its gaps closed: dilation, then erosion. It contains the mask.
 *
 * The image is padded with empty voxels, so that a mask that touches the frame
 * loses nothing and gains nothing there.
 *
 * @param mask Voxels other than 0 are inside.
 * @param radius_um Radius in micrometres; 0 changes nothing.
 * @param options Number of workers.
 * @throws {RangeError} If the radius is negative or not finite.
 */
export async function closing<I extends Image<Uint8Array>>(
  mask: I,
  radius_um: number,
  options: FilterOptions = {},
): Promise<OnGridOf<I, Uint8Array>> {
  assertRadius(radius_um);
  const margin = marginOf(mask, radius_um);
  const padded = pad(mask, margin);
  const dilated = await dilation(padded, radius_um, options);
  return crop(await erosion(dilated, radius_um, options), mask, margin);
}

/**
 * Mask without its thin parts: erosion, then dilation. The mask contains it.
 *
 * The frame of the image takes nothing away, as in {@linkcode erosion}.
 *
 * @param mask Voxels other than 0 are inside.
 * @param radius_um Radius in micrometres; 0 changes nothing.
 * @param options Number of workers.
 * @throws {RangeError} If the radius is negative or not finite.
 */
export async function opening<I extends Image<Uint8Array>>(
  mask: I,
  radius_um: number,
  options: FilterOptions = {},
): Promise<OnGridOf<I, Uint8Array>> {
  const eroded: Image<Uint8Array> = await erosion(mask, radius_um, options);
  const { data } = await dilation(eroded, radius_um, options);
  return onGridOf(mask, data);
}

/** `near` where the distance is at most the radius, else `1 - near`. */
async function within(
  mask: Image<Uint8Array>,
  radius_um: number,
  near: 0 | 1,
  options: FilterOptions,
): Promise<Uint8Array> {
  if (radius_um === 0) {
    return near === 1 ? complement(mask.data) : mask.data.slice();
  }
  // A little more than the radius, so that rounding does not take the rim away.
  const rim = radius_um * (1 + 1e-6);
  const { data } = await distanceTransform(mask, {
    ...options,
    limit_um: rim,
    squared: true,
  });
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    result[i] = data[i]! <= rim * rim ? near : 1 - near;
  }
  return result;
}

function complement(data: Uint8Array): Uint8Array {
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = data[i] === 0 ? 1 : 0;
  return result;
}

/** Voxels that a ball reaches along each axis, z, y, x. */
function marginOf(image: Image, radius_um: number): readonly number[] {
  return image.spacing_um.map((s) => Math.ceil(radius_um / s));
}

function pad<I extends Image<Uint8Array>>(
  mask: I,
  margin: readonly number[],
): Image<Uint8Array> {
  const shape = mask.shape.map((length, i) => length + 2 * margin[i]!);
  const data = new Uint8Array(shape.reduce((a, b) => a * b));
  const padded = isVolume(mask)
    ? createVolume(
      data,
      shape as [number, number, number],
      mask.spacing_um,
    )
    : createSlice(
      data,
      shape as [number, number],
      mask.spacing_um as readonly [number, number],
    );
  copyRows(mask, padded, margin, (row, to) => data.set(row, to));
  return padded;
}

function crop<I extends Image<Uint8Array>>(
  padded: Image<Uint8Array>,
  mask: I,
  margin: readonly number[],
): OnGridOf<I, Uint8Array> {
  const { width } = gridOf(mask);
  const data = new Uint8Array(mask.data.length);
  copyRows(mask, padded, margin, (_, from, to) => {
    data.set(padded.data.subarray(from, from + width), to);
  });
  return onGridOf(mask, data);
}

/** Calls back for each row of the inner image with its place in both images. */
function copyRows(
  inner: Image<Uint8Array>,
  outer: Image<Uint8Array>,
  margin: readonly number[],
  copy: (row: Uint8Array, outerPlace: number, innerPlace: number) => void,
): void {
  const { depth, height, width } = gridOf(inner);
  const big = gridOf(outer);
  const [dz, dy, dx] = [0, ...margin].slice(-3) as [number, number, number];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = (z * height + y) * width;
      const to = ((z + dz) * big.height + y + dy) * big.width + dx;
      copy(inner.data.subarray(from, from + width), to, from);
    }
  }
}

function assertRadius(radius_um: number): void {
  if (!(radius_um >= 0 && radius_um < Infinity)) {
    throw new RangeError(
      `Cannot use a ball as its radius must be finite and not negative: current value is ${radius_um} um`,
    );
  }
}
