import assert from "node:assert/strict";
import { WorkerPool } from "@cathode/core/mod.ts";
import {
  type ContributionRun,
  contributionRuns,
  contributionScores,
  createFeatures,
  type Electrode,
  groupShares,
  scoreDifferences,
} from "@cathode/forest/mod.ts";
import { assertNear, randomSamples } from "./golden.ts";
import {
  agreement,
  groups,
  publishedScores,
  syntheticElectrodes,
} from "./published.ts";

async function runsOf(
  particles: Electrode[],
  workers = 2,
  options = { runs: 10, subset: 500, seed: 1 },
): Promise<ContributionRun[]> {
  using pool = new WorkerPool(workers);
  return await contributionRuns(particles, options, pool);
}

Deno.test("the published protocol gives the published scores on the synthetic tables", async () => {
  using pool = new WorkerPool(2);
  const { runs, correlation, signs, order } = await agreement(2000, 1, pool);
  assert.equal(runs.length, 40);
  assert.ok(correlation.every((r) => r >= 0.9), `Spearman ${correlation}`);
  assert.ok(signs >= 19, `${signs} of 21 signs`);
  assert.deepEqual(order, [true, true]);
});

Deno.test("contributionRuns() does not depend on the number of workers", async () => {
  const particles = syntheticElectrodes(200, 2);
  const options = { runs: 2, subset: 100, seed: 3 };
  const one = await runsOf(particles, 1, options);
  assert.deepEqual(await runsOf(particles, 3, options), one);
  assert.deepEqual(
    one.map(({ electrode, kind, run }) => `${electrode} ${kind} ${run}`),
    ["10", "50"].flatMap((state) =>
      ["seed 0", "seed 1", "subset 0", "subset 1"].map((run) =>
        `${state} cycles ${run}`
      )
    ),
  );
  assert.notDeepEqual(one[0]!.scores, one[1]!.scores);
});

Deno.test("contributionScores() is the mean absolute value, weighted if asked for", () => {
  const shap = {
    ids: ["a", "b"],
    rows: 2,
    base: 0,
    values: Float64Array.of(-1, 3, 0.5, 0),
  };
  assert.deepEqual([...contributionScores(shap)], [2, 0.25]);
  const weight = Float64Array.of(3, 1);
  assert.deepEqual([...contributionScores(shap, weight)], [1.5, 0.375]);
});

Deno.test("scoreDifferences() pairs runs of the same kind and number", () => {
  const run = (
    electrode: string,
    kind: "seed" | "subset",
    run: number,
    score: number,
  ) => ({
    electrode,
    kind,
    run,
    scores: Float64Array.of(score),
    outOfBagR2: 0,
    testR2: 0,
  });
  const runs = [
    run("a", "seed", 0, 1),
    run("a", "subset", 0, 5),
    run("b", "subset", 0, 4),
    run("b", "seed", 0, 3),
  ];
  const [difference] = scoreDifferences(runs, "a", "b");
  assert.equal(difference!.mean, 0.5);
  assert.equal(difference!.positive, 1);
  assertNear(difference!.sd, Math.sqrt(4.5), 1e-15);
});

Deno.test("groupShares() add up to one", () => {
  const shares = groupShares([1, 2, 5], ["x", "y", "x"]);
  assert.deepEqual([...shares], [["x", 0.75], ["y", 0.25]]);
});

Deno.test("the published scores have the published group shares", () => {
  // Group shares in per cent, as digitised.
  const shares = groupShares(publishedScores(10), groups);
  assertNear(shares.get("position")!, 0.081, 5e-4);
  assertNear(shares.get("chemistry")!, 0.140, 5e-4);
  assertNear(shares.get("particle structure")!, 0.724, 5e-4);
});

Deno.test("contributionRuns() throws if electrodes cannot be compared", async () => {
  const { features, target } = randomSamples(60, 3, 1);
  const a = { name: "a", features, target };
  const other = createFeatures(["x0", "x1", "z"], [[1, 2], [3, 4], [5, 6]]);
  const wrong: [Electrode[], RegExp][] = [
    [[a, { ...a, name: "a" }], /name of its own: current value is a twice/],
    [
      [a, { name: "b", features: other, target }],
      /must have the attributes x0, x1, x2: current value is x0, x1, z for b/,
    ],
    [[a], /electrode a must have as many: current value is 60/],
  ];
  for (const [particles, message] of wrong) {
    await assert.rejects(() => runsOf(particles), {
      name: "RangeError",
      message,
    });
  }
});
