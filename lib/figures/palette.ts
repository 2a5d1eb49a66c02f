/**
 * Colours that readers with any colour vision tell apart.
 *
 * Source: B. Wong, Nat. Methods 8, 441 (2011), doi:10.1038/nmeth.1618.
 */

/** The eight colours of Wong's palette. */
export const wong = {
  black: "#000000",
  orange: "#E69F00",
  skyBlue: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermilion: "#D55E00",
  purple: "#CC79A7",
} as const;

/** Colours of categories, in the order of use; yellow is left out, as it is too pale for lines. */
export const categories: readonly string[] = [
  wong.blue,
  wong.orange,
  wong.green,
  wong.vermilion,
  wong.purple,
  wong.skyBlue,
  wong.black,
];

/** Colours of the two electrodes, as in the Science paper. */
export const electrodeColours: Readonly<Record<string, string>> = {
  "10 cycles": wong.green,
  "50 cycles": wong.blue,
};

/**
 * Degree of damage, from none to most; ends in vermilion and darkens all the way.
 *
 * The stops are close enough that it does not matter how a program mixes the
 * colours between them.
 */
export const damageStops: readonly string[] = [
  "#EFEDE6",
  "#F0E6D1",
  "#F1DFBC",
  "#F0D2A2",
  "#EFC589",
  "#ECB570",
  "#E9A557",
  "#E49440",
  "#E0832A",
  "#DA7015",
  wong.vermilion,
];

/** Differences and correlations, from negative to positive, white in the middle. */
export const divergingStops: readonly string[] = [
  wong.blue,
  "#368EC1",
  "#6CA9D0",
  "#B6D4E8",
  "#FFFFFF",
  "#F4D0B8",
  "#E8A272",
  "#DE8039",
  wong.vermilion,
];

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Colours of electrodes in the order of their names: those of the paper where
 * the name is one of the paper's, else the next free category.
 *
 * @param names Names of the electrodes.
 *
 * @example The electrodes of the paper
 * ```ts
 * import assert from "node:assert/strict";
 * import { coloursOf, wong } from "./palette.ts";
 *
 * assert.deepEqual(coloursOf(["10 cycles", "50 cycles"]), [wong.green, wong.blue]);
 * ```
 */
export function coloursOf(names: readonly string[]): string[] {
  const taken = new Set(names.map((name) => electrodeColours[name]));
  const free = categories.filter((colour) => !taken.has(colour));
  let next = 0;
  return names.map((name) =>
    electrodeColours[name] ?? free[next++ % free.length]!
  );
}

/**
 * Colour between the stops of a scale.
 *
 * @param stops At least two colours `#rrggbb`, evenly spaced from 0 to 1.
 * @param position Place on the scale; below 0 and above 1 the end colours go on.
 *
 * @example The ends of the scale of damage
 * ```ts
 * import assert from "node:assert/strict";
 * import { colourAt, damageStops } from "./palette.ts";
 *
 * assert.deepEqual(colourAt(damageStops, 1), [0xd5, 0x5e, 0x00]);
 * ```
 */
export function colourAt(stops: readonly string[], position: number): Rgb {
  const last = stops.length - 1;
  const place = Math.min(1, Math.max(0, position)) * last;
  const i = Math.min(last - 1, Math.floor(place));
  const from = rgbOf(stops[i]!), to = rgbOf(stops[i + 1]!);
  const mix = (a: number, b: number) => Math.round(a + (b - a) * (place - i));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}

/**
 * Red, green and blue of a colour.
 *
 * @param colour As `#rrggbb`.
 * @throws {RangeError} If it is not written so.
 */
export function rgbOf(colour: string): Rgb {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (digits === undefined) {
    throw new RangeError(
      `Cannot read the colour as it must be written #rrggbb: current value is ${colour}`,
    );
  }
  const value = parseInt(digits, 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}
