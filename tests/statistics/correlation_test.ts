import assert from "node:assert/strict";
import fc from "fast-check";
import {
  correlationDifference,
  correlationInterval,
  correlationOf,
  pearson,
  spearman,
} from "@cathode/statistics/mod.ts";
import { assertClose, stats } from "./golden.ts";

const { X } = stats.small;
const column = (j: number) => X.map((row) => row[j]!);

Deno.test("pearson() and spearman() agree with SciPy", () => {
  for (const pair of stats.small.pairs) {
    const x = column(pair.i), y = column(pair.j);
    assertClose(pearson(x, y).r, pair.pearson);
    assertClose(pearson(x, y).p, pair.p);
    assertClose(spearman(x, y).r, pair.spearman);
    assertClose(spearman(x, y).p, pair.spearman_p);
  }
});

Deno.test("correlationInterval() agrees with SciPy", () => {
  for (const { pearson: r, ci95 } of stats.small.pairs) {
    const [lower, upper] = correlationInterval(r, X.length);
    assertClose(lower, ci95[0]!);
    assertClose(upper, ci95[1]!);
  }
});

Deno.test("correlationOf() keeps its accuracy where the p-value underflows", () => {
  for (const { r, n, p, log10p } of stats.p_from_r) {
    const found = correlationOf(r, n);
    assertClose(found.log10P, log10p);
    if (p > 0) assertClose(found.p, p);
    else assert.equal(found.p, 0);
  }
});

Deno.test("correlationOf() agrees with SciPy for the factors of both electrodes", () => {
  for (const { n, r, p, log10p } of [stats.factors_10, stats.factors_50]) {
    r.forEach((coefficient, i) => {
      const found = correlationOf(coefficient, n);
      assertClose(found.log10P, log10p[i]!);
      if (p[i]! > 1e-300) assertClose(found.p, p[i]!);
    });
  }
});

Deno.test("correlationOf() is certain of a perfect correlation and of none", () => {
  assert.equal(correlationOf(1, 10).p, 0);
  assert.equal(correlationOf(-1, 10).log10P, -Infinity);
  assert.equal(correlationOf(0, 10).p, 1);
});

Deno.test("correlationDifference() agrees with SciPy", () => {
  for (const { r1, n1, r2, n2, z, p } of stats.diff_of_r) {
    const found = correlationDifference({ r: r1, n: n1 }, { r: r2, n: n2 });
    assertClose(found.z, z);
    assertClose(found.p, p);
  }
});

Deno.test("spearman() does not change under a monotone map", () => {
  const numbers = fc.array(fc.integer({ min: -50, max: 50 }), {
    minLength: 5,
    maxLength: 30,
  });
  fc.assert(fc.property(numbers, (x) => {
    fc.pre(new Set(x).size > 1);
    const y = x.map((_, i) => (i * 37) % 11);
    const mapped = x.map((value) => Math.exp(value / 10));
    assertClose(spearman(x, y).r, spearman(mapped, y).r, 1e-12);
  }));
});

Deno.test("pearson() throws if the pairs cannot be correlated", () => {
  const cases: [number[], number[], RegExp][] = [
    [[1, 2], [1, 2], /at least 3 pairs: current value is 2/],
    [[1, 2, 3], [1, 2], /as many values: current values are 3 and 2/],
    [[1, 2, NaN], [1, 2, 3], /finite: current value is NaN at index 2/],
    [[1, 2, 3], [4, 4, 4], /second quantity must vary/],
  ];
  for (const [x, y, message] of cases) {
    assert.throws(() => pearson(x, y), { name: "RangeError", message });
    assert.throws(() => spearman(x, y), { name: "RangeError" });
  }
  assert.throws(() => correlationOf(1.1, 9), RangeError);
  assert.throws(() => correlationInterval(0.5, 3), RangeError);
});
