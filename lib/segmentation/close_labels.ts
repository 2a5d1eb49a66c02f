/** Particles whose surface cracks are closed. */
import { createVolume, type Labels } from "../core/mod.ts";
import { closing, labelStatistics } from "../image/mod.ts";

/**
 * Labels of which each is closed by a ball: what the ball cannot enter from
 * outside belongs to the particle, so that cracks and voids that reach its
 * surface do. Only background changes; where two particles reach for a voxel,
 * the lower label gets it.
 *
 * @param labels Particles; changed in place.
 * @param radius_um Radius of the ball, at most a few voxels.
 *
 * @example A cleft of two voxels
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "../core/mod.ts";
 * import { closeLabels } from "./close_labels.ts";
 *
 * const data = new Uint32Array(12 ** 3);
 * for (let i = 0; i < data.length; i++) {
 *   const [z, y, x] = [Math.floor(i / 144), Math.floor(i / 12) % 12, i % 12];
 *   const inside = [z, y, x].every((k) => k >= 2 && k < 10);
 *   if (inside && !(y >= 5 && y < 7 && x > 4)) data[i] = 3;
 * }
 * const labels = createVolume(data, [12, 12, 12], [0.4, 0.4, 0.4]);
 * await closeLabels(labels, 0.8);
 * assert.equal(data[5 * 144 + 5 * 12 + 6], 3);
 * assert.equal(data[0], 0);
 * ```
 */
export async function closeLabels(
  { data, shape, spacing_um }: Labels,
  radius_um: number,
): Promise<void> {
  const { label, boxMin, boxMax } = labelStatistics({
    data,
    shape,
    spacing_um,
  });
  const [, height, width] = shape;
  for (const [row, value] of label.entries()) {
    const low = [0, 1, 2].map((axis) => boxMin[3 * row + axis]!);
    const lengths = [0, 1, 2].map((axis) =>
      boxMax[3 * row + axis]! - low[axis]! + 1
    ) as [number, number, number];
    const [depth, rows, columns] = lengths;
    const place = (z: number, y: number) =>
      ((low[0]! + z) * height + low[1]! + y) * width + low[2]!;
    const own = new Uint8Array(depth * rows * columns);
    for (let z = 0, i = 0; z < depth; z++) {
      for (let y = 0; y < rows; y++) {
        const first = place(z, y);
        for (let x = 0; x < columns; x++, i++) {
          if (data[first + x] === value) own[i] = 1;
        }
      }
    }
    const mask = createVolume(own, lengths, spacing_um);
    const closed = (await closing(mask, radius_um, { workers: 1 })).data;
    for (let z = 0, i = 0; z < depth; z++) {
      for (let y = 0; y < rows; y++) {
        const first = place(z, y);
        for (let x = 0; x < columns; x++, i++) {
          if (closed[i] && data[first + x] === 0) data[first + x] = value;
        }
      }
    }
  }
}
