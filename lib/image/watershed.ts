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
  const open = openVoxels(mask.data, depth, height, width);
  const queue = new LevelQueue(...levelRange(levels, mask.data));

  for (let i = 0; i < size; i++) {
    if (markers.data[i] === 0 || open[i] === 0) continue;
    labels[i] = markers.data[i]!;
    open[i]! &= ~isOpen;
    queue.push(i, levels[i]!);
  }
  // In the order of scikit-image: z outermost, before x, after x.
  const layer = height * width;
  const steps = Int32Array.of(-layer, -width, -1, 1, width, layer);
  const edges = Uint8Array.of(firstZ, firstY, firstX, lastX, lastY, lastZ);
  while (queue.pop()) {
    const { voxel } = queue;
    const closed = open[voxel]!, label = labels[voxel]!;
    for (let k = 0; k < 6; k++) {
      if ((closed & edges[k]!) !== 0) continue;
      const neighbour = voxel + steps[k]!;
      if ((open[neighbour]! & isOpen) === 0) continue;
      open[neighbour]! &= ~isOpen;
      labels[neighbour] = label;
      queue.push(neighbour, levels[neighbour]!);
    }
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

/** Bits of a voxel: not yet reached, and at which faces of the image it lies. */
const isOpen = 1, firstZ = 2, lastZ = 4, firstY = 8, lastY = 16;
const firstX = 32, lastX = 64;

function openVoxels(
  mask: Uint8Array,
  depth: number,
  height: number,
  width: number,
): Uint8Array {
  const open = new Uint8Array(mask.length);
  for (let z = 0, i = 0; z < depth; z++) {
    const edgeZ = (z === 0 ? firstZ : 0) | (z === depth - 1 ? lastZ : 0);
    for (let y = 0; y < height; y++) {
      const edgeY = (y === 0 ? firstY : 0) | (y === height - 1 ? lastY : 0);
      const first = i, edges = edgeZ | edgeY | isOpen;
      for (const end = i + width; i < end; i++) {
        if (mask[i] !== 0) open[i] = edges;
      }
      if (mask[first] !== 0) open[first]! |= firstX;
      if (mask[i - 1] !== 0) open[i - 1]! |= lastX;
    }
  }
  return open;
}
