import assert from "node:assert/strict";
import { adjustPValues, type Correction } from "@cathode/statistics/mod.ts";
import { assertClose, stats } from "./golden.ts";

function assertAdjusted(p: number[], correction: Correction, q: number[]) {
  adjustPValues(p, correction).forEach((value, i) => assertClose(value, q[i]!));
}

Deno.test("adjustPValues() agrees with statsmodels", () => {
  const p = stats.small.pairs.map((pair) => pair.p);
  assertAdjusted(p, "benjamini-hochberg", stats.small.bh);
  assertAdjusted(p, "benjamini-yekutieli", stats.small.by);
  assertAdjusted(p, "holm", stats.small.holm);
  for (const { p, bh } of [stats.factors_10, stats.factors_50]) {
    assertAdjusted(p, "benjamini-hochberg", bh);
  }
});

Deno.test("adjustPValues() rejects four of the fifteen tests of Benjamini and Hochberg (1995)", () => {
  const { p, bh, rejected_at_05 } = stats.bh1995;
  assertAdjusted(p, "benjamini-hochberg", bh);
  const rejected = adjustPValues(p).filter((q) => q <= 0.05);
  assert.equal(rejected.length, rejected_at_05);
});

Deno.test("adjustPValues() keeps the order given and treats ties alike", () => {
  const { p, bh, holm } = stats.bh_ties_unsorted;
  assertAdjusted(p, "benjamini-hochberg", bh);
  assertAdjusted(p, "holm", holm);
});

Deno.test("adjustPValues() throws if a p-value is outside 0 to 1", () => {
  assert.throws(() => adjustPValues([0.5, NaN]), {
    name: "RangeError",
    message:
      "Cannot correct p-values as each must be from 0 to 1: current value is NaN at index 1",
  });
});

Deno.test("adjustPValues() of no test is empty", () => {
  assert.equal(adjustPValues([]).length, 0);
});
