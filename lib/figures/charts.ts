/** Parts that several charts share. */
import { coloursOf, damageStops } from "./palette.ts";
import type { Spec } from "./panel.ts";

/**
 * Colour of electrodes, by name.
 *
 * @param field Field that holds the name.
 * @param names Names in the order of the legend.
 * @param legend Settings of the legend; null leaves it out.
 *
 * @example In an encoding
 * ```ts
 * import assert from "node:assert/strict";
 * import { electrodeColour } from "./charts.ts";
 *
 * const color = electrodeColour("electrode", ["10 cycles", "50 cycles"]);
 * assert.equal(color.field, "electrode");
 * ```
 */
export function electrodeColour(
  field: string,
  names: readonly string[],
  legend: Spec | null = {},
): Spec {
  return {
    field,
    type: "nominal",
    scale: { domain: names, range: coloursOf(names) },
    legend: legend === null ? null : { title: null, ...legend },
  };
}

/**
 * Layer that shows nothing but the legend of the degree of damage, for images
 * whose pixels carry the colours already.
 *
 * @param most Damage at the end of the scale, 0 to 1.
 * @param length Length of the legend in drawing units.
 * @param beyond Whether particles beyond the end are shown in its colour.
 */
export function damageLegend(
  most: number,
  length: number,
  beyond: boolean,
): Spec {
  return {
    data: { values: [{ damage: 0 }, { damage: most }] },
    mark: { type: "point", opacity: 0 },
    encoding: {
      color: {
        field: "damage",
        type: "quantitative",
        scale: {
          domain: [0, most],
          range: damageStops,
          nice: false,
          interpolate: "rgb",
        },
        legend: {
          title: ["Degree of", "damage"],
          format: ".0%",
          values: [0, most / 2, most],
          gradientLength: length,
          gradientOpacity: 1,
          labelExpr: beyond
            ? `datum.value >= ${most} ? '≥ ' + datum.label : datum.label`
            : "datum.label",
        },
      },
    },
  };
}

/** A number to four digits, what a chart can show, so that notebooks stay small. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
