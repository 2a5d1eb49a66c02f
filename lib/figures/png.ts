/** PNG images of at most 256 colours, which are a third of the size of others. */
import { crc32 } from "node:zlib";
import { encode } from "fast-png";

/** A colour image; pixel `[row, column]` starts at `rgba[4 * (row * width + column)]`. */
export interface Raster {
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, 0 to 255. */
  readonly rgba: Uint8Array;
}

/** Most colours of a PNG with a palette. */
const mostColours = 256;

/**
 * A PNG with a palette. An image of at most 256 colours keeps them exactly; of
 * others, opacity left aside, similar colours are joined (variance-based
 * division of the colours, after X. Wu, in Graphics Gems II (1991), p. 126).
 *
 * @param raster The image.
 *
 * @example Few colours are kept exactly
 * ```ts
 * import assert from "node:assert/strict";
 * import { decode } from "fast-png";
 * import { encodePng } from "./png.ts";
 *
 * const rgba = Uint8Array.of(213, 94, 0, 255, 0, 0, 0, 0);
 * const png = decode(encodePng({ width: 2, height: 1, rgba }));
 * assert.deepEqual([...png.data], [1, 0]);
 * assert.deepEqual(png.palette?.[1]?.slice(0, 3), [213, 94, 0]);
 * ```
 */
export function encodePng(raster: Raster): Uint8Array<ArrayBuffer> {
  const { width, height } = raster;
  const { data, palette: colours } = exactPalette(raster) ??
    joinedPalette(raster);
  const opaque = colours.every((colour) => colour[3] === 255);
  const palette = opaque ? colours.map((c) => c.slice(0, 3)) : colours;
  const png = encode(
    { width, height, data, channels: 1, palette },
    { zlib: { level: 9 } },
  );
  return new Uint8Array(png);
}

/** A palette, and for each pixel its place in it. */
interface Indexed {
  readonly data: Uint8Array;
  readonly palette: number[][];
}

function exactPalette({ rgba }: Raster): Indexed | null {
  const pixels = rgba.length / 4;
  const colours = new Set<number>();
  for (let i = 0; i < pixels; i++) {
    colours.add(colourAt(rgba, i));
    if (colours.size > mostColours) return null;
  }
  // PNG wants the transparent colours first.
  const order = [...colours].sort((a, b) => a % 256 - b % 256 || a - b);
  const place = new Map(order.map((colour, i) => [colour, i]));
  return {
    data: Uint8Array.from(
      { length: pixels },
      (_, i) => place.get(colourAt(rgba, i))!,
    ),
    palette: order.map((colour) => [
      Math.floor(colour / 2 ** 24),
      Math.floor(colour / 2 ** 16) % 256,
      Math.floor(colour / 2 ** 8) % 256,
      colour % 256,
    ]),
  };
}

/** The four bytes of a pixel as one number, opacity last. */
function colourAt(rgba: Uint8Array, pixel: number): number {
  const i = 4 * pixel;
  return ((rgba[i]! * 256 + rgba[i + 1]!) * 256 + rgba[i + 2]!) * 256 +
    rgba[i + 3]!;
}

/** Similar colours that become one. */
interface Box {
  /** Numbers of the cells in it. */
  readonly cells: number[];
  /** Axis along which they differ most, and the sum of squared differences along it. */
  readonly axis: number;
  readonly error: number;
  readonly mean: readonly number[];
}

function joinedPalette({ rgba }: Raster): Indexed {
  // Cells of 4 x 4 x 4 neighbouring colours, with count and sums. The square
  // root of the count weighs them, so that small parts keep their shades too.
  const cellOf = (i: number) =>
    rgba[i]! >> 2 << 12 | rgba[i + 1]! >> 2 << 6 | rgba[i + 2]! >> 2;
  const counts = new Uint32Array(2 ** 18);
  const sums = new Float64Array(3 * 2 ** 18);
  for (let i = 0; i < rgba.length; i += 4) {
    const cell = cellOf(i);
    counts[cell]!++;
    for (let c = 0; c < 3; c++) sums[3 * cell + c]! += rgba[i + c]!;
  }
  const level = (cell: number, axis: number) =>
    sums[3 * cell + axis]! / counts[cell]!;
  const boxOf = (cells: number[]): Box => {
    const mean = [0, 1, 2].map((axis) => {
      let sum = 0, weights = 0;
      for (const cell of cells) {
        const weight = Math.sqrt(counts[cell]!);
        sum += weight * level(cell, axis);
        weights += weight;
      }
      return sum / weights;
    });
    const errors = mean.map((m, axis) =>
      cells.reduce(
        (sum, cell) =>
          sum + Math.sqrt(counts[cell]!) * (level(cell, axis) - m) ** 2,
        0,
      )
    );
    const error = Math.max(...errors);
    return { cells, axis: errors.indexOf(error), error, mean };
  };

  const used: number[] = [];
  for (const [cell, count] of counts.entries()) if (count > 0) used.push(cell);
  const boxes = [boxOf(used)];
  while (boxes.length < mostColours) {
    let worst = 0;
    for (const [i, box] of boxes.entries()) {
      if (box.error > boxes[worst]!.error) worst = i;
    }
    const { cells, axis, error, mean } = boxes[worst]!;
    if (error === 0) break;
    const low = cells.filter((cell) => level(cell, axis) <= mean[axis]!);
    const high = cells.filter((cell) => level(cell, axis) > mean[axis]!);
    boxes.splice(worst, 1, boxOf(low), boxOf(high));
  }

  const place = new Uint8Array(2 ** 18);
  for (const [i, { cells }] of boxes.entries()) {
    for (const cell of cells) place[cell] = i;
  }
  return {
    data: Uint8Array.from(
      { length: rgba.length / 4 },
      (_, i) => place[cellOf(4 * i)]!,
    ),
    palette: boxes.map(({ mean }) => [...mean.map(Math.round), 255]),
  };
}

/** Bytes of the PNG signature and of the header chunk, after which the resolution may stand. */
const afterHeader = 8 + 25;

/**
 * A PNG with its resolution written into it (chunk `pHYs`), so that other
 * programs place it at its size on the page.
 *
 * @param png A PNG that does not state its resolution yet.
 * @param resolution_dpi Dots per inch.
 */
export function withResolution(
  png: Uint8Array,
  resolution_dpi: number,
): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const dotsPerMetre = Math.round(resolution_dpi / 0.0254);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, dotsPerMetre);
  view.setUint32(12, dotsPerMetre);
  chunk[16] = 1; // the unit is the metre
  view.setUint32(17, crc32(chunk.subarray(4, 17)));

  const result = new Uint8Array(png.length + chunk.length);
  result.set(png.subarray(0, afterHeader));
  result.set(chunk, afterHeader);
  result.set(png.subarray(afterHeader), afterHeader + chunk.length);
  return result;
}
