/** One particle cut out of a label volume. */
import { gridOf, type Image, type ZYX } from "../core/mod.ts";

/** What a voxel of a cut-out is. */
export const OUTSIDE = 0, SOLID = 1, CRACK = 2, OTHER = 3;

/** First and one past the last voxel of a particle along z, y, x. */
export interface Box {
  readonly from: ZYX;
  readonly to: ZYX;
}

/**
 * A particle with its surroundings: each voxel is {@linkcode OUTSIDE}, its
 * {@linkcode SOLID}, its {@linkcode CRACK} (or void), or an {@linkcode OTHER}
 * particle's. Beyond the volume everything is outside.
 */
export interface CutOut {
  /** Kind of each voxel, in the order z, y, x. */
  readonly kind: Uint8Array;
  /** Number of voxels along z, y, x. */
  readonly shape: ZYX;
  /** Voxel of the volume at which the cut-out starts; may be negative. */
  readonly origin: ZYX;
  /** Spacing along z, y, x in micrometres. */
  readonly spacing_um: ZYX;
}

/**
 * Cuts a particle out.
 *
 * @param labels All particles.
 * @param cracks 1 where a voxel is crack or void, on the same grid.
 * @param label The particle.
 * @param box Where it is.
 * @param margin Voxels of surroundings on each side along z, y, x; at least 1.
 */
export function cutOut(
  labels: Image<Uint32Array>,
  cracks: Image<Uint8Array>,
  label: number,
  box: Box,
  margin: ZYX,
): CutOut {
  const { depth, height, width, spacing_um } = gridOf(labels);
  const origin = box.from.map((from, axis) =>
    from - margin[axis]!
  ) as unknown as ZYX;
  const shape = box.to.map((to, axis) =>
    to + margin[axis]! - origin[axis]!
  ) as unknown as ZYX;
  const [nz, ny, nx] = shape;
  const kind = new Uint8Array(nz * ny * nx);
  const xFrom = Math.max(0, -origin[2]), xTo = Math.min(nx, width - origin[2]);
  for (let z = 0; z < nz; z++) {
    const zz = z + origin[0];
    if (zz < 0 || zz >= depth) continue;
    for (let y = 0; y < ny; y++) {
      const yy = y + origin[1];
      if (yy < 0 || yy >= height) continue;
      let to = (z * ny + y) * nx + xFrom;
      let from = (zz * height + yy) * width + origin[2] + xFrom;
      for (let x = xFrom; x < xTo; x++, to++, from++) {
        const found = labels.data[from]!;
        if (found === label) {
          kind[to] = cracks.data[from] === 0 ? SOLID : CRACK;
        } else if (found !== 0) kind[to] = OTHER;
      }
    }
  }
  return { kind, shape, origin, spacing_um };
}

/**
 * Majority of each voxel and its 26 neighbours, for a mask of 0 and 1; beyond
 * the edge the mask is 0.
 *
 * @param mask Values 0 and 1.
 * @param shape Number of voxels along z, y, x.
 */
export function majority(mask: Uint8Array, shape: ZYX): Uint8Array {
  const [nz, ny, nx] = shape;
  const sums = Uint8Array.from(mask);
  for (
    const [count, step, length] of [
      [nz * ny, 1, nx],
      [nz * nx, nx, ny],
      [ny * nx, ny * nx, nz],
    ] as const
  ) {
    const line = new Uint8Array(length + 2);
    for (let i = 0; i < count; i++) {
      const start = step === 1
        ? i * nx
        : step === nx
        ? Math.floor(i / nx) * ny * nx + i % nx
        : i;
      for (let k = 0; k < length; k++) line[k + 1] = sums[start + k * step]!;
      for (let k = 0; k < length; k++) {
        sums[start + k * step] = line[k]! + line[k + 1]! + line[k + 2]!;
      }
    }
  }
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! > 13 ? 1 : 0;
  return sums;
}
