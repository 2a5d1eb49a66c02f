/** Images as marks of a chart: grey levels, labels and outlines, with a scale bar. */
import type { Slice, SliceLabels } from "../core/mod.ts";
import { textWidth } from "./fonts.ts";
import { type Rgb, wong } from "./palette.ts";
import type { Spec } from "./panel.ts";
import { encodePng, type Raster } from "./png.ts";
import { textSize } from "./theme.ts";

/** Grey levels that become black and white. */
export interface GreyWindow {
  /** Grey level shown black; so are all below it. */
  readonly black: number;
  /** Grey level shown white; so are all above it. */
  readonly white: number;
}

/**
 * The grey levels between which a share of the pixels lies, for display.
 *
 * @param slice Grey levels.
 * @param tail Share of the pixels left out at either end.
 */
export function greyWindow(slice: Slice, tail = 0.002): GreyWindow {
  const sorted = slice.data.toSorted();
  const at = (share: number) =>
    sorted[Math.round(share * (sorted.length - 1))]!;
  const black = at(tail), white = at(1 - tail);
  return { black, white: white > black ? white : black + 1 };
}

/**
 * A slice in 64 shades of grey; finer ones do not show in the noise of a scan
 * and make images larger.
 *
 * @param slice Grey levels.
 * @param window Grey levels shown black and white; all but the outer 0.2 % of
 * the pixels at either end by default.
 *
 * @example Three shades
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { greyRaster } from "./raster.ts";
 *
 * const slice = createSlice(Uint8Array.of(10, 15, 20), [1, 3], [0.1, 0.1]);
 * const { rgba } = greyRaster(slice, { black: 10, white: 20 });
 * assert.deepEqual([rgba[0], rgba[8]], [0, 255]);
 * ```
 */
export function greyRaster(
  slice: Slice,
  { black, white }: GreyWindow = greyWindow(slice),
): Raster {
  const [height, width] = slice.shape;
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (const [i, level] of slice.data.entries()) {
    const share = Math.min(1, Math.max(0, (level - black) / (white - black)));
    const shade = Math.round(Math.round(63 * share) * 255 / 63);
    rgba.fill(shade, 4 * i, 4 * i + 3);
  }
  return { width, height, rgba };
}

/**
 * A raster with particles tinted.
 *
 * @param raster What lies below, of the size of the labels.
 * @param labels Particles; 0 is left as it is.
 * @param colourOf Colour of a label, or null to leave it as it is.
 * @param opacity Of the tint, 0 to 1.
 */
export function tintLabels(
  raster: Raster,
  labels: SliceLabels,
  colourOf: (label: number) => Rgb | null,
  opacity: number,
): Raster {
  assertSameSize(raster, labels);
  const rgba = raster.rgba.slice();
  const colours = new Map<number, Rgb | null>();
  for (const [i, label] of labels.data.entries()) {
    if (label === 0) continue;
    let colour = colours.get(label);
    if (colour === undefined) {
      colour = colourOf(label);
      colours.set(label, colour);
    }
    if (colour !== null) mix(rgba, i, colour, opacity);
  }
  return { ...raster, rgba };
}

/**
 * A raster with the inner edges of particles drawn.
 *
 * @param raster What lies below, of the size of the labels.
 * @param labels Particles; 0 has no edge.
 * @param colourOf Colour of a label's edge, or null for none.
 * @param thickness Of the line in pixels.
 *
 * @example A particle of nine pixels has eight at its edge
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { clearRaster, outlineLabels } from "./raster.ts";
 *
 * const data = new Uint32Array(25);
 * for (const row of [5, 10, 15]) data.fill(1, row + 1, row + 4);
 * const labels = createSlice(data, [5, 5], [0.1, 0.1]);
 * const { rgba } = outlineLabels(clearRaster(labels), labels, () => [255, 0, 0]);
 * assert.equal(rgba.filter((_, i) => i % 4 === 0).filter((red) => red > 0).length, 8);
 * ```
 */
export function outlineLabels(
  raster: Raster,
  labels: SliceLabels,
  colourOf: (label: number) => Rgb | null,
  thickness = 1,
): Raster {
  assertSameSize(raster, labels);
  const rgba = raster.rgba.slice();
  const { data, shape: [height, width] } = labels;
  const reach = disc(thickness);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = data[i]!;
      if (label === 0) continue;
      const atEdge = reach.some(([dy, dx]) => {
        const [row, column] = [y + dy, x + dx];
        return row >= 0 && row < height && column >= 0 && column < width &&
          data[row * width + column] !== label;
      });
      const colour = atEdge ? colourOf(label) : null;
      if (colour !== null) mix(rgba, i, colour, 1);
    }
  }
  return { ...raster, rgba };
}

/** Steps to the pixels around one, at most `radius` away. */
function disc(radius: number): [number, number][] {
  const steps: [number, number][] = [];
  const reach = Math.floor(radius);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const length = Math.hypot(dy, dx);
      if (length > 0 && length <= radius) steps.push([dy, dx]);
    }
  }
  return steps;
}

/**
 * Colours that tell neighbouring particles apart; the same label has the same
 * colour everywhere.
 *
 * @param label Label of a particle.
 */
export function labelColour(label: number): Rgb {
  return distinct[(Math.imul(label, 0x9e3779b1) >>> 8) % distinct.length]!;
}

const distinct: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [120, 94, 240],
  [166, 216, 84],
  [255, 176, 176],
  [64, 200, 190],
];

/**
 * A slice with fewer pixels: means of squares of pixels.
 *
 * @param slice Grey levels.
 * @param most Most pixels along either axis.
 * @returns The slice itself if it is small enough.
 *
 * @example Four pixels become one
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { shrinkGrey } from "./raster.ts";
 *
 * const slice = createSlice(Uint8Array.of(1, 2, 3, 6), [2, 2], [0.1, 0.1]);
 * assert.deepEqual([...shrinkGrey(slice, 1).data], [3]);
 * ```
 */
export function shrinkGrey(slice: Slice, most: number): Slice {
  const factor = shrinkFactor(slice, most);
  if (factor === 1) return slice;
  const [height, width] = slice.shape;
  const [rows, columns] = [
    Math.floor(height / factor),
    Math.floor(width / factor),
  ];
  const data = new Float32Array(rows * columns);
  for (let y = 0; y < rows * factor; y++) {
    const row = Math.floor(y / factor) * columns;
    for (let x = 0; x < columns * factor; x++) {
      data[row + Math.floor(x / factor)]! += slice.data[y * width + x]!;
    }
  }
  const area = factor * factor;
  for (let i = 0; i < data.length; i++) data[i]! /= area;
  return shrunk(slice, data, rows, columns, factor);
}

/**
 * Labels of a slice with fewer pixels: those at the middle of the squares that
 * {@linkcode shrinkGrey} averages.
 *
 * @param labels Particles.
 * @param most Most pixels along either axis.
 */
export function shrinkLabels(labels: SliceLabels, most: number): SliceLabels {
  const factor = shrinkFactor(labels, most);
  if (factor === 1) return labels;
  const [height, width] = labels.shape;
  const [rows, columns] = [
    Math.floor(height / factor),
    Math.floor(width / factor),
  ];
  const data = new Uint32Array(rows * columns);
  const middle = factor >> 1;
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      data[i++] = labels
        .data[(y * factor + middle) * width + x * factor + middle]!;
    }
  }
  return shrunk(labels, data, rows, columns, factor);
}

/**
 * A slice with more pixels, between which values change linearly, for views of
 * a few voxels.
 *
 * @param slice Grey levels, or a mask of 0 and 1.
 * @param factor New pixels per pixel along either axis.
 */
export function enlarge(slice: Slice, factor: number): Slice<Float32Array> {
  const [height, width] = slice.shape;
  const [rows, columns] = [height * factor, width * factor];
  const data = new Float32Array(rows * columns);
  for (let y = 0, i = 0; y < rows; y++) {
    const [y0, y1, fy] = between(y, factor, height);
    for (let x = 0; x < columns; x++) {
      const [x0, x1, fx] = between(x, factor, width);
      const upper = slice.data[y0 * width + x0]! * (1 - fx) +
        slice.data[y0 * width + x1]! * fx;
      const lower = slice.data[y1 * width + x0]! * (1 - fx) +
        slice.data[y1 * width + x1]! * fx;
      data[i++] = upper * (1 - fy) + lower * fy;
    }
  }
  const [dy, dx] = slice.spacing_um;
  return {
    data,
    shape: [rows, columns],
    spacing_um: [dy / factor, dx / factor],
  };
}

/** The pixels on either side of a new pixel and how far it is from the first. */
function between(
  place: number,
  factor: number,
  length: number,
): [number, number, number] {
  const old = Math.min(length - 1, Math.max(0, (place + 0.5) / factor - 0.5));
  const first = Math.floor(old);
  return [first, Math.min(length - 1, first + 1), old - first];
}

function shrunk<T extends Float32Array | Uint32Array>(
  slice: Slice,
  data: T,
  rows: number,
  columns: number,
  factor: number,
): Slice<T> {
  const [dy, dx] = slice.spacing_um;
  return {
    data,
    shape: [rows, columns],
    spacing_um: [dy * factor, dx * factor],
  };
}

function shrinkFactor(slice: Slice, most: number): number {
  return Math.max(1, Math.ceil(Math.max(...slice.shape) / most));
}

/**
 * A raster that hides nothing, to draw outlines on that lie over a coarser one.
 *
 * @param slice Has the size of the raster.
 */
export function clearRaster({ shape: [height, width] }: Slice): Raster {
  return { width, height, rgba: new Uint8Array(4 * width * height) };
}

/** How to show rasters. */
export interface RasterViewOptions {
  /** Height and width of the image in micrometres. */
  readonly extent_um: readonly [height: number, width: number];
  /** Width of the view in drawing units. */
  readonly width: number;
  /** Heading of the view. */
  readonly title?: string;
  /** Frame of reference: a scale bar inside the image, or axes in micrometres with these names. */
  readonly frame: "bar" | { readonly x: string; readonly y: string };
}

/**
 * Rasters as a view of a chart, in micrometres, row 0 at the top.
 *
 * Other layers may be put over them; they share their scales.
 *
 * @param rasters Images of the same extent, the lowest first.
 * @param options Size and frame of reference.
 * @returns A Vega-Lite view with layers.
 *
 * @example Two pixels, each 5 um wide
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { greyRaster, rasterView } from "./raster.ts";
 *
 * const slice = createSlice(Uint8Array.of(0, 255), [1, 2], [5, 5]);
 * const view = rasterView([greyRaster(slice)], {
 *   extent_um: [5, 10],
 *   width: 300,
 *   frame: { x: "x (µm)", y: "y (µm)" },
 * });
 * assert.equal(view.height, 150);
 * ```
 */
export function rasterView(
  rasters: readonly [Raster, ...Raster[]],
  { extent_um, width, title, frame }: RasterViewOptions,
): Spec & { readonly layer: readonly Spec[] } {
  const [height_um, width_um] = extent_um;
  const position = (
    field: string,
    length: number,
    reverse: boolean,
    name: string | null,
  ) => ({
    field,
    type: "quantitative",
    scale: { domain: [0, length], nice: false, zero: false, reverse },
    axis: name === null ? null : { title: name },
  });
  const names = frame === "bar" ? { x: null, y: null } : frame;
  const images = rasters.map((raster) => ({
    data: {
      values: [{
        left: 0,
        right: width_um,
        top: 0,
        bottom: height_um,
        url: `data:image/png;base64,${encodePng(raster).toBase64()}`,
      }],
    },
    mark: { type: "image", aspect: false },
    encoding: {
      x: position("left", width_um, false, names.x),
      x2: { field: "right" },
      y: position("top", height_um, true, names.y),
      y2: { field: "bottom" },
      url: { field: "url", type: "nominal" },
    },
  }));
  return {
    ...(title === undefined ? {} : { title }),
    width,
    height: width * height_um / width_um,
    layer: frame === "bar"
      ? [...images, ...scaleBar(rasters[0], extent_um, width)]
      : images,
  };
}

/**
 * Length of a scale bar: 1, 2 or 5 times a power of ten, near a fifth of the
 * width of the image.
 *
 * @param width_um Width of the image in micrometres.
 *
 * @example A bar for a view 80 um wide
 * ```ts
 * import assert from "node:assert/strict";
 * import { scaleBarLength } from "./raster.ts";
 *
 * assert.equal(scaleBarLength(80), 20);
 * ```
 */
export function scaleBarLength(width_um: number): number {
  const power = 10 ** Math.floor(Math.log10(width_um / 5));
  const lead = width_um / 5 / power;
  return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

/** A bar with its length above it, at the lower right; on a dark plate unless the ground is white. */
function scaleBar(
  raster: Raster,
  [height_um, width_um]: readonly [number, number],
  width: number,
): Spec[] {
  const length = scaleBarLength(width_um);
  const label = `${length} µm`;
  const unit = width_um / width; // micrometres per drawing unit
  const half = Math.max(
    length / 2,
    textWidth(label, "regular") * textSize.label * unit / 2,
  );
  const middle = width_um - 10 * unit - half, bottom = height_um - 10 * unit;
  const bar = {
    left: middle - length / 2,
    right: middle + length / 2,
    top: bottom - 4 * unit,
    bottom,
    middle,
    label,
  };
  const plate = {
    left: middle - half - 5 * unit,
    right: middle + half + 5 * unit,
    top: bottom - 22 * unit,
    bottom: bottom + 5 * unit,
  };
  const colour = isWhite(raster, plate, width_um, height_um)
    ? wong.black
    : "#FFFFFF";
  const at = (field: string) => ({ field, type: "quantitative" });
  const rectangle = (values: typeof plate, mark: Spec) => ({
    data: { values: [values] },
    mark: { type: "rect", ...mark },
    encoding: {
      x: at("left"),
      x2: { field: "right" },
      y: at("top"),
      y2: { field: "bottom" },
    },
  });
  return [
    ...(colour === wong.black
      ? []
      : [rectangle(plate, { color: wong.black, opacity: 0.55 })]),
    rectangle(bar, { color: colour }),
    {
      data: { values: [bar] },
      mark: { type: "text", color: colour, baseline: "bottom", dy: -2 },
      encoding: {
        x: at("middle"),
        y: at("top"),
        text: { field: "label", type: "nominal" },
      },
    },
  ];
}

function isWhite(
  { width, height, rgba }: Raster,
  plate: { left: number; right: number; top: number; bottom: number },
  width_um: number,
  height_um: number,
): boolean {
  const pixel = (place: number, length: number, pixels: number) =>
    Math.min(pixels - 1, Math.max(0, Math.floor(place / length * pixels)));
  const last = pixel(plate.bottom, height_um, height);
  const right = pixel(plate.right, width_um, width);
  for (let y = pixel(plate.top, height_um, height); y <= last; y++) {
    for (let x = pixel(plate.left, width_um, width); x <= right; x++) {
      const i = 4 * (y * width + x);
      if (rgba[i]! + rgba[i + 1]! + rgba[i + 2]! < 3 * 250) return false;
    }
  }
  return true;
}

function mix(rgba: Uint8Array, pixel: number, colour: Rgb, opacity: number) {
  for (let c = 0; c < 3; c++) {
    const below = rgba[4 * pixel + c]!;
    rgba[4 * pixel + c] = Math.round(below + (colour[c]! - below) * opacity);
  }
  rgba[4 * pixel + 3] = 255;
}

function assertSameSize(raster: Raster, labels: SliceLabels): void {
  const [height, width] = labels.shape;
  if (raster.height !== height || raster.width !== width) {
    throw new RangeError(
      `Cannot draw labels on the image as they must have its ${raster.height} x ${raster.width} pixels: current value is ${height} x ${width}`,
    );
  }
}
