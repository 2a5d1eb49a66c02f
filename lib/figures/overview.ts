/** Panels of the notebook `start-here`, which follow one electrode through the pipeline. */
import {
  assertSameGrid,
  type Origin,
  type Slice,
  type SliceLabels,
} from "../core/mod.ts";
import type { ChartPanel } from "./panel.ts";
import {
  greyRaster,
  labelColour,
  outlineLabels,
  rasterView,
  shrinkGrey,
  shrinkLabels,
  tintLabels,
} from "./raster.ts";

/** Most pixels of a slice along either axis; more do not show at one column. */
const mostPixels = 420;

/**
 * A slice in grey levels with a scale bar.
 *
 * @param id Of the panel.
 * @param slice Grey levels.
 * @param caption What is seen.
 * @param origin Where the data come from.
 */
export function slicePanel(
  id: string,
  slice: Slice,
  caption: string,
  origin: Origin,
): ChartPanel {
  const raster = greyRaster(shrinkGrey(slice, mostPixels));
  return {
    id,
    caption,
    origin,
    spec: rasterView([raster], {
      extent_um: extentOf(slice),
      width: 400,
      frame: "bar",
    }),
  };
}

/**
 * A slice with its particles tinted and outlined, a colour for each.
 *
 * @param id Of the panel.
 * @param slice Grey levels.
 * @param labels Particles on the same grid.
 * @param caption What is seen.
 * @param origin Where the data come from.
 * @throws {RangeError} If the grids differ.
 */
export function labelsPanel(
  id: string,
  slice: Slice,
  labels: SliceLabels,
  caption: string,
  origin: Origin,
): ChartPanel {
  assertSameGrid(slice, labels, ["the slice", "the labels"]);
  const small = shrinkLabels(labels, mostPixels);
  const grey = greyRaster(shrinkGrey(slice, mostPixels));
  const tinted = tintLabels(grey, small, labelColour, 0.35);
  return {
    id,
    caption,
    origin,
    spec: rasterView([outlineLabels(tinted, small, labelColour)], {
      extent_um: extentOf(slice),
      width: 400,
      frame: "bar",
    }),
  };
}

function extentOf({ shape, spacing_um }: Slice): [number, number] {
  return [shape[0] * spacing_um[0], shape[1] * spacing_um[1]];
}
