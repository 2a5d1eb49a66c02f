import assert from "node:assert/strict";
import { createTable } from "@cathode/core/mod.ts";
import {
  electrodeScores,
  rowRanges,
  shuffleAttributes,
  standardiseAttributes,
} from "@cathode/latent/mod.ts";
import { mean, standardDeviation } from "@cathode/statistics/mod.ts";
import { twoFactors } from "./samples.ts";

function electrode(name: string, values: number[]) {
  return {
    name,
    table: createTable([{
      id: "Z",
      unit: "um",
      values: Float64Array.from(values),
    }]),
  };
}

Deno.test("standardiseAttributes() gives normal scores of the ranks, whatever the tail", () => {
  // Quantiles of 1/6, 1/2 and 5/6 over their standard deviation: -1, 0, 1.
  const { values } = standardiseAttributes([electrode("a", [5, 1e9, 1])], [
    "Z",
  ]);
  for (const [i, expected] of [0, 1, -1].entries()) {
    assert.ok(Math.abs(values[i]! - expected) < 1e-6);
  }
});

Deno.test("standardiseAttributes() takes each electrode for itself, or all together", () => {
  const both = [electrode("a", [1, 2, 3]), electrode("b", [11, 12, 13])];
  const own = standardiseAttributes(both, ["Z"], { scores: "standard" });
  assert.deepEqual([...own.values], [-1, 0, 1, -1, 0, 1]);
  const pooled = standardiseAttributes(both, ["Z"], {
    scores: "standard",
    scope: "pooled",
  });
  // Mean 7, variance (36 + 25 + 16) * 2 / 5.
  assert.ok(Math.abs(pooled.values[0]! + 6 / Math.sqrt(154 / 5)) < 1e-6);
});

Deno.test("standardiseAttributes() throws if a value is missing or an attribute does not vary", () => {
  assert.throws(
    () => standardiseAttributes([electrode("ten", [1, NaN, 3])], ["Z"]),
    {
      name: "DataError",
      message:
        /^ten: Cannot standardise attribute Z as its values must be finite: current value is NaN for particle 1/,
    },
  );
  assert.throws(
    () => standardiseAttributes([electrode("ten", [4, 4, 4])], ["Z"]),
    { name: "DataError", message: /must vary: current value is 4/ },
  );
  assert.throws(() => standardiseAttributes([], ["Z"]), RangeError);
  assert.throws(
    () => standardiseAttributes([electrode("ten", [1, 2])], ["Volume"]),
    /Cannot find column Volume/,
  );
});

Deno.test("every attribute of every electrode has mean 0 and variance 1", () => {
  const data = twoFactors(80);
  for (const [e, [from, to]] of rowRanges(data).entries()) {
    assert.equal(electrodeScores(data, e).rows, to - from);
    for (const j of data.ids.keys()) {
      const column = Float64Array.from(
        { length: to - from },
        (_, i) => electrodeScores(data, e).values[i * data.ids.length + j]!,
      );
      assert.ok(Math.abs(mean(column)) < 1e-6);
      assert.ok(Math.abs(standardDeviation(column) - 1) < 1e-6);
    }
  }
});

Deno.test("shuffleAttributes() moves values within an attribute of an electrode", () => {
  const data = twoFactors(50), shuffled = shuffleAttributes(data, 1);
  assert.notDeepEqual(shuffled.values, data.values);
  for (const e of [0, 1]) {
    for (const j of data.ids.keys()) {
      const column = (of: typeof data) => {
        const { values } = electrodeScores(of, e);
        return Array.from({ length: 50 }, (_, i) => values[i * 5 + j]!).sort();
      };
      assert.deepEqual(column(shuffled), column(data));
    }
  }
});
