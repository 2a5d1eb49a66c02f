/** Small symmetric systems. */

/** Solves `matrix x = right` for a symmetric positive matrix by Cholesky's method, in place; false if it is not positive. */
export function solveInPlace(
  matrix: Float64Array,
  right: Float64Array,
): boolean {
  const n = right.length;
  // Scaling by the diagonal keeps charges of 1e-8 C and logarithms apart.
  const scale = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const diagonal = matrix[i * n + i]!;
    if (!(diagonal > 0)) return false;
    scale[i] = 1 / Math.sqrt(diagonal);
  }
  for (let i = 0; i < n; i++) {
    right[i]! *= scale[i]!;
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]! * scale[i]! * scale[j]!;
      for (let k = 0; k < j; k++) {
        sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      }
      if (i === j) {
        if (!(sum > 1e-15)) return false;
        matrix[i * n + i] = Math.sqrt(sum);
      } else {
        matrix[i * n + j] = sum / matrix[j * n + j]!;
      }
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) right[i]! -= matrix[i * n + k]! * right[k]!;
    right[i]! /= matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) right[i]! -= matrix[k * n + i]! * right[k]!;
    right[i]! /= matrix[i * n + i]!;
  }
  for (let i = 0; i < n; i++) right[i]! *= scale[i]!;
  return true;
}
