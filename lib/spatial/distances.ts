/** Distances between neighbouring severely damaged particles, and what they are compared with. */
import { Random } from "../core/mod.ts";
import {
  nearestNeighbours,
  neighbourGrid,
  packSpheres,
} from "../geometry/mod.ts";
import {
  bootstrapPValue,
  bootstrapRows,
  mean,
  median,
  percentileInterval,
  quantile,
} from "../statistics/mod.ts";
import { pickPoints } from "./points.ts";
import type { Estimate } from "./severe.ts";

/** Typical distance of particles in micrometres; it sets the speed of the search, not its result. */
const CELL_um = 10;

/**
 * Distances from each point to its nearest others.
 *
 * @param points_um Triples z, y, x; more than `k` points.
 * @param k Number of neighbours.
 * @returns `k` distances for each point, nearest first, in micrometres.
 * @throws {RangeError} If there are not more than `k` points, or `k` is not a positive whole number.
 *
 * @example Three points in a row
 * ```ts
 * import assert from "node:assert/strict";
 * import { neighbourDistances } from "./distances.ts";
 *
 * const points = Float64Array.of(0, 0, 0, 0, 0, 3, 0, 0, 7);
 * assert.deepEqual([...neighbourDistances(points, 1)], [3, 3, 4]);
 * ```
 */
export function neighbourDistances(
  points_um: Float64Array,
  k: number,
): Float64Array {
  const count = points_um.length / 3;
  if (count <= k) {
    throw new RangeError(
      `Cannot measure distances to ${k} neighbours as there must be more points than that: current number is ${count}`,
    );
  }
  const grid = neighbourGrid(points_um, CELL_um);
  const distances = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    distances.set(nearestNeighbours(grid, i, k).distances_um, i * k);
  }
  return distances;
}

/** A measured number beside its distribution under a null hypothesis. */
export interface NullComparison {
  /** Of the data. */
  readonly observed: number;
  /** Mean under the null hypothesis and the range of its central 95 %. */
  readonly expected: Estimate;
  /** Share of draws of the null hypothesis at or below the observed value, the data counted as one. */
  readonly pLower: number;
  /** The same at or above it. */
  readonly pUpper: number;
  /** The draws. */
  readonly draws: Float64Array;
}

/** How often and with what random numbers a null hypothesis is drawn. */
export interface Draws {
  /** Number of draws; the smallest p-value is one over this plus one. */
  readonly draws: number;
  /** Source of the draws. */
  readonly random: Random;
}

/**
 * Median distance among the chosen particles against random labelling: as many
 * particles, picked at random among all, so that packing, frame and number are
 * the same and only their places differ.
 *
 * Source of the Monte Carlo test: P. J. Diggle, Statistical Analysis of Spatial
 * and Spatio-Temporal Point Patterns, 3rd ed. (2013), doi:10.1201/b15326.
 *
 * @param points_um Centres of all particles, triples z, y, x.
 * @param rows The chosen ones, more than `k`.
 * @param k Neighbours per particle.
 * @param options Number and source of the draws.
 * @throws {RangeError} As {@linkcode neighbourDistances}.
 */
export function againstRandomLabelling(
  points_um: Float64Array,
  rows: Uint32Array,
  k: number,
  { draws, random }: Draws,
): NullComparison {
  const statistic = (chosen: ArrayLike<number>) =>
    median(neighbourDistances(pickPoints(points_um, chosen), k));
  const count = points_um.length / 3;
  return compareWithNull(
    statistic(rows),
    Float64Array.from(
      { length: draws },
      () => statistic(random.permutation(count).subarray(0, rows.length)),
    ),
  );
}

/**
 * Median distance among the chosen particles against a hard-core packing: balls
 * of their sizes placed at random in the box without overlap. Unlike random
 * labelling it does not know where the other particles are.
 *
 * @param points_um Centres of the chosen particles, triples z, y, x.
 * @param radii_um Their radii.
 * @param extent_um Box z, y, x.
 * @param k Neighbours per particle.
 * @param options Number and source of the draws.
 * @throws {RangeError} As {@linkcode neighbourDistances} and `packSpheres`.
 */
export function againstHardCore(
  points_um: Float64Array,
  radii_um: Float64Array,
  extent_um: readonly [z: number, y: number, x: number],
  k: number,
  { draws, random }: Draws,
): NullComparison {
  const one = () => {
    const start_um = Float64Array.from(
      points_um,
      (_, i) => random.between(0, extent_um[i % 3]!),
    );
    const packed = packSpheres({
      radii_um,
      start_um,
      extent_um,
      tolerance_um: 0.01,
    });
    return median(neighbourDistances(packed, k));
  };
  return compareWithNull(
    median(neighbourDistances(points_um, k)),
    Float64Array.from({ length: draws }, one),
  );
}

/**
 * A number beside its draws under a null hypothesis.
 *
 * @param observed Of the data.
 * @param draws Under the null hypothesis.
 */
export function compareWithNull(
  observed: number,
  draws: Float64Array,
): NullComparison {
  const [lower, upper] = percentileInterval(draws);
  let below = 1, above = 1;
  for (const draw of draws) {
    if (draw <= observed) below++;
    if (draw >= observed) above++;
  }
  return {
    observed,
    expected: { value: mean(draws), lower, upper },
    pLower: below / (draws.length + 1),
    pUpper: above / (draws.length + 1),
    draws,
  };
}

/** Difference of two electrodes. */
export interface Shift extends Estimate {
  /** Two-sided p-value of no difference. */
  readonly p: number;
}

/**
 * Shift of the median distance between neighbours from one electrode to another
 * (second minus first), with interval and p-value from a bootstrap of columns.
 *
 * Neighbouring distances depend on each other, so columns of the electrode,
 * squares of `block_um` in the plane over the whole depth, are drawn and not
 * single particles. Columns should be wider than a few distances and a dozen in
 * number.
 *
 * @param first_um Centres of severely damaged particles, triples z, y, x.
 * @param second_um Those of the other electrode.
 * @param k Neighbours per particle.
 * @param block_um Edge of a column.
 * @param options Number and source of the draws.
 */
export function medianShift(
  first_um: Float64Array,
  second_um: Float64Array,
  k: number,
  block_um: number,
  { draws, random }: Draws,
): Shift {
  const sides = [first_um, second_um].map((points) => {
    const distances = neighbourDistances(points, k);
    const blocks = columnsOf(points, block_um);
    return { distances, blocks };
  });
  const medians = () =>
    sides.map(({ distances, blocks }) => {
      const rows = bootstrapRows(blocks.length, random, blocks);
      return median(
        Array.from(rows).flatMap((row) => [
          ...distances.subarray(row * k, row * k + k),
        ]),
      );
    });
  const shifts = Float64Array.from({ length: draws }, () => {
    const [a, b] = medians();
    return b! - a!;
  });
  const [lower, upper] = percentileInterval(shifts);
  return {
    value: median(sides[1]!.distances) - median(sides[0]!.distances),
    lower,
    upper,
    p: bootstrapPValue(shifts),
  };
}

/**
 * Column of each point: squares of the plane, numbered.
 *
 * @param points_um Triples z, y, x.
 * @param block_um Edge of a square.
 */
export function columnsOf(
  points_um: Float64Array,
  block_um: number,
): Int32Array {
  return Int32Array.from({ length: points_um.length / 3 }, (_, i) => {
    const y = Math.floor(points_um[3 * i + 1]! / block_um);
    const x = Math.floor(points_um[3 * i + 2]! / block_um);
    return y * 4096 + x;
  });
}

/** A distribution function with its pointwise 95 % band. */
export interface DistributionBand {
  /** Places, in the unit of the values. */
  readonly at: Float64Array;
  /** Share of values at or below each place. */
  readonly share: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Distribution function of values that come in groups, with a pointwise band
 * from a bootstrap of the groups.
 *
 * @param values Values, `perRow` for each row.
 * @param perRow Values per row.
 * @param blocks Group of each row.
 * @param at Places at which to give it.
 * @param options Number and source of the draws.
 */
export function distributionBand(
  values: Float64Array,
  perRow: number,
  blocks: ArrayLike<number>,
  at: Float64Array,
  { draws, random }: Draws,
): DistributionBand {
  const rows = values.length / perRow;
  const shareOf = (chosen: ArrayLike<number>) => {
    const counts = new Float64Array(at.length);
    for (let i = 0; i < chosen.length; i++) {
      for (let j = 0; j < perRow; j++) {
        const value = values[chosen[i]! * perRow + j]!;
        for (let a = at.length - 1; a >= 0 && at[a]! >= value; a--) {
          counts[a]!++;
        }
      }
    }
    return counts.map((count) => count / (chosen.length * perRow));
  };
  const curves = Array.from(
    { length: draws },
    () => shareOf(bootstrapRows(rows, random, blocks)),
  );
  const bound = (probability: number) =>
    Float64Array.from(
      at,
      (_, a) => quantile(curves.map((c) => c[a]!), probability),
    );
  return {
    at,
    share: shareOf(Uint32Array.from({ length: rows }, (_, i) => i)),
    lower: bound(0.025),
    upper: bound(0.975),
  };
}
