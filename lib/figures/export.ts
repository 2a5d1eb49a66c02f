/** Files of panels. */
import { join } from "node:path";
import { DataError, type Provenance } from "../core/mod.ts";
import type { Panel } from "./panel.ts";
import { printResolution_dpi, renderPanel } from "./render.ts";

/** Formats of figure files: vector, image, and the specification of the chart. */
export type FigureFormat = "svg" | "png" | "vl.json";

/** All formats. */
export const figureFormats: readonly FigureFormat[] = ["svg", "png", "vl.json"];

/** Which files to write, and how wide. */
export interface ExportOptions {
  /** Formats; all by default. A drawing has no specification, so no `vl.json`. */
  readonly formats?: readonly FigureFormat[];
  /** Width on the page in millimetres; the panel's own by default. */
  readonly width_mm?: number;
}

/**
 * Writes the files of a panel: `<id>.svg`, `<id>.png` at 300 dots per inch,
 * `<id>.vl.json` and `<id>.provenance.json`; all of them or none.
 *
 * @param panel What to draw.
 * @param folder Where to; it is made if need be.
 * @param provenance How the data were made.
 * @param options Formats and width.
 * @returns Paths of the files.
 * @throws {DataError} If the folder cannot be written.
 * @throws {RangeError | TypeError} As {@linkcode renderPanel}.
 *
 * @example Three points as SVG
 * ```ts
 * import assert from "node:assert/strict";
 * import { createProvenance } from "../core/mod.ts";
 * import { exportPanel } from "./export.ts";
 *
 * const panel = {
 *   id: "three-points",
 *   caption: "Three points.",
 *   origin: "synthetic",
 *   spec: {
 *     data: { values: [{ x: 1 }, { x: 2 }, { x: 3 }] },
 *     mark: "point",
 *     encoding: { x: { field: "x", type: "quantitative" } },
 *   },
 * } as const;
 * const provenance = await createProvenance({
 *   command: "example",
 *   parameters: {},
 *   seed: null,
 *   origin: "synthetic",
 * });
 * const folder = await Deno.makeTempDir();
 * const paths = await exportPanel(panel, folder, provenance, { formats: ["svg"] });
 * assert.match(Deno.readTextFileSync(paths[0]!), /SYNTHETIC/);
 * ```
 */
export async function exportPanel(
  panel: Panel,
  folder: string,
  provenance: Provenance,
  options: ExportOptions = {},
): Promise<string[]> {
  const { formats = figureFormats, width_mm } = options;
  const { spec, svg, png, caption } = await renderPanel(panel, {
    ...(width_mm === undefined ? {} : { width_mm }),
    resolution_dpi: printResolution_dpi,
  });
  const files = new Map<string, Uint8Array | string>();
  if (formats.includes("svg")) files.set(`${panel.id}.svg`, svg);
  if (formats.includes("png")) files.set(`${panel.id}.png`, png);
  if (formats.includes("vl.json") && spec !== null) {
    files.set(`${panel.id}.vl.json`, json({ ...spec, description: caption }));
  }
  files.set(
    `${panel.id}.provenance.json`,
    json({ panel: panel.id, caption, ...provenance }),
  );
  await writeTogether(folder, files);
  return [...files.keys()].map((name) => join(folder, name));
}

/** Writes files into a folder beside and moves them once all are there. */
async function writeTogether(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const beside = join(folder, `.${crypto.randomUUID().slice(0, 8)}.part`);
  try {
    await Deno.mkdir(beside, { recursive: true });
    for (const [name, content] of files) {
      await (typeof content === "string"
        ? Deno.writeTextFile(join(beside, name), content)
        : Deno.writeFile(join(beside, name), content));
    }
    for (const name of files.keys()) {
      await Deno.rename(join(beside, name), join(folder, name));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `Cannot write the figure as its folder must be writable: ${reason}`,
      { file: folder },
    );
  } finally {
    await Deno.remove(beside, { recursive: true }).catch(() => {});
  }
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}
