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
import { labelBoxes } from "./label_boxes.ts";

/** How {@linkcode refineLabels} moves outlines; lengths in micrometres. */
export interface RefinementParameters {
  /** Standard deviation of the Gaussian that removes noise. */
  readonly smoothing_um: number;
  /** Farthest that an outline moves outwards. */
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
 * of its surroundings the median of what belongs to no particle within reach.
 * A particle without contrast keeps its outline. Between particles that touch,
 * the outlines stay. Holes are filled, and pieces that come off are dropped.
 *
 * @param labels Particles, for example painted polygons.
 * @param image Grey levels of the same grid.
 * @param parameters Departures from {@linkcode refinementParameters}.
 * @returns Particles with the same labels.
 */
export async function refineLabels(
  labels: SliceLabels,
  image: Slice<GreyLevels>,
  parameters: Partial<RefinementParameters> = {},
): Promise<SliceLabels> {
  const p = { ...refinementParameters, ...parameters };
  const { data: levels } = await gaussianFilter(image, p.smoothing_um);
  const reach = await grown(labels, p.outwards_um);
  const free = levels.filter((_, i) => labels.data[i] === 0);
  const elsewhere = free.length > 0 ? median(free) : -Infinity;
  const refined = new Uint32Array(labels.data.length);
  for (const { label, mask, place } of labelBoxes(reach)) {
    const cells = mask.data.length;
    const own = Uint8Array.from(
      { length: cells },
      (_, i) => labels.data[place(i)] === label ? 1 : 0,
    );
    const { data: depth } = await distanceTransform(onGridOf(mask, own));
    const deepest = depth.reduce((a, b) => Math.max(a, b), 0);
    const inCore = (i: number) => depth[i]! > p.core * deepest;
    const inside: number[] = [], around: number[] = [];
    for (let i = 0; i < cells; i++) {
      if (inCore(i)) inside.push(levels[place(i)]!);
      else if (mask.data[i] && !own[i]) around.push(levels[place(i)]!);
    }
    const bright = median(Float32Array.from(inside));
    const dark = around.length > inside.length / 10
      ? median(Float32Array.from(around))
      : elsewhere;
    const threshold = (bright + dark) / 2;
    const follows = bright > dark && Number.isFinite(threshold);
    const kept = Uint8Array.from({ length: cells }, (_, i) => {
      if (!mask.data[i]) return 0;
      const solid = follows ? levels[place(i)]! > threshold : own[i] === 1;
      return solid || inCore(i) ? 1 : 0;
    });
    const whole = await rounded(onGridOf(mask, kept), p.rounding_um);
    for (let i = 0; i < cells; i++) if (whole[i]) refined[place(i)] = label;
  }
  return createSlice(refined, labels.shape, labels.spacing_um);
}

/** Labels grown over free pixels up to a distance. */
async function grown(
  labels: SliceLabels,
  distance_um: number,
): Promise<SliceLabels> {
  const free = Uint8Array.from(labels.data, (label) => label === 0 ? 1 : 0);
  const distance: Slice<Float32Array> = await distanceTransform(
    onGridOf(labels, free),
  );
  const near = Uint8Array.from(distance.data, (d) => d <= distance_um ? 1 : 0);
  return watershed(distance, labels, onGridOf(labels, near));
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
  const largest = label[count.indexOf(Math.max(...count))]!;
  return Uint8Array.from(pieces.data, (piece) => piece === largest ? 1 : 0);
}

function median(values: Float32Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
}
