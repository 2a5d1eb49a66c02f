/** Regression of one variable on another: through the origin, lines, power laws. */
import { mean } from "./descriptive.ts";
import { logStudentTail } from "./distributions.ts";

/** A fit of `y = coefficient * x^power`. */
export interface OriginFit {
  /** Coefficient in the units of y over those of x to the power. */
  readonly coefficient: number;
  /** Coefficient of determination about the mean of y; negative if the fit is worse than the mean. */
  readonly rSquared: number;
}

/** A straight line. */
export interface LineFit {
  /** Change of y per unit of x. */
  readonly slope: number;
  /** Value of y at x = 0. */
  readonly intercept: number;
  /** Standard error of the slope. */
  readonly standardError: number;
  /** Coefficient of determination. */
  readonly rSquared: number;
  /** Probability of a slope at least as steep, either way, if there is none. */
  readonly pValue: number;
}

/** A power law `y = prefactor * x^exponent`. */
export interface PowerLaw {
  /** Exponent. */
  readonly exponent: number;
  /** Standard error of the exponent. */
  readonly standardError: number;
  /** Lower end of its interval. */
  readonly lower: number;
  /** Upper end of its interval. */
  readonly upper: number;
  /** Value of y at x = 1. */
  readonly prefactor: number;
  /** Degrees of freedom of the interval: number of points less 2. */
  readonly degreesOfFreedom: number;
}

/** An interval of a coefficient of determination. */
export interface RSquaredInterval {
  /** Approximate standard error. */
  readonly standardError: number;
  /** Lower end. */
  readonly lower: number;
  /** Upper end. */
  readonly upper: number;
}

/** Result of two one-sided tests. */
export interface Equivalence {
  /** Larger of the two p-values. */
  readonly pValue: number;
  /** Whether the value lies within the bounds at the 5 % level. */
  readonly equivalent: boolean;
}

/**
 * Value that Student's t exceeds with a given probability.
 *
 * @param tail Probability, above 0 and at most 0.5, for example 0.025.
 * @param freedom Degrees of freedom, positive.
 * @throws {RangeError} If either is outside its range.
 *
 * @example The t of a 95 % interval with 19 degrees of freedom
 * ```ts
 * import assert from "node:assert/strict";
 * import { studentQuantile } from "./regression.ts";
 *
 * assert.equal(studentQuantile(0.025, 19).toFixed(8), "2.09302405");
 * ```
 */
export function studentQuantile(tail: number, freedom: number): number {
  if (!(tail > 0 && tail <= 0.5) || !(freedom > 0)) {
    throw new RangeError(
      `Cannot find a quantile of Student's t as the tail must be above 0 and at most 0.5 and the degrees of freedom positive: current values are ${tail} and ${freedom}`,
    );
  }
  let low = 0, high = 1;
  while (studentTail(high, freedom) > tail) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Least squares of `y = coefficient * x^power`, a curve through the origin.
 *
 * @param x Independent variable.
 * @param y Dependent variable, as many values.
 * @param power 1 for a line, 2 for a parabola.
 * @throws {RangeError} If there are fewer than 3 points, their numbers differ, or
 * a value is not finite.
 *
 * @example A parabola
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitThroughOrigin } from "./regression.ts";
 *
 * const fit = fitThroughOrigin([1, 2, 3], [2, 8, 18], 2);
 * assert.deepEqual(fit, { coefficient: 2, rSquared: 1 });
 * ```
 */
export function fitThroughOrigin(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  power: 1 | 2,
): OriginFit {
  assertPairs(x, y);
  let xy = 0, xx = 0;
  for (let i = 0; i < x.length; i++) {
    const p = x[i]! ** power;
    xy += p * y[i]!;
    xx += p * p;
  }
  const coefficient = xy / xx;
  return {
    coefficient,
    rSquared: determination(y, (i) => coefficient * x[i]! ** power),
  };
}

/**
 * Least squares of a straight line with an intercept.
 *
 * @param x Independent variable.
 * @param y Dependent variable, as many values.
 * @throws {RangeError} As {@linkcode fitThroughOrigin}, or if all x are the same.
 *
 * @example A line
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLine } from "./regression.ts";
 *
 * const { slope, intercept } = fitLine([0, 1, 2], [1, 3, 5]);
 * assert.deepEqual([slope, intercept], [2, 1]);
 * ```
 */
export function fitLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): LineFit {
  assertPairs(x, y);
  const n = x.length, meanX = mean(x), meanY = mean(y);
  let xx = 0, xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (y[i]! - meanY);
  }
  if (xx === 0) {
    throw new RangeError(
      `Cannot fit a line as x must take at least two values: current value is ${
        x[0]
      }`,
    );
  }
  const slope = xy / xx, intercept = meanY - slope * meanX;
  let residual = 0;
  for (let i = 0; i < n; i++) {
    residual += (y[i]! - intercept - slope * x[i]!) ** 2;
  }
  const standardError = Math.sqrt(residual / (n - 2) / xx);
  return {
    slope,
    intercept,
    standardError,
    rSquared: determination(y, (i) => intercept + slope * x[i]!),
    pValue: standardError === 0
      ? 0
      : Math.exp(logStudentTail(slope / standardError, n - 2)),
  };
}

/**
 * Power law through positive values, by a line in their logarithms.
 *
 * @param x Independent variable, positive.
 * @param y Dependent variable, positive.
 * @param level Level of the interval of the exponent.
 * @throws {RangeError} As {@linkcode fitLine}, or if a value is not positive.
 *
 * @example A square
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitPowerLaw } from "./regression.ts";
 *
 * const law = fitPowerLaw([1, 2, 4], [3, 12, 48]);
 * assert.ok(Math.abs(law.exponent - 2) < 1e-12);
 * ```
 */
export function fitPowerLaw(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  level = 0.95,
): PowerLaw {
  for (const values of [x, y]) {
    const bad = Array.from(values).find((v) => !(v > 0));
    if (bad !== undefined) {
      throw new RangeError(
        `Cannot fit a power law as all values must be positive: current value is ${bad}`,
      );
    }
  }
  const { slope, intercept, standardError } = fitLine(
    Float64Array.from(x, Math.log),
    Float64Array.from(y, Math.log),
  );
  const degreesOfFreedom = x.length - 2;
  const reach = studentQuantile((1 - level) / 2, degreesOfFreedom) *
    standardError;
  return {
    exponent: slope,
    standardError,
    lower: slope - reach,
    upper: slope + reach,
    prefactor: Math.exp(intercept),
    degreesOfFreedom,
  };
}

/**
 * Interval of a coefficient of determination by its approximate standard error,
 * `SE^2 = 4 R^2 (1 - R^2)^2 (n - k - 1)^2 / ((n^2 - 1) (n + 3))`.
 *
 * The approximation is that of the source and covers less than it says: for 21
 * points about 85 % instead of 95 % where the true value is 0.1 to 0.9, and a
 * value below 0.296 is called insignificant although the F test has its
 * threshold at 0.187. It may reach below 0 or above 1 and is not clamped.
 *
 * Source: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j, Methods.
 *
 * @param rSquared The coefficient.
 * @param points Number of points `n`.
 * @param predictors Number of predictors `k`.
 * @param level Level of the interval.
 * @returns The interval, or null for a negative coefficient, where it is undefined.
 * @throws {RangeError} If the coefficient exceeds 1 or there are too few points.
 *
 * @example The lowest value that the paper reports for 21 particles
 * ```ts
 * import assert from "node:assert/strict";
 * import { rSquaredInterval } from "./regression.ts";
 *
 * assert.ok(rSquaredInterval(0.42, 21)!.lower > 0);
 * assert.equal(rSquaredInterval(-0.1, 21), null);
 * ```
 */
export function rSquaredInterval(
  rSquared: number,
  points: number,
  predictors = 1,
  level = 0.95,
): RSquaredInterval | null {
  const free = points - predictors - 1;
  if (!(rSquared <= 1) || !(free > 0)) {
    throw new RangeError(
      `Cannot find the interval of R2 as it must not exceed 1 and points must outnumber predictors by 2: current values are ${rSquared}, ${points}, ${predictors}`,
    );
  }
  if (rSquared < 0) return null;
  const standardError = Math.sqrt(
    4 * rSquared * (1 - rSquared) ** 2 * free ** 2 /
      ((points ** 2 - 1) * (points + 3)),
  );
  const reach = studentQuantile((1 - level) / 2, free) * standardError;
  return { standardError, lower: rSquared - reach, upper: rSquared + reach };
}

/**
 * Whether an estimate shows its true value to lie between two bounds (two
 * one-sided tests): no correlation is shown by this, not by a large p-value.
 *
 * Source: D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15, 657 (1987),
 * doi:10.1007/BF01068419.
 *
 * @param estimate The estimate.
 * @param standardError Its standard error, positive.
 * @param degreesOfFreedom Of the standard error.
 * @param lower Lower bound.
 * @param upper Upper bound.
 * @throws {RangeError} If the bounds are not in order or the error is not positive.
 *
 * @example An exponent of 0.1 with a small error is equivalent to 0 within half a unit
 * ```ts
 * import assert from "node:assert/strict";
 * import { testEquivalence } from "./regression.ts";
 *
 * assert.ok(testEquivalence(0.1, 0.15, 19, -0.5, 0.5).equivalent);
 * assert.ok(!testEquivalence(0.1, 0.4, 19, -0.5, 0.5).equivalent);
 * ```
 */
export function testEquivalence(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  lower: number,
  upper: number,
): Equivalence {
  if (!(lower < upper) || !(standardError > 0)) {
    throw new RangeError(
      `Cannot test equivalence as the bounds must be in order and the standard error positive: current values are ${lower}, ${upper}, ${standardError}`,
    );
  }
  const pValue = Math.max(
    studentTail((estimate - lower) / standardError, degreesOfFreedom),
    studentTail((upper - estimate) / standardError, degreesOfFreedom),
  );
  return { pValue, equivalent: pValue < 0.05 };
}

function determination(
  y: ArrayLike<number>,
  predicted: (i: number) => number,
): number {
  const meanY = mean(y);
  let residual = 0, total = 0;
  for (let i = 0; i < y.length; i++) {
    residual += (y[i]! - predicted(i)) ** 2;
    total += (y[i]! - meanY) ** 2;
  }
  return 1 - residual / total;
}

/** Probability that Student's t exceeds a value. */
function studentTail(t: number, freedom: number): number {
  const half = Math.exp(logStudentTail(t, freedom)) / 2;
  return t >= 0 ? half : 1 - half;
}

function assertPairs(x: ArrayLike<number>, y: ArrayLike<number>) {
  if (x.length !== y.length || x.length < 3) {
    throw new RangeError(
      `Cannot fit a curve as there must be at least 3 points with x and y: current values are ${x.length} and ${y.length}`,
    );
  }
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) {
      throw new RangeError(
        `Cannot fit a curve as its points must be finite: current value of point ${i} is ${
          x[i]
        }, ${y[i]}`,
      );
    }
  }
}
