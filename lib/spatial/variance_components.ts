/** Variance within and between particles, and how many voxels are worth how many. */
import { gridOf, type Volume } from "../core/mod.ts";

/** One-way random effects: a value is mean + particle + voxel. */
export interface VarianceComponents {
  /** Mean of all voxels. */
  readonly mean: number;
  /** Variance within particles. */
  readonly within: number;
  /** Variance of the particles' means beyond what the voxels give; not below 0. */
  readonly between: number;
  /** Intraclass correlation: share of the variance that lies between particles. */
  readonly icc: number;
}

/**
 * Variance components of voxels grouped by particle (analysis of variance, for
 * particles of different size).
 *
 * Source: S. R. Searle, G. Casella and C. E. McCulloch, Variance Components
 * (1992), section 3.6, doi:10.1002/9780470316856.
 *
 * @param values One per voxel.
 * @param groups Particle of each voxel; 0 is background and left out.
 * @throws {RangeError} If the numbers differ or there are fewer than two particles.
 *
 * @example Two particles that differ, with voxels that do not
 * ```ts
 * import assert from "node:assert/strict";
 * import { varianceComponents } from "./variance_components.ts";
 *
 * const values = Float32Array.of(1, 1, 3, 3);
 * const { within, between, icc } = varianceComponents(values, Uint32Array.of(1, 1, 2, 2));
 * assert.equal(within, 0);
 * assert.equal(between, 2);
 * assert.equal(icc, 1);
 * ```
 */
export function varianceComponents(
  values: Float32Array,
  groups: Uint32Array,
): VarianceComponents {
  assertSameCount(values, groups);
  const { counts, means } = groupMeans(values, groups);
  const particles = counts.filter((count) => count > 0).length;
  const total = sum(counts);
  if (particles < 2) {
    throw new RangeError(
      `Cannot split the variance as there must be at least two particles: current number is ${particles}`,
    );
  }
  let inside = 0, centre = 0;
  for (const [g, count] of counts.entries()) {
    if (count > 0) centre += count * means[g]! / total;
  }
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!;
    if (group !== 0) inside += (values[i]! - means[group]!) ** 2;
  }
  let outside = 0, squares = 0;
  for (let g = 1; g < counts.length; g++) {
    if (counts[g] === 0) continue;
    outside += counts[g]! * (means[g]! - centre) ** 2;
    squares += counts[g]! ** 2;
  }
  const within = total > particles ? inside / (total - particles) : 0;
  const typical = (total - squares / total) / (particles - 1);
  const between = Math.max(
    0,
    (outside / (particles - 1) - within) / typical,
  );
  return { mean: centre, within, between, icc: between / (between + within) };
}

/** Shares of the variance of voxels at three scales; they add up to 1. */
export interface VarianceShares {
  /** Within grains. */
  readonly withinGrains: number;
  /** Between the grains of a particle. */
  readonly betweenGrains: number;
  /** Between particles. */
  readonly betweenParticles: number;
  /** Variance of all voxels. */
  readonly total: number;
}

/**
 * Splits the variance of voxels over grains within particles (law of total
 * variance; every voxel counts the same).
 *
 * @param values One per voxel.
 * @param grains Grain of each voxel, each in one particle; 0 is left out.
 * @param particles Particle of each voxel.
 * @throws {RangeError} If the numbers differ.
 *
 * @example Everything lies between particles
 * ```ts
 * import assert from "node:assert/strict";
 * import { varianceShares } from "./variance_components.ts";
 *
 * const shares = varianceShares(
 *   Float32Array.of(1, 1, 3, 3),
 *   Uint32Array.of(1, 2, 3, 4),
 *   Uint32Array.of(1, 1, 2, 2),
 * );
 * assert.equal(shares.betweenParticles, 1);
 * assert.equal(shares.total, 1);
 * ```
 */
export function varianceShares(
  values: Float32Array,
  grains: Uint32Array,
  particles: Uint32Array,
): VarianceShares {
  const total = spreadWithin(values, grains.map((g) => g === 0 ? 0 : 1));
  const grain = spreadWithin(values, grains);
  const particle = spreadWithin(values, particles);
  return {
    withinGrains: grain / total,
    betweenGrains: (particle - grain) / total,
    betweenParticles: (total - particle) / total,
    total,
  };
}

/** Mean square deviation of values from the mean of their group. */
function spreadWithin(
  values: Float32Array,
  groups: Uint32Array,
): number {
  assertSameCount(values, groups);
  const { means, counts } = groupMeans(values, groups);
  let squares = 0;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== 0) squares += (values[i]! - means[groups[i]!]!) ** 2;
  }
  return squares / sum(counts);
}

/** Count and mean of each group; group 0 has none. */
function groupMeans(
  values: Float32Array,
  groups: Uint32Array,
): { counts: Float64Array; means: Float64Array } {
  let last = 0;
  for (let i = 0; i < groups.length; i++) last = Math.max(last, groups[i]!);
  const counts = new Float64Array(last + 1), sums = new Float64Array(last + 1);
  for (let i = 0; i < groups.length; i++) {
    counts[groups[i]!]!++;
    sums[groups[i]!]! += values[i]!;
  }
  counts[0] = 0;
  return { counts, means: sums.map((s, g) => s / counts[g]!) };
}

function assertSameCount(values: Float32Array, groups: Uint32Array): void {
  if (values.length !== groups.length) {
    throw new RangeError(
      `Cannot split the variance as each value must have a particle: current numbers are ${values.length} and ${groups.length}`,
    );
  }
}

/**
 * Distance of two distributions given as histograms over the same bins: the area
 * between their distribution functions (Wasserstein distance of order 1), in the
 * unit of the values.
 *
 * @param a Counts.
 * @param b Counts over the same bins.
 * @param binWidth Width of a bin.
 * @throws {RangeError} If the numbers of bins differ or a histogram is empty.
 */
export function histogramDistance(
  a: Float64Array,
  b: Float64Array,
  binWidth: number,
): number {
  const [totalA, totalB] = [sum(a), sum(b)];
  if (a.length !== b.length || totalA === 0 || totalB === 0) {
    throw new RangeError(
      `Cannot compare histograms as both must have counts in the same bins: current values are ${totalA} counts in ${a.length} bins and ${totalB} in ${b.length}`,
    );
  }
  let gap = 0, area = 0;
  for (let bin = 0; bin < a.length; bin++) {
    gap += a[bin]! / totalA - b[bin]! / totalB;
    area += Math.abs(gap) * binWidth;
  }
  return area;
}

/** Every how many rows and layers the correlation of voxels is taken. */
const THINNING = 3;

/** How far voxels know of each other. */
export interface IntegralRange {
  /** Correlation of voxels at lags of 0, 1, 2, ... steps. */
  readonly correlation: Float64Array;
  /** Length of a step in micrometres. */
  readonly step_um: number;
  /** Volume that one independent value stands for, in cubic micrometres. */
  readonly range_um3: number;
}

/**
 * Integral range of a field inside particles: the volume over which voxels
 * repeat each other, so that N voxels of volume v are worth N v / range
 * independent ones.
 *
 * The correlation is taken along the three axes, on every third row of every
 * third layer, between voxels of the same particle, with the mean and variance of all voxels, and integrated over space
 * as if it were the same in all directions, up to its first zero.
 *
 * Source: C. Lantuéjoul, J. Microsc. 161, 387 (1991),
 * doi:10.1111/j.1365-2818.1991.tb03099.x.
 *
 * @param field Values with cubic voxels.
 * @param groups Particle of each voxel; 0 is left out.
 * @param farthest_um Longest lag.
 * @throws {RangeError} If the voxels are not cubic or the lag is shorter than one.
 */
export function integralRange(
  field: Volume<Float32Array>,
  groups: Uint32Array,
  farthest_um: number,
): IntegralRange {
  const { depth, height, width, spacing_um: [dz, dy, dx] } = gridOf(field);
  const cubic = Math.abs(dz / dx - 1) < 1e-6 && Math.abs(dy / dx - 1) < 1e-6;
  const lags = Math.floor(farthest_um / dx);
  if (!cubic || lags < 1) {
    throw new RangeError(
      `Cannot integrate the correlation as voxels must be cubic and the lag at least one of them: current values are [${
        [dz, dy, dx].join(", ")
      }] um and ${farthest_um} um`,
    );
  }
  const values = field.data;
  let count = 0, total = 0, squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (groups[i] === 0) continue;
    count++;
    total += values[i]!;
    squares += values[i]! ** 2;
  }
  const centre = total / count, variance = squares / count - centre ** 2;
  const correlation = new Float64Array(lags + 1).fill(1, 0, 1);
  const layer = height * width;
  for (let lag = 1; lag <= lags; lag++) {
    let products = 0, pairs = 0;
    for (
      const [step, reach] of [
        [1, [0, 0, lag]],
        [width, [0, lag, 0]],
        [layer, [lag, 0, 0]],
      ] as const
    ) {
      for (let z = 0; z < depth - reach[0]; z += THINNING) {
        for (let y = 0; y < height - reach[1]; y += THINNING) {
          const from = z * layer + y * width, to = from + width - reach[2];
          for (let i = from; i < to; i++) {
            const j = i + lag * step;
            if (groups[i] === 0 || groups[i] !== groups[j]) continue;
            products += (values[i]! - centre) * (values[j]! - centre);
            pairs++;
          }
        }
      }
    }
    correlation[lag] = pairs === 0 ? 0 : products / pairs / variance;
  }
  let range = 4 / 3 * Math.PI * (dx / 2) ** 3;
  for (let lag = 1; lag <= lags && correlation[lag]! > 0; lag++) {
    range += correlation[lag]! * 4 / 3 * Math.PI *
      (((lag + 0.5) * dx) ** 3 - ((lag - 0.5) * dx) ** 3);
  }
  return { correlation, step_um: dx, range_um3: range };
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
