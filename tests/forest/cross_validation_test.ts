import assert from "node:assert/strict";
import { Random, WorkerPool } from "@cathode/core/mod.ts";
import {
  blockFolds,
  blocks,
  crossValidate,
  type ForestSettings,
  nestedCrossValidate,
  randomFolds,
  shuffleTarget,
} from "@cathode/forest/mod.ts";
import { fromRows, randomSamples } from "./golden.ts";

const settings: ForestSettings = {
  criterion: "squared_error",
  nEstimators: 20,
  maxLeafNodes: 30,
  bootstrap: true,
  seed: 1,
};

Deno.test("crossValidate() finds what can be predicted, and nothing in shuffled targets", async () => {
  using pool = new WorkerPool(2);
  const samples = randomSamples(500, 4, 1);
  const fold = randomFolds(500, 5, 1);
  const { prediction, r2 } = await crossValidate(samples, fold, settings, pool);
  assert.ok(r2 > 0.45);
  assert.ok(prediction.every(Number.isFinite));
  const control = await crossValidate(
    shuffleTarget(samples, 1),
    fold,
    settings,
    pool,
  );
  assert.ok(control.r2 < 0.05);
});

Deno.test("crossValidate() predicts a fold without its samples", async () => {
  using pool = new WorkerPool(2);
  const samples = randomSamples(200, 3, 2);
  const fold = randomFolds(200, 4, 1);
  const before = await crossValidate(samples, fold, settings, pool);
  // Another target in fold 0 must not move its own predictions.
  const target = samples.target.map((y, i) => fold[i] === 0 ? y + 100 : y);
  const after = await crossValidate(
    { ...samples, target },
    fold,
    settings,
    pool,
  );
  for (const [i, f] of fold.entries()) {
    if (f === 0) assert.equal(after.prediction[i], before.prediction[i]);
  }
});

Deno.test("nestedCrossValidate() chooses the better settings in every fold", async () => {
  using pool = new WorkerPool(2);
  const samples = randomSamples(400, 3, 3);
  const candidates = [{ ...settings, maxLeafNodes: 2 }, settings];
  const fold = randomFolds(400, 4, 2);
  const { chosen } = await nestedCrossValidate(samples, fold, candidates, pool);
  assert.deepEqual(chosen, [1, 1, 1, 1]);
});

Deno.test("block folds see through attributes that only tell the place", async () => {
  // Target: patches of 20 um, which x and y give away to random folds but not to blocks.
  using pool = new WorkerPool(2);
  const random = new Random(4);
  const patch = Array.from({ length: 100 }, () => random.normal());
  const places = Array.from(
    { length: 800 },
    () => [random.between(0, 200), random.between(0, 200)],
  );
  const patchOf = ([x, y]: number[]) =>
    Math.floor(x! / 20) * 10 + Math.floor(y! / 20);
  const samples = {
    features: fromRows(places),
    target: Float64Array.from(places, (place) => patch[patchOf(place)]!),
  };
  const x = places.map((place) => place[0]!),
    y = places.map((place) => place[1]!);
  const deep = { ...settings, maxLeafNodes: 200 };
  const byRandom = await crossValidate(
    samples,
    randomFolds(800, 5, 1),
    deep,
    pool,
  );
  const byBlock = await crossValidate(
    samples,
    blockFolds(x, y, 40, 5, 1),
    deep,
    pool,
  );
  assert.ok(byRandom.r2 > 0.5);
  assert.ok(byBlock.r2 < 0.1);
});

Deno.test("randomFolds() are of equal size, blockFolds() keep blocks whole", () => {
  const counts = [0, 0, 0];
  for (const fold of randomFolds(30, 3, 1)) counts[fold]!++;
  assert.deepEqual(counts, [10, 10, 10]);
  const x = [1, 2, 11, 12, 21], y = [1, 1, 1, 1, 1];
  assert.deepEqual([...blocks(x, y, 10)], [0, 0, 1, 1, 2]);
  const fold = blockFolds(x, y, 10, 3, 1);
  assert.equal(fold[0], fold[1]);
  assert.equal(fold[2], fold[3]);
  assert.equal(new Set(fold).size, 3);
});

Deno.test("shuffleTarget() deals out the same targets", () => {
  const samples = randomSamples(50, 3, 1),
    { target } = shuffleTarget(samples, 1);
  assert.notDeepEqual(target, samples.target);
  assert.deepEqual(target.toSorted(), samples.target.toSorted());
});

Deno.test("folds throw if there are too many or too few", async () => {
  assert.throws(() => randomFolds(3, 4, 1), {
    name: "RangeError",
    message:
      "Cannot validate as the number of folds must be from 2 to 3: current value is 4",
  });
  assert.throws(() => blockFolds([1, 2], [1, 2], 100, 2, 1), RangeError);
  assert.throws(() => blockFolds([1, 2], [1, 2], 0, 2, 1), RangeError);
  using pool = new WorkerPool(1);
  const samples = randomSamples(30, 3, 1);
  await assert.rejects(
    crossValidate(samples, randomFolds(29, 3, 1), settings, pool),
    {
      name: "RangeError",
      message: /every one of the 30 samples must have a fold/,
    },
  );
});
