/** Marker-based watershed. */
import {
  assertSameGrid,
  gridOf,
  type Image,
  type OnGridOf,
  onGridOf,
} from "../core/mod.ts";
import { LevelQueue } from "./level_queue.ts";
import type { GreyLevels } from "./threshold.ts";

/**
 * Floods an image from markers: every voxel of the mask that can be reached
 * goes to the marker whose flood arrives first.
 *
 * Voxels are taken in the order of their grey level, lowest first; of equal
 * ones, the one that was met first. Water does not fall: where a flood pours
 * into a basin without a marker, all its voxels up to the level of the pass
 * count as equal. Markers of one level are met in the order of the scan. The
 * result is that of scikit-image 0.26 but for this last rule, which it leaves
 * to its heap. Voxels are neighbours by their faces. To flood a distance
 * transform from its maxima, pass it negated.
 *
 * The queue keeps voxels in buckets of similar grey level; only the bucket at
 * the water line is sorted, so that each step is short (S. Beucher and
 * F. Meyer, in E. R. Dougherty (ed.), Mathematical Morphology in Image
 * Processing, Dekker 1993, p. 433).
 *
 * @param image Grey levels; those inside the mask must be finite.
 * @param markers Labels to grow from; 0 is none. Markers outside the mask are not used.
 * @param mask Where the flood may go; voxels other than 0.
 * @returns Labels; 0 outside the mask and where no flood arrives.
 * @throws {RangeError} If shapes or spacings differ, or a grey level inside the mask is not finite.
 *
 * @example Two basins
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { watershed } from "./watershed.ts";
 *
 * const row = <T extends Uint8Array | Uint32Array>(data: T) =>
 *   createSlice(data, [1, 5], [1, 1]);
 * const labels = watershed(
 *   row(Uint8Array.of(0, 1, 5, 2, 0)),
 *   row(Uint32Array.of(7, 0, 0, 0, 8)),
 *   row(Uint8Array.of(1, 1, 1, 1, 1)),
 * );
 * assert.deepEqual([...labels.data], [7, 7, 7, 8, 8]);
 * ```
 */
export function watershed<I extends Image<GreyLevels>>(
  image: I,
  markers: Image<Uint32Array>,
  mask: Image<Uint8Array>,
): OnGridOf<I, Uint32Array> {
  assertSameGrid(image, markers, ["the image", "the markers"]);
  assertSameGrid(image, mask, ["the image", "the mask"]);
  const { depth, height, width, size } = gridOf(image);
  const levels = image.data;
  const labels = new Uint32Array(size);
  // Voxels not yet reached, as bits, so that they fit into a fast memory.
  const open = bitsOf(mask.data);
  const queue = new LevelQueue(levels, ...levelRange(levels, mask.data));
  const flood = (voxel: number, label: number) => {
    const word = open[voxel >> 5]!, bit = 1 << voxel;
    if ((word & bit) === 0) return;
    open[voxel >> 5] = word & ~bit;
    labels[voxel] = label;
    queue.push(voxel, label);
  };

  for (let i = 0; i < size; i++) {
    if (markers.data[i] !== 0) flood(i, markers.data[i]!);
  }
  const layer = height * width;
  while (queue.pop()) {
    const { voxel, label } = queue;
    const row = voxel / width | 0, z = row / height | 0;
    const x = voxel - row * width, y = row - z * height;
    // In the order of scikit-image: z outermost, before x, after x.
    if (z > 0) flood(voxel - layer, label);
    if (y > 0) flood(voxel - width, label);
    if (x > 0) flood(voxel - 1, label);
    if (x < width - 1) flood(voxel + 1, label);
    if (y < height - 1) flood(voxel + width, label);
    if (z < depth - 1) flood(voxel + layer, label);
  }
  return onGridOf(image, labels);
}

function levelRange(
  levels: GreyLevels,
  mask: Uint8Array,
): [low: number, high: number] {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < levels.length; i++) {
    if (mask[i] === 0) continue;
    const level = levels[i]!;
    if (!Number.isFinite(level)) {
      throw new RangeError(
        `Cannot flood the image as grey levels inside the mask must be finite: current value is ${level} at voxel ${i}`,
      );
    }
    if (level < low) low = level;
    if (level > high) high = level;
  }
  return [low, high];
}

/** One bit per voxel of a mask. */
function bitsOf(mask: Uint8Array): Int32Array {
  const bits = new Int32Array(Math.ceil(mask.length / 32));
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 0) bits[i >> 5]! |= 1 << i;
  }
  return bits;
}
