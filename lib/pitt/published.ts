/** The published closed form of the current, eqn (1), as it is printed. */
import {
  type CurrentModel,
  currentShape,
  decayQuotient,
  decayQuotientSlope,
} from "./sphere.ts";
import { erfcx } from "./special.ts";

const sqrtPi = Math.sqrt(Math.PI);

/**
 * Relative current `f = |I| r^2 / (3 D Q)` of eqn (1) as printed.
 *
 * The formula keeps one part of the first echo from the centre and drops
 * another of the same order. So it departs from {@linkcode relativeCurrent} by
 * 1 % near `tau` 0.25, and at long times it grows (B < 1), decays too slowly
 * (B = 1) or changes sign (B > 1). It is written here with scaled error
 * functions, so that nothing overflows and B = 1 is not special; error below
 * 1e-8 B. For B < 1 and `(B - 1)^2 tau` above 700 the formula itself exceeds
 * the largest number and the value is not a number.
 *
 * Source: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j, eqn (1).
 *
 * @param biot Biot number, positive.
 * @param tau Dimensionless time `D t / r^2`, not negative.
 * @throws {RangeError} If the Biot number is not positive or the time is negative.
 *
 * @example At short times it is exact, at long times it is not
 * ```ts
 * import assert from "node:assert/strict";
 * import { publishedRelativeCurrent } from "./published.ts";
 * import { relativeCurrent } from "./sphere.ts";
 *
 * const error = (tau: number) =>
 *   publishedRelativeCurrent(1, tau) / relativeCurrent(1, tau) - 1;
 * assert.ok(Math.abs(error(0.05)) < 1e-9);
 * assert.ok(error(1) > 0.8);
 * ```
 */
export function publishedRelativeCurrent(biot: number, tau: number): number {
  if (!(biot > 0 && biot < Infinity) || !(tau >= 0)) {
    throw new RangeError(
      `Cannot evaluate eqn (1) as the Biot number must be positive and time not negative: current values are ${biot} and ${tau}`,
    );
  }
  const out = currentShape(1);
  publishedCurrent(biot, 1, Float64Array.of(tau), 0, out);
  return out.value[0]!;
}

/** {@linkcode publishedRelativeCurrent} and its derivatives at many times, for fits. */
export const publishedCurrent: CurrentModel = (
  biot,
  rate,
  times,
  lag,
  out,
) => {
  const b = biot - 1, square = biot * biot;
  for (let i = 0; i < times.length; i++) {
    const tau = rate * (times[i]! + lag);
    if (tau === 0) {
      out.value[i] = biot;
      out.perBiot[i] = 1;
      out.perTau[i] = -Infinity;
      continue;
    }
    const root = Math.sqrt(tau), x = b * root, z = 1 / root, y = z + x;
    const phi = decayQuotient(x), phiSlope = decayQuotientSlope(x, phi);
    const near = erfcx(z), nearSlope = 2 * z * near - 2 / sqrtPi;
    const far = erfcx(y), farSlope = 2 * y * far - 2 / sqrtPi;
    const { value: quotient, slope: quotientSlope } = dividedDifference(
      { near, far, nearSlope, farSlope, z, b, root },
    );
    // d/dtau of (far - near) / b; near and far both move with tau
    const quotientPerTau = Math.abs(b) < 1e-5
      ? -secondSlope(z, near, nearSlope) / (2 * tau) + nearSlope / (2 * root)
      : (farSlope * (b - 1 / tau) + nearSlope / tau) / (2 * root * b);
    const weight = biot * Math.exp(-1 / tau);
    const echo = far - quotient;
    out.value[i] = biot + square * root * phi + weight * echo;
    out.perBiot[i] = 1 + 2 * biot * root * phi + square * tau * phiSlope +
      weight * (echo / biot + root * farSlope - quotientSlope);
    out.perTau[i] = square * (phi / root + b * phiSlope) / 2 +
      weight *
        (echo / (tau * tau) + farSlope * (b - 1 / tau) / (2 * root) -
          quotientPerTau);
  }
};

/** `(erfcx(z + b root) - erfcx(z)) / b` and its derivative with `b`, smooth at `b = 0`. */
function dividedDifference(
  { near, far, nearSlope, farSlope, z, b, root }: {
    near: number;
    far: number;
    nearSlope: number;
    farSlope: number;
    z: number;
    b: number;
    root: number;
  },
): { value: number; slope: number } {
  if (Math.abs(b) < 1e-5) {
    const half = root * root / 2 * secondSlope(z, near, nearSlope);
    return { value: root * nearSlope + b * half, slope: half };
  }
  const value = (far - near) / b;
  return { value, slope: (root * farSlope - value) / b };
}

/** Second derivative of `erfcx`. */
function secondSlope(x: number, w: number, slope: number): number {
  return 2 * w + 2 * x * slope;
}
