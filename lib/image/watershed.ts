/** Marker-based watershed. */
import {
  assertSameGrid,
  gridOf,
  type Image,
  type OnGridOf,
  onGridOf,
} from "../core/mod.ts";
import type { GreyLevels } from "./threshold.ts";

/** Number of buckets that the grey levels are spread over. */
const buckets = 2 ** 16;

/**
 * Floods an image from markers: every voxel of the mask that can be reached
 * goes to the marker whose flood arrives first.
 *
 * Voxels are taken in the order of their grey level, lowest first; of equal
 * ones, the one that was met first, as in scikit-image, to whose result ours
 * is equal. Voxels are neighbours by their faces. To flood a distance
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
  const queue = new LevelQueue(levels, mask.data);

  for (let i = 0; i < size; i++) {
    if (markers.data[i] === 0 || open[i] === 0) continue;
    labels[i] = markers.data[i]!;
    open[i]! &= ~isOpen;
    queue.push(i, levels[i]!);
  }
  const layer = height * width;
  for (let i = queue.pop(); i >= 0; i = queue.pop()) {
    const label = labels[i]!, edges = open[i]!;
    // In the order of scikit-image: neighbours before, then after, z outermost.
    if ((edges & firstZ) === 0) flood(i - layer, label);
    if ((edges & firstY) === 0) flood(i - width, label);
    if ((edges & firstX) === 0) flood(i - 1, label);
    if ((edges & lastX) === 0) flood(i + 1, label);
    if ((edges & lastY) === 0) flood(i + width, label);
    if ((edges & lastZ) === 0) flood(i + layer, label);
  }
  return onGridOf(image, labels);

  function flood(j: number, label: number): void {
    if ((open[j]! & isOpen) === 0) return;
    open[j]! &= ~isOpen;
    labels[j] = label;
    queue.push(j, levels[j]!);
  }
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

/**
 * Voxels in the order of their level; of equal ones, first come, first served.
 * Every voxel is pushed at most once.
 */
class LevelQueue {
  readonly #levels: GreyLevels;
  readonly #low: number;
  readonly #scale: number;
  /** Voxel that follows in the same list, -1 at the end. */
  readonly #next: Int32Array;
  /** List of each bucket above the water line: first and last voxel. */
  readonly #first = new Int32Array(buckets).fill(-1);
  readonly #last = new Int32Array(buckets);
  /** Whether all voxels of a bucket have one level. */
  readonly #mixed = new Uint8Array(buckets);
  /** Bucket at the water line. */
  #bucket = -1;
  /** Level of the list at the water line and its next and last voxel. */
  #level = NaN;
  #head = -1;
  #tail = -1;
  /** Voxels at or below the water line with other levels. */
  readonly #heap = new LevelHeap();

  constructor(levels: GreyLevels, mask: Uint8Array) {
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
    this.#levels = levels;
    this.#low = low;
    this.#scale = high > low ? (buckets - 1) / (high - low) : 0;
    this.#next = new Int32Array(levels.length);
  }

  push(voxel: number, level: number): void {
    const bucket = Math.floor((level - this.#low) * this.#scale);
    if (bucket > this.#bucket) {
      this.#next[voxel] = -1;
      if (this.#first[bucket] === -1) {
        this.#first[bucket] = voxel;
      } else {
        const last = this.#last[bucket]!;
        this.#next[last] = voxel;
        if (this.#levels[last] !== level) this.#mixed[bucket] = 1;
      }
      this.#last[bucket] = voxel;
    } else if (level === this.#level) {
      this.#next[voxel] = -1;
      if (this.#head === -1) this.#head = voxel;
      else this.#next[this.#tail] = voxel;
      this.#tail = voxel;
    } else {
      this.#heap.push(voxel, level);
    }
  }

  /** The next voxel, -1 if there is none. */
  pop(): number {
    const heap = this.#heap;
    while (true) {
      if (this.#head !== -1 && !(heap.lowest < this.#level)) {
        const voxel = this.#head;
        this.#head = this.#next[voxel]!;
        return voxel;
      }
      if (heap.size > 0) return heap.pop();
      if (!this.#rise()) return -1;
    }
  }

  /** Lifts the water line to the next bucket that holds voxels. */
  #rise(): boolean {
    const first = this.#first;
    let bucket = this.#bucket + 1;
    while (bucket < buckets && first[bucket] === -1) bucket++;
    this.#bucket = bucket;
    if (bucket >= buckets) return false;
    if (this.#mixed[bucket] === 0) {
      this.#head = first[bucket]!;
      this.#tail = this.#last[bucket]!;
      this.#level = this.#levels[this.#head]!;
    } else {
      this.#level = NaN;
      for (let i = first[bucket]!; i !== -1; i = this.#next[i]!) {
        this.#heap.push(i, this.#levels[i]!);
      }
    }
    return true;
  }
}

/** Binary heap of voxels by level, then by arrival. */
class LevelHeap {
  size = 0;
  #arrivals = 0;
  #voxel = new Int32Array(1024);
  #level = new Float64Array(1024);
  #arrival = new Float64Array(1024);

  /** Lowest level; Infinity if empty. */
  get lowest(): number {
    return this.size > 0 ? this.#level[0]! : Infinity;
  }

  push(voxel: number, level: number): void {
    if (this.size === this.#voxel.length) this.#grow();
    const voxels = this.#voxel, levels = this.#level, arrivals = this.#arrival;
    const arrival = this.#arrivals++;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      // A newcomer arrived last, so it rises past higher levels only.
      if (levels[parent]! <= level) break;
      voxels[i] = voxels[parent]!;
      levels[i] = levels[parent]!;
      arrivals[i] = arrivals[parent]!;
      i = parent;
    }
    voxels[i] = voxel;
    levels[i] = level;
    arrivals[i] = arrival;
  }

  pop(): number {
    const voxels = this.#voxel, levels = this.#level, arrivals = this.#arrival;
    const top = voxels[0]!, size = --this.size;
    const voxel = voxels[size]!, level = levels[size]!;
    const arrival = arrivals[size]!;
    let i = 0;
    while (true) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(child + 1, child)) child++;
      const childLevel = levels[child]!;
      if (
        childLevel > level || childLevel === level && arrivals[child]! > arrival
      ) break;
      voxels[i] = voxels[child]!;
      levels[i] = childLevel;
      arrivals[i] = arrivals[child]!;
      i = child;
    }
    voxels[i] = voxel;
    levels[i] = level;
    arrivals[i] = arrival;
    return top;

    function before(a: number, b: number): boolean {
      return levels[a]! < levels[b]! ||
        levels[a] === levels[b] && arrivals[a]! < arrivals[b]!;
    }
  }

  #grow(): void {
    const length = 2 * this.#voxel.length;
    const voxel = new Int32Array(length), level = new Float64Array(length);
    const arrival = new Float64Array(length);
    voxel.set(this.#voxel);
    level.set(this.#level);
    arrival.set(this.#arrival);
    this.#voxel = voxel;
    this.#level = level;
    this.#arrival = arrival;
  }
}
