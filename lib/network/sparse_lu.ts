/** Direct solution of sparse systems whose pattern is symmetric though their values are not. */
import { eliminationTree } from "./elimination_tree.ts";
import { type SparseMatrix, transpose } from "./sparse.ts";

/** `P A P^T = L D U`, L and U unit triangular with one pattern, held by columns of L and rows of U. */
export interface SparseLuFactor {
  /** Number of unknowns. */
  readonly size: number;
  /** Unknowns in the order of elimination. */
  readonly order: Int32Array;
  /** Where each column of L, and each row of U, starts. */
  readonly starts: Int32Array;
  /** Row of each entry of L, and column of each entry of U. */
  readonly indices: Int32Array;
  /** Value of each entry of L. */
  readonly lower: Float64Array;
  /** Value of each entry of U. */
  readonly upper: Float64Array;
  /** Diagonal of D. */
  readonly pivots: Float64Array;
}

/**
 * Factorises a matrix with a symmetric pattern without exchange of rows. Meant
 * for the Jacobians of implicit steps, whose diagonal dominates; check the
 * residual where that is not certain.
 *
 * Rows of L and columns of U grow together along the elimination tree, as in
 * `factorLdl`.
 *
 * @param matrix Matrix with a symmetric pattern; zeros may be stored.
 * @param order Order of elimination, as from `nestedDissection`.
 * @throws {RangeError} If a pivot is zero or not a number.
 *
 * @example Two unknowns
 * ```ts
 * import assert from "node:assert/strict";
 * import { sparseMatrix, Triplets } from "./sparse.ts";
 * import { factorSparseLu, solveSparseLu } from "./sparse_lu.ts";
 *
 * const entries = new Triplets();
 * for (const [i, j, a] of [[0, 0, 2], [0, 1, 1], [1, 0, -2], [1, 1, 1]] as const) {
 *   entries.add(i, j, a);
 * }
 * const factor = factorSparseLu(sparseMatrix(2, entries), Int32Array.of(0, 1));
 * assert.deepEqual([...solveSparseLu(factor, Float64Array.of(4, 0))], [1, 2]);
 * ```
 */
export function factorSparseLu(
  matrix: SparseMatrix,
  order: Int32Array,
): SparseLuFactor {
  const { size, starts: rowStarts, columns, values } = matrix;
  const transposed = transpose(matrix).values;
  const { place, parent, starts } = eliminationTree(matrix, order);
  const indices = new Int32Array(starts[size]!);
  const lower = new Float64Array(starts[size]!);
  const upper = new Float64Array(starts[size]!);
  const pivots = new Float64Array(size);

  const ofRow = new Float64Array(size), ofColumn = new Float64Array(size);
  const pattern = new Int32Array(size), next = starts.slice(0, size);
  const visited = new Int32Array(size).fill(-1);
  for (let k = 0; k < size; k++) {
    let top = size;
    visited[k] = k;
    const row = order[k]!;
    for (let q = rowStarts[row]!; q < rowStarts[row + 1]!; q++) {
      let i = place[columns[q]!]!;
      if (i > k) continue;
      ofRow[i]! += values[q]!;
      ofColumn[i]! += transposed[q]!;
      let length = 0;
      for (; visited[i] !== k; i = parent[i]!) {
        pattern[length++] = i;
        visited[i] = k;
      }
      while (length > 0) pattern[--top] = pattern[--length]!;
    }
    let pivot = ofRow[k]!;
    ofRow[k] = ofColumn[k] = 0;
    for (; top < size; top++) {
      const i = pattern[top]!, z = ofRow[i]!, y = ofColumn[i]!;
      ofRow[i] = ofColumn[i] = 0;
      const end = next[i]!;
      for (let q = starts[i]!; q < end; q++) {
        const j = indices[q]!;
        ofRow[j]! -= upper[q]! * z;
        ofColumn[j]! -= lower[q]! * y;
      }
      const l = z / pivots[i]!;
      pivot -= l * y;
      indices[end] = k;
      lower[end] = l;
      upper[end] = y / pivots[i]!;
      next[i] = end + 1;
    }
    if (!(Math.abs(pivot) > 0)) {
      throw new RangeError(
        `Cannot factorise the matrix as its pivots must not be zero: current value is ${pivot} at unknown ${row}`,
      );
    }
    pivots[k] = pivot;
  }
  return { size, order, starts, indices, lower, upper, pivots };
}

/**
 * Solves `A x = b` with the factors of A.
 *
 * @param factor From {@linkcode factorSparseLu}.
 * @param b Right-hand side; not changed.
 */
export function solveSparseLu(
  factor: SparseLuFactor,
  b: Float64Array,
): Float64Array {
  const { size, order, starts, indices, lower, upper, pivots } = factor;
  const x = new Float64Array(size);
  for (let k = 0; k < size; k++) x[k] = b[order[k]!]!;
  for (let k = 0; k < size; k++) {
    const y = x[k]!;
    for (let q = starts[k]!, end = starts[k + 1]!; q < end; q++) {
      x[indices[q]!]! -= lower[q]! * y;
    }
  }
  const solution = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let y = x[k]! / pivots[k]!;
    for (let q = starts[k]!, end = starts[k + 1]!; q < end; q++) {
      y -= upper[q]! * x[indices[q]!]!;
    }
    x[k] = y;
    solution[order[k]!] = y;
  }
  return solution;
}
