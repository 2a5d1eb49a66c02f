/** Shapley values of the predictions of a forest (TreeSHAP). */
import { assertSameFeatures, type Features } from "./features.ts";
import {
  allMet,
  backgroundGame,
  type BackgroundPatterns,
  type LeafGame,
  type Order,
  pairsOf,
  pathGame,
  wordBits,
} from "./leaf_game.ts";
import { type LeafPath, leafPaths, type Step } from "./leaf_path.ts";
import { type Forest, predict } from "./tree.ts";

/** How much each attribute adds to the prediction of each sample. */
export interface ShapValues {
  /** Name of each attribute. */
  readonly ids: readonly string[];
  /** Number of samples. */
  readonly rows: number;
  /** Prediction before any attribute is known; the values of a sample add up to its prediction less this. */
  readonly base: number;
  /** Value of attribute `f` for sample `i` at `f * rows + i`, in the units of the target. */
  readonly values: Float64Array;
}

/** How much pairs of attributes add to the prediction of each sample. */
export interface InteractionValues {
  readonly ids: readonly string[];
  readonly rows: number;
  readonly base: number;
  /**
   * Half of what attributes `f` and `g` add together for sample `i` at
   * `(f * attributes + g) * rows + i`; with `f = g` what `f` adds alone. The
   * values of `f` with all `g` add up to its Shapley value.
   */
  readonly values: Float64Array;
}

/**
 * Shapley values of the attributes for the prediction of each sample, exact.
 *
 * Without a background, values are path-dependent: an unknown attribute sends
 * a sample both ways, weighted by the training samples that went there. With
 * one they are interventional: an unknown attribute takes its value from each
 * background sample in turn. The two differ where attributes are correlated.
 *
 * Each leaf is a game of the distinct attributes on its path. What it credits
 * them depends only on which of their conditions hold, so that it is worked
 * out once per pattern and looked up per sample; where patterns outnumber
 * samples it is worked out per sample.
 *
 * Sources: S. M. Lundberg et al., Nat. Mach. Intell. 2, 56 (2020),
 * doi:10.1038/s42256-019-0138-9; J. Yang, Fast TreeSHAP,
 * doi:10.48550/arXiv.2109.09847 (tables per leaf).
 *
 * @param forest The forest.
 * @param features Samples with its attributes, in its order.
 * @param background Samples with its attributes, for interventional values.
 * @throws {RangeError} If attributes are not those of the forest.
 *
 * @example A step of one attribute
 * ```ts
 * import assert from "node:assert/strict";
 * import { createFeatures } from "./features.ts";
 * import { trainForest } from "./random_forest.ts";
 * import { shapValues } from "./tree_shap.ts";
 *
 * const features = createFeatures(["depth", "size"], [[1, 2, 3, 4], [7, 5, 7, 5]]);
 * const { forest } = trainForest(
 *   { features, target: Float64Array.of(0, 0, 4, 4) },
 *   { criterion: "squared_error", nEstimators: 1, bootstrap: false, seed: 1 },
 * );
 * const { base, values } = shapValues(forest, features);
 * assert.equal(base, 2);
 * assert.deepEqual([...values].map(Math.round), [-2, -2, 2, 2, 0, 0, 0, 0]);
 * ```
 */
export function shapValues(
  forest: Forest,
  features: Features,
  background?: Features,
): ShapValues {
  const { ids, rows } = features;
  const values = new Float64Array(ids.length * rows);
  const base = explain(forest, features, background, "single", values);
  return { ids, rows, base, values };
}

/**
 * Shapley interaction values of pairs of attributes for the prediction of each
 * sample, exact; path-dependent or interventional as {@linkcode shapValues}.
 *
 * Source: K. Fujimoto, I. Kojadinovic and J.-L. Marichal, Games Econ. Behav.
 * 55, 72 (2006), doi:10.1016/j.geb.2005.03.002.
 *
 * @param forest The forest.
 * @param features Samples with its attributes, in its order.
 * @param background Samples with its attributes, for interventional values.
 * @throws {RangeError} If attributes are not those of the forest.
 */
export function interactionValues(
  forest: Forest,
  features: Features,
  background?: Features,
): InteractionValues {
  const { ids, rows } = features, attributes = ids.length;
  const values = new Float64Array(attributes * attributes * rows);
  const single = shapValues(forest, features, background);
  explain(forest, features, background, "pair", values);
  for (let f = 0; f < attributes; f++) {
    const alone = (f * attributes + f) * rows;
    values.set(single.values.subarray(f * rows, (f + 1) * rows), alone);
    for (let g = 0; g < attributes; g++) {
      if (g === f) continue;
      const pair = (f * attributes + g) * rows;
      // Pairs were credited with the lower index first.
      const credited = (Math.min(f, g) * attributes + Math.max(f, g)) * rows;
      for (let i = 0; i < rows; i++) {
        values[pair + i] = values[credited + i]!;
        values[alone + i]! -= values[credited + i]!;
      }
    }
  }
  return { ids, rows, base: single.base, values };
}

/** A leaf that is ready to be credited. */
interface Leaf {
  readonly path: LeafPath;
  readonly game: LeafGame;
  /** Column of the result that each entry of the game's credit goes to. */
  readonly columns: readonly number[];
  /** Credits by column and pattern; `undefined` where patterns outnumber the samples. */
  readonly table: Float64Array | undefined;
}

/** Samples by the number of thresholds that each value exceeds. */
interface Binned {
  readonly rows: number;
  /** At `f * rows + i`. */
  readonly bins: Int32Array;
  /** Distinct thresholds of each attribute, in rising order. */
  readonly cuts: readonly Float64Array[];
}

/** Samples that are worked on at a time, so that their patterns stay in the cache. */
const blockRows = 2048;

/** Most conditions that a table is made for: beyond it outgrows the cache. */
const tableConditions = 12;

/** Tables and patterns of the background that are held at a time, in bytes. */
const batchBytes = 32 * 2 ** 20;

/** Adds what all leaves credit to the columns of a result; returns the base. */
function explain(
  forest: Forest,
  features: Features,
  background: Features | undefined,
  order: Order,
  result: Float64Array,
): number {
  assertSameFeatures(features, forest.features, "sample");
  const cuts = thresholds(forest);
  const samples = binned(features, cuts);
  let other: Binned | undefined;
  if (background !== undefined) {
    assertSameFeatures(background, forest.features, "background");
    other = binned(background, cuts);
  }
  let batch: Leaf[] = [], bytes = 0, base = 0;
  for (const tree of forest.trees) {
    for (const found of leafPaths(tree)) {
      const path = { ...found, value: found.value / forest.trees.length };
      base += path.share.reduce((product, z) => product * z, path.value);
      if (path.features.length === 0) continue;
      const leaf = prepareLeaf(path, samples, other, order);
      batch.push(leaf);
      bytes += (leaf.table?.byteLength ?? 0) + 12 * (other?.rows ?? 0);
      if (bytes < batchBytes) continue;
      creditSamples(batch, samples, result);
      batch = [];
      bytes = 0;
    }
  }
  creditSamples(batch, samples, result);
  if (background === undefined) return base;
  const predictions = predict(forest, background);
  return predictions.reduce((sum, y) => sum + y / predictions.length, 0);
}

function thresholds(forest: Forest): Float64Array[] {
  const sets = forest.features.map(() => new Set<number>());
  for (const { childrenLeft, feature, threshold } of forest.trees) {
    for (const [node, f] of feature.entries()) {
      if (childrenLeft[node]! >= 0) sets[f]!.add(threshold[node]!);
    }
  }
  return sets.map((set) => Float64Array.from(set).sort());
}

function binned(
  { rows, values }: Features,
  cuts: readonly Float64Array[],
): Binned {
  const bins = new Int32Array(values.length);
  for (const [f, cut] of cuts.entries()) {
    if (cut.length === 0) continue;
    for (let at = f * rows; at < (f + 1) * rows; at++) {
      bins[at] = countBelow(cut, values[at]!);
    }
  }
  return { rows, bins, cuts };
}

/** Number of sorted values below a value. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function prepareLeaf(
  path: LeafPath,
  { rows, cuts }: Binned,
  background: Binned | undefined,
  order: Order,
): Leaf {
  const { features } = path;
  const game = background === undefined
    ? pathGame(path, order)
    : backgroundGame(path, patternsOf(path, background), order);
  const columns = order === "single"
    ? features
    : pairsOf(features.length).map(([a, b]) => {
      const f = features[a]!, g = features[b]!;
      return Math.min(f, g) * cuts.length + Math.max(f, g);
    });
  const pays = features.length <= tableConditions &&
    2 ** features.length <= rows;
  return { path, game, columns, table: pays ? game.table() : undefined };
}

/** Distinct patterns of the conditions that hold in a set of samples. */
function patternsOf(path: LeafPath, samples: Binned): BackgroundPatterns {
  const { rows } = samples;
  const words = satisfiedWords(path, samples, 0, rows);
  const found = new Map<number | string, { first: number; count: number }>();
  for (let i = 0; i < rows; i++) {
    const key = words.length === 1
      ? words[0]![i]!
      : words.map((word) => word[i]).join();
    const pattern = found.get(key);
    if (pattern === undefined) found.set(key, { first: i, count: 1 });
    else pattern.count++;
  }
  const patterns = [...found.values()];
  return {
    satisfied: Int32Array.from(
      patterns.flatMap(({ first }) => words.map((word) => word[first]!)),
    ),
    share: Float64Array.from(patterns, ({ count }) => count / rows),
  };
}

/** Conditions of a path that hold for samples `from` to `to`, as bits of as many words as it takes. */
function satisfiedWords(
  { steps, features }: LeafPath,
  samples: Binned,
  from: number,
  to: number,
): Int32Array[] {
  const words = Array.from(
    { length: Math.ceil(features.length / wordBits) },
    (_, w) =>
      new Int32Array(to - from).fill(allMet(features.length - w * wordBits)),
  );
  for (const step of steps) {
    const word = words[Math.floor(step.player / wordBits)]!;
    takeStep(step, samples, from, to, word, word);
  }
  return words;
}

/** Clears the bit of a step's attribute for the samples that do not follow it. */
function takeStep(
  { feature, threshold, left, player }: Step,
  { bins, rows, cuts }: Binned,
  from: number,
  to: number,
  before: Int32Array,
  after: Int32Array,
): void {
  const first = feature * rows + from, count = to - from;
  const cut = countBelow(cuts[feature]!, threshold);
  // The sign of a difference instead of a branch, which would be mispredicted.
  if (left) {
    for (let i = 0; i < count; i++) {
      after[i] = before[i]! & ~((cut - bins[first + i]!) >>> 31 << player);
    }
  } else {
    for (let i = 0; i < count; i++) {
      after[i] = before[i]! & ~((bins[first + i]! - cut - 1) >>> 31 << player);
    }
  }
}

function creditSamples(
  leaves: readonly Leaf[],
  samples: Binned,
  result: Float64Array,
): void {
  const { rows } = samples;
  const tabled = leaves.filter(({ table }) => table !== undefined);
  const single = leaves.filter(({ table }) => table === undefined);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    creditByTable(tabled, samples, from, to, result);
    for (const leaf of single) creditEach(leaf, samples, from, to, result);
  }
}

/**
 * Credits samples by looking up their pattern.
 *
 * Neighbouring leaves share the beginning of their paths: the patterns after
 * each step are kept, and only the steps that differ are taken again.
 */
function creditByTable(
  leaves: readonly Leaf[],
  samples: Binned,
  from: number,
  to: number,
  result: Float64Array,
): void {
  const count = to - from;
  const patterns = [new Int32Array(count).fill(-1)];
  let previous: readonly Step[] = [];
  for (const { path: { steps, features }, table, columns } of leaves) {
    let common = 0;
    while (common < steps.length && steps[common] === previous[common]) {
      common++;
    }
    for (let s = common; s < steps.length; s++) {
      patterns[s + 1] ??= new Int32Array(count);
      takeStep(steps[s]!, samples, from, to, patterns[s]!, patterns[s + 1]!);
    }
    previous = steps;
    const pattern = patterns[steps.length]!, all = allMet(features.length);
    for (let c = 0; c < columns.length; c++) {
      const first = columns[c]! * samples.rows + from, entry = c * (all + 1);
      for (let i = 0; i < count; i++) {
        result[first + i]! += table![entry + (pattern[i]! & all)]!;
      }
    }
  }
}

/** Credits samples one by one. */
function creditEach(
  { game, columns, path }: Leaf,
  samples: Binned,
  from: number,
  to: number,
  result: Float64Array,
): void {
  const words = satisfiedWords(path, samples, from, to);
  const satisfied = new Int32Array(words.length);
  const credit = new Float64Array(columns.length);
  for (let i = from; i < to; i++) {
    for (let w = 0; w < words.length; w++) satisfied[w] = words[w]![i - from]!;
    game.credit(satisfied, credit);
    for (let c = 0; c < columns.length; c++) {
      result[columns[c]! * samples.rows + i]! += credit[c]!;
    }
  }
}
