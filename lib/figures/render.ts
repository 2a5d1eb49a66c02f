/** Drawing of panels: SVG by Vega, PNG by resvg, the same bytes on every machine. */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { fontBytes, fontName, textWidth } from "./fonts.ts";
import { isDrawing, type Panel, type Spec } from "./panel.ts";
import { encodePng, withResolution } from "./png.ts";
import { stampCaption, stampSpec, stampStrip, stampSvg } from "./stamp.ts";
import { oneColumn_mm, theme, units_per_mm } from "./theme.ts";

/**
 * Schema address of emitted specifications. JupyterLab shows exactly this one;
 * only features that versions 5 and 6 of Vega-Lite share are used.
 */
export const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v5.json";

/** Most rows that one chart may carry; above it pages grow slow and notebooks large. */
export const maxRows = 5000;

/** Resolution of images in notebooks, in dots per inch: one dot per drawing unit. */
export const screenResolution_dpi = 144;

/** Resolution of image files, in dots per inch. */
export const printResolution_dpi = 300;

/** How to draw a panel. */
export interface RenderOptions {
  /** Width on the page in millimetres; the panel's own by default. Text keeps its size. */
  readonly width_mm?: number;
  /** Resolution of the PNG in dots per inch; that of notebooks by default. Below that of print the PNG has at most 256 colours. */
  readonly resolution_dpi?: number;
}

/** A panel as drawn. */
export interface RenderedPanel {
  /** The panel's id. */
  readonly id: string;
  /** Caption with the stamp, if the data are synthetic. */
  readonly caption: string;
  /** Whole Vega-Lite specification with theme and stamp; null for a drawing. */
  readonly spec: Spec | null;
  /** SVG document with its size in millimetres. */
  readonly svg: string;
  /** PNG image. */
  readonly png: Uint8Array<ArrayBuffer>;
}

/**
 * Draws a panel.
 *
 * The chart is scaled until the whole figure, axes and legends included, has
 * its width on the page; text and line widths stay as they are.
 *
 * @param panel What to draw.
 * @param options Width and resolution.
 * @throws {RangeError} If the chart carries more than 5,000 rows, its text
 * leaves no room for the chart at this width, or the width or resolution is not
 * positive.
 * @throws {TypeError} If Vega-Lite objects to the specification.
 *
 * @example Three points, one column wide
 * ```ts
 * import assert from "node:assert/strict";
 * import { renderPanel } from "./render.ts";
 *
 * const { svg, caption } = await renderPanel({
 *   id: "three-points",
 *   caption: "Three points.",
 *   origin: "synthetic",
 *   spec: {
 *     data: { values: [{ x: 1 }, { x: 2 }, { x: 3 }] },
 *     mark: "point",
 *     encoding: { x: { field: "x", type: "quantitative" } },
 *   },
 * });
 * assert.match(svg, /^<svg [^>]*width="89mm"/);
 * assert.equal(caption, "SYNTHETIC. Three points.");
 * ```
 */
export async function renderPanel(
  panel: Panel,
  options: RenderOptions = {},
): Promise<RenderedPanel> {
  const {
    width_mm = panel.width_mm ?? oneColumn_mm,
    resolution_dpi = screenResolution_dpi,
  } = options;
  assertPositive("the width", width_mm, "mm");
  assertPositive("the resolution", resolution_dpi, "dots per inch");

  const { spec, svg } = isDrawing(panel)
    ? { spec: null, svg: sizeDrawing(panel.svg, panel.origin, width_mm) }
    : await drawChart(panel.id, stampSpec(panel.spec, panel.origin), width_mm);
  return {
    id: panel.id,
    caption: stampCaption(panel.caption, panel.origin),
    spec,
    svg,
    png: await rasterise(svg, width_mm, resolution_dpi),
  };
}

/** Vega measures text by counting letters unless told better; titles would collide. */
(vega as unknown as {
  textMetrics: { width: (item: TextItem, text: string) => number };
}).textMetrics.width = (item, text) => {
  const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
  const line = text === null || text === undefined ? "" : String(text);
  return (item.fontSize ?? 11) * textWidth(line, bold ? "bold" : "regular");
};

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/** A drawn chart and its size in drawing units. */
interface Drawing {
  readonly spec: Spec;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

async function drawChart(
  id: string,
  panelSpec: Spec,
  width_mm: number,
): Promise<Drawing> {
  const rows = countRows(panelSpec);
  if (rows > maxRows) {
    throw new RangeError(
      `Cannot draw panel ${id} as a chart must carry at most ${maxRows} rows (aggregate them first): current value is ${rows}`,
    );
  }
  const spec: Spec = {
    $schema: vegaLiteSchema,
    ...panelSpec,
    config: theme,
  };
  const target = width_mm * units_per_mm;
  const fitted = await fitWidth(
    (scale) => draw(id, scaleViews(spec, scale)),
    target,
  );
  if (fitted === null || narrowest(fitted.spec) < narrowest_mm * units_per_mm) {
    throw new RangeError(
      `Cannot draw panel ${id} as its width must leave room for the chart beside the text: current value is ${width_mm} mm`,
    );
  }
  return { ...fitted, svg: onPage(fitted, width_mm) };
}

/** Width below which a view is of no use, in millimetres. */
const narrowest_mm = 8;

/** Width of the narrowest view in drawing units. */
function narrowest(spec: Spec): number {
  const views = ["layer", "hconcat", "vconcat", "concat"]
    .flatMap((key) => (spec[key] ?? []) as Spec[])
    .concat("spec" in spec ? [spec.spec as Spec] : []);
  const own = typeof spec.width === "number" ? spec.width : Infinity;
  return Math.min(own, ...views.map(narrowest));
}

/**
 * The drawing that comes closest to the target from below.
 *
 * The width grows linearly with the scale of the views but for jumps where
 * labels of axes appear, hence a secant search that keeps the best.
 */
async function fitWidth(
  drawAt: (scale: number) => Promise<Drawing>,
  target: number,
): Promise<Drawing | null> {
  let best: Drawing | null = null;
  let scale = 1, slope = 0;
  let last: { scale: number; width: number } | null = null;
  for (let step = 0; step < 8; step++) {
    const drawing = await drawAt(scale);
    const { width } = drawing;
    if (width <= target + 0.5 && width > (best?.width ?? 0)) best = drawing;
    if (Math.abs(width - target) <= 0.5) break;
    slope = last === null || last.scale === scale
      ? width / scale
      : (width - last.width) / (scale - last.scale);
    last = { scale, width };
    // Aims a little low, as a width above the target is of no use.
    const next = scale + (target - 0.25 - width) / slope;
    if (!(next > 0.02 && Number.isFinite(next))) scale = scale / 2;
    else scale = next;
  }
  return best;
}

/** The specification with all views scaled, and what they hold left alone. */
function scaleViews(spec: Spec, scale: number): Spec {
  const scaled: Record<string, unknown> = { ...spec };
  const composed = ["layer", "hconcat", "vconcat", "concat"].filter((key) =>
    key in spec
  );
  for (const key of composed) {
    scaled[key] = (spec[key] as Spec[]).map((view) => scaleViews(view, scale));
  }
  if ("spec" in spec) scaled.spec = scaleViews(spec.spec as Spec, scale);
  for (const side of ["width", "height"]) {
    const length = spec[side];
    if (typeof length === "number") scaled[side] = round(length * scale);
    else if (isStep(length)) {
      scaled[side] = { step: round(length.step * scale) };
    }
  }
  if ("config" in spec) {
    const config = spec.config as { view: Record<string, unknown> };
    const { continuousWidth, continuousHeight } = config.view;
    scaled.config = {
      ...config,
      view: {
        ...config.view,
        continuousWidth: round(Number(continuousWidth) * scale),
        continuousHeight: round(Number(continuousHeight) * scale),
      },
    };
  }
  return scaled;
}

function isStep(length: unknown): length is { step: number } {
  return typeof length === "object" && length !== null && "step" in length;
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}

async function draw(id: string, spec: Spec): Promise<Drawing> {
  try {
    const compiled = compile(spec as unknown as TopLevelSpec, {
      logger: strictLogger,
    });
    const view = new vega.View(vega.parse(compiled.spec), {
      renderer: "none",
      logger: strictLogger,
    });
    // Ids of clips and gradients count up over all charts of a process otherwise.
    vega.resetSVGDefIds();
    const svg = await view.toSVG();
    view.finalize();
    return { spec, svg, ...sizeOf(svg) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(
      `Cannot draw panel ${id} as Vega-Lite must accept its specification: ${reason}`,
      { cause: error },
    );
  }
}

/** Takes a warning as an error: it is a mistake in a panel, which a reader would see as a wrong figure. */
const strictLogger: vega.LoggerInterface = {
  level: ((_?: number) => strictLogger) as vega.LoggerInterface["level"],
  error: refuse,
  // A layer without rows, such as the outliers of a box plot, has no extent.
  warn: (...messages) =>
    String(messages[0]).startsWith("Infinite extent")
      ? strictLogger
      : refuse(...messages),
  info: () => strictLogger,
  debug: () => strictLogger,
};

function refuse(...messages: readonly unknown[]): never {
  throw new Error(messages.join(" "));
}

function sizeOf(svg: string): { width: number; height: number } {
  const box = /^<svg [^>]*viewBox="([^"]*)"/.exec(svg.trimStart())?.[1];
  const [, , width, height] = (box ?? "").split(/[ ,]+/).map(Number);
  if (!(width! > 0 && height! > 0)) {
    throw new TypeError(
      `Cannot draw the panel as its SVG must begin with <svg> and have a viewBox: current value is ${
        svg.slice(0, 60)
      }`,
    );
  }
  return { width: width!, height: height! };
}

/** The SVG with its size in millimetres, centred if it is a little narrow. */
function onPage({ svg, width, height }: Drawing, width_mm: number): string {
  const target = width_mm * units_per_mm;
  const left = round((width - target) / 2);
  const height_mm = round(height / units_per_mm);
  const body = svg.slice(svg.indexOf(">") + 1);
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" width="${width_mm}mm" height="${height_mm}mm" viewBox="${left} 0 ${
    round(target)
  } ${height}">${body}`;
}

function sizeDrawing(
  svg: string,
  origin: Panel["origin"],
  width_mm: number,
): string {
  const { width, height } = sizeOf(svg);
  const strip = origin === "synthetic" ? stampStrip : 0;
  const target = width_mm * units_per_mm;
  const total = round(height * target / width + strip);
  const inner = svg.trimStart().replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg ${
        attributes.replace(/(^|\s)(x|y|width|height)="[^"]*"/g, "")
      } y="${strip}" width="${round(target)}" height="${
        round(total - strip)
      }">`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width_mm}mm" height="${
    round(total / units_per_mm)
  }mm" viewBox="0 0 ${round(target)} ${total}">${
    strip > 0 ? stampSvg(round(target)) : ""
  }${inner}</svg>`;
}

let ready: Promise<Uint8Array[]> | null = null;

async function rasterise(
  svg: string,
  width_mm: number,
  resolution_dpi: number,
): Promise<Uint8Array<ArrayBuffer>> {
  ready ??= prepareResvg();
  const fontBuffers = await ready;
  const image = new Resvg(svg, {
    background: "#FFFFFF",
    fitTo: {
      mode: "width",
      value: Math.round(width_mm / 25.4 * resolution_dpi),
    },
    font: {
      fontBuffers,
      defaultFontFamily: fontName,
      sansSerifFamily: fontName,
    },
  });
  const rendered = image.render();
  // Notebooks keep their images in the repository, so those are made small.
  const { width, height, pixels: rgba } = rendered;
  const png = resolution_dpi < printResolution_dpi
    ? encodePng({ width, height, rgba })
    : rendered.asPng();
  rendered.free();
  image.free();
  return withResolution(png, resolution_dpi);
}

async function prepareResvg(): Promise<Uint8Array[]> {
  const wasm = import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm");
  await initWasm(await Deno.readFile(new URL(wasm)));
  return [fontBytes("regular"), fontBytes("bold")];
}

/** Rows that a specification carries, over all its data sets. */
function countRows(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  if (Array.isArray(part)) {
    return part.reduce((sum: number, item) => sum + countRows(item), 0);
  }
  let rows = 0;
  for (const [key, value] of Object.entries(part)) {
    if (key === "values" && Array.isArray(value) && "values" in part) {
      rows += value.length;
    } else if (key === "datasets") {
      for (const set of Object.values(value as Record<string, unknown>)) {
        if (Array.isArray(set)) rows += set.length;
      }
    } else rows += countRows(value);
  }
  return rows;
}

function assertPositive(what: string, value: number, unit: string): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new RangeError(
      `Cannot draw the panel as ${what} must be a positive number of ${unit}: current value is ${value}`,
    );
  }
}
