/** The fusion of three views that was published, for comparison. */
import {
  assertSameGrid,
  type Labels,
  onGridOf,
  type Volume,
} from "../core/mod.ts";
import { connectedComponents, watershed } from "../image/mod.ts";
import type { Views } from "./view_fusion.ts";

/** How {@linkcode publishedFusion} clusters. */
export interface PublishedFusionParameters {
  /** Number of clusters of the summed distances. */
  readonly clusters: number;
  /** Lowest cluster that counts as the middle of a particle, from 0. */
  readonly middle: number;
}

/** Our reading of the method, whose numbers the paper's text does not give; the highest two clusters are middles. */
export const publishedFusionParameters: PublishedFusionParameters = {
  clusters: 5,
  middle: 3,
};

/** Values that the clusters are found on, at most. */
const sampleSize = 2 ** 18;

/**
 * Particles of a volume from the distance maps of three views, as published:
 * the maps are added up, the sums clustered, and the connected components of
 * the highest clusters are the particles.
 *
 * After the fusion that Li et al. name, Science 376, 517 (2022),
 * doi:10.1126/science.abm8962. Sums of distances tell large particles from
 * small ones as well as middles from edges, so small particles are lost and
 * large ones that touch are one; {@linkcode fuseViews} does better.
 *
 * @param distances_um Mean distance from each voxel to the edge of its
 * section along the rays, in each view; 0 outside particles.
 * @param solid If given, the components are grown by a watershed of the sums
 * over this mask of the particles.
 * @param parameters Departures from {@linkcode publishedFusionParameters}.
 * @returns Particles from 1 without gaps.
 * @throws {RangeError} If the grids differ, or there are fewer different sums
 * than clusters.
 */
export function publishedFusion(
  distances_um: Views,
  solid?: Volume<Uint8Array>,
  parameters: Partial<PublishedFusionParameters> = {},
): Labels {
  const { clusters, middle } = { ...publishedFusionParameters, ...parameters };
  const [a, b, c] = distances_um;
  assertSameGrid(a, b, ["view xy", "view xz"]);
  assertSameGrid(a, c, ["view xy", "view yz"]);
  const sums = new Float32Array(a.data.length);
  for (let i = 0; i < sums.length; i++) {
    sums[i] = a.data[i]! + b.data[i]! + c.data[i]!;
  }
  const step = Math.max(1, Math.ceil(sums.length / sampleSize));
  const sample = sums.filter((_, i) => i % step === 0);
  const centres = clusterCentres(sample, clusters);
  const edge = (centres[middle - 1]! + centres[middle]!) / 2;
  const inMiddle = Uint8Array.from(sums, (sum) => sum > edge ? 1 : 0);
  const { labels } = connectedComponents(onGridOf(a, inMiddle), "corners");
  if (solid === undefined) return labels;
  assertSameGrid(a, solid, ["the views", "the mask"]);
  const mask = inMiddle.map((inside, i) => inside | (solid.data[i] ? 1 : 0));
  const depth = onGridOf(a, sums.map((sum) => -sum));
  return watershed(depth, labels, onGridOf(a, mask));
}

/** Bins of the histogram on which the best clusters are looked for. */
const clusterBins = 2 ** 9;

/**
 * Centres of clusters of numbers (k-means), ascending.
 *
 * Clusters of numbers are ranges, so the best ones are found by dynamic
 * programming, here on a histogram of 512 bins, and not only near a random
 * start: H. Wang and M. Song, R J. 3, 29 (2011), doi:10.32614/RJ-2011-015.
 *
 * @param values Numbers.
 * @param count Number of clusters.
 * @throws {RangeError} If there are fewer different numbers than clusters.
 *
 * @example Two clusters
 * ```ts
 * import assert from "node:assert/strict";
 * import { clusterCentres } from "./published_fusion.ts";
 *
 * assert.deepEqual([...clusterCentres(Float32Array.of(1, 9, 3, 11), 2)], [2, 10]);
 * ```
 */
export function clusterCentres(
  values: Float32Array,
  count: number,
): Float64Array {
  const groups = binned(values);
  const bins = groups.length - 1;
  if (!Number.isInteger(count) || count < 1 || bins < count) {
    throw new RangeError(
      `Cannot cluster the numbers as there must be from 1 to ${bins} clusters, one per different number: current value is ${count}`,
    );
  }
  /** Sum of squares about the mean of bins i to before j. */
  const spread = (i: number, j: number) => {
    const n = groups[j]!.count - groups[i]!.count;
    const sum = groups[j]!.sum - groups[i]!.sum;
    return groups[j]!.squares - groups[i]!.squares - sum * sum / n;
  };
  // cost[j]: least sum for the first j bins; from[k][j]: where their last cluster begins.
  let cost = Array.from({ length: bins + 1 }, (_, j) => j ? spread(0, j) : 0);
  const from: Int32Array[] = [new Int32Array(bins + 1)];
  for (let k = 1; k < count; k++) {
    const next = new Array<number>(bins + 1).fill(Infinity);
    const start = new Int32Array(bins + 1);
    for (let j = k + 1; j <= bins; j++) {
      for (let i = k; i < j; i++) {
        const sum = cost[i]! + spread(i, j);
        if (sum < next[j]!) [next[j], start[j]] = [sum, i];
      }
    }
    cost = next;
    from.push(start);
  }
  const centres = new Float64Array(count);
  for (let k = count - 1, end = bins; k >= 0; k--) {
    const begin = from[k]![end]!;
    centres[k] = (groups[end]!.sum - groups[begin]!.sum) /
      (groups[end]!.count - groups[begin]!.count);
    end = begin;
  }
  return centres;
}

/** Number, sum and sum of squares of the values up to each bin that holds some; the first entry is before all. */
function binned(values: Float32Array) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const width = (high - low) / clusterBins || 1;
  const counts = new Float64Array(clusterBins);
  const sums = new Float64Array(clusterBins);
  const squares = new Float64Array(clusterBins);
  for (const value of values) {
    const bin = Math.min(clusterBins - 1, Math.floor((value - low) / width));
    counts[bin]! += 1;
    sums[bin]! += value;
    squares[bin]! += value * value;
  }
  const groups = [{ count: 0, sum: 0, squares: 0 }];
  for (let bin = 0; bin < clusterBins; bin++) {
    if (counts[bin] === 0) continue;
    const before = groups.at(-1)!;
    groups.push({
      count: before.count + counts[bin]!,
      sum: before.sum + sums[bin]!,
      squares: before.squares + squares[bin]!,
    });
  }
  return groups;
}
