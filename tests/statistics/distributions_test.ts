import assert from "node:assert/strict";
import {
  logGamma,
  logNormalTail,
  logStudentTail,
  normalQuantile,
} from "@cathode/statistics/mod.ts";
import { assertClose } from "./golden.ts";

Deno.test("logGamma() of whole and half numbers has its closed form", () => {
  let factorial = 1;
  for (let n = 1; n < 20; n++) {
    assert.ok(Math.abs(logGamma(n) - Math.log(factorial)) < 1e-13);
    factorial *= n;
  }
  assertClose(logGamma(0.5), Math.log(Math.PI) / 2, 1e-14);
  assert.throws(() => logGamma(0), RangeError);
});

Deno.test("logStudentTail() has closed forms for one and two degrees of freedom", () => {
  for (const t of [1e-6, 0.01, 0.5, 1, 3, 40, 1e5]) {
    const one = 2 * Math.atan(1 / t) / Math.PI;
    const two = 2 / (Math.sqrt(2 + t * t) * (Math.sqrt(2 + t * t) + t));
    assertClose(Math.exp(logStudentTail(t, 1)), one, 1e-12);
    assertClose(Math.exp(logStudentTail(t, 2)), two, 1e-12);
    assert.equal(logStudentTail(-t, 2), logStudentTail(t, 2));
  }
});

Deno.test("logNormalTail() is certain at zero and impossible at infinity", () => {
  assert.equal(logNormalTail(0), 0);
  assert.equal(logNormalTail(Infinity), -Infinity);
});

Deno.test("logNormalTail() agrees with SciPy", () => {
  // scipy.stats.norm.logsf(z) + log(2), SciPy 1.17.1
  assertClose(logNormalTail(1), -1.147874464449318, 1e-13);
  assertClose(logNormalTail(10), -52.53813796995253, 1e-13);
  assertClose(logNormalTail(100), -5004.831061513645, 1e-13);
});

Deno.test("normalQuantile() agrees with SciPy and inverts the tail", () => {
  // scipy.stats.norm.ppf, SciPy 1.17.1
  assertClose(normalQuantile(0.975), 1.959963984540054, 1e-14);
  assertClose(normalQuantile(1e-300), -37.0470962993612, 1e-14);
  for (const p of [1e-12, 1e-5, 0.02, 0.03, 0.2, 0.49]) {
    assertClose(Math.exp(logNormalTail(normalQuantile(p))) / 2, p, 1e-13);
    assertClose(normalQuantile(1 - p), -normalQuantile(p), 1e-4);
  }
  assert.equal(normalQuantile(0.5), 0);
  assert.throws(() => normalQuantile(0), RangeError);
});
