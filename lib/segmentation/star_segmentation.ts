/** Particles by the star-convex network. */
import {
  type Image,
  isVolume,
  type OnGridOf,
  onGridOf,
  type Progress,
  silent,
  type Slice,
  type SliceLabels,
  sourceOf,
} from "../core/mod.ts";
import { type GreyLevels, relabel } from "../image/mod.ts";
import { refineLabels, type RefinementParameters } from "./refine.ts";
import type { StarModel } from "./star_model.ts";
import {
  paintPolygons,
  type PolygonParameters,
  starPolygons,
} from "./star_polygons.ts";
import { predictStars } from "./star_prediction.ts";
import { starMethod } from "./star_volume.ts";
import type { FusionParameters } from "./view_fusion.ts";
import { segmentVolume } from "./volume_segmentation.ts";

/** Choices of {@linkcode starSegmentation}. */
export interface StarSegmentationOptions {
  /** In a slice: departures from the usual choice of polygons. */
  polygons?: Partial<PolygonParameters>;
  /** In a slice: departures from the usual refinement; `false` leaves the polygons as they are. */
  refinement?: Partial<RefinementParameters> | false;
  /** In a volume: departures from the usual fusion of views. */
  fusion?: Partial<FusionParameters>;
  /** Takes news of the work. */
  progress?: Progress;
}

/**
 * Finds the particles of an electrode with a star-convex network.
 *
 * In a slice: prediction, non-maximum suppression, outlines fitted to the grey
 * levels. In a volume: predictions in the slices across all three axes, their
 * fusion (see {@linkcode fuseViews}), outlines as of {@linkcode segmentVolume}.
 *
 * Needs particles that are brighter than what is between them and some 3 to 15
 * um wide, as those that the shipped network was trained on; grey levels are
 * standardised, so that their offset and scale do not matter.
 *
 * @param image Grey levels; its spacing tells the network how large things are.
 * @param model The network.
 * @param options Departures, progress.
 * @returns Particles as labels from 1 without gaps.
 * @throws {RangeError} If the image has a single grey level or values that are
 * not finite, or a parameter is out of range.
 *
 * @example Two bright discs of 9 um
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice, Random } from "../core/mod.ts";
 * import { readStarModel, shippedStarModel } from "./star_model.ts";
 * import { starSegmentation } from "./star_segmentation.ts";
 *
 * const random = new Random(1);
 * const image = createSlice(new Float32Array(80 * 140), [80, 140], [0.2, 0.2]);
 * for (let i = 0; i < image.data.length; i++) {
 *   const y = Math.floor(i / 140) - 40, x = i % 140;
 *   const nearest = Math.min(Math.hypot(y, x - 40), Math.hypot(y, x - 92));
 *   image.data[i] = (nearest < 23 ? 185 : 90) + 10 * random.normal();
 * }
 * const model = await readStarModel(shippedStarModel);
 * const labels = await starSegmentation(image, model);
 * assert.equal(labels.data.reduce((a, b) => Math.max(a, b)), 2);
 * ```
 */
export async function starSegmentation<I extends Image<GreyLevels>>(
  image: I,
  model: StarModel,
  options: StarSegmentationOptions = {},
): Promise<OnGridOf<I, Uint32Array>> {
  const { progress = silent } = options;
  if (!isVolume(image)) {
    const labels = await ofSlice(image as Slice<GreyLevels>, model, options);
    return onGridOf(image, labels.data);
  }
  const method = starMethod(model, options.fusion);
  const { labels } = await segmentVolume(sourceOf(image), method, { progress });
  return onGridOf(image, labels.data);
}

async function ofSlice(
  image: Slice<GreyLevels>,
  model: StarModel,
  options: StarSegmentationOptions,
): Promise<SliceLabels> {
  const { polygons, refinement = {}, progress = silent } = options;
  const news = (done: number) => progress("finding particles", done);
  news(0);
  const prediction = await predictStars(model, image);
  news(0.5);
  const painted = paintPolygons(starPolygons(prediction, polygons), image);
  news(0.6);
  const labels = refinement === false
    ? painted
    : await refineLabels(painted, image, refinement);
  const result = relabel(labels).labels;
  news(1);
  return result;
}
