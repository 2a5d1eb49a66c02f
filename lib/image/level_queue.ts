/** Priority queue of voxels, for floods. */
import type { GreyLevels } from "./threshold.ts";

/** Number of buckets that the levels are spread over. */
const buckets = 2 ** 15;

/** Entries in a block of a bucket's list, as a power of two, and the mask of a place in it. */
const blockBits = 4, inBlock = 2 ** blockBits - 1;

/**
 * Labelled voxels in the order of their level; of equal ones, first come,
 * first served. Water does not fall: a voxel below the level of the one taken
 * last waits its turn at that level.
 *
 * The queue keeps lists of arrival in buckets of similar level, and sorts only
 * the bucket at the water line, and not even that one if all its levels are
 * the same. What comes at the level of the water needs no sorting; what comes
 * between it and the end of the bucket goes to a heap.
 */
export class LevelQueue {
  /** Voxel that {@linkcode pop} took, and its label. */
  voxel = 0;
  label = 0;

  readonly #image: GreyLevels;
  readonly #low: number;
  readonly #scale: number;
  /** Entries in blocks; a block knows the block that follows. */
  #voxels = new Int32Array(2 ** 14);
  #labels = new Int32Array(2 ** 14);
  #nextBlock = new Int32Array(2 ** (14 - blockBits));
  #usedBlocks = 0;
  /** First of the blocks that were emptied, -1 if there is none. */
  #freeBlock = -1;
  /** Place of the first entry of each bucket, -1 if it is empty, and of its last. */
  readonly #first = new Int32Array(buckets).fill(-1);
  readonly #last = new Int32Array(buckets);
  /** Level of the entries of a bucket, NaN if they differ. */
  readonly #level = new Float32Array(buckets);
  /** Bucket at the water line; its list holds voxels at the level of the water. */
  #line = -1;
  #water = -Infinity;
  /** What that bucket held when the water came to it, if its levels differed. */
  readonly #sorted = new SortedEntries();
  /** Voxels that came to that bucket since, above the water of the time. */
  readonly #heap = new LevelHeap();

  /**
   * @param levels Level of each voxel.
   * @param low Lowest level that will be pushed.
   * @param high Highest level that will be pushed.
   */
  constructor(levels: GreyLevels, low: number, high: number) {
    this.#image = levels;
    this.#low = low;
    this.#scale = high > low ? (buckets - 1) / (high - low) : 0;
  }

  /** Adds a voxel. */
  push(voxel: number, label: number): void {
    const level = this.#image[voxel]!;
    if (level <= this.#water) {
      this.#append(this.#line, voxel, label);
      return;
    }
    const bucket = Math.floor((level - this.#low) * this.#scale);
    if (bucket === this.#line) {
      this.#heap.push(voxel, label, level);
      return;
    }
    if (this.#first[bucket] === -1) {
      this.#level[bucket] = level;
    } else if (this.#level[bucket] !== level) {
      this.#level[bucket] = NaN;
    }
    this.#append(bucket, voxel, label);
  }

  /** Takes the next voxel; false if there is none. */
  pop(): boolean {
    const line = this.#line, heap = this.#heap, sorted = this.#sorted;
    const listed = line >= 0 && this.#first[line] !== -1;
    const above = sorted.level < heap.level ? sorted.level : heap.level;
    // What is above the water came earlier than what is listed at its level.
    if (listed && above !== this.#water) {
      this.#takeFirst(line);
      return true;
    }
    if (above === Infinity) return this.#rise();
    this.#water = above;
    // What is sorted came before what is in the heap.
    const source = sorted.level === above ? sorted : heap;
    source.pop();
    this.voxel = source.voxel;
    this.label = source.label;
    return true;
  }

  /** Lifts the water line to the next bucket that holds voxels, and takes the first; false if there is none. */
  #rise(): boolean {
    let line = this.#line + 1;
    while (line < buckets && this.#first[line] === -1) line++;
    if (line === buckets) return false;
    this.#line = line;
    const level = this.#level[line]!;
    if (!Number.isNaN(level)) {
      this.#water = level;
      this.#takeFirst(line);
      return true;
    }
    while (this.#first[line] !== -1) {
      this.#takeFirst(line);
      this.#sorted.add(this.voxel, this.label, this.#image[this.voxel]!);
    }
    this.#sorted.sort();
    return this.pop();
  }

  #append(bucket: number, voxel: number, label: number): void {
    let at = this.#last[bucket]! + 1;
    const empty = this.#first[bucket] === -1;
    if (empty || (at & inBlock) === 0) {
      const block = this.#newBlock();
      if (!empty) this.#nextBlock[(at - 1) >> blockBits] = block;
      at = block << blockBits;
      if (empty) this.#first[bucket] = at;
    }
    this.#voxels[at] = voxel;
    this.#labels[at] = label;
    this.#last[bucket] = at;
  }

  /** Takes the first entry of a bucket's list. */
  #takeFirst(bucket: number): void {
    const at = this.#first[bucket]!, block = at >> blockBits;
    this.voxel = this.#voxels[at]!;
    this.label = this.#labels[at]!;
    if (at === this.#last[bucket]) {
      this.#first[bucket] = -1;
      this.#free(block);
    } else if ((at & inBlock) === inBlock) {
      this.#first[bucket] = this.#nextBlock[block]! << blockBits;
      this.#free(block);
    } else {
      this.#first[bucket] = at + 1;
    }
  }

  #free(block: number): void {
    this.#nextBlock[block] = this.#freeBlock;
    this.#freeBlock = block;
  }

  #newBlock(): number {
    const block = this.#freeBlock;
    if (block !== -1) {
      this.#freeBlock = this.#nextBlock[block]!;
      return block;
    }
    if (this.#usedBlocks === this.#nextBlock.length) {
      this.#voxels = doubled(this.#voxels);
      this.#labels = doubled(this.#labels);
      this.#nextBlock = doubled(this.#nextBlock);
    }
    return this.#usedBlocks++;
  }
}

/** Arrivals that a sorting key has room for, beside the 32 bits of a level. */
const arrivals = 2 ** 21;

/** Voxels that are sorted at once, by level, then by arrival. */
class SortedEntries {
  /** Level of the next entry, infinite if there is none. */
  level = Infinity;
  /** Entry that {@linkcode pop} took. */
  voxel = 0;
  label = 0;
  #voxels = new Int32Array(1024);
  #labels = new Int32Array(1024);
  #levels = new Float32Array(1024);
  /** The bits of the level, in the order of the levels, then the arrival. */
  #keys = new Float64Array(1024);
  readonly #bits = new Int32Array(1);
  readonly #float = new Float32Array(this.#bits.buffer);
  #size = 0;
  #next = 0;

  add(voxel: number, label: number, level: number): void {
    const i = this.#size++;
    if (i === this.#voxels.length) {
      this.#voxels = doubled(this.#voxels);
      this.#labels = doubled(this.#labels);
      this.#levels = doubled(this.#levels);
      this.#keys = doubled(this.#keys);
    }
    this.#voxels[i] = voxel;
    this.#labels[i] = label;
    this.#levels[i] = level;
  }

  /** Sorts what was added; none of what was sorted before may be left. */
  sort(): void {
    const size = this.#size, keys = this.#keys;
    if (size <= arrivals) {
      for (let i = 0; i < size; i++) {
        // Zero without a sign, as its bits would tell them apart.
        this.#float[0] = this.#levels[i]! + 0;
        const bits = this.#bits[0]!;
        keys[i] = (bits ^ bits >> 31 & 0x7fffffff) * arrivals + i;
      }
      keys.subarray(0, size).sort();
      for (let i = 0; i < size; i++) {
        keys[i]! -= Math.floor(keys[i]! / arrivals) * arrivals;
      }
    } else {
      for (let i = 0; i < size; i++) keys[i] = i;
      const levels = this.#levels;
      keys.subarray(0, size).sort((a, b) => levels[a]! - levels[b]! || a - b);
    }
    this.#next = 0;
    this.level = size > 0 ? this.#levels[keys[0]!]! : Infinity;
  }

  pop(): void {
    const i = this.#keys[this.#next++]!;
    this.voxel = this.#voxels[i]!;
    this.label = this.#labels[i]!;
    if (this.#next < this.#size) {
      this.level = this.#levels[this.#keys[this.#next]!]!;
    } else {
      this.#size = 0;
      this.level = Infinity;
    }
  }
}

/** Binary heap of voxels by level, then by arrival. */
class LevelHeap {
  /** Level of the first entry, infinite if there is none. */
  level = Infinity;
  /** Entry that {@linkcode pop} took. */
  voxel = 0;
  label = 0;
  #size = 0;
  #voxels = new Int32Array(1024);
  #labels = new Int32Array(1024);
  #levels = new Float32Array(1024);
  #arrivals = new Float64Array(1024);
  #arrived = 0;

  push(voxel: number, label: number, level: number): void {
    // One entry stays free for pop().
    if (this.#size + 1 === this.#voxels.length) this.#grow();
    let i = this.#size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      // A newcomer arrived last, so it rises past higher levels only.
      if (this.#levels[parent]! <= level) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#voxels[i] = voxel;
    this.#labels[i] = label;
    this.#levels[i] = level;
    this.#arrivals[i] = this.#arrived++;
    this.level = this.#levels[0]!;
  }

  pop(): void {
    this.voxel = this.#voxels[0]!;
    this.label = this.#labels[0]!;
    const size = --this.#size;
    if (size === 0) {
      this.level = Infinity;
      return;
    }
    const levels = this.#levels, arrivals = this.#arrivals;
    const level = levels[size]!, arrival = arrivals[size]!;
    let i = 0;
    while (true) {
      let child = 2 * i + 1;
      if (child >= size) break;
      const right = child + 1;
      if (
        right < size &&
        (levels[right]! < levels[child]! ||
          levels[right] === levels[child] &&
            arrivals[right]! < arrivals[child]!)
      ) child = right;
      if (
        levels[child]! > level ||
        levels[child] === level && arrivals[child]! > arrival
      ) break;
      this.#move(child, i);
      i = child;
    }
    this.#move(size, i);
    this.level = levels[0]!;
  }

  #move(from: number, to: number): void {
    this.#voxels[to] = this.#voxels[from]!;
    this.#labels[to] = this.#labels[from]!;
    this.#levels[to] = this.#levels[from]!;
    this.#arrivals[to] = this.#arrivals[from]!;
  }

  #grow(): void {
    this.#voxels = doubled(this.#voxels);
    this.#labels = doubled(this.#labels);
    this.#levels = doubled(this.#levels);
    this.#arrivals = doubled(this.#arrivals);
  }
}

function doubled<T extends Int32Array | Float32Array | Float64Array>(
  array: T,
): T {
  const type = array.constructor as new (length: number) => T;
  const copy = new type(2 * array.length);
  copy.set(array);
  return copy;
}
