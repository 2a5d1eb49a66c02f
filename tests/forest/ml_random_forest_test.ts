/**
 * Independent cross-check: `npm:ml-random-forest` learns the same samples about
 * as well. It is not the engine: it draws attributes once per tree and not per
 * split, knows neither the absolute error nor a limit of leaves nor weights,
 * searches a split in quadratic time, and its trees lack the cover that
 * Shapley values need.
 */
import assert from "node:assert/strict";
import { RandomForestRegression } from "ml-random-forest";
import {
  type Features,
  predict,
  r2Score,
  type Samples,
  trainForest,
} from "@cathode/forest/mod.ts";
import { pearson } from "@cathode/statistics/mod.ts";
import { randomSamples } from "./golden.ts";

function rowsOf({ values, rows, ids }: Features): number[][] {
  return Array.from(
    { length: rows },
    (_, i) => ids.map((_, f) => values[f * rows + i]!),
  );
}

function theirs(training: Samples, unseen: Samples): number[] {
  const forest = new RandomForestRegression({
    seed: 1,
    nEstimators: 25,
    maxFeatures: 4,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { minNumSamples: 5 },
  });
  forest.train(rowsOf(training.features), [...training.target]);
  return forest.predict(rowsOf(unseen.features));
}

Deno.test("trainForest() and ml-random-forest predict the same samples alike", () => {
  const training = randomSamples(400, 4, 1), unseen = randomSamples(400, 4, 2);
  const { forest } = trainForest(training, {
    criterion: "squared_error",
    nEstimators: 25,
    minSamplesLeaf: 2,
    bootstrap: true,
    seed: 1,
  });
  const ours = predict(forest, unseen.features);
  const other = theirs(training, unseen);
  const r2 = r2Score(unseen.target, ours);
  assert.ok(r2 > 0.5);
  assert.ok(r2 > r2Score(unseen.target, other) - 0.03);
  assert.ok(pearson(ours, other).r > 0.95);
});
