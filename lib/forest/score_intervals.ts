/** Uncertainty of contribution scores: bootstrap of the particles, and the floor of noise. */
import {
  type Progress,
  Random,
  type WorkerPool,
  type WorkerTask,
} from "../core/mod.ts";
import {
  adjustPValues,
  bootstrapPValue,
  bootstrapRows,
  percentileInterval,
  quantile,
} from "../statistics/mod.ts";
import {
  assertComparable,
  contributionScores,
  type Electrode,
  publishedSettings,
} from "./contribution_scores.ts";
import { createFeatures, featureColumn } from "./features.ts";
import { type ForestSettings, trainForest } from "./random_forest.ts";
import type { Samples } from "./samples.ts";
import { shapValues } from "./tree_shap.ts";

/** Difference of an attribute's score between two electrodes. */
export interface DifferenceInterval {
  readonly attribute: string;
  /** Difference `b - a` with all particles, in units of the target. */
  readonly difference: number;
  /** 95 % interval over bootstrap samples of the particles. */
  readonly interval: readonly [lower: number, upper: number];
  /** Two-sided bootstrap p-value of no difference. */
  readonly p: number;
  /** The p-value corrected for the number of attributes (false discovery rate). */
  readonly q: number;
}

/** Options of {@linkcode differenceIntervals}. */
export interface IntervalOptions {
  /** Number of bootstrap samples; 200 and more. */
  readonly resamples: number;
  readonly seed: number;
  /** Block of each particle of each electrode, by name, to be drawn as one; by default each particle is its own. */
  readonly blocks?: Readonly<Record<string, ArrayLike<number>>>;
  /** Forest; the published one by default. */
  readonly settings?: Omit<ForestSettings, "seed">;
}

/**
 * Bootstrap intervals of the differences of contribution scores: the particles
 * of both electrodes are drawn anew, each sample with another seed of the
 * forest. Other seeds or subsets alone understate or overstate the spread
 * between particles.
 *
 * The particles drawn enter the forest as weights, so that no particle is
 * out of bag and in it at the same time. Scores of attributes without effect
 * come out too high, as every repeat makes noise easier to fit: hold them
 * against {@linkcode shadowFloor}. The interval is that of particles in these
 * specimens; another specimen may differ more.
 *
 * @param a Electrode that is taken away.
 * @param b The other.
 * @param options Number of samples, seed, blocks.
 * @param pool Workers; the result does not depend on their number.
 * @param progress Takes the news.
 * @throws {RangeError} If the electrodes cannot be compared.
 */
export async function differenceIntervals(
  a: Electrode,
  b: Electrode,
  options: IntervalOptions,
  pool: WorkerPool,
  progress?: Progress,
): Promise<DifferenceInterval[]> {
  assertComparable([a, b]);
  const settings = options.settings ?? publishedSettings;
  // Sample 0 is the particles as they are.
  const tasks = Array.from(
    { length: options.resamples + 1 },
    (_, sample) =>
      [a, b].map((electrode): BootstrapTask => ({
        samples: electrode,
        sample,
        seed: options.seed,
        settings,
        ...(options.blocks?.[electrode.name] && {
          blocks: options.blocks[electrode.name]!,
        }),
      })),
  ).flat();
  const task: WorkerTask = {
    module: new URL(import.meta.url),
    name: bootstrapScores.name,
  };
  const scores = await pool.map<BootstrapTask, Float64Array>(task, tasks, {
    step: "drawing particles",
    ...(progress && { progress }),
  });
  const differences = a.features.ids.map((_, f) =>
    Array.from(
      { length: options.resamples + 1 },
      (_, s) => scores[2 * s + 1]![f]! - scores[2 * s]![f]!,
    )
  );
  const p = differences.map((values) => bootstrapPValue(values.slice(1)));
  const q = adjustPValues(p);
  return a.features.ids.map((attribute, f) => ({
    attribute,
    difference: differences[f]![0]!,
    interval: percentileInterval(differences[f]!.slice(1)),
    p: p[f]!,
    q: q[f]!,
  }));
}

interface BootstrapTask {
  readonly samples: Samples;
  readonly sample: number;
  readonly seed: number;
  readonly settings: Omit<ForestSettings, "seed">;
  readonly blocks?: ArrayLike<number>;
}

/** Scores of one bootstrap sample; exported for the workers. */
export function bootstrapScores(
  { samples, sample, seed, settings, blocks }: BootstrapTask,
): Float64Array {
  const { features, target } = samples;
  const random = new Random(seed, "bootstrap of particles", sample);
  const weight = new Float64Array(features.rows);
  if (sample === 0) weight.fill(1);
  else {
    for (const i of bootstrapRows(features.rows, random, blocks)) weight[i]!++;
  }
  for (const [i, w] of samples.weight?.entries() ?? []) weight[i]! *= w;
  const { forest } = trainForest({ features, target, weight }, {
    ...settings,
    seed: random.index(2 ** 31),
  });
  return contributionScores(shapValues(forest, features), weight);
}

/** Scores beside what noise scores. */
export interface ShadowFloor {
  /** Mean score of each attribute over the runs, in units of the target. */
  readonly scores: Float64Array;
  /** 95 % quantile of the scores of each attribute's shadow: what it could score without effect. */
  readonly floor: Float64Array;
}

/**
 * Floor of the scores: each attribute gets a shadow, the same values dealt out
 * anew, and the forest is grown on both. An attribute has an effect if it
 * scores more than shadows do.
 *
 * Source: M. B. Kursa and W. R. Rudnicki, J. Stat. Softw. 36(11), 1 (2010),
 * doi:10.18637/jss.v036.i11.
 *
 * @param samples Particles.
 * @param options Number of runs (20 and more), seed, forest (the published one by default).
 * @param pool Workers; the result does not depend on their number.
 * @param progress Takes the news.
 */
export async function shadowFloor(
  samples: Samples,
  options: {
    readonly runs: number;
    readonly seed: number;
    readonly settings?: Omit<ForestSettings, "seed">;
  },
  pool: WorkerPool,
  progress?: Progress,
): Promise<ShadowFloor> {
  const { runs, seed, settings = publishedSettings } = options;
  const results = await pool.map<ShadowTask, Float64Array>(
    { module: new URL(import.meta.url), name: shadowScores.name },
    Array.from(
      { length: runs },
      (_, run) => ({ samples, run, seed, settings }),
    ),
    { step: "scoring shadows", ...(progress && { progress }) },
  );
  const { ids } = samples.features;
  const of = (f: number) => results.map((scores) => scores[f]!);
  return {
    scores: Float64Array.from(
      ids,
      (_, f) => of(f).reduce((sum, score) => sum + score / runs, 0),
    ),
    floor: Float64Array.from(ids, (_, f) => quantile(of(ids.length + f), 0.95)),
  };
}

interface ShadowTask {
  readonly samples: Samples;
  readonly run: number;
  readonly seed: number;
  readonly settings: Omit<ForestSettings, "seed">;
}

/** Scores of the attributes, then of their shadows; exported for the workers. */
export function shadowScores(
  { samples, run, seed, settings }: ShadowTask,
): Float64Array {
  const { features } = samples, random = new Random(seed, "shadows", run);
  const columns = features.ids.map((_, f) => featureColumn(features, f));
  const shadows = columns.map((column) => {
    const order = random.permutation(column.length);
    return column.map((_, i) => column[order[i]!]!);
  });
  const both = createFeatures(
    [...features.ids, ...features.ids.map((id) => `shadow of ${id}`)],
    [...columns, ...shadows],
  );
  const { forest } = trainForest({ ...samples, features: both }, {
    ...settings,
    seed: random.index(2 ** 31),
  });
  return contributionScores(shapValues(forest, both));
}
