/** Pass of the median filter, as the workers run it. */
import type { Range } from "./ranges.ts";
import type { GreyLevels } from "./threshold.ts";

/** What the pass works on. */
export interface MedianItem {
  image: GreyLevels;
  result: GreyLevels;
  depth: number;
  height: number;
  width: number;
}

/** Numbers that hold any grey level while they are sorted. */
type Row = Int32Array | Float32Array;
type Three = readonly [Row, Row, Row];
type Nine = readonly [...Three, ...Three, ...Three];

/**
 * Medians of layers `from` to `to`.
 *
 * The 27 voxels are three squares of nine side by side along x, each sorted
 * once and used for three medians; a square is three columns of three, each
 * sorted once and used for three squares.
 */
export function medianLayers(item: MedianItem & Range): void {
  const { image, result, depth, height, width, from, to } = item;
  const type = image instanceof Float32Array ? Float32Array : Int32Array;
  const threeRows = (): Three => [
    new type(width),
    new type(width),
    new type(width),
  ];
  // Sorted columns of three rows in turn, and the sorted squares of one row.
  const columns = [threeRows(), threeRows(), threeRows()] as const;
  const squares: Nine = [...threeRows(), ...threeRows(), ...threeRows()];
  const columnsOf = (y: number) => columns[(y % 3) as 0 | 1 | 2];
  const row = (z: number, y: number) => (z * height + y) * width;
  for (let z = from; z < to; z++) {
    const before = Math.max(0, z - 1), after = Math.min(depth - 1, z + 1);
    const sortRow = (y: number) => {
      const rows = [row(before, y), row(z, y), row(after, y)] as const;
      sortColumns(image, rows, columnsOf(y), width);
    };
    sortRow(0);
    for (let y = 0; y < height; y++) {
      if (y + 1 < height) sortRow(y + 1);
      const above = columnsOf(Math.max(0, y - 1));
      const below = columnsOf(Math.min(height - 1, y + 1));
      sortSquares(above, columnsOf(y), below, squares, width);
      medians(squares, result, row(z, y), width);
    }
  }
}

/** Sorts three voxels above each other for each x. */
function sortColumns(
  image: GreyLevels,
  [first, second, third]: readonly [number, number, number],
  [low, middle, high]: Three,
  width: number,
): void {
  for (let x = 0; x < width; x++) {
    const a = image[first + x]!, b = image[second + x]!, c = image[third + x]!;
    const less = Math.min(a, b), more = Math.max(a, b);
    const rest = Math.min(more, c);
    low[x] = Math.min(less, rest);
    middle[x] = Math.max(less, rest);
    high[x] = Math.max(more, c);
  }
}

/** Sorts nine voxels for each x, given as three sorted columns. */
function sortSquares(
  [a0, a1, a2]: Three,
  [b0, b1, b2]: Three,
  [c0, c1, c2]: Three,
  [s0, s1, s2, s3, s4, s5, s6, s7, s8]: Nine,
  width: number,
): void {
  for (let x = 0; x < width; x++) {
    // The lowest, the middle and the highest of the columns, each three sorted.
    let a = a0[x]!, b = b0[x]!, c = c0[x]!;
    let less = Math.min(a, b), more = Math.max(a, b), rest = Math.min(more, c);
    const v0 = Math.min(less, rest);
    let v1 = Math.max(less, rest), v2 = Math.max(more, c);
    a = a1[x]!, b = b1[x]!, c = c1[x]!;
    less = Math.min(a, b), more = Math.max(a, b), rest = Math.min(more, c);
    let v3 = Math.min(less, rest), v4 = Math.max(less, rest);
    let v5 = Math.max(more, c);
    a = a2[x]!, b = b2[x]!, c = c2[x]!;
    less = Math.min(a, b), more = Math.max(a, b), rest = Math.min(more, c);
    let v6 = Math.min(less, rest), v7 = Math.max(less, rest);
    const v8 = Math.max(more, c);
    // Seven exchanges sort a square whose rows and columns are sorted.
    a = v2, v2 = Math.min(a, v6), v6 = Math.max(a, v6);
    a = v1, v1 = Math.min(a, v3), v3 = Math.max(a, v3);
    a = v5, v5 = Math.min(a, v7), v7 = Math.max(a, v7);
    a = v2, v2 = Math.min(a, v3), v3 = Math.max(a, v3);
    a = v3, v3 = Math.min(a, v4), v4 = Math.max(a, v4);
    a = v4, v4 = Math.min(a, v6), v6 = Math.max(a, v6);
    a = v5, v5 = Math.min(a, v6), v6 = Math.max(a, v6);
    s0[x] = v0, s1[x] = v1, s2[x] = v2;
    s3[x] = v3, s4[x] = v4, s5[x] = v5;
    s6[x] = v6, s7[x] = v7, s8[x] = v8;
  }
}

/**
 * Median of three sorted squares for each x.
 *
 * Of the three values of one rank, the lowest can be the median of all 27 at
 * ranks 5 to 8 only, the middle one at ranks 2 to 6, the highest at ranks 0 to
 * 3; all others have 14 voxels above or below them. Of these 13, the median is
 * the seventh.
 */
function medians(
  [s0, s1, s2, s3, s4, s5, s6, s7, s8]: Nine,
  result: GreyLevels,
  first: number,
  width: number,
): void {
  for (let x = 0; x < width; x++) {
    const l = x === 0 ? 0 : x - 1, r = x === width - 1 ? x : x + 1;
    // Two sorted fours: highest of ranks 0 to 3, lowest of ranks 5 to 8.
    const h0 = Math.max(s0[l]!, s0[x]!, s0[r]!);
    let h1 = Math.max(s1[l]!, s1[x]!, s1[r]!);
    let h2 = Math.max(s2[l]!, s2[x]!, s2[r]!);
    let h3 = Math.max(s3[l]!, s3[x]!, s3[r]!);
    let l5 = Math.min(s5[l]!, s5[x]!, s5[r]!);
    let l6 = Math.min(s6[l]!, s6[x]!, s6[r]!);
    let l7 = Math.min(s7[l]!, s7[x]!, s7[r]!);
    const l8 = Math.min(s8[l]!, s8[x]!, s8[r]!);
    const m2 = middle(s2[l]!, s2[x]!, s2[r]!);
    const m3 = middle(s3[l]!, s3[x]!, s3[r]!);
    const m4 = middle(s4[l]!, s4[x]!, s4[r]!);
    const m5 = middle(s5[l]!, s5[x]!, s5[r]!);
    const m6 = middle(s6[l]!, s6[x]!, s6[r]!);
    // Merges the fours (odd-even merge of Batcher); their lowest and highest are not needed.
    let t = h1;
    l5 = Math.max(h0, l5);
    h1 = Math.min(t, l6), l6 = Math.max(t, l6);
    t = h2, h2 = Math.min(t, l7), l7 = Math.max(t, l7);
    h3 = Math.min(h3, l8);
    t = h2, h2 = Math.min(t, l5), l5 = Math.max(t, l5);
    t = h3, h3 = Math.min(t, l6), l6 = Math.max(t, l6);
    t = h1, h1 = Math.min(t, h2), h2 = Math.max(t, h2);
    t = h3, h3 = Math.min(t, l5), l5 = Math.max(t, l5);
    t = l6, l6 = Math.min(t, l7), l7 = Math.max(t, l7);
    // Seventh of the eight in order and the five in the middle.
    result[first + x] = Math.min(
      Math.max(h1, m6),
      Math.max(h2, m5),
      Math.max(h3, m4),
      Math.max(l5, m3),
      Math.max(l6, m2),
      l7,
    );
  }
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
