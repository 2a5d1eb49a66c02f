/** Roughness of a particle's outer surface. */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { ZYX } from "../core/mod.ts";
import { CRACK, type CutOut, SOLID } from "./particle.ts";

/** Order of the spherical harmonics that count as shape, not as roughness. */
const SMOOTH_ORDER = 6;
const EXPONENTS = monomials(SMOOTH_ORDER);
/** As many surface points as settle the fit; more only take time. */
const MOST_POINTS = 2000;

/**
 * Root mean square deviation, along the radius, of a particle's surface from
 * the smooth surface fitted to it (spherical harmonics up to order 6), in
 * micrometres.
 *
 * The particle is taken to be star-shaped about its centroid. The steps of the
 * voxels add a variance of their own, which is taken away: a face across axis
 * `i` lies anywhere within its voxel, `h_i^2 / 12`, of which the radius sees the
 * part `n_i^2`; over all normals `n`, each weighted by the faces that show it,
 * `sum(h^3) / (24 sum(h))` is left, or `h^2 / 24` for cubes.
 *
 * @param particle The particle, with a margin of at least one voxel.
 * @param centroid_um Its centroid along z, y, x, from the corner of the volume.
 * @returns The deviation, or undefined for a surface of too few voxels for the
 * fit and for one that deviates by no more than the steps of the voxels.
 */
export function outerRoughness(
  particle: CutOut,
  centroid_um: ZYX,
): number | undefined {
  const points = surfacePoints(particle, centroid_um);
  const terms = EXPONENTS.length;
  if (points.length < 3 * 3 * terms) return undefined;
  const stride = 3 * Math.max(1, Math.floor(points.length / 3 / MOST_POINTS));

  // Plain arrays: this is where most of the time of a particle goes.
  const normal = new Float64Array(terms * terms);
  const right = new Float64Array(terms);
  const rows: { basis: Float64Array; radius: number }[] = [];
  for (let i = 0; i + 2 < points.length; i += stride) {
    const z = points[i]!, y = points[i + 1]!, x = points[i + 2]!;
    const radius = Math.hypot(z, y, x);
    const basis = harmonicBasis(z / radius, y / radius, x / radius);
    rows.push({ basis, radius });
    for (let a = 0; a < terms; a++) {
      const value = basis[a]!, line = a * terms;
      for (let b = 0; b <= a; b++) normal[line + b]! += value * basis[b]!;
      right[a]! += value * radius;
    }
  }
  for (let a = 0; a < terms; a++) {
    for (let b = 0; b < a; b++) normal[b * terms + a] = normal[a * terms + b]!;
    // Surfaces with gaps leave some terms loose.
    normal[a * terms + a] = normal[a * terms + a]! * (1 + 1e-9) + 1e-12;
  }
  const coefficients = new CholeskyDecomposition(
    Matrix.from1DArray(terms, terms, normal),
  ).solve(Matrix.columnVector(right))
    .getColumn(0);
  let sum = 0;
  for (const { basis, radius } of rows) {
    let fitted = 0;
    for (let a = 0; a < terms; a++) fitted += coefficients[a]! * basis[a]!;
    sum += (radius - fitted) ** 2;
  }
  const ownVariance_um2 = sum / (rows.length - terms) -
    stepVariance_um2(particle.spacing_um);
  return ownVariance_um2 > 0 ? Math.sqrt(ownVariance_um2) : undefined;
}

/** Variance along the normal that the steps of the voxels give a smooth surface that faces all ways. */
function stepVariance_um2(spacing_um: ZYX): number {
  const [edges, cubes] = spacing_um.reduce(
    ([edges, cubes], h) => [edges + h, cubes + h ** 3] as const,
    [0, 0] as readonly [number, number],
  );
  return cubes / (24 * edges);
}

/** Midpoints between voxels of a particle and face neighbours outside it, relative to the centroid: z, y, x, z, y, x, ... */
function surfacePoints(
  { kind, shape: [nz, ny, nx], origin, spacing_um: [hz, hy, hx] }: CutOut,
  [cz, cy, cx]: ZYX,
): number[] {
  const points: number[] = [];
  const inside = (i: number) => kind[i] === SOLID || kind[i] === CRACK;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const here = inside(i);
        const pz = (origin[0] + z + 0.5) * hz - cz;
        const py = (origin[1] + y + 0.5) * hy - cy;
        const px = (origin[2] + x + 0.5) * hx - cx;
        if (z + 1 < nz && inside(i + ny * nx) !== here) {
          points.push(pz + hz / 2, py, px);
        }
        if (y + 1 < ny && inside(i + nx) !== here) {
          points.push(pz, py + hy / 2, px);
        }
        if (x + 1 < nx && inside(i + 1) !== here) {
          points.push(pz, py, px + hx / 2);
        }
      }
    }
  }
  return points;
}

/** On the unit sphere, monomials of two successive degrees span the spherical harmonics up to the larger. */
function monomials(order: number): [number, number, number][] {
  const exponents: [number, number, number][] = [];
  for (const degree of [order, order - 1]) {
    for (let z = 0; z <= degree; z++) {
      for (let y = 0; y <= degree - z; y++) {
        exponents.push([z, y, degree - z - y]);
      }
    }
  }
  return exponents;
}

/**
 * Functions that span the spherical harmonics up to order 6, at a direction.
 *
 * @param z Component of the unit vector along z.
 * @param y Component along y.
 * @param x Component along x.
 */
export function harmonicBasis(z: number, y: number, x: number): Float64Array {
  const powers = [z, y, x].map((c) => {
    const list = new Float64Array(SMOOTH_ORDER + 1);
    list[0] = 1;
    for (let p = 1; p <= SMOOTH_ORDER; p++) list[p] = list[p - 1]! * c;
    return list;
  });
  return Float64Array.from(
    EXPONENTS,
    ([a, b, c]) => powers[0]![a]! * powers[1]![b]! * powers[2]![c]!,
  );
}
