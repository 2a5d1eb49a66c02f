/** Whether damage comes in clusters. */
import type { Random } from "../core/mod.ts";
import { nearestNeighbours, neighbourGrid, within } from "../geometry/mod.ts";
import { mean, variance } from "../statistics/mod.ts";
import {
  compareWithNull,
  type Draws,
  type NullComparison,
} from "./distances.ts";
import { assertPerPoint } from "./points.ts";

const CELL_um = 10;

/**
 * Sizes of the clusters of points that a chain of steps no longer than the link
 * joins, largest first.
 *
 * @param points_um Triples z, y, x.
 * @param link_um Longest step.
 *
 * @example Two clusters
 * ```ts
 * import assert from "node:assert/strict";
 * import { linkedClusters } from "./clusters.ts";
 *
 * const points = Float64Array.of(0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 9);
 * assert.deepEqual(linkedClusters(points, 1), [3, 1]);
 * ```
 */
export function linkedClusters(
  points_um: Float64Array,
  link_um: number,
): number[] {
  const count = points_um.length / 3;
  if (count === 0) return [];
  const grid = neighbourGrid(points_um, Math.max(link_um, 1));
  const seen = new Uint8Array(count);
  const sizes: number[] = [];
  for (let first = 0; first < count; first++) {
    if (seen[first] === 1) continue;
    const queue = [first];
    seen[first] = 1;
    for (let head = 0; head < queue.length; head++) {
      const [z, y, x] = points_um.subarray(3 * queue[head]!);
      for (const j of within(grid, z!, y!, x!, link_um).indices) {
        if (seen[j] === 1) continue;
        seen[j] = 1;
        queue.push(j);
      }
    }
    sizes.push(queue.length);
  }
  return sizes.sort((a, b) => b - a);
}

/**
 * Moran's I: how alike neighbours are, against random relabelling of the values
 * among the points. About 0 without order (exactly -1 / (n - 1) on average),
 * 1 at most for smooth fields.
 *
 * Source: P. A. P. Moran, Biometrika 37, 17 (1950), doi:10.1093/biomet/37.1-2.17.
 *
 * @param points_um Triples z, y, x.
 * @param values One per point.
 * @param k Nearest neighbours that count.
 * @param options Number and source of the draws.
 * @throws {RangeError} If there is not one value per point.
 */
export function moranI(
  points_um: Float64Array,
  values: Float64Array,
  k: number,
  { draws, random }: Draws,
): NullComparison {
  assertPerPoint(points_um, values);
  const neighbours = nearestRows(points_um, k);
  const centre = mean(values);
  const deviation = values.map((value) => value - centre);
  const power = deviation.reduce((sum, d) => sum + d * d, 0);
  const statistic = (d: Float64Array) => {
    let sum = 0, links = 0;
    for (const [i, near] of neighbours.entries()) {
      for (const j of near) sum += d[i]! * d[j]!;
      links += near.length;
    }
    return d.length / links * sum / power;
  };
  return compareWithNull(
    statistic(deviation),
    Float64Array.from({ length: draws }, () => {
      const order = random.permutation(values.length);
      return statistic(deviation.map((_, i) => deviation[order[i]!]!));
    }),
  );
}

/**
 * Semivariogram: half the mean square difference of values by distance. It rises
 * from the variance within a neighbourhood to that of the whole.
 *
 * @param points_um Triples z, y, x.
 * @param values One per point.
 * @param edges_um Ends of the bins of distance, ascending.
 * @returns One value per bin; NaN for bins without pairs.
 * @throws {RangeError} If there is not one value per point.
 */
export function semivariogram(
  points_um: Float64Array,
  values: Float64Array,
  edges_um: Float64Array,
): Float64Array {
  assertPerPoint(points_um, values);
  const sums = new Float64Array(edges_um.length - 1);
  const counts = new Uint32Array(edges_um.length - 1);
  const grid = neighbourGrid(points_um, CELL_um);
  for (let i = 0; i < values.length; i++) {
    const [z, y, x] = points_um.subarray(3 * i);
    const near = within(grid, z!, y!, x!, edges_um.at(-1)!);
    for (const [n, j] of near.indices.entries()) {
      if (j <= i) continue;
      const bin = edges_um.findIndex((edge) => edge > near.distances_um[n]!) -
        1;
      if (bin < 0) continue;
      sums[bin]! += (values[i]! - values[j]!) ** 2 / 2;
      counts[bin]!++;
    }
  }
  return sums.map((sum, bin) => sum / counts[bin]!);
}

/** Mean of a particle and its nearest neighbours, one cluster per particle. */
export interface ClusterMeans {
  /** Particles per cluster. */
  readonly size: number;
  /** One mean per particle that a cluster is grown around. */
  readonly means: Float64Array;
  /**
   * Variance of the cluster means over that of as many particles picked at
   * random: above 1 where damage is clustered.
   */
  readonly varianceInflation: number;
}

/**
 * Clusters of each particle with its nearest neighbours.
 *
 * @param points_um Triples z, y, x.
 * @param values One per point.
 * @param size Particles per cluster, from 2 to the number of points.
 * @throws {RangeError} If there is not one value per point, or the size is out of range.
 */
export function clusterMeans(
  points_um: Float64Array,
  values: Float64Array,
  size: number,
): ClusterMeans {
  assertPerPoint(points_um, values);
  if (!(Number.isInteger(size) && size >= 2 && size < values.length)) {
    throw new RangeError(
      `Cannot form clusters as their size must be from 2 to below the number of particles, ${values.length}: current value is ${size}`,
    );
  }
  const means = Float64Array.from(
    nearestRows(points_um, size - 1),
    (near, i) => near.reduce((sum, j) => sum + values[j]!, values[i]!) / size,
  );
  const n = values.length;
  const random = variance(values) / size * (1 - size / n);
  return { size, means, varianceInflation: variance(means) / random };
}

/**
 * Differences of the means of pairs of clusters whose middles are a distance
 * apart.
 *
 * @param points_um Triples z, y, x.
 * @param clusters From {@linkcode clusterMeans} of these points.
 * @param from_um Least distance.
 * @param to_um Largest distance.
 * @returns Absolute differences, one per pair.
 */
export function clusterContrasts(
  points_um: Float64Array,
  { means }: ClusterMeans,
  from_um: number,
  to_um: number,
): ClusterPair[] {
  assertPerPoint(points_um, means);
  const pairs: ClusterPair[] = [];
  for (let a = 0; a < means.length; a++) {
    for (let b = a + 1; b < means.length; b++) {
      const distance_um = Math.hypot(
        points_um[3 * a]! - points_um[3 * b]!,
        points_um[3 * a + 1]! - points_um[3 * b + 1]!,
        points_um[3 * a + 2]! - points_um[3 * b + 2]!,
      );
      if (distance_um < from_um || distance_um > to_um) continue;
      const difference = Math.abs(means[a]! - means[b]!);
      pairs.push({ a, b, distance_um, difference });
    }
  }
  return pairs;
}

/** Two clusters and how they differ. */
export interface ClusterPair {
  /** Rows of the particles that the clusters are grown around. */
  readonly a: number;
  readonly b: number;
  /** Between these particles, in micrometres. */
  readonly distance_um: number;
  /** Of the means of the clusters. */
  readonly difference: number;
}

/** Means of groups of particles picked at random, for comparison with clusters. */
export function randomGroupMeans(
  values: Float64Array,
  size: number,
  groups: number,
  random: Random,
): Float64Array {
  return Float64Array.from({ length: groups }, () => {
    let sum = 0;
    for (const row of random.permutation(values.length).subarray(0, size)) {
      sum += values[row]!;
    }
    return sum / size;
  });
}

/** Rows of the nearest neighbours of each point. */
export function nearestRows(
  points_um: Float64Array,
  k: number,
): Uint32Array[] {
  const grid = neighbourGrid(points_um, CELL_um);
  return Array.from(
    { length: points_um.length / 3 },
    (_, i) => nearestNeighbours(grid, i, k).indices,
  );
}
