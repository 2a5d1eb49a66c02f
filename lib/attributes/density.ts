/** Share of particles in boxes of a label volume. */
import { gridOf, type Labels, type ZYX } from "../core/mod.ts";

/**
 * Counts of particle voxels that answer for any box in constant time.
 *
 * Entry `[z, y, x]` of the table holds the number of particle voxels with
 * smaller indices along all three axes (summed-area table, F. C. Crow, ACM
 * SIGGRAPH Comput. Graph. 18, 207 (1984), doi:10.1145/964965.808600).
 */
export interface ParticleCounts {
  readonly sums: Uint32Array;
  readonly shape: ZYX;
}

/**
 * Counts the particle voxels of a label volume once for all boxes.
 *
 * @param labels All particles; fewer than 2^32 voxels.
 */
export function countParticles(labels: Labels): ParticleCounts {
  const { depth, height, width } = gridOf(labels);
  const row = width + 1, layer = (height + 1) * row;
  const sums = new Uint32Array((depth + 1) * layer);
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let inRow = 0;
      let to = (z + 1) * layer + (y + 1) * row + 1;
      for (let x = 0; x < width; x++, i++, to++) {
        if (labels.data[i] !== 0) inRow++;
        sums[to] = inRow + sums[to - row]! + sums[to - layer]! -
          sums[to - layer - row]!;
      }
    }
  }
  return { sums, shape: labels.shape };
}

/**
 * Share of the voxels of a box that belong to particles, in its part inside
 * the volume.
 *
 * @param counts From {@linkcode countParticles}.
 * @param from First voxel along z, y, x; may lie outside.
 * @param to One past the last voxel along z, y, x; may lie outside.
 * @returns A share from 0 to 1; NaN if the box lies outside the volume.
 */
export function particleShare(
  { sums, shape }: ParticleCounts,
  from: ZYX,
  to: ZYX,
): number {
  const [z0, y0, x0] = from.map((v) => Math.max(0, v)) as unknown as ZYX;
  const [z1, y1, x1] = to.map((v, axis) =>
    Math.min(shape[axis]!, v)
  ) as unknown as ZYX;
  if (z1 <= z0 || y1 <= y0 || x1 <= x0) return NaN;
  const row = shape[2] + 1, layer = (shape[1] + 1) * row;
  const at = (z: number, y: number, x: number) =>
    sums[z * layer + y * row + x]!;
  const count = at(z1, y1, x1) - at(z0, y1, x1) - at(z1, y0, x1) -
    at(z1, y1, x0) + at(z0, y0, x1) + at(z0, y1, x0) + at(z1, y0, x0) -
    at(z0, y0, x0);
  return count / ((z1 - z0) * (y1 - y0) * (x1 - x0));
}
