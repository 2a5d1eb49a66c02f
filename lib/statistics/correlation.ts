/** Correlation of two quantities, its significance and differences of correlations. */
import {
  logNormalTail,
  logStudentTail,
  normalQuantile,
} from "./distributions.ts";
import { ranks } from "./descriptive.ts";

/** A correlation coefficient and its significance. */
export interface Correlation {
  /** Coefficient, -1 to 1. */
  readonly r: number;
  /** Number of pairs. */
  readonly n: number;
  /** Two-sided probability of so strong a correlation if there were none. */
  readonly p: number;
  /** Decimal logarithm of `p`, finite where `p` underflows. */
  readonly log10P: number;
}

/**
 * Pearson's product-moment correlation, with the two-sided p-value of the t
 * test (exact for normal variables).
 *
 * @param x Values of one quantity.
 * @param y Values of the other, as many; at least three pairs.
 * @throws {RangeError} If the numbers differ, are fewer than three or not
 * finite, or one quantity is constant.
 *
 * @example Five pairs
 * ```ts
 * import assert from "node:assert/strict";
 * import { pearson } from "./correlation.ts";
 *
 * const { r, p } = pearson([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]);
 * assert.equal(r.toFixed(3), "0.800");
 * assert.equal(p.toFixed(3), "0.104");
 * ```
 */
export function pearson(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): Correlation {
  return correlationOf(pearsonCoefficient(x, y), x.length);
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean
 * rank, with the two-sided p-value of the t test (good from ten pairs up).
 *
 * @param x Values of one quantity.
 * @param y Values of the other, as many; at least three pairs.
 * @throws {RangeError} As {@linkcode pearson}.
 */
export function spearman(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): Correlation {
  assertPairs(x, y);
  return pearson(ranks(x), ranks(y));
}

/**
 * Significance of a correlation coefficient.
 *
 * @param r Coefficient, -1 to 1.
 * @param n Number of pairs, at least three.
 * @throws {RangeError} If `r` or `n` is outside its range.
 */
export function correlationOf(r: number, n: number): Correlation {
  assertCoefficient(r);
  assertPairCount(n, 3);
  const logP = logStudentTail(r * Math.sqrt((n - 2) / (1 - r * r)), n - 2);
  return { r, n, p: Math.exp(logP), log10P: logP / Math.LN10 };
}

/**
 * Confidence interval of a correlation by Fisher's transformation, `atanh r`,
 * which is nearly normal with variance `1 / (n - 3)`.
 *
 * @param r Coefficient, -1 to 1.
 * @param n Number of pairs, at least four.
 * @param confidence Share of intervals that hold the true value.
 * @throws {RangeError} If a value is outside its range.
 */
export function correlationInterval(
  r: number,
  n: number,
  confidence = 0.95,
): [lower: number, upper: number] {
  assertCoefficient(r);
  assertPairCount(n, 4);
  const half = normalQuantile((1 + confidence) / 2) / Math.sqrt(n - 3);
  const z = Math.atanh(r);
  return [Math.tanh(z - half), Math.tanh(z + half)];
}

/**
 * Test of the difference of two correlations from independent samples, by
 * Fisher's transformation.
 *
 * @param a Coefficient and number of pairs (at least four) of one sample.
 * @param b Those of the other.
 * @returns Standard score, positive if `a` is the larger, and two-sided p-value.
 * @throws {RangeError} If a value is outside its range.
 */
export function correlationDifference(
  a: { r: number; n: number },
  b: { r: number; n: number },
): { z: number; p: number } {
  for (const { r, n } of [a, b]) {
    assertCoefficient(r);
    assertPairCount(n, 4);
  }
  const z = (Math.atanh(a.r) - Math.atanh(b.r)) /
    Math.sqrt(1 / (a.n - 3) + 1 / (b.n - 3));
  return { z, p: Math.exp(logNormalTail(z)) };
}

function pearsonCoefficient(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): number {
  assertPairs(x, y);
  const n = x.length;
  let meanX = 0, meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n;
    meanY += y[i]! / n;
  }
  let xx = 0, yy = 0, xy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX, dy = y[i]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  if (!(xx > 0 && yy > 0)) {
    const what = xx > 0 ? "second" : "first";
    throw new RangeError(
      `Cannot correlate as the ${what} quantity must vary and be finite: current value is ${
        (xx > 0 ? y : x)[0]
      } throughout`,
    );
  }
  // Rounding can carry a perfect correlation past 1.
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

function assertPairs(x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length !== y.length) {
    throw new RangeError(
      `Cannot correlate as both quantities must have as many values: current values are ${x.length} and ${y.length}`,
    );
  }
  assertPairCount(x.length, 3);
  for (const values of [x, y]) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) {
        throw new RangeError(
          `Cannot correlate as every value must be finite: current value is ${
            values[i]
          } at index ${i}`,
        );
      }
    }
  }
}

function assertPairCount(n: number, least: number): void {
  if (!(Number.isInteger(n) && n >= least)) {
    throw new RangeError(
      `Cannot correlate as there must be at least ${least} pairs: current value is ${n}`,
    );
  }
}

function assertCoefficient(r: number): void {
  if (!(r >= -1 && r <= 1)) {
    throw new RangeError(
      `Cannot test a correlation as its coefficient must be from -1 to 1: current value is ${r}`,
    );
  }
}
