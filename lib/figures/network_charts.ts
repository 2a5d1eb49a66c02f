/** Parts that the charts of the network model share. */
import {
  type CycleSummary,
  type NetworkRun,
  summariseCycles,
} from "../network/mod.ts";
import { rounded } from "./charts.ts";
import { colourAt, wong } from "./palette.ts";
import type { Spec } from "./panel.ts";

/** A run with feedback of damage, and the same case without. */
export interface TwinRuns {
  /** Damage acts on the resistance. */
  readonly on: NetworkRun;
  /** It does not. */
  readonly off: NetworkRun;
}

/** Axes of sections. */
export const sectionAxes = { x: "Along the row (µm)", y: "Across (µm)" };

/** From the least to the most covered particle. */
const coverageStops = [
  wong.vermilion,
  wong.orange,
  wong.green,
  wong.skyBlue,
  wong.blue,
];

/** A point of a curve. */
export interface Row {
  readonly feedback: Feedback;
  /** Name of the particle or case; none where a curve is of all. */
  readonly particle?: string;
  readonly x: number;
  readonly value: number;
}

type Feedback = "on" | "off";

/** Solid with feedback, dashed without. */
export const feedbackDash = {
  field: "feedback",
  type: "nominal",
  scale: { domain: ["on", "off"], range: [[1, 0], [4, 3]] },
  legend: {
    title: null,
    labelExpr: "'feedback ' + datum.label",
    symbolType: "stroke",
    symbolSize: 200,
  },
} as const;

/** The twins by their names. */
export function twinsOf(
  { on, off }: TwinRuns,
): [feedback: Feedback, run: NetworkRun][] {
  return [["on", on], ["off", off]];
}

/** Number and coverage of a particle. */
export function particleName(
  { id, coverage }: { id: number; coverage: number },
): string {
  return `${id} (${Math.round(100 * coverage)} %)`;
}

/** Colours in the order of the coverages. */
export function particleColour(run: NetworkRun): Spec {
  const byCoverage = run.particles.toSorted((a, b) => a.coverage - b.coverage);
  const colour = new Map(byCoverage.map((particle, k) => {
    const share = k / Math.max(1, byCoverage.length - 1);
    return [particle.id, `rgb(${colourAt(coverageStops, share).join(",")})`];
  }));
  return {
    field: "particle",
    type: "nominal",
    scale: {
      domain: run.particles.map(particleName),
      range: run.particles.map(({ id }) => colour.get(id)!),
    },
    legend: { title: ["Particle", "(coverage)"], symbolType: "stroke" },
  };
}

/** One value per cycle of either twin. */
export function byCycle(
  runs: TwinRuns,
  value: (cycle: CycleSummary) => number,
): Row[] {
  return twinsOf(runs).flatMap(([feedback, run]) =>
    summariseCycles(run).map((cycle) => ({
      feedback,
      x: cycle.cycle,
      value: rounded(value(cycle)),
    }))
  );
}

/** Curves in black unless the encoding has a colour. */
export function lines(
  rows: readonly Row[],
  x: Spec,
  y: Spec,
  encoding: Spec,
): Spec {
  return {
    data: { values: rows },
    mark: { type: "line", strokeWidth: 1.5, color: wong.black },
    encoding: { x, y, ...encoding },
  };
}

/** Time in periods. */
export function periodsAxis(title: string | null): Spec {
  return {
    field: "x",
    type: "quantitative",
    title,
    scale: { nice: false, zero: false },
  };
}

/** Number of the cycle. */
export function cycleAxis(title: string | null): Spec {
  return {
    ...periodsAxis(title),
    scale: { nice: false, domainMin: 0 },
    axis: { tickMinStep: 1, tickCount: 4 },
  };
}

/** Value of the rows. */
export function valueAxis(
  title: string,
  domain?: readonly [number, number],
): Spec {
  return {
    field: "value",
    type: "quantitative",
    title,
    scale: { zero: false, ...(domain === undefined ? {} : { domain }) },
  };
}
