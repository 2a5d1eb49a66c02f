/** `figures`: executes notebooks and writes their figures. */
import { relative } from "node:path";
import { DataError, projectPath, userPath } from "../core/mod.ts";
import { type FigureFormat, figureFormats } from "../figures/mod.ts";
import {
  defaultSettings,
  findNotebooks,
  notebookName,
  type NotebookSize,
  runNotebooks,
  type RunResult,
} from "../notebook/mod.ts";
import {
  type Call,
  type Command,
  numberOption,
  positiveNumber,
  runCommand,
  UsageError,
  wholeNumber,
} from "./command.ts";

/** `figures [id ...]`. */
export const figures: Command = {
  name: "figures",
  summary:
    "Executes notebooks and writes their figures. Without ids, all of them. The notebooks are updated in place, or written to data/out/notebooks if size, width or seed are not the default.",
  operands: { "id...?": "beginnings of names of notebooks, as science-fig4" },
  options: {
    size: {
      value: "name",
      help: "small (seconds) or paper (as large as published)",
      default: defaultSettings.size,
      choices: ["small", "paper"],
    },
    out: {
      value: "dir",
      help: "folder for the figures, by default data/out/figures",
    },
    format: {
      value: "list",
      help: "formats of the figures",
      default: figureFormats.join(","),
    },
    width: {
      value: "mm",
      help: "width of all figures, 89 for one column and 183 for two",
    },
    seed: {
      value: "n",
      help: "seed of the random numbers",
      default: String(defaultSettings.seed),
    },
  },
  run,
};

/** Seconds that a cell may run before it counts as hung. */
const cellLimit_s: Record<NotebookSize, number> = { small: 600, paper: 21_600 };

async function run(call: Call): Promise<void> {
  const { operands, values, progress } = call;
  const size = values.size as NotebookSize;
  const seed = numberOption(call, "seed", wholeNumber);
  const width_mm = values.width === undefined
    ? null
    : numberOption(call, "width", positiveNumber);
  const folder = values.out === undefined
    ? projectPath("data", "out", "figures")
    : userPath(values.out);
  const formats = values.format!.split(",").map(formatOf);
  const asCommitted = size === defaultSettings.size &&
    seed === defaultSettings.seed && width_mm === null;
  const paths = await findNotebooks(operands);
  await assertWritable(folder);

  let left = paths.length;
  const step = () => `executing notebooks, ${left} left`;
  const shares = new Map<string, number>();
  const results = await runNotebooks(paths, {
    size,
    seed,
    figures: folder,
    formats,
    width_mm,
    folder: asCommitted ? null : projectPath("data", "out", "notebooks"),
    cellLimit_s: cellLimit_s[size],
    progress: (name, done) => {
      shares.set(name, done);
      const sum = shares.values().reduce((total, share) => total + share, 0);
      progress(step(), sum / paths.length);
    },
    onResult: (result) => {
      progress(step(), 1); // gives way to the line
      left--;
      console.error(lineOf(result));
    },
  });
  const failed = results.filter((result) => "error" in result).length;
  console.error(
    `${
      results.length - failed
    } of ${results.length} notebooks executed, figures in ${fromUser(folder)}`,
  );
  if (failed > 0) Deno.exitCode = 1;
}

function formatOf(name: string): FigureFormat {
  const format = figureFormats.find((format) => format === name);
  if (format === undefined) {
    throw new UsageError(
      `Option --format must list ${
        figureFormats.join(", ")
      }: current value is ${name}`,
    );
  }
  return format;
}

function lineOf(result: RunResult): string {
  if ("error" in result) return `FAILED ${result.error.message}`;
  const { path, cells, changed, time_s } = result.report;
  return `${notebookName(path)}: ${cells} cells in ${time_s.toFixed(1)} s, ${
    changed ? `written to ${fromUser(path)}` : "unchanged"
  }`;
}

/** Tells at once what would else fail in the first cell that shows a panel. */
async function assertWritable(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(
      await Deno.makeTempFile({ dir: folder, suffix: ".part" }),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `Cannot write figures as their folder must be writable: ${reason}`,
      { file: folder },
    );
  }
}

/** A path as the user would type it. */
function fromUser(path: string): string {
  const way = relative(userPath("."), path);
  return way.startsWith("..") ? path : way;
}

if (import.meta.main) await runCommand(figures);
