/** EES Fig. 3, S12 to S15 and Table S2: current transients and their fits. */
import type { Origin } from "../core/mod.ts";
import type { Trace } from "../pitt/mod.ts";
import { coloursOf, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { position, short, voltageColour, voltageName } from "./pitt_charts.ts";

/** Samples of a record: time in hours, potential, current in pA. */
export interface RecordCurve {
  readonly time_h: Float64Array;
  readonly voltage_V: Float64Array;
  readonly current_pA: Float64Array;
}

/**
 * Panel 3a: a rest and the potential step after it.
 *
 * @param record Samples of the two, time from the start of the rest.
 * @param origin Where the data come from.
 */
export function titrationStep(record: RecordCurve, origin: Origin): ChartPanel {
  return {
    id: "pitt-fig3-a",
    caption:
      "One step of the titration: the potential relaxes at open circuit for 1 h, then it is lowered by 15 mV and the current is recorded for 1,200 s.",
    origin,
    spec: recordChart(record, 400),
  };
}

/**
 * Fig. S12: everything that is done with one particle.
 *
 * @param record Its samples.
 * @param origin Where the data come from.
 */
export function wholeRecord(record: RecordCurve, origin: Origin): ChartPanel {
  return {
    id: "pitt-figS12",
    caption:
      "The four steps of one particle over time: first charge, first discharge, second charge, and the titration at six voltages.",
    origin,
    width_mm: 140,
    spec: recordChart(record, 600),
  };
}

/** Potential above, current below, over time; extremes of short stretches are kept. */
function recordChart(record: RecordCurve, width: number): Spec {
  const view = (
    values: Float64Array,
    title: string,
    colour: string,
    last: boolean,
  ): Spec => {
    const rows = thinned(record.time_h, values, 120);
    const x = position("time", last ? "Time (h)" : null);
    return {
      data: { values: rows },
      width,
      height: 120,
      mark: { type: "line", color: colour, strokeWidth: 1.5 },
      encoding: {
        x: last ? x : { ...x, axis: { labels: false } },
        y: position("value", title),
      },
    };
  };
  return {
    vconcat: [
      view(record.voltage_V, "Potential (V)", wong.blue, false),
      view(record.current_pA, "Current (pA)", wong.vermilion, true),
    ],
    spacing: 12,
  };
}

/** First, lowest and highest sample of each of some stretches of the same time. */
function thinned(
  time: Float64Array,
  values: Float64Array,
  stretches: number,
): { time: number; value: number }[] {
  const chosen = new Set<number>(), end = time.at(-1)!;
  let from = 0;
  for (let s = 1; s <= stretches; s++) {
    let low = from, high = from, i = from;
    for (; i < time.length && time[i]! <= s * end / stretches; i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    chosen.add(from).add(low).add(high);
    from = Math.min(i, time.length - 1);
  }
  chosen.add(time.length - 1);
  return [...chosen].sort((a, b) => a - b)
    .map((i) => ({ time: short(time[i]!), value: short(values[i]!) }));
}

/** A trace with the currents of fits at the same times. */
export interface FittedTrace {
  readonly voltage_V: number;
  readonly trace: Trace;
  /** Currents in A by the name of the fit. */
  readonly fits: Readonly<Record<string, Float64Array>>;
}

/**
 * Panel 3b: currents at some voltages with their fits, over the root of time,
 * and below them what the fits leave.
 *
 * @param traces Traces with the same fits, in the order of the legend.
 * @param origin Where the data come from.
 */
export function currentsAndFits(
  traces: readonly FittedTrace[],
  origin: Origin,
): ChartPanel {
  const names = Object.keys(traces[0]!.fits);
  const views = traces.map(({ voltage_V, trace, fits }, column) => {
    const chosen = evenInRoot(trace.time_s, 40);
    const root = (i: number) => short(Math.sqrt(trace.time_s[i]!));
    const rows = chosen.map((i) => ({
      root: root(i),
      current: short(1e12 * trace.current_A[i]!),
    }));
    const lines = names.flatMap((fit) =>
      chosen.map((i) => ({
        fit,
        root: root(i),
        current: short(1e12 * fits[fit]![i]!),
        residual: short(1e12 * (trace.current_A[i]! - fits[fit]![i]!)),
      }))
    );
    const color = {
      field: "fit",
      type: "nominal",
      scale: { domain: names, range: [wong.vermilion, wong.blue] },
      legend: { title: null, orient: "top" },
    };
    const x = (title: string | null) => position("root", title);
    const y = (field: string, title: string) =>
      position(field, column === 0 ? title : null);
    return {
      vconcat: [
        {
          title: {
            text: voltageName(voltage_V),
            fontWeight: "normal",
            frame: "group",
          },
          width: 240,
          height: 170,
          layer: [
            {
              data: { values: rows },
              mark: { type: "point", filled: false, size: 22, strokeWidth: 1 },
              encoding: {
                x: { ...x(null), axis: { labels: false, title: null } },
                y: y("current", "Current (pA)"),
                color: { value: "#6B6B6B" },
              },
            },
            {
              data: { values: lines },
              mark: { type: "line", strokeWidth: 1.5 },
              encoding: { x: x(null), y: y("current", "Current (pA)"), color },
            },
          ],
        },
        {
          width: 240,
          height: 80,
          data: { values: lines },
          mark: { type: "line", strokeWidth: 1.5 },
          encoding: {
            x: x("Root of time (√s)"),
            y: y("residual", "Rest (pA)"),
            color,
          },
        },
      ],
      spacing: 8,
    };
  });
  return {
    id: "pitt-fig3-b",
    caption:
      "Currents of one particle after steps at three voltages (circles, some of the samples) and their fits, against the root of time; below: measured less fitted.",
    origin,
    width_mm: 183,
    spec: { hconcat: views, spacing: 16 },
  };
}

/** Places of about `count` samples that are even in the root of time. */
function evenInRoot(time_s: Float64Array, count: number): number[] {
  const chosen = new Set<number>(), last = Math.sqrt(time_s.at(-1)!);
  let i = 0;
  for (let k = 0; k <= count; k++) {
    const wanted = (k * last / count) ** 2;
    while (i + 1 < time_s.length && time_s[i]! < wanted) i++;
    chosen.add(i);
  }
  return [...chosen];
}

/** A fitted quantity of a particle at a lithium content. */
export interface LithiumPoint {
  readonly particle: string;
  /** Lithium fraction X. */
  readonly fraction: number;
  /** The quantity, null where it is not identifiable. */
  readonly value: number | null;
}

/**
 * Panel 3c: exchange current density of all particles over the lithium fraction.
 *
 * @param points Exchange current densities in mA/cm^2.
 * @param origin Where the data come from.
 */
export function exchangeAgainstLithium(
  points: readonly LithiumPoint[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-fig3-c",
    caption:
      "Exchange current density of all particles, one colour each, over the lithium fraction at rest, with the radius of the whole particle as diffusion length.",
    origin,
    spec: lithiumChart(points, "j₀ (mA/cm²)", [0.005, 0.2]),
  };
}

/**
 * Panel 3d: diffusivity of all particles over the lithium fraction.
 *
 * @param points Diffusivities in 1e-10 cm^2/s.
 * @param origin Where the data come from.
 */
export function diffusivityAgainstLithium(
  points: readonly LithiumPoint[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-fig3-d",
    caption:
      "Diffusivity of all particles, one colour each, over the lithium fraction at rest, with the radius of the whole particle as diffusion length. Values that the trace bounds on one side only are left out.",
    origin,
    spec: lithiumChart(points, "D (10⁻¹⁰ cm²/s)", [0.5, 15]),
  };
}

function lithiumChart(
  points: readonly LithiumPoint[],
  title: string,
  domain: readonly [number, number],
): Spec {
  const names = [...new Set(points.map((p) => p.particle))];
  return {
    data: { values: points.filter((p) => p.value !== null) },
    width: 340,
    height: 250,
    mark: { type: "line", point: { size: 22 }, strokeWidth: 1 },
    encoding: {
      x: position("fraction", "Lithium fraction X", { padding: 6 }),
      y: position("value", title, { type: "log", domain }),
      color: {
        field: "particle",
        type: "nominal",
        scale: { domain: names, range: coloursOf(names) },
        legend: null,
      },
    },
  };
}

/**
 * Fig. S13a: potential of the material over its lithium concentration.
 *
 * @param curve Concentrations in mol/cm^3 and potentials.
 * @param origin Where the data come from.
 */
export function materialPotential(
  curve: {
    readonly concentration_mol_cm3: Float64Array;
    readonly voltage_V: Float64Array;
  },
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS13-a",
    caption:
      "Potential over lithium concentration, from a slow coin-cell curve (which of the paper's panels a and b shows this is not told).",
    origin,
    width_mm: 70,
    spec: curveChart(
      curve.concentration_mol_cm3.map((c) => 1000 * c),
      curve.voltage_V,
      "Lithium concentration (10⁻³ mol/cm³)",
      "Potential (V)",
    ),
  };
}

/**
 * Fig. S13b: slope of the potential.
 *
 * @param slopes Potentials and -dV/dC in V cm^3/mol.
 * @param origin Where the data come from.
 */
export function potentialSlopes(
  slopes: {
    readonly voltage_V: Float64Array;
    readonly slope_V_cm3_mol: Float64Array;
  },
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS13-b",
    caption:
      "Slope of the potential with lithium concentration, −dV/dC, which turns Biot numbers into exchange current densities.",
    origin,
    width_mm: 70,
    spec: curveChart(
      slopes.voltage_V,
      slopes.slope_V_cm3_mol,
      "Potential (V)",
      "−dV/dC (V cm³/mol)",
    ),
  };
}

function curveChart(
  x: Float64Array,
  y: Float64Array,
  xTitle: string,
  yTitle: string,
): Spec {
  return {
    data: { values: Array.from(x, (value, i) => ({ x: value, y: y[i]! })) },
    width: 280,
    height: 190,
    mark: "line",
    encoding: {
      x: position("x", xTitle),
      y: position("y", yTitle),
      order: { field: "x", type: "quantitative" },
    },
  };
}

/**
 * Fig. S13c: change of the lithium fraction in each step.
 *
 * @param changes One per voltage, as a share of the full concentration.
 * @param origin Where the data come from.
 */
export function concentrationSteps(
  changes: readonly { readonly voltage_V: number; readonly change: number }[],
  origin: Origin,
): ChartPanel {
  const title = "Change of concentration";
  return {
    id: "pitt-figS13-c",
    caption:
      "Change of the lithium concentration by a step of −15 mV, in the full concentration; dashed: the paper's 4 %.",
    origin,
    width_mm: 70,
    spec: {
      width: 280,
      height: 190,
      layer: [
        {
          data: {
            values: changes.map(({ voltage_V, change }) => ({
              voltage: voltageName(voltage_V),
              change,
            })),
          },
          mark: "bar",
          encoding: {
            x: {
              field: "voltage",
              type: "nominal",
              sort: "descending",
              title: "Potential before the step",
            },
            y: {
              ...position("change", title, {
                domain: [0, 0.045],
              }),
              axis: { format: ".0%" },
            },
          },
        },
        {
          data: { values: [{ limit: 0.04 }] },
          mark: { type: "rule", strokeDash: [6, 4] },
          encoding: { y: position("limit", title) },
        },
      ],
    },
  };
}

/**
 * Fig. S14: the samples that the protocol uses, over time and over its root.
 *
 * @param trace The whole trace.
 * @param times_s Times of the samples used.
 * @param origin Where the data come from.
 */
export function samplingTimes(
  { time_s, current_A }: Trace,
  times_s: readonly number[],
  origin: Origin,
): ChartPanel {
  const sampled = times_s.map((time) => {
    const i = time_s.findIndex((t) => t >= time);
    return row(time_s[i]!, current_A[i]!);
  });
  const whole = evenInRoot(time_s, 80).map((i) =>
    row(time_s[i]!, current_A[i]!)
  );
  const view = (field: string, title: string, first: boolean): Spec => {
    const encoding = {
      x: position(field, title),
      y: position("current", first ? "Current (pA)" : null),
    };
    return {
      width: 250,
      height: 170,
      layer: [
        {
          data: { values: whole },
          mark: { type: "line", color: "#BBBBBB" },
          encoding,
        },
        {
          data: { values: sampled },
          mark: { type: "point", color: wong.vermilion, size: 24 },
          encoding,
        },
      ],
    };
  };
  return {
    id: "pitt-figS14",
    caption:
      `The ${times_s.length} samples at 1, 4, 9, ... s that the published protocol fits (red) out of ${time_s.length}: they are even in the root of time.`,
    origin,
    width_mm: 120,
    spec: {
      hconcat: [
        view("time", "Time (s)", true),
        view("root", "Root of time (√s)", false),
      ],
      spacing: 20,
    },
  };
}

function row(time: number, current_A: number) {
  return {
    time,
    root: short(Math.sqrt(time)),
    current: short(1e12 * current_A),
  };
}

/** Trace and fit of one particle at one voltage. */
export interface GalleryTrace {
  readonly particle: string;
  readonly voltage_V: number;
  readonly trace: Trace;
  /** Fitted current in A at the same times. */
  readonly fitted_A: Float64Array;
}

/**
 * Fig. S15: all traces with their fits.
 *
 * @param traces All particles at all voltages.
 * @param origin Where the data come from.
 */
export function fitGallery(
  traces: readonly GalleryTrace[],
  origin: Origin,
): ChartPanel {
  const voltages = [...new Set(traces.map((t) => t.voltage_V))];
  const names = [...new Set(traces.map((t) => t.particle))];
  const columns = 7;
  const view = (particle: string, i: number): Spec => {
    const values = traces.filter((t) => t.particle === particle)
      .flatMap(({ voltage_V, trace, fitted_A }) =>
        evenInRoot(trace.time_s, 7).map((k) => ({
          voltage: voltageName(voltage_V),
          root: short(Math.sqrt(trace.time_s[k]!)),
          current: short(1e12 * trace.current_A[k]!),
          fitted: short(1e12 * fitted_A[k]!),
        }))
      );
    const lastRow = i >= names.length - columns;
    const x = {
      ...position("root", lastRow ? "√(t/s)" : null),
      axis: { tickCount: 3, labels: lastRow },
    };
    const y = (field: string) => ({
      ...position(field, i % columns === 0 ? "Current (pA)" : null),
      axis: { tickCount: 3 },
    });
    const color = voltageColour(voltages, { orient: "top" });
    return {
      title: {
        text: particle,
        fontWeight: "normal",
        offset: 2,
        frame: "group",
      },
      data: { values },
      width: 105,
      height: 105,
      layer: [
        {
          mark: { type: "point", size: 12 },
          encoding: { x, y: y("current"), color },
        },
        {
          mark: { type: "line", strokeWidth: 1 },
          encoding: { x, y: y("fitted"), color },
        },
      ],
    };
  };
  const rows = Array.from(
    { length: Math.ceil(names.length / columns) },
    (_, r) => ({
      hconcat: names.slice(r * columns, (r + 1) * columns)
        .map((name, c) => view(name, r * columns + c)),
      spacing: 10,
    }),
  );
  return {
    id: "pitt-figS15",
    caption:
      `All ${traces.length} traces (points, a few of each) and their fits (lines), over the root of time in s.`,
    origin,
    width_mm: 183,
    spec: { vconcat: rows, spacing: 8 },
  };
}

/** Relative standard deviation of a quantity on repetition. */
export interface RepeatedQuantity {
  /** `D` or `j₀`. */
  readonly quantity: string;
  /** Name of the protocol, or `published`. */
  readonly source: string;
  readonly deviation: number;
}

/**
 * Table S2 as a chart: repeatability of D and j0.
 *
 * @param repeated Deviations by quantity and source.
 * @param origin Where ours come from.
 */
export function repeatabilityChart(
  repeated: readonly RepeatedQuantity[],
  origin: Origin,
): ChartPanel {
  const sources = [...new Set(repeated.map((r) => r.source))];
  return {
    id: "pitt-tableS2",
    caption:
      "Relative standard deviation on repetition, mean over voltages. Ours repeats nothing but the white noise of the current; the published one repeats the whole measurement.",
    origin,
    width_mm: 80,
    spec: {
      data: {
        values: repeated.map((r) => ({
          ...r,
          text: `${(100 * r.deviation).toFixed(1)} %`,
        })),
      },
      width: 260,
      height: { step: 22 },
      encoding: {
        y: { field: "quantity", type: "nominal", title: null },
        yOffset: { field: "source", sort: sources },
        x: {
          ...position("deviation", "Relative standard deviation", {
            domain: [0, 1.2 * Math.max(...repeated.map((r) => r.deviation))],
          }),
          axis: { format: ".0%" },
        },
      },
      layer: [
        {
          mark: "bar",
          encoding: {
            color: {
              field: "source",
              type: "nominal",
              scale: {
                domain: sources,
                range: [wong.blue, wong.vermilion, "#999999"],
              },
              legend: { title: null, orient: "top" },
            },
          },
        },
        {
          mark: { type: "text", align: "left", dx: 3, fontSize: 10 },
          encoding: { text: { field: "text", type: "nominal" } },
        },
      ],
    },
  };
}

/** Relative current of both forms at one Biot number. */
export interface BiotCurve {
  readonly biot: number;
  readonly tau: Float64Array;
  readonly exact: Float64Array;
  readonly published: Float64Array;
}

/**
 * Exact and published current with sliders for Biot number, diffusivity and
 * window.
 *
 * @param curves Curves over the same dimensionless times, by rising Biot number.
 * @param radius_um Radius that turns dimensionless time into seconds.
 */
export function currentSliders(
  curves: readonly BiotCurve[],
  radius_um: number,
): ChartPanel {
  const values = curves.flatMap(({ biot, tau, exact, published }, step) =>
    Array.from(tau, (t, i) => ({
      step,
      tau: short(t),
      exact: short(exact[i]! / biot),
      published: short(published[i]! / biot),
    }))
  );
  const names = curves.map(({ biot }) => `'${biot}'`).join(", ");
  const start = Math.floor(curves.length / 2);
  return {
    id: "pitt-fig3-sliders",
    caption:
      `Current over its initial value of a particle of ${radius_um} µm radius: exact (blue) and eqn (1) (red). In JupyterLab the sliders change Biot number, diffusivity and window; shown here: Biot number ${
        curves[start]!.biot
      }, 5.2e-10 cm²/s, 1,200 s.`,
    origin: "synthetic",
    spec: {
      params: [
        {
          name: "biotStep",
          value: start,
          bind: {
            input: "range",
            min: 0,
            max: curves.length - 1,
            step: 1,
            name: "Biot number (steps) ",
          },
        },
        {
          name: "lgD",
          value: Math.log10(5.2e-10),
          bind: {
            input: "range",
            min: -11,
            max: -8.5,
            step: 0.05,
            name: "lg D (cm²/s) ",
          },
        },
        {
          name: "window",
          value: 1200,
          bind: {
            input: "range",
            min: 100,
            max: 4800,
            step: 100,
            name: "Window (s) ",
          },
        },
      ],
      data: { values },
      transform: [
        { filter: "datum.step == biotStep" },
        {
          calculate: `datum.tau * ${radius_um ** 2} * 1e-8 / pow(10, lgD)`,
          as: "time",
        },
        { filter: "datum.time <= window" },
        { fold: ["exact", "published"], as: ["form", "current"] },
        { calculate: `'Biot number ' + [${names}][biotStep]`, as: "heading" },
      ],
      width: 360,
      height: 230,
      layer: [
        {
          mark: { type: "line", clip: true },
          encoding: {
            x: position("time", "Time (s)"),
            y: position("current", "Current over initial current", {
              domain: [0, 1],
            }),
            color: {
              field: "form",
              type: "nominal",
              scale: {
                domain: ["exact", "published"],
                range: [wong.blue, wong.vermilion],
              },
              legend: { title: null, orient: "top" },
            },
          },
        },
        {
          transform: [{ aggregate: [], groupby: ["heading"] }],
          mark: {
            type: "text",
            x: 350,
            y: 8,
            align: "right",
            baseline: "top",
          },
          encoding: { text: { field: "heading", type: "nominal" } },
        },
      ],
    },
  };
}

/** Map of the error of eqn (1). */
export interface ErrorMap {
  readonly biots: readonly number[];
  readonly taus: readonly number[];
  /** Relative errors in the order [biot, tau]. */
  readonly errors: Float64Array;
  /** Dimensionless time from which the error exceeds 1 %, per Biot number. */
  readonly validUntil: readonly number[];
  /** Where fits lie: Biot number and dimensionless length of the window. */
  readonly fits: readonly { readonly biot: number; readonly tau: number }[];
}

/**
 * Error of eqn (1) over Biot number and dimensionless time.
 *
 * @param map The errors.
 */
export function errorMap(map: ErrorMap): ChartPanel {
  const { biots, taus, errors, validUntil, fits } = map;
  const classes = [
    "below 0.1 %",
    "0.1 to 1 %",
    "1 to 10 %",
    "10 to 100 %",
    "above 100 %",
  ];
  const limits = [1e-3, 1e-2, 0.1, 1];
  const edge = (values: readonly number[], i: number, side: -1 | 1) => {
    const ratio = Math.sqrt(values[1]! / values[0]!);
    return values[i]! * ratio ** side;
  };
  const cells = biots.flatMap((_, i) =>
    taus.map((_, j) => {
      const error = Math.abs(errors[i * taus.length + j]!);
      return {
        left: short(edge(taus, j, -1)),
        right: short(edge(taus, j, 1)),
        low: short(edge(biots, i, -1)),
        high: short(edge(biots, i, 1)),
        error: classes[limits.filter((limit) => error > limit).length]!,
      };
    })
  );
  const titles = { x: "Dimensionless time D t / r²", y: "Biot number" };
  const x = position("left", titles.x, {
    type: "log",
    domain: [edge(taus, 0, -1), edge(taus, taus.length - 1, 1)],
  });
  const y = position("low", titles.y, {
    type: "log",
    domain: [edge(biots, 0, -1), edge(biots, biots.length - 1, 1)],
  });
  return {
    id: "pitt-fig3-error-map",
    caption:
      "Relative error of eqn (1) as printed against the exact solution. Line: where it passes 1 %. Circles: true Biot number and length of the 1,200 s window of the traces of this notebook.",
    origin: "synthetic",
    width_mm: 100,
    spec: {
      width: 340,
      height: 260,
      layer: [
        {
          data: { values: cells },
          mark: { type: "rect", clip: true },
          encoding: {
            x,
            x2: { field: "right" },
            y,
            y2: { field: "high" },
            color: {
              field: "error",
              type: "nominal",
              scale: {
                domain: classes,
                range: ["#F4F2EC", "#F1DFBC", "#ECB570", "#E0832A", "#A84600"],
              },
              legend: { title: "Error", symbolType: "square" },
            },
          },
        },
        {
          data: {
            values: biots.map((biot, i) => ({ biot, tau: validUntil[i]! })),
          },
          mark: { type: "line", color: wong.black },
          encoding: {
            x: position("tau", titles.x, { type: "log" }),
            y: position("biot", titles.y, { type: "log" }),
            order: { field: "biot", type: "quantitative" },
          },
        },
        {
          data: { values: fits },
          mark: { type: "point", filled: false, color: wong.blue, size: 24 },
          encoding: {
            x: position("tau", titles.x, { type: "log" }),
            y: position("biot", titles.y, { type: "log" }),
          },
        },
      ],
    },
  };
}

/** True and fitted diffusion rate at one Biot number. */
export interface PinnedRate {
  readonly biot: number;
  readonly truth_s: number;
  readonly fitted_s: number;
}

/**
 * Diffusion rate that the published protocol returns against the true one.
 *
 * @param rates Rates over a range of truths.
 * @param duration_s Length of the window.
 */
export function pinnedRates(
  rates: readonly PinnedRate[],
  duration_s: number,
): ChartPanel {
  const biots = [...new Set(rates.map((r) => r.biot))];
  const scale = { type: "log", domain: [1e-4, 2e-2] };
  const x = position("truth", "True D/r² (1/s)", scale);
  const y = position("fitted", "D/r² by the published protocol (1/s)", scale);
  return {
    id: "pitt-fig3-pinned",
    caption:
      `What the published protocol returns for noise-free traces of exact spheres in a window of ${duration_s} s. On the diagonal it would be right; where a line is level, the answer is the window's and not the particle's.`,
    origin: "synthetic",
    spec: {
      width: 300,
      height: 300,
      layer: [
        {
          data: {
            values: scale.domain.map((v) => ({ truth: v, fitted: v })),
          },
          mark: { type: "line", strokeDash: [6, 4], color: "#888888" },
          encoding: { x, y },
        },
        {
          data: {
            values: rates.map((r) => ({
              biot: `B = ${r.biot}`,
              truth: r.truth_s,
              fitted: r.fitted_s,
            })),
          },
          mark: { type: "line", clip: true },
          encoding: {
            x,
            y,
            color: {
              field: "biot",
              type: "nominal",
              sort: biots.map((b) => `B = ${b}`),
              legend: { title: null },
            },
          },
        },
      ],
    },
  };
}

/** Time that a step must last at some noise. */
export interface NeededDuration {
  readonly voltage_V: number;
  readonly noise_pA: number;
  /** Null where no step up to the longest suffices. */
  readonly duration_s: number | null;
}

/**
 * How long a step must last for a wanted precision, against the noise.
 *
 * @param needed Times by voltage and noise.
 * @param wanted The precision in words, for the caption.
 */
export function neededDurations(
  needed: readonly NeededDuration[],
  wanted: string,
): ChartPanel {
  const title = "Step needed (min)";
  const voltages = [...new Set(needed.map((n) => n.voltage_V))];
  return {
    id: "pitt-fig3-design",
    caption:
      `Length of the step from which ${wanted}, by the Cramér-Rao bound, against the noise of one sample; a line ends where no step up to 4 h is enough. Dashed: the 1,200 s of the paper.`,
    origin: "synthetic",
    spec: {
      width: 340,
      height: 230,
      layer: [
        {
          data: { values: [{ time: 20 }] },
          mark: { type: "rule", strokeDash: [6, 4] },
          encoding: { y: position("time", title, { type: "log" }) },
        },
        {
          data: {
            values: needed.filter((n) => n.duration_s !== null).map((n) => ({
              voltage: voltageName(n.voltage_V),
              noise: n.noise_pA,
              time: n.duration_s! / 60,
            })),
          },
          mark: { type: "line", point: { size: 24 } },
          encoding: {
            x: position("noise", "Noise of one sample (pA)", { type: "log" }),
            y: position("time", title, {
              type: "log",
              domain: [0.1, 60],
            }),
            color: voltageColour(voltages),
          },
        },
      ],
    },
  };
}
