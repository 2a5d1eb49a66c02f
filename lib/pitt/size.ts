/** How fitted quantities depend on the size of the particles. */
import {
  type Equivalence,
  fitLine,
  fitPowerLaw,
  fitThroughOrigin,
  type LineFit,
  mean,
  type OriginFit,
  type PowerLaw,
  type RSquaredInterval,
  rSquaredInterval,
  standardDeviation,
  testEquivalence,
} from "../statistics/mod.ts";
import { noiseOf, orient, type Trace } from "./trace.ts";

/** A fit with the paper's interval of its coefficient of determination; null for a negative one. */
export type WithInterval<F> = F & {
  readonly interval: RSquaredInterval | null;
};

/** Dependence of one quantity on the diameter, by the paper's tests and by a power law. */
export interface SizeDependence {
  /** Line through the origin. */
  readonly originLine: WithInterval<OriginFit>;
  /** Parabola `a d^2` through the origin. */
  readonly originParabola: WithInterval<OriginFit>;
  /** Line with intercept. */
  readonly line: WithInterval<LineFit>;
  /** Exponent with its interval. */
  readonly law: PowerLaw;
  /** Whether the exponent is shown to be 0 within the margin. */
  readonly independent: Equivalence;
}

/**
 * Dependence of a quantity on the diameter.
 *
 * The coefficients of determination and their intervals are the paper's; an
 * insignificant one is no proof of independence. That is what the test of
 * equivalence is for: it asks whether the exponent is 0 within a margin.
 *
 * Source: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j, Fig. 4 and Methods.
 *
 * @param diameter_um Diameters in micrometres.
 * @param values Quantity, one positive value per particle.
 * @param margin Exponents up to this are called none; half of the smallest
 * exponent that the classical picture predicts, 1.
 * @throws {RangeError} If there are fewer than 4 particles or a value is not positive.
 *
 * @example A diffusion coefficient that is r^2 times a constant rate
 * ```ts
 * import assert from "node:assert/strict";
 * import { sizeDependence } from "./size.ts";
 *
 * const diameter = [5, 7, 9, 11, 13, 15];
 * const diffusivity = diameter.map((d, i) => d * d * (1 + 0.05 * (-1) ** i));
 * const { law, independent } = sizeDependence(diameter, diffusivity);
 * assert.ok(law.lower < 2 && law.upper > 2 && !independent.equivalent);
 * ```
 */
export function sizeDependence(
  diameter_um: ArrayLike<number>,
  values: ArrayLike<number>,
  margin = 0.5,
): SizeDependence {
  const n = diameter_um.length;
  const withInterval = <F extends { rSquared: number }>(fit: F) => ({
    ...fit,
    interval: rSquaredInterval(fit.rSquared, n),
  });
  const law = fitPowerLaw(diameter_um, values);
  return {
    originLine: withInterval(fitThroughOrigin(diameter_um, values, 1)),
    originParabola: withInterval(fitThroughOrigin(diameter_um, values, 2)),
    line: withInterval(fitLine(diameter_um, values)),
    law,
    independent: testEquivalence(
      law.exponent,
      law.standardError,
      law.degreesOfFreedom,
      -margin,
      margin,
    ),
  };
}

/**
 * Current right after the step over the noise of one sample.
 *
 * Steps below 20 are left out of comparisons by us; the paper leaves out 3.6 V
 * for low current and high noise and gives no rule.
 *
 * @param trace The trace.
 * @param step_V Height of the potential step, signed.
 * @throws {DataError} If the charge does not have the sign of the step.
 */
export function signalToNoise(trace: Trace, step_V: number): number {
  const { current_A } = orient(trace, step_V);
  return mean(current_A.subarray(0, 5)) / noiseOf(current_A);
}

/** Lowest signal to noise of a step that is compared with others; see {@linkcode signalToNoise}. */
export const lowestSignalToNoise = 20;

/**
 * Repeatability: standard deviation over mean of repeated fits, averaged over
 * particles or voltages.
 *
 * @param groups Repeated values, at least two in each group.
 * @throws {RangeError} If there is no group or a group has fewer than two values.
 *
 * @example Two groups
 * ```ts
 * import assert from "node:assert/strict";
 * import { repeatability } from "./size.ts";
 *
 * assert.equal(repeatability([[1, 1, 1], [2, 2]]), 0);
 * ```
 */
export function repeatability(
  groups: readonly ArrayLike<number>[],
): number {
  const short = groups.find((group) => group.length < 2);
  if (groups.length === 0 || short !== undefined) {
    throw new RangeError(
      `Cannot find the repeatability as each group must have at least 2 values: current value is ${
        short?.length ?? "no group"
      }`,
    );
  }
  return mean(
    groups.map((group) => standardDeviation(group) / Math.abs(mean(group))),
  );
}
