import assert from "node:assert/strict";
import { WorkerPool } from "@cathode/core/mod.ts";
import {
  differenceIntervals,
  type ForestSettings,
  selectSamples,
  shadowFloor,
} from "@cathode/forest/mod.ts";
import { randomSamples } from "./golden.ts";

const settings: Omit<ForestSettings, "seed"> = {
  criterion: "squared_error",
  nEstimators: 8,
  maxLeafNodes: 12,
  maxFeatures: "sqrt",
  bootstrap: true,
};
const options = { resamples: 200, seed: 1, settings };

Deno.test("differenceIntervals() finds the attribute whose effect has grown, and only that", async () => {
  using pool = new WorkerPool(2);
  const a = randomSamples(300, 5, 1), b = randomSamples(300, 5, 2);
  // Attribute 3 has no effect in a and a strong one in b.
  const grown = b.target.map((y, i) => y + 2 * b.features.values[3 * 300 + i]!);
  const found = await differenceIntervals(
    { name: "a", ...a },
    { name: "b", ...b, target: grown },
    options,
    pool,
  );
  assert.deepEqual(found.map(({ attribute }) => attribute), a.features.ids);
  const { interval, q } = found[3]!;
  assert.ok(interval[0] > 0.5);
  assert.ok(q <= 0.05);
  const idle = found[4]!;
  assert.ok(idle.interval[0] < 0 && idle.interval[1] > 0);
  assert.ok(idle.q > 0.1);
});

Deno.test("differenceIntervals() does not depend on the number of workers", async () => {
  const a = { name: "a", ...randomSamples(80, 3, 1) };
  const b = { name: "b", ...randomSamples(80, 3, 2) };
  const few = { ...options, resamples: 4 };
  using one = new WorkerPool(1);
  using three = new WorkerPool(3);
  assert.deepEqual(
    await differenceIntervals(a, b, few, one),
    await differenceIntervals(a, b, few, three),
  );
});

Deno.test("differenceIntervals() are wider if copies of a particle are drawn as a block", async () => {
  using pool = new WorkerPool(2);
  // Each particle ten times over: as blocks they are 60, not 600.
  const rows = Array.from({ length: 600 }, (_, i) => i % 60);
  const [a, b] = ["a", "b"].map((name, seed) => ({
    name,
    ...selectSamples(randomSamples(60, 3, seed), rows),
  }));
  const all = {
    ...options,
    settings: { ...settings, maxFeatures: "all" as const },
  };
  const alone = await differenceIntervals(a!, b!, all, pool);
  const blocks = { a: rows, b: rows };
  const block = await differenceIntervals(a!, b!, { ...all, blocks }, pool);
  const width = ({ interval }: { interval: readonly [number, number] }) =>
    interval[1] - interval[0];
  // By the square root of ten for means.
  for (const f of [0, 1, 2]) {
    assert.ok(width(block[f]!) > 2 * width(alone[f]!));
    assert.ok(width(block[f]!) < 5 * width(alone[f]!));
  }
});

Deno.test("shadowFloor() parts attributes with an effect from those without", async () => {
  using pool = new WorkerPool(2);
  const samples = randomSamples(400, 6, 3);
  const { scores, floor } = await shadowFloor(
    samples,
    { runs: 20, seed: 1, settings },
    pool,
  );
  const noise = Math.max(...floor);
  assert.ok(scores[0]! > 3 * noise);
  for (const f of [3, 4, 5]) assert.ok(scores[f]! < noise);
});
