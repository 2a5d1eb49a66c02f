/** How well attributes are reconstructed from few dimensions. */
import type { AttributeScores } from "./standardise.ts";

/**
 * Coefficient of determination of each attribute's reconstruction.
 *
 * @param data The attributes; their mean is 0.
 * @param output Their reconstruction, in the same order.
 * @param rows Particles that count.
 * @returns One value per attribute: 1 is perfect, 0 no better than the mean.
 */
export function reconstructionR2(
  { ids: { length: width }, values }: AttributeScores,
  output: ArrayLike<number>,
  rows: Uint32Array,
): Float64Array {
  const error = new Float64Array(width), total = new Float64Array(width);
  for (const row of rows) {
    for (let j = 0, i = row * width; j < width; j++, i++) {
      error[j]! += (values[i]! - output[i]!) ** 2;
      total[j]! += values[i]! ** 2;
    }
  }
  return error.map((e, j) => 1 - e / total[j]!);
}

/** Columns of a matrix that is stored row by row. */
export function latentColumns(
  values: ArrayLike<number>,
  width: number,
): Float64Array[] {
  return Array.from(
    { length: width },
    (_, k) =>
      Float64Array.from(
        { length: values.length / width },
        (_, i) => values[i * width + k]!,
      ),
  );
}
