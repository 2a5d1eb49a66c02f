/** EES Fig. 5 and S19: times read from the currents without a model. */
import type { Origin } from "../core/mod.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { note, position, voltageName } from "./pitt_charts.ts";

/** A current over its initial value. */
export interface RelativeTrace {
  /** Name of the particle. */
  readonly particle: string;
  readonly diameter_um: number;
  readonly time_s: Float64Array;
  readonly relative: Float64Array;
}

const diameterTitle = "Diameter (µm)", timeTitle = "Time to 1/e (s)";
const diameterColour = {
  field: "diameter",
  type: "quantitative",
  title: ["Diameter", "(µm)"],
  scale: { range: [wong.skyBlue, wong.blue, "#002B45"], interpolate: "rgb" },
};

/**
 * Panel 5a: all currents over their value at 0.1 s, and the model at some
 * diameters.
 *
 * @param traces Measured currents, coloured by diameter.
 * @param model Currents at constant D and j0.
 * @param constants D and j0 in words, for the caption.
 * @param origin Where the traces come from.
 */
export function normalisedCurrents(
  traces: readonly RelativeTrace[],
  model: readonly RelativeTrace[],
  constants: string,
  origin: Origin,
): ChartPanel {
  const rows = (curves: readonly RelativeTrace[]) =>
    curves.flatMap(({ particle, diameter_um, time_s, relative }) =>
      Array.from(time_s, (time, i) => ({
        particle,
        diameter: diameter_um,
        time,
        relative: relative[i]!,
      }))
    );
  const x = position("time", "Time (s)");
  const y = position("relative", "Current over its value at 0.1 s", {
    domain: [0, 1.02],
  });
  const detail = { field: "particle", type: "nominal" };
  const ends = model.map(({ diameter_um, time_s, relative }) => {
    const i = relative.findIndex((value) => value < 0.2);
    return {
      time: time_s[i]!,
      relative: relative[i]!,
      text: `${diameter_um} µm`,
    };
  });
  return {
    id: "pitt-fig5-a",
    caption:
      `Currents of ${traces.length} particles at 4.1 V over their value at 0.1 s, coloured by diameter; black: the model with ${constants} at three diameters; dashed: 1/e.`,
    origin,
    width_mm: 110,
    spec: {
      width: 420,
      height: 280,
      layer: [
        {
          data: { values: rows(traces) },
          mark: { type: "line", strokeWidth: 1, clip: true },
          encoding: { x, y, detail, color: diameterColour },
        },
        {
          data: { values: rows(model) },
          mark: { type: "line", color: wong.black, clip: true },
          encoding: { x, y, detail },
        },
        {
          data: { values: [{ level: Math.exp(-1) }] },
          mark: { type: "rule", strokeDash: [6, 4] },
          encoding: { y: { ...y, field: "level" } },
        },
        ...["#FFFFFF", wong.black].map((colour) => ({
          data: { values: ends },
          mark: {
            type: "text",
            align: "left",
            dx: 4,
            dy: -6,
            color: colour,
            ...(colour === "#FFFFFF" ? { stroke: colour, strokeWidth: 4 } : {}),
          },
          encoding: {
            x,
            y,
            text: { field: "text", type: "nominal" },
          },
        })),
      ],
    },
  };
}

/** Times of the particles at one voltage. */
export interface RawTimes {
  readonly voltage_V: number;
  readonly diameter_um: readonly number[];
  readonly time_s: readonly number[];
  /** Diameters of the particles whose current does not fall to 1/e in the window. */
  readonly slower_um: readonly number[];
  /** Exponent with its interval, null if more than half are slower. */
  readonly exponent: {
    readonly exponent: number;
    readonly lower: number;
    readonly upper: number;
  } | null;
}

/** Times of the model over the diameter. */
export interface ModelTimes {
  /** Name in the legend. */
  readonly name: string;
  readonly diameter_um: readonly number[];
  /** Null where the current never falls to 1/e. */
  readonly time_s: readonly (number | null)[];
}

/**
 * Panel 5b: time to 1/e of the initial current against the diameter at 4.1 V.
 *
 * @param worlds Times by the name of the world.
 * @param model Times at constant D and j0.
 * @param origin Where the traces come from.
 */
export function rawTimesAgainstSize(
  worlds: readonly { readonly name: string; readonly times: RawTimes }[],
  model: readonly ModelTimes[],
  origin: Origin,
): ChartPanel {
  const most = 1.1 * Math.max(...worlds.flatMap((w) => w.times.time_s));
  return {
    id: "pitt-fig5-b",
    caption:
      "Time to 1/e of the current at 0.1 s against diameter at 4.1 V, straight from the traces; lines: what constant D and j₀ and a reaction at the surface would give.",
    origin,
    width_mm: 150,
    spec: {
      hconcat: worlds.map(({ name, times }, i) => ({
        ...timesView(times, most, i === 0, 250),
        title: { text: name, fontWeight: "normal", frame: "group" },
        layer: [
          ...timesView(times, most, i === 0, 250).layer,
          modelLines(model, i === 0),
        ],
      })),
      spacing: 16,
    },
  };
}

/**
 * Fig. S19: the same at the other voltages.
 *
 * @param times Times by voltage.
 * @param duration_s Length of the window.
 * @param origin Where the traces come from.
 */
export function rawTimesAtVoltages(
  times: readonly RawTimes[],
  duration_s: number,
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS19",
    caption:
      `Time to 1/e of the current at 0.1 s against diameter at the other voltages. Triangles: particles that do not get there in ${duration_s} s.`,
    origin,
    width_mm: 170,
    spec: {
      hconcat: times.map((group, i) => ({
        ...timesView(group, 1.05 * duration_s, i === 0, 165),
        title: {
          text: voltageName(group.voltage_V),
          fontWeight: "normal",
          frame: "group",
        },
      })),
      spacing: 14,
    },
  };
}

function timesView(
  { diameter_um, time_s, slower_um, exponent }: RawTimes,
  most: number,
  first: boolean,
  width: number,
): Spec & { readonly layer: readonly Spec[] } {
  const x = position("diameter", diameterTitle, { domain: [4, 16] });
  const y = {
    ...position("time", first ? timeTitle : null, {
      domain: [0, most],
    }),
    axis: first ? {} : { labels: false },
  };
  const total = time_s.length + slower_um.length;
  const text = exponent === null
    ? [`${slower_um.length} of ${total} do not get there`]
    : [
      `~ d^${exponent.exponent.toFixed(2)} [${exponent.lower.toFixed(2)}, ${
        exponent.upper.toFixed(2)
      }]`.replaceAll("-", "−"),
      ...(slower_um.length === 0
        ? []
        : [`${slower_um.length} of ${total} do not get there`]),
    ];
  return {
    width,
    height: 210,
    layer: [
      {
        data: {
          values: time_s.map((time, i) => ({
            diameter: diameter_um[i]!,
            time,
          })),
        },
        mark: { type: "point", size: 34 },
        encoding: { x, y },
      },
      {
        data: {
          values: slower_um.map((diameter) => ({
            diameter,
            time: 0.97 * most,
          })),
        },
        mark: {
          type: "point",
          shape: "triangle-up",
          color: wong.vermilion,
          size: 34,
        },
        encoding: { x, y },
      },
      note(text, { x: 6, y: slower_um.length > 0 ? 180 : 2 }),
    ],
  };
}

function modelLines(model: readonly ModelTimes[], first: boolean): Spec {
  return {
    data: {
      values: model.flatMap(({ name, diameter_um, time_s }) =>
        time_s.flatMap((time, i) =>
          time === null ? [] : [{ name, diameter: diameter_um[i]!, time }]
        )
      ),
    },
    mark: { type: "line", clip: true, color: wong.black },
    encoding: {
      x: position("diameter", diameterTitle),
      y: position("time", first ? timeTitle : null),
      strokeDash: {
        field: "name",
        type: "nominal",
        scale: {
          domain: model.map((m) => m.name),
          range: [[1, 0], [5, 4]],
        },
        legend: { title: null, orient: "top", symbolStrokeColor: wong.black },
      },
    },
  };
}
