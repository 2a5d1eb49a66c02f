/** Science Fig. 4 and S11: what each attribute contributes to the damage. */
import type { Origin } from "../core/mod.ts";
import {
  type ContributionRun,
  scoreDifferences,
  scoreSpread,
} from "../forest/mod.ts";
import { electrodeColour, rounded } from "./charts.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { twoColumns_mm } from "./theme.ts";

/** An attribute on the axis. */
export interface AttributeEntry {
  readonly id: string;
  /** Attributes of a group stand side by side. */
  readonly group: string;
}

/** Width of the plot in drawing units. */
const plotWidth = 930;

/** Half the width of a bar, and where the bars of both electrodes stand beside their attribute. */
const barHalf = 0.17, barAt = [-0.19, 0.19] as const;

/** Where the runs of each kind stand beside the middle of their bar. */
const kindAt = { seed: -0.08, subset: 0.08 } as const;

/**
 * Fig. 4: contribution scores of the attributes, bar by bar for two electrodes,
 * with every run as a symbol, and on top the differences of the electrodes.
 *
 * @param runs Runs of both electrodes, see `contributionRuns`.
 * @param electrodes Names of the electrodes: differences are the second less the first.
 * @param attributes In the order of the scores and of the axis.
 * @param origin Where the data come from.
 *
 * @example One attribute
 * ```ts
 * import assert from "node:assert/strict";
 * import { contributionChart } from "./science_fig4.ts";
 *
 * const runs = ["10 cycles", "50 cycles"].map((electrode, i) => ({
 *   electrode,
 *   kind: "seed" as const,
 *   run: 0,
 *   scores: Float64Array.of(0.003 - 0.001 * i),
 *   outOfBagR2: 0.7,
 *   testR2: 0.7,
 * }));
 * const { caption } = contributionChart(
 *   runs,
 *   ["10 cycles", "50 cycles"],
 *   [{ id: "Z", group: "position" }],
 *   "synthetic",
 * );
 * assert.match(caption, /N = 1/);
 * ```
 */
export function contributionChart(
  runs: readonly ContributionRun[],
  electrodes: readonly [string, string],
  attributes: readonly AttributeEntry[],
  origin: Origin,
): ChartPanel {
  const [a, b] = electrodes;
  const bars = electrodes.flatMap((electrode, e) =>
    scoreSpread(runs, electrode).map(({ mean }, f) => ({
      electrode,
      x: f + barAt[e]!,
      value: 1e3 * mean,
    }))
  );
  const symbols = runs.flatMap(({ electrode, kind, run, scores }) => {
    const e = electrodes.indexOf(electrode);
    return Array.from(scores, (score, f) => ({
      // Side by side in threes, so that few hide each other.
      x: rounded(f + barAt[e]! + kindAt[kind] + 0.03 * (run % 3 - 1)),
      value: rounded(1e3 * score),
      kind,
    }));
  });
  const differences = scoreDifferences(runs, a, b).map(({ mean, sd }, f) => ({
    x: f,
    value: 1e3 * mean,
    lower: 1e3 * (mean - sd),
    upper: 1e3 * (mean + sd),
  }));
  const count = runs.filter(({ electrode }) => electrode === a).length;
  return {
    id: "science-fig4",
    caption:
      `Contribution scores (mean absolute Shapley value) of the attributes to the damage of particles after ${a} and ${b}: bars, means; squares, random seeds; triangles, subsampled particles. Top: difference ${b} less ${a}, mean and standard deviation, N = ${count}.`,
    origin,
    width_mm: twoColumns_mm,
    spec: attributeSpec(attributes, {
      strip: differences,
      stripTitle: ["Difference", "(10⁻³)"],
      bars,
      barTitle: "Contribution score (10⁻³ of the volume)",
      electrodes,
      marks: {
        data: { values: symbols },
        mark: {
          type: "point",
          size: 11,
          filled: false,
          fill: "#FFFFFF",
          color: wong.black,
          strokeWidth: 0.6,
        },
        encoding: {
          x: { field: "x", type: "quantitative" },
          y: { field: "value", type: "quantitative" },
          shape: {
            field: "kind",
            type: "nominal",
            scale: {
              domain: ["seed", "subset"],
              range: ["square", "triangle-up"],
            },
            legend: {
              title: null,
              orient: "top-left",
              offset: 0,
              labelExpr:
                "datum.value == 'seed' ? 'random seeds' : 'subsamples'",
              symbolStrokeWidth: 1,
            },
          },
        },
      },
    }),
  };
}

/** Correlation of an attribute with the damage of one electrode. */
export interface AttributeCorrelation {
  readonly electrode: string;
  /** Pearson's coefficient, one per attribute. */
  readonly r: readonly number[];
  /** Its 95 % interval. */
  readonly interval: readonly (readonly [lower: number, upper: number])[];
}

/**
 * S11: Pearson correlation of the attributes with the damage, drawn as Fig. 4
 * is, without regard to sign.
 *
 * @param correlations Of both electrodes; differences are the second less the first.
 * @param attributes In the order of the coefficients and of the axis.
 * @param origin Where the data come from.
 */
export function correlationChart(
  correlations: readonly [AttributeCorrelation, AttributeCorrelation],
  attributes: readonly AttributeEntry[],
  origin: Origin,
): ChartPanel {
  const [a, b] = correlations;
  const size = ({ r, interval }: AttributeCorrelation, f: number) => {
    const [lower, upper] = interval[f]!;
    const holdsZero = lower < 0 && upper > 0;
    return {
      value: Math.abs(r[f]!),
      lower: holdsZero ? 0 : Math.min(Math.abs(lower), Math.abs(upper)),
      upper: Math.max(Math.abs(lower), Math.abs(upper)),
    };
  };
  const bars = correlations.flatMap((correlation, e) =>
    attributes.map((_, f) => ({
      electrode: correlation.electrode,
      x: f + barAt[e]!,
      ...size(correlation, f),
    }))
  );
  const strip = attributes.map((_, f) => {
    const first = size(a, f), second = size(b, f);
    const value = second.value - first.value;
    // Independent samples: the half widths add as squares.
    return {
      x: f,
      value,
      lower: value -
        Math.hypot(second.value - second.lower, first.upper - first.value),
      upper: value +
        Math.hypot(second.upper - second.value, first.value - first.lower),
    };
  });
  return {
    id: "science-figS11",
    caption:
      `Pearson correlation of the attributes with the damage of particles after ${a.electrode} and ${b.electrode}, without regard to sign, with 95 % intervals. Top: difference ${b.electrode} less ${a.electrode}.`,
    origin,
    width_mm: twoColumns_mm,
    spec: attributeSpec(attributes, {
      strip,
      stripTitle: ["Difference"],
      bars,
      barTitle: "Pearson correlation |r| with damage",
      electrodes: [a.electrode, b.electrode],
      marks: {
        data: { values: bars },
        mark: { type: "rule", strokeWidth: 1 },
        encoding: {
          x: { field: "x", type: "quantitative" },
          y: { field: "lower", type: "quantitative" },
          y2: { field: "upper" },
        },
      },
    }),
  };
}

/** Share of each group of attributes in the sum of scores of one electrode. */
export interface GroupShareBar {
  /** Name of the bar, for example `10 cycles, published`. */
  readonly name: string;
  readonly shares: ReadonlyMap<string, number>;
}

/**
 * Shares of the groups of attributes in the sum of all scores, one bar per
 * electrode: unlike raw scores they do not grow with the damage.
 *
 * @param bars From top to bottom; all with the same groups.
 * @param origin Where the data come from.
 */
export function groupShareChart(
  bars: readonly GroupShareBar[],
  origin: Origin,
): ChartPanel {
  const rows = bars.flatMap(({ name, shares }) => {
    let from = 0;
    return [...shares].map(([group, share]) => {
      const start = from;
      from += share;
      return {
        name,
        group,
        start,
        end: from,
        middle: start + share / 2,
        share,
      };
    });
  });
  const groups = [...bars[0]?.shares.keys() ?? []];
  const y = {
    field: "name",
    type: "nominal",
    sort: bars.map(({ name }) => name),
    title: null,
    axis: { domain: false, ticks: false },
  };
  return {
    id: "science-fig4-shares",
    caption: "Shares of the groups of attributes in the sum of all scores.",
    origin,
    spec: {
      width: 300,
      height: 30 * bars.length,
      data: { values: rows },
      layer: [
        {
          mark: { type: "bar", height: 20 },
          encoding: {
            y,
            x: {
              field: "start",
              type: "quantitative",
              title: "Share of the sum of scores",
              axis: { format: ".0%" },
              scale: { domain: [0, 1] },
            },
            x2: { field: "end" },
            color: {
              field: "group",
              type: "nominal",
              scale: {
                domain: groups,
                range: [wong.orange, wong.purple, wong.skyBlue, wong.vermilion],
              },
              legend: { title: null, orient: "top", columns: 2 },
            },
          },
        },
        {
          transform: [{ filter: "datum.share > 0.045" }],
          mark: { type: "text", baseline: "middle" },
          encoding: {
            y,
            x: { field: "middle", type: "quantitative" },
            text: { field: "share", format: ".0%" },
          },
        },
      ],
    },
  };
}

interface AttributeParts {
  /** Differences on top. */
  readonly strip: readonly {
    readonly x: number;
    readonly value: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly stripTitle: readonly string[];
  readonly bars: readonly {
    readonly electrode: string;
    readonly x: number;
    readonly value: number;
  }[];
  readonly barTitle: string;
  readonly electrodes: readonly [string, string];
  /** Layer over the bars. */
  readonly marks: Spec;
}

/** A strip of differences over pairs of bars, attribute by attribute. */
function attributeSpec(
  attributes: readonly AttributeEntry[],
  { strip, stripTitle, bars, barTitle, electrodes, marks }: AttributeParts,
): Spec {
  const last = attributes.length - 1;
  const x = (axis: Spec | null): Spec => ({
    field: "x",
    type: "quantitative",
    title: null,
    scale: { domain: [-0.6, last + 0.6], nice: false, zero: false },
    axis,
  });
  const names = {
    values: attributes.map((_, f) => f),
    // Vega drops values beyond the number of ticks.
    tickCount: attributes.length,
    labelExpr: `${JSON.stringify(attributes.map(({ id }) => id))}[datum.value]`,
    labelAngle: -40,
    labelAlign: "right",
    labelOverlap: false,
    labelPadding: 5,
  };
  const borders = attributes.flatMap(({ group }, f) =>
    f > 0 && attributes[f - 1]!.group !== group ? [{ x: f - 0.5 }] : []
  );
  const border = (axis: Spec | null) => ({
    data: { values: borders },
    mark: { type: "rule", strokeDash: [3, 3], color: "#999999" },
    encoding: { x: x(axis) },
  });
  return {
    spacing: 8,
    vconcat: [
      {
        width: plotWidth,
        height: 120,
        layer: [
          {
            data: { values: groupsOf(attributes) },
            mark: { type: "text", baseline: "bottom" },
            encoding: {
              x: x(null),
              y: { value: -6 },
              text: { field: "group" },
            },
          },
          border(null),
          {
            mark: { type: "rule", color: "#999999" },
            data: { values: [{ value: 0 }] },
            encoding: { y: { field: "value", type: "quantitative" } },
          },
          {
            data: { values: strip },
            mark: { type: "rule", strokeWidth: 1.5 },
            encoding: {
              x: x(null),
              y: {
                field: "lower",
                type: "quantitative",
                title: stripTitle,
                axis: { tickCount: 4 },
              },
              y2: { field: "upper" },
            },
          },
          {
            data: { values: strip },
            mark: { type: "point", size: 40, color: wong.black },
            encoding: {
              x: x(null),
              y: { field: "value", type: "quantitative" },
            },
          },
        ],
      },
      {
        width: plotWidth,
        height: 230,
        layer: [
          border(names),
          {
            data: {
              values: bars.map((bar) => ({
                ...bar,
                left: bar.x - barHalf,
                right: bar.x + barHalf,
              })),
            },
            mark: { type: "rect" },
            encoding: {
              x: { ...x(names), field: "left" },
              x2: { field: "right" },
              y: { field: "value", type: "quantitative", title: barTitle },
              y2: { datum: 0 },
              color: electrodeColour("electrode", electrodes, {
                orient: "top-left",
                symbolType: "square",
                offset: 0,
              }),
            },
          },
          marks,
        ],
      },
    ],
    resolve: { legend: { color: "independent", shape: "independent" } },
  };
}

/** Where the name of each group stands: over the middle of its attributes. */
function groupsOf(
  attributes: readonly AttributeEntry[],
): { group: string; x: number }[] {
  return [...new Set(attributes.map(({ group }) => group))].map((group) => {
    const places = [...attributes.keys()].filter((f) =>
      attributes[f]!.group === group
    );
    return { group, x: (places[0]! + places.at(-1)!) / 2 };
  });
}
