/** Parts of volumes. */
import {
  createVolume,
  type Volume,
  type VoxelArray,
  type ZYX,
} from "./volume.ts";

/** Voxels `from` to, but without, `to` along each axis: z, y, x, or y, x of a slice. */
export interface Box {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** A volume that is read in parts, so that it need not fit into memory. */
export interface VolumeSource {
  /** Number of voxels along z, y, x. */
  readonly shape: ZYX;
  /** Distance of voxel centres along z, y, x in micrometres. */
  readonly spacing_um: ZYX;
  /**
   * Reads a part.
   *
   * @param box Which voxels.
   * @throws {RangeError} If the box is empty or not inside the volume.
   */
  read(box: Box): Promise<Volume>;
}

/**
 * Part of a volume, copied.
 *
 * @param volume The volume.
 * @param box Which voxels.
 * @throws {RangeError} If the box is empty or not inside the volume.
 *
 * @example The last voxel of a row
 * ```ts
 * import assert from "node:assert/strict";
 * import { cutBox } from "./box.ts";
 * import { createVolume } from "./volume.ts";
 *
 * const row = createVolume(Uint8Array.of(1, 2, 3), [1, 1, 3], [1, 1, 1]);
 * const last = cutBox(row, { from: [0, 0, 2], to: [1, 1, 3] });
 * assert.deepEqual([...last.data], [3]);
 * ```
 */
export function cutBox<T extends VoxelArray>(
  volume: Volume<T>,
  box: Box,
): Volume<T> {
  assertBox(volume.shape, box);
  const [, height, width] = volume.shape;
  const [z0, y0, x0] = box.from as ZYX, [z1, y1, x1] = box.to as ZYX;
  const shape = boxShape(box), row = shape[2];
  const type = volume.data.constructor as new (length: number) => T;
  const data = new type(shape[0] * shape[1] * row);
  for (let z = z0, to = 0; z < z1; z++) {
    for (let y = y0; y < y1; y++, to += row) {
      const first = (z * height + y) * width;
      data.set(volume.data.subarray(first + x0, first + x1), to);
    }
  }
  return createVolume(data, shape, volume.spacing_um);
}

/** Number of voxels of a box along z, y, x. */
export function boxShape({ from, to }: Box): ZYX {
  return [to[0]! - from[0]!, to[1]! - from[1]!, to[2]! - from[2]!];
}

/**
 * A volume in memory as one that is read in parts.
 *
 * @param volume The volume.
 */
export function sourceOf(volume: Volume): VolumeSource {
  const { shape, spacing_um } = volume;
  return {
    shape,
    spacing_um,
    // In the promise, so that a wrong box rejects it.
    read: (box) => new Promise((resolve) => resolve(cutBox(volume, box))),
  };
}

/**
 * Throws unless a box holds voxels and lies inside a volume.
 *
 * @param shape Shape of the volume.
 * @param box The box.
 * @throws {RangeError} If it does not.
 */
export function assertBox(shape: ZYX, { from, to }: Box): void {
  const inside = from.length === 3 && to.length === 3 &&
    shape.every((length, i) =>
      Number.isInteger(from[i]) && Number.isInteger(to[i]) &&
      from[i]! >= 0 && from[i]! < to[i]! && to[i]! <= length
    );
  if (inside) return;
  throw new RangeError(
    `Cannot take a part of a volume of shape [${
      shape.join(", ")
    }] as it must lie inside and hold voxels: current value is [${
      from.join(", ")
    }] to [${to.join(", ")}]`,
  );
}
