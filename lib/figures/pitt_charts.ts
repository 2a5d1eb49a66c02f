/** Parts that the charts of the PITT paper share. */
import type { RSquaredInterval } from "../statistics/mod.ts";
import type { SizeDependence } from "../pitt/mod.ts";
import { wong } from "./palette.ts";
import type { Spec } from "./panel.ts";
import { textSize } from "./theme.ts";

/** Colours of the voltages, from the highest down. */
const voltageColours = [
  wong.blue,
  wong.skyBlue,
  wong.green,
  wong.orange,
  wong.vermilion,
];

/** Name of a voltage in legends and headings. */
export function voltageName(voltage_V: number): string {
  return `${voltage_V.toFixed(1)} V`;
}

/**
 * Colour of voltages, by name.
 *
 * @param voltages_V In the order of the legend.
 * @param legend Settings of the legend; null leaves it out.
 */
export function voltageColour(
  voltages_V: readonly number[],
  legend: Spec | null = {},
): Spec {
  return {
    field: "voltage",
    type: "nominal",
    scale: {
      domain: voltages_V.map(voltageName),
      range: voltages_V.map((_, i) =>
        voltageColours[i % voltageColours.length]!
      ),
    },
    legend: legend === null ? null : { title: null, ...legend },
  };
}

/**
 * Quantitative position whose scale ends where it is told to, or at the data.
 *
 * @param field Field of the rows.
 * @param title Of the axis; null for an axis without one.
 * @param scale Further settings of the scale.
 */
export function position(
  field: string,
  title: string | null,
  scale: Spec = {},
): Spec {
  return {
    field,
    type: "quantitative",
    title,
    scale: {
      nice: false,
      // Logarithmic scales have no zero to leave out.
      ...(scale.type === "log" ? {} : { zero: false }),
      ...scale,
    },
  };
}

/** A line of text at a corner of a view, in drawing units from it. */
export function note(
  text: string | readonly string[],
  place: { x: number | Spec; y: number | Spec; align?: string; color?: string },
): Spec {
  const { x, y, align = "left", color = wong.black } = place;
  return {
    data: { values: [{}] },
    mark: {
      type: "text",
      text,
      x,
      y,
      align,
      color,
      baseline: "top",
      fontSize: textSize.small,
    },
  };
}

/** Values of a quantity for particles at one voltage. */
export interface SizedValues {
  /** Potential after the rest in V. */
  readonly voltage_V: number;
  /** Diameters in micrometres. */
  readonly diameter_um: readonly number[];
  /** The quantity, one positive value per particle, in the unit of the axis. */
  readonly values: readonly number[];
  /** Its dependence on the diameter. */
  readonly dependence: SizeDependence;
}

/** Which of the paper's curves is drawn through the values. */
export type SizeCurve = "proportional" | "parabola" | "line";

/** How to show a quantity over the diameter. */
export interface SizeChart {
  /** Title of the vertical axis. */
  readonly title: string;
  /** Curve through the values, with its R² and interval above. */
  readonly curve: SizeCurve;
  /** Largest diameter of the horizontal axis; smallest is 0 or this below it. */
  readonly diameters_um: readonly [number, number];
}

/**
 * A quantity against the diameter, one view per voltage, on common axes.
 *
 * @param groups One per voltage.
 * @param chart Titles and curve.
 */
export function sizeChart(
  groups: readonly SizedValues[],
  { title, curve, diameters_um }: SizeChart,
): Spec {
  const most = 1.25 * Math.max(...groups.flatMap((g) => g.values));
  return {
    hconcat: groups.map((group, i) => {
      const { voltage_V, diameter_um, values, dependence } = group;
      const points = values.map((value, k) => ({
        diameter: diameter_um[k]!,
        value,
      }));
      const x = position("diameter", "Diameter (µm)", { domain: diameters_um });
      const y = {
        ...position("value", title, { domain: [0, most] }),
        ...(i === 0
          ? {}
          : { title: null, axis: { labels: false, title: null } }),
      };
      return {
        title: {
          text: voltageName(voltage_V),
          fontWeight: "normal",
          frame: "group",
        },
        width: 150,
        height: 190,
        layer: [
          {
            data: {
              values: curvePoints(dependence, curve, diameters_um),
            },
            mark: {
              type: "line",
              clip: true,
              strokeDash: [6, 4],
              color: wong.purple,
            },
            encoding: { x, y },
          },
          {
            data: { values: points },
            mark: { type: "point", size: 28 },
            encoding: { x, y },
          },
          note(describe(dependence, curve), { x: 6, y: 2 }),
        ],
      };
    }),
    spacing: 12,
  };
}

/** R² of the curve with the paper's interval, and the exponent with its own. */
function describe(dependence: SizeDependence, curve: SizeCurve): string[] {
  const { law } = dependence;
  const { rSquared, interval } = fitOf(dependence, curve);
  return [
    `R² ${number(rSquared)}${intervalText(interval)}`,
    `~ d^${number(law.exponent)} [${number(law.lower)}, ${number(law.upper)}]`,
  ];
}

function intervalText(interval: RSquaredInterval | null): string {
  return interval === null
    ? ""
    : ` [${number(interval.lower)}, ${number(interval.upper)}]`;
}

/** Four digits: more do not show in a chart, and make notebooks large. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}

/** Two decimals with a true minus sign. */
export function number(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

/** The fit that a curve stands for. */
function fitOf(dependence: SizeDependence, curve: SizeCurve) {
  return curve === "line"
    ? dependence.line
    : curve === "parabola"
    ? dependence.originParabola
    : dependence.originLine;
}

function curvePoints(
  dependence: SizeDependence,
  curve: SizeCurve,
  [from, to]: readonly [number, number],
): { diameter: number; value: number }[] {
  const { line, originLine, originParabola } = dependence;
  return Array.from({ length: 25 }, (_, i) => {
    const d = from + (to - from) * i / 24;
    const value = curve === "line"
      ? line.intercept + line.slope * d
      : curve === "parabola"
      ? originParabola.coefficient * d * d
      : originLine.coefficient * d;
    return { diameter: d, value };
  });
}
