/** Contribution scores of attributes to damage, and how far they hold (Science Fig. 4). */
import {
  type Progress,
  Random,
  type WorkerPool,
  type WorkerTask,
} from "../core/mod.ts";
import { mean, standardDeviation } from "../statistics/mod.ts";
import { type ForestSettings, r2Score, trainForest } from "./random_forest.ts";
import { type Samples, selectSamples } from "./samples.ts";
import { predict } from "./tree.ts";
import { type ShapValues, shapValues } from "./tree_shap.ts";

/**
 * Forest of the published analysis (public notebook, doi:10.5281/zenodo.5888945).
 *
 * `minImpurityDecrease` is in units of damage; with the squared error it would
 * be in units of damage squared and stop nearly every split.
 */
export const publishedSettings: Omit<ForestSettings, "seed"> = {
  criterion: "absolute_error",
  nEstimators: 40,
  maxLeafNodes: 30,
  maxFeatures: "sqrt",
  minImpurityDecrease: 1.02e-5,
  bootstrap: true,
};

/** The 21 predictors of the published analysis from left to right in Fig. 4. */
export const figureOrder: readonly string[] = [
  "Z",
  "Roll",
  "Pitch",
  "Yaw",
  "Homogeneity",
  "EDensity",
  "VSratio",
  "Sphericity",
  "Elongation",
  "RoughOuter",
  "RoughInner",
  "SurfOuter",
  "SurfInner",
  "Volume",
  "PDensity",
  "ElongStd",
  "Contact",
  "OrientIso",
  "DisNearest",
  "VolumeStd",
  "SphericityStd",
];

/** Share of the particles that the published analysis keeps out of training. */
const testShare = 0.05;

/** A named set of particles, for example one electrode. */
export interface Electrode extends Samples {
  readonly name: string;
}

/** What a run varies: the seed of the forest, or the particles as well. */
export type RunKind = "seed" | "subset";

/** Scores of one forest. */
export interface ContributionRun {
  readonly electrode: string;
  readonly kind: RunKind;
  /** From 0, within the kind. */
  readonly run: number;
  /** Mean absolute Shapley value over the training particles, one per attribute, in units of the target. */
  readonly scores: Float64Array;
  /** Coefficient of determination for the training particles that a tree has not seen. */
  readonly outOfBagR2: number;
  /** Coefficient of determination for the particles kept out. */
  readonly testR2: number;
}

/** Options of {@linkcode contributionRuns}. */
export interface RunOptions {
  /** Runs of each kind. */
  readonly runs: number;
  /** Number of particles that a subset run draws. */
  readonly subset: number;
  readonly seed: number;
  /** Forest; the published one by default. */
  readonly settings?: Omit<ForestSettings, "seed">;
}

/**
 * Contribution scores: mean absolute Shapley value of each attribute.
 *
 * @param shap Shapley values.
 * @param weight Weight of each sample in the mean; all alike by default.
 * @returns One score per attribute, in units of the target.
 */
export function contributionScores(
  { ids, rows, values }: ShapValues,
  weight?: Float64Array,
): Float64Array {
  return Float64Array.from(ids, (_, f) => {
    let sum = 0, total = 0;
    for (let i = 0; i < rows; i++) {
      const w = weight?.[i] ?? 1;
      sum += w * Math.abs(values[f * rows + i]!);
      total += w;
    }
    return sum / total;
  });
}

/**
 * The robustness runs of the published analysis: for each electrode so many
 * forests with other seeds on all particles, and so many on random subsets.
 * Each keeps out 5 % of the particles and scores the others.
 *
 * @param electrodes Particles with the same attributes.
 * @param options How many runs, how large the subsets, seed.
 * @param pool Workers; the result does not depend on their number.
 * @param progress Takes the news.
 * @returns Electrode by electrode, seed runs first.
 * @throws {RangeError} If attributes differ, names are the same, or there are
 * fewer particles than a subset takes.
 */
export async function contributionRuns(
  electrodes: readonly Electrode[],
  options: RunOptions,
  pool: WorkerPool,
  progress?: Progress,
): Promise<ContributionRun[]> {
  assertComparable(electrodes);
  for (const { name, features } of electrodes) {
    if (options.subset > features.rows) {
      throw new RangeError(
        `Cannot draw a subset of ${options.subset} particles as electrode ${name} must have as many: current value is ${features.rows}`,
      );
    }
  }
  const tasks = electrodes.flatMap((electrode) =>
    (["seed", "subset"] as const).flatMap((kind) =>
      Array.from(
        { length: options.runs },
        (_, run): RunTask => ({ electrode, kind, run, options }),
      )
    )
  );
  const task: WorkerTask = {
    module: new URL(import.meta.url),
    name: contributionRun.name,
  };
  return await pool.map<RunTask, ContributionRun>(task, tasks, {
    step: "scoring attributes",
    ...(progress && { progress }),
  });
}

interface RunTask {
  readonly electrode: Electrode;
  readonly kind: RunKind;
  readonly run: number;
  readonly options: RunOptions;
}

/** One run; exported for the workers. */
export function contributionRun(
  { electrode, kind, run, options }: RunTask,
): ContributionRun {
  const { settings = publishedSettings, seed } = options;
  const random = new Random(seed, "contribution run", kind, run);
  const { rows } = electrode.features;
  const drawn = random.permutation(rows)
    .subarray(0, kind === "subset" ? options.subset : rows);
  const kept = Math.ceil(drawn.length * testShare);
  const training = selectSamples(electrode, drawn.subarray(kept));
  const test = selectSamples(electrode, drawn.subarray(0, kept));
  const { forest, outOfBag } = trainForest(training, {
    ...settings,
    seed: random.index(2 ** 31),
  });
  return {
    electrode: electrode.name,
    kind,
    run,
    scores: contributionScores(shapValues(forest, training.features)),
    outOfBagR2: outOfBag?.r2 ?? NaN,
    testR2: r2Score(test.target, predict(forest, test.features)),
  };
}

/** Mean and standard deviation of a quantity over runs. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
  /** How many runs had a positive value. */
  readonly positive: number;
}

/**
 * Scores of one electrode over its runs, one entry per attribute.
 *
 * @param runs Runs of {@linkcode contributionRuns}.
 * @param electrode Name.
 */
export function scoreSpread(
  runs: readonly ContributionRun[],
  electrode: string,
): Spread[] {
  return spreadOf(
    runs.filter((run) => run.electrode === electrode).map((run) => run.scores),
  );
}

/**
 * Differences of the scores of two electrodes, `b - a`, run by run: the seeds
 * of one with those of the other, the subsets likewise.
 *
 * @param runs Runs of {@linkcode contributionRuns}.
 * @param a Name of the electrode that is taken away.
 * @param b Name of the other.
 * @returns One entry per attribute.
 */
export function scoreDifferences(
  runs: readonly ContributionRun[],
  a: string,
  b: string,
): Spread[] {
  const of = (name: string) => runs.filter((run) => run.electrode === name);
  const differences = of(a).flatMap((first) => {
    const second = of(b).find((run) =>
      run.kind === first.kind && run.run === first.run
    );
    return second === undefined
      ? []
      : [second.scores.map((score, f) => score - first.scores[f]!)];
  });
  return spreadOf(differences);
}

/**
 * Mean and standard deviation of several quantities over runs.
 *
 * @param values One array per run, with a value of each quantity.
 * @returns One entry per quantity.
 */
export function spreadOf(values: readonly Float64Array[]): Spread[] {
  return Array.from(values[0] ?? [], (_, f) => {
    const column = values.map((row) => row[f]!);
    return {
      mean: mean(column),
      sd: column.length > 1 ? standardDeviation(column) : 0,
      positive: column.filter((value) => value > 0).length,
    };
  });
}

/**
 * Share of each group of attributes in the sum of all scores. Unlike raw
 * differences, shares do not move when all scores grow with the damage.
 *
 * @param scores One per attribute.
 * @param groups Group of each attribute.
 */
export function groupShares(
  scores: ArrayLike<number>,
  groups: readonly string[],
): Map<string, number> {
  const total = groups.reduce((sum, _, f) => sum + scores[f]!, 0);
  const shares = new Map<string, number>();
  for (const [f, group] of groups.entries()) {
    shares.set(group, (shares.get(group) ?? 0) + scores[f]! / total);
  }
  return shares;
}

/** Throws unless electrodes have names of their own and the same attributes. */
export function assertComparable(electrodes: readonly Electrode[]): void {
  const [first, ...others] = electrodes;
  for (const { name, features } of others) {
    if (electrodes.filter((other) => other.name === name).length > 1) {
      throw new RangeError(
        `Cannot compare electrodes as each must have a name of its own: current value is ${name} twice`,
      );
    }
    if (features.ids.join() !== first!.features.ids.join()) {
      throw new RangeError(
        `Cannot compare electrodes as all must have the attributes ${
          first!.features.ids.join(", ")
        }: current value is ${features.ids.join(", ")} for ${name}`,
      );
    }
  }
}
