/** Checks of notebooks that need no execution: types, lint, format, order, size, stale and missing outputs. */
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { projectPath, projectRoot } from "../core/mod.ts";
import {
  callsShow,
  type CodeCell,
  codeCells,
  executedHash,
  formatNotebook,
  hashCode,
  normaliseMetadata,
  type Notebook,
  notebookName,
  type Output,
  parseNotebook,
  withoutComments,
} from "./notebook.ts";

/** Something that is wrong in a notebook. */
export interface Finding {
  /** Path of the notebook, or of the module that it uses. */
  file: string;
  /** Cell, counted from 1 over all cells; null if it is not about one. */
  cell: number | null;
  /** Line, counted from 1 in the cell or module; null if it is not about one. */
  line: number | null;
  /** What is wrong, after the name of the rule. */
  message: string;
}

/** A notebook larger than this slows down editors and the history. */
export const sizeLimit_bytes = 1_000_000;

/**
 * Checks notebooks and returns what is wrong, in the order of the notebooks.
 *
 * @param paths The notebooks.
 * @throws {DataError} If a file is not a notebook.
 */
export async function checkNotebooks(
  paths: readonly string[],
): Promise<Finding[]> {
  const files = await Promise.all(paths.map(async (file) => {
    const text = await Deno.readTextFile(file);
    return { file, text, notebook: parseNotebook(text, file) };
  }));
  const [code, format] = await Promise.all([
    checkCode(files),
    Promise.all(files.map(checkFormat)),
  ]);
  const all = [...files.flatMap(checkContent), ...code, ...format.flat()];
  const inOrder = (a: Finding, b: Finding) =>
    (a.cell ?? 0) - (b.cell ?? 0) || (a.line ?? 0) - (b.line ?? 0);
  return [
    ...paths.flatMap((path) =>
      all.filter(({ file }) => file === path).sort(inOrder)
    ),
    ...all.filter(({ file }) => !paths.includes(file)),
  ];
}

/**
 * A finding as one paragraph.
 *
 * @param finding What is wrong, and where.
 *
 * @example A type error
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatFinding } from "./checker.ts";
 *
 * assert.equal(
 *   formatFinding({ file: "a.ipynb", cell: 3, line: 1, message: "type: TS2322" }),
 *   "a.ipynb, cell 3, line 1: type: TS2322",
 * );
 * ```
 */
export function formatFinding({ file, cell, line, message }: Finding): string {
  const place = [file];
  if (cell !== null) place.push(`cell ${cell}`);
  if (line !== null) place.push(`line ${line}`);
  return `${place.join(", ")}: ${message}`;
}

interface NotebookFile {
  file: string;
  text: string;
  notebook: Notebook;
}

/** What can be said of a notebook by looking at it. */
function checkContent({ file, text, notebook }: NotebookFile): Finding[] {
  const findings: Finding[] = [];
  const report = (message: string, cell: number | null = null) =>
    findings.push({ file, cell, line: null, message });

  const [first] = notebook.cells;
  if (first?.cell_type !== "markdown" || !/^# \S/.test(first.source)) {
    report("title: the first cell must be Markdown and start with a title", 1);
  }
  const size = new TextEncoder().encode(text).length;
  if (size >= sizeLimit_bytes) {
    report(
      `size: the file must be smaller than ${sizeLimit_bytes} bytes: current value is ${size}`,
    );
  }
  if (executedHash(notebook) !== hashCode(notebook)) {
    report(
      `stale: the outputs are not of this code; run deno task figures ${
        notebookName(file)
      }`,
    );
  }
  const order = codeCells(notebook);
  for (const [i, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    const expected = order.indexOf(cell) + 1 || null;
    if (cell.execution_count !== expected) {
      report(
        `order: the execution count must be ${expected}: current value is ${cell.execution_count}`,
        i + 1,
      );
    }
    const problems = [...checkOutputs(cell), ...checkLines(cell)];
    findings.push(
      ...problems.map((problem) => ({ file, cell: i + 1, ...problem })),
    );
  }
  return findings;
}

/** A finding in a cell that is known. */
type Problem = Pick<Finding, "line" | "message">;

function checkOutputs({ source, outputs }: CodeCell): Problem[] {
  const problems = outputs.flatMap(traces).map((trace) => ({
    line: null,
    message: `trace: an output must not hold ${trace}`,
  }));
  const shows = outputs.some(({ output_type }) =>
    output_type === "display_data"
  );
  if (!callsShow(source) || shows) return problems;
  const message = "missing: the cell calls show() but shows nothing";
  return [...problems, { line: null, message }];
}

function checkLines({ source }: CodeCell): Problem[] {
  const rules: [RegExp, string][] = [
    [
      /(?<!await\s+)(?<![\w.]|function\s+)show(Table)?\s*\(/,
      "await: show() must be awaited",
    ],
    [
      /\bfrom\s+["']\.|\bimport\s*\(?\s*["']\./,
      "import: modules of the project are imported from @cathode/",
    ],
  ];
  return withoutComments(source).split("\n").flatMap((text, i) =>
    rules.filter(([pattern]) => pattern.test(text))
      .map(([, message]) => ({ line: i + 1, message }))
  );
}

/** What in an output depends on the machine or the time. */
function traces(output: Output): string[] {
  const text = textOf(output);
  const found: string[] = [];
  const folders = [projectRoot, homedir(), tmpdir()].map((folder) =>
    folder.replace(/[\\/]$/, "")
  ).filter((folder) => folder !== "");
  const path = folders.find((folder) => text.includes(`${folder}/`)) ??
    /file:\/\/\/|\/(home|Users)\/\w|\b[A-Z]:\\/.exec(text)?.[0];
  if (path !== undefined) found.push(`the path ${path}`);
  const host = hostname();
  // Short names such as "pc" or "lab" occur in any text.
  if (host.length > 8 && text.includes(host)) {
    found.push(`the host name ${host}`);
  }
  const time = /\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d/.exec(text)?.[0];
  if (time !== undefined) found.push(`the time ${time}`);
  return found;
}

/** All text of an output, without images. */
function textOf(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return output.text;
    case "error":
      return output.traceback.join("\n");
    default:
      return Object.entries(output.data)
        .filter(([type]) => !/^image\/(?!svg)/.test(type))
        .map(([, value]) =>
          typeof value === "string" ? value : JSON.stringify(value)
        )
        .join("\n").replace(/data:[\w/+.-]+;base64,[\w+/=]+/g, "");
  }
}

async function checkFormat(
  { file, notebook }: NotebookFile,
): Promise<Finding[]> {
  // The language in the metadata decides whether the code is laid out.
  const { stdout } = await runDeno(
    ["fmt", "--ext", "ipynb", "-"],
    formatNotebook(normaliseMetadata(notebook)),
  );
  // Nothing comes back if the syntax is wrong, which the type check reports.
  if (stdout === "") return [];
  const formatted = parseNotebook(stdout, file);
  return notebook.cells.flatMap(({ source }, i) =>
    formatted.cells[i]?.source === source ? [] : [{
      file,
      cell: i + 1,
      line: null,
      message: "format: not as deno fmt lays it out",
    }]
  );
}

/** The code of a notebook as one module, with the cell and line of each of its lines. */
export interface CellModule {
  /** Path of the notebook. */
  file: string;
  /** Source of the module. */
  source: string;
  /** Cell and line of each line of the module. */
  places: { cell: number; line: number }[];
}

/**
 * The code of a notebook as one module.
 *
 * @param file Path of the notebook.
 * @param notebook The notebook.
 *
 * @example The second line comes from the second cell
 * ```ts
 * import assert from "node:assert/strict";
 * import { toModule } from "./checker.ts";
 * import type { CodeCell } from "./notebook.ts";
 *
 * const cell = (id: string, source: string): CodeCell => ({
 *   cell_type: "code", id, metadata: {}, source, execution_count: null, outputs: [],
 * });
 * const cells = [cell("a", "const x = 1;"), cell("b", "x;")];
 * const { source, places } = toModule("a.ipynb", { cells, metadata: {} });
 * assert.equal(source.split("\n")[1], "x;");
 * assert.deepEqual(places[1], { cell: 2, line: 1 });
 * ```
 */
export function toModule(file: string, notebook: Notebook): CellModule {
  const lines: string[] = [];
  const places: CellModule["places"] = [];
  for (const [i, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    for (const [line, text] of cell.source.split("\n").entries()) {
      lines.push(text);
      places.push({ cell: i + 1, line: line + 1 });
    }
  }
  return { file, source: [...lines, "export {};", ""].join("\n"), places };
}

/** Type-checks and lints the cells of all notebooks at once. */
async function checkCode(files: readonly NotebookFile[]): Promise<Finding[]> {
  if (files.length === 0) return []; // Deno would check the whole project
  // Outside the project, so that no setting excludes the modules from checks.
  const folder = await Deno.makeTempDir({ prefix: "cathode-cells-" });
  try {
    const modules = new Map<string, CellModule>();
    for (const [i, { file, notebook }] of files.entries()) {
      const path = join(folder, `${i}-${notebookName(file)}.ts`);
      const module = toModule(file, notebook);
      modules.set(pathToFileURL(path).href, module);
      await Deno.writeTextFile(path, module.source);
    }
    const paths = [...modules.keys()].map((url) => fileURLToPath(url));
    const config = ["--config", projectPath("deno.json")];
    const [types, lint] = await Promise.all([
      runDeno(["check", "--quiet", ...config, ...paths]),
      // What follows a cell that is meant to throw is reached in a notebook.
      runDeno([
        "lint",
        "--json",
        "--rules-exclude=no-unreachable",
        ...config,
        ...paths,
      ]),
    ]);
    return [
      ...types.success ? [] : readTypeErrors(types.stderr, modules),
      ...lint.success ? [] : readLint(lint.stdout, modules),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Findings of `deno check`: messages, each followed by its place. */
function readTypeErrors(
  text: string,
  modules: ReadonlyMap<string, CellModule>,
): Finding[] {
  const findings: Finding[] = [];
  let message: string[] = [];
  for (const line of text.split("\n")) {
    const place = /^\s+at (file:\S+):(\d+):\d+$/.exec(line);
    if (place === null) {
      if (line.trim() !== "") message.push(line);
      continue;
    }
    findings.push({
      ...placeOf(place[1]!, Number(place[2]), modules),
      message: `type: ${message.join("\n").replace(/^error: /, "")}`,
    });
    message = [];
  }
  if (findings.length > 0) return findings;
  return [{ file: "deno check", cell: null, line: null, message: text }];
}

/** What `deno lint --json` says, without the syntax errors, which the type check reports. */
interface LintReport {
  diagnostics: {
    filename: string;
    range: { start: { line: number } };
    code: string;
    message: string;
  }[];
}

function readLint(
  text: string,
  modules: ReadonlyMap<string, CellModule>,
): Finding[] {
  const { diagnostics } = JSON.parse(text) as LintReport;
  return diagnostics.map(({ filename, range, code, message }) => ({
    ...placeOf(filename, range.start.line, modules),
    message: `lint: ${code}: ${message}`,
  }));
}

function placeOf(
  url: string,
  line: number,
  modules: ReadonlyMap<string, CellModule>,
): Omit<Finding, "message"> {
  const module = modules.get(url);
  if (module === undefined) {
    return { file: fileURLToPath(url), cell: null, line };
  }
  const place = module.places[line - 1];
  return {
    file: module.file,
    cell: place?.cell ?? null,
    line: place?.line ?? null,
  };
}

async function runDeno(
  args: string[],
  input = "",
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const process = new Deno.Command(Deno.execPath(), {
    args,
    cwd: projectRoot,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sent = new Blob([input]).stream().pipeTo(process.stdin);
  const { success, stdout, stderr } = await process.output();
  await sent;
  const decoder = new TextDecoder();
  return {
    success,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr).trim(),
  };
}
