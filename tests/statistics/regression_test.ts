import assert from "node:assert/strict";
import {
  fitLine,
  fitPowerLaw,
  fitThroughOrigin,
  rSquaredInterval,
  studentQuantile,
  testEquivalence,
} from "@cathode/statistics/mod.ts";

// scipy 1.17 and the paper's formula; origin in tests/golden/pitt/README.md
const golden = JSON.parse(
  Deno.readTextFileSync(
    new URL("../golden/pitt/pitt.json", import.meta.url),
  ),
);
const example = golden.regression_example;
const quantities = { D: "D_cm2_s", j0: "j0_A_cm2", tauD: "tau_D_s" } as const;

function assertClose(actual: number, expected: number, relative = 1e-10) {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected) + 1e-300,
    `${actual} is not ${expected}`,
  );
}

for (const [name, column] of Object.entries(quantities)) {
  const expected = example[name], x = example.d_um, y = example[column];

  Deno.test(`fitThroughOrigin() agrees with the reference for ${name}, negative R2 included`, () => {
    const line = fitThroughOrigin(x, y, 1), square = fitThroughOrigin(x, y, 2);
    assertClose(line.coefficient, expected.origin_linear.slope);
    assertClose(line.rSquared, expected.origin_linear.R2);
    assertClose(square.coefficient, expected.origin_quadratic.coef);
    assertClose(square.rSquared, expected.origin_quadratic.R2);
    for (
      const [fit, reference] of [
        [line, expected.origin_linear],
        [square, expected.origin_quadratic],
      ]
    ) {
      const interval = rSquaredInterval(fit.rSquared, x.length);
      if (reference.SE === null) {
        assert.equal(interval, null);
      } else {
        assertClose(interval!.lower, reference.lo);
        assertClose(interval!.upper, reference.hi);
      }
    }
  });

  Deno.test(`fitLine() and fitPowerLaw() agree with the reference for ${name}`, () => {
    const line = fitLine(x, y), law = fitPowerLaw(x, y);
    assertClose(line.slope, expected.ols_linear.slope);
    assertClose(line.intercept, expected.ols_linear.intercept, 1e-9);
    assertClose(line.rSquared, expected.ols_linear.R2, 1e-9);
    assertClose(line.pValue, expected.ols_linear.F_p, 1e-9);
    assertClose(law.exponent, expected.loglog.exponent, 1e-9);
    assertClose(law.standardError, expected.loglog.se);
    assertClose(law.lower, expected.loglog.lo, 1e-9);
    assertClose(law.upper, expected.loglog.hi, 1e-9);
  });
}

Deno.test("rSquaredInterval() agrees with the reference and excludes 0 above the published threshold", () => {
  for (const row of golden.r2_ci) {
    const interval = rSquaredInterval(row.R2, row.n, row.k);
    if (interval === null) {
      assert.equal(row.SE, null);
      continue;
    }
    assert.ok(Math.abs(interval.standardError - row.SE) < 1e-12);
    assert.ok(Math.abs(interval.lower - row.lo) < 1e-11);
    assert.ok(Math.abs(interval.upper - row.hi) < 1e-11);
  }
  const threshold = golden.r2_ci_zero_exclusion_threshold_n21_k1;
  assert.ok(rSquaredInterval(threshold + 1e-9, 21)!.lower > 0);
  assert.ok(rSquaredInterval(threshold - 1e-9, 21)!.lower < 0);
});

Deno.test("studentQuantile() gives the tabulated quantiles", () => {
  // Closed forms: one degree of freedom is Cauchy, two has t = (1-2p) / sqrt(2 p (1-p))
  assertClose(studentQuantile(0.025, 1), Math.tan(Math.PI * 0.475), 1e-13);
  assertClose(
    studentQuantile(0.05, 2),
    0.9 / Math.sqrt(2 * 0.05 * 0.95),
    1e-13,
  );
  assertClose(studentQuantile(0.025, 19), golden.r2_ci[0].t, 1e-13);
  assert.ok(Math.abs(studentQuantile(0.025, 1e7) - 1.959964) < 1e-5);
});

Deno.test("testEquivalence() is the complement of a 90 % interval inside the bounds", () => {
  const reach = studentQuantile(0.05, 19) * 0.2;
  assert.ok(testEquivalence(0.1, 0.2, 19, 0.1 - reach - 1e-9, 1).equivalent);
  assert.ok(!testEquivalence(0.1, 0.2, 19, 0.1 - reach + 1e-9, 1).equivalent);
});

Deno.test("regressions throw on data that they cannot fit", () => {
  assert.throws(() => fitThroughOrigin([1, 2], [1, 2], 1), {
    name: "RangeError",
    message:
      "Cannot fit a curve as there must be at least 3 points with x and y: current values are 2 and 2",
  });
  assert.throws(() => fitLine([1, 1, 1], [1, 2, 3]), RangeError);
  assert.throws(() => fitLine([1, 2, NaN], [1, 2, 3]), RangeError);
  assert.throws(() => fitPowerLaw([1, 2, 3], [1, 0, 3]), RangeError);
  assert.throws(() => rSquaredInterval(1.1, 21), RangeError);
  assert.throws(() => testEquivalence(0, 0, 19, -1, 1), RangeError);
});
