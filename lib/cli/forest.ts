/** `forest train` and `forest explain`: random forests and their Shapley values. */
import {
  assertWritable,
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
  type Criterion,
  type Features,
  featuresOf,
  type Forest,
  type ForestSettings,
  interactionValues,
  predict,
  readForest,
  selectRows,
  shapValues,
  trainForestInWorkers,
  writeForest,
} from "../forest/mod.ts";
import { readTable, writeTable } from "../io/mod.ts";
import {
  type Call,
  type Command,
  numberOption,
  positiveWholeNumber,
  recordResults,
  runCommand,
  seedOption,
  UsageError,
  wholeNumber,
} from "./command.ts";

/** `forest train <table.csv> --target <column> --out forest.json`. */
export const forestTrain: Command = {
  name: "forest train",
  summary:
    "Grows a random forest that predicts one column of a table from all others; the out-of-bag R2 goes to stdout. Names and meanings are scikit-learn's.",
  operands: { "table.csv": "numbers, one row per sample" },
  options: {
    target: { value: "column", help: "what to predict", required: true },
    out: { value: "forest.json", help: "the forest", required: true },
    criterion: {
      value: "name",
      help: "squared_error or absolute_error",
      default: "squared_error",
      choices: ["squared_error", "absolute_error"],
    },
    trees: { value: "n", help: "number of trees", default: "100" },
    "max-leaf-nodes": {
      value: "n",
      help:
        "most leaves of a tree, the best splits first; no limit if left out",
    },
    "max-features": {
      value: "n",
      help: "columns that a split may choose from: sqrt, all or a number",
      default: "all",
    },
    weight: { value: "column", help: "weight of each sample" },
    "no-bootstrap": {
      help: "grow each tree on all samples (no out-of-bag R2)",
    },
    seed: seedOption,
  },
  run: train,
};

/** `forest explain <forest.json> [rows.csv] --out shap.csv`. */
export const forestExplain: Command = {
  name: "forest explain",
  summary:
    "Writes the exact Shapley values of a forest, ours or exported from scikit-learn: one row per sample, one column per feature (per pair a*b for interactions), base and prediction.",
  operands: {
    "forest.json": "the forest",
    "rows.csv?": "samples; those in the file of the forest (X) if left out",
  },
  options: {
    out: { value: "shap.csv", help: "the Shapley values", required: true },
    kind: {
      value: "name",
      help:
        "path (path-dependent), interventional (against --background) or interactions",
      default: "path",
      choices: ["path", "interventional", "interactions"],
    },
    background: {
      value: "b.csv",
      help: "samples that stand for unknown features",
    },
  },
  run: explain,
};

async function train(call: Call): Promise<void> {
  const { operands, values, flags, progress } = call;
  const file = operands[0]!, path = userPath(file), out = userPath(values.out!);
  const settings: ForestSettings = {
    criterion: values.criterion as Criterion,
    nEstimators: numberOption(call, "trees", positiveWholeNumber),
    maxFeatures: maxFeaturesOf(call),
    bootstrap: !flags.has("no-bootstrap"),
    seed: numberOption(call, "seed", wholeNumber),
    ...("max-leaf-nodes" in values && {
      maxLeafNodes: numberOption(call, "max-leaf-nodes", twoOrMore),
    }),
  };
  await assertWritable(out);
  const table = await readTable(path);
  const { target, weight } = values;
  for (const id of [target!, ...(weight === undefined ? [] : [weight])]) {
    assertColumn(table, id, file);
  }
  if (target === weight) {
    throw new UsageError(
      `Option --weight must be another column than --target: current value is ${weight}`,
    );
  }
  const ids = table.columns.map(({ id }) => id)
    .filter((id) => id !== target && id !== weight);
  using pool = new WorkerPool();
  const { forest, outOfBag } = await trainForestInWorkers(
    {
      features: columnsOf(table, ids, file),
      target: numbers(table, target!),
      ...(weight !== undefined && { weight: numbers(table, weight) }),
    },
    settings,
    pool,
    progress,
  );
  await writeForest(out, forest);
  await recordResults([out], {
    command: "forest train",
    parameters: { target, weight: weight ?? null, ...settings },
    seed: settings.seed,
    origin: await readOrigin(path),
    inputs: [path],
  });
  if (outOfBag !== undefined) console.log(outOfBag.r2);
}

const twoOrMore = {
  words: "a whole number, 2 or more",
  holds: (value: number) => Number.isSafeInteger(value) && value >= 2,
};

function maxFeaturesOf(call: Call): NonNullable<ForestSettings["maxFeatures"]> {
  const text = call.values["max-features"]!;
  if (text === "sqrt" || text === "all") return text;
  return numberOption(call, "max-features", {
    ...positiveWholeNumber,
    words: "sqrt, all or a whole number, 1 or more",
  });
}

async function explain({ operands, values, progress }: Call): Promise<void> {
  const [file, rowsFile] = operands as [string, string?];
  const { kind, background: backgroundFile } = values;
  if ((kind === "interventional") && backgroundFile === undefined) {
    throw new UsageError(
      "Interventional values need samples that stand for unknown features: option --background is missing",
    );
  }
  if (kind === "path" && backgroundFile !== undefined) {
    throw new UsageError(
      `Option --background goes with --kind interventional or interactions: current kind is ${kind}`,
    );
  }
  const out = userPath(values.out!);
  await assertWritable(out);
  const { forest, samples } = await readForest(userPath(file));
  const rows = rowsFile === undefined
    ? samples
    : await readSamples(rowsFile, forest);
  if (rows === undefined) {
    throw new UsageError(
      `The forest ${file} comes without samples (X), so a table of them must be given: forest explain ${file} rows.csv`,
    );
  }
  const background = backgroundFile === undefined
    ? undefined
    : await readSamples(backgroundFile, forest);
  const { features } = forest;
  const table = kind === "interactions"
    ? explainInParts(
      forest,
      rows,
      features.flatMap((a) => features.map((b) => `${a}*${b}`)),
      (part) => interactionValues(forest, part, background),
      progress,
    )
    : explainInParts(
      forest,
      rows,
      features,
      (part) => shapValues(forest, part, background),
      progress,
    );
  await writeTable(out, table);
  const inputs = [file, rowsFile, backgroundFile]
    .filter((name) => name !== undefined).map(userPath);
  await recordResults([out], {
    command: "forest explain",
    parameters: { kind },
    seed: null,
    origin: joinOrigins(await Promise.all(inputs.map(readOrigin))),
    inputs,
  });
}

/** Samples that are explained between two pieces of news: the tables of a forest are made for each part anew. */
const partRows = 16_384;

function explainInParts(
  forest: Forest,
  rows: Features,
  columns: readonly string[],
  explainPart: (part: Features) => {
    readonly base: number;
    readonly values: Float64Array;
  },
  progress: Call["progress"],
): Table {
  const values = columns.map(() => new Float64Array(rows.rows));
  const base = new Float64Array(rows.rows);
  for (let from = 0; from < rows.rows; from += partRows) {
    progress("explaining samples", from / rows.rows);
    const count = Math.min(partRows, rows.rows - from);
    const part = explainPart(
      selectRows(rows, Uint32Array.from({ length: count }, (_, i) => from + i)),
    );
    for (const [c, column] of values.entries()) {
      column.set(part.values.subarray(c * count, (c + 1) * count), from);
    }
    base.fill(part.base, from, from + count);
  }
  progress("explaining samples", 1);
  return createTable([
    ...columns.map((id, c) => ({ id, unit: "", values: values[c]! })),
    { id: "base", unit: "", values: base },
    { id: "prediction", unit: "", values: predict(forest, rows) },
  ]);
}

/** Samples with the features of a forest; other columns, such as the target, are left out. */
async function readSamples(file: string, forest: Forest): Promise<Features> {
  const table = await readTable(userPath(file));
  for (const id of forest.features) assertColumn(table, id, file);
  const unused = table.columns.map(({ id }) => id)
    .filter((id) => !forest.features.includes(id));
  if (unused.length > 0) {
    console.error(`${file}: the forest does not use ${unused.join(", ")}`);
  }
  return columnsOf(table, forest.features, file);
}

function assertColumn(table: Table, id: string, file: string): void {
  if (hasColumn(table, id)) return;
  throw new DataError(
    `Cannot use the table as it must have a column ${id}: current columns are ${
      table.columns.map((column) => column.id).join(", ")
    }`,
    { file },
  );
}

function columnsOf(
  table: Table,
  ids: readonly string[],
  file: string,
): Features {
  const wrong = table.columns.find(({ id, values }) =>
    ids.includes(id) && !(values instanceof Float64Array)
  );
  if (wrong !== undefined || table.rows === 0) {
    throw new DataError(
      `Cannot use the table as every feature must hold numbers: current value is ${
        wrong === undefined
          ? "no row"
          : `${wrong.values[0] ?? "none"} in column ${wrong.id}`
      }`,
      { file },
    );
  }
  return featuresOf(table, ids);
}

const commands = [forestTrain, forestExplain];

/** Says which commands there are. */
const overview: Command = {
  name: "forest",
  summary: `Random forests and their Shapley values.\n\n${
    commands.map(({ name, summary }) => `${name}: ${summary}`).join("\n")
  }`,
  operands: { "train or explain": "which command; each has a --help" },
  options: {},
  run: ({ operands }) => {
    throw new UsageError(
      `There is no command forest ${
        operands[0]
      }: it must be forest train or forest explain`,
    );
  },
};

if (import.meta.main) {
  const [name, ...args] = Deno.args;
  const command = commands.find((known) => known.name === `forest ${name}`);
  if (command === undefined) await runCommand(overview);
  else await runCommand(command, args);
}
