/** ACS Energy Lett. Fig. 1: the state of charge in a grain, a particle and an ensemble. */
import { type Origin, type Slice } from "../core/mod.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { rasterView } from "./raster.ts";
import {
  chargeStops,
  type ColourScale,
  scalarRaster,
  scaleLegend,
} from "./scalar_view.ts";

/** Density of defects. */
const defectStops = ["#FFFFFF", "#F3D9E6", "#DE9DC0", wong.purple, "#7E3A62"];

/**
 * Panel 1a: one grain, its defects and its state of charge.
 *
 * @param defects Density of defects.
 * @param charge State of charge, on the same grid.
 * @param origin Where the data come from.
 */
export function grainMaps(
  defects: Slice,
  charge: Slice,
  origin: Origin,
): ChartPanel {
  let most = 0;
  for (const value of defects.data) most = Math.max(most, value);
  const density = { stops: defectStops, low: 0, high: Math.ceil(most) };
  return {
    id: "viewpoint-fig1-a",
    caption:
      "One grain seen from above. Left: density of line defects, relative to the core of one. Right: state of charge.",
    origin,
    width_mm: 150,
    spec: {
      spacing: 20,
      hconcat: [
        scalarMap(defects, density, ["Defects"], "Line defects"),
        scalarMap(
          charge,
          chargeScale(charge),
          ["State of", "charge"],
          "State of charge",
        ),
      ],
      resolve: { scale: { color: "independent" } },
    },
  };
}

/**
 * Panels 1b, 1c and 3c: a section in the colours of the state of charge.
 *
 * @param id Of the panel.
 * @param caption What is seen.
 * @param charge State of charge; only where `particles` is not 0.
 * @param particles On the same grid.
 * @param scale Colours.
 * @param origin Where the data come from.
 */
export function chargeSection(
  id: string,
  caption: string,
  charge: Slice,
  particles: Slice,
  scale: ColourScale,
  origin: Origin,
): ChartPanel {
  return {
    id,
    caption,
    origin,
    spec: scalarMap(
      charge,
      scale,
      ["State of", "charge"],
      undefined,
      particles,
    ),
  };
}

/**
 * Scale of colours that spans all but the outer 1 % of the values.
 *
 * @param values State of charge.
 * @param shown Not 0 where the value counts; everywhere by default.
 */
export function chargeScale(
  values: { readonly data: ArrayLike<number> },
  shown?: { readonly data: ArrayLike<number> },
): ColourScale {
  const stride = Math.max(1, Math.floor(values.data.length / 2 ** 20));
  const sample: number[] = [];
  for (let i = 0; i < values.data.length; i += stride) {
    if (shown === undefined || shown.data[i] !== 0) {
      sample.push(values.data[i]!);
    }
  }
  const sorted = Float64Array.from(sample).sort();
  const at = (share: number) =>
    sorted[Math.floor(share * (sorted.length - 1))]!;
  return {
    stops: chargeStops,
    low: Math.floor(20 * at(0.005)) / 20,
    high: Math.ceil(20 * at(0.995)) / 20,
  };
}

/** One bar of a stack. */
export interface VarianceShare {
  /** Row of the chart. */
  readonly map: string;
  /** Scale at which the variance lies. */
  readonly scale: string;
  /** Share of the variance. */
  readonly share: number;
}

/**
 * Shares of the variance at each scale.
 *
 * @param id Of the panel.
 * @param shares A stack per map.
 * @param scales Order of the scales, finest first.
 * @param origin Where the data come from.
 */
export function variancePanel(
  id: string,
  shares: readonly VarianceShare[],
  scales: readonly string[],
  origin: Origin,
): ChartPanel {
  const maps = [...new Set(shares.map((s) => s.map))];
  return {
    id,
    caption: "Share of the variance of the state of charge at each scale.",
    origin,
    width_mm: 120,
    spec: {
      width: 320,
      height: 36 * maps.length,
      data: {
        values: shares.map((s) => ({ ...s, order: scales.indexOf(s.scale) })),
      },
      mark: { type: "bar", height: 20 },
      encoding: {
        x: {
          field: "share",
          type: "quantitative",
          title: "Share of the variance",
          axis: { format: ".0%" },
          scale: { domain: [0, 1] },
        },
        y: {
          field: "map",
          type: "nominal",
          sort: maps,
          title: null,
          axis: { domain: false, ticks: false },
        },
        color: {
          field: "scale",
          type: "nominal",
          scale: {
            domain: scales,
            range: [wong.skyBlue, wong.blue, wong.orange],
          },
          legend: { title: null, orient: "top" },
        },
        order: { field: "order", type: "quantitative" },
      },
    },
  };
}

function scalarMap(
  slice: Slice,
  scale: ColourScale,
  legend: readonly string[],
  title?: string,
  shown?: Slice,
): Spec {
  const view = rasterView([scalarRaster(slice, scale, shown)], {
    extent_um: [
      slice.shape[0] * slice.spacing_um[0],
      slice.shape[1] * slice.spacing_um[1],
    ],
    width: 260,
    frame: "bar",
    ...(title === undefined ? {} : { title }),
  });
  return { ...view, layer: [...view.layer, scaleLegend(legend, scale, 100)] };
}
