/** How many particles stand for an electrode. */
import type { Random } from "../core/mod.ts";
import { neighbourGrid, within } from "../geometry/mod.ts";
import {
  logNormalTail,
  mean,
  normalQuantile,
  quantile,
  standardDeviation,
} from "../statistics/mod.ts";
import { assertPerPoint } from "./points.ts";
import type { Estimate } from "./severe.ts";

/** What samples of one size say of the mean. */
export interface SampleSpread {
  /** Particles per sample. */
  readonly size: number;
  /** Range of the central 95 % of the samples' means. */
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the samples' means over the mean, by formula. */
  readonly relativeError: number;
  /** Share of samples whose mean is off by more than the tolerance. */
  readonly missed: number;
}

/** How samples are drawn. */
export interface SamplingOptions {
  /** Whether a particle can be drawn again: true asks about electrodes like this one, false about this one. */
  readonly replacement: boolean;
  /** Number of samples per size. */
  readonly draws: number;
  /** Relative deviation of the mean that counts as missed. */
  readonly tolerance: number;
  /** Source of the samples. */
  readonly random: Random;
}

/**
 * How the mean of a sample scatters with its size.
 *
 * The relative error is CV / sqrt(m), times sqrt((n - m) / (n - 1)) without
 * replacement.
 *
 * @param values One per particle; positive mean.
 * @param sizes Sizes of samples, from 1 to the number of particles.
 * @param options How samples are drawn.
 * @throws {RangeError} If a size is out of range or the mean not positive.
 */
export function sampleSpread(
  values: Float64Array,
  sizes: readonly number[],
  { replacement, draws, tolerance, random }: SamplingOptions,
): SampleSpread[] {
  const n = values.length, truth = mean(values);
  const wrong = sizes.find((m) => !(Number.isInteger(m) && m >= 1 && m <= n));
  if (wrong !== undefined || !(truth > 0)) {
    throw new RangeError(
      `Cannot draw samples as their size must be from 1 to ${n} and the mean positive: current values are ${wrong} and ${truth}`,
    );
  }
  // With the divisor n: the particles are all there are.
  const cv = standardDeviation(values) * Math.sqrt((n - 1) / n) / truth;
  const pool = values.slice();
  return sizes.map((size) => {
    const means = Float64Array.from({ length: draws }, () => {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const j = replacement ? random.index(n) : i + random.index(n - i);
        const drawn = pool[j]!;
        sum += drawn;
        if (!replacement) {
          pool[j] = pool[i]!;
          pool[i] = drawn;
        }
      }
      return sum / size;
    });
    const correction = replacement ? 1 : Math.sqrt((n - size) / (n - 1));
    const off = means.filter((m) => Math.abs(m / truth - 1) > tolerance);
    return {
      size,
      lower: quantile(means, 0.025),
      upper: quantile(means, 0.975),
      relativeError: cv / Math.sqrt(size) * correction,
      missed: off.length / draws,
    };
  });
}

/**
 * Number of independent particles after which the mean is known to a relative
 * standard error: (CV / error)^2.
 *
 * @param values One per particle; positive mean.
 * @param relativeError Wanted, above 0.
 */
export function particlesNeeded(
  values: Float64Array,
  relativeError: number,
): number {
  return (standardDeviation(values) / mean(values) / relativeError) ** 2;
}

/**
 * Gini coefficient: mean absolute difference of two particles over twice the
 * mean; 0 if all are alike, near 1 if one holds everything.
 *
 * @param values None negative, not all 0.
 *
 * @example Four alike, and one that holds all
 * ```ts
 * import assert from "node:assert/strict";
 * import { giniCoefficient } from "./representative.ts";
 *
 * assert.equal(giniCoefficient(Float64Array.of(2, 2, 2, 2)), 0);
 * assert.equal(giniCoefficient(Float64Array.of(0, 0, 0, 1)), 0.75);
 * ```
 */
export function giniCoefficient(values: Float64Array): number {
  const sorted = values.toSorted(), n = sorted.length;
  let weighted = 0, total = 0;
  for (let i = 0; i < n; i++) {
    weighted += (2 * (i + 1) - n - 1) * sorted[i]!;
    total += sorted[i]!;
  }
  return weighted / (n * total);
}

/**
 * Number of independent particles that tell as much of the mean as particles
 * whose values depend on their distance: n / (1 + (n - 1) r) with the mean
 * correlation r of all pairs, where pairs beyond a range count as independent.
 *
 * A negative mean correlation counts as none.
 *
 * @param points_um Triples z, y, x.
 * @param values One per point.
 * @param range_um Distance beyond which particles are independent.
 * @throws {RangeError} If there is not one value per point.
 */
export function effectiveParticles(
  points_um: Float64Array,
  values: Float64Array,
  range_um: number,
): number {
  assertPerPoint(points_um, values);
  const n = values.length, centre = mean(values);
  const grid = neighbourGrid(points_um, Math.max(1, range_um / 2));
  let covariance = 0, squares = 0;
  for (let i = 0; i < n; i++) {
    const own = values[i]! - centre;
    squares += own * own;
    const [z, y, x] = points_um.subarray(3 * i);
    for (const j of within(grid, z!, y!, x!, range_um).indices) {
      if (j !== i) covariance += own * (values[j]! - centre);
    }
  }
  const meanCorrelation = covariance / (n - 1) / squares;
  return n / (1 + (n - 1) * Math.max(0, meanCorrelation));
}

/**
 * Mean with a bias-corrected and accelerated bootstrap interval (BCa, 95 %),
 * which follows the skew of damage.
 *
 * Source: B. Efron, J. Am. Stat. Assoc. 82, 171 (1987),
 * doi:10.1080/01621459.1987.10478410.
 *
 * @param values At least two, not all the same.
 * @param draws Number of bootstrap samples.
 * @param random Source of the samples.
 */
export function meanInterval(
  values: Float64Array,
  draws: number,
  random: Random,
): Estimate {
  const n = values.length, centre = mean(values);
  const means = Float64Array.from({ length: draws }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.index(n)]!;
    return sum / n;
  });
  const below = means.filter((m) => m < centre).length;
  const bias = normalQuantile((below + 0.5) / (draws + 1));
  let cubes = 0, squares = 0;
  for (const value of values) {
    const influence = value - centre;
    cubes += influence ** 3;
    squares += influence ** 2;
  }
  const acceleration = cubes / (6 * squares ** 1.5);
  const end = (tail: number) => {
    const z = bias + normalQuantile(tail);
    return quantile(means, normalShare(bias + z / (1 - acceleration * z)));
  };
  return { value: centre, lower: end(0.025), upper: end(0.975) };
}

/** Share of the standard normal distribution below a place. */
function normalShare(z: number): number {
  const tail = Math.exp(logNormalTail(z)) / 2;
  return z < 0 ? tail : 1 - tail;
}
