/** ACS Energy Lett. Fig. 3: the state of charge voxel by voxel. */
import type { Origin } from "../core/mod.ts";
import { categories } from "./palette.ts";
import type { ChartPanel } from "./panel.ts";
import { rasterView } from "./raster.ts";
import { scaleLegend, type SolidView, viewSolid } from "./scalar_view.ts";

/**
 * Panels 3a and 3b: a particle, or a region of it, in the colours of the state
 * of charge, seen from above a corner.
 *
 * @param id `viewpoint-fig3-a` or `viewpoint-fig3-b`.
 * @param caption What is seen.
 * @param view What to show.
 * @param origin Where the data come from.
 */
export function chargedSolid(
  id: string,
  caption: string,
  view: Omit<SolidView, "width">,
  origin: Origin,
): ChartPanel {
  const { raster, extent_um } = viewSolid({ ...view, width: 420 });
  const image = rasterView([raster], { extent_um, width: 300, frame: "bar" });
  return {
    id,
    caption,
    origin,
    spec: {
      ...image,
      layer: [
        ...image.layer,
        scaleLegend(["State of", "charge"], view.scale, 110),
      ],
    },
  };
}

/** A histogram of the state of charge. */
export interface ChargeHistogram {
  /** Name in the legend. */
  readonly name: string;
  /** Counts in bins of equal width from 0 to 1. */
  readonly counts: Float64Array;
}

/**
 * Distributions of the state of charge.
 *
 * @param id Of the panel.
 * @param caption What is seen.
 * @param histograms On the same bins.
 * @param origin Where the data come from.
 */
export function chargeDistribution(
  id: string,
  caption: string,
  histograms: readonly ChargeHistogram[],
  origin: Origin,
): ChartPanel {
  const rows = histograms.flatMap(({ name, counts }) => {
    const total = counts.reduce((a, b) => a + b, 0);
    return Array.from(counts, (count, bin) => ({
      name,
      charge: (bin + 0.5) / counts.length,
      density: count / total * counts.length,
    })).filter(({ charge }) => charge > 0.15);
  });
  return {
    id,
    caption,
    origin,
    spec: {
      width: 300,
      height: 200,
      data: { values: rows },
      mark: { type: "line" },
      encoding: {
        x: {
          field: "charge",
          type: "quantitative",
          title: "State of charge",
          scale: { nice: false, zero: false },
        },
        y: {
          field: "density",
          type: "quantitative",
          title: "Probability density",
        },
        color: {
          field: "name",
          type: "nominal",
          scale: {
            domain: histograms.map((h) => h.name),
            range: categories.slice(0, histograms.length),
          },
          legend: { title: null, orient: "top-left", symbolType: "stroke" },
        },
      },
    },
  };
}
