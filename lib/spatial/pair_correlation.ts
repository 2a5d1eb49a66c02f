/** Pair correlation of points in a box. */
import { neighbourGrid, within } from "../geometry/mod.ts";

/**
 * Pair correlation function: how many more pairs lie at a distance than in a
 * Poisson process of the same density; 1 there, above 1 for clusters, 0 below
 * the diameter of hard balls.
 *
 * Each pair counts for the share of the box in which both of its points can lie
 * (translation correction), so that the frame does not bias it.
 *
 * Source: S. N. Chiu, D. Stoyan, W. S. Kendall and J. Mecke, Stochastic Geometry
 * and its Applications, 3rd ed. (2013), section 4.7, doi:10.1002/9781118658222.
 *
 * @param points_um Triples z, y, x, at least two.
 * @param extent_um Box z, y, x in which the points were sought, from 0.
 * @param edges_um Ends of the bins of distance, ascending.
 * @returns One value per bin.
 * @throws {RangeError} If there are fewer than two points, or the bins reach
 * beyond the shortest side of the box.
 */
export function pairCorrelation(
  points_um: Float64Array,
  extent_um: readonly [z: number, y: number, x: number],
  edges_um: Float64Array,
): Float64Array {
  const count = points_um.length / 3;
  const farthest = edges_um.at(-1) ?? 0;
  if (count < 2 || !(farthest < Math.min(...extent_um))) {
    throw new RangeError(
      `Cannot correlate pairs as there must be two points and bins shorter than the box: current values are ${count} points and ${farthest} um`,
    );
  }
  const grid = neighbourGrid(points_um, Math.max(1, farthest / 2));
  const sums = new Float64Array(edges_um.length - 1);
  for (let i = 0; i < count; i++) {
    const [z, y, x] = points_um.subarray(3 * i, 3 * i + 3);
    const near = within(grid, z!, y!, x!, farthest);
    for (const [n, j] of near.indices.entries()) {
      if (j === i) continue;
      const bin = edges_um.findIndex((edge) => edge > near.distances_um[n]!) -
        1;
      if (bin < 0) continue;
      let common = 1;
      for (let axis = 0; axis < 3; axis++) {
        const step = points_um[3 * j + axis]! - points_um[3 * i + axis]!;
        common *= extent_um[axis]! - Math.abs(step);
      }
      sums[bin]! += 1 / common;
    }
  }
  const volume = extent_um[0] * extent_um[1] * extent_um[2];
  // The number of pairs, not the square of the number, keeps it unbiased.
  const density2 = count * (count - 1) / volume ** 2;
  return sums.map((sum, bin) => {
    const shell = 4 / 3 * Math.PI *
      (edges_um[bin + 1]! ** 3 - edges_um[bin]! ** 3);
    return sum / (density2 * shell);
  });
}
