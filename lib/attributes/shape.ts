/** Centroid, principal axes and orientation of a particle from its moments. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { ZYX } from "../core/mod.ts";
import { CRACK, type CutOut, SOLID } from "./particle.ts";

/** Moments of a set of voxels. */
export interface Moments {
  /** Number of voxels. */
  readonly voxels: number;
  /** Centroid along z, y, x in micrometres from the corner of the volume. */
  readonly centroid_um: ZYX;
  /** Central second moments over the volume, zz, yy, xx, zy, zx, yx, in square micrometres; the extent of the voxels themselves is included. */
  readonly second_um2: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
}

/** Principal axes of a particle. */
export interface PrincipalAxes {
  /** Second moments along the axes, largest first, in square micrometres. */
  readonly variances_um2: readonly [number, number, number];
  /** Unit vectors along the axes, each as z, y, x; right-handed in x, y, z. */
  readonly axes: readonly [ZYX, ZYX, ZYX];
}

/** Orientation as angles in degrees. */
export interface Orientation {
  readonly yaw_deg: number;
  readonly pitch_deg: number;
  readonly roll_deg: number;
}

/**
 * Moments of a particle.
 *
 * @param particle The particle.
 * @param solidOnly Whether to leave cracks and voids out.
 * @returns Moments; with `voxels` 0 all others are NaN.
 */
export function momentsOf(particle: CutOut, solidOnly: boolean): Moments {
  const { kind, shape: [nz, ny, nx], origin, spacing_um } = particle;
  let n = 0, sz = 0, sy = 0, sx = 0;
  let zz = 0, yy = 0, xx = 0, zy = 0, zx = 0, yx = 0;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const k = kind[i]!;
        if (k !== SOLID && (solidOnly || k !== CRACK)) continue;
        n++;
        sz += z;
        sy += y;
        sx += x;
        zz += z * z;
        yy += y * y;
        xx += x * x;
        zy += z * y;
        zx += z * x;
        yx += y * x;
      }
    }
  }
  const mz = sz / n, my = sy / n, mx = sx / n;
  const [hz, hy, hx] = spacing_um;
  return {
    voxels: n,
    centroid_um: [
      (origin[0] + mz + 0.5) * hz,
      (origin[1] + my + 0.5) * hy,
      (origin[2] + mx + 0.5) * hx,
    ],
    second_um2: [
      (zz / n - mz * mz + 1 / 12) * hz * hz,
      (yy / n - my * my + 1 / 12) * hy * hy,
      (xx / n - mx * mx + 1 / 12) * hx * hx,
      (zy / n - mz * my) * hz * hy,
      (zx / n - mz * mx) * hz * hx,
      (yx / n - my * mx) * hy * hx,
    ],
  };
}

/**
 * Principal axes of second moments.
 *
 * An axis has no sign: the long one is given with x not negative, the middle
 * one so that the roll lies between -90 and 90 degrees.
 *
 * @param second_um2 As in {@linkcode Moments}.
 */
export function principalAxes(
  second_um2: Moments["second_um2"],
): PrincipalAxes {
  const [zz, yy, xx, zy, zx, yx] = second_um2;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    new Matrix([[xx, yx, zx], [yx, yy, zy], [zx, zy, zz]]),
    { assumeSymmetric: true },
  );
  const order = [0, 1, 2].sort((a, b) =>
    realEigenvalues[b]! - realEigenvalues[a]!
  );
  const [long, middle] = order.map((k) => eigenvectorMatrix.getColumn(k!));
  const [ax, ay, az] = flip(long!, long![0]! < 0);
  let [bx, by, bz] = middle as [number, number, number];
  let [cx, cy, cz] = [
    ay * bz - az * by,
    az * bx - ax * bz,
    ax * by - ay * bx,
  ];
  if (cz < 0) {
    [bx, by, bz] = [-bx, -by, -bz];
    [cx, cy, cz] = [-cx, -cy, -cz];
  }
  return {
    variances_um2: order.map((k) => realEigenvalues[k]!) as unknown as [
      number,
      number,
      number,
    ],
    axes: [[az, ay, ax], [bz, by, bx], [cz, cy, cx]],
  };
}

/**
 * Yaw, pitch and roll of principal axes: rotations about z, y and x that turn
 * the axes x, y, z into the long, middle and short one.
 *
 * @param axes From {@linkcode principalAxes}.
 */
export function orientationOf({ axes }: PrincipalAxes): Orientation {
  const [[az, ay, ax], [bz], [cz]] = axes;
  const degrees = 180 / Math.PI;
  return {
    yaw_deg: degrees * Math.atan2(ay, ax),
    pitch_deg: degrees * Math.atan2(-az, Math.hypot(ax, ay)),
    roll_deg: degrees * Math.atan2(bz, cz),
  };
}

function flip(
  vector: readonly number[],
  negative: boolean,
): [number, number, number] {
  const sign = negative ? -1 : 1;
  return [sign * vector[0]!, sign * vector[1]!, sign * vector[2]!];
}
