/** EES Fig. 4: what depends on the size of the particles. */
import type { Origin } from "../core/mod.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import {
  position,
  type SizeChart,
  sizeChart,
  type SizedValues,
  voltageName,
} from "./pitt_charts.ts";

export type { SizedValues } from "./pitt_charts.ts";

const exponentTitle = "Exponent of the diameter";
const diameters_um = [0, 16] as const;
const tests =
  "Above: R² of the dashed fit with the paper's 95 % interval, and the exponent of a power law with its own.";

/**
 * Panel 4a: diffusivity against the diameter, parabolas through the origin.
 *
 * @param groups Diffusivities in 1e-10 cm^2/s, one group per voltage.
 * @param origin Where the data come from.
 */
export function diffusivityAgainstSize(
  groups: readonly SizedValues[],
  origin: Origin,
): ChartPanel {
  return sizePanel(
    "pitt-fig4-a",
    `Diffusivity against diameter, with the radius of the whole particle; dashed: parabolas through the origin. ${tests}`,
    groups,
    { title: "D (10⁻¹⁰ cm²/s)", curve: "parabola", diameters_um },
    origin,
  );
}

/**
 * Panel 4b: exchange current density against the diameter, lines through the
 * origin.
 *
 * @param groups Exchange current densities in mA/cm^2, one group per voltage.
 * @param origin Where the data come from.
 */
export function exchangeAgainstSize(
  groups: readonly SizedValues[],
  origin: Origin,
): ChartPanel {
  return sizePanel(
    "pitt-fig4-b",
    `Exchange current density against diameter, with the radius of the whole particle; dashed: lines through the origin. ${tests}`,
    groups,
    { title: "j₀ (mA/cm²)", curve: "proportional", diameters_um },
    origin,
  );
}

/**
 * Panel 4c: diffusion time against the diameter, lines.
 *
 * @param groups Diffusion times in s, one group per voltage.
 * @param origin Where the data come from.
 */
export function diffusionTimeAgainstSize(
  groups: readonly SizedValues[],
  origin: Origin,
): ChartPanel {
  return sizePanel(
    "pitt-fig4-c",
    `Diffusion time against diameter; dashed: lines with intercept. ${tests}`,
    groups,
    { title: "Diffusion time (s)", curve: "line", diameters_um },
    origin,
  );
}

/**
 * Panel 4d: reaction time against the diameter, lines.
 *
 * @param groups Reaction times in s, one group per voltage.
 * @param origin Where the data come from.
 */
export function reactionTimeAgainstSize(
  groups: readonly SizedValues[],
  origin: Origin,
): ChartPanel {
  return sizePanel(
    "pitt-fig4-d",
    `Reaction time against diameter; dashed: lines with intercept. ${tests}`,
    groups,
    { title: "Reaction time (s)", curve: "line", diameters_um },
    origin,
  );
}

function sizePanel(
  id: string,
  caption: string,
  groups: readonly SizedValues[],
  chart: SizeChart,
  origin: Origin,
): ChartPanel {
  return {
    id,
    caption,
    origin,
    width_mm: 183,
    spec: sizeChart(groups, chart),
  };
}

/** An exponent with its interval. */
export interface ShownExponent {
  /** Quantity, the heading of a view. */
  readonly quantity: string;
  /** World and protocol, a colour. */
  readonly series: string;
  readonly voltage_V: number;
  readonly exponent: number;
  readonly lower: number;
  readonly upper: number;
}

/** Exponents that a world predicts for a quantity. */
export interface PredictedExponent {
  readonly quantity: string;
  /** Name of the world. */
  readonly world: string;
  readonly exponent: number;
}

/**
 * Exponents of the diameter by quantity, voltage, world and protocol.
 *
 * @param exponents Fitted exponents; quantities and series in the order of first mention.
 * @param predicted Exponents of the worlds, drawn as lines.
 */
export function exponentChart(
  exponents: readonly ShownExponent[],
  predicted: readonly PredictedExponent[],
): ChartPanel {
  const quantities = [...new Set(exponents.map((e) => e.quantity))];
  const series = [...new Set(exponents.map((e) => e.series))];
  const worlds = [...new Set(predicted.map((p) => p.world))];
  const least = Math.min(...exponents.map((e) => e.lower));
  const most = Math.max(...exponents.map((e) => e.upper));
  const view = (quantity: string, i: number): Spec => ({
    title: { text: quantity, fontWeight: "normal", frame: "group" },
    width: 175,
    height: 240,
    layer: [
      {
        data: { values: predicted.filter((p) => p.quantity === quantity) },
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: {
          x: position("exponent", exponentTitle),
          strokeDash: {
            field: "world",
            type: "nominal",
            scale: { domain: worlds, range: [[1, 0], [5, 4]] },
            legend: {
              title: "True exponent",
              orient: "bottom",
              symbolSize: 500,
            },
          },
        },
      },
      {
        data: {
          values: exponents.filter((e) => e.quantity === quantity)
            .map((e) => ({ ...e, voltage: voltageName(e.voltage_V) })),
        },
        encoding: {
          y: {
            field: "voltage",
            type: "nominal",
            sort: "descending",
            title: null,
            axis: i === 0 ? {} : { labels: false },
          },
          yOffset: { field: "series", sort: series },
          color: {
            field: "series",
            type: "nominal",
            scale: { domain: series, range: [wong.vermilion, wong.blue] },
            legend: { title: null, orient: "bottom" },
          },
        },
        layer: [
          {
            mark: "rule",
            encoding: {
              x: position("lower", exponentTitle, {
                domain: [least - 0.1, most + 0.1],
              }),
              x2: { field: "upper" },
            },
          },
          {
            mark: { type: "point", size: 34 },
            encoding: { x: position("exponent", exponentTitle) },
          },
        ],
      },
    ],
  });
  return {
    id: "pitt-fig4-exponents",
    caption:
      "Exponents of the diameter with 95 % intervals, voltage by voltage; upright lines are the truth of each world.",
    origin: "synthetic",
    width_mm: 183,
    spec: { hconcat: quantities.map(view), spacing: 14 },
  };
}

/** What a null experiment found. */
export interface NullFinding {
  readonly diffusivity_cm2_s: number;
  readonly biotAt5um: number;
  /** Share of the charge in the window, median over particles. */
  readonly completeness: number;
  /** Quantity: `D`, `j₀`, `diffusion time`, `reaction time`. */
  readonly quantity: string;
  readonly exponent: number;
}

/**
 * Exponents that the published protocol finds where D and j0 are constant.
 *
 * @param findings One per world and quantity.
 */
export function nullFindings(findings: readonly NullFinding[]): ChartPanel {
  const quantities = [...new Set(findings.map((f) => f.quantity))];
  const colours = [wong.vermilion, wong.orange, wong.blue, wong.skyBlue];
  return {
    id: "pitt-fig4-null",
    caption:
      "What the published protocol finds in particles of 5 to 15 µm whose D and j₀ are the same but for 15 % scatter and which react at their surface: exponents of the diameter against the share of the charge that the window holds. The truth is 0 for D and j₀, 2 for the diffusion and 1 for the reaction time (dashed).",
    origin: "synthetic",
    width_mm: 110,
    spec: {
      width: 380,
      height: 260,
      layer: [
        {
          data: { values: [{ truth: 0 }, { truth: 1 }, { truth: 2 }] },
          mark: { type: "rule", strokeDash: [6, 4], color: "#888888" },
          encoding: { y: position("truth", "Exponent found") },
        },
        {
          data: { values: findings },
          mark: { type: "point", size: 44 },
          encoding: {
            x: {
              ...position("completeness", "Share of the charge in the window", {
                domain: [0, 1],
              }),
              axis: { format: ".0%" },
            },
            y: position("exponent", "Exponent found", { domain: [-0.4, 2.4] }),
            color: {
              field: "quantity",
              type: "nominal",
              scale: { domain: quantities, range: colours },
              legend: { title: null },
            },
            shape: {
              field: "quantity",
              type: "nominal",
              scale: {
                domain: quantities,
                range: ["circle", "square", "triangle-up", "diamond"],
              },
              legend: { title: null },
            },
          },
        },
      ],
    },
  };
}

/** Share of simulated sets in which a test finds an effect. */
export interface TestPower {
  /** Number of particles. */
  readonly particles: number;
  /** Name of the test. */
  readonly test: string;
  /** Exponent of the effect. */
  readonly exponent: number;
  readonly power: number;
}

/**
 * Chance of finding a dependence on size with few and with many particles.
 *
 * @param powers By number of particles, test and true exponent.
 */
export function testPowers(powers: readonly TestPower[]): ChartPanel {
  const exponents = [...new Set(powers.map((p) => p.exponent))];
  return {
    id: "pitt-fig4-power",
    caption:
      "Share of simulated sets of particles (5 to 15 µm, scatter 30 %) in which a test says that the quantity depends on size, if it grows with the diameter to the power given; at power 0 every finding is false.",
    origin: "synthetic",
    width_mm: 130,
    spec: {
      hconcat: exponents.map((exponent, i) => ({
        title: {
          text: `true exponent ${exponent}`,
          fontWeight: "normal",
          frame: "group",
        },
        width: 160,
        height: 190,
        data: { values: powers.filter((p) => p.exponent === exponent) },
        mark: { type: "line", point: { size: 30 } },
        encoding: {
          x: position("particles", "Particles", { domain: [0, 42] }),
          y: {
            ...position("power", i === 0 ? "Sets that show it" : null, {
              domain: [0, 1],
            }),
            axis: { format: ".0%", labels: i === 0 },
          },
          color: {
            field: "test",
            type: "nominal",
            legend: { title: null, orient: "bottom" },
          },
        },
      })),
      spacing: 14,
    },
  };
}
