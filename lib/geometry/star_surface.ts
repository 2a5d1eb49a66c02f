/**
 * Star-shaped closed surfaces: every ray from the centre meets them once.
 *
 * The distance from the centre is sampled at the nodes of a cube map: six
 * square faces with `resolution` cells along an edge, onto which directions are
 * projected from the centre. Between the nodes it is interpolated bilinearly.
 */
import { symmetricEigensystem, type Vector } from "./tensor.ts";

/** Size and shape of what a star-shaped surface encloses. */
export interface SurfaceMeasures {
  /** Volume in cubic micrometres. */
  readonly volume_um3: number;
  /** Area in square micrometres. */
  readonly area_um2: number;
  /** Centroid relative to the centre of the rays: z, y, x in micrometres. */
  readonly centroid_um: Vector;
  /** Semi-axes of the ellipsoid with the same second moments, longest first, in micrometres. */
  readonly semiAxes_um: Vector;
  /** Unit vectors z, y, x along the semi-axes; their sign means nothing. */
  readonly axes: readonly [Vector, Vector, Vector];
}

/**
 * Number of radii of a surface.
 *
 * @param resolution Cells along an edge of the cube map, a positive whole number.
 */
export function starNodeCount(resolution: number): number {
  return 6 * (resolution + 1) ** 2;
}

/**
 * Unit vectors of the nodes of a cube map, as triples z, y, x.
 *
 * Nodes on the edges of the cube occur once per face.
 *
 * @param resolution Cells along an edge, a positive whole number.
 * @throws {RangeError} If the resolution is not a positive whole number.
 */
export function starNodes(resolution: number): Float64Array {
  if (!Number.isInteger(resolution) || resolution < 1) {
    throw new RangeError(
      `Cannot place nodes as the resolution must be a positive whole number: current value is ${resolution}`,
    );
  }
  const nodes = new Float64Array(3 * starNodeCount(resolution));
  let n = 0;
  for (let face = 0; face < 6; face++) {
    const axis = face >> 1, sign = face & 1 ? -1 : 1;
    for (let v = 0; v <= resolution; v++) {
      for (let u = 0; u <= resolution; u++) {
        const a = 2 * u / resolution - 1, b = 2 * v / resolution - 1;
        const norm = 1 / Math.sqrt(1 + a * a + b * b);
        nodes[n + axis] = sign * norm;
        nodes[n + (axis + 1) % 3] = a * norm;
        nodes[n + (axis + 2) % 3] = b * norm;
        n += 3;
      }
    }
  }
  return nodes;
}

/**
 * Distance from the centre to the surface along a direction.
 *
 * @param radii Radii at the nodes (see {@linkcode starNodes}), `starNodeCount(resolution)` of them from `first` on.
 * @param first Index of the first radius.
 * @param resolution Cells along an edge of the cube map.
 * @param z Component of the direction along z; its length does not matter, but must not be 0.
 * @param y Component along y.
 * @param x Component along x.
 *
 * @example A ball
 * ```ts
 * import assert from "node:assert/strict";
 * import { starNodeCount, starRadius } from "./star_surface.ts";
 *
 * const ball = new Float32Array(starNodeCount(4)).fill(2);
 * assert.equal(starRadius(ball, 0, 4, 0.3, -0.2, 0.9), 2);
 * ```
 */
export function starRadius(
  radii: Float32Array,
  first: number,
  resolution: number,
  z: number,
  y: number,
  x: number,
): number {
  const az = Math.abs(z), ay = Math.abs(y), ax = Math.abs(x);
  let face: number, a: number, b: number;
  if (az >= ay && az >= ax) {
    face = z < 0 ? 1 : 0, a = y / az, b = x / az;
  } else if (ay >= ax) {
    face = y < 0 ? 3 : 2, a = x / ay, b = z / ay;
  } else {
    face = x < 0 ? 5 : 4, a = z / ax, b = y / ax;
  }
  const fu = (a + 1) / 2 * resolution, fv = (b + 1) / 2 * resolution;
  const u = Math.min(resolution - 1, Math.floor(fu));
  const v = Math.min(resolution - 1, Math.floor(fv));
  const wu = fu - u, wv = fv - v, edge = resolution + 1;
  const i = first + (face * edge + v) * edge + u;
  const near = radii[i]! + wu * (radii[i + 1]! - radii[i]!);
  const far = radii[i + edge]! + wu * (radii[i + edge + 1]! - radii[i + edge]!);
  return near + wv * (far - near);
}

/**
 * Volume, area, centroid and principal axes of a star-shaped surface, exact
 * for the polyhedron of its nodes.
 *
 * The polyhedron of a ball is smaller than the ball by about
 * `1.2 / resolution ** 2` in volume and half of that in area (0.12 % and
 * 0.06 % at 32 cells).
 *
 * @param radii Radii at the nodes, from `first` on.
 * @param first Index of the first radius.
 * @param resolution Cells along an edge of the cube map.
 * @param nodes The nodes, from {@linkcode starNodes}.
 *
 * @example A ball of radius 2 um
 * ```ts
 * import assert from "node:assert/strict";
 * import { starMeasures, starNodeCount, starNodes } from "./star_surface.ts";
 *
 * const ball = new Float32Array(starNodeCount(32)).fill(2);
 * const { volume_um3 } = starMeasures(ball, 0, 32, starNodes(32));
 * assert.ok(Math.abs(volume_um3 / (32 / 3 * Math.PI) - 1) < 0.003);
 * ```
 */
export function starMeasures(
  radii: Float32Array,
  first: number,
  resolution: number,
  nodes: Float64Array,
): SurfaceMeasures {
  const edge = resolution + 1;
  let volume = 0, area = 0;
  const sum = new Float64Array(3), second = new Float64Array(6);
  const points = nodes.slice();
  for (let n = 0; n < points.length; n++) {
    points[n]! *= radii[first + Math.floor(n / 3)]!;
  }
  const add = (i: number, j: number, k: number) => {
    const a0 = points[3 * i]!, a1 = points[3 * i + 1]!, a2 = points[3 * i + 2]!;
    const b0 = points[3 * j]!, b1 = points[3 * j + 1]!, b2 = points[3 * j + 2]!;
    const c0 = points[3 * k]!, c1 = points[3 * k + 1]!, c2 = points[3 * k + 2]!;
    area += triangleArea(b0 - a0, b1 - a1, b2 - a2, c0 - a0, c1 - a1, c2 - a2);
    // The tetrahedron from the centre; the faces of the cube differ in sense.
    const tetrahedron = Math.abs(
      a0 * (b1 * c2 - b2 * c1) - a1 * (b0 * c2 - b2 * c0) +
        a2 * (b0 * c1 - b1 * c0),
    ) / 6;
    volume += tetrahedron;
    const s0 = a0 + b0 + c0, s1 = a1 + b1 + c1, s2 = a2 + b2 + c2;
    sum[0]! += tetrahedron * s0 / 4;
    sum[1]! += tetrahedron * s1 / 4;
    sum[2]! += tetrahedron * s2 / 4;
    const w = tetrahedron / 20;
    second[0]! += w * (a0 * a0 + b0 * b0 + c0 * c0 + s0 * s0);
    second[1]! += w * (a0 * a1 + b0 * b1 + c0 * c1 + s0 * s1);
    second[2]! += w * (a0 * a2 + b0 * b2 + c0 * c2 + s0 * s2);
    second[3]! += w * (a1 * a1 + b1 * b1 + c1 * c1 + s1 * s1);
    second[4]! += w * (a1 * a2 + b1 * b2 + c1 * c2 + s1 * s2);
    second[5]! += w * (a2 * a2 + b2 * b2 + c2 * c2 + s2 * s2);
  };
  for (let face = 0; face < 6; face++) {
    for (let v = 0; v < resolution; v++) {
      for (let u = 0; u < resolution; u++) {
        const i = (face * edge + v) * edge + u;
        add(i, i + 1, i + edge);
        add(i + 1, i + edge + 1, i + edge);
      }
    }
  }
  const [z, y, x] = [sum[0]! / volume, sum[1]! / volume, sum[2]! / volume];
  const { values, vectors } = symmetricEigensystem([
    second[0]! / volume - z * z,
    second[1]! / volume - z * y,
    second[2]! / volume - z * x,
    second[3]! / volume - y * y,
    second[4]! / volume - y * x,
    second[5]! / volume - x * x,
  ]);
  const [long, mid, short] = values;
  return {
    volume_um3: volume,
    area_um2: area,
    centroid_um: [z, y, x],
    // A solid ellipsoid has second moments a^2 / 5.
    semiAxes_um: [
      Math.sqrt(5 * long),
      Math.sqrt(5 * mid),
      Math.sqrt(5 * short),
    ],
    axes: vectors,
  };
}

function triangleArea(
  u0: number,
  u1: number,
  u2: number,
  v0: number,
  v1: number,
  v2: number,
): number {
  const n0 = u1 * v2 - u2 * v1, n1 = u2 * v0 - u0 * v2, n2 = u0 * v1 - u1 * v0;
  return Math.sqrt(n0 * n0 + n1 * n1 + n2 * n2) / 2;
}
