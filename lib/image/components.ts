/** Connected components. */
import { gridOf, type Image, type OnGridOf, onGridOf } from "../core/mod.ts";

/**
 * Which voxels are neighbours: those that share a face (6 in a volume, an edge
 * and 4 in a slice), or also those that share only an edge or a corner (26 in
 * a volume, 8 in a slice).
 */
export type Connectivity = "faces" | "corners";

/** Result of {@linkcode connectedComponents}. */
export interface Components<I extends Image> {
  /** Component of each voxel, from 1; 0 outside the mask. */
  labels: OnGridOf<I, Uint32Array>;
  /** Number of components. */
  count: number;
}

/**
 * Connected components of a mask.
 *
 * Labels run from 1 in the order in which the scan along x, y, z meets the
 * components, as in SciPy. Works on runs of voxels along x, joined by
 * union-find with path halving.
 *
 * @param mask Voxels other than 0 are inside.
 * @param connectivity Which voxels are neighbours.
 *
 * @example Two pixels that touch by a corner
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { connectedComponents } from "./components.ts";
 *
 * const mask = createSlice(Uint8Array.of(1, 0, 0, 1), [2, 2], [1, 1]);
 * assert.equal(connectedComponents(mask, "faces").count, 2);
 * assert.equal(connectedComponents(mask, "corners").count, 1);
 * ```
 */
export function connectedComponents<I extends Image<Uint8Array>>(
  mask: I,
  connectivity: Connectivity,
): Components<I> {
  const { depth, height, width, size } = gridOf(mask);
  const runs = new Runs(mask.data, width);
  const { firstRun } = runs;
  const reach = connectivity === "corners" ? 1 : 0;
  for (let row = 0; row < depth * height; row++) {
    if (firstRun[row] === firstRun[row + 1]) continue;
    const z = Math.floor(row / height), y = row - z * height;
    if (y > 0) runs.join(row, row - 1, reach);
    if (z === 0) continue;
    runs.join(row, row - height, reach);
    if (reach === 0) continue;
    if (y > 0) runs.join(row, row - height - 1, reach);
    if (y < height - 1) runs.join(row, row - height + 1, reach);
  }
  const labels = new Uint32Array(size);
  const count = runs.paint(labels);
  return { labels: onGridOf(mask, labels), count };
}

/** The voxels of a mask by four; voxels at the end that make no four are left out. */
function wordsOf(mask: Uint8Array): Uint32Array {
  const aligned = mask.byteOffset % 4 === 0 ? mask : mask.slice();
  const { buffer, byteOffset, length } = aligned;
  return new Uint32Array(buffer, byteOffset, length >> 2);
}

/** Runs of voxels along x and the components that they belong to. */
class Runs {
  /** Index of the first run of each row; one more entry gives their number. */
  readonly firstRun: Uint32Array;
  /** First voxel of each run, and the voxel after its last, along x. */
  #start = new Uint32Array(2 ** 12);
  #end = new Uint32Array(2 ** 12);
  /** A run of the same component that comes no later, itself if it is the first. */
  readonly #parent: Uint32Array;

  constructor(mask: Uint8Array, readonly width: number) {
    const rows = mask.length / width;
    this.firstRun = new Uint32Array(rows + 1);
    const words = wordsOf(mask);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      // A row holds at most every second voxel as a run.
      if (count + width / 2 + 1 > this.#start.length) this.#grow();
      const start = this.#start, end = this.#end;
      const first = row * width, last = first + width;
      let inside = 0;
      for (let i = first; i < last;) {
        // Four voxels at once where they go on as the one before.
        if ((i & 3) === 0 && i + 4 <= last) {
          const four = words[i >> 2]!;
          if (four === (inside === 0 ? 0 : 0x01010101)) {
            i += 4;
            continue;
          }
        }
        const now = mask[i] === 0 ? 0 : 1;
        if (now !== inside) {
          if (now === 1) start[count] = i - first;
          else end[count++] = i - first;
          inside = now;
        }
        i++;
      }
      if (inside === 1) end[count++] = width;
      this.firstRun[row + 1] = count;
    }
    this.#parent = new Uint32Array(count);
    for (let i = 0; i < count; i++) this.#parent[i] = i;
  }

  #grow(): void {
    const length = 2 * this.#start.length + this.width;
    const start = new Uint32Array(length), end = new Uint32Array(length);
    start.set(this.#start);
    end.set(this.#end);
    this.#start = start;
    this.#end = end;
  }

  /** Joins the runs of two rows that overlap or, with reach 1, touch by a corner. */
  join(row: number, other: number, reach: number): void {
    const start = this.#start, end = this.#end;
    const lastA = this.firstRun[row + 1]!, lastB = this.firstRun[other + 1]!;
    let a = this.firstRun[row]!, b = this.firstRun[other]!;
    while (a < lastA && b < lastB) {
      if (end[a]! + reach <= start[b]!) a++;
      else if (end[b]! + reach <= start[a]!) b++;
      else {
        this.#unite(a, b);
        if (end[a]! < end[b]!) a++;
        else b++;
      }
    }
  }

  #unite(a: number, b: number): void {
    const parent = this.#parent;
    a = this.#root(a);
    b = this.#root(b);
    if (a < b) parent[b] = a;
    else parent[a] = b;
  }

  #root(run: number): number {
    const parent = this.#parent;
    while (parent[run] !== run) {
      parent[run] = parent[parent[run]!]!;
      run = parent[run]!;
    }
    return run;
  }

  /** Writes the labels and returns their number. */
  paint(labels: Uint32Array): number {
    const start = this.#start, end = this.#end, parent = this.#parent;
    // A root comes before its runs, so its entry can turn into the label.
    let count = 0;
    for (let row = 0; row + 1 < this.firstRun.length; row++) {
      const first = row * this.width, last = this.firstRun[row + 1]!;
      for (let run = this.firstRun[row]!; run < last; run++) {
        const label = parent[run] === run ? ++count : parent[parent[run]!]!;
        parent[run] = label;
        labels.fill(label, first + start[run]!, first + end[run]!);
      }
    }
    return count;
  }
}
