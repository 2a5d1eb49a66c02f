/** `contributions`: how much each attribute contributes to the damage. */
import { extname } from "node:path";
import { ATTRIBUTES, readAttributeTable } from "../attributes/mod.ts";
import {
  assertWritable,
  columnOf,
  createTable,
  DataError,
  hasColumn,
  joinOrigins,
  numbers,
  readOrigin,
  type Table,
  userPath,
  WorkerPool,
} from "../core/mod.ts";
import {
  type ContributionRun,
  contributionRuns,
  type Electrode,
  featuresOf,
  figureOrder,
  groupShares,
  leakAudit,
  type LeakAuditEntry,
  type Missing,
  publishedSettings,
  type Spread,
  spreadOf,
  withoutMissing,
} from "../forest/mod.ts";
import { writeTable } from "../io/mod.ts";
import {
  type Call,
  type Command,
  electrodeNames,
  numberOption,
  positiveWholeNumber,
  recordResults,
  runCommand,
  seedOption,
  wholeNumber,
} from "./command.ts";

/** Particles that a subset run of the published analysis draws. */
const publishedSubset = 500;

/** Attributes that cracks enter by one definition or the other. */
const leaks = new Set(
  ATTRIBUTES.filter(({ leaksDamage }) =>
    leaksDamage.clean || leaksDamage.published
  ).map(({ id }) => id),
);

/** `contributions <a.csv> <b.csv> --out scores.csv`. */
export const contributions: Command = {
  name: "contributions",
  summary:
    "Scores how much each attribute contributes to the damage of two electrodes, by the runs of Science Fig. 4.",
  operands: {
    "a.csv": "attribute table, in our names or the published ones",
    "b.csv": "attribute table of the other electrode, with another file name",
  },
  options: {
    out: {
      value: "scores.csv",
      help:
        "score by electrode, attribute and run; means beside it in scores.summary.csv",
      required: true,
    },
    runs: {
      value: "n",
      help: "seeds, and draws of particles, of each electrode",
      default: "10",
    },
    attributes: {
      value: "which",
      help: `all, or no-leaks: without ${
        [...leaks].filter((id) => id !== "Damage").join(", ")
      }`,
      default: "all",
      choices: ["all", "no-leaks"],
    },
    missing: {
      value: "what",
      help:
        "what to do about missing values: refuse them, or leave out rows or columns (also columns that are not there)",
      default: "error",
      choices: ["error", "rows", "columns"],
    },
    seed: seedOption,
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { operands, values, progress } = call;
  const paths = operands.map(userPath), out = userPath(values.out!);
  const names = electrodeNames(operands);
  const [a, b] = names as [string, string];
  const runs = numberOption(call, "runs", positiveWholeNumber);
  const seed = numberOption(call, "seed", wholeNumber);
  const summaryPath = summaryOf(out);
  await assertWritable(out);
  await assertWritable(summaryPath);
  const electrodes = await readElectrodes(
    operands,
    names,
    figureOrder.filter((id) => values.attributes === "all" || !leaks.has(id)),
    values.missing as Missing | "error",
  );
  const fewest = Math.min(...electrodes.map(({ features }) => features.rows));
  const subset = fewest > publishedSubset ? publishedSubset : fewest >> 1;
  if (subset < publishedSubset) {
    console.error(
      `Subsets have ${subset} particles, half of the smaller table, not ${publishedSubset} as published`,
    );
  }
  using pool = new WorkerPool();
  const found = await contributionRuns(
    electrodes,
    { runs, subset, seed },
    pool,
    progress,
  );
  const quality = await leakAudit(electrodes, { seed }, pool, progress);
  const ids = electrodes[0]!.features.ids;
  await writeTable(out, scoreTable(found, ids));
  await writeTable(summaryPath, summaryTable(found, quality, ids, [a, b]));
  await recordResults([out, summaryPath], {
    command: "contributions",
    parameters: {
      runs,
      subset,
      attributes: ids,
      missing: values.missing,
      forest: publishedSettings,
    },
    seed,
    origin: joinOrigins(await Promise.all(paths.map(readOrigin))),
    inputs: paths,
  });
  for (const { name, r2, shuffledR2 } of quality) {
    console.error(
      `${name}: out-of-bag R2 ${r2.toFixed(2)} (${
        shuffledR2.toFixed(2)
      } with the damage shuffled)`,
    );
  }
}

/** `scores.summary.csv` for `scores.csv`. */
function summaryOf(out: string): string {
  const extension = extname(out);
  return `${out.slice(0, out.length - extension.length)}.summary${extension}`;
}

async function readElectrodes(
  operands: readonly string[],
  names: readonly string[],
  wanted: readonly string[],
  missing: Missing | "error",
): Promise<Electrode[]> {
  const tables = await Promise.all(
    operands.map((path) => readAttributeTable(userPath(path))),
  );
  for (const [i, table] of tables.entries()) {
    const file = operands[i]!;
    if (missing === "columns") {
      assertColumns(table, ["Damage"], file);
      assertColumns(table, wanted.filter((id) => hasColumn(table, id)), file);
      assertComplete(table, ["Damage"], file);
    } else {
      assertColumns(table, [...wanted, "Damage"], file);
      if (missing === "error") {
        assertComplete(table, [...wanted, "Damage"], file);
      }
    }
  }
  const complete = tables.map((table, i) => {
    if (missing === "error") return { table, ids: wanted };
    const ids = missing === "rows"
      ? [...wanted, "Damage"]
      : wanted.filter((id) => hasColumn(table, id));
    const kept = withoutMissing(table, ids, missing);
    const absent = wanted.filter((id) => !ids.includes(id));
    report(operands[i]!, kept.droppedRows, [...absent, ...kept.droppedColumns]);
    return kept;
  });
  const ids = wanted.filter((id) =>
    complete.every((kept) => kept.ids.includes(id))
  );
  return complete.map(({ table }, i) => ({
    name: names[i]!,
    features: featuresOf(table, ids),
    target: numbers(table, "Damage"),
  }));
}

function report(
  file: string,
  droppedRows: readonly number[],
  droppedColumns: readonly string[],
): void {
  if (droppedRows.length > 0) {
    // Line 1 is the header.
    const lines = droppedRows.slice(0, 10).map((row) => row + 2).join(", ");
    const more = droppedRows.length > 10 ? ", ..." : "";
    console.error(
      `${file}: left out ${droppedRows.length} particles with missing values, rows ${lines}${more}`,
    );
  }
  if (droppedColumns.length > 0) {
    console.error(
      `${file}: left out columns that are missing or have missing values, in both tables: ${
        droppedColumns.join(", ")
      }`,
    );
  }
}

function assertColumns(
  table: Table,
  ids: readonly string[],
  file: string,
): void {
  for (const id of ids) {
    if (!hasColumn(table, id)) {
      throw new DataError(
        `Cannot score the attributes as the table must have the columns ${
          ids.join(", ")
        }: current table lacks ${id}`,
        { file },
      );
    }
    const { values } = columnOf(table, id);
    if (!(values instanceof Float64Array)) {
      throw new DataError(
        `Cannot score the attributes as column ${id} must hold numbers: current value is ${
          values[0] ?? "no row"
        }`,
        { file },
      );
    }
  }
}

function assertComplete(
  table: Table,
  ids: readonly string[],
  file: string,
): void {
  for (const id of ids) {
    const row = numbers(table, id).findIndex((value) => Number.isNaN(value));
    if (row >= 0) {
      throw new DataError(
        `Cannot score the attributes as every particle must have a value of ${id} (${
          id === "Damage" ? "--missing rows" : "--missing rows or columns"
        } leaves gaps out): current value is missing`,
        { file, row: row + 2 },
      );
    }
  }
}

function scoreTable(
  runs: readonly ContributionRun[],
  ids: readonly string[],
): Table {
  const rows = runs.flatMap((run) =>
    ids.map((attribute, f) => ({ ...run, attribute, score: run.scores[f]! }))
  );
  return createTable([
    words("electrode", rows.map(({ electrode }) => electrode)),
    words("attribute", rows.map(({ attribute }) => attribute)),
    figures("run", rows.map(({ run }) => run)),
    words("kind", rows.map(({ kind }) => kind)),
    figures("score", rows.map(({ score }) => score)),
  ]);
}

interface SummaryRow extends Spread {
  readonly quantity: string;
  readonly electrode: string;
  readonly attribute: string;
  /** Number of runs. */
  readonly n: number;
}

/** One row per quantity and electrode, or difference `b - a` of the two. */
function summaryTable(
  runs: readonly ContributionRun[],
  quality: readonly LeakAuditEntry[],
  ids: readonly string[],
  [a, b]: readonly [string, string],
): Table {
  const groups = ids.map((id) =>
    ATTRIBUTES.find((attribute) => attribute.id === id)!.group
  );
  const shares = (run: ContributionRun) =>
    Float64Array.from(groupShares(run.scores, groups).values());
  const ofEach = (
    quantity: string,
    attributes: readonly string[],
    valuesOf: (run: ContributionRun) => Float64Array,
  ): SummaryRow[] => {
    const [first, second] = [a, b].map((electrode) =>
      runs.filter((run) => run.electrode === electrode).map(valuesOf)
    ) as [Float64Array[], Float64Array[]];
    // Both electrodes have the same runs in the same order.
    const differences = second.map((values, r) =>
      values.map((value, f) => value - first[r]![f]!)
    );
    return ([[a, first], [b, second], [`${b} - ${a}`, differences]] as const)
      .flatMap(([electrode, values]) =>
        spreadOf(values).map((spread, f) => ({
          quantity,
          electrode,
          attribute: attributes[f]!,
          n: values.length,
          ...spread,
        }))
      );
  };
  const rows = [
    ...ofEach("score", ids, ({ scores }) => scores),
    ...ofEach("group share", [...new Set(groups)], shares),
    ...ofEach(
      "out-of-bag R2",
      [""],
      ({ outOfBagR2 }) => Float64Array.of(outOfBagR2),
    ),
    ...ofEach("test R2", [""], ({ testR2 }) => Float64Array.of(testR2)),
    ...quality.map(({ name, shuffledR2 }): SummaryRow => ({
      quantity: "out-of-bag R2, damage shuffled",
      electrode: name,
      attribute: "",
      n: 1,
      ...spreadOf([Float64Array.of(shuffledR2)])[0]!,
    })),
  ];
  return createTable([
    words("quantity", rows.map(({ quantity }) => quantity)),
    words("electrode", rows.map(({ electrode }) => electrode)),
    words("attribute", rows.map(({ attribute }) => attribute)),
    figures("mean", rows.map(({ mean }) => mean)),
    figures("sd", rows.map(({ sd }) => sd)),
    figures("runs", rows.map(({ n }) => n)),
    figures("positive", rows.map(({ positive }) => positive)),
  ]);
}

function words(id: string, values: readonly string[]) {
  return { id, unit: "", values };
}

function figures(id: string, values: readonly number[]) {
  return { id, unit: "", values: Float64Array.from(values) };
}

if (import.meta.main) await runCommand(contributions);
