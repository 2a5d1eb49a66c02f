import assert from "node:assert/strict";
import {
  attributeClusters,
  clusterScores,
  createFeatures,
  featureColumn,
  permutationImportance,
  shapValues,
  trainForest,
} from "@cathode/forest/mod.ts";
import { assertNear, randomSamples } from "./golden.ts";

const settings = {
  criterion: "squared_error",
  nEstimators: 20,
  maxLeafNodes: 40,
  bootstrap: true,
  seed: 1,
} as const;

Deno.test("permutationImportance() is that of the known law on unseen samples", () => {
  // Target: tanh(2 x0) + x1 x2 + noise; x3 and x4 do nothing.
  const { forest } = trainForest(randomSamples(2000, 5, 1), {
    ...settings,
    maxLeafNodes: 200,
  });
  const unseen = randomSamples(1000, 5, 2);
  const importance = permutationImportance(forest, unseen, {
    repeats: 3,
    seed: 1,
  });
  // Dealing an attribute out anew costs twice the variance that it explains;
  // both parts are about half of it.
  assert.ok(importance[0]! > 0.5);
  assert.ok(importance[1]! > 0.5 && importance[2]! > 0.5);
  assertNear(importance[3]!, 0, 0.02);
  assertNear(importance[4]!, 0, 0.02);
});

Deno.test("attributeClusters() joins attributes that say the same, in either direction", () => {
  const { features } = randomSamples(200, 3, 4);
  const [a, b, c] = [0, 1, 2].map((f) => featureColumn(features, f));
  const more = createFeatures(
    ["a", "b", "minus a", "c", "b cubed"],
    [a!, b!, a!.map((x) => -x), c!, b!.map((x) => x ** 3)],
  );
  assert.deepEqual(attributeClusters(more, 0.5), [[0, 2], [1, 4], [3]]);
  assert.deepEqual(attributeClusters(more, 1), [[0, 1, 2, 3, 4]]);
});

Deno.test("clusterScores() of a twin add up to the score of the attribute alone", () => {
  const { features, target } = randomSamples(600, 3, 5);
  const columns = [0, 1, 2].map((f) => featureColumn(features, f));
  const twins = createFeatures(["x0", "x1", "x2", "twin"], [
    ...columns,
    columns[0]!,
  ]);
  const all = { ...settings, maxFeatures: 2 };
  const { forest } = trainForest({ features: twins, target }, all);
  const shap = shapValues(forest, twins);
  const [alone] = clusterScores(shap, [[0]]);
  const [both] = clusterScores(shap, [[0, 3]]);
  const single = trainForest({ features, target }, all).forest;
  const [reference] = clusterScores(shapValues(single, features), [[0]]);
  assert.ok(alone! < 0.8 * both!);
  assertNear(both! / reference!, 1, 0.15);
});
