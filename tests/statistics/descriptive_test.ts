import assert from "node:assert/strict";
import {
  mean,
  median,
  quantile,
  ranks,
  standardDeviation,
  variance,
} from "@cathode/statistics/mod.ts";

Deno.test("mean(), variance() and standardDeviation() of a known sample", () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  assert.equal(mean(values), 5);
  assert.equal(variance(values), 32 / 7);
  assert.equal(standardDeviation(values), Math.sqrt(32 / 7));
});

Deno.test("quantile() interpolates as type 7", () => {
  // R: quantile(c(15, 20, 35, 40, 50), 0.4) = 29
  assert.ok(Math.abs(quantile([50, 15, 40, 20, 35], 0.4) - 29) < 1e-12);
  assert.equal(quantile([3, 1, 2], 0), 1);
  assert.equal(quantile([3, 1, 2], 1), 3);
  assert.equal(median([4, 1, 2, 3]), 2.5);
});

Deno.test("ranks() share the mean rank among equal values", () => {
  assert.deepEqual([...ranks([7, 1, 7, 7, 0])], [4, 2, 4, 4, 1]);
  assert.equal(ranks([]).length, 0);
});

Deno.test("mean(), variance() and quantile() throw if there are too few values", () => {
  assert.throws(() => mean([]), RangeError);
  assert.throws(() => variance([1]), {
    name: "RangeError",
    message:
      "Cannot take the variance of the values as there must be at least 2: current value is 1",
  });
  assert.throws(() => quantile([1], 1.5), RangeError);
});
