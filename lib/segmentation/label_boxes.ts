/** Particles of a slice one by one. */
import { createSlice, type Slice, type SliceLabels } from "../core/mod.ts";
import { labelStatistics } from "../image/mod.ts";

/** A particle alone in its box. */
export interface LabelBox {
  readonly label: number;
  /** 1 in the particle, 0 elsewhere. */
  readonly mask: Slice<Uint8Array>;
  /** Index in the slice of a pixel of the box. */
  readonly place: (i: number) => number;
}

/**
 * Each label alone, in the box around it with a margin where the slice goes on.
 *
 * @param labels Particles.
 * @param margin Width of the margin in pixels.
 */
export function* labelBoxes(
  labels: SliceLabels,
  margin = 1,
): Generator<LabelBox> {
  const { data, shape: [height, width], spacing_um } = labels;
  const { label, boxMin, boxMax } = labelStatistics(labels);
  for (const [row, value] of label.entries()) {
    const top = Math.max(0, boxMin[3 * row + 1]! - margin);
    const left = Math.max(0, boxMin[3 * row + 2]! - margin);
    const bottom = Math.min(height, boxMax[3 * row + 1]! + margin + 1);
    const right = Math.min(width, boxMax[3 * row + 2]! + margin + 1);
    const rows = bottom - top, columns = right - left;
    const place = (i: number) => {
      const y = Math.floor(i / columns);
      return (top + y) * width + left + i - y * columns;
    };
    const inside = new Uint8Array(rows * columns);
    for (let y = top, i = 0; y < bottom; y++) {
      for (let x = left; x < right; x++, i++) {
        if (data[y * width + x] === value) inside[i] = 1;
      }
    }
    const mask = createSlice(inside, [rows, columns], spacing_um);
    yield { label: value, mask, place };
  }
}
