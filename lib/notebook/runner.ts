/** Execution of notebooks from top to bottom, with outputs that come out the same each time. */
import { dirname, join, resolve } from "node:path";
import {
  isInputError,
  type Progress,
  silent,
  writeWhole,
} from "../core/mod.ts";
import { CellExecutor, type Execution, TimeLimitError } from "./execute.ts";
import { Kernel, KernelDeath } from "./kernel.ts";
import {
  callsShow,
  type Cell,
  type CodeCell,
  codeCells,
  formatNotebook,
  isBlank,
  isMeantToThrow,
  normaliseMetadata,
  type Notebook,
  notebookName,
  type Output,
  parseNotebook,
} from "./notebook.ts";
import { environmentOf, type NotebookRun } from "./settings.ts";

/** How to execute notebooks. */
export interface RunOptions extends Omit<NotebookRun, "notebook"> {
  /** Folder for the executed notebooks; null to execute them in place. */
  folder: string | null;
  /** Seconds that a cell may run. */
  cellLimit_s: number;
  /** Takes news: the step is the name of the notebook. */
  progress?: Progress;
}

/** A notebook that could not be executed. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
  /** Path of the notebook. */
  readonly file: string;
  /** Cell that failed, counted from 1 over all cells. */
  readonly cell: number;

  /**
   * @param file Path of the notebook.
   * @param cell Cell that failed, counted from 1 over all cells.
   * @param source Its source, of which the first line is quoted.
   * @param reason What went wrong.
   */
  constructor(file: string, cell: number, source: string, reason: string) {
    const line = source.trim().split("\n")[0];
    super(`${file}, cell ${cell} (${line}): ${reason}`);
    this.file = file;
    this.cell = cell;
  }
}

/** What came of executing a notebook. */
export interface RunReport {
  /** Path of the executed notebook. */
  path: string;
  /** Number of cells that were executed. */
  cells: number;
  /** Whether the file was written, as its content has changed. */
  changed: boolean;
  /** Seconds that it took. */
  time_s: number;
}

/**
 * Executes a notebook in a kernel of its own and writes it with its outputs.
 *
 * The outputs hold nothing that depends on the time or the machine, so that two
 * runs give the same bytes. A cell with the tag `raises-exception` must throw,
 * no other may. Nothing is written unless all cells succeed.
 *
 * @param path The notebook.
 * @param options Data, figures and limits.
 * @throws {NotebookError} If a cell throws, shows nothing although it calls
 * `show`, puts out something after its end, runs too long or ends the kernel.
 * @throws {DataError} If the file is not a notebook, or cannot be written.
 *
 * @example One cell
 * ```ts
 * import assert from "node:assert/strict";
 * import { runNotebook } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const cell = { cell_type: "code", metadata: {}, source: "1 + 1", outputs: [] };
 * const path = `${folder}/sum.ipynb`;
 * await Deno.writeTextFile(
 *   path,
 *   JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4 }),
 * );
 * const { cells } = await runNotebook(path, {
 *   size: "small",
 *   seed: 1,
 *   figures: folder,
 *   formats: ["svg"],
 *   width_mm: null,
 *   folder: null,
 *   cellLimit_s: 60,
 * });
 * assert.equal(cells, 1);
 * assert.match(await Deno.readTextFile(path), /"text\/plain": \[\s+"2"/);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function runNotebook(
  path: string,
  options: RunOptions,
): Promise<RunReport> {
  const start = performance.now();
  const name = notebookName(path);
  const { progress = silent, folder, size, seed, formats, width_mm } = options;
  const before = await Deno.readTextFile(path);
  const notebook = parseNotebook(before, path);

  progress(name, 0);
  await using kernel = await Kernel.start({
    cwd: dirname(resolve(path)),
    env: environmentOf({
      notebook: name,
      size,
      seed,
      figures: resolve(options.figures),
      formats,
      width_mm,
    }),
  });
  const executed = await executeCells(notebook, path, kernel, options);

  const text = formatNotebook(normaliseMetadata(executed));
  const target = folder === null ? path : join(folder, `${name}.ipynb`);
  const changed = text !== (folder === null ? before : await readIfAny(target));
  if (changed) await writeWhole(target, text);
  progress(name, 1);
  return {
    path: target,
    cells: codeCells(notebook).length,
    changed,
    time_s: (performance.now() - start) / 1000,
  };
}

/** A notebook and what came of it: a report, or why it failed. */
export type RunResult =
  | { path: string; report: RunReport }
  | { path: string; error: Error };

/** How to execute several notebooks. */
export interface RunAllOptions extends RunOptions {
  /** How many at once; 2 by default. */
  abreast?: number;
  /** Hears of each notebook when it is done. */
  onResult?: (result: RunResult) => void;
}

/**
 * Executes notebooks, some of them side by side. One that fails does not keep
 * the others from being executed.
 *
 * @param paths The notebooks.
 * @param options As for one notebook, and how many at once.
 * @returns What came of each, in the order of the paths.
 */
export async function runNotebooks(
  paths: readonly string[],
  options: RunAllOptions,
): Promise<RunResult[]> {
  const { abreast = 2, onResult = () => {} } = options;
  const results = new Array<RunResult>(paths.length);
  let next = 0;
  const lane = async () => {
    while (next < paths.length) {
      const i = next++;
      const result = await runOrFail(paths[i]!, options);
      results[i] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: abreast }, lane));
  return results;
}

async function runOrFail(
  path: string,
  options: RunOptions,
): Promise<RunResult> {
  try {
    return { path, report: await runNotebook(path, options) };
  } catch (error) {
    const expected = error instanceof NotebookError ||
      error instanceof KernelDeath || isInputError(error);
    if (!expected) throw error;
    return { path, error };
  }
}

async function executeCells(
  notebook: Notebook,
  path: string,
  kernel: Kernel,
  { progress = silent, cellLimit_s }: RunOptions,
): Promise<Notebook> {
  const executor = await CellExecutor.on(kernel);
  const cells: Cell[] = [];
  for (const [i, cell] of notebook.cells.entries()) {
    const fail = (reason: string): never => {
      throw new NotebookError(path, i + 1, cell.source, reason);
    };
    if (cell.cell_type !== "code") cells.push(cell);
    else if (isBlank(cell)) {
      cells.push({ ...cell, execution_count: null, outputs: [] });
    } else cells.push(await executeCell(cell, executor, cellLimit_s, fail));
    // The last step is the writing of the file.
    progress(notebookName(path), (i + 1) / (notebook.cells.length + 1));
  }
  return { ...notebook, cells };
}

async function executeCell(
  cell: CodeCell,
  executor: CellExecutor,
  limit_s: number,
  fail: (reason: string) => never,
): Promise<CodeCell> {
  const { outputs, count, error } = await executeOrFail(
    cell.source,
    executor,
    limit_s,
    fail,
  );
  if (executor.takeLate() > 0) {
    fail(
      "something was put out after the end of this cell or one before it; await what they start",
    );
  }
  const meantToThrow = isMeantToThrow(cell);
  if (error !== null && !meantToThrow) fail(describe(error));
  if (error === null && meantToThrow) {
    fail("it must throw, as its tag raises-exception says, but did not");
  }
  if (error === null && callsShow(cell.source) && !outputs.some(isDisplay)) {
    fail("it calls show() but shows nothing");
  }
  return {
    ...cell,
    execution_count: count,
    outputs: outputs.map(withoutTraceback),
  };
}

async function executeOrFail(
  code: string,
  executor: CellExecutor,
  limit_s: number,
  fail: (reason: string) => never,
): Promise<Execution> {
  try {
    return await executor.execute(code, limit_s);
  } catch (error) {
    if (error instanceof KernelDeath || error instanceof TimeLimitError) {
      return fail(error.message);
    }
    throw error;
  }
}

function describe(
  { name, message, traceback }: NonNullable<Execution["error"]>,
) {
  if (message === "Execution failed" && traceback.length === 0) {
    return "the kernel refused it without a reason; its syntax is wrong, or a static import is not in deno.lock";
  }
  const text = traceback.join("\n");
  return text.includes(message) ? text : `${name}: ${message}\n${text}`;
}

function isDisplay({ output_type }: Output): boolean {
  return output_type === "display_data";
}

/** Frames of a traceback name files of this machine. */
function withoutTraceback(output: Output): Output {
  return output.output_type === "error"
    ? { ...output, traceback: [`${output.ename}: ${output.evalue}`] }
    : output;
}

async function readIfAny(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
