/** `train-star`: trains the star-convex network on synthetic electrodes. */
import { join } from "node:path";
import {
  createTable,
  type Progress,
  projectPath,
  userPath,
  WorkerPool,
  writeWhole,
} from "../core/mod.ts";
import { writeTable } from "../io/mod.ts";
import {
  matching,
  readStarCheckpoint,
  sectionsOf,
  starArchitecture,
  type StarCheckpoint,
  type StarModel,
  starSegmentation,
  starTrainingSettings,
  startTraining,
  trainingSet,
  trainStars,
  writeStarCheckpoint,
  writeStarModel,
} from "../segmentation/mod.ts";
import { mean, standardDeviation } from "../statistics/mod.ts";
import { trainingSlices } from "../synthetic/mod.ts";
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

/** Electrodes that the network learns from, and others that it is tested on. */
const learned = {
  electrodes: 12,
  slicesPerAxis: 12,
  extent_um: [48, 60, 60],
} as const;
const unseen = { ...learned, electrodes: 6, slicesPerAxis: 2 } as const;

/** Seed of the electrodes for the test, far from those of trainings. */
const unseenSeed = 900_000;

/** Sections below this diameter do not count in the test, in micrometres. */
const smallest_um = 3;

/** Steps between two checkpoints. */
const checkpointEvery = 100;

/** `train-star`. */
export const trainStar: Command = {
  name: "train-star",
  summary:
    "Trains the star-convex network on synthetic electrodes, tests it on others and writes weights, loss curve and record.",
  operands: {},
  options: {
    out: {
      value: "dir",
      help:
        "where weights, losses, record and checkpoint go (default data/out/star)",
    },
    resume: { value: "dir", help: "go on with the training of this folder" },
    steps: {
      value: "n",
      help: "steps of the optimiser",
      default: String(starTrainingSettings.steps),
    },
    seed: seedOption,
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { values, progress } = call;
  if (values.out !== undefined && values.resume !== undefined) {
    throw new UsageError(
      "Options --out and --resume must not both be given: a training goes on in its own folder",
    );
  }
  const folder = values.resume ?? values.out;
  const dir = folder === undefined
    ? projectPath("data", "out", "star")
    : userPath(folder);
  const checkpointFile = join(dir, "checkpoint.safetensors");
  const checkpoint = values.resume === undefined
    ? begin(call)
    : await readStarCheckpoint(checkpointFile);
  const { settings, architecture, state } = checkpoint;
  await writeStarCheckpoint(checkpointFile, checkpoint);
  if (state.losses.length < settings.steps) {
    const slices = await trainingSlices(settings.seed, {
      ...learned,
      progress,
    });
    const set = await trainingSet(slices, architecture.spacing_um);
    using pool = new WorkerPool();
    await trainStars(state, set, architecture, settings, pool, {
      progress,
      afterStep: ({ losses }) =>
        losses.length % checkpointEvery === 0
          ? writeStarCheckpoint(checkpointFile, checkpoint)
          : undefined,
    });
    await writeStarCheckpoint(checkpointFile, checkpoint);
  }
  const model = { architecture, weights: Float32Array.from(state.weights) };
  const weightsFile = join(dir, "star-32.safetensors");
  const lossFile = join(dir, "star-32.losses.csv");
  const recordFile = join(dir, "star-32.json");
  const test = await testOnUnseen(model, progress);
  await writeStarModel(weightsFile, model);
  await writeTable(lossFile, lossTable(checkpoint));
  const record = { architecture, settings, learned, unseen, test };
  await writeWhole(recordFile, `${JSON.stringify(record, null, 2)}\n`);
  await recordResults([weightsFile], {
    command: "train-star",
    parameters: { architecture, settings, learned },
    seed: settings.seed,
    origin: "synthetic",
    inputs: [],
  });
  console.error(
    `F1 on unseen slices ${test.f1.mean.toFixed(3)} at overlap 0.5, ${
      test.f1At70.mean.toFixed(3)
    } at 0.7; weights in ${weightsFile}`,
  );
}

function begin(call: Call): StarCheckpoint {
  const settings = {
    ...starTrainingSettings,
    steps: numberOption(call, "steps", positiveWholeNumber),
    seed: numberOption(call, "seed", wholeNumber),
  };
  return {
    architecture: starArchitecture,
    settings,
    state: startTraining(starArchitecture, settings.seed),
  };
}

/** Mean and standard deviation of the scores over slices of electrodes that were not learned. */
async function testOnUnseen(model: StarModel, progress: Progress) {
  const slices = await trainingSlices(unseenSeed, { ...unseen, progress });
  const f1: number[] = [], f1At70: number[] = [], pq: number[] = [];
  for (const [i, { image, labels }] of slices.entries()) {
    progress("testing on unseen slices", i / slices.length);
    const found = await starSegmentation(image, model, {
      polygons: { smallest_um },
    });
    const truth = sectionsOf(labels, smallest_um);
    const scores = matching(truth, found, 0.5);
    f1.push(scores.f1);
    pq.push(scores.pq);
    f1At70.push(matching(truth, found, 0.7).f1);
  }
  progress("testing on unseen slices", 1);
  const summary = (values: number[]) => ({
    mean: mean(values),
    sd: standardDeviation(values),
    least: Math.min(...values),
  });
  return {
    slices: slices.length,
    smallest_um,
    f1: summary(f1),
    f1At70: summary(f1At70),
    pq: summary(pq),
  };
}

function lossTable({ state: { losses } }: StarCheckpoint) {
  const column = (id: string, unit: string, values: number[]) => ({
    id,
    unit,
    values: Float64Array.from(values, (value) => Number(value.toPrecision(5))),
  });
  return createTable([
    column("step", "", losses.map((_, i) => i + 1)),
    column("probability", "", losses.map((loss) => loss.probability)),
    column("distance", "px", losses.map((loss) => loss.distance)),
  ]);
}

if (import.meta.main) await runCommand(trainStar);
