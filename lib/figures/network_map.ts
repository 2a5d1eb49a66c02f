/** Map of where in the range of its parameters the network falls into step. */
import type { Origin } from "../core/mod.ts";
import { type CycleSummary, judgeSynchronisation } from "../network/mod.ts";
import { wong } from "./palette.ts";
import type { ChartPanel } from "./panel.ts";
import { twoColumns_mm } from "./theme.ts";

/** A field of a map: a range of two parameters, and what the cycles came to in its middle. */
export interface MapField {
  /** Lower and upper end along x. */
  readonly x: readonly [from: number, to: number];
  /** Lower and upper end along y. */
  readonly y: readonly [from: number, to: number];
  /** What the cycles came to. */
  readonly cycles: readonly CycleSummary[];
}

/** A map of two parameters, both on logarithmic axes. */
export interface SynchronisationMap {
  /** Title of the x axis. */
  readonly x: string;
  /** Title of the y axis. */
  readonly y: string;
  /** Fields side by side. */
  readonly fields: readonly MapField[];
  /** Where the case of the notebook lies. */
  readonly marked: readonly [x: number, y: number];
}

const outcomes = [
  "even from the start",
  "stays out of step",
  "C/Cmax in step",
  "C/Cmax and damage in step",
  "capacity or interface lost",
];

/**
 * Map of where in the range of parameters particles fall into step.
 *
 * @param maps One or more, side by side.
 * @param cycles Number of cycles, for the caption.
 * @param origin Where the data come from.
 */
export function synchronisationMap(
  maps: readonly SynchronisationMap[],
  cycles: number,
  origin: Origin,
): ChartPanel {
  const axis = (
    field: string,
    title: string,
    domain: readonly [number, number],
  ) => ({
    field,
    type: "quantitative",
    title,
    scale: { type: "log", domain, nice: false },
    axis: { format: "~e", values: powersOfTen(domain) },
  });
  return {
    id: "science-fig3-map",
    caption:
      `Reduced model, ${cycles} cycles: where particles fall into step. Black dot: the case of the other panels.`,
    origin,
    width_mm: twoColumns_mm,
    spec: {
      hconcat: maps.map(({ x, y, fields, marked }) => ({
        width: 220,
        height: 200,
        layer: [
          {
            data: {
              values: fields.map((field) => ({
                x: field.x[0],
                x2: field.x[1],
                y: field.y[0],
                y2: field.y[1],
                outcome: outcomeOf(field.cycles),
              })),
            },
            mark: { type: "rect", stroke: "#FFFFFF", strokeWidth: 0.5 },
            encoding: {
              x: axis("x", x, rangeOf(fields.flatMap((field) => field.x))),
              x2: { field: "x2" },
              y: axis("y", y, rangeOf(fields.flatMap((field) => field.y))),
              y2: { field: "y2" },
              color: {
                field: "outcome",
                type: "nominal",
                scale: {
                  domain: outcomes,
                  range: [
                    "#EFEDE6",
                    "#B9B9B9",
                    wong.skyBlue,
                    wong.blue,
                    wong.orange,
                  ],
                },
                legend: { title: null, symbolType: "square", symbolSize: 160 },
              },
            },
          },
          {
            data: { values: [{ x: marked[0], y: marked[1] }] },
            mark: { type: "point", size: 60, color: wong.black },
            encoding: {
              x: { field: "x", type: "quantitative" },
              y: { field: "y", type: "quantitative" },
            },
          },
        ],
      })),
      spacing: 18,
    },
  };
}

function outcomeOf(cycles: readonly CycleSummary[]): string {
  const judged = judgeSynchronisation(cycles);
  const [even, out, some, both, lost] = outcomes as [
    string,
    string,
    string,
    string,
    string,
  ];
  if (!judged.isVisible) return even;
  if (judged.isDying) return lost;
  if (!judged.concentrations) return out;
  return judged.damages ? both : some;
}

function powersOfTen([low, high]: readonly [number, number]): number[] {
  // The small addition counts an end that is a power of ten.
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k));
}

function rangeOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
