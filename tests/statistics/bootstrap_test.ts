import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  bootstrapPValue,
  bootstrapRows,
  mean,
  normalQuantile,
  percentileInterval,
  standardDeviation,
} from "@cathode/statistics/mod.ts";

Deno.test("percentileInterval() of a bootstrapped mean is that of the normal law", () => {
  const random = new Random(3);
  const sample = Array.from({ length: 400 }, () => random.normal());
  const means = Array.from(
    { length: 1000 },
    () => mean(Array.from(bootstrapRows(400, random), (i) => sample[i]!)),
  );
  const half = normalQuantile(0.975) * standardDeviation(sample) / 20;
  const [lower, upper] = percentileInterval(means);
  // The ends of 1,000 samples scatter by about 6 % of the half width.
  assert.ok(Math.abs(lower - (mean(sample) - half)) < 0.2 * half);
  assert.ok(Math.abs(upper - (mean(sample) + half)) < 0.2 * half);
});

Deno.test("bootstrapRows() draws whole blocks", () => {
  const blocks = [5, 5, 5, 2, 2, 9];
  const rows = [...bootstrapRows(6, new Random(1), blocks)];
  const counts = blocks.map((_, i) => rows.filter((r) => r === i).length);
  assert.equal(counts[0], counts[1]);
  assert.equal(counts[1], counts[2]);
  assert.equal(counts[3], counts[4]);
  assert.equal(counts[0]! + counts[3]! + counts[5]!, 3);
});

Deno.test("bootstrapPValue() counts the samples beyond zero on both sides", () => {
  assert.equal(bootstrapPValue([1, 2, 3]), 0.5);
  assert.equal(bootstrapPValue([-1, 1]), 1);
  assert.equal(bootstrapPValue(new Float64Array(99).fill(-1)), 0.02);
});

Deno.test("bootstrapRows() throws if a row has no block", () => {
  assert.throws(() => bootstrapRows(3, new Random(1), [1]), {
    name: "RangeError",
    message:
      "Cannot draw blocks as each of the 3 rows must have one: current value is 1",
  });
});
