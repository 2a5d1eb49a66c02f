/** Rotation that carries one set of points onto another. */

/** Result of {@linkcode orthogonalProcrustes}. */
export interface OrthogonalFit {
  /** Orthogonal matrix, rows of as many numbers as there are dimensions. */
  readonly rotation: number[][];
  /** Sum of the singular values of `transpose(a) b`; the best scale of `a` is this over the sum of its squares. */
  readonly scale: number;
}

/**
 * Orthogonal matrix `R`, reflections allowed, that makes the sum of squares of
 * `a R - b` least.
 *
 * Source: P. H. Schönemann, Psychometrika 31, 1 (1966),
 * doi:10.1007/BF02289451. The singular values come from one-sided Jacobi
 * rotations.
 *
 * @param a Points, one row each.
 * @param b The same points in the other frame.
 * @throws {RangeError} If the shapes differ or the points do not span all
 * dimensions, where the rotation is not determined.
 *
 * @example A quarter turn
 * ```ts
 * import assert from "node:assert/strict";
 * import { orthogonalProcrustes } from "./procrustes.ts";
 *
 * const { rotation } = orthogonalProcrustes([[1, 0], [0, 2]], [[0, 1], [-2, 0]]);
 * assert.deepEqual(rotation.flat().map(Math.round), [0, 1, -1, 0]);
 * ```
 */
export function orthogonalProcrustes(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): OrthogonalFit {
  const size = a[0]?.length ?? 0;
  if (
    size === 0 || a.length !== b.length ||
    [...a, ...b].some((row) => row.length !== size)
  ) {
    throw new RangeError(
      `Cannot rotate as both sets must hold as many points of as many dimensions: current values are ${a.length} by ${size} and ${b.length} by ${
        b[0]?.length ?? 0
      }`,
    );
  }
  // Columns of M = transpose(a) b; rotated to be orthogonal they are U S, and
  // the same rotations of the unit matrix give V.
  const left = columns(size, (i, j) => dot(column(a, i), column(b, j)));
  const right = columns(size, (i, j) => i === j ? 1 : 0);
  orthogonalise(left, right);
  const singular = left.map((u) => Math.sqrt(dot(u, u)));
  const least = Math.min(...singular), greatest = Math.max(...singular);
  if (!(least > 1e-12 * greatest)) {
    throw new RangeError(
      `Cannot rotate as the points must span all ${size} dimensions: current ratio of the singular values is ${
        least / greatest
      }`,
    );
  }
  const rotation = Array.from(
    { length: size },
    (_, i) =>
      Array.from({ length: size }, (_, j) =>
        singular.reduce(
          (sum, s, k) => sum + left[k]![i]! / s * right[k]![j]!,
          0,
        )),
  );
  return { rotation, scale: singular.reduce((sum, s) => sum + s, 0) };
}

/** Rotates pairs of columns until all are orthogonal (Hestenes). */
function orthogonalise(left: number[][], right: number[][]): void {
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let p = 0; p < left.length; p++) {
      for (let q = p + 1; q < left.length; q++) {
        const pp = dot(left[p]!, left[p]!), qq = dot(left[q]!, left[q]!);
        const pq = dot(left[p]!, left[q]!);
        if (Math.abs(pq) <= 1e-16 * Math.sqrt(pp * qq)) continue;
        turned = true;
        const angle = 0.5 * Math.atan2(2 * pq, pp - qq);
        for (const matrix of [left, right]) {
          turn(matrix[p]!, matrix[q]!, Math.cos(angle), Math.sin(angle));
        }
      }
    }
  }
}

function turn(p: number[], q: number[], cos: number, sin: number): void {
  for (const i of p.keys()) {
    const x = p[i]!, y = q[i]!;
    p[i] = cos * x + sin * y;
    q[i] = cos * y - sin * x;
  }
}

function columns(
  size: number,
  value: (row: number, column: number) => number,
): number[][] {
  return Array.from(
    { length: size },
    (_, j) => Array.from({ length: size }, (_, i) => value(i, j)),
  );
}

function column(rows: readonly (readonly number[])[], j: number): number[] {
  return rows.map((row) => row[j]!);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}
