/** Science Figs. S2 and S3: how particles are identified, and how well. */
import {
  assertSameGrid,
  numbers,
  type Origin,
  type Slice,
  type SliceLabels,
  type Table,
} from "../core/mod.ts";
import { rounded } from "./charts.ts";
import { categories, colourAt, rgbOf, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import type { Raster } from "./png.ts";
import {
  greyRaster,
  outlineLabels,
  rasterView,
  shrinkGrey,
  shrinkLabels,
  tintLabels,
} from "./raster.ts";
import { oneColumn_mm, twoColumns_mm } from "./theme.ts";

/** Most pixels of a section along either axis; more do not show at this size. */
const mostPixels = 150;

/** Width of a section in drawing units. */
const sectionWidth = 220;

/** Object probability from 0 to 1, dark to light. */
const probabilityStops: readonly string[] = [
  "#0B1D33",
  "#0E4A73",
  wong.blue,
  wong.skyBlue,
  "#BFE1F6",
  "#FFFFFF",
];

/** A map of object probability with its heading. */
export interface ProbabilityMap {
  readonly title: string;
  /** Probabilities from 0 to 1. */
  readonly probability: Slice;
}

/**
 * Panels S2B and S2E: object probability in a slice, in one map or several of
 * one size side by side.
 *
 * @param id Of the panel.
 * @param maps The maps.
 * @param caption What is seen.
 * @param origin Where the data come from.
 * @throws {RangeError} If there is no map.
 *
 * @example Two pixels
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { probabilityMaps } from "./science_figS2.ts";
 *
 * const probability = createSlice(Float32Array.of(0, 1), [1, 2], [0.7, 0.7]);
 * const panel = probabilityMaps("p", [{ title: "xy", probability }], "Map.", "measured");
 * assert.equal(panel.width_mm, 50);
 * ```
 */
export function probabilityMaps(
  id: string,
  maps: readonly ProbabilityMap[],
  caption: string,
  origin: Origin,
): ChartPanel {
  assertSome(maps.length, "a map of probabilities");
  const views = maps.map(({ title, probability }) =>
    rasterView([probabilityRaster(probability)], {
      extent_um: extentOf(probability),
      width: sectionWidth,
      title,
      frame: "bar",
    })
  );
  const last = views.at(-1)!;
  const legend: Spec = {
    data: { values: [{ p: 0 }, { p: 1 }] },
    mark: { type: "point", opacity: 0 },
    encoding: {
      color: {
        field: "p",
        type: "quantitative",
        scale: {
          domain: [0, 1],
          range: probabilityStops,
          interpolate: "rgb",
        },
        legend: {
          title: ["Object", "probability"],
          values: [0, 0.5, 1],
          gradientLength: 110,
          gradientOpacity: 1,
        },
      },
    },
  };
  return {
    id,
    caption,
    origin,
    width_mm: maps.length === 1 ? 50 : 125,
    spec: {
      spacing: 12,
      hconcat: [
        ...views.slice(0, -1),
        { ...last, layer: [...last.layer, legend] },
      ],
    },
  };
}

function probabilityRaster(slice: Slice): Raster {
  const { data, shape: [height, width] } = shrinkGrey(slice, mostPixels);
  const rows = Math.min(height, data.length / width);
  const rgba = new Uint8Array(4 * width * rows).fill(255);
  for (let i = 0; i < width * rows; i++) {
    // Shades beyond these do not show and make the image larger.
    const shade = Math.round(32 * data[i]!) / 32;
    rgba.set(colourAt(probabilityStops, shade), 4 * i);
  }
  return { width, height: rows, rgba };
}

/** An outline: corners as y, x in micrometres from the corner of the slice. */
export interface OutlinePolygon {
  /** Where it starts from. */
  readonly centre_um: readonly [y: number, x: number];
  readonly corners_um: readonly (readonly [y: number, x: number])[];
}

/**
 * Panel S2C: star-convex polygons over the slice, with the points that they
 * start from.
 *
 * @param id Of the panel.
 * @param slice Grey levels.
 * @param polygons Polygons that were kept.
 * @param caption What is seen.
 * @param origin Where the data come from.
 * @throws {RangeError} If there is no polygon.
 */
export function polygonsPanel(
  id: string,
  slice: Slice,
  polygons: readonly OutlinePolygon[],
  caption: string,
  origin: Origin,
): ChartPanel {
  assertSome(polygons.length, "a polygon");
  const [height, width] = extentOf(slice);
  const inside = (length: number, value: number) =>
    Number(Math.min(length, Math.max(0, value)).toFixed(1));
  const view = rasterView([greyRaster(shrinkGrey(slice, mostPixels))], {
    extent_um: [height, width],
    width: sectionWidth,
    frame: "bar",
  });
  const at = (field: string) => ({ field, type: "quantitative" });
  const lines = polygons.flatMap(({ corners_um }, polygon) =>
    corners_um.map(([y, x], corner) => ({
      polygon,
      corner,
      y: inside(height, y),
      x: inside(width, x),
    }))
  );
  const middles = polygons.map(({ centre_um: [y, x] }) => ({
    y: inside(height, y),
    x: inside(width, x),
  }));
  return {
    id,
    caption,
    origin,
    width_mm: 50,
    spec: {
      ...view,
      layer: [
        ...view.layer,
        {
          data: { values: lines },
          mark: {
            type: "line",
            interpolate: "linear-closed",
            color: wong.yellow,
            strokeWidth: 1.5,
          },
          encoding: {
            x: at("x"),
            y: at("y"),
            order: at("corner"),
            detail: { field: "polygon", type: "nominal" },
          },
        },
        {
          data: { values: middles },
          mark: { type: "point", color: wong.orange, size: 12 },
          encoding: { x: at("x"), y: at("y") },
        },
      ],
    },
  };
}

/** What one method finds in a slice. */
export interface JudgedLabels {
  /** Heading. */
  readonly title: string;
  /** Grey levels on the grid of the labels. */
  readonly slice: Slice;
  /** What was found, and the truth. */
  readonly labels: SliceLabels;
  readonly truth: SliceLabels;
  /** Labels that stand for a true particle, and the true particles that were found. */
  readonly right: ReadonlySet<number>;
  readonly met: ReadonlySet<number>;
}

/**
 * Panels S2D and S2F: particles found in a slice, right and wrong ones, with
 * the true outlines.
 *
 * @param id Of the panel.
 * @param views What each method finds.
 * @param caption What is seen; what the colours mean is added.
 * @param origin Where the data come from.
 * @throws {RangeError} If there is no view, or the grids of one differ.
 */
export function judgedLabels(
  id: string,
  views: readonly JudgedLabels[],
  caption: string,
  origin: Origin,
): ChartPanel {
  assertSome(views.length, "a view");
  return {
    id,
    caption:
      `${caption} Blue: found, with a true partner; vermilion: found without. Outlines of true particles: white, found; yellow, missed.`,
    origin,
    width_mm: Math.min(twoColumns_mm, 40 * views.length),
    spec: {
      spacing: 12,
      hconcat: views.map(judgedView),
    },
  };
}

function judgedView(
  { title, slice, labels, truth, right, met }: JudgedLabels,
): Spec {
  assertSameGrid(slice, labels, ["the slice", "the labels"]);
  assertSameGrid(slice, truth, ["the slice", "the truth"]);
  const found = shrinkLabels(labels, mostPixels);
  const real = shrinkLabels(truth, mostPixels);
  const colourOf = (label: number) =>
    rgbOf(right.has(label) ? wong.blue : wong.vermilion);
  const grey = greyRaster(shrinkGrey(slice, mostPixels));
  const tinted = tintLabels(grey, found, colourOf, 0.4);
  const edged = outlineLabels(tinted, found, colourOf);
  const lined = outlineLabels(
    edged,
    real,
    (label) => met.has(label) ? [255, 255, 255] : rgbOf(wong.yellow),
  );
  return rasterView([lined], {
    extent_um: extentOf(slice),
    width: sectionWidth,
    title,
    frame: "bar",
  });
}

/** Scores of a method at one threshold of the overlap. */
export interface MethodScore {
  readonly method: string;
  /** Least overlap of a pair. */
  readonly iou: number;
  readonly f1: number;
  /** Panoptic quality. */
  readonly pq: number;
}

/**
 * Panel S3A: F1 and panoptic quality of methods against the least overlap that
 * counts as found.
 *
 * @param id Of the panel.
 * @param scores One per method and threshold; methods in the order of the legend.
 * @param caption What is seen.
 * @param origin Where the data come from.
 */
export function scoreCurves(
  id: string,
  scores: readonly MethodScore[],
  caption: string,
  origin: Origin,
): ChartPanel {
  return {
    id,
    caption,
    origin,
    width_mm: twoColumns_mm,
    spec: qualityCharts(
      scores.map((s) => ({ ...s, f1: rounded(s.f1), pq: rounded(s.pq) })),
      {
        field: "iou",
        type: "quantitative",
        title: "Least overlap (IoU)",
        scale: { domain: [0.5, 0.9], nice: false },
        axis: { values: [0.5, 0.6, 0.7, 0.8, 0.9] },
      },
      { point: 24, least: 0 },
    ),
  };
}

/** F1 and panoptic quality side by side, a line per method. */
function qualityCharts(
  values: readonly { method: string; f1: number; pq: number }[],
  x: Spec,
  { point, least }: { point: number; least: number },
): Spec {
  const color = methodColour(values.map(({ method }) => method));
  return {
    data: { values },
    spacing: 30,
    hconcat: qualities.map(([field, title]) => ({
      width: 200,
      height: 170,
      mark: { type: "line", point: { size: point } },
      encoding: { x, y: shareAxis(field, title, least), color },
    })),
  };
}

const qualities = [["f1", "F1"], ["pq", "Panoptic quality"]] as const;

function shareAxis(field: string, title: string, least: number): Spec {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain: [least, 1], nice: false },
  };
}

/** Colours of methods, the same in all charts. */
const methodColours: Readonly<Record<string, string>> = {
  "three views": wong.blue,
  "network": wong.blue,
  "view xy": wong.orange,
  "view xz": wong.green,
  "view yz": wong.vermilion,
  "watershed": wong.purple,
  "published variant": wong.black,
};

function methodColour(names: readonly string[]): Spec {
  const methods = [...new Set(names)];
  return {
    field: "method",
    type: "nominal",
    scale: {
      domain: methods,
      range: methods.map((method, i) =>
        methodColours[method] ?? categories[i % categories.length]
      ),
    },
    legend: { title: null, symbolType: "stroke", symbolOpacity: 1 },
  };
}

/** What a way to look at a volume costs, and what it brings. */
export interface WorkPoint {
  readonly method: string;
  /** Slices that the network sees, relative to all slices of one view. */
  readonly work: number;
  readonly f1: number;
  readonly pq: number;
}

/**
 * Panel S3B: F1 and panoptic quality against the work of the network.
 *
 * @param id Of the panel.
 * @param points One per way; methods in the order of the legend.
 * @param least Where the axes of the scores begin.
 * @param caption What is seen.
 * @param origin Where the data come from.
 */
export function workChart(
  id: string,
  points: readonly WorkPoint[],
  least: number,
  caption: string,
  origin: Origin,
): ChartPanel {
  return {
    id,
    caption,
    origin,
    width_mm: twoColumns_mm,
    spec: qualityCharts(
      points.map((p) => ({
        method: p.method,
        work: rounded(p.work),
        f1: rounded(p.f1),
        pq: rounded(p.pq),
      })),
      {
        field: "work",
        type: "quantitative",
        title: "Slices seen (all of one view = 1)",
        scale: { domain: [0, 3], nice: false },
        axis: { values: [0, 1, 2, 3] },
      },
      { point: 40, least },
    ),
  };
}

/** Score of one slice under one condition. */
export interface ConditionScore {
  readonly method: string;
  /** Value of the condition: a number, or a name. */
  readonly value: number | string;
  readonly f1: number;
}

/** A condition that is varied. */
export interface Condition {
  /** Title of its axis. */
  readonly title: string;
  /** One score per method, value and seed. */
  readonly scores: readonly ConditionScore[];
}

/**
 * Panel S3C: F1 in slices under conditions that are varied one at a time, a
 * point per slice, lines through the means.
 *
 * @param id Of the panel.
 * @param conditions One chart each.
 * @param least Where the axis of F1 begins.
 * @param caption What is seen.
 * @param origin Where the data come from.
 */
export function conditionCharts(
  id: string,
  conditions: readonly Condition[],
  least: number,
  caption: string,
  origin: Origin,
): ChartPanel {
  const names = conditions.flatMap(({ scores }) => scores.map((s) => s.method));
  return {
    id,
    caption,
    origin,
    width_mm: twoColumns_mm,
    spec: {
      spacing: 24,
      hconcat: conditions.map(({ title, scores }): Spec => {
        const values = [...new Set(scores.map((s) => s.value))];
        const x = {
          field: "value",
          type: "ordinal",
          title,
          sort: values,
          axis: { labelAngle: 0 },
        };
        const color = methodColour(names);
        return {
          width: 130,
          height: 150,
          data: {
            values: scores.map((s) => ({ ...s, f1: rounded(s.f1) })),
          },
          layer: [
            {
              mark: { type: "point", opacity: 0.45 },
              encoding: { x, y: shareAxis("f1", "F1", least), color },
            },
            {
              mark: { type: "line" },
              encoding: {
                x,
                y: { ...shareAxis("f1", "F1", least), aggregate: "mean" },
                color,
              },
            },
          ],
        };
      }),
    },
  };
}

/** Points of a training curve at most. */
const curvePoints = 100;

/**
 * The course of a training: means over blocks of steps.
 *
 * @param id Of the panel.
 * @param losses Table of `train-star` with the columns `step`, `probability` and `distance`.
 * @param caption What is seen.
 * @throws {RangeError} If a column is missing.
 */
export function trainingCurve(
  id: string,
  losses: Table,
  caption: string,
): ChartPanel {
  const step = numbers(losses, "step");
  const block = Math.max(1, Math.ceil(step.length / curvePoints));
  const chart = (column: string, title: string): Spec => {
    const loss = numbers(losses, column);
    const values = [];
    for (let from = 0; from < step.length; from += block) {
      const to = Math.min(step.length, from + block);
      const mean = loss.slice(from, to).reduce((a, b) => a + b, 0) /
        (to - from);
      values.push({ step: step[to - 1]!, loss: rounded(mean) });
    }
    return {
      width: 150,
      height: 120,
      data: { values },
      mark: { type: "line", strokeWidth: 1.5 },
      encoding: {
        x: { field: "step", type: "quantitative", title: "Step" },
        y: {
          field: "loss",
          type: "quantitative",
          title,
          scale: { type: "log", nice: false },
        },
      },
    };
  };
  return {
    id,
    caption,
    origin: "synthetic",
    width_mm: 1.4 * oneColumn_mm,
    spec: {
      spacing: 24,
      hconcat: [
        chart("probability", "Loss of probability"),
        chart("distance", "Error of distance (px)"),
      ],
    },
  };
}

function extentOf({ shape, spacing_um }: Slice): [number, number] {
  return [shape[0] * spacing_um[0], shape[1] * spacing_um[1]];
}

function assertSome(count: number, what: string): void {
  if (count === 0) {
    throw new RangeError(
      `Cannot draw the panel as there must be ${what}: current value is none`,
    );
  }
}
