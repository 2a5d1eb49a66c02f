/** Exact response of a sphere to a potential step: diffusion inside, linear kinetics at the surface. */
import { erfcx } from "./special.ts";

/**
 * Relative current and its derivatives at several times; filled in place, so
 * that a fit allocates nothing per step.
 */
export interface CurrentShape {
  /** Relative current `f`. */
  readonly value: Float64Array;
  /** Derivative of `f` with the Biot number. */
  readonly perBiot: Float64Array;
  /** Derivative of `f` with dimensionless time. */
  readonly perTau: Float64Array;
}

/** Fills a {@linkcode CurrentShape} at Biot number `biot` and times `rate * (time + lag)`. */
export type CurrentModel = (
  biot: number,
  rate: number,
  times: Float64Array,
  lag: number,
  out: CurrentShape,
) => void;

/** Room for the relative current at a number of times. */
export function currentShape(times: number): CurrentShape {
  return {
    value: new Float64Array(times),
    perBiot: new Float64Array(times),
    perTau: new Float64Array(times),
  };
}

/** Below this dimensionless time the short-time form is the more exact one. */
const shortTime = 0.15;
/** Terms that the series needs above {@linkcode shortTime}: the next is below 1e-18 of the first. */
const seriesLength = 7;
/** Below this dimensionless time no echo from the centre has come back: `exp(-1 / tau) < 5e-18`. */
const echoTime = 0.025;
const sqrtPi = Math.sqrt(Math.PI);

/**
 * Positive roots of `beta cot(beta) + B - 1 = 0` in rising order: the square
 * roots of the decay rates of a sphere's current in units of `D / r^2`.
 *
 * Each is the root of a monotone phase, `beta + atan2(beta, B - 1) = n pi`,
 * found by Newton's method. Relative error below 1e-14 for Biot numbers from
 * 1e-3 to 1e4.
 *
 * Source: J. Crank, The Mathematics of Diffusion, 2nd ed., Oxford 1975,
 * section 6.3.4.
 *
 * @param biot Biot number `B`, positive.
 * @param count Number of roots.
 * @throws {RangeError} If the Biot number is not positive and finite.
 *
 * @example Biot number 1
 * ```ts
 * import assert from "node:assert/strict";
 * import { eigenvalues } from "./sphere.ts";
 *
 * assert.ok(Math.abs(eigenvalues(1, 1)[0]! - Math.PI / 2) < 1e-15);
 * ```
 */
export function eigenvalues(biot: number, count: number): Float64Array {
  assertBiot(biot);
  const roots = new Float64Array(count);
  const b = biot - 1;
  for (let n = 1; n <= count; n++) {
    if (n === 1 && biot < 0.1) {
      roots[0] = smallFirstRoot(biot);
      continue;
    }
    // The root lies between those of B = 0 or 1 and B = 1 or infinity.
    let beta = biot >= 1
      ? (n - 0.25) * Math.PI
      : n === 1
      ? Math.sqrt(3 * biot) * (1 - biot / 10)
      : (n - 0.75) * Math.PI;
    for (let i = 0; i < 20; i++) {
      const excess = beta + Math.atan2(beta, b) - n * Math.PI;
      const step = excess / (1 + b / (beta * beta + b * b));
      beta -= step;
      // Convergence is quadratic, so that the next step would be below rounding.
      if (Math.abs(step) <= 1e-8 * beta) break;
    }
    roots[n - 1] = beta;
  }
  return roots;
}

/** Coefficients of `1 - beta cot(beta)` in powers of `beta^2`: `2 zeta(2 k) / pi^(2 k)`. */
const cotangentSeries = [
  1 / 3,
  1 / 45,
  ...Array.from({ length: 10 }, (_, i) => {
    let sum = 0;
    for (let n = 2000; n > 0; n--) sum += (n * Math.PI) ** (-2 * (i + 3));
    return 2 * sum;
  }),
];

/** First root for B < 0.1, where the phase loses digits, as the root of a power series. */
function smallFirstRoot(biot: number): number {
  let square = 3 * biot;
  for (let i = 0; i < 8; i++) {
    let value = 0, slope = 0;
    for (let k = cotangentSeries.length - 1; k >= 0; k--) {
      slope = slope * square + (k + 1) * cotangentSeries[k]!;
      value = (value + cotangentSeries[k]!) * square;
    }
    square -= (value - biot) / slope;
  }
  return Math.sqrt(square);
}

/**
 * Relative current `f = |I| r^2 / (3 D Q)` after a potential step.
 *
 * `Q` is the charge of the whole step, to infinite time. `f` starts at the
 * Biot number and three times its integral over `tau` is 1. The first echo from
 * the centre is kept at short times; later the series of eigenfunctions takes
 * over. Relative error below 1e-12 for Biot numbers from 0.01 to 1000 and
 * `tau` from 1e-5 to 10.
 *
 * Source: the model is that of J. Min et al., Energy Environ. Sci. 16, 3847
 * (2023), doi:10.1039/d3ee00953j; the solution is J. Crank's (see
 * {@linkcode eigenvalues}).
 *
 * @param biot Biot number `B = j0 |dV/dC| r / (R T D)`.
 * @param tau Dimensionless time `D t / r^2`, not negative.
 * @throws {RangeError} If the Biot number is not positive or the time is negative.
 *
 * @example The current starts at the Biot number
 * ```ts
 * import assert from "node:assert/strict";
 * import { relativeCurrent } from "./sphere.ts";
 *
 * assert.equal(relativeCurrent(1.5, 0), 1.5);
 * ```
 */
export function relativeCurrent(biot: number, tau: number): number {
  assertBiot(biot);
  assertTau(tau);
  const out = currentShape(1);
  exactCurrent(biot, 1, Float64Array.of(tau), 0, out);
  return out.value[0]!;
}

/**
 * Share of the charge of a step that has passed.
 *
 * Relative error below 1e-11 for Biot numbers from 0.01 to 1000 and any time.
 *
 * @param biot Biot number.
 * @param tau Dimensionless time `D t / r^2`, not negative.
 * @throws {RangeError} As {@linkcode relativeCurrent}.
 *
 * @example A step of 1,200 s that is far from complete
 * ```ts
 * import assert from "node:assert/strict";
 * import { chargeFraction } from "./sphere.ts";
 *
 * assert.ok(chargeFraction(0.25, 6e-4 * 1200) < 0.5);
 * ```
 */
export function chargeFraction(biot: number, tau: number): number {
  assertBiot(biot);
  assertTau(tau);
  if (tau < echoTime) {
    const x = (biot - 1) * Math.sqrt(tau);
    return 3 * biot * tau * (1 - biot * Math.sqrt(tau) * integralTail(x));
  }
  let left = 0;
  for (const beta of eigenvalues(biot, 14)) {
    const square = beta * beta;
    left += 6 * biot * biot / (square * (square + biot * biot - biot)) *
      Math.exp(-square * tau);
  }
  return 1 - left;
}

/**
 * {@linkcode relativeCurrent} at many times.
 *
 * @param biot Biot number.
 * @param rate_s Diffusion rate `D / r^2` in 1/s.
 * @param time_s Times since the step in s, not negative.
 * @throws {RangeError} If the Biot number is not positive.
 */
export function relativeCurrents(
  biot: number,
  rate_s: number,
  time_s: Float64Array,
): Float64Array {
  assertBiot(biot);
  const out = currentShape(time_s.length);
  exactCurrent(biot, rate_s, time_s, 0, out);
  return out.value;
}

/** {@linkcode relativeCurrent} and its derivatives at many times, for fits. */
export const exactCurrent: CurrentModel = (biot, rate, times, lag, out) => {
  const b = biot - 1;
  let series: Series | undefined;
  for (let i = 0; i < times.length; i++) {
    const tau = rate * (times[i]! + lag);
    if (tau < shortTime) {
      fillShortTime(biot, b, tau, i, out);
    } else {
      series ??= seriesOf(biot);
      fillSeries(series, tau, i, out);
    }
  }
};

function fillShortTime(
  biot: number,
  b: number,
  tau: number,
  i: number,
  out: CurrentShape,
) {
  if (tau === 0) {
    out.value[i] = biot;
    out.perBiot[i] = 1;
    out.perTau[i] = -Infinity;
    return;
  }
  const root = Math.sqrt(tau), x = b * root;
  const square = biot * biot;
  let value: number, perBiot: number, perTau: number;
  if (x < 0.3) {
    const phi = decayQuotient(x), slope = decayQuotientSlope(x, phi);
    value = biot + square * root * phi;
    perBiot = 1 + 2 * biot * root * phi + square * tau * slope;
    perTau = square * (phi / root + b * slope) / 2;
  } else {
    // The same without the difference of two numbers of the size of B.
    const w = erfcx(x), slope = 2 * x * w - 2 / sqrtPi;
    value = (square * w - biot) / b;
    perBiot = (2 * biot * w + square * root * slope - 1 - value) / b;
    perTau = square * slope / (2 * root);
  }
  if (tau >= echoTime) {
    const y = 1 / root + x;
    const w = erfcx(y), wSlope = 2 * y * w - 2 / sqrtPi;
    const g = root / sqrtPi - (1 + b * tau) * w;
    const gPerBiot = -tau * w - (1 + b * tau) * root * wSlope;
    const gPerTau = 1 / (2 * root * sqrtPi) - b * w -
      (1 + b * tau) * wSlope * (b - 1 / tau) / (2 * root);
    const weight = 4 * square * Math.exp(-1 / tau);
    value += weight * g;
    perBiot += weight * (2 * g / biot + gPerBiot);
    perTau += weight * (g / (tau * tau) + gPerTau);
  }
  out.value[i] = value;
  out.perBiot[i] = perBiot;
  out.perTau[i] = perTau;
}

interface Series {
  squares: Float64Array;
  weights: Float64Array;
  weightSlopes: Float64Array;
  squareSlopes: Float64Array;
}

function seriesOf(biot: number): Series {
  const squares = eigenvalues(biot, seriesLength).map((beta) => beta * beta);
  const norms = squares.map((square) => square + biot * biot - biot);
  // d(beta^2)/dB, from the derivative of beta cot(beta) + B - 1 = 0
  const squareSlopes = squares.map((square, n) => 2 * square / norms[n]!);
  return {
    squares,
    squareSlopes,
    weights: norms.map((norm) => 2 * biot * biot / norm),
    weightSlopes: norms.map((norm, n) =>
      4 * biot / norm -
      2 * biot * biot * (squareSlopes[n]! + 2 * biot - 1) / (norm * norm)
    ),
  };
}

function fillSeries(
  { squares, weights, weightSlopes, squareSlopes }: Series,
  tau: number,
  i: number,
  out: CurrentShape,
) {
  let value = 0, perBiot = 0, perTau = 0;
  const end = squares[0]! + 42 / tau; // further terms are below 1e-18 of the first
  for (let n = 0; n < seriesLength; n++) {
    const square = squares[n]!;
    if (square > end) break;
    const decay = Math.exp(-square * tau), term = weights[n]! * decay;
    value += term;
    perBiot += weightSlopes[n]! * decay - term * tau * squareSlopes[n]!;
    perTau -= square * term;
  }
  out.value[i] = value;
  out.perBiot[i] = perBiot;
  out.perTau[i] = perTau;
}

/** Coefficients of the power series of `(erfcx(x) - 1) / x`: `(-1)^k / Gamma(k / 2 + 1)`. */
const quotientSeries = powerSeries(28, 1);
/** Coefficients of {@linkcode integralTail}: `(-1)^j / Gamma((j + 5) / 2)`. */
const tailSeries = powerSeries(60, 3).map((c) => -c);

/** `(-1)^k / Gamma(k / 2 + 1)` for `k = first, first + 1, ...` */
function powerSeries(count: number, first: number): Float64Array {
  // Gamma(1/2 + 1) and Gamma(1 + 1), then the recursion in steps of one.
  const gamma = [1, sqrtPi / 2];
  for (let k = 2; k < first + count; k++) gamma[k] = gamma[k - 2]! * k / 2;
  return Float64Array.from(
    { length: count },
    (_, i) => (-1) ** (first + i) / gamma[first + i]!,
  );
}

function evaluate(coefficients: Float64Array, x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) {
    sum = sum * x + coefficients[k]!;
  }
  return sum;
}

/** `(erfcx(x) - 1) / x`, smooth at 0, where the Biot number is 1. */
export function decayQuotient(x: number): number {
  return Math.abs(x) < 0.3 ? evaluate(quotientSeries, x) : (erfcx(x) - 1) / x;
}

/** Derivative of {@linkcode decayQuotient}, given its value. */
export function decayQuotientSlope(x: number, quotient: number): number {
  if (Math.abs(x) >= 0.3) {
    return (2 * x + (2 * x * x - 1) * quotient - 2 / sqrtPi) / x;
  }
  let sum = 0;
  for (let k = quotientSeries.length - 1; k > 0; k--) {
    sum = sum * x + k * quotientSeries[k]!;
  }
  return sum;
}

/** `(x^2 + 1 - erfcx(x) - 2 x / sqrt(pi)) / x^3`: the charge that kinetics hold back at short times. */
function integralTail(x: number): number {
  return Math.abs(x) < 1
    ? evaluate(tailSeries, x)
    : (x * x + 1 - erfcx(x) - 2 * x / sqrtPi) / (x * x * x);
}

function assertBiot(biot: number) {
  if (!(biot > 0 && biot < Infinity)) {
    throw new RangeError(
      `Cannot solve the sphere as the Biot number must be positive and finite: current value is ${biot}`,
    );
  }
}

function assertTau(tau: number) {
  if (!(tau >= 0)) {
    throw new RangeError(
      `Cannot solve the sphere as dimensionless time must not be negative: current value is ${tau}`,
    );
  }
}
