/** Symmetric tensors in space. */

/** Eigenvalues and eigenvectors, largest eigenvalue first. */
export interface Eigensystem {
  /** Eigenvalues in descending order. */
  readonly values: readonly [number, number, number];
  /** Unit eigenvectors in the same order, in the axes of the tensor; their sign means nothing. */
  readonly vectors: readonly [Vector, Vector, Vector];
}

/** Three components in the order of the axes z, y, x. */
export type Vector = readonly [number, number, number];

/**
 * Eigenvalues and eigenvectors of a symmetric 3 x 3 tensor (Jacobi's method).
 *
 * @param tensor Its six elements: 00, 01, 02, 11, 12, 22.
 * @throws {RangeError} If an element is not finite.
 *
 * @example A tensor that stretches along the second axis
 * ```ts
 * import assert from "node:assert/strict";
 * import { symmetricEigensystem } from "./tensor.ts";
 *
 * const { values, vectors } = symmetricEigensystem([1, 0, 0, 9, 0, 4]);
 * assert.deepEqual(values, [9, 4, 1]);
 * assert.equal(Math.abs(vectors[0][1]), 1);
 * ```
 */
export function symmetricEigensystem(
  tensor: readonly [number, number, number, number, number, number],
): Eigensystem {
  const [a00, a01, a02, a11, a12, a22] = tensor;
  const stray = tensor.find((element) => !Number.isFinite(element));
  if (stray !== undefined) {
    throw new RangeError(
      `Cannot find eigenvalues as the elements of the tensor must be finite: current value is ${stray}`,
    );
  }
  const a = [a00, a01, a02, a01, a11, a12, a02, a12, a22];
  const v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const turns = [[0, 1], [0, 2], [1, 2]] as const;
  // Convergence is quadratic: five sweeps reach the last bit, ten are safe.
  for (let sweep = 0; sweep < 10; sweep++) {
    for (const [p, q] of turns) {
      const off = a[3 * p + q]!;
      if (off === 0) continue;
      const theta = (a[4 * q]! - a[4 * p]!) / (2 * off);
      const t = (theta < 0 ? -1 : 1) /
        (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const c = 1 / Math.sqrt(t * t + 1), s = t * c;
      for (let k = 0; k < 3; k++) {
        const kp = a[3 * k + p]!, kq = a[3 * k + q]!;
        a[3 * k + p] = c * kp - s * kq;
        a[3 * k + q] = s * kp + c * kq;
      }
      for (let k = 0; k < 3; k++) {
        const pk = a[3 * p + k]!, qk = a[3 * q + k]!;
        a[3 * p + k] = c * pk - s * qk;
        a[3 * q + k] = s * pk + c * qk;
        const vp = v[3 * k + p]!, vq = v[3 * k + q]!;
        v[3 * k + p] = c * vp - s * vq;
        v[3 * k + q] = s * vp + c * vq;
      }
    }
  }
  const [i, j, k] = [0, 1, 2].sort((p, q) => a[4 * q]! - a[4 * p]!);
  const column = (c: number): Vector => [v[c]!, v[3 + c]!, v[6 + c]!];
  return {
    values: [a[4 * i!]!, a[4 * j!]!, a[4 * k!]!],
    vectors: [column(i!), column(j!), column(k!)],
  };
}
