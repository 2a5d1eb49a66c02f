/** Labels at the frame of an image. */
import { gridOf, type Image } from "../core/mod.ts";

/**
 * Labels that touch the frame of an image, where part of a particle may be
 * missing.
 *
 * @param labels Labels; 0 is background.
 * @returns Labels with at least one voxel in an outer layer, row or column.
 *
 * @example One inside, one at the frame
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { labelsAtBorder } from "./border.ts";
 *
 * const data = Uint32Array.of(0, 0, 0, 0, 0, 7, 9, 9, 0, 0, 0, 0);
 * const labels = createSlice(data, [3, 4], [1, 1]);
 * assert.deepEqual([...labelsAtBorder(labels)], [9]);
 * ```
 */
export function labelsAtBorder(labels: Image<Uint32Array>): Set<number> {
  const { data } = labels;
  const { depth, height, width } = gridOf(labels);
  const found = new Set<number>();
  for (let z = 0; z < depth; z++) {
    // A slice has no layers above and below that could be missing.
    const wholeLayer = depth > 1 && (z === 0 || z === depth - 1);
    for (let y = 0; y < height; y++) {
      const first = (z * height + y) * width;
      const wholeRow = wholeLayer || y === 0 || y === height - 1;
      const step = wholeRow ? 1 : Math.max(1, width - 1);
      for (let x = 0; x < width; x += step) found.add(data[first + x]!);
    }
  }
  found.delete(0);
  return found;
}
