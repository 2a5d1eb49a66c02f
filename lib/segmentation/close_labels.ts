/** Particles whose surface cracks are closed. */
import { cutBox, type Labels, onGridOf, type ZYX } from "../core/mod.ts";
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
  labels: Labels,
  radius_um: number,
): Promise<void> {
  const { data, shape: [, height, width] } = labels;
  const { label, boxMin, boxMax } = labelStatistics(labels);
  for (const [row, value] of label.entries()) {
    const from = [...boxMin.subarray(3 * row, 3 * row + 3)] as unknown as ZYX;
    const to = Array.from(
      boxMax.subarray(3 * row, 3 * row + 3),
      (last) => last + 1,
    );
    const part = cutBox(labels, { from, to });
    const own = Uint8Array.from(part.data, (l) => l === value ? 1 : 0);
    const mask = onGridOf(part, own);
    const closed = (await closing(mask, radius_um, { workers: 1 })).data;
    const [depth, rows, columns] = part.shape;
    for (let z = 0, i = 0; z < depth; z++) {
      for (let y = 0; y < rows; y++) {
        const first = ((from[0] + z) * height + from[1] + y) * width + from[2];
        for (let x = 0; x < columns; x++, i++) {
          if (closed[i] && data[first + x] === 0) data[first + x] = value;
        }
      }
    }
  }
}
