/** Outlines that follow the particle: star-convex labels fitted to the grey levels. */
import {
  createSlice,
  onGridOf,
  type Slice,
  type SliceLabels,
} from "../core/mod.ts";
import {
  connectedComponents,
  distanceTransform,
  fillHoles,
  gaussianFilter,
  type GreyLevels,
  labelStatistics,
  opening,
  watershed,
} from "../image/mod.ts";
import { median, standardDeviation } from "../statistics/mod.ts";
import { fillHulls } from "./convex.ts";
import { labelBoxes } from "./label_boxes.ts";

/** How {@linkcode refineLabels} moves outlines; lengths in micrometres. */
export interface RefinementParameters {
  /** Standard deviation of the Gaussian that removes noise. */
  readonly smoothing_um: number;
  /** Farthest that an outline moves outwards; the surroundings are measured in the outer half of it. */
  readonly outwards_um: number;
  /** Share of the largest depth inside a particle beyond which nothing is taken from it. */
  readonly core: number;
  /** Radius of the disc that rounds the outlines. */
  readonly rounding_um: number;
}

/** Usual choices; at most a third of the way to the middle is taken off. */
export const refinementParameters: RefinementParameters = {
  smoothing_um: 0.15,
  outwards_um: 0.8,
  core: 0.35,
  rounding_um: 0.35,
};

/**
 * Moves the outlines of bright particles to where the grey level is half-way
 * between the particle and its surroundings.
 *
 * The level of a particle is the median in its core, which stays as it is; that
 * of its surroundings the median of what belongs to no particle and is near, but
 * not next to it.
 * A particle whose contrast is below the spread of its own levels keeps its
 * outline. Between particles that touch,
 * the outlines stay. Holes are filled, and so are notches that cracks leave
 * within the former outline; pieces that come off are dropped.
 *
 * @param labels Particles, for example painted polygons.
 * @param image Grey levels of the same grid.
 * @param parameters Departures from {@linkcode refinementParameters}.
 * @returns Particles with the same labels.
 *
 * @example A label that is too small grows to the edge of its particle
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { refineLabels } from "./refine.ts";
 *
 * const radius = (i: number) => Math.hypot(Math.floor(i / 60) - 30, i % 60 - 30);
 * const indices = Array.from({ length: 3600 }, (_, i) => i);
 * const grid = [[60, 60], [0.2, 0.2]] as const;
 * const image = createSlice(
 *   Uint8Array.from(indices, (i) => radius(i) < 20 ? 185 : 90),
 *   ...grid,
 * );
 * const small = createSlice(
 *   Uint32Array.from(indices, (i) => radius(i) < 18 ? 7 : 0),
 *   ...grid,
 * );
 * const { data } = await refineLabels(small, image);
 * assert.deepEqual([data[30 * 60 + 49], data[30 * 60 + 51]], [7, 0]);
 * ```
 */
export async function refineLabels(
  labels: SliceLabels,
  image: Slice<GreyLevels>,
  parameters: Partial<RefinementParameters> = {},
): Promise<SliceLabels> {
  const p = { ...refinementParameters, ...parameters };
  const { data: smooth } = await gaussianFilter(image, p.smoothing_um);
  const { reach, distance } = await grown(labels, p.outwards_um);
  const free = smooth.filter((_, i) => labels.data[i] === 0);
  const elsewhere = free.length > 0 ? median(free) : -Infinity;
  const refined = new Uint32Array(labels.data.length);
  for (const { label, mask, place } of labelBoxes(reach)) {
    const size = mask.data.length;
    const own = new Uint8Array(size), level = new Float32Array(size);
    const apart = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const from = place(i);
      if (labels.data[from] === label) own[i] = 1;
      level[i] = smooth[from]!;
      apart[i] = distance[from]!;
    }
    const { data: depth } = await distanceTransform(onGridOf(mask, own));
    const core = p.core * largest(depth);
    const inside = level.filter((_, i) => depth[i]! > core);
    // A particle that fills the whole slice has no edge to be deep behind.
    const bright = inside.length > 0 ? median(inside) : NaN;
    // The outer half, since what is next to a label may still be its particle.
    const around = level.filter((_, i) =>
      mask.data[i] && apart[i]! > p.outwards_um / 2
    );
    const dark = around.length > surroundings ? median(around) : elsewhere;
    const threshold = (bright + dark) / 2;
    const follows = Number.isFinite(threshold) &&
      bright - dark > standardDeviation(inside);
    const kept = own.slice();
    for (let i = 0; i < size; i++) {
      if (!mask.data[i] || depth[i]! > core || !follows) continue;
      kept[i] = level[i]! > threshold ? 1 : 0;
    }
    const whole = await rounded(onGridOf(mask, kept), p.rounding_um);
    for (let i = 0; i < size; i++) if (whole[i]) refined[place(i)] = label;
  }
  const fitted = createSlice(refined, labels.shape, labels.spacing_um);
  // Cracks that reach the surface notch the outline, but belong to the particle.
  const hulls = fillHulls(fitted).data;
  for (let i = 0; i < refined.length; i++) {
    if (refined[i] === 0 && hulls[i] === labels.data[i]) refined[i] = hulls[i]!;
  }
  return fitted;
}

/** Fewer pixels than this do not tell the level of the surroundings. */
const surroundings = 20;

/** Labels grown over free pixels up to a distance, and how far each pixel is from a label. */
async function grown(
  labels: SliceLabels,
  distance_um: number,
): Promise<{ reach: SliceLabels; distance: Float32Array }> {
  const free = Uint8Array.from(labels.data, (label) => label === 0 ? 1 : 0);
  const distance: Slice<Float32Array> = await distanceTransform(
    onGridOf(labels, free),
  );
  const near = Uint8Array.from(distance.data, (d) => d <= distance_um ? 1 : 0);
  const reach = watershed(distance, labels, onGridOf(labels, near));
  return { reach, distance: distance.data };
}

/** Largest piece of a mask, its holes filled and its outline rounded. */
async function rounded(
  mask: Slice<Uint8Array>,
  radius_um: number,
): Promise<Uint8Array> {
  const filled: Slice<Uint8Array> = fillHoles(mask, Infinity);
  const open: Slice<Uint8Array> = await opening(filled, radius_um);
  const pieces = connectedComponents(open, "faces").labels;
  const { label, count } = labelStatistics(pieces);
  if (label.length === 0) return filled.data;
  const main = label[count.indexOf(largest(count))]!;
  return Uint8Array.from(pieces.data, (piece) => piece === main ? 1 : 0);
}

function largest(values: ArrayLike<number>): number {
  let result = -Infinity;
  for (let i = 0; i < values.length; i++) result = Math.max(result, values[i]!);
  return result;
}
