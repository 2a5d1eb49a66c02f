/** Charts of a forest: its predictions, its Shapley values, its audit. */
import type { Origin } from "../core/mod.ts";
import {
  featureColumn,
  type Features,
  type LeakAuditEntry,
  type ShapValues,
} from "../forest/mod.ts";
import { electrodeColour, rounded } from "./charts.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";

/** What a forest predicts for the particles of one electrode. */
export interface PredictedDamage {
  readonly electrode: string;
  readonly measured: Float64Array;
  /** NaN where there is none. */
  readonly predicted: Float64Array;
  /** Coefficient of determination. */
  readonly r2: number;
}

/** Most particles drawn of each electrode, so that notebooks stay small. */
const mostDrawn = 300;

/**
 * Measured damage over the damage predicted by trees that have not seen the
 * particle, one chart per electrode.
 *
 * @param electrodes One entry per electrode.
 * @param origin Where the data come from.
 */
export function predictionChart(
  electrodes: readonly PredictedDamage[],
  origin: Origin,
): ChartPanel {
  const names = electrodes.map(({ electrode }) => electrode);
  const most = Math.max(
    ...electrodes.flatMap(({ measured }) => [...measured]),
  );
  const axis = (field: string, title: string): Spec => ({
    field,
    type: "quantitative",
    title,
    axis: { format: ".0%", tickCount: 4 },
    scale: { domain: [0, most] },
  });
  const drawn = electrodes.map(({ measured, predicted }) => {
    const rows = evenly(
      [...measured.keys()].filter((i) => !Number.isNaN(predicted[i])),
      mostDrawn,
    );
    return rows.map((i) => ({
      p: rounded(predicted[i]!),
      m: rounded(measured[i]!),
    }));
  });
  return {
    id: "science-fig4-prediction",
    caption:
      `Measured damage of particles over the damage that trees predict which have not seen them (out of bag), ${
        drawn.map((rows, e) => `${rows.length} particles after ${names[e]}`)
          .join(", ")
      }. Line: equality.`,
    origin,
    spec: {
      hconcat: electrodes.map(({ electrode, r2 }, e) => ({
        width: 190,
        height: 190,
        title: `${electrode}: R² = ${r2.toFixed(2)}`,
        layer: [
          {
            data: {
              values: drawn[e]!.map((row) => ({ ...row, electrode })),
            },
            mark: { type: "point", size: 12, opacity: 0.5 },
            encoding: {
              x: axis("p", "Predicted damage"),
              y: axis("m", e === 0 ? "Measured damage" : ""),
              color: electrodeColour("electrode", names, null),
            },
          },
          {
            data: { values: [{ p: 0, m: 0 }, { p: most, m: most }] },
            mark: { type: "line", strokeWidth: 1, color: wong.black },
            encoding: {
              x: { field: "p", type: "quantitative" },
              y: { field: "m", type: "quantitative" },
            },
          },
        ],
      })),
      spacing: 20,
    },
  };
}

/** Attributes that a waterfall shows one by one. */
const waterfallSteps = 9;

/**
 * How the prediction of one particle comes about: from the mean prediction,
 * attribute by attribute, the largest last.
 *
 * @param id Of the panel.
 * @param title Over the chart.
 * @param features Particles.
 * @param shap Shapley values of the same particles.
 * @param row Which particle, from 0.
 * @param origin Where the data come from.
 * @throws {RangeError} If there is no such particle.
 */
export function waterfallChart(
  id: string,
  title: string,
  features: Features,
  shap: ShapValues,
  row: number,
  origin: Origin,
): ChartPanel {
  if (!(Number.isInteger(row) && row >= 0 && row < shap.rows)) {
    throw new RangeError(
      `Cannot explain the particle as its row must be from 0 to ${
        shap.rows - 1
      }: current value is ${row}`,
    );
  }
  const contribution = shap.ids.map((_, f) =>
    shap.values[f * shap.rows + row]!
  );
  const order = [...shap.ids.keys()].sort((f, g) =>
    Math.abs(contribution[g]!) - Math.abs(contribution[f]!)
  );
  const shown = order.slice(0, waterfallSteps);
  const rest = order.slice(waterfallSteps);
  const steps = shown.map((f) => ({
    name: `${shap.ids[f]} = ${
      featureColumn(features, f)[row]!.toPrecision(2).replace("-", "−")
    }`,
    by: contribution[f]!,
  }));
  if (rest.length > 0) {
    steps.push({
      name: `${rest.length} others`,
      by: rest.reduce((sum, f) => sum + contribution[f]!, 0),
    });
  }
  let at = shap.base;
  const bars = steps.toReversed().map(({ name, by }) => {
    const from = at;
    at += by;
    return { name, from, to: at, by, end: Math.max(from, at) };
  });
  const y = {
    field: "name",
    type: "nominal",
    sort: steps.map(({ name }) => name),
    title: null,
    axis: { domain: false, ticks: false },
  };
  const x = {
    type: "quantitative",
    title: "Predicted damage",
    axis: { format: ".1%" },
    scale: { zero: false, padding: 28 },
  };
  return {
    id,
    caption: `Explanation of one particle: from the mean prediction of ${
      percent(shap.base)
    } (dashed) to its own, ${
      percent(at)
    }, from bottom to top; numbers in percentage points.`,
    origin,
    spec: {
      title,
      width: 260,
      height: 19 * steps.length,
      layer: [
        {
          data: { values: [{ base: shap.base }] },
          mark: { type: "rule", strokeDash: [4, 3], color: "#777777" },
          encoding: { x: { ...x, field: "base" } },
        },
        {
          data: { values: bars },
          mark: { type: "bar", height: 13 },
          encoding: {
            y,
            x: { ...x, field: "from" },
            x2: { field: "to" },
            color: {
              condition: { test: "datum.by > 0", value: wong.vermilion },
              value: wong.blue,
            },
          },
        },
        {
          data: {
            values: bars.map((bar) => ({
              ...bar,
              text: `${bar.by > 0 ? "+" : "−"}${
                (100 * Math.abs(bar.by)).toFixed(1)
              }`,
            })),
          },
          mark: { type: "text", align: "left", dx: 3, baseline: "middle" },
          encoding: {
            y,
            x: { ...x, field: "end" },
            text: { field: "text" },
          },
        },
      ],
    },
  };
}

/** Shapley values of one electrode and the attributes that they belong to. */
export interface ExplainedElectrode {
  readonly electrode: string;
  readonly features: Features;
  readonly shap: ShapValues;
}

/** Most particles of a swarm. */
const swarmParticles = 60;

/**
 * All Shapley values at a glance: one swarm of particles per attribute, the
 * attribute of the highest score on top, coloured by the attribute's value.
 *
 * @param explained One entry per electrode, side by side.
 * @param attributes How many attributes to show.
 * @param origin Where the data come from.
 */
export function beeswarmChart(
  explained: readonly ExplainedElectrode[],
  attributes: number,
  origin: Origin,
): ChartPanel {
  const rowHeight = 26;
  const charts = explained.map(({ electrode, features, shap }) => {
    const score = (f: number) =>
      shap.values.subarray(f * shap.rows, (f + 1) * shap.rows)
        .reduce((sum, v) => sum + Math.abs(v), 0);
    const order = [...shap.ids.keys()].sort((f, g) => score(g) - score(f))
      .slice(0, attributes);
    const particles = evenly([...Array(shap.rows).keys()], swarmParticles);
    const points = order.flatMap((f, place) =>
      swarm(particles, f, shap, features).map((point) => ({
        ...point,
        y: rounded(place + point.y),
      }))
    );
    return {
      title: electrode,
      width: 190,
      height: rowHeight * attributes,
      layer: [
        {
          data: { values: [{ x: 0 }] },
          mark: { type: "rule", color: "#999999" },
          encoding: { x: { field: "x", type: "quantitative" } },
        },
        {
          data: { values: points },
          mark: { type: "point", size: 10 },
          encoding: {
            x: {
              field: "x",
              type: "quantitative",
              title: "Shapley value (percentage points)",
            },
            y: {
              field: "y",
              type: "quantitative",
              title: null,
              scale: {
                domain: [attributes - 0.5, -0.5],
                nice: false,
                zero: false,
              },
              axis: {
                values: order.map((_, place) => place),
                // Vega drops values beyond the number of ticks.
                tickCount: attributes,
                labelExpr: `${
                  JSON.stringify(order.map((f) => shap.ids[f]))
                }[datum.value]`,
                domain: false,
                ticks: false,
                labelOverlap: false,
              },
            },
            color: {
              field: "c",
              type: "quantitative",
              scale: {
                domain: [0, 1],
                range: [wong.blue, "#BBBBBB", wong.vermilion],
                interpolate: "rgb",
              },
              legend: {
                title: ["Value of the", "attribute"],
                values: [0, 1],
                labelExpr: "datum.value == 0 ? 'least' : 'most'",
                gradientLength: 90,
              },
            },
          },
        },
      ],
    };
  });
  return {
    id: "science-fig4-beeswarm",
    caption:
      `Shapley values of ${swarmParticles} particles of each electrode for the ${attributes} attributes of the highest scores, coloured by the rank of the attribute's value.`,
    origin,
    width_mm: 130,
    spec: { hconcat: charts, spacing: 20 },
  };
}

/** Points of an attribute, pushed apart where they would overlap. */
function swarm(
  particles: readonly number[],
  f: number,
  { values, rows }: ShapValues,
  features: Features,
): { x: number; y: number; c: number }[] {
  const column = featureColumn(features, f);
  const byValue = [...particles].sort((i, j) => column[i]! - column[j]!);
  const rank = new Map(byValue.map((i, k) => [i, k / (particles.length - 1)]));
  const inBin = new Map<number, number>();
  return particles.map((i) => {
    const x = 100 * values[f * rows + i]!;
    const bin = Math.round(x / 0.06);
    const taken = inBin.get(bin) ?? 0;
    inBin.set(bin, taken + 1);
    // 0, 1, -1, 2, -2, ... steps from the line, no further than its neighbours.
    const step = (taken % 2 === 1 ? 1 : -1) * Math.ceil(taken / 2);
    return {
      x: rounded(x),
      y: Math.max(-0.42, Math.min(0.42, 0.09 * step)),
      c: rounded(rank.get(i)!),
    };
  });
}

/** Most particles of an electrode in the chart of dependence, which holds all attributes. */
const dependenceParticles = 40;

/**
 * Shapley values of one attribute over its value, both electrodes; the
 * attribute can be chosen where charts are interactive.
 *
 * @param explained One entry per electrode, with the same attributes.
 * @param attribute Shown first.
 * @param origin Where the data come from.
 */
export function dependenceChart(
  explained: readonly ExplainedElectrode[],
  attribute: string,
  origin: Origin,
): ChartPanel {
  const ids = explained[0]?.shap.ids ?? [];
  const names = explained.map(({ electrode }) => electrode);
  const rows = explained.flatMap(({ electrode, features, shap }) =>
    evenly([...Array(shap.rows).keys()], dependenceParticles).flatMap((i) =>
      ids.map((a, f) => ({
        a,
        e: electrode,
        x: rounded(featureColumn(features, f)[i]!),
        y: rounded(100 * shap.values[f * shap.rows + i]!),
      }))
    )
  );
  return {
    id: "science-fig4-dependence",
    caption:
      `Shapley values of ${attribute} over its value, ${dependenceParticles} particles of each electrode.`,
    origin,
    spec: {
      width: 300,
      height: 200,
      params: [{
        name: "attribute",
        value: attribute,
        bind: { input: "select", options: ids, name: "Attribute " },
      }],
      data: { values: rows },
      transform: [{ filter: "datum.a == attribute" }],
      mark: { type: "point", size: 20, opacity: 0.7 },
      title: { text: { expr: "attribute" } },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: "Value of the attribute",
          scale: { zero: false },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: "Shapley value (percentage points)",
        },
        color: electrodeColour("e", names, { orient: "top" }),
      },
    },
  };
}

/** Audit of one electrode. */
export interface AuditedElectrode {
  readonly electrode: string;
  readonly entries: readonly LeakAuditEntry[];
}

/**
 * Leak audit: quality of the forest by choice of attributes, beside that with
 * the damage shuffled.
 *
 * @param audits One entry per electrode, with the same choices.
 * @param origin Where the data come from.
 */
export function leakChart(
  audits: readonly AuditedElectrode[],
  origin: Origin,
): ChartPanel {
  const names = audits.map(({ electrode }) => electrode);
  const rows = audits.flatMap(({ electrode, entries }) =>
    entries.flatMap(({ name, r2, shuffledR2 }) => [
      { electrode, name, r2, target: "damage" },
      { electrode, name, r2: shuffledR2, target: "damage shuffled" },
    ])
  );
  return {
    id: "science-fig4-leaks",
    caption:
      "Quality of the forest (out-of-bag R²) by choice of attributes; crosses, the same with the damage of the particles shuffled.",
    origin,
    spec: {
      width: 260,
      height: 34 * (audits[0]?.entries.length ?? 1),
      data: { values: rows },
      mark: { type: "point", size: 60, filled: false, strokeWidth: 2 },
      encoding: {
        x: {
          field: "r2",
          type: "quantitative",
          title: "Out-of-bag R²",
          scale: { domain: [-0.2, 1], nice: false },
        },
        y: {
          field: "name",
          type: "nominal",
          sort: null,
          title: null,
          axis: { domain: false, ticks: false },
        },
        color: electrodeColour("electrode", names, { orient: "top" }),
        shape: {
          field: "target",
          type: "nominal",
          scale: {
            domain: ["damage", "damage shuffled"],
            range: ["circle", "cross"],
          },
          legend: { title: null, orient: "top" },
        },
      },
    },
  };
}

/** Scores of one electrode from two tables of the same particles. */
export interface ComparedScores {
  readonly electrode: string;
  readonly attributes: readonly string[];
  /** From the true table, as share of the volume. */
  readonly truth: ArrayLike<number>;
  /** From the measured table. */
  readonly measured: ArrayLike<number>;
}

/**
 * Scores from the table that was measured on images over those from the true
 * table, one point per attribute and electrode.
 *
 * @param electrodes One entry per electrode.
 * @param origin Where the data come from.
 */
export function endToEndChart(
  electrodes: readonly ComparedScores[],
  origin: Origin,
): ChartPanel {
  const names = electrodes.map(({ electrode }) => electrode);
  const charts = electrodes.map(
    ({ electrode, attributes, truth, measured }) => {
      const points = attributes.map((attribute, f) => ({
        electrode,
        attribute,
        x: rounded(1e3 * truth[f]!),
        y: rounded(1e3 * measured[f]!),
      }));
      const most = Math.max(...points.flatMap(({ x, y }) => [x, y]));
      // Names of the few large scores; the others would lie on each other.
      const named = points.filter(({ x, y }) => Math.max(x, y) > 0.5 * most);
      const axis = (field: string, title: string): Spec => ({
        field,
        type: "quantitative",
        title,
        scale: { domain: [0, 1.15 * most], nice: false },
      });
      const x = axis("x", "Score from the true table (10⁻³)");
      const y = axis("y", "Score from images (10⁻³)");
      return {
        width: 200,
        height: 200,
        title: electrode,
        layer: [
          {
            data: { values: [{ x: 0, y: 0 }, { x: most, y: most }] },
            mark: { type: "line", strokeWidth: 1, color: "#999999" },
            encoding: { x, y },
          },
          {
            data: { values: points },
            mark: { type: "point", size: 40 },
            encoding: {
              x,
              y,
              color: electrodeColour("electrode", names, null),
            },
          },
          {
            data: { values: named },
            mark: { type: "text", align: "left", dx: 5, baseline: "middle" },
            encoding: { x, y, text: { field: "attribute" } },
          },
        ],
      };
    },
  );
  return {
    id: "science-fig4-end-to-end",
    caption:
      "Contribution scores from tables measured on images over those from the true tables of the same electrodes; line, equality.",
    origin,
    width_mm: 130,
    spec: { hconcat: charts, spacing: 30 },
  };
}

/** At most so many of some rows, evenly spread. */
function evenly(rows: readonly number[], most: number): number[] {
  const count = Math.min(most, rows.length);
  return Array.from(
    { length: count },
    (_, k) => rows[Math.floor(k * rows.length / count)]!,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
