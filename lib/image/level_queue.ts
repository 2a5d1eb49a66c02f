/** Priority queue of voxels, for floods. */

/** Number of buckets that the levels are spread over. */
const buckets = 2 ** 15;

/** Entries in a block of a bucket's list, as a power of two, and the mask of a place in it. */
const blockBits = 4, inBlock = 2 ** blockBits - 1;

/**
 * Voxels in the order of their level; of equal ones, first come, first served.
 * Water does not fall: a voxel below the level of the one taken last waits its
 * turn at that level.
 *
 * The queue keeps lists of arrival in buckets of similar level, and sorts only
 * the bucket at the water line, by a heap, and not even that one if all its
 * levels are the same. What comes at the level of the water needs no sorting.
 */
export class LevelQueue {
  /** Voxel that {@linkcode pop} took. */
  voxel = 0;

  readonly #low: number;
  readonly #scale: number;
  /** Entries in blocks; a block knows the block that follows. */
  #voxels = new Int32Array(2 ** 14);
  #levels = new Float32Array(2 ** 14);
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
  /** Voxels of that bucket above the water, and those at its level that came before the list. */
  readonly #heap = new LevelHeap();

  /**
   * @param low Lowest level that will be pushed.
   * @param high Highest level that will be pushed.
   */
  constructor(low: number, high: number) {
    this.#low = low;
    this.#scale = high > low ? (buckets - 1) / (high - low) : 0;
  }

  /** Adds a voxel. */
  push(voxel: number, level: number): void {
    if (level <= this.#water) {
      this.#append(this.#line, voxel, level);
      return;
    }
    const bucket = Math.floor((level - this.#low) * this.#scale);
    if (bucket === this.#line) {
      this.#heap.push(voxel, level);
      return;
    }
    if (this.#first[bucket] === -1) {
      this.#level[bucket] = level;
    } else if (this.#level[bucket] !== level) {
      this.#level[bucket] = NaN;
    }
    this.#append(bucket, voxel, level);
  }

  /** Takes the next voxel; false if there is none. */
  pop(): boolean {
    const heap = this.#heap;
    while (true) {
      const line = this.#line;
      const listed = line >= 0 && this.#first[line] !== -1;
      if (heap.size > 0 && (!listed || heap.levels[0] === this.#water)) {
        const at = heap.pop();
        this.voxel = heap.voxels[at]!;
        this.#water = heap.levels[at]!;
        return true;
      }
      if (listed) {
        this.voxel = this.#voxels[this.#take(line)]!;
        return true;
      }
      if (!this.#rise()) return false;
    }
  }

  /** Lifts the water line to the next bucket that holds voxels. */
  #rise(): boolean {
    let line = this.#line + 1;
    while (line < buckets && this.#first[line] === -1) line++;
    if (line === buckets) return false;
    this.#line = line;
    const level = this.#level[line]!;
    if (!Number.isNaN(level)) {
      this.#water = level;
      return true;
    }
    while (this.#first[line] !== -1) {
      const at = this.#take(line);
      this.#heap.push(this.#voxels[at]!, this.#levels[at]!);
    }
    return true;
  }

  #append(bucket: number, voxel: number, level: number): void {
    let at = this.#last[bucket]! + 1;
    const empty = this.#first[bucket] === -1;
    if (empty || (at & inBlock) === 0) {
      const block = this.#newBlock();
      if (!empty) this.#nextBlock[(at - 1) >> blockBits] = block;
      at = block << blockBits;
      if (empty) this.#first[bucket] = at;
    }
    this.#voxels[at] = voxel;
    this.#levels[at] = level;
    this.#last[bucket] = at;
  }

  /** Takes the first entry of a bucket's list; its values stay readable until the next push. */
  #take(bucket: number): number {
    const at = this.#first[bucket]!, block = at >> blockBits;
    if (at === this.#last[bucket]) {
      this.#first[bucket] = -1;
      this.#free(block);
    } else if ((at & inBlock) === inBlock) {
      this.#first[bucket] = this.#nextBlock[block]! << blockBits;
      this.#free(block);
    } else {
      this.#first[bucket] = at + 1;
    }
    return at;
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
      this.#levels = doubled(this.#levels);
      this.#nextBlock = doubled(this.#nextBlock);
    }
    return this.#usedBlocks++;
  }
}

/** Binary heap of voxels by level, then by arrival. */
class LevelHeap {
  /** Number of entries. */
  size = 0;
  voxels = new Int32Array(1024);
  levels = new Float32Array(1024);
  #arrivals = new Float64Array(1024);
  #arrived = 0;

  push(voxel: number, level: number): void {
    // One entry stays free for the one that pop() hands out.
    if (this.size + 1 === this.voxels.length) this.#grow();
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      // A newcomer arrived last, so it rises past higher levels only.
      if (this.levels[parent]! <= level) break;
      this.#move(parent, i);
      i = parent;
    }
    this.voxels[i] = voxel;
    this.levels[i] = level;
    this.#arrivals[i] = this.#arrived++;
  }

  /** Takes the first entry and returns where its values stand until the next push. */
  pop(): number {
    const size = --this.size;
    if (size === 0) return 0;
    const levels = this.levels, arrivals = this.#arrivals;
    this.#move(0, size + 1);
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
    return size + 1;
  }

  #move(from: number, to: number): void {
    this.voxels[to] = this.voxels[from]!;
    this.levels[to] = this.levels[from]!;
    this.#arrivals[to] = this.#arrivals[from]!;
  }

  #grow(): void {
    this.voxels = doubled(this.voxels);
    this.levels = doubled(this.levels);
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
