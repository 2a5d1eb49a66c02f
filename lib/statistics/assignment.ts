/** Assignment of rows to columns. */

/**
 * Assignment of every row to a column of its own, with the largest sum of
 * benefits.
 *
 * Shortest augmenting paths with potentials, time of the order of
 * `rows ** 2 * columns`: R. Jonker and A. Volgenant, Computing 38, 325 (1987),
 * doi:10.1007/BF02278710.
 *
 * @param benefit Benefit of row `i` and column `j` at `i * columns + j`.
 * @param rows Number of rows.
 * @param columns Number of columns, not less than the rows.
 * @returns Column of each row.
 * @throws {RangeError} If there are more rows than columns.
 *
 * @example The best pairs are not the best of each row
 * ```ts
 * import assert from "node:assert/strict";
 * import { bestAssignment } from "./assignment.ts";
 *
 * assert.deepEqual([...bestAssignment(Float64Array.of(9, 8, 8, 1), 2, 2)], [1, 0]);
 * ```
 */
export function bestAssignment(
  benefit: Float64Array,
  rows: number,
  columns: number,
): Int32Array {
  if (rows > columns) {
    throw new RangeError(
      `Cannot assign rows as there must be at most as many as columns, ${columns}: current value is ${rows}`,
    );
  }
  // Row of each column; column 0 stands for the row that is being placed, so all count from 1.
  const rowOf = new Int32Array(columns + 1);
  const previous = new Int32Array(columns + 1);
  const u = new Float64Array(rows + 1), v = new Float64Array(columns + 1);
  const shortest = new Float64Array(columns + 1);
  const done = new Uint8Array(columns + 1);
  for (let i = 1; i <= rows; i++) {
    rowOf[0] = i;
    shortest.fill(Infinity);
    done.fill(0);
    let column = 0;
    do {
      done[column] = 1;
      const row = rowOf[column]!;
      let delta = Infinity, nearest = 0;
      for (let j = 1; j <= columns; j++) {
        if (done[j] !== 0) continue;
        const cost = -benefit[(row - 1) * columns + j - 1]!;
        const reduced = cost - u[row]! - v[j]!;
        if (reduced < shortest[j]!) {
          shortest[j] = reduced;
          previous[j] = column;
        }
        if (shortest[j]! < delta) {
          delta = shortest[j]!;
          nearest = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (done[j] !== 0) {
          u[rowOf[j]!]! += delta;
          v[j]! -= delta;
        } else shortest[j]! -= delta;
      }
      column = nearest;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = previous[column]!) {
      rowOf[column] = rowOf[previous[column]!]!;
    }
  }
  const columnOf = new Int32Array(rows);
  for (let j = 1; j <= columns; j++) {
    if (rowOf[j]! > 0) columnOf[rowOf[j]! - 1] = j - 1;
  }
  return columnOf;
}
