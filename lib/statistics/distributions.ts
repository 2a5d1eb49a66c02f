/** Tail probabilities and quantiles of the normal and Student's t distribution. */

/** Coefficients of C. Lanczos, J. SIAM Numer. Anal. B 1, 86 (1964), for g = 7, as computed by P. Godfrey. */
const lanczos = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/**
 * Natural logarithm of the gamma function of a positive number, to 1e-14
 * relative (absolute near its zeros 1 and 2).
 *
 * Source: C. Lanczos, J. SIAM Numer. Anal. B 1, 86 (1964), doi:10.1137/0701008.
 *
 * @param x Positive number.
 * @throws {RangeError} If it is not positive.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) {
    throw new RangeError(
      `Cannot take the logarithm of gamma as x must be positive: current value is ${x}`,
    );
  }
  if (x < 0.5) {
    return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  }
  let sum = lanczos[0]!;
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i]! / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t +
    Math.log(sum);
}

/**
 * Natural logarithm of the two-sided tail probability of a standard normal
 * variable, `ln P(|Z| >= |z|)`; it stays finite where the probability itself
 * underflows.
 *
 * @param z Standard score.
 */
export function logNormalTail(z: number): number {
  // P(|Z| >= |z|) = erfc(|z| / sqrt 2) = Q(1/2, z^2 / 2), incomplete gamma.
  const x = z * z / 2;
  if (x === Infinity) return -Infinity;
  if (x < 1.5) {
    let term = 2, sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= x / (k + 0.5);
      sum += term;
    }
    return Math.log1p(0 - Math.sqrt(x / Math.PI) * Math.exp(-x) * sum);
  }
  const fraction = continuedFraction(
    x + 0.5,
    (i) => -i * (i - 0.5),
    (i) => x + 0.5 + 2 * i,
  );
  return -x + 0.5 * Math.log(x / Math.PI) - Math.log(fraction);
}

/**
 * Natural logarithm of the two-sided tail probability of Student's t,
 * `ln P(|T| >= |t|)`; it stays finite where the probability itself underflows.
 *
 * The incomplete beta function is summed as the continued fraction of DLMF
 * 8.17.22 (https://dlmf.nist.gov/8.17.E22).
 *
 * @param t Value of the statistic.
 * @param freedom Degrees of freedom, positive.
 */
export function logStudentTail(t: number, freedom: number): number {
  if (Math.abs(t) === Infinity) return -Infinity;
  // P = I_x(freedom / 2, 1 / 2) with x = freedom / (freedom + t^2).
  const ratio = t * t / freedom;
  const logX = -Math.log1p(ratio), logRest = Math.log(ratio) + logX;
  const a = freedom / 2, b = 0.5;
  const factor = logGamma(a + b) - logGamma(a) - logGamma(b);
  // The fraction converges fast only on its own side of the mean.
  if (Math.exp(logX) < (a + 1) / (a + b + 2)) {
    return factor + a * logX + b * logRest -
      Math.log(a * betaFraction(a, b, Math.exp(logX)));
  }
  if (ratio === 0) return 0;
  const other = factor + a * logX + b * logRest -
    Math.log(b * betaFraction(b, a, Math.exp(logRest)));
  return Math.log1p(-Math.exp(other));
}

function betaFraction(a: number, b: number, x: number): number {
  return continuedFraction(1, (i) => {
    const m = i >> 1;
    return i % 2 === 0
      ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
  }, () => 1);
}

/** `start + n(1) / (d(1) + n(2) / (d(2) + ...))`, by Lentz's method. */
function continuedFraction(
  start: number,
  numerator: (i: number) => number,
  denominator: (i: number) => number,
): number {
  let value = start, c = start, d = 0;
  for (let i = 1; i < 10_000; i++) {
    d = 1 / (denominator(i) + numerator(i) * d);
    c = denominator(i) + numerator(i) / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

/**
 * Quantile of the standard normal distribution, to 1e-15 relative.
 *
 * The starting value of P. J. Acklam's rational approximation (relative error
 * 1e-9) is refined by Halley's step on the tail probability.
 *
 * @param probability Between 0 and 1, both excluded.
 * @throws {RangeError} If it is outside.
 *
 * @example The factor of a 95 % interval
 * ```ts
 * import assert from "node:assert/strict";
 * import { normalQuantile } from "./distributions.ts";
 *
 * assert.equal(normalQuantile(0.975).toFixed(6), "1.959964");
 * ```
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(
      `Cannot take a normal quantile as the probability must be between 0 and 1: current value is ${probability}`,
    );
  }
  if (probability > 0.5) return -lowerQuantile(1 - probability);
  return probability === 0.5 ? 0 : lowerQuantile(probability);
}

/** Quantile below the median; the tail keeps its relative accuracy there. */
function lowerQuantile(p: number): number {
  const start = acklam(p);
  const tail = Math.exp(logNormalTail(start)) / 2;
  const step = (tail - p) * Math.sqrt(2 * Math.PI) *
    Math.exp(start * start / 2);
  return start - step / (1 + start * step / 2);
}

function acklam(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q -
                  2.400758277161838) * q - 2.549732539343734) * q +
          4.374664141464968) * q + 2.938163982698783) /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q +
                2.445134137142996) * q + 3.754408661907416) * q + 1);
  }
  const q = p - 0.5, r = q * q;
  return (((((-3.969683028665376e1 * r + 2.209460984245205e2) * r -
                2.759285104469687e2) * r + 1.383577518672690e2) * r -
        3.066479806614716e1) * r + 2.506628277459239) *
    q /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r -
                  1.556989798598866e2) * r + 6.680131188771972e1) * r -
          1.328068155288572e1) * r + 1);
}
