/** Independent cross-check: `npm:ml-random-forest` learns the same samples about as well. */
import assert from "node:assert/strict";
import {
  predict,
  predictIndependently,
  r2Score,
  trainForest,
} from "@cathode/forest/mod.ts";
import { pearson } from "@cathode/statistics/mod.ts";
import { randomSamples } from "./golden.ts";

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
  const other = predictIndependently(training, unseen.features, {
    nEstimators: 25,
    maxFeatures: 4,
    seed: 1,
  });
  const r2 = r2Score(unseen.target, ours);
  assert.ok(r2 > 0.5);
  assert.ok(r2 > r2Score(unseen.target, other) - 0.03);
  assert.ok(pearson(ours, other).r > 0.95);
});
