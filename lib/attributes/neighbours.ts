/** Attributes of a particle that its neighbours set. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { ZYX } from "../core/mod.ts";
import { nearestNeighbours, neighbourGrid } from "../geometry/mod.ts";

/** Number of neighbours in the published definitions. */
export const NEIGHBOURS = 6;
/** Cells of the search in micrometres; it sets the speed, not the result. */
const typicalSpacing_um = 10;

/** Nearest particles of one particle. */
export interface Nearest {
  /** Row numbers, nearest first. */
  readonly rows: readonly number[];
  /** Their distances, in micrometres. */
  readonly distances_um: readonly number[];
}

/** The part of space in which all particles are known. */
export interface Window {
  /** Lower corner along z, y, x in micrometres; minus infinity where the electrode ends and is not cut. */
  readonly from_um: ZYX;
  /** Upper corner along z, y, x in micrometres; infinity where the electrode ends and is not cut. */
  readonly to_um: ZYX;
}

/** A window without bounds: nothing is corrected. */
export const UNBOUNDED: Window = {
  from_um: [-Infinity, -Infinity, -Infinity],
  to_um: [Infinity, Infinity, Infinity],
};

/**
 * The six nearest particles of each particle by the distance of centroids.
 *
 * Near a face at which the volume cuts particles, part of the neighbourhood is
 * not seen. There the number of neighbours is cut down in the same proportion
 * (the share of the ball up to the last neighbour that lies in the window), so
 * that distances are not overestimated; at least one stays.
 *
 * @param centroids_um Centroids along z, y, x, one per particle.
 * @param window Where particles are known.
 * @returns One entry per particle; empty lists where there is no other particle.
 */
export function nearestParticles(
  centroids_um: readonly ZYX[],
  window: Window,
): Nearest[] {
  if (centroids_um.length === 0) return [];
  const points = Float64Array.from(centroids_um.flat());
  const grid = neighbourGrid(points, typicalSpacing_um);
  return centroids_um.map((centre, row) => {
    const { indices, distances_um } = nearestNeighbours(grid, row, NEIGHBOURS);
    const enough = distances_um.findIndex((distance, k) =>
      k + 1 >= NEIGHBOURS * visibleShare(centre, distance, window)
    );
    const kept = enough < 0 ? indices.length : enough + 1;
    return {
      rows: [...indices.subarray(0, kept)],
      distances_um: [...distances_um.subarray(0, kept)],
    };
  });
}

/** Share of a ball that lies in the window; cuts of two faces count as independent. */
function visibleShare(centre: ZYX, radius: number, window: Window): number {
  let share = 1;
  for (let axis = 0; axis < 3; axis++) {
    share -= cap(centre[axis]! - window.from_um[axis]!, radius) +
      cap(window.to_um[axis]! - centre[axis]!, radius);
  }
  return Math.max(share, 1 / 8);
}

/** Share of a ball that a plane at some distance from its centre cuts off. */
function cap(distance: number, radius: number): number {
  const height = 1 - Math.max(0, distance) / radius;
  return height <= 0 ? 0 : height * height * (3 - height) / 4;
}

/** Standard deviation (divisor n - 1); 0 for fewer than two values. */
export function spread(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(
    values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1),
  );
}

/**
 * Nematic order of axes: the largest eigenvalue of the mean of
 * `(3 v v^T - 1) / 2`; 1 for aligned axes, 0 for isotropic ones in the limit of
 * many. A sign of an axis does not matter.
 *
 * For few axes it is biased: 0.347 on average for six random ones.
 *
 * @param axes Unit vectors, at least one.
 */
export function nematicOrder(axes: readonly ZYX[]): number {
  const tensor = Matrix.zeros(3, 3);
  for (const axis of axes) {
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        const value = (3 * axis[a]! * axis[b]! - (a === b ? 1 : 0)) / 2;
        tensor.set(a, b, tensor.get(a, b) + value / axes.length);
      }
    }
  }
  return Math.max(
    ...new EigenvalueDecomposition(tensor, { assumeSymmetric: true })
      .realEigenvalues,
  );
}
