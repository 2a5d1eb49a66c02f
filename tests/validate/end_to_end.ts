/**
 * Contribution scores end to end: synthetic electrodes through segmentation and
 * measurement, held against their true tables. In between stand the scores from
 * measurements on the true labels, which show what each step costs.
 *
 *     deno run -A tests/validate/end_to_end.ts [small|paper] [star|watershed]
 *
 * writes the tables of `data/tables` that the notebook of Fig. 4 shows.
 */
import {
  ATTRIBUTES,
  findCracks,
  measureAttributes,
} from "@cathode/attributes/mod.ts";
import {
  createProvenance,
  createTable,
  filterRows,
  hasColumn,
  type Labels,
  numbers,
  projectPath,
  type Table,
  type Volume,
  WorkerPool,
  writeProvenance,
} from "@cathode/core/mod.ts";
import {
  contributionRuns,
  featuresOf,
  figureOrder,
  groupShares,
  leakAudit,
  type LeakAuditEntry,
  scoreSpread,
  withoutAttributes,
} from "@cathode/forest/mod.ts";
import { writeTable } from "@cathode/io/mod.ts";
import {
  matching,
  readStarModel,
  shippedStarModel,
  starSegmentation,
  watershedSegmentation,
} from "@cathode/segmentation/mod.ts";
import { spearman } from "@cathode/statistics/mod.ts";
import { synthesizeElectrode } from "@cathode/synthetic/mod.ts";

/** What came of one electrode. */
interface Outcome {
  readonly electrode: string;
  /** Attributes that the true table has too: cracks and orientations are not in it. */
  readonly attributes: readonly string[];
  /** Their mean scores from the true table. */
  readonly truth: readonly number[];
  /** The same from measurements on the true labels. */
  readonly labelled: readonly number[];
  /** The same from measurements on our own labels. */
  readonly measured: readonly number[];
  readonly audit: readonly LeakAuditEntry[];
}

const seed = 1;

/** How the particles are found. */
type Method = "star" | "watershed";

/**
 * Runs both electrodes and checks the scores from images against those from
 * the true tables.
 *
 * @param report Takes the figures, line by line.
 * @returns Whether all figures are within their bounds.
 */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  const outcomes = await endToEnd("paper", "star", report);
  return outcomes.every(({ attributes, truth, measured }) =>
    spearman(truth, measured).r >= 0.8 &&
    groupOrder(attributes, truth) === groupOrder(attributes, measured)
  );
}

async function endToEnd(
  size: "small" | "paper",
  method: Method,
  report: (line: string) => void,
): Promise<Outcome[]> {
  using pool = new WorkerPool();
  const outcomes: Outcome[] = [];
  for (const cycles of [10, 50] as const) {
    const outcome = await runElectrode(cycles, size, method, pool, report);
    outcomes.push(outcome);
    const { attributes, truth, labelled, measured } = outcome;
    report(`${outcome.electrode}: truth: ${groupOrder(attributes, truth)}`);
    for (
      const [what, scores] of [
        ["true labels, measured", labelled],
        ["found and measured", measured],
      ] as const
    ) {
      report(
        `${outcome.electrode}: ${what}: ${
          groupOrder(attributes, scores)
        }; Spearman of scores ${spearman(truth, scores).r.toFixed(3)}`,
      );
    }
    for (const { name, r2, shuffledR2 } of outcome.audit) {
      report(
        `${outcome.electrode}: ${name}, out-of-bag R2 ${r2.toFixed(3)} (${
          shuffledR2.toFixed(3)
        } with the damage shuffled)`,
      );
    }
  }
  return outcomes;
}

async function runElectrode(
  cycles: 10 | 50,
  size: "small" | "paper",
  method: Method,
  pool: WorkerPool,
  report: (line: string) => void,
): Promise<Outcome> {
  const electrode = `${cycles} cycles`;
  const { volume, labels: truth, particles } = await synthesizeElectrode({
    cycles,
    size,
    seed,
  });
  const labels = method === "star"
    ? await starSegmentation(volume, await readStarModel(shippedStarModel))
    : await watershedSegmentation(volume);
  const cracks = (await findCracks(volume, labels)).mask;
  const [clean, published] = [
    await measureAttributes(volume, labels, cracks, { definitions: "clean" }),
    await measureAttributes(volume, labels, cracks, {
      definitions: "published",
    }),
  ].map(wholeParticles) as [Table, Table];
  const known = wholeParticles(particles);
  const labelled = wholeParticles(await measureOn(volume, truth));
  report(
    `${electrode}: F1 ${
      matching(truth, labels, 0.5).f1.toFixed(3)
    }, ${known.rows} true and ${clean.rows} measured particles inside the frame`,
  );
  const attributes = figureOrder.filter((id) => hasColumn(known, id));
  const scores = async (table: Table) => {
    const runs = await contributionRuns(
      [samplesOf(table, electrode, attributes)],
      { runs: 10, subset: Math.min(500, table.rows >> 1), seed },
      pool,
    );
    return scoreSpread(runs, electrode).map(({ mean }) => mean);
  };
  const cleanSamples = samplesOf(clean, "clean definitions");
  const audit = await leakAudit(
    [
      samplesOf(published, "as published"),
      cleanSamples,
      {
        ...cleanSamples,
        name: "clean, leaks dropped",
        features: withoutAttributes(cleanSamples.features, [
          "SurfInner",
          "RoughInner",
        ]),
      },
    ],
    { seed },
    pool,
  );
  return {
    electrode,
    attributes,
    truth: await scores(known),
    labelled: await scores(labelled),
    measured: await scores(clean),
    audit,
  };
}

async function measureOn(volume: Volume, labels: Labels): Promise<Table> {
  const cracks = (await findCracks(volume, labels)).mask;
  return await measureAttributes(volume, labels, cracks);
}

/** Particles that the frame does not cut, without fragments. */
function wholeParticles(table: Table): Table {
  const border = numbers(table, "border"), volume = numbers(table, "Volume");
  return filterRows(table, (row) => border[row] === 0 && volume[row]! > 100);
}

function samplesOf(
  table: Table,
  name: string,
  attributes: readonly string[] = figureOrder,
) {
  return {
    name,
    features: featuresOf(table, attributes),
    target: numbers(table, "Damage"),
  };
}

function groupOrder(
  attributes: readonly string[],
  scores: readonly number[],
): string {
  const groups = attributes.map((id) =>
    ATTRIBUTES.find((attribute) => attribute.id === id)!.group
  );
  return [...groupShares(scores, groups)].sort((a, b) => b[1] - a[1])
    .map(([group]) => group).join(" > ");
}

async function writeOutcomes(
  outcomes: readonly Outcome[],
  size: "small" | "paper",
  method: Method,
): Promise<void> {
  const scores = outcomes.flatMap((
    { electrode, attributes, truth, labelled, measured },
  ) =>
    attributes.map((attribute, f) => ({
      electrode,
      attribute,
      truth: truth[f]!,
      labelled: labelled[f]!,
      measured: measured[f]!,
    }))
  );
  const audits = outcomes.flatMap(({ electrode, audit }) =>
    audit.map((entry) => ({ electrode, ...entry }))
  );
  const words = (id: string, values: readonly string[]) => ({
    id,
    unit: "",
    values,
  });
  const figures = (id: string, values: readonly number[]) => ({
    id,
    unit: "",
    values: Float64Array.from(values, (v) => Number(v.toPrecision(6))),
  });
  const tables = {
    "science-fig4-end-to-end": createTable([
      words("electrode", scores.map(({ electrode }) => electrode)),
      words("attribute", scores.map(({ attribute }) => attribute)),
      figures("truth", scores.map(({ truth }) => truth)),
      figures("labelled", scores.map(({ labelled }) => labelled)),
      figures("measured", scores.map(({ measured }) => measured)),
    ]),
    "science-fig4-leak-audit": createTable([
      words("electrode", audits.map(({ electrode }) => electrode)),
      words("attributes", audits.map(({ name }) => name)),
      figures("R2", audits.map(({ r2 }) => r2)),
      figures("shuffledR2", audits.map(({ shuffledR2 }) => shuffledR2)),
    ]),
  };
  const record = await createProvenance({
    command: `deno run -A tests/validate/end_to_end.ts ${size} ${method}`,
    parameters: {
      size,
      method,
      runs: 10,
      subset: "500, or half of the particles",
    },
    seed,
    origin: "synthetic",
  });
  for (const [name, table] of Object.entries(tables)) {
    const path = projectPath("data", "tables", `${name}.csv`);
    await writeTable(path, table);
    await writeProvenance(path, record);
  }
}

if (import.meta.main) {
  const size = Deno.args[0] === "small" ? "small" : "paper";
  const method = Deno.args[1] === "watershed" ? "watershed" : "star";
  await writeOutcomes(
    await endToEnd(size, method, (line) => console.log(line)),
    size,
    method,
  );
}
