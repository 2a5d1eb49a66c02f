/** Science Fig. 3 and S4: a network of particles with feedback of damage, and its twin without. */
import type { Origin } from "../core/mod.ts";
import {
  concentrationSpread,
  type CycleSummary,
  highConductivity,
  lowConductivity,
  measuredCoverage,
  type Mesh,
  type NetworkRun,
} from "../network/mod.ts";
import { rounded } from "./charts.ts";
import { placeInView, viewMesh } from "./mesh_view.ts";
import {
  byCycle,
  cycleAxis,
  feedbackDash,
  lines,
  particleColour,
  particleName,
  periodsAxis,
  type Row,
  sectionAxes,
  type TwinRuns,
  twinsOf,
  valueAxis,
} from "./network_charts.ts";
import { rgbOf, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { rasterView } from "./raster.ts";
import { textSize, twoColumns_mm } from "./theme.ts";

/** A network in a moment of a charge. */
export interface ChargingNetwork {
  /** Its mesh. */
  readonly mesh: Mesh;
  /** Current density at each pair of the interface in A/m2. */
  readonly currentDensity_A_m2: Float64Array;
  /** Time since the start of the charge, in periods. */
  readonly periods: number;
}

/** Colours of the carbon/binder domains and of particles without a value. */
const domainColours = {
  high: "#9A9A9A",
  low: "#DEDEDE",
  particle: "#CFE0DC",
} as const;

/**
 * Panel 3A: particles and carbon/binder, with bars along the surface as long as
 * the current density there.
 *
 * @param charging The network in a moment of a charge.
 * @param origin Where the data come from.
 */
export function chargingNetwork(
  { mesh, currentDensity_A_m2, periods }: ChargingNetwork,
  origin: Origin,
): ChartPanel {
  const colours = {
    high: rgbOf(domainColours.high),
    low: rgbOf(domainColours.low),
    particle: rgbOf(domainColours.particle),
  };
  const { raster, extent_um } = viewMesh(mesh, {
    colourOf: (domain) =>
      domain === highConductivity
        ? colours.high
        : domain === lowConductivity
        ? colours.low
        : colours.particle,
    width: 1600,
  });
  const image = rasterView([raster], {
    extent_um,
    width: 620,
    frame: sectionAxes,
  });
  const most = currentDensity_A_m2.reduce((a, b) => Math.max(a, b), 0);
  const at = (field: string) => ({ field, type: "quantitative" });
  return {
    id: "science-fig3-a",
    caption:
      `Three spheres in two domains of carbon/binder, by share of the surface on the well conducting side. Bars: current density at t/τ = ${
        periods.toFixed(2)
      }, the longest ${most.toFixed(0)} A/m².`,
    origin,
    width_mm: twoColumns_mm,
    spec: {
      ...image,
      layer: [
        ...image.layer,
        {
          data: { values: currentBars(mesh, currentDensity_A_m2, most) },
          mark: { type: "rule", strokeWidth: 2, color: wong.vermilion },
          encoding: {
            x: at("x"),
            y: at("y"),
            x2: { field: "x2" },
            y2: { field: "y2" },
          },
        },
        {
          data: { values: particleNames(mesh) },
          mark: { type: "text", fontSize: textSize.title },
          encoding: {
            x: at("x"),
            y: at("y"),
            text: { field: "name", type: "nominal" },
          },
        },
        {
          data: {
            values: [
              { domain: "well conducting" },
              { domain: "badly conducting" },
            ],
          },
          mark: { type: "square", opacity: 0 },
          encoding: {
            color: {
              field: "domain",
              type: "nominal",
              scale: {
                domain: ["well conducting", "badly conducting"],
                range: [domainColours.high, domainColours.low],
              },
              legend: {
                title: null,
                orient: "bottom",
                symbolType: "square",
                symbolOpacity: 1,
                symbolSize: 160,
              },
            },
          },
        },
      ],
    },
  };
}

/** Bars outwards from the surface; that around an axis on both sides of it. */
function currentBars(mesh: Mesh, current: Float64Array, most: number) {
  const { particleNodes, normals } = mesh.interface;
  const sides = mesh.geometry === "axisymmetric" ? [1, -1] : [1];
  return sides.flatMap((side) =>
    Array.from(particleNodes, (node, a) => {
      const length_m = 1.2e-6 * current[a]! / most;
      const x = mesh.nodes[2 * node]!, y = mesh.nodes[2 * node + 1]!;
      const start = placeInView(mesh, side * x, y);
      const end = placeInView(
        mesh,
        side * (x + length_m * normals[2 * a]!),
        y + length_m * normals[2 * a + 1]!,
      );
      return {
        x: rounded(start[0]),
        y: rounded(start[1]),
        x2: rounded(end[0]),
        y2: rounded(end[1]),
      };
    })
  );
}

/** Number and coverage of each particle, in its middle. */
function particleNames(mesh: Mesh) {
  const { particles, particleNodes } = mesh.interface;
  const coverage = measuredCoverage(mesh);
  return Array.from({ length: mesh.particles }, (_, p) => {
    const nodes = particleNodes.filter((_, a) => particles[a] === p);
    const middle = (axis: 0 | 1) => {
      const places = Array.from(nodes, (node) => mesh.nodes[2 * node + axis]!);
      return (Math.min(...places) + Math.max(...places)) / 2;
    };
    const isOnAxis = mesh.geometry === "axisymmetric";
    const [x, y] = placeInView(mesh, isOnAxis ? 0 : middle(0), middle(1));
    const name = `${p + 1}: ${Math.round(100 * coverage[p]!)} %`;
    return { x: rounded(x), y: rounded(y), name };
  });
}

/**
 * Panel 3B: mean C/Cmax of each particle in the first charge, and over all
 * cycles.
 *
 * @param runs The twins.
 * @param origin Where the data come from.
 */
export function concentrationCourse(
  runs: TwinRuns,
  origin: Origin,
): ChartPanel {
  const value = (run: NetworkRun, k: number) =>
    run.particles.map((p) => ({
      particle: particleName(p),
      value: p.meanConcentration[k]!,
    }));
  const color = particleColour(runs.on);
  const { period_s } = runs.on.parameters.operation;
  const last = Math.max(runs.on.time_s.at(-1)!, runs.off.time_s.at(-1)!) /
    period_s;
  // Two views below each other, as the curves of the twins would hide each other.
  const allCycles = twinsOf(runs).map(([feedback, run], view) => ({
    title: {
      text: `Feedback ${feedback}`,
      anchor: "start",
      fontWeight: "normal",
    },
    ...lines(
      coursesOver([[feedback, run]], turns(run), value),
      {
        ...periodsAxis(view === 0 ? null : "t/τ"),
        scale: { nice: false, domain: [0, last] },
      },
      valueAxis("C/Cmax"),
      { color },
    ),
    width: 420,
    height: 75,
  }));
  return {
    id: "science-fig3-b",
    caption:
      "Mean lithium concentration of the particles. Left, first charge; right, all cycles, with feedback of damage on the resistance and without.",
    origin,
    width_mm: twoColumns_mm,
    spec: {
      hconcat: [
        {
          title: { text: "First charge", fontWeight: "normal" },
          ...lines(
            coursesOver(twinsOf(runs), firstCharge(runs.on), value),
            periodsAxis("t/τ"),
            valueAxis("C/Cmax"),
            { color, strokeDash: feedbackDash },
          ),
          width: 220,
          height: 195,
        },
        { vconcat: allCycles, spacing: 8 },
      ],
      spacing: 14,
    },
  };
}

/**
 * Panel 3C: difference of C/Cmax between the fullest and the emptiest particle,
 * in the first charge and as the largest of every charge.
 *
 * @param runs The twins.
 * @param origin Where the data come from.
 */
export function concentrationVariation(
  runs: TwinRuns,
  origin: Origin,
): ChartPanel {
  const first = coursesOver(
    twinsOf(runs),
    firstCharge(runs.on),
    (run, k) => [{ value: concentrationSpread(run, k) }],
  );
  return besideItsPrice(runs, {
    id: "science-fig3-c",
    caption:
      "Spread of C/Cmax among the particles (largest minus smallest mean). Left, first charge; middle, largest of every charge; right, what it goes with.",
    origin,
    first,
    byCycle: byCycle(runs, (cycle) => cycle.concentrationSpread),
    title: "Spread of C/Cmax",
    encoding: { strokeDash: feedbackDash },
    marks: [],
  });
}

/**
 * Panel 3D: damage of each particle, in the first charge and at the end of
 * every charge.
 *
 * @param runs The twins.
 * @param origin Where the data come from.
 */
export function damageCourse(runs: TwinRuns, origin: Origin): ChartPanel {
  return besideItsPrice(runs, {
    id: "science-fig3-d",
    caption:
      "Damage of the interface of each particle. Left, first charge; middle, at the end of every charge; right, what it goes with.",
    origin,
    ...damages(runs, () => 0),
    title: "Damage",
    encoding: { color: particleColour(runs.on), strokeDash: feedbackDash },
    marks: [],
  });
}

/**
 * Panel 3E: damage of each particle minus the mean of all.
 *
 * @param runs The twins.
 * @param origin Where the data come from.
 */
export function damageDeviation(runs: TwinRuns, origin: Origin): ChartPanel {
  return deviation("science-fig3-e", "Damage of each particle", runs, origin);
}

/**
 * Fig. S4: the same for more particles.
 *
 * @param runs The twins, of more than three particles.
 * @param origin Where the data come from.
 */
export function moreParticles(runs: TwinRuns, origin: Origin): ChartPanel {
  return deviation(
    "science-figS4",
    `Damage of each of ${runs.on.particles.length} particles`,
    runs,
    origin,
  );
}

function deviation(
  id: string,
  what: string,
  runs: TwinRuns,
  origin: Origin,
): ChartPanel {
  return besideItsPrice(runs, {
    id,
    caption:
      `${what} minus their mean (black, dashed). Left, first charge; middle, at the end of every charge; right, what it goes with.`,
    origin,
    ...damages(runs, (run, k) => {
      const values = run.particles.map((p) => p.damage[k]!);
      return values.reduce((sum, d) => sum + d) / values.length;
    }),
    title: "Damage minus mean",
    encoding: { color: particleColour(runs.on), strokeDash: feedbackDash },
    marks: [{
      data: { values: [{ value: 0 }] },
      mark: { type: "rule", strokeDash: [6, 3], strokeWidth: 1.5 },
      encoding: { y: { field: "value", type: "quantitative" } },
    }],
  });
}

/** Damage above a reference, in the first charge and at the ends of charges. */
function damages(
  runs: TwinRuns,
  reference: (run: NetworkRun, k: number) => number,
) {
  const value = (run: NetworkRun, k: number) =>
    run.particles.map((p) => ({
      particle: particleName(p),
      value: p.damage[k]! - reference(run, k),
    }));
  return {
    first: coursesOver(twinsOf(runs), firstCharge(runs.on), value),
    byCycle: twinsOf(runs).flatMap(([feedback, run]) =>
      chargeEnds(run).flatMap((k, cycle) =>
        value(run, k).map((row) => ({
          ...row,
          value: rounded(row.value),
          feedback,
          x: cycle + 1,
        }))
      )
    ),
  };
}

/** A spread in the first charge and over the cycles. */
interface SpreadCharts {
  readonly id: string;
  readonly caption: string;
  readonly origin: Origin;
  readonly first: readonly Row[];
  readonly byCycle: readonly Row[];
  readonly title: string;
  readonly encoding: Spec;
  /** Further layers of both charts. */
  readonly marks: readonly Spec[];
}

/**
 * Charts of a spread, and beside them voltage, capacity and mean damage by
 * cycle: without these nobody can tell synchrony from failure.
 */
function besideItsPrice(runs: TwinRuns, charts: SpreadCharts): ChartPanel {
  const { id, caption, origin, first, title, encoding, marks } = charts;
  const y = valueAxis(title, extentOf([...first, ...charts.byCycle]));
  const view = (
    heading: string,
    rows: readonly Row[],
    x: Spec,
    vertical: Spec,
  ) => ({
    title: { text: heading, fontWeight: "normal" },
    width: 190,
    height: 200,
    layer: [lines(rows, x, vertical, encoding), ...marks],
  });
  const prices: [string, boolean, (cycle: CycleSummary) => number][] = [
    ["Voltage (V)", false, (cycle) => cycle.highestVoltage_V],
    ["Capacity", true, (cycle) => cycle.capacity],
    ["Mean damage", true, (cycle) => cycle.meanDamage],
  ];
  return {
    id,
    caption,
    origin,
    width_mm: twoColumns_mm,
    spec: {
      hconcat: [
        view("First charge", first, periodsAxis("t/τ"), y),
        view("All cycles", charts.byCycle, cycleAxis("Cycle"), y),
        {
          vconcat: prices.map(([name, zero, value], k) => ({
            ...lines(
              byCycle(runs, value),
              cycleAxis(k === 2 ? "Cycle" : null),
              {
                ...valueAxis(name),
                scale: { zero, padding: zero ? 0 : 5 },
                axis: { tickCount: 3 },
              },
              { strokeDash: feedbackDash },
            ),
            width: 110,
            height: 56,
          })),
          spacing: 4,
        },
      ],
      spacing: 14,
    },
  };
}

/** Spreads by cycle of a case and its twin. */
export interface NamedTwins {
  /** Name in the legend. */
  readonly name: string;
  /** The twins. */
  readonly runs: TwinRuns;
}

/**
 * Spread of C/Cmax and relative spread of damage by cycle, for several cases.
 *
 * @param id Of the panel.
 * @param caption What is seen.
 * @param cases Cases in the order of the legend.
 * @param origin Where the data come from.
 */
export function spreadsOfCases(
  id: string,
  caption: string,
  cases: readonly NamedTwins[],
  origin: Origin,
): ChartPanel {
  const names = cases.map(({ name }) => name);
  const colour = {
    field: "particle",
    type: "nominal",
    scale: {
      domain: names,
      range: [wong.blue, wong.vermilion, wong.green].slice(0, names.length),
    },
    legend: { title: null, symbolType: "stroke" },
  };
  const view = (title: string, value: (cycle: CycleSummary) => number) => ({
    ...lines(
      cases.flatMap(({ name, runs }) =>
        byCycle(runs, value).map((row) => ({ ...row, particle: name }))
      ),
      cycleAxis("Cycle"),
      { ...valueAxis(title), scale: { domainMin: 0 } },
      { color: colour, strokeDash: feedbackDash },
    ),
    width: 230,
    height: 180,
  });
  return {
    id,
    caption,
    origin,
    width_mm: twoColumns_mm,
    spec: {
      hconcat: [
        view("Spread of C/Cmax", (cycle) => cycle.concentrationSpread),
        view(
          "Spread of damage / mean",
          (cycle) => cycle.damageSpread / cycle.meanDamage,
        ),
      ],
      spacing: 14,
    },
  };
}

/** Every fourth moment of the first charge with its start and end, which keeps notebooks small. */
function firstCharge(run: NetworkRun): number[] {
  const end = chargeEnds(run)[0]!;
  return [...run.cycle.keys()].filter((k) =>
    k < end && k % 4 === 0 || k === end
  );
}

/** The last moment of each charge. */
function chargeEnds(run: NetworkRun): number[] {
  return [...run.phase.keys()].filter((k) =>
    run.phase[k] === "charge" && run.phase[k + 1] !== "charge"
  );
}

/** The moments in which the current turns; between them means change almost linearly. */
function turns(run: NetworkRun): number[] {
  return [...run.phase.keys()].filter((k) => run.phase[k] !== run.phase[k + 1]);
}

function coursesOver(
  twins: ReturnType<typeof twinsOf>,
  moments: readonly number[],
  value: (run: NetworkRun, k: number) => Pick<Row, "particle" | "value">[],
): Row[] {
  return twins.flatMap(([feedback, run]) => {
    const { period_s } = run.parameters.operation;
    return moments.filter((k) => k < run.time_s.length).flatMap((k) =>
      value(run, k).map((row) => ({
        feedback,
        x: rounded(run.time_s[k]! / period_s),
        ...row,
        value: rounded(row.value),
      }))
    );
  });
}

/** Smallest and largest value of rows, and 0. */
function extentOf(rows: readonly Row[]): [number, number] {
  const values = rows.map((row) => row.value);
  return [Math.min(0, ...values), Math.max(0, ...values)];
}
