/** Random forests of regression trees. */
import { type Progress, Random, type WorkerPool } from "../core/mod.ts";
import type { Features } from "./features.ts";
import { growTree, type TreeSettings } from "./grow.ts";
import { presort, type TrainingSet } from "./presort.ts";
import type { Samples } from "./samples.ts";
import { type Forest, leafOf, type Tree } from "./tree.ts";

/** How a forest is grown; names and meanings are scikit-learn's. */
export interface ForestSettings extends TreeSettings {
  /** Number of trees. */
  readonly nEstimators: number;
  /** Whether each tree sees as many samples as there are, drawn with replacement, or all of them. */
  readonly bootstrap: boolean;
  /** Seed; each tree draws from a stream of its own. */
  readonly seed: number;
}

/** A forest and how well it predicts samples that its trees have not seen. */
export interface TrainedForest {
  readonly forest: Forest;
  /** Only with the bootstrap. */
  readonly outOfBag?: OutOfBag;
}

/** Predictions of samples by the trees that have not seen them. */
export interface OutOfBag {
  /** One value per sample; NaN for a sample that every tree has seen or that has no weight. */
  readonly prediction: Float64Array;
  /** Coefficient of determination over the samples with a prediction. */
  readonly r2: number;
}

/**
 * Grows a random forest.
 *
 * Method: L. Breiman, Mach. Learn. 45, 5 (2001), doi:10.1023/A:1010933404324.
 * The search for a split takes a time that grows as `n log n` with the number
 * of samples, for the absolute error too.
 *
 * @param samples At least as many as leaves are allowed.
 * @param settings How.
 * @throws {RangeError} If a setting is outside its range, the target is
 * constant or not finite, a weight is negative, or there are fewer samples
 * than `maxLeafNodes`.
 *
 * @example A step
 * ```ts
 * import assert from "node:assert/strict";
 * import { createFeatures } from "./features.ts";
 * import { trainForest } from "./random_forest.ts";
 * import { predict } from "./tree.ts";
 *
 * const features = createFeatures(["depth"], [[1, 2, 3, 4]]);
 * const { forest } = trainForest(
 *   { features, target: Float64Array.of(0, 0, 5, 5) },
 *   { criterion: "squared_error", nEstimators: 1, bootstrap: false, seed: 1 },
 * );
 * assert.deepEqual([...predict(forest, features)], [0, 0, 5, 5]);
 * ```
 */
export function trainForest(
  samples: Samples,
  settings: ForestSettings,
): TrainedForest {
  const set = prepare(samples, settings);
  const trees = Array.from(
    { length: settings.nEstimators },
    (_, index) => growForestTree({ set, settings, index }),
  );
  return assemble(samples, set, settings, trees);
}

/**
 * Grows the forest of {@linkcode trainForest}, the trees spread over workers;
 * the result is the same.
 *
 * @param samples At least as many as leaves are allowed.
 * @param settings How.
 * @param pool Workers; it pays to keep them for several forests.
 * @param progress Takes the news.
 * @throws {RangeError} As {@linkcode trainForest}.
 */
export async function trainForestInWorkers(
  samples: Samples,
  settings: ForestSettings,
  pool: WorkerPool,
  progress?: Progress,
): Promise<TrainedForest> {
  const set = prepare(samples, settings);
  const trees = await pool.map<TreeTask, Tree>(
    { module: new URL(import.meta.url), name: growForestTree.name },
    Array.from(
      { length: settings.nEstimators },
      (_, index) => ({ set, settings, index }),
    ),
    { step: "growing trees", ...(progress && { progress }) },
  );
  return assemble(samples, set, settings, trees);
}

interface TreeTask {
  readonly set: TrainingSet;
  readonly settings: ForestSettings;
  readonly index: number;
}

/** One tree of a forest; exported for the workers. */
export function growForestTree({ set, settings, index }: TreeTask): Tree {
  const random = new Random(settings.seed, "tree", index);
  const weight = treeWeights(set, settings, random);
  return growTree(set, weight, settings, random);
}

/** Weights of the samples in a tree; the first draws of its stream. */
function treeWeights(
  { rows, weight, present }: TrainingSet,
  { bootstrap }: ForestSettings,
  random: Random,
): Float64Array {
  if (!bootstrap) return Float64Array.from(weight);
  const drawn = new Float64Array(rows);
  for (let k = 0; k < present.length; k++) {
    const i = present[random.index(present.length)]!;
    drawn[i]! += weight[i]!;
  }
  return drawn;
}

function assemble(
  { features }: Samples,
  set: TrainingSet,
  settings: ForestSettings,
  trees: Tree[],
): TrainedForest {
  const forest = { features: features.ids, trees };
  if (!settings.bootstrap) return { forest };
  return { forest, outOfBag: outOfBag(features, set, settings, trees) };
}

function outOfBag(
  features: Features,
  set: TrainingSet,
  settings: ForestSettings,
  trees: readonly Tree[],
): OutOfBag {
  const sum = new Float64Array(set.rows), count = new Uint32Array(set.rows);
  for (const [index, tree] of trees.entries()) {
    const random = new Random(settings.seed, "tree", index);
    const weight = treeWeights(set, settings, random);
    for (let i = 0; i < set.rows; i++) {
      if (weight[i]! > 0 || set.weight[i] === 0) continue;
      sum[i]! += tree.value[leafOf(tree, features, i)]!;
      count[i]!++;
    }
  }
  const prediction = sum.map((total, i) => total / count[i]!);
  return { prediction, r2: r2Score(set.target, prediction) };
}

/**
 * Coefficient of determination: 1 for exact predictions, 0 for predictions no
 * better than the mean, negative for worse ones.
 *
 * @param target Measured values.
 * @param prediction Predicted values; samples whose prediction is NaN are left out.
 */
export function r2Score(
  target: ArrayLike<number>,
  prediction: ArrayLike<number>,
): number {
  let sum = 0, count = 0;
  for (let i = 0; i < target.length; i++) {
    if (Number.isNaN(prediction[i]!)) continue;
    sum += target[i]!;
    count++;
  }
  const mean = sum / count;
  let residual = 0, total = 0;
  for (let i = 0; i < target.length; i++) {
    if (Number.isNaN(prediction[i]!)) continue;
    residual += (target[i]! - prediction[i]!) ** 2;
    total += (target[i]! - mean) ** 2;
  }
  return 1 - residual / total;
}

function prepare(samples: Samples, settings: ForestSettings): TrainingSet {
  const { features, target } = samples;
  const weight = samples.weight ?? new Float64Array(features.rows).fill(1);
  assertSettings(settings, features.ids.length);
  assertSamples(features, target, weight, settings.maxLeafNodes ?? 1);
  return presort(features, target, weight);
}

function assertSettings(settings: ForestSettings, attributes: number): void {
  const { maxFeatures } = settings;
  const counts = {
    nEstimators: [settings.nEstimators, 1, Infinity],
    maxLeafNodes: [settings.maxLeafNodes, 2, Infinity],
    maxDepth: [settings.maxDepth, 1, Infinity],
    minSamplesLeaf: [settings.minSamplesLeaf, 1, Infinity],
    maxFeatures: [
      typeof maxFeatures === "number" ? maxFeatures : undefined,
      1,
      attributes,
    ],
  } as const;
  for (const [name, [value, least, most]] of Object.entries(counts)) {
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(
        `Cannot grow the forest as ${name} must be a whole number from ${least}${
          most === Infinity ? "" : ` to ${most}`
        }: current value is ${value}`,
      );
    }
  }
  const { minImpurityDecrease = 0 } = settings;
  if (!(minImpurityDecrease >= 0)) {
    throw new RangeError(
      `Cannot grow the forest as minImpurityDecrease must not be negative: current value is ${minImpurityDecrease}`,
    );
  }
}

function assertSamples(
  { rows }: Features,
  target: Float64Array,
  weight: Float64Array,
  maxLeafNodes: number,
): void {
  if (target.length !== rows || weight.length !== rows) {
    throw new RangeError(
      `Cannot grow the forest as each of the ${rows} samples must have a target and a weight: current values are ${target.length} and ${weight.length}`,
    );
  }
  let present = 0, least = Infinity, greatest = -Infinity;
  for (let i = 0; i < rows; i++) {
    if (!Number.isFinite(target[i])) {
      throw new RangeError(
        `Cannot grow the forest as the target must be finite: current value is ${
          target[i]
        } for sample ${i}, counted from 0`,
      );
    }
    if (!(weight[i]! >= 0 && weight[i]! < Infinity)) {
      throw new RangeError(
        `Cannot grow the forest as weights must be finite and not negative: current value is ${
          weight[i]
        } for sample ${i}, counted from 0`,
      );
    }
    if (weight[i] === 0) continue;
    present++;
    least = Math.min(least, target[i]!);
    greatest = Math.max(greatest, target[i]!);
  }
  if (present < maxLeafNodes) {
    throw new RangeError(
      `Cannot grow the forest as there must be at least as many samples as leaves, ${maxLeafNodes}: current value is ${present}`,
    );
  }
  if (!(greatest > least)) {
    throw new RangeError(
      `Cannot grow the forest as the target must vary: current value is ${least} throughout`,
    );
  }
}
