/** Science Figs. S8 and S9: the encoder, latent dimensions and their correlations. */
import type { Origin } from "../core/mod.ts";
import {
  type CircleNode,
  type CircleRibbon,
  drawCircularPlot,
  nameMargin,
} from "./circular_plot.ts";
import { damageStops, divergingStops, wong } from "./palette.ts";
import type { ChartPanel, DrawingPanel, Spec } from "./panel.ts";
import {
  oneColumn_mm,
  textSize,
  twoColumns_mm,
  units_per_mm,
} from "./theme.ts";

/** What a diagram of an autoencoder needs. */
export interface EncoderDiagram {
  /** Attributes, from top to bottom. */
  readonly attributes: readonly string[];
  /** Units of the hidden layer. */
  readonly hidden: number;
  /** Loadings of the attributes on each latent dimension, one array per dimension. */
  readonly loadings: readonly (readonly number[] | Float64Array)[];
}

/** Loadings below this are not drawn in the diagram. */
const leastLoading = 0.1;

/**
 * Panel S8: the autoencoder with its real sizes. Lines of the encoder are its
 * connections; lines of the decoder are loadings, as wide as they are large.
 *
 * @param diagram Layers and loadings.
 * @param origin Where the data come from.
 *
 * @example Two attributes and one dimension
 * ```ts
 * import assert from "node:assert/strict";
 * import { encoderDiagram } from "./science_figS9.ts";
 *
 * const { id } = encoderDiagram({
 *   attributes: ["Volume", "SurfOuter"],
 *   hidden: 3,
 *   loadings: [[0.9, 0.8]],
 * }, "synthetic");
 * assert.equal(id, "science-figS8");
 * ```
 */
export function encoderDiagram(
  { attributes, hidden, loadings }: EncoderDiagram,
  origin: Origin,
): ChartPanel {
  const most = Math.max(attributes.length, hidden, loadings.length);
  const layers = [
    attributes.length,
    hidden,
    loadings.length,
    attributes.length,
  ];
  const nodes = layers.map((count, layer) =>
    Array.from({ length: count }, (_, i) => ({
      layer,
      place: (i + 0.5) * most / count,
      name: layer === 0 || layer === 3
        ? attributes[i]!
        : layer === 2
        ? String(i + 1)
        : "",
    }))
  );
  const lines = (from: number, to: number) =>
    nodes[from]!.flatMap((a) =>
      nodes[to]!.map((b) => ({
        x: a.layer,
        x2: b.layer,
        y: a.place,
        y2: b.place,
      }))
    );
  const decoder = loadings.flatMap((row, k) =>
    Array.from(row, (loading, j) => ({
      x: 2,
      x2: 3,
      y: nodes[2]![k]!.place,
      y2: nodes[3]![j]!.place,
      size: Math.abs(loading),
      loading,
    }))
  ).filter(({ size }) => size >= leastLoading);
  const place = {
    x: {
      field: "x",
      type: "quantitative",
      scale: { domain: [-0.05, 3.05], nice: false },
      axis: null,
    },
    x2: { field: "x2" },
    y: {
      field: "y",
      type: "quantitative",
      scale: { domain: [most, 0], nice: false },
      axis: null,
    },
    y2: { field: "y2" },
  };
  const point = {
    x: { ...place.x, field: "layer" },
    y: { ...place.y, field: "place" },
  };
  const heads = [
    `${attributes.length} attributes`,
    `${hidden} units, tanh`,
    `${loadings.length} latent dimensions`,
    "reconstruction",
  ];
  const words = (layer: number, align: string, dx: number) => ({
    data: { values: nodes[layer] },
    mark: { type: "text", align, dx, fontSize: textSize.small },
    encoding: { ...point, text: { field: "name" } },
  });
  return {
    id: "science-figS8",
    caption:
      "Autoencoder with its real sizes. Grey: weights of the encoder, whose hidden layer is bypassed by a linear path; colours: loadings of the attributes on the latent dimensions, as wide as they are large, from 0.1 up.",
    origin,
    width_mm: 120,
    spec: {
      width: 440,
      height: 17 * most,
      layer: [
        {
          data: { values: [...lines(0, 1), ...lines(1, 2)] },
          mark: { type: "rule", color: "#CCCCCC", strokeWidth: 0.4 },
          encoding: place,
        },
        {
          data: { values: decoder },
          mark: { type: "rule" },
          encoding: {
            ...place,
            strokeWidth: {
              field: "size",
              type: "quantitative",
              scale: { domain: [0, 1], range: [0, 5] },
              legend: null,
            },
            color: loadingColour("loading", { offset: 80 }),
          },
        },
        {
          data: { values: nodes.flat() },
          mark: {
            type: "point",
            size: 110,
            opacity: 1,
            fill: "#FFFFFF",
            stroke: wong.black,
            strokeWidth: 1,
          },
          encoding: point,
        },
        words(0, "right", -9),
        words(2, "center", 0),
        words(3, "left", 9),
        {
          data: {
            values: heads.map((name, layer) => ({ layer, place: 0, name })),
          },
          mark: { type: "text", dy: -8, fontSize: textSize.label },
          encoding: { ...point, text: { field: "name" } },
        },
      ],
    },
  };
}

/** One electrode's latent dimensions as a circle. */
export interface LatentCircle {
  /** Line above, for example the electrode. */
  readonly title: string;
  /** Names of the latent dimensions, in order. */
  readonly names: readonly string[];
  /** Connected pairs; those that the electrodes share are not highlighted. */
  readonly connections: readonly CircleRibbon[];
}

const ribbonCaption =
  "Node: latent dimension, in order of explained variance, with the attribute that loads most on it. Ribbon: correlation above the threshold, as wide as it is strong; vermilion and +, positive; blue and −, negative. Faded: connections that both electrodes have; strong: those that one of them has alone.";

/**
 * Panel S9: circular plots of the latent dimensions of electrodes, side by side.
 *
 * @param circles One per electrode.
 * @param origin Where the data come from.
 */
export function latentCircles(
  circles: readonly LatentCircle[],
  origin: Origin,
): DrawingPanel {
  return {
    id: "science-figS9",
    caption: `Correlations of latent dimensions. ${ribbonCaption}`,
    origin,
    width_mm: twoColumns_mm,
    svg: circlesInRows([circles], twoColumns_mm),
  };
}

/**
 * Panel S9D: circular plot of the electrode with new connections.
 *
 * @param circle The electrode.
 * @param origin Where the data come from.
 */
export function changedCircle(
  circle: LatentCircle,
  origin: Origin,
): DrawingPanel {
  return {
    id: "science-figS9-d",
    caption:
      `Correlations of latent dimensions, ${circle.title}. ${ribbonCaption}`,
    origin,
    svg: circlesInRows([[circle]], oneColumn_mm),
  };
}

/**
 * Circular plots for a growing number of latent dimensions: one row per
 * electrode, one column per number.
 *
 * @param rows Circles of each electrode.
 * @param origin Where the data come from.
 */
export function growingCircles(
  rows: readonly (readonly LatentCircle[])[],
  origin: Origin,
): DrawingPanel {
  const bare = rows.map((circles) =>
    circles.map((circle) => ({ ...circle, names: circle.names.map(() => "") }))
  );
  return {
    id: "science-figS9-growing",
    caption:
      "Correlations of latent dimensions for a growing number of them; nodes and ribbons as in Fig. S9.",
    origin,
    width_mm: twoColumns_mm,
    svg: circlesInRows(bare, twoColumns_mm),
  };
}

/**
 * Circular plots of the attributes themselves at the same threshold.
 *
 * @param circles One per electrode, with the names of the attributes.
 * @param origin Where the data come from.
 */
export function attributeCircles(
  circles: readonly LatentCircle[],
  origin: Origin,
): DrawingPanel {
  return {
    id: "science-figS9-attributes",
    caption:
      "Correlations of the attributes themselves, at the threshold of Fig. S9. Faded: those that both electrodes have.",
    origin,
    width_mm: twoColumns_mm,
    svg: circlesInRows([circles], twoColumns_mm, false),
  };
}

/** An SVG document of circles in rows, with room for names and titles. */
function circlesInRows(
  rows: readonly (readonly LatentCircle[])[],
  width_mm: number,
  numbered = true,
): string {
  const width = Math.round(width_mm * units_per_mm);
  const cell = width / Math.max(...rows.map((row) => row.length));
  const all = rows.flat().flatMap(({ names }) =>
    names.map((name) => ({ name }))
  );
  const margin = nameMargin(all) + 2, heading = 2 * textSize.label;
  const radius = cell / 2 - margin, rowHeight = heading + cell;
  const circles = rows.flatMap((row, i) =>
    row.map(({ title, names, connections }, j) =>
      drawCircularPlot({
        nodes: names.map((name, k): CircleNode => ({
          label: numbered ? String(k + 1) : "",
          name,
        })),
        ribbons: connections,
        title,
        centre: [(j + 0.5) * cell, i * rowHeight + heading + cell / 2],
        radius,
      })
    )
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${
    Math.ceil(rows.length * rowHeight)
  }">${circles.join("")}</svg>`;
}

/** Loading of an attribute on a latent dimension. */
export interface LoadingCell {
  readonly attribute: string;
  /** Number of the dimension, from 1. */
  readonly dimension: number;
  readonly loading: number;
}

/**
 * Heat map of the loadings: what each latent dimension stands for.
 *
 * @param cells One per attribute and dimension, attributes in the order of the rows.
 * @param origin Where the data come from.
 */
export function loadingMap(
  cells: readonly LoadingCell[],
  origin: Origin,
): ChartPanel {
  return {
    id: "science-figS9-loadings",
    caption:
      "Loadings of the attributes on the latent dimensions: change of the attribute, in standard deviations, per standard deviation of the dimension.",
    origin,
    spec: {
      width: 260,
      height: 17 * new Set(cells.map((cell) => cell.attribute)).size,
      data: { values: cells },
      mark: { type: "rect", stroke: "#FFFFFF", strokeWidth: 0.5 },
      encoding: {
        x: {
          field: "dimension",
          type: "ordinal",
          title: "Latent dimension",
          axis: { ticks: false, domain: false, labelAngle: 0 },
        },
        y: {
          field: "attribute",
          type: "nominal",
          sort: null,
          title: null,
          axis: { ticks: false, domain: false },
        },
        color: loadingColour("loading"),
      },
    },
  };
}

function loadingColour(field: string, legend: Spec = {}): Spec {
  return {
    field,
    type: "quantitative",
    scale: { domain: [-1, 1], range: divergingStops, interpolate: "rgb" },
    legend: {
      title: "Loading",
      gradientLength: 150,
      values: [-1, 0, 1],
      ...legend,
    },
  };
}

/** A particle in the latent space. */
export interface LatentPoint {
  readonly electrode: string;
  readonly x: number;
  readonly y: number;
  /** Degree of damage, 0 to 1. */
  readonly damage: number;
}

/**
 * Particles in the plane of two latent dimensions, coloured by damage, one
 * chart per electrode.
 *
 * @param points The particles.
 * @param axes Titles of the axes.
 * @param most Damage at the end of the scale of colours.
 * @param origin Where the data come from.
 */
export function latentScatter(
  points: readonly LatentPoint[],
  axes: readonly [x: string, y: string],
  most: number,
  origin: Origin,
): ChartPanel {
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [-3.5, 3.5], nice: false },
    axis: { values: [-3, 0, 3] },
  });
  return {
    id: "science-figS9-scatter",
    caption:
      "Particles in the plane of two latent dimensions, coloured by degree of damage; values in standard deviations of both electrodes together.",
    origin,
    width_mm: 140,
    spec: {
      data: { values: points },
      facet: {
        column: {
          field: "electrode",
          type: "nominal",
          title: null,
          sort: [...new Set(points.map(({ electrode }) => electrode))],
        },
      },
      spec: {
        width: 200,
        height: 200,
        mark: { type: "point", size: 12, opacity: 0.9 },
        encoding: {
          x: axis("x", axes[0]),
          y: axis("y", axes[1]),
          color: {
            field: "damage",
            type: "quantitative",
            scale: {
              domain: [0, most],
              range: damageStops,
              clamp: true,
              nice: false,
            },
            legend: {
              title: ["Degree of", "damage"],
              format: ".0%",
              values: [0, most / 2, most],
              gradientLength: 120,
            },
          },
        },
      },
    },
  };
}

/** How far a latent dimension comes back with another seed. */
export interface SeedPoint {
  /** Name of the recipe. */
  readonly recipe: string;
  /** Number of the dimension of the reference, from 1. */
  readonly dimension: number;
  /** Absolute correlation with its match in another seed. */
  readonly match: number;
}

/**
 * Match of latent dimensions between seeds, one chart per recipe.
 *
 * @param points One per recipe, dimension and seed.
 * @param origin Where the data come from.
 */
export function seedMatches(
  points: readonly SeedPoint[],
  origin: Origin,
): ChartPanel {
  return {
    id: "science-figS9-stability",
    caption:
      "Absolute correlation of each latent dimension of the reference seed with its match in each other seed; 1, the dimension comes back.",
    origin,
    width_mm: twoColumns_mm,
    spec: {
      data: { values: points },
      facet: {
        column: {
          field: "recipe",
          type: "nominal",
          title: null,
          sort: [...new Set(points.map(({ recipe }) => recipe))],
        },
      },
      spec: {
        width: 200,
        height: 150,
        mark: { type: "point", size: 30, opacity: 0.6, color: wong.blue },
        encoding: {
          x: {
            field: "dimension",
            type: "ordinal",
            title: "Latent dimension",
            axis: { labelAngle: 0 },
          },
          y: {
            field: "match",
            type: "quantitative",
            title: "Match, |r|",
            scale: { domain: [0, 1] },
          },
        },
      },
    },
  };
}
