/** Part of a slice. */
import { createSlice, type Slice } from "../core/mod.ts";

/** A square of pixels. */
export interface Square {
  /** First row. */
  readonly top: number;
  /** First column. */
  readonly left: number;
  /** Rows and columns. */
  readonly side: number;
}

/**
 * A square part of a slice.
 *
 * @param slice Grey levels, labels or a mask.
 * @param square Which part; inside the slice.
 */
export function cropSquare(
  { data, shape: [, width], spacing_um }: Slice,
  { top, left, side }: Square,
): Slice<Float32Array> {
  const part = new Float32Array(side * side);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      part[i++] = data[(top + y) * width + left + x]!;
    }
  }
  return createSlice(part, [side, side], spacing_um);
}
