/** Dense square matrices, row by row in one array. */

/** `P A = L U`; L and U share one array, L has a unit diagonal. */
export interface LuFactor {
  /** Number of rows. */
  readonly size: number;
  /** L below the diagonal, U on and above it, row by row. */
  readonly values: Float64Array;
  /** Row of A that stands in each row of the factors. */
  readonly rows: Int32Array;
}

/**
 * Factorises a dense matrix with partial pivoting; the matrix is overwritten.
 *
 * @param matrix Square matrix, row by row.
 * @param size Number of rows.
 * @throws {RangeError} If the matrix is singular.
 *
 * @example Two unknowns
 * ```ts
 * import assert from "node:assert/strict";
 * import { factorLu, solveLu } from "./dense.ts";
 *
 * const factor = factorLu(Float64Array.of(0, 2, 1, 1), 2);
 * assert.deepEqual([...solveLu(factor, Float64Array.of(4, 3))], [1, 2]);
 * ```
 */
export function factorLu(matrix: Float64Array, size: number): LuFactor {
  const rows = Int32Array.from({ length: size }, (_, k) => k);
  const panel = 4;
  for (let start = 0; start < size; start += panel) {
    const end = Math.min(start + panel, size);
    for (let k = start; k < end; k++) {
      factorColumn(matrix, size, rows, k, end);
    }
    if (end < size) updateTrailing(matrix, size, start, end);
  }
  return { size, values: matrix, rows };
}

/** Pivots column `k` and eliminates it within the panel that ends at `end`. */
function factorColumn(
  a: Float64Array,
  size: number,
  rows: Int32Array,
  k: number,
  end: number,
): void {
  let pivotRow = k, largest = Math.abs(a[k * size + k]!);
  for (let i = k + 1; i < size; i++) {
    const candidate = Math.abs(a[i * size + k]!);
    if (candidate > largest) [pivotRow, largest] = [i, candidate];
  }
  if (!(largest > 0)) {
    throw new RangeError(
      `Cannot factorise the matrix as it must not be singular: current value is a pivot of ${largest} in column ${k}`,
    );
  }
  if (pivotRow !== k) {
    const from = k * size, to = pivotRow * size;
    for (let j = 0; j < size; j++) {
      const value = a[from + j]!;
      a[from + j] = a[to + j]!;
      a[to + j] = value;
    }
    [rows[k], rows[pivotRow]] = [rows[pivotRow]!, rows[k]!];
  }
  const inverse = 1 / a[k * size + k]!;
  for (let i = k + 1; i < size; i++) {
    const factor = a[i * size + k]! *= inverse;
    for (let j = k + 1; j < end; j++) {
      a[i * size + j]! -= factor * a[k * size + j]!;
    }
  }
}

/** Takes a panel of up to four columns out of all that stand to the right of it. */
function updateTrailing(
  a: Float64Array,
  size: number,
  start: number,
  end: number,
): void {
  for (let k = start; k < end; k++) {
    for (let i = k + 1; i < end; i++) {
      const factor = a[i * size + k]!;
      for (let j = end; j < size; j++) {
        a[i * size + j]! -= factor * a[k * size + j]!;
      }
    }
  }
  // Four rows of U at once, so that each value of the rest is loaded once.
  if (end - start < 4) return;
  const r0 = start * size, r1 = r0 + size, r2 = r1 + size, r3 = r2 + size;
  for (let i = end; i < size; i++) {
    const row = i * size;
    const l0 = a[row + start]!, l1 = a[row + start + 1]!;
    const l2 = a[row + start + 2]!, l3 = a[row + start + 3]!;
    for (let j = end; j < size; j++) {
      a[row + j]! -= l0 * a[r0 + j]! + l1 * a[r1 + j]! + l2 * a[r2 + j]! +
        l3 * a[r3 + j]!;
    }
  }
}

/**
 * Solves `A x = b` with the factors of A.
 *
 * @param factor From {@linkcode factorLu}.
 * @param b Right-hand side; not changed.
 */
export function solveLu(factor: LuFactor, b: Float64Array): Float64Array {
  const { size, values, rows } = factor;
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    x[i] = b[rows[i]!]! - dot(values, i * size, x, 0, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    const rest = x[i]! - dot(values, i * size, x, i + 1, size);
    x[i] = rest / values[i * size + i]!;
  }
  return x;
}

/** Sum of `matrix[row + j] * vector[j]`; four sums at once hide the latency of additions. */
function dot(
  matrix: Float64Array,
  row: number,
  vector: Float64Array,
  from: number,
  to: number,
): number {
  let a = 0, b = 0, c = 0, d = 0, j = from;
  for (; j + 3 < to; j += 4) {
    a += matrix[row + j]! * vector[j]!;
    b += matrix[row + j + 1]! * vector[j + 1]!;
    c += matrix[row + j + 2]! * vector[j + 2]!;
    d += matrix[row + j + 3]! * vector[j + 3]!;
  }
  for (; j < to; j++) a += matrix[row + j]! * vector[j]!;
  return a + b + (c + d);
}

/**
 * Product of a dense matrix and a vector.
 *
 * @param matrix Matrix, row by row.
 * @param vector As many values as the matrix has columns.
 * @param out Takes the product; its length is the number of rows.
 */
export function multiplyDense(
  matrix: Float64Array,
  vector: Float64Array,
  out: Float64Array = new Float64Array(matrix.length / vector.length),
): Float64Array {
  const columns = vector.length, rows = out.length;
  let i = 0;
  // Four rows at once, so that each value of the vector is loaded once.
  for (; i + 3 < rows; i += 4) {
    const r0 = i * columns, r1 = r0 + columns;
    const r2 = r1 + columns, r3 = r2 + columns;
    let a = 0, b = 0, c = 0, d = 0;
    for (let j = 0; j < columns; j++) {
      const v = vector[j]!;
      a += matrix[r0 + j]! * v;
      b += matrix[r1 + j]! * v;
      c += matrix[r2 + j]! * v;
      d += matrix[r3 + j]! * v;
    }
    out[i] = a;
    out[i + 1] = b;
    out[i + 2] = c;
    out[i + 3] = d;
  }
  for (; i < rows; i++) out[i] = dot(matrix, i * columns, vector, 0, columns);
  return out;
}

/**
 * Inverse of a dense matrix.
 *
 * @param matrix Square matrix, row by row; not changed.
 * @param size Number of rows.
 * @throws {RangeError} If the matrix is singular.
 */
export function invert(matrix: Float64Array, size: number): Float64Array {
  const factor = factorLu(matrix.slice(), size);
  const inverse = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    unit[j] = 1;
    const column = solveLu(factor, unit);
    unit[j] = 0;
    for (let i = 0; i < size; i++) inverse[i * size + j] = column[i]!;
  }
  return inverse;
}
