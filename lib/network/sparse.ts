/** Sparse matrices in compressed rows. */

/** A matrix in compressed rows, column indices ascending within a row. */
export interface SparseMatrix {
  /** Number of rows; of columns too, unless it is said to be rectangular. */
  readonly size: number;
  /** Where each row starts in `columns` and `values`; `size + 1` entries. */
  readonly starts: Int32Array;
  /** Column of each stored entry. */
  readonly columns: Int32Array;
  /** Value of each stored entry. */
  readonly values: Float64Array;
}

/** Entries of a matrix in any order; entries at the same place add up. */
export class Triplets {
  /** Number of entries so far. */
  count = 0;
  /** Row of each entry, up to `count`. */
  rows = new Int32Array(1024);
  /** Column of each entry. */
  columns = new Int32Array(1024);
  /** Value of each entry. */
  values = new Float64Array(1024);

  /** Adds `value` at a place. */
  add(row: number, column: number, value: number): void {
    if (this.count === this.rows.length) this.#grow();
    const k = this.count++;
    this.rows[k] = row;
    this.columns[k] = column;
    this.values[k] = value;
  }

  #grow(): void {
    const { rows, columns, values } = this;
    this.rows = new Int32Array(2 * rows.length);
    this.columns = new Int32Array(2 * rows.length);
    this.values = new Float64Array(2 * rows.length);
    this.rows.set(rows);
    this.columns.set(columns);
    this.values.set(values);
  }
}

/**
 * A sparse matrix from its entries; entries at the same place are summed.
 *
 * @param size Number of rows.
 * @param entries Row, column and value of each entry; rows and columns count from 0.
 * @param width Number of columns, that of rows by default.
 * @returns The matrix; entries that sum to zero stay stored.
 *
 * @example Two entries at one place
 * ```ts
 * import assert from "node:assert/strict";
 * import { sparseMatrix, Triplets } from "./sparse.ts";
 *
 * const entries = new Triplets();
 * entries.add(0, 0, 1);
 * entries.add(0, 0, 2);
 * assert.deepEqual([...sparseMatrix(1, entries).values], [3]);
 * ```
 */
export function sparseMatrix(
  size: number,
  entries: Triplets,
  width: number = size,
): SparseMatrix {
  // Two counting sorts, by column and then by row, leave columns ascending.
  const { count } = entries;
  const byColumn = countingSort(width, entries.columns, count);
  const order = countingSort(size, entries.rows, count, byColumn);
  const starts = new Int32Array(size + 1);
  const columns = new Int32Array(count), values = new Float64Array(count);
  let stored = 0, row = 0;
  for (let k = 0; k < count; k++) {
    const e = order[k]!;
    while (row < entries.rows[e]!) starts[++row] = stored;
    const column = entries.columns[e]!;
    if (stored > starts[row]! && columns[stored - 1] === column) {
      values[stored - 1]! += entries.values[e]!;
    } else {
      columns[stored] = column;
      values[stored++] = entries.values[e]!;
    }
  }
  while (row < size) starts[++row] = stored;
  return {
    size,
    starts,
    columns: columns.slice(0, stored),
    values: values.slice(0, stored),
  };
}

function countingSort(
  keys: number,
  key: Int32Array,
  count: number,
  from?: Int32Array,
): Int32Array {
  const next = new Int32Array(keys + 1);
  for (let k = 0; k < count; k++) next[key[k]! + 1]!++;
  for (let k = 0; k < keys; k++) next[k + 1]! += next[k]!;
  const sorted = new Int32Array(count);
  for (let k = 0; k < count; k++) {
    const e = from === undefined ? k : from[k]!;
    sorted[next[key[e]!]!++] = e;
  }
  return sorted;
}

/**
 * Product of a sparse matrix and a vector.
 *
 * @param matrix The matrix.
 * @param vector As many values as the matrix has columns.
 * @param out Takes the product; a new vector by default.
 */
export function multiply(
  matrix: SparseMatrix,
  vector: Float64Array,
  out: Float64Array = new Float64Array(matrix.size),
): Float64Array {
  const { size, starts, columns, values } = matrix;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let k = starts[row]!, end = starts[row + 1]!; k < end; k++) {
      sum += values[k]! * vector[columns[k]!]!;
    }
    out[row] = sum;
  }
  return out;
}

/**
 * Rows and columns of a matrix, renumbered.
 *
 * @param matrix The matrix.
 * @param kept Indices that are kept, in their new order.
 */
export function submatrix(
  matrix: SparseMatrix,
  kept: Int32Array,
): SparseMatrix {
  const renumbered = new Int32Array(matrix.size).fill(-1);
  kept.forEach((old, k) => renumbered[old] = k);
  const entries = new Triplets();
  kept.forEach((old, row) => {
    for (let k = matrix.starts[old]!; k < matrix.starts[old + 1]!; k++) {
      const column = renumbered[matrix.columns[k]!]!;
      if (column >= 0) entries.add(row, column, matrix.values[k]!);
    }
  });
  return sparseMatrix(kept.length, entries);
}

/**
 * `a * A + b * B`; the pattern of the sum is that of both together.
 *
 * @param a Factor of the first matrix.
 * @param A First matrix.
 * @param b Factor of the second matrix.
 * @param B Second matrix, of the same size.
 */
export function combine(
  a: number,
  A: SparseMatrix,
  b: number,
  B: SparseMatrix,
): SparseMatrix {
  const entries = new Triplets();
  for (const [factor, matrix] of [[a, A], [b, B]] as const) {
    for (let row = 0; row < matrix.size; row++) {
      for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
        entries.add(row, matrix.columns[k]!, factor * matrix.values[k]!);
      }
    }
  }
  return sparseMatrix(A.size, entries);
}

/**
 * The transpose of a matrix.
 *
 * @param matrix The matrix, which may be rectangular.
 * @param width Number of its columns.
 */
export function transpose(
  matrix: SparseMatrix,
  width: number = matrix.size,
): SparseMatrix {
  const entries = new Triplets();
  for (let row = 0; row < matrix.size; row++) {
    for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
      entries.add(matrix.columns[k]!, row, matrix.values[k]!);
    }
  }
  return sparseMatrix(width, entries, matrix.size);
}
