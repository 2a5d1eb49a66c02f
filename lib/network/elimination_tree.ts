/** Which entries a factor of a sparse matrix will have. */
import type { SparseMatrix } from "./sparse.ts";

/** What is known of a factor before its values are. */
export interface EliminationTree {
  /** Place of each unknown in the order of elimination. */
  readonly place: Int32Array;
  /** Next column in which a column has an entry below the diagonal; -1 where there is none. */
  readonly parent: Int32Array;
  /** First entry of each column of the factor; one more entry gives their number. */
  readonly starts: Int32Array;
}

/**
 * Elimination tree and column counts of the factor of a matrix with a
 * symmetric pattern.
 *
 * Source: T. A. Davis, ACM Trans. Math. Softw. 31, 587 (2005),
 * doi:10.1145/1114268.1114277.
 *
 * @param matrix Its pattern must be symmetric.
 * @param order Unknowns in the order of elimination.
 */
export function eliminationTree(
  { size, starts: rowStarts, columns }: SparseMatrix,
  order: Int32Array,
): EliminationTree {
  const place = new Int32Array(size);
  for (let k = 0; k < size; k++) place[order[k]!] = k;

  const parent = new Int32Array(size).fill(-1);
  const visited = new Int32Array(size), filled = new Int32Array(size);
  for (let k = 0; k < size; k++) {
    visited[k] = k;
    const row = order[k]!;
    for (let q = rowStarts[row]!; q < rowStarts[row + 1]!; q++) {
      for (let i = place[columns[q]!]!; i < k && visited[i] !== k;) {
        if (parent[i] === -1) parent[i] = k;
        filled[i]!++;
        visited[i] = k;
        i = parent[i]!;
      }
    }
  }
  const starts = new Int32Array(size + 1);
  for (let k = 0; k < size; k++) starts[k + 1] = starts[k]! + filled[k]!;
  return { place, parent, starts };
}
