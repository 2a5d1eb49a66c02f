/** Iterative solution of linear systems. */
import { multiply, type SparseMatrix } from "./sparse.ts";

/** A linear map, for example a product with a matrix or an approximate solution. */
export type LinearMap = (vector: Float64Array) => Float64Array;

/** Result of an iterative solution. */
export interface IterativeSolution {
  /** The unknowns. */
  readonly solution: Float64Array;
  /** Iterations that were needed. */
  readonly iterations: number;
  /** Norm of the residual over that of the right-hand side. */
  readonly residual: number;
}

/**
 * Preconditioned conjugate gradients for symmetric positive definite systems.
 *
 * Source: M. R. Hestenes and E. Stiefel, J. Res. Natl. Bur. Stand. 49, 409
 * (1952), doi:10.6028/jres.049.044.
 *
 * @param matrix Product with the matrix.
 * @param b Right-hand side.
 * @param precondition Approximate solution, as from {@linkcode incompleteCholesky}.
 * @param tolerance Residual at which to stop, relative to that of `b`.
 * @throws {RangeError} If it has not converged after ten times as many
 * iterations as there are unknowns.
 *
 * @example Two unknowns
 * ```ts
 * import assert from "node:assert/strict";
 * import { conjugateGradients } from "./krylov.ts";
 *
 * const { solution } = conjugateGradients(
 *   ([x, y]) => Float64Array.of(4 * x! + 2 * y!, 2 * x! + 3 * y!),
 *   Float64Array.of(8, 8),
 *   (r) => r,
 *   1e-12,
 * );
 * assert.ok(Math.abs(solution[1]! - 2) < 1e-9);
 * ```
 */
export function conjugateGradients(
  matrix: LinearMap,
  b: Float64Array,
  precondition: LinearMap,
  tolerance: number,
): IterativeSolution {
  const size = b.length, solution = new Float64Array(size);
  const r = b.slice(), norm = Math.sqrt(dot(b, b));
  if (norm === 0) return { solution, iterations: 0, residual: 0 };
  let z = precondition(r), rz = dot(r, z);
  const direction = z.slice();
  for (let iterations = 1; iterations <= 10 * size + 10; iterations++) {
    const image = matrix(direction);
    const step = rz / dot(direction, image);
    for (let k = 0; k < size; k++) {
      solution[k]! += step * direction[k]!;
      r[k]! -= step * image[k]!;
    }
    const residual = Math.sqrt(dot(r, r)) / norm;
    if (residual <= tolerance) return { solution, iterations, residual };
    z = precondition(r);
    const next = dot(r, z), ratio = next / rz;
    rz = next;
    for (let k = 0; k < size; k++) {
      direction[k] = z[k]! + ratio * direction[k]!;
    }
  }
  throw new RangeError(
    `Cannot solve the system by conjugate gradients as it must converge to ${tolerance}: current value is ${
      Math.sqrt(dot(r, r)) / norm
    }`,
  );
}

/**
 * Preconditioner by incomplete Cholesky factorisation without fill.
 *
 * Source: J. A. Meijerink and H. A. van der Vorst, Math. Comp. 31, 148 (1977),
 * doi:10.1090/S0025-5718-1977-0438681-4; exists for M-matrices.
 *
 * @param matrix Symmetric positive definite matrix, both triangles stored.
 * @throws {RangeError} If a pivot is not positive: then use the diagonal.
 */
export function incompleteCholesky(matrix: SparseMatrix): LinearMap {
  const { size, starts, columns, values } = matrix;
  // Strictly lower part by rows, and the diagonal.
  const lowerStarts = new Int32Array(size + 1);
  for (let row = 0; row < size; row++) {
    let count = 0;
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      if (columns[k]! < row) count++;
    }
    lowerStarts[row + 1] = lowerStarts[row]! + count;
  }
  const lowerColumns = new Int32Array(lowerStarts[size]!);
  const lower = new Float64Array(lowerStarts[size]!);
  const diagonal = new Float64Array(size);
  const at = new Int32Array(size).fill(-1);
  for (let row = 0; row < size; row++) {
    let place = lowerStarts[row]!, pivot = 0;
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const column = columns[k]!;
      if (column < row) {
        lowerColumns[place] = column;
        lower[place++] = values[k]!;
      } else if (column === row) pivot = values[k]!;
    }
    const end = lowerStarts[row + 1]!;
    for (let k = lowerStarts[row]!; k < end; k++) at[lowerColumns[k]!] = k;
    for (let k = lowerStarts[row]!; k < end; k++) {
      const column = lowerColumns[k]!;
      let value = lower[k]!;
      for (let q = lowerStarts[column]!; q < lowerStarts[column + 1]!; q++) {
        const same = at[lowerColumns[q]!]!;
        if (same >= 0) value -= lower[same]! * lower[q]!;
      }
      value /= diagonal[column]!;
      lower[k] = value;
      pivot -= value * value;
    }
    for (let k = lowerStarts[row]!; k < end; k++) at[lowerColumns[k]!] = -1;
    if (!(pivot > 0)) {
      throw new RangeError(
        `Cannot factorise the matrix incompletely as its pivots must be positive: current value is ${pivot} at unknown ${row}`,
      );
    }
    diagonal[row] = Math.sqrt(pivot);
  }
  return (r) => {
    const z = r.slice();
    for (let row = 0; row < size; row++) {
      let value = z[row]!;
      for (let k = lowerStarts[row]!; k < lowerStarts[row + 1]!; k++) {
        value -= lower[k]! * z[lowerColumns[k]!]!;
      }
      z[row] = value / diagonal[row]!;
    }
    for (let row = size - 1; row >= 0; row--) {
      const value = z[row] = z[row]! / diagonal[row]!;
      for (let k = lowerStarts[row]!; k < lowerStarts[row + 1]!; k++) {
        z[lowerColumns[k]!]! -= lower[k]! * value;
      }
    }
    return z;
  };
}

/**
 * Preconditioner by the diagonal (Jacobi).
 *
 * @param matrix Matrix with a diagonal without zeros.
 */
export function diagonalPreconditioner(matrix: SparseMatrix): LinearMap {
  const inverse = new Float64Array(matrix.size);
  for (let row = 0; row < matrix.size; row++) {
    for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
      if (matrix.columns[k] === row) inverse[row] = 1 / matrix.values[k]!;
    }
  }
  return (r) => r.map((value, k) => value * inverse[k]!);
}

/** Product with a sparse matrix as a map. */
export function mapOf(matrix: SparseMatrix): LinearMap {
  return (vector) => multiply(matrix, vector);
}

/**
 * Generalised minimal residuals, preconditioned from the right, for systems
 * that need not be symmetric. Meant for a few iterations with a good
 * preconditioner: all directions are kept.
 *
 * Source: Y. Saad and M. H. Schultz, SIAM J. Sci. Stat. Comput. 7, 856 (1986),
 * doi:10.1137/0907058.
 *
 * @param matrix Product with the matrix.
 * @param b Right-hand side.
 * @param precondition Approximate solution.
 * @param tolerance Residual at which to stop, relative to that of `b`.
 * @param limit Largest number of iterations; the best solution so far is returned.
 */
export function gmres(
  matrix: LinearMap,
  b: Float64Array,
  precondition: LinearMap,
  tolerance: number,
  limit: number,
): IterativeSolution {
  const norm = Math.sqrt(dot(b, b));
  const solution = new Float64Array(b.length);
  if (norm === 0) return { solution, iterations: 0, residual: 0 };
  const basis = [b.map((value) => value / norm)];
  const corrections: Float64Array[] = [], columns: number[][] = [];
  const cosines: number[] = [], sines: number[] = [];
  const target = [norm];
  let residual = 1;
  while (residual > tolerance && columns.length < limit) {
    const k = columns.length;
    const correction = precondition(basis[k]!);
    const image = matrix(correction);
    const column: number[] = [];
    for (const v of basis) {
      const h = dot(image, v);
      column.push(h);
      for (let i = 0; i < image.length; i++) image[i]! -= h * v[i]!;
    }
    const rest = Math.sqrt(dot(image, image));
    for (let j = 0; j < k; j++) {
      const a = column[j]!, c = column[j + 1]!;
      column[j] = cosines[j]! * a + sines[j]! * c;
      column[j + 1] = cosines[j]! * c - sines[j]! * a;
    }
    const length = Math.hypot(column[k]!, rest);
    cosines.push(column[k]! / length);
    sines.push(rest / length);
    column[k] = length;
    target.push(-sines[k]! * target[k]!);
    target[k]! *= cosines[k]!;
    corrections.push(correction);
    columns.push(column);
    residual = Math.abs(target[k + 1]!) / norm;
    if (rest === 0) break;
    basis.push(image.map((value) => value / rest));
  }
  for (let k = columns.length - 1; k >= 0; k--) {
    const weight = target[k]! / columns[k]![k]!;
    for (let j = 0; j < k; j++) target[j]! -= weight * columns[k]![j]!;
    const correction = corrections[k]!;
    for (let i = 0; i < solution.length; i++) {
      solution[i]! += weight * correction[i]!;
    }
  }
  return { solution, iterations: columns.length, residual };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
