/** Whether the residuals of a fit look like noise. */

/** What the order of residuals says. */
export interface ResidualTests {
  /** Correlation of neighbours; for white noise 0 with a standard deviation of one over the square root of the count. */
  readonly autocorrelation: number;
  /** Standard score of the number of runs of one sign; negative if there are too few. */
  readonly runsScore: number;
}

/**
 * Tests residuals, in the order of time, for structure that noise does not have.
 *
 * Source: A. Wald and J. Wolfowitz, Ann. Math. Stat. 11, 147 (1940),
 * doi:10.1214/aoms/1177731909 (runs).
 *
 * @param residuals At least 4 residuals.
 * @throws {RangeError} If there are fewer.
 *
 * @example A slow misfit
 * ```ts
 * import assert from "node:assert/strict";
 * import { testResiduals } from "./diagnostics.ts";
 *
 * const wave = Float64Array.from({ length: 100 }, (_, i) => Math.sin(i / 10 + 0.01));
 * assert.ok(testResiduals(wave).runsScore < -5);
 * ```
 */
export function testResiduals(residuals: Float64Array): ResidualTests {
  const n = residuals.length;
  if (n < 4) {
    throw new RangeError(
      `Cannot test residuals as there must be at least 4: current value is ${n}`,
    );
  }
  let product = 0, square = 0, positive = 0, runs = 1;
  for (let i = 0; i < n; i++) {
    square += residuals[i]! ** 2;
    if (residuals[i]! > 0) positive++;
    if (i === 0) continue;
    product += residuals[i]! * residuals[i - 1]!;
    if (residuals[i]! > 0 !== residuals[i - 1]! > 0) runs++;
  }
  const negative = n - positive, pairs = 2 * positive * negative;
  const expected = pairs / n + 1;
  const variance = pairs * (pairs - n) / (n * n * (n - 1));
  return {
    autocorrelation: square > 0 ? product / square : 0,
    // All of one sign leaves nothing to vary and is as far from noise as can be.
    runsScore: variance > 0
      ? (runs - expected) / Math.sqrt(variance)
      : -Infinity,
  };
}
