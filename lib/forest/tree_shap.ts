/** Shapley values of the predictions of a forest (TreeSHAP). */
import { assertSameFeatures, type Features } from "./features.ts";
import {
  backgroundGame,
  type BackgroundPattern,
  type LeafGame,
  type Order,
  pathGame,
  wordBits,
} from "./leaf_game.ts";
import { type LeafPath, leafPaths } from "./leaf_path.ts";
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

/** A leaf with the place of its intervals among the thresholds of the forest. */
interface Leaf {
  readonly path: LeafPath;
  /** Number of thresholds below the interval's values, less one, per attribute. */
  readonly above: Int32Array;
  readonly upTo: Int32Array;
  readonly game: LeafGame;
  /** Column of the result that each entry of the game's credit goes to. */
  readonly columns: Int32Array;
  /** Credits by column and pattern; `undefined` where patterns outnumber the samples. */
  readonly table: Float64Array | undefined;
}

/** Samples by the number of thresholds that each value exceeds. */
interface Binned {
  readonly rows: number;
  /** At `f * rows + i`. */
  readonly bins: Int32Array;
}

/** Samples that are worked on at a time, so that patterns stay in the cache. */
const blockRows = 4096;

/** Tables that are held at a time, in bytes. */
const tableBytes = 32 * 2 ** 20;

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
      const leaf = prepareLeaf(path, cuts, samples.rows, other, order);
      batch.push(leaf);
      bytes += leaf.table?.byteLength ?? 0;
      if (bytes < tableBytes) continue;
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

/** Distinct thresholds of each attribute, in rising order. */
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
  return { rows, bins };
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
  cuts: readonly Float64Array[],
  rows: number,
  background: Binned | undefined,
  order: Order,
): Leaf {
  const { features, lower, upper } = path, players = features.length;
  const above = Int32Array.from(
    features,
    (f, k) => lower[k] === -Infinity ? -1 : countBelow(cuts[f]!, lower[k]!),
  );
  const upTo = Int32Array.from(
    features,
    (f, k) => countBelow(cuts[f]!, upper[k]!),
  );
  const interval = { path, above, upTo };
  const game = background === undefined
    ? pathGame(path, order)
    : backgroundGame(path, patternsOf(interval, background), order);
  const columns = Int32Array.from(
    order === "single"
      ? features
      : features.flatMap((f, a) =>
        features.slice(a + 1).map((g) =>
          Math.min(f, g) * cuts.length + Math.max(f, g)
        )
      ),
  );
  // Int32 holds the pattern; beyond 12 conditions a table outgrows the cache.
  const table = players <= 12 && 2 ** players <= rows
    ? tabulate(game, columns.length, players)
    : undefined;
  return { ...interval, game, columns, table };
}

function tabulate(
  game: LeafGame,
  columns: number,
  players: number,
): Float64Array {
  const patterns = 1 << players;
  const table = new Float64Array(columns * patterns);
  const satisfied = new Int32Array(1), credit = new Float64Array(columns);
  for (let pattern = 0; pattern < patterns; pattern++) {
    satisfied[0] = pattern;
    game(satisfied, credit);
    for (let c = 0; c < columns; c++) {
      table[c * patterns + pattern] = credit[c]!;
    }
  }
  return table;
}

/** Distinct patterns of the conditions that hold in a set of samples. */
function patternsOf(
  leaf: Pick<Leaf, "path" | "above" | "upTo">,
  samples: Binned,
): BackgroundPattern[] {
  const { rows } = samples, counts = new Map<string | number, number>();
  const words = Array.from(
    { length: Math.ceil(leaf.path.features.length / wordBits) },
    (_, w) => {
      const word = new Int32Array(rows);
      satisfiedWord(leaf, w, samples, 0, rows, word);
      return word;
    },
  );
  const first = new Map<string | number, number>();
  for (let i = 0; i < rows; i++) {
    const key = words.length === 1
      ? words[0]![i]!
      : words.map((word) => word[i]).join();
    if (!first.has(key)) first.set(key, i);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Array.from(first, ([key, i]) => ({
    satisfied: Int32Array.from(words, (word) => word[i]!),
    share: counts.get(key)! / rows,
  }));
}

/** Conditions of one word that hold for samples `from` to `to`, as bits; written from index 0. */
function satisfiedWord(
  { path, above, upTo }: Pick<Leaf, "path" | "above" | "upTo">,
  word: number,
  { bins, rows }: Binned,
  from: number,
  to: number,
  bits: Int32Array,
): void {
  const count = to - from, start = word * wordBits;
  const end = Math.min(start + wordBits, path.features.length);
  bits.fill(0, 0, count);
  for (let k = start; k < end; k++) {
    const first = path.features[k]! * rows + from, shift = k - start;
    const low = above[k]!, high = upTo[k]!;
    // Signs of differences instead of branches, which would be mispredicted.
    for (let i = 0; i < count; i++) {
      const bin = bins[first + i]!;
      bits[i]! |= ((low - bin) & (bin - high - 1)) >>> 31 << shift;
    }
  }
}

function creditSamples(
  leaves: readonly Leaf[],
  samples: Binned,
  result: Float64Array,
): void {
  const { rows } = samples, bits = new Int32Array(blockRows);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    for (const leaf of leaves) {
      const { path, table, columns } = leaf;
      if (path.features.length === 0) continue;
      if (table === undefined) {
        creditEach(leaf, samples, from, to, result);
        continue;
      }
      satisfiedWord(leaf, 0, samples, from, to, bits);
      const patterns = 1 << path.features.length, count = to - from;
      for (let c = 0; c < columns.length; c++) {
        const first = columns[c]! * rows + from, entry = c * patterns;
        for (let i = 0; i < count; i++) {
          result[first + i]! += table[entry + bits[i]!]!;
        }
      }
    }
  }
}

/** Credits samples without a table. */
function creditEach(
  leaf: Leaf,
  samples: Binned,
  from: number,
  to: number,
  result: Float64Array,
): void {
  const { game, columns, path } = leaf, { rows } = samples;
  const words = Array.from(
    { length: Math.ceil(path.features.length / wordBits) },
    (_, w) => {
      const bits = new Int32Array(to - from);
      satisfiedWord(leaf, w, samples, from, to, bits);
      return bits;
    },
  );
  const satisfied = new Int32Array(words.length);
  const credit = new Float64Array(columns.length);
  for (let i = from; i < to; i++) {
    for (let w = 0; w < words.length; w++) satisfied[w] = words[w]![i - from]!;
    game(satisfied, credit);
    for (let c = 0; c < columns.length; c++) {
      result[columns[c]! * rows + i]! += credit[c]!;
    }
  }
}
