/** Runs of voxels along x, and the components that they make. */

/** Runs of an image, row by row. */
export interface Runs {
  /** Number of voxels along x. */
  readonly width: number;
  /** Index of the first run of each row; one more entry gives their number. */
  readonly first: Int32Array;
  /** First voxel of each run along x. */
  readonly start: Int32Array;
  /** The voxel after its last. */
  readonly end: Int32Array;
}

/** Components of {@linkcode joinRuns}. */
export interface RunComponents {
  /** Component of each run, from 1, in the order of their first runs. */
  readonly component: Int32Array;
  /** Number of components. */
  readonly count: number;
}

/**
 * Runs along x of the voxels that are not 0, or of those that are.
 *
 * @param mask The image.
 * @param width Number of voxels along x.
 * @param of Which voxels.
 */
export function findRuns(
  mask: Uint8Array,
  width: number,
  of: "inside" | "outside",
): Runs {
  // Voxels outside runs, four to a word.
  const outside = of === "inside" ? 0 : 0x01010101;
  const rows = mask.length / width;
  const first = new Int32Array(rows + 1);
  const words = wordsOf(mask);
  let start = new Int32Array(2 ** 12), end = new Int32Array(2 ** 12);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    // A row holds at most every second voxel as a run.
    if (count + width / 2 + 1 > start.length) {
      const length = 2 * start.length + width;
      start = longer(start, length);
      end = longer(end, length);
    }
    const from = row * width, to = from + width;
    let last = outside;
    for (let i = from; i < to;) {
      const whole = (i & 3) === 0 && i + 4 <= to;
      // Eight voxels at once where they go on as the one before.
      if (
        whole && i + 8 <= to &&
        ((words[i >> 2]! ^ last) | (words[(i >> 2) + 1]! ^ last)) === 0
      ) {
        i += 8;
        continue;
      }
      let word = whole ? words[i >> 2]! : mask[i]! === 0 ? 0 : 0x01010101;
      if (word !== last) {
        if ((word & 0xfefefefe) !== 0) word = ones(word);
        // Lowest bit of each voxel that is not as the one before.
        let change = word ^ last;
        while (change !== 0) {
          const bit = 31 - Math.clz32(change & -change);
          const x = i - from + (bit >> 3);
          if (last === outside) start[count] = x;
          else end[count++] = x;
          last ^= 0x01010101;
          change = (word ^ last) & -1 << bit;
        }
      }
      i += whole ? 4 : 1;
    }
    if (last !== outside) end[count++] = width;
    first[row + 1] = count;
  }
  return { width, first, start, end };
}

/**
 * Components of runs by union-find, with the first run of a component as its
 * root.
 *
 * @param runs The runs.
 * @param height Number of rows of a layer.
 * @param reach 0 where runs must overlap along x, 1 where a corner suffices;
 * then also rows that share an edge only are neighbours.
 */
export function joinRuns(
  runs: Runs,
  height: number,
  reach: 0 | 1,
): RunComponents {
  const { first } = runs;
  const rows = first.length - 1;
  const parent = new Int32Array(first[rows]!);
  for (let i = 0; i < parent.length; i++) parent[i] = i;
  for (let row = 0, y = 0; row < rows; row++) {
    if (first[row] !== first[row + 1]) {
      if (y > 0) joinRows(runs, parent, row, row - 1, reach);
      if (row >= height) {
        joinRows(runs, parent, row, row - height, reach);
        if (reach === 1) {
          if (y > 0) joinRows(runs, parent, row, row - height - 1, reach);
          if (y < height - 1) {
            joinRows(runs, parent, row, row - height + 1, reach);
          }
        }
      }
    }
    if (++y === height) y = 0;
  }
  // A root comes before its runs, so its entry can turn into the component.
  let count = 0;
  for (let run = 0; run < parent.length; run++) {
    parent[run] = parent[run] === run ? ++count : parent[parent[run]!]!;
  }
  return { component: parent, count };
}

/** Joins the runs of two rows that overlap or, with reach 1, touch by a corner. */
function joinRows(
  { first, start, end }: Runs,
  parent: Int32Array,
  row: number,
  other: number,
  reach: number,
): void {
  const lastA = first[row + 1]!, lastB = first[other + 1]!;
  let a = first[row]!, b = first[other]!;
  while (a < lastA && b < lastB) {
    if (end[a]! + reach <= start[b]!) a++;
    else if (end[b]! + reach <= start[a]!) b++;
    else {
      if (parent[a] !== parent[b]) unite(parent, a, b);
      if (end[a]! < end[b]!) a++;
      else b++;
    }
  }
}

function unite(parent: Int32Array, a: number, b: number): void {
  a = rootOf(parent, a);
  b = rootOf(parent, b);
  if (a < b) parent[b] = a;
  else parent[a] = b;
}

function rootOf(parent: Int32Array, run: number): number {
  while (parent[run] !== run) {
    parent[run] = parent[parent[run]!]!;
    run = parent[run]!;
  }
  return run;
}

/** The voxels of a mask by four; voxels at the end that make no four are left out. */
function wordsOf(mask: Uint8Array): Int32Array {
  const aligned = mask.byteOffset % 4 === 0 ? mask : mask.slice();
  const { buffer, byteOffset, length } = aligned;
  return new Int32Array(buffer, byteOffset, length >> 2);
}

/** The word with 1 for each voxel that is not 0. */
function ones(word: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit += 8) {
    if ((word >>> bit & 0xff) !== 0) result |= 1 << bit;
  }
  return result;
}

function longer(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
