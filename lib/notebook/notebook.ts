/** Notebook files (nbformat 4.5), as the runner writes them: the same content gives the same bytes. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { DataError } from "../core/mod.ts";

/** What a cell shows in several forms, by media type; text is in one piece. */
export type MediaBundle = Record<string, unknown>;

/** Text that a cell printed. */
export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string;
}

/** Something that a cell displayed. */
export interface DisplayOutput {
  output_type: "display_data";
  data: MediaBundle;
  metadata: Record<string, unknown>;
}

/** Value of the last expression of a cell. */
export interface ResultOutput {
  output_type: "execute_result";
  data: MediaBundle;
  metadata: Record<string, unknown>;
  execution_count: number;
}

/** An error that a cell threw. */
export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Output of a cell. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** A cell of text. */
export interface TextCell {
  cell_type: "markdown" | "raw";
  id: string;
  metadata: Record<string, unknown>;
  source: string;
}

/** A cell of code. */
export interface CodeCell {
  cell_type: "code";
  id: string;
  metadata: Record<string, unknown>;
  source: string;
  execution_count: number | null;
  outputs: Output[];
}

/** A cell of a notebook. */
export type Cell = TextCell | CodeCell;

/** A notebook. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

/** Name of a notebook: its file's without `.ipynb`. */
export function notebookName(path: string): string {
  return basename(path, ".ipynb");
}

/** Whether a cell holds nothing; a cell of code that does is not run. */
export function isBlank({ source }: Cell): boolean {
  return source.trim() === "";
}

/** The cells that are run, in order. */
export function codeCells({ cells }: Notebook): CodeCell[] {
  return cells.filter((cell) => cell.cell_type === "code")
    .filter((cell) => !isBlank(cell));
}

/** Whether a cell is meant to throw: it has Jupyter's tag `raises-exception`. */
export function isMeantToThrow(cell: Cell): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes("raises-exception");
}

/**
 * Whether a cell shows a panel or a table, by its code.
 *
 * @param source Code of the cell.
 *
 * @example A call, and a comment
 * ```ts
 * import assert from "node:assert/strict";
 * import { callsShow } from "./notebook.ts";
 *
 * assert.equal(callsShow("await show(panel);"), true);
 * assert.equal(callsShow("// then show(panel)"), false);
 * ```
 */
export function callsShow(source: string): boolean {
  return /\bshow(Table)?\s*\(/.test(withoutComments(source));
}

/** Code without its comments, line for line. */
export function withoutComments(source: string): string {
  // Strings are matched first, so that `//` in an address is no comment.
  const pattern =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(
    pattern,
    (comment, text?: string) => text ?? comment.replace(/[^\n]/g, ""),
  );
}

/** SHA-256 of the code of a notebook, by which stale outputs are found. */
export function hashCode(notebook: Notebook): string {
  const code = codeCells(notebook).map(({ source }) => source);
  return createHash("sha256").update(JSON.stringify(code)).digest("hex");
}

/** Hash of the code that made the outputs, or null if the runner did not make them. */
export function executedHash({ metadata }: Notebook): string | null {
  const { cathode } = metadata;
  const hash = isObject(cathode) ? cathode.code_sha256 : null;
  return typeof hash === "string" ? hash : null;
}

/**
 * A notebook with nothing in its metadata but what readers need, and with the
 * hash of the code that made its outputs.
 *
 * @param notebook Just executed.
 */
export function normaliseMetadata(notebook: Notebook): Notebook {
  return {
    metadata: {
      cathode: { code_sha256: hashCode(notebook) },
      kernelspec: {
        display_name: "Deno",
        language: "typescript",
        name: "deno",
      },
      language_info: {
        codemirror_mode: "typescript",
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
        nbconvert_exporter: "script",
        pygments_lexer: "typescript",
      },
    },
    cells: notebook.cells.map((cell) => ({
      ...cell,
      metadata: pick(cell.metadata, ["jupyter", "tags"]),
    })),
  };
}

/**
 * Reads a notebook.
 *
 * @param path The file.
 * @throws {DataError} If it is not a notebook of nbformat 4, with the path and the cell.
 */
export async function readNotebook(path: string): Promise<Notebook> {
  return parseNotebook(await Deno.readTextFile(path), path);
}

/**
 * A notebook from its text.
 *
 * Cells without an id, as older files have them, are named after their place.
 *
 * @param text Content of the file.
 * @param file Path for messages.
 * @throws {DataError} If it is not a notebook of nbformat 4.
 *
 * @example A notebook of one cell
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseNotebook } from "./notebook.ts";
 *
 * const cell = { cell_type: "markdown", metadata: {}, source: ["# Title\n", "Text"] };
 * const text = JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4 });
 * assert.equal(parseNotebook(text, "a.ipynb").cells[0]?.source, "# Title\nText");
 * ```
 */
export function parseNotebook(text: string, file: string): Notebook {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw notANotebook(file, "be JSON", JSON.stringify(text.slice(0, 20)));
  }
  if (!isObject(content) || !Array.isArray(content.cells)) {
    throw notANotebook(file, "have cells", "none");
  }
  if (content.nbformat !== 4) {
    throw notANotebook(file, "be of nbformat 4", String(content.nbformat));
  }
  const cells = content.cells.map((cell, i) => parseCell(cell, i + 1, file));
  const ids = new Set(cells.map(({ id }) => id));
  if (ids.size < cells.length) {
    throw notANotebook(
      file,
      "have distinct cell ids",
      `${ids.size} ids of ${cells.length} cells`,
    );
  }
  return { cells, metadata: objectOf(content.metadata) };
}

/**
 * Text of a notebook, laid out as Jupyter does: keys sorted, indented by one.
 *
 * @param notebook The notebook.
 */
export function formatNotebook(notebook: Notebook): string {
  const file = {
    cells: notebook.cells.map((cell) => ({
      ...cell,
      source: splitLines(cell.source),
      ...(cell.cell_type === "code"
        ? { outputs: cell.outputs.map(formatOutput) }
        : {}),
    })),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
  return JSON.stringify(sortKeys(file), null, 1) + "\n";
}

function parseCell(cell: unknown, position: number, file: string): Cell {
  const place = `cell ${position}`;
  if (!isObject(cell)) {
    throw notANotebook(file, `have an object as ${place}`, typeof cell);
  }
  const { cell_type, id = `cell-${position}` } = cell;
  if (typeof id !== "string") {
    throw notANotebook(file, `have text as the id of ${place}`, String(id));
  }
  const source = joinLines(cell.source);
  if (source === null) {
    throw notANotebook(file, `have text in ${place}`, typeof cell.source);
  }
  const metadata = objectOf(cell.metadata);
  if (cell_type === "markdown" || cell_type === "raw") {
    return { cell_type, id, metadata, source };
  }
  if (cell_type !== "code") {
    throw notANotebook(
      file,
      `have code, markdown or raw in ${place}`,
      String(cell_type),
    );
  }
  const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  return {
    cell_type,
    id,
    metadata,
    source,
    execution_count: typeof cell.execution_count === "number"
      ? cell.execution_count
      : null,
    outputs: outputs.map((output) => parseOutput(output, place, file)),
  };
}

function parseOutput(output: unknown, place: string, file: string): Output {
  const { output_type, ...rest } = objectOf(output);
  switch (output_type) {
    case "stream":
      return {
        output_type,
        name: rest.name === "stderr" ? "stderr" : "stdout",
        text: joinLines(rest.text) ?? "",
      };
    case "display_data":
    case "execute_result": {
      const data = Object.fromEntries(
        Object.entries(objectOf(rest.data)).map((
          [type, value],
        ) => [type, isText(type) ? joinLines(value) ?? value : value]),
      );
      const metadata = objectOf(rest.metadata);
      return output_type === "display_data"
        ? { output_type, data, metadata }
        : {
          output_type,
          data,
          metadata,
          execution_count: Number(rest.execution_count),
        };
    }
    case "error":
      return {
        output_type,
        ename: String(rest.ename),
        evalue: String(rest.evalue),
        traceback: Array.isArray(rest.traceback)
          ? rest.traceback.map(String)
          : [],
      };
    default:
      throw notANotebook(
        file,
        `have outputs of a known kind in ${place}`,
        String(output_type),
      );
  }
}

function formatOutput(output: Output): unknown {
  if (output.output_type === "stream") {
    return { ...output, text: splitLines(output.text) };
  }
  if (output.output_type === "error") return output;
  const data = Object.fromEntries(
    Object.entries(output.data).map((
      [type, value],
    ) => [
      type,
      isText(type) && typeof value === "string" ? splitLines(value) : value,
    ]),
  );
  return { ...output, data };
}

/** Whether a media type is kept as lines of text. */
function isText(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml";
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function joinLines(text: unknown): string | null {
  if (typeof text === "string") return text;
  if (Array.isArray(text) && text.every((line) => typeof line === "string")) {
    return text.join("");
  }
  return null;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value).sort().map((key) => [key, sortKeys(value[key])]),
  );
}

function pick(
  object: Record<string, unknown>,
  keys: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    keys.filter((key) => key in object).map((key) => [key, object[key]]),
  );
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notANotebook(file: string, rule: string, value: string): DataError {
  return new DataError(
    `Cannot read the notebook as it must ${rule}: current value is ${value}`,
    { file },
  );
}
