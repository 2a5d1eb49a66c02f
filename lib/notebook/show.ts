/** Panels and tables as outputs of notebooks. */
import {
  type Column,
  createProvenance,
  type Progress,
  silent,
  type Table,
} from "../core/mod.ts";
import { exportPanel, type Panel, renderPanel } from "../figures/mod.ts";
import type { MediaBundle } from "./notebook.ts";
import { notebookRun } from "./settings.ts";

/**
 * Shows a panel below the cell: an interactive chart in JupyterLab, an image
 * where charts are not drawn, the caption where there are no images.
 *
 * Under the command `figures` it writes the files of the panel too. Outside a
 * notebook it draws the panel and shows nothing. Await it, or the panel may
 * appear below another cell.
 *
 * @param panel What to show.
 * @throws {RangeError | TypeError} If the panel cannot be drawn, as `renderPanel`.
 * @throws {DataError} If its files cannot be written.
 *
 * @example A panel of one point
 * ```ts
 * import { show } from "./show.ts";
 *
 * await show({
 *   id: "one-point",
 *   caption: "One point.",
 *   origin: "synthetic",
 *   spec: {
 *     data: { values: [{ x: 1 }] },
 *     mark: "point",
 *     encoding: { x: { field: "x", type: "quantitative" } },
 *   },
 * });
 * ```
 */
export async function show(panel: Panel): Promise<void> {
  const run = notebookRun();
  const size = run?.width_mm == null ? {} : { width_mm: run.width_mm };
  const { spec, png, caption } = await renderPanel(panel, size);
  await display({
    ...(spec === null ? {} : { "application/vnd.vegalite.v5+json": spec }),
    "image/png": png.toBase64(),
    "text/plain": caption,
  });
  if (run === null) return;
  const provenance = await createProvenance({
    command: `figures ${run.notebook}`,
    parameters: { size: run.size, width_mm: run.width_mm },
    seed: run.seed,
    origin: panel.origin,
  });
  await exportPanel(panel, run.figures, provenance, {
    ...size,
    formats: run.formats,
  });
}

/** Which part of a table to show. */
export interface ShowTableOptions {
  /** Rows from the top, 10 by default. */
  rows?: number;
}

/**
 * Shows the first rows of a table below the cell.
 *
 * @param table What to show; numbers are rounded to four digits.
 * @param options How many rows.
 *
 * @example Two particles
 * ```ts
 * import { createTable } from "../core/mod.ts";
 * import { showTable } from "./show.ts";
 *
 * await showTable(createTable([
 *   { id: "label", unit: "", values: Float64Array.of(1, 2) },
 *   { id: "Volume", unit: "um^3", values: Float64Array.of(310.25, 450) },
 * ]));
 * ```
 */
export async function showTable(
  table: Table,
  options: ShowTableOptions = {},
): Promise<void> {
  const rows = Math.min(options.rows ?? 10, table.rows);
  const header = table.columns.map(({ id, unit }) =>
    unit === "" ? id : `${id} [${unit}]`
  );
  const body = Array.from(
    { length: rows },
    (_, row) => table.columns.map((column) => cellText(column, row)),
  );
  const note = rows < table.rows ? `${rows} of ${table.rows} rows` : "";
  await display({
    "text/html": tableHtml(header, body, note),
    "text/plain": tableText(header, body, note),
  });
}

/**
 * Progress of long work, shown below the cell while it lasts and gone when it
 * ends. Shows nothing under the command `figures`, whose outputs are kept, and
 * outside a notebook.
 *
 * @example Handed to long work
 * ```ts
 * import assert from "node:assert/strict";
 * import { notebookProgress } from "./show.ts";
 *
 * const progress = notebookProgress();
 * for (let i = 0; i <= 10; i++) progress("counting", i / 10);
 * ```
 */
export function notebookProgress(): Progress {
  const front = frontEnd();
  if (front === null || notebookRun() !== null) return silent;
  const id = crypto.randomUUID();
  let started = false, shown = 0;
  return (step, done) => {
    const now = performance.now();
    if (done < 1 && started && now - shown < 100) return;
    shown = now;
    const type = started ? "update_display_data" : "display_data";
    started = true;
    // Not awaited: long work may be synchronous, and the order is kept anyway.
    front.broadcast(type, {
      data: done < 1 ? progressBundle(step, done) : { "text/plain": "" },
      metadata: {},
      transient: { display_id: id },
    });
  };
}

type FrontEnd = typeof Deno.jupyter;

/** The front end of the notebook in which this code runs, or null outside one. */
function frontEnd(): FrontEnd | null {
  try {
    return Deno.jupyter;
  } catch {
    return null; // Deno throws where there is no kernel
  }
}

async function display(bundle: MediaBundle): Promise<void> {
  const front = frontEnd();
  if (front === null) return;
  await front.display(bundle, { raw: true });
  // Deno's kernel may say that the cell has ended before it has sent this, and
  // editors drop what comes later. The runner does not need the pause.
  if (notebookRun() === null) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function progressBundle(step: string, done: number): MediaBundle {
  const share = `${Math.round(100 * done)} %`;
  return {
    "text/html": `<progress value="${done}" max="1"></progress> ${
      escapeHtml(step)
    }, ${share}`,
    "text/plain": `${step}, ${share}`,
  };
}

function cellText({ values }: Column, row: number): string {
  const value = values[row]!;
  return typeof value === "string" ? value : formatNumber(value);
}

/** Four digits, whole numbers in full. */
function formatNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15
    ? String(value)
    : String(Number(value.toPrecision(4)));
}

function tableHtml(
  header: readonly string[],
  body: readonly (readonly string[])[],
  note: string,
): string {
  const row = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${
      cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")
    }</tr>\n`;
  return `<table>\n<thead>${row(header, "th")}</thead>\n<tbody>\n${
    body.map((cells) => row(cells, "td")).join("")
  }</tbody>\n</table>\n${note === "" ? "" : `<p>${note}</p>\n`}`;
}

function tableText(
  header: readonly string[],
  body: readonly (readonly string[])[],
  note: string,
): string {
  const widths = header.map((name, i) =>
    Math.max(name.length, ...body.map((cells) => cells[i]!.length))
  );
  const lines = [header, ...body].map((cells) =>
    cells.map((cell, i) => cell.padStart(widths[i]!)).join("  ")
  );
  return [...lines, ...(note === "" ? [] : [note])].join("\n");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
