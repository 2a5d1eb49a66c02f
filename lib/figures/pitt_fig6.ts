/** EES Fig. 6 and S21: one effective radius for all particles. */
import type { Origin } from "../core/mod.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, DrawingPanel, Spec } from "./panel.ts";
import {
  position,
  sizeChart,
  type SizedValues,
  voltageColour,
  voltageName,
} from "./pitt_charts.ts";

const particleGrey = "#8C96A0";
const electrolyte = "#CFE6F5";

/** Panel 6a: drawing of the classical picture, lithium enters at the outer surface. */
export function surfaceEntry(): DrawingPanel {
  return drawing(
    "pitt-fig6-a",
    "The usual picture: lithium enters at the outer surface and diffuses over the whole radius, which is longer in larger particles.",
    (radius) => [
      grains(radius, 0),
      ...[-45, 45, 135, 225].map((angle) => arrow(angle, 1.25 * radius, 0)),
      `<line x1="0" y1="0" x2="${radius}" y2="0" stroke="#000000" stroke-width="1.5"/>`,
      label(0.6 * radius, -5, "r"),
    ],
  );
}

/** Panel 6b: drawing of the paper's picture, electrolyte in cracks and a short common length. */
export function crackedEntry(): DrawingPanel {
  return drawing(
    "pitt-fig6-b",
    "The paper's picture: electrolyte fills the cracks, lithium enters everywhere and diffuses over a short length that does not depend on the size of the particle.",
    (radius) => [grains(radius, 3.5), label(0, 1.22 * radius, "r effective")],
  );
}

/** A small and a large particle in electrolyte. */
function drawing(
  id: string,
  caption: string,
  inside: (radius: number) => string[],
): DrawingPanel {
  const width = 400, height = 250;
  const particles = [
    { x: 95, radius: 48 },
    { x: 275, radius: 88 },
  ].map(({ x, radius }) =>
    `<g transform="translate(${x} ${height / 2})">${
      inside(radius).join("")
    }</g>`
  );
  return {
    id,
    caption,
    origin: "synthetic",
    width_mm: 70,
    svg:
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" rx="6" fill="${electrolyte}"/>${
        particles.join("")
      }</svg>`,
  };
}

/** A particle of hexagonal grains whose gaps have a width; with a gap, arrows into the grains. */
function grains(radius: number, gap: number): string {
  const side = 9, cells: string[] = [], arrows: string[] = [];
  const stepX = side * Math.sqrt(3), stepY = side * 1.5;
  for (let r = -9; r <= 9; r++) {
    for (let c = -8; c <= 8; c++) {
      const x = (c + (r % 2 === 0 ? 0 : 0.5)) * stepX, y = r * stepY;
      if (Math.hypot(x, y) > radius - 0.6 * side) continue;
      const corners = Array.from({ length: 6 }, (_, k) => {
        const angle = Math.PI / 3 * k + Math.PI / 6;
        const reach = side - gap / 2;
        return `${(x + reach * Math.cos(angle)).toFixed(1)},${
          (y + reach * Math.sin(angle)).toFixed(1)
        }`;
      });
      cells.push(
        `<polygon points="${
          corners.join(" ")
        }" fill="${particleGrey}" stroke="${
          gap > 0 ? electrolyte : "#6F7983"
        }" stroke-width="0.8"/>`,
      );
      if (gap > 0) {
        arrows.push(
          `<line x1="${(x + side - gap / 2).toFixed(1)}" y1="${
            y.toFixed(1)
          }" x2="${(x + 2).toFixed(1)}" y2="${
            y.toFixed(1)
          }" stroke="${wong.vermilion}" stroke-width="2"/>`,
        );
      }
    }
  }
  return cells.join("") + arrows.join("");
}

/** An arrow towards the centre, from one distance to another. */
function arrow(degrees: number, from: number, to: number): string {
  const angle = degrees * Math.PI / 180;
  const at = (r: number) =>
    [r * Math.cos(angle), r * Math.sin(angle)].map((v) => v.toFixed(1));
  const [x1, y1] = at(from), [x2, y2] = at(to + 10);
  const tip = [
    at(to + 2),
    ...[-0.16, 0.16].map((turn) => {
      const reach = to + 14;
      return [
        reach * Math.cos(angle + turn * 3),
        reach * Math.sin(angle + turn * 3),
      ].map((v) => v.toFixed(1));
    }),
  ];
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${wong.vermilion}" stroke-width="2.5"/><polygon points="${
    tip.map((point) => point.join(",")).join(" ")
  }" fill="${wong.vermilion}"/>`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${
    y.toFixed(1)
  }" text-anchor="middle" font-family="Arimo" font-size="12px" fill="#000000">${text}</text>`;
}

const refitted =
  "refitted with a radius of 0.5 µm for all particles; dashed: lines with intercept. Above: R² with the paper's 95 % interval, and the exponent of a power law with its own.";

/**
 * Panel 6c: diffusivity for a common effective radius against the diameter.
 *
 * @param groups D* in 1e-12 cm^2/s, one group per voltage.
 * @param origin Where the data come from.
 */
export function commonDiffusivity(
  groups: readonly SizedValues[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-fig6-c",
    caption: `Diffusivity against diameter, ${refitted}`,
    origin,
    width_mm: 183,
    spec: sizeChart(groups, {
      title: "D* (10⁻¹² cm²/s)",
      curve: "line",
      diameters_um: [0, 16],
    }),
  };
}

/**
 * Panel 6d: exchange current density for a common effective radius against the
 * diameter.
 *
 * @param groups j0* in µA/cm^2, one group per voltage.
 * @param origin Where the data come from.
 */
export function commonExchange(
  groups: readonly SizedValues[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-fig6-d",
    caption: `Exchange current density against diameter, ${refitted}`,
    origin,
    width_mm: 183,
    spec: sizeChart(groups, {
      title: "j₀* (µA/cm²)",
      curve: "line",
      diameters_um: [0, 16],
    }),
  };
}

/** Means over particles at one assumed radius and voltage. */
export interface SweepPoint {
  readonly voltage_V: number;
  readonly radius_um: number;
  /** Geometric means over particles. */
  readonly diffusivity_cm2_s: number;
  readonly exchange_A_cm2: number;
  readonly diffusionRate_s: number;
  readonly exchangePerRadius_A_cm3: number;
}

/**
 * Fig. S21: D* and j0* over the assumed radius.
 *
 * @param sweep Means over particles.
 * @param origin Where the data come from.
 */
export function radiusSweep(
  sweep: readonly SweepPoint[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS21",
    caption:
      "D* and j₀* over the assumed effective radius, geometric means of all particles; the slopes are 2 and 1.",
    origin,
    width_mm: 150,
    spec: {
      hconcat: [
        sweepView(sweep, "diffusivity_cm2_s", "D* (cm²/s)"),
        sweepView(sweep, "exchange_A_cm2", "j₀* (A/cm²)"),
      ],
      spacing: 20,
    },
  };
}

/**
 * Fig. S21b: D* over the square of the assumed radius.
 *
 * @param sweep Means over particles.
 * @param origin Where the data come from.
 */
export function diffusionRateSweep(
  sweep: readonly SweepPoint[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS21-b",
    caption:
      "D* over the square of the assumed radius: it does not depend on the assumption.",
    origin,
    width_mm: 80,
    spec: sweepView(sweep, "diffusionRate_s", "D*/r² (1/s)"),
  };
}

/**
 * Fig. S21d: j0* over the assumed radius.
 *
 * @param sweep Means over particles.
 * @param origin Where the data come from.
 */
export function exchangeRateSweep(
  sweep: readonly SweepPoint[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS21-d",
    caption:
      "j₀* over the assumed radius: it does not depend on the assumption.",
    origin,
    width_mm: 80,
    spec: sweepView(sweep, "exchangePerRadius_A_cm3", "j₀*/r (A/cm³)"),
  };
}

function sweepView(
  sweep: readonly SweepPoint[],
  field: keyof SweepPoint,
  title: string,
): Spec {
  const voltages = [...new Set(sweep.map((p) => p.voltage_V))];
  return {
    data: {
      values: sweep.map((p) => ({
        voltage: voltageName(p.voltage_V),
        radius: p.radius_um,
        value: p[field],
      })),
    },
    width: 230,
    height: 200,
    mark: { type: "line", point: { size: 20 } },
    encoding: {
      x: position("radius", "Assumed radius (µm)", { type: "log" }),
      y: {
        ...position("value", title, { type: "log", nice: true }),
        axis: { format: ".0e", tickCount: 4 },
      },
      color: voltageColour(voltages),
    },
  };
}

/** Rates of one particle relative to the mean at its voltage. */
export interface RateScatter {
  /** Name of the case. */
  readonly cause: string;
  /** Logarithm of D/r² less its mean. */
  readonly lnDiffusion: number;
  /** Logarithm of j0/r less its mean. */
  readonly lnExchange: number;
}

/**
 * Scatter of both rates: does the length differ from particle to particle, or
 * the material?
 *
 * @param scatter One point per particle and case.
 */
export function scatterOfRates(scatter: readonly RateScatter[]): ChartPanel {
  const titles = {
    x: "ln j₀*/r, less mean",
    y: (column: number) => column === 0 ? "ln D*/r², less mean" : null,
  };
  const causes = [...new Set(scatter.map((s) => s.cause))];
  return {
    id: "pitt-fig6-scatter",
    caption:
      "Scatter of both rates about their means at 4.1 V. If only the effective radius differs between particles, D*/r² varies with the square of j₀*/r (dashed, slope 2); if D* and j₀* differ independently, there is no such line.",
    origin: "synthetic",
    width_mm: 130,
    spec: {
      hconcat: causes.map((cause, i) => ({
        title: { text: cause, fontWeight: "normal", frame: "group" },
        width: 220,
        height: 200,
        layer: [
          {
            data: { values: [{ x: -0.5, y: -1 }, { x: 0.5, y: 1 }] },
            mark: { type: "line", strokeDash: [6, 4], color: "#888888" },
            encoding: {
              x: position("x", titles.x),
              y: position("y", titles.y(i)),
            },
          },
          {
            data: { values: scatter.filter((s) => s.cause === cause) },
            mark: { type: "point", size: 34 },
            encoding: {
              x: position("lnExchange", titles.x, {
                domain: [-0.8, 0.8],
              }),
              y: position("lnDiffusion", titles.y(i), { domain: [-1.2, 1.2] }),
            },
          },
        ],
      })),
      spacing: 20,
    },
  };
}
