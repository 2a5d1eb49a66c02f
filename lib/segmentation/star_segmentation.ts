/** Particles of a slice by the star-convex network. */
import {
  type Progress,
  silent,
  type Slice,
  type SliceLabels,
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

/** Choices of {@linkcode starSegmentation}. */
export interface StarSegmentationOptions {
  /** Departures from the usual choice of polygons. */
  polygons?: Partial<PolygonParameters>;
  /** Departures from the usual refinement; `false` leaves the polygons as they are. */
  refinement?: Partial<RefinementParameters> | false;
  /** Takes news of the work. */
  progress?: Progress;
}

/**
 * Finds the particles of a slice with a star-convex network: prediction,
 * non-maximum suppression, outlines fitted to the grey levels.
 *
 * Needs particles that are brighter than what is between them and some 5 to
 * 15 um wide, as those that the shipped network was trained on; grey levels are
 * standardised, so that their offset and scale do not matter.
 *
 * @param image Grey levels; its spacing tells the network how large things are.
 * @param model The network.
 * @param options Departures, progress.
 * @returns Particles as labels from 1 without gaps.
 * @throws {RangeError} If the slice has a single grey level or values that are
 * not finite, or a parameter is out of range.
 */
export async function starSegmentation(
  image: Slice<GreyLevels>,
  model: StarModel,
  options: StarSegmentationOptions = {},
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
