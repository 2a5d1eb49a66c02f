/** A forest of an independent program, to hold ours against. */
import { RandomForestRegression } from "ml-random-forest";
import { assertSameFeatures, type Features } from "./features.ts";
import type { Samples } from "./samples.ts";

/**
 * What `npm:ml-random-forest` predicts: squared error, bootstrap, trees that
 * split down to fewer than five samples.
 *
 * It is a cross-check and not the engine: it draws attributes once per tree and
 * not per split, knows neither the absolute error nor a limit of leaves nor
 * weights, searches a split in quadratic time, and its trees lack the cover
 * that Shapley values need.
 *
 * @param training What it learns from, a thousand samples at most to take seconds.
 * @param unseen Samples with the same attributes.
 * @param settings Number of trees, of attributes per tree, and seed.
 * @returns One value per sample of `unseen`.
 * @throws {RangeError} If the attributes differ.
 */
export function predictIndependently(
  training: Samples,
  unseen: Features,
  { nEstimators, maxFeatures, seed }: {
    readonly nEstimators: number;
    readonly maxFeatures: number;
    readonly seed: number;
  },
): Float64Array {
  assertSameFeatures(unseen, training.features.ids, "sample");
  const forest = new RandomForestRegression({
    seed,
    nEstimators,
    maxFeatures,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { minNumSamples: 5 },
  });
  forest.train(rowsOf(training.features), [...training.target]);
  return Float64Array.from(forest.predict(rowsOf(unseen)));
}

function rowsOf({ values, rows, ids }: Features): number[][] {
  return Array.from(
    { length: rows },
    (_, i) => ids.map((_, f) => values[f * rows + i]!),
  );
}
