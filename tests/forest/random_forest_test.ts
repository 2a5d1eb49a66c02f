import assert from "node:assert/strict";
import { WorkerPool } from "@cathode/core/mod.ts";
import {
  type ForestSettings,
  predict,
  r2Score,
  trainForest,
  trainForestInWorkers,
} from "@cathode/forest/mod.ts";
import { assertNear, randomSamples } from "./golden.ts";

const settings: ForestSettings = {
  criterion: "absolute_error",
  nEstimators: 12,
  maxLeafNodes: 15,
  maxFeatures: "sqrt",
  bootstrap: true,
  seed: 7,
};

Deno.test("trainForestInWorkers() grows the forest of trainForest() with any number of workers", async () => {
  const samples = randomSamples(300, 6, 1);
  const alone = trainForest(samples, settings);
  for (const workers of [1, 2, 3]) {
    using pool = new WorkerPool(workers);
    assert.deepEqual(
      await trainForestInWorkers(samples, settings, pool),
      alone,
    );
  }
});

Deno.test("trainForest() gives another forest for another seed and the same for the same", () => {
  const samples = randomSamples(200, 4, 2);
  const { forest } = trainForest(samples, settings);
  assert.deepEqual(trainForest(samples, settings).forest, forest);
  const other = trainForest(samples, { ...settings, seed: 8 });
  assert.notDeepEqual(other.forest, forest);
});

Deno.test("trainForest() weighs each tree like as many samples as there are", () => {
  const samples = randomSamples(250, 4, 3);
  for (
    const { cover, childrenLeft, childrenRight } of trainForest(
      samples,
      settings,
    ).forest.trees
  ) {
    assert.equal(cover[0], 250);
    for (const [node, left] of childrenLeft.entries()) {
      if (left < 0) continue;
      assert.equal(cover[left]! + cover[childrenRight[node]!]!, cover[node]);
    }
  }
});

Deno.test("trainForest() keeps to the limits of leaves, depth and samples per leaf", () => {
  const samples = randomSamples(400, 5, 4);
  const limits = { maxDepth: 4, minSamplesLeaf: 11 };
  const { forest } = trainForest(samples, {
    ...settings,
    ...limits,
    bootstrap: false,
  });
  for (const tree of forest.trees) {
    const leaves = [...tree.childrenLeft.keys()].filter((i) =>
      tree.childrenLeft[i]! < 0
    );
    assert.ok(leaves.length <= 15);
    assert.ok(leaves.every((leaf) => tree.cover[leaf]! >= 11));
  }
});

Deno.test("out-of-bag R2 is that of samples the forest has not seen", () => {
  const { features, target } = randomSamples(3000, 4, 5);
  const fresh = randomSamples(3000, 4, 6);
  const trained = trainForest({ features, target }, {
    ...settings,
    nEstimators: 60,
    maxFeatures: "all",
  });
  const unseen = r2Score(fresh.target, predict(trained.forest, fresh.features));
  assertNear(trained.outOfBag!.r2, unseen, 0.03);
  const seen = r2Score(target, predict(trained.forest, features));
  assert.ok(seen > trained.outOfBag!.r2);
});

Deno.test("a sample of weight 0 takes no part", () => {
  const { features, target } = randomSamples(100, 3, 8);
  const weight = target.map((_, i) => i < 50 ? 1 : 0);
  const strange = target.map((y, i) => i < 50 ? y : 1e6);
  const a = trainForest({ features, target, weight }, settings);
  const b = trainForest({ features, target: strange, weight }, settings);
  assert.deepEqual(a.forest, b.forest);
  assert.ok(a.outOfBag!.prediction.subarray(50).every(Number.isNaN));
  assert.ok(Number.isFinite(a.outOfBag!.r2));
});

Deno.test("trainForest() throws on settings outside their range", () => {
  const samples = randomSamples(30, 4, 1);
  const wrong: [Partial<ForestSettings>, RegExp][] = [
    [
      { nEstimators: 0 },
      /nEstimators must be a whole number from 1: current value is 0/,
    ],
    [
      { maxLeafNodes: 1 },
      /maxLeafNodes must be a whole number from 2: current value is 1/,
    ],
    [
      { maxDepth: 1.5 },
      /maxDepth must be a whole number from 1: current value is 1.5/,
    ],
    [{ minSamplesLeaf: 0 }, /minSamplesLeaf/],
    [
      { maxFeatures: 5 },
      /maxFeatures must be a whole number from 1 to 4: current value is 5/,
    ],
    [{ minImpurityDecrease: -1 }, /must not be negative: current value is -1/],
    [{ seed: 0.5 }, /seed must be a whole number/],
  ];
  for (const [setting, message] of wrong) {
    assert.throws(() => trainForest(samples, { ...settings, ...setting }), {
      name: "RangeError",
      message,
    });
  }
});

Deno.test("trainForest() throws on samples it cannot learn from", () => {
  const { features, target } = randomSamples(30, 4, 1);
  const put = (value: number) => target.map((y, i) => i === 4 ? value : y);
  const wrong: [Parameters<typeof trainForest>[0], RegExp][] = [
    [{ features, target: target.subarray(1) }, /current values are 29 and 30/],
    [
      { features, target: put(NaN) },
      /must be finite: current value is NaN for sample 4/,
    ],
    [
      { features, target: target.map(() => 3) },
      /target must vary: current value is 3 throughout/,
    ],
    [{ features, target, weight: put(-1) }, /not negative: current value is/],
    [
      { features, target, weight: target.map((_, i) => i < 9 ? 1 : 0) },
      /as many samples as leaves, 15: current value is 9/,
    ],
  ];
  for (const [samples, message] of wrong) {
    assert.throws(() => trainForest(samples, settings), {
      name: "RangeError",
      message,
    });
  }
});

Deno.test("r2Score() is 1 for exact predictions and 0 for the mean", () => {
  assert.equal(r2Score([1, 2, 3], [1, 2, 3]), 1);
  assert.equal(r2Score([1, 2, 3], [2, 2, 2]), 0);
  assert.equal(r2Score([1, 2, 3, 50], [1, 2, 3, NaN]), 1);
});
