/** `latent`: latent dimensions of the attributes of two electrodes, and how they are connected. */
import { ATTRIBUTES, readAttributeTable } from "../attributes/mod.ts";
import {
  assertWritable,
  DataError,
  hasColumn,
  joinOrigins,
  readOrigin,
  type Table,
  userPath,
  WorkerPool,
} from "../core/mod.ts";
import {
  analyseLatent,
  connectionRule,
  latentReport,
  stableSettings,
  standardiseAttributes,
  writeLatentReport,
} from "../latent/mod.ts";
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

/** Attributes that are compressed: without the position in the plane and the damage. */
const predictors = ATTRIBUTES.map(({ id }) => id)
  .filter((id) => !["X", "Y", "Damage"].includes(id));

/** `latent <a.csv> <b.csv> --out latent.json`. */
export const latent: Command = {
  name: "latent",
  summary:
    "Compresses the attributes of two electrodes to latent dimensions and finds new, lost and common connections, as in Science Fig. S9.",
  operands: {
    "a.csv": "attribute table, in our names or the published ones",
    "b.csv": "attribute table of the other electrode, with another file name",
  },
  options: {
    out: {
      value: "latent.json",
      help: "loadings, connections, differences, stability",
      required: true,
    },
    dimensions: {
      value: "n",
      help: "number of latent dimensions",
      default: String(stableSettings.dimensions),
    },
    seeds: {
      value: "n",
      help: "number of trainings that must agree, 2 or more",
      default: "10",
    },
    seed: seedOption,
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { operands, values, progress } = call;
  const paths = operands.map(userPath), out = userPath(values.out!);
  const names = electrodeNames(operands);
  const dimensions = numberOption(call, "dimensions", positiveWholeNumber);
  const count = numberOption(call, "seeds", {
    words: "a whole number, 2 or more",
    holds: (value) => Number.isSafeInteger(value) && value >= 2,
  });
  const seed = numberOption(call, "seed", wholeNumber);
  await assertWritable(out);
  const tables = await Promise.all(paths.map(readAttributeTable));
  const ids = sharedPredictors(tables, operands);
  const data = standardiseAttributes(
    tables.map((table, i) => ({ name: names[i]!, table })),
    ids,
  );
  const settings = { ...stableSettings, dimensions };
  using pool = new WorkerPool();
  const analysis = await analyseLatent(
    data,
    settings,
    Array.from({ length: count }, (_, i) => seed + i),
    pool,
    { progress },
  );
  const report = latentReport(data, analysis, seed);
  await writeLatentReport(out, report);
  await recordResults([out], {
    command: "latent",
    parameters: {
      attributes: ids,
      seeds: count,
      rule: connectionRule,
      settings,
    },
    seed,
    origin: joinOrigins(await Promise.all(paths.map(readOrigin))),
    inputs: paths,
  });
  for (const { id, connections } of report.electrodes) {
    console.error(
      `${id}: ${
        connections.filter(({ connected }) => connected).length
      } connections of ${connections.length} pairs`,
    );
  }
  const { seedMatch } = report.stability;
  console.error(`match between seeds ${seedMatch.toFixed(2)} (1: all alike)`);
}

/** The predictors that the tables have; both must have the same. */
function sharedPredictors(
  tables: readonly Table[],
  files: readonly string[],
): string[] {
  const ids = predictors.filter((id) =>
    tables.some((table) => hasColumn(table, id))
  );
  for (const [i, table] of tables.entries()) {
    const missing = ids.filter((id) => !hasColumn(table, id));
    if (missing.length > 0 || ids.length === 0) {
      throw new DataError(
        `Cannot compress the attributes as both tables must have the same of ${
          predictors.join(", ")
        }: current columns lack ${missing.join(", ") || "all of them"}`,
        { file: files[i]! },
      );
    }
  }
  if (ids.length < predictors.length) {
    console.error(
      `${ids.length} of ${predictors.length} attributes are there; without ${
        predictors.filter((id) => !ids.includes(id)).join(", ")
      }`,
    );
  }
  return ids;
}

if (import.meta.main) await runCommand(latent);
