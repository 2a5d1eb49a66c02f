/** Masks of the solid: bright voxels, cracks closed, voids filled. */
import { onGridOf, sliceOf, type Volume } from "../core/mod.ts";
import {
  brighterThan,
  closing,
  fillHoles,
  type FilterOptions,
  gaussianFilter,
} from "../image/mod.ts";
import { lessSlowPart } from "./flatten.ts";
import type { VolumeSurvey } from "./volume_survey.ts";

/** How the solid is found; lengths in micrometres. */
export interface SolidParameters {
  /** Standard deviation of the Gaussian that removes noise. */
  readonly smoothing_um: number;
  /** Radius of the ball that closes cracks. */
  readonly closing_um: number;
  /** Diameter of the largest hole of a particle's section. */
  readonly largestHole_um: number;
}

/**
 * Mask of particles, their cracks and voids included, in a part of a volume.
 *
 * A hole is what is one in a section across any of the axes, since most voids
 * reach the outside somewhere.
 *
 * @param grey The part, on the working grid.
 * @param survey Global values of the whole.
 * @param first Place of the part's first voxel in the whole.
 * @param parameters Widths.
 * @param options Number of workers.
 */
export async function solidMask(
  grey: Volume<Float32Array>,
  survey: Pick<VolumeSurvey, "slow" | "threshold">,
  first: readonly number[],
  { smoothing_um, closing_um, largestHole_um }: SolidParameters,
  options: FilterOptions = {},
): Promise<Volume<Uint8Array>> {
  const smooth = await gaussianFilter(grey, smoothing_um, options);
  const flat = lessSlowPart(smooth, survey.slow, first);
  const bright = brighterThan(flat, survey.threshold);
  return fillSections(
    await closing(bright, closing_um, options),
    largestHole_um,
  );
}

/** Fills what is a hole in a section across at least one axis. */
function fillSections(
  mask: Volume<Uint8Array>,
  largest_um: number,
): Volume<Uint8Array> {
  const [depth, height, width] = mask.shape;
  const data = mask.data.slice();
  const axes = [["z", depth], ["y", height], ["x", width]] as const;
  for (const [axis, length] of axes) {
    const step = axis === "x" ? width : 1;
    for (let i = 0; i < length; i++) {
      const section = fillHoles(sliceOf(mask, axis, i), largest_um);
      const [rows, columns] = section.shape;
      for (let row = 0, from = 0; row < rows; row++) {
        let to = axis === "z"
          ? (i * height + row) * width
          : axis === "y"
          ? (row * height + i) * width
          : row * height * width + i;
        for (let c = 0; c < columns; c++, to += step) {
          if (section.data[from++] !== 0) data[to] = 1;
        }
      }
    }
  }
  return onGridOf(mask, data);
}
