/** How well a forest predicts particles that it has not seen. */
import { type Progress, Random, type WorkerPool } from "../core/mod.ts";
import { type ForestSettings, r2Score, trainForest } from "./random_forest.ts";
import { type Samples, selectSamples } from "./samples.ts";
import { predict } from "./tree.ts";

/** Predictions of particles by forests that were grown without them. */
export interface CrossValidation {
  /** One value per sample. */
  readonly prediction: Float64Array;
  /** Coefficient of determination. */
  readonly r2: number;
}

/** A cross-validation that chooses its settings without the fold it predicts. */
export interface NestedCrossValidation extends CrossValidation {
  /** Index of the settings chosen for each fold. */
  readonly chosen: readonly number[];
}

/**
 * Folds of equal size, drawn at random.
 *
 * @param rows Number of samples.
 * @param folds Number of folds.
 * @param seed Seed of the draw.
 * @returns Fold of each sample, from 0.
 * @throws {RangeError} If there are fewer than two folds or fewer samples than folds.
 */
export function randomFolds(
  rows: number,
  folds: number,
  seed: number,
): Uint32Array {
  assertFolds(rows, folds);
  const result = new Uint32Array(rows);
  const order = new Random(seed, "folds").permutation(rows);
  for (const [k, i] of order.entries()) result[i] = k % folds;
  return result;
}

/**
 * Folds of neighbours: the field is cut into square columns, which go to the
 * folds at random. Neighbouring particles share their surroundings; predicted
 * from each other they look more predictable than they are.
 *
 * Source: D. R. Roberts et al., Ecography 40, 913 (2017),
 * doi:10.1111/ecog.02881.
 *
 * @param x_um Place of each sample along x.
 * @param y_um Place of each sample along y.
 * @param block_um Side of a column, larger than the range of the correlation.
 * @param folds Number of folds.
 * @param seed Seed of the draw.
 * @returns Fold of each sample, from 0.
 * @throws {RangeError} If there are fewer columns than folds, the side is not
 * positive, or there are not as many y as x.
 */
export function blockFolds(
  x_um: ArrayLike<number>,
  y_um: ArrayLike<number>,
  block_um: number,
  folds: number,
  seed: number,
): Uint32Array {
  const columns = blocks(x_um, y_um, block_um);
  const count = columns.reduce((most, column) => Math.max(most, column + 1), 0);
  assertFolds(count, folds);
  const ofColumn = randomFolds(count, folds, seed);
  return columns.map((column) => ofColumn[column]!);
}

/**
 * Square columns of the field that hold samples, numbered from 0.
 *
 * @param x_um Place of each sample along x.
 * @param y_um Place of each sample along y.
 * @param block_um Side of a column.
 * @returns Column of each sample.
 * @throws {RangeError} If the side is not positive or there are not as many y as x.
 */
export function blocks(
  x_um: ArrayLike<number>,
  y_um: ArrayLike<number>,
  block_um: number,
): Uint32Array {
  if (!(block_um > 0) || x_um.length !== y_um.length) {
    throw new RangeError(
      `Cannot cut the field into blocks as their side must be positive and every particle have an x and a y: current values are ${block_um} um, ${x_um.length} and ${y_um.length}`,
    );
  }
  const numbers = new Map<string, number>();
  return Uint32Array.from(x_um, (x, i) => {
    const key = [x, y_um[i]!].map((v) => Math.floor(v / block_um)).join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/**
 * Predicts each fold by a forest grown on the others.
 *
 * @param samples All samples.
 * @param fold Fold of each sample, from 0 without gaps.
 * @param settings The forest.
 * @param pool Workers.
 * @param progress Takes the news.
 * @throws {RangeError} If there is not one fold per sample or less than two folds.
 */
export async function crossValidate(
  samples: Samples,
  fold: Uint32Array,
  settings: ForestSettings,
  pool: WorkerPool,
  progress?: Progress,
): Promise<CrossValidation> {
  const { prediction, r2 } = await nestedCrossValidate(
    samples,
    fold,
    [settings],
    pool,
    progress,
  );
  return { prediction, r2 };
}

/**
 * Predicts each fold by a forest grown on the others, whose settings are those
 * of the best out-of-bag R2 there: the fold takes no part in the choice.
 *
 * Source: S. Varma and R. Simon, BMC Bioinform. 7, 91 (2006),
 * doi:10.1186/1471-2105-7-91 (why the choice must be nested).
 *
 * @param samples All samples.
 * @param fold Fold of each sample, from 0 without gaps.
 * @param candidates Settings to choose from, with bootstrap if there are several.
 * @param pool Workers.
 * @param progress Takes the news.
 * @throws {RangeError} If there is not one fold per sample, less than two
 * folds, or no settings.
 */
export async function nestedCrossValidate(
  samples: Samples,
  fold: Uint32Array,
  candidates: readonly ForestSettings[],
  pool: WorkerPool,
  progress?: Progress,
): Promise<NestedCrossValidation> {
  const folds = fold.reduce((most, f) => Math.max(most, f + 1), 0);
  assertFolds(fold.length, folds);
  if (fold.length !== samples.features.rows || candidates.length === 0) {
    throw new RangeError(
      `Cannot validate as every one of the ${samples.features.rows} samples must have a fold and there must be settings: current values are ${fold.length} and ${candidates.length}`,
    );
  }
  const results = await pool.map<FoldTask, FoldResult>(
    { module: new URL(import.meta.url), name: predictFold.name },
    Array.from(
      { length: folds },
      (_, left) => ({ samples, fold, left, candidates }),
    ),
    { step: "cross-validating", ...(progress && { progress }) },
  );
  const prediction = new Float64Array(fold.length);
  for (const { rows, values } of results) {
    for (const [k, i] of rows.entries()) prediction[i] = values[k]!;
  }
  return {
    prediction,
    r2: r2Score(samples.target, prediction),
    chosen: results.map((result) => result.chosen),
  };
}

interface FoldTask {
  readonly samples: Samples;
  readonly fold: Uint32Array;
  readonly left: number;
  readonly candidates: readonly ForestSettings[];
}

interface FoldResult {
  readonly rows: Uint32Array;
  readonly values: Float64Array;
  readonly chosen: number;
}

/** Predictions of one fold; exported for the workers. */
export function predictFold(
  { samples, fold, left, candidates }: FoldTask,
): FoldResult {
  const all = Uint32Array.from(fold, (_, i) => i);
  const rows = all.filter((i) => fold[i] === left);
  const training = selectSamples(samples, all.filter((i) => fold[i] !== left));
  const trained = candidates.map((settings) => trainForest(training, settings));
  const scores = trained.map(({ outOfBag }) => outOfBag?.r2 ?? -Infinity);
  const chosen = scores.indexOf(Math.max(...scores));
  const { features } = selectSamples(samples, rows);
  return { rows, values: predict(trained[chosen]!.forest, features), chosen };
}

/**
 * The samples with their targets dealt out anew: what a forest finds in them
 * it would find in noise.
 *
 * @param samples The samples.
 * @param seed Seed of the draw.
 */
export function shuffleTarget(samples: Samples, seed: number): Samples {
  const order = new Random(seed, "shuffled target")
    .permutation(samples.target.length);
  return {
    ...samples,
    target: samples.target.map((_, i) => samples.target[order[i]!]!),
  };
}

function assertFolds(count: number, folds: number): void {
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= count)) {
    throw new RangeError(
      `Cannot validate as the number of folds must be from 2 to ${count}: current value is ${folds}`,
    );
  }
}
