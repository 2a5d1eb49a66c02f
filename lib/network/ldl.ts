/** Direct solution of sparse symmetric systems. */
import { eliminationTree } from "./elimination_tree.ts";
import type { SparseMatrix } from "./sparse.ts";

/** `P A P^T = L D L^T`, L unit lower triangular by columns, D positive. */
export interface LdlFactor {
  /** Number of unknowns. */
  readonly size: number;
  /** Unknowns in the order of elimination. */
  readonly order: Int32Array;
  /** Where each column of L starts. */
  readonly starts: Int32Array;
  /** Row of each entry of L, below the diagonal. */
  readonly rows: Int32Array;
  /** Value of each entry of L. */
  readonly values: Float64Array;
  /** Diagonal of D. */
  readonly pivots: Float64Array;
}

/**
 * Factorises a symmetric positive definite matrix, row by row along the
 * elimination tree.
 *
 * Source: T. A. Davis, ACM Trans. Math. Softw. 31, 587 (2005),
 * doi:10.1145/1114268.1114277.
 *
 * @param matrix Symmetric positive definite matrix, both triangles stored.
 * @param order Order of elimination, as from `nestedDissection`.
 * @returns The factors for {@linkcode solveLdl}.
 * @throws {RangeError} If a pivot is not positive.
 *
 * @example Two unknowns
 * ```ts
 * import assert from "node:assert/strict";
 * import { factorLdl, solveLdl } from "./ldl.ts";
 * import { sparseMatrix, Triplets } from "./sparse.ts";
 *
 * const entries = new Triplets();
 * for (const [i, j, a] of [[0, 0, 4], [0, 1, 2], [1, 0, 2], [1, 1, 3]] as const) {
 *   entries.add(i, j, a);
 * }
 * const factor = factorLdl(sparseMatrix(2, entries), Int32Array.of(0, 1));
 * assert.deepEqual([...solveLdl(factor, Float64Array.of(8, 8))], [1, 2]);
 * ```
 */
export function factorLdl(matrix: SparseMatrix, order: Int32Array): LdlFactor {
  const { size, starts: rowStarts, columns, values: entries } = matrix;
  const { place, parent, starts } = eliminationTree(matrix, order);
  const rows = new Int32Array(starts[size]!);
  const values = new Float64Array(starts[size]!);
  const pivots = new Float64Array(size);

  const work = new Float64Array(size), pattern = new Int32Array(size);
  const next = starts.slice(0, size);
  const visited = new Int32Array(size).fill(-1);
  for (let k = 0; k < size; k++) {
    let top = size;
    visited[k] = k;
    const row = order[k]!;
    for (let q = rowStarts[row]!; q < rowStarts[row + 1]!; q++) {
      let i = place[columns[q]!]!;
      if (i > k) continue;
      work[i]! += entries[q]!;
      let length = 0;
      for (; visited[i] !== k; i = parent[i]!) {
        pattern[length++] = i;
        visited[i] = k;
      }
      while (length > 0) pattern[--top] = pattern[--length]!;
    }
    let pivot = work[k]!;
    work[k] = 0;
    for (; top < size; top++) {
      const i = pattern[top]!, y = work[i]!;
      work[i] = 0;
      const end = next[i]!;
      for (let q = starts[i]!; q < end; q++) {
        work[rows[q]!]! -= values[q]! * y;
      }
      const l = y / pivots[i]!;
      pivot -= l * y;
      rows[end] = k;
      values[end] = l;
      next[i] = end + 1;
    }
    if (!(pivot > 0)) {
      throw new RangeError(
        `Cannot factorise the matrix as it must be positive definite: current value is a pivot of ${pivot} at unknown ${row}`,
      );
    }
    pivots[k] = pivot;
  }
  return { size, order, starts, rows, values, pivots };
}

/**
 * Solves `A x = b` with the factors of A.
 *
 * @param factor From {@linkcode factorLdl}.
 * @param b Right-hand side; not changed.
 * @returns The solution.
 */
export function solveLdl(factor: LdlFactor, b: Float64Array): Float64Array {
  const { size, order, starts, rows, values, pivots } = factor;
  const x = new Float64Array(size);
  for (let k = 0; k < size; k++) x[k] = b[order[k]!]!;
  for (let k = 0; k < size; k++) {
    const y = x[k]!;
    if (y === 0) continue;
    for (let q = starts[k]!, end = starts[k + 1]!; q < end; q++) {
      x[rows[q]!]! -= values[q]! * y;
    }
  }
  const solution = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let y = x[k]! / pivots[k]!;
    for (let q = starts[k]!, end = starts[k + 1]!; q < end; q++) {
      y -= values[q]! * x[rows[q]!]!;
    }
    x[k] = y;
    solution[order[k]!] = y;
  }
  return solution;
}
