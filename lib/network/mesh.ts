/** Meshes of particles in two carbon/binder domains. */
import { delaunayTriangles } from "../geometry/mod.ts";

/** How the coordinates are meant. */
export type Geometry = "axisymmetric" | "plane";

/** A particle of the row. */
export interface ParticleShape {
  /** Radius of the sphere or cylinder. */
  readonly radius_m: number;
  /** Share of the surface that touches the well conducting domain, 0 to 1. */
  readonly coverage: number;
}

/** Particles in a row, each in a cell of its own. */
export interface Layout {
  /**
   * `axisymmetric`: spheres on the axis x = 0, stacked along y; the collector
   * is the outer wall. `plane`: cylinders beside each other along x in plane
   * strain; the collector is the floor y = 0.
   */
  readonly geometry: Geometry;
  /** Distance of neighbouring centres, and length of a cell along the row. */
  readonly pitch_m: number;
  /** Distance across the row: from the axis to the outer wall, or from floor to ceiling. */
  readonly width_m: number;
  /** Along the row, from its start. */
  readonly particles: readonly ParticleShape[];
}

/** Sizes of the triangles. */
export interface Resolution {
  /** Edges that a full circle around a particle would have; even. */
  readonly edgesPerCircle: number;
  /** Largest edge away from the particles. */
  readonly farSize_m: number;
}

/** Domain of a triangle: 0 and above is the particle of that index. */
export const highConductivity = -1;
/** Domain of a triangle in the badly conducting carbon/binder. */
export const lowConductivity = -2;

/** Where particles and carbon/binder meet; all arrays have one entry per pair of nodes. */
export interface ParticleInterface {
  /** Nodes on the particle side; those of one particle are contiguous. */
  readonly particleNodes: Int32Array;
  /** Their twins on the side of the carbon/binder. */
  readonly binderNodes: Int32Array;
  /** Particle that each pair belongs to. */
  readonly particles: Int32Array;
  /** Unit normals out of the particle, x and y of each. */
  readonly normals: Float64Array;
  /** Area (axisymmetric, m2) or length (plane, m2 per m of depth) of each pair. */
  readonly areas: Float64Array;
  /** Share of that area that touches the well conducting domain. */
  readonly highShares: Float64Array;
}

/** Linear triangles; nodes on the interface exist twice. */
export interface Mesh {
  /** How the coordinates are meant. */
  readonly geometry: Geometry;
  /** Coordinates x, y of each node in metres; x is the distance from the axis where there is one. */
  readonly nodes: Float64Array;
  /** Three nodes per triangle, counter-clockwise. */
  readonly triangles: Uint32Array;
  /** Domain of each triangle: index of a particle, or one of the two carbon/binder domains. */
  readonly domains: Int32Array;
  /** Surfaces of the particles. */
  readonly interface: ParticleInterface;
  /** Number of particles. */
  readonly particles: number;
  /** Extent along x and y, from 0. */
  readonly size_m: readonly [x: number, y: number];
}

/** Half of a cell: local coordinates (across, along), the particle's centre at (0, 0). */
interface HalfCell {
  readonly points: Float64Array;
  readonly triangles: Uint32Array;
  readonly domains: Int32Array;
  /** Nodes of the half circle from the lower to the upper pole. */
  readonly arc: readonly number[];
  /** Number of edges of the arc in the well conducting domain. */
  readonly highEdges: number;
}

/** Extents of a half cell. */
interface HalfCellShape {
  readonly radius: number;
  /** Angle from the lower pole up to which the surface touches the well conducting domain. */
  readonly angle: number;
  /** Distance from the symmetry line to the wall. */
  readonly reach: number;
  /** Distance from the centre down and up to the walls. */
  readonly half: number;
  /** Places of the nodes on the far wall. */
  readonly wall: readonly number[];
  readonly arcEdges: number;
  readonly farSize: number;
}

/**
 * Mesh of a row of particles between two carbon/binder domains.
 *
 * Each particle stands in a cell of its own, cut by a flat border: the part of
 * its surface below touches the well conducting domain, the part above the
 * badly conducting one. In a stack of spheres every second cell is upside
 * down, so that like domains meet. Half cells are triangulated (Delaunay) and
 * mirrored, so that the mesh has every mirror symmetry of the layout. No point
 * lies inside the circle over an edge of the interface, which makes every such
 * edge an edge of the triangulation; this is checked.
 *
 * @param layout Particles, distances and coverages.
 * @param resolution Sizes of the triangles.
 * @returns The mesh in metres.
 * @throws {RangeError} If particles overlap or touch a wall, a coverage is
 * outside 0 to 1, or a size is not positive; the message names the particle.
 *
 * @example Two spheres
 * ```ts
 * import assert from "node:assert/strict";
 * import { meshParticles } from "./mesh.ts";
 *
 * const mesh = meshParticles({
 *   geometry: "axisymmetric",
 *   pitch_m: 13e-6,
 *   width_m: 7e-6,
 *   particles: [{ radius_m: 5e-6, coverage: 0.8 }, { radius_m: 5e-6, coverage: 0.2 }],
 * }, { edgesPerCircle: 32, farSize_m: 1e-6 });
 * assert.equal(mesh.interface.particleNodes.length, 2 * 17);
 * ```
 */
export function meshParticles(layout: Layout, resolution: Resolution): Mesh {
  assertLayout(layout, resolution);
  const { geometry, particles, pitch_m, width_m } = layout;
  return geometry === "plane"
    ? planeRow(particles, pitch_m, width_m, resolution)
    : axisymmetricStack(particles, pitch_m, width_m, resolution);
}

function assertLayout(layout: Layout, resolution: Resolution): void {
  const { geometry, particles, pitch_m, width_m } = layout;
  const { edgesPerCircle, farSize_m } = resolution;
  const wrong = (rule: string, value: unknown) =>
    new RangeError(
      `Cannot mesh the particles as ${rule}: current value is ${value}`,
    );
  if (particles.length === 0) throw wrong("there must be at least one", 0);
  for (const [name, value] of Object.entries({ pitch_m, width_m, farSize_m })) {
    if (!(value > 0 && value < Infinity)) {
      throw wrong(`${name} must be positive`, value);
    }
  }
  if (!Number.isInteger(edgesPerCircle / 2) || edgesPerCircle < 16) {
    throw wrong(
      "edgesPerCircle must be an even whole number of 16 or more",
      edgesPerCircle,
    );
  }
  const room = geometry === "plane" ? width_m / 2 : width_m;
  particles.forEach(({ radius_m, coverage }, k) => {
    const name = `particle ${k + 1}`;
    if (!(radius_m > 0)) {
      throw wrong(`the radius of ${name} must be positive`, radius_m);
    }
    if (!(coverage >= 0 && coverage <= 1)) {
      throw wrong(`the coverage of ${name} must be from 0 to 1`, coverage);
    }
    const next = particles[k + 1];
    if (next !== undefined && radius_m + next.radius_m >= pitch_m) {
      throw wrong(
        `${name} and particle ${
          k + 2
        } must not overlap: their centres are ${pitch_m} m apart`,
        `a sum of radii of ${radius_m + next.radius_m} m`,
      );
    }
    const gap = Math.min(room, pitch_m / 2) - radius_m;
    const edge = 2 * Math.PI * radius_m / edgesPerCircle;
    if (gap < edge) {
      throw wrong(
        `${name} must be at least one edge (${edge} m) away from the walls of its cell`,
        `a gap of ${gap} m`,
      );
    }
  });
}

/** Angle from the lower pole that bounds a share of the circle or of the sphere. */
function coverageAngle(coverage: number, geometry: Geometry): number {
  return geometry === "plane"
    ? Math.PI * coverage
    : Math.acos(1 - 2 * coverage);
}

function axisymmetricStack(
  particles: readonly ParticleShape[],
  pitch: number,
  width: number,
  { edgesPerCircle, farSize_m }: Resolution,
): Mesh {
  const builder = new MeshBuilder("axisymmetric", [
    width,
    pitch * particles.length,
  ]);
  particles.forEach(({ radius_m, coverage }, k) => {
    const cell = meshHalfCell({
      radius: radius_m,
      angle: coverageAngle(coverage, "axisymmetric"),
      reach: width,
      half: pitch / 2,
      wall: divisions(-pitch / 2, pitch / 2, farSize_m),
      arcEdges: edgesPerCircle / 2,
      farSize: farSize_m,
    });
    const centre = (k + 0.5) * pitch, up = k % 2 === 0 ? 1 : -1;
    const arc = builder.addHalfCell(
      cell,
      k,
      (across, along) => [across, centre + up * along],
      up < 0,
    );
    builder.addInterface(
      k,
      arc,
      arc.slice(1).map((_, i) => i < cell.highEdges),
      [0, centre],
    );
  });
  return builder.finish(particles.length);
}

function planeRow(
  particles: readonly ParticleShape[],
  pitch: number,
  height: number,
  { edgesPerCircle, farSize_m }: Resolution,
): Mesh {
  const builder = new MeshBuilder("plane", [pitch * particles.length, height]);
  const levels = particles.map(({ radius_m, coverage }) =>
    coverage > 0 && coverage < 1
      ? -radius_m * Math.cos(coverageAngle(coverage, "plane"))
      : undefined
  );
  // The wall between two cells has a node at the border of either of them.
  const walls = Array.from({ length: particles.length + 1 }, (_, k) => {
    const cuts = [levels[k - 1], levels[k]]
      .filter((level) => level !== undefined)
      .sort((a, b) => a - b)
      .filter((level, i, all) =>
        i === 0 || level - all[i - 1]! > 0.1 * farSize_m
      );
    const ends = [-height / 2, ...cuts, height / 2];
    return ends.slice(1).flatMap((end, i) =>
      divisions(ends[i]!, end, farSize_m).slice(i === 0 ? 0 : 1)
    );
  });
  particles.forEach(({ radius_m, coverage }, k) => {
    const centre = (k + 0.5) * pitch;
    const halves = [walls[k + 1]!, walls[k]!].map((wall) =>
      meshHalfCell({
        radius: radius_m,
        angle: coverageAngle(coverage, "plane"),
        reach: pitch / 2,
        half: height / 2,
        wall,
        arcEdges: edgesPerCircle / 2,
        farSize: farSize_m,
      })
    );
    const [right, left] = halves.map((cell, side) => {
      const sign = side === 0 ? 1 : -1;
      return builder.addHalfCell(
        cell,
        k,
        (across, along) => [centre + sign * across, height / 2 + along],
        side === 1,
      );
    });
    const { highEdges, arc } = halves[0]!;
    const high = arc.slice(1).map((_, i) => i < highEdges);
    builder.addInterface(
      k,
      [...right!, ...left!.toReversed().slice(1)],
      [...high, ...high.toReversed()],
      [centre, height / 2],
    );
  });
  return builder.finish(particles.length);
}

/** `start`, `end` and equally spaced places between them, at most `size` apart. */
function divisions(start: number, end: number, size: number): number[] {
  const count = Math.max(1, Math.ceil((end - start) / size - 1e-9));
  return Array.from(
    { length: count + 1 },
    (_, i) => i === count ? end : start + (end - start) * i / count,
  );
}

/** Places from 0 (excluded) to `length` (included): steps grow from `first` to `largest`. */
function graded(length: number, first: number, largest: number): number[] {
  const growth = 1.25;
  const places: number[] = [];
  for (let place = 0, step = first; place < length - 1e-9 * first;) {
    place += step;
    places.push(place);
    if (places.length > 2) step = Math.min(step * growth, largest);
  }
  const scale = length / places.at(-1)!;
  return places.map((place, i) =>
    i === places.length - 1 ? length : place * scale
  );
}

/** Points of a half cell: fixed ones first, then those that keep their distance. */
class PointSet {
  readonly points: number[] = [];
  /** Edges, as pairs of points, that the triangulation must have. */
  readonly edges: [number, number][] = [];

  add(across: number, along: number): number {
    const same = this.#nearest(across, along);
    if (same.distance === 0) return same.index;
    this.points.push(across, along);
    return this.points.length / 2 - 1;
  }

  /** Adds a point unless it is closer than `distance` to another or inside the circle over an edge. */
  offer(across: number, along: number, distance: number): void {
    if (this.#nearest(across, along).distance < distance) return;
    const { points } = this;
    for (const [a, b] of this.edges) {
      const dx = (points[2 * a]! + points[2 * b]!) / 2 - across;
      const dy = (points[2 * a + 1]! + points[2 * b + 1]!) / 2 - along;
      const length = Math.hypot(
        points[2 * a]! - points[2 * b]!,
        points[2 * a + 1]! - points[2 * b + 1]!,
      );
      if (Math.hypot(dx, dy) < 0.55 * length) return;
    }
    points.push(across, along);
  }

  #nearest(
    across: number,
    along: number,
  ): { index: number; distance: number } {
    let index = -1, least = Infinity;
    for (let k = 0; k < this.points.length; k += 2) {
      const dx = this.points[k]! - across, dy = this.points[k + 1]! - along;
      const square = dx * dx + dy * dy;
      if (square < least) [index, least] = [k / 2, square];
    }
    return { index, distance: Math.sqrt(least) };
  }
}

function meshHalfCell(shape: HalfCellShape): HalfCell {
  const { radius, angle, arcEdges } = shape;
  const cut = angle > 0 && angle < Math.PI;
  const highEdges = cut
    ? Math.min(
      Math.max(Math.round(arcEdges * angle / Math.PI), 2),
      arcEdges - 2,
    )
    : angle > 0
    ? arcEdges
    : 0;
  const angles = Array.from(
    { length: arcEdges + 1 },
    (_, i) =>
      i <= highEdges && highEdges > 0
        ? angle * i / highEdges
        : angle + (Math.PI - angle) * (i - highEdges) / (arcEdges - highEdges),
  );
  const set = new PointSet();
  const level = -radius * Math.cos(angle);
  const arc = angles.map((t, i) =>
    set.add(
      i === 0 || i === arcEdges ? 0 : radius * Math.sin(t),
      i === 0
        ? -radius
        : i === arcEdges
        ? radius
        : i === highEdges
        ? level
        : -radius * Math.cos(t),
    )
  );
  arc.slice(1).forEach((node, i) => set.edges.push([arc[i]!, node]));
  addWalls(set, shape);
  if (cut) addBorder(set, shape, arc[highEdges]!, level);
  addRings(set, shape, angles);
  addBackground(set, shape, cut ? level : undefined);

  const points = Float64Array.from(set.points);
  // Scaled so that the predicates work on numbers near 1.
  const triangles = delaunayTriangles(points.map((c) => c / radius));
  assertEdges(triangles, arc, points.length / 2);
  const domains = new Int32Array(triangles.length / 3);
  const inside = radius * (1 + 1e-9);
  for (let t = 0; t < domains.length; t++) {
    let within = 0, height = 0;
    for (let c = 0; c < 3; c++) {
      const k = 2 * triangles[3 * t + c]!;
      if (Math.hypot(points[k]!, points[k + 1]!) <= inside) within++;
      height += points[k + 1]! / 3;
    }
    domains[t] = within === 3
      ? 0
      : angle === Math.PI || (angle > 0 && height < level)
      ? highConductivity
      : lowConductivity;
  }
  return { points, triangles, domains, arc, highEdges };
}

function addWalls(set: PointSet, shape: HalfCellShape): void {
  const { radius, reach, half, wall, arcEdges, farSize } = shape;
  const edge = Math.PI * radius / arcEdges;
  for (const along of wall) set.add(reach, along);
  for (const across of divisions(0, reach, farSize)) {
    set.add(across, -half);
    set.add(across, half);
  }
  for (const place of graded(half - radius, edge, farSize).slice(0, -1)) {
    set.add(0, radius + place);
    set.add(0, -radius - place);
  }
}

/** Points on the border of the two carbon/binder domains, from the particle to the wall. */
function addBorder(
  set: PointSet,
  shape: HalfCellShape,
  from: number,
  level: number,
): void {
  const { radius, reach, wall, arcEdges, farSize } = shape;
  const edge = Math.PI * radius / arcEdges;
  const start = set.points[2 * from]!;
  const end = wall.reduce((best, along) =>
    Math.abs(along - level) < Math.abs(best - level) ? along : best
  );
  // A stack of spheres has its outer wall divided without regard to the border.
  const meets = Math.abs(end - level) < 0.1 * farSize;
  let before = from;
  for (const place of graded(reach - start, edge, farSize)) {
    const last = start + place >= reach;
    const node = set.add(
      last ? reach : start + place,
      last && meets ? end : level,
    );
    set.edges.push([before, node]);
    before = node;
  }
}

/** Two rings around the particle, and rings in it that get coarser inwards. */
function addRings(
  set: PointSet,
  { radius, reach, half, arcEdges, farSize }: HalfCellShape,
  angles: readonly number[],
): void {
  const edge = Math.PI * radius / arcEdges;
  const offer = (r: number, t: number, distance: number) => {
    const across = r * Math.sin(t), along = -r * Math.cos(t);
    const margin = 0.5 * distance;
    if (across > reach - margin || Math.abs(along) > half - margin) return;
    set.offer(across < 1e-9 * radius ? 0 : across, along, distance);
  };
  for (const r of [radius - 0.87 * edge, radius + 0.87 * edge]) {
    angles.slice(1).forEach((t, i) =>
      offer(r, (t + angles[i]!) / 2, 0.6 * edge)
    );
  }
  for (const t of angles) offer(radius + 1.85 * edge, t, 0.8 * edge);
  let size = edge, r = radius - 1.74 * edge;
  while (r > 0.6 * size) {
    const count = Math.max(3, Math.round(Math.PI * r / size));
    for (let i = 0; i <= count; i++) {
      offer(r, Math.PI * i / count, 0.6 * size);
    }
    size = Math.min(size * 1.2, 0.2 * radius, farSize);
    r -= 0.9 * size;
  }
  set.offer(0, 0, 0.3 * size);
}

/** An equilateral grid over the rest of the cell. */
function addBackground(
  set: PointSet,
  { radius, reach, half, farSize }: HalfCellShape,
  level: number | undefined,
): void {
  const rise = farSize * Math.sqrt(3) / 2;
  const rows = Math.floor(half / rise);
  for (let j = -rows; j <= rows; j++) {
    const along = j * rise;
    for (
      let across = j % 2 === 0 ? 0 : farSize / 2;
      across < reach;
      across += farSize
    ) {
      const free = Math.hypot(across, along) > radius + 0.5 * farSize &&
        half - Math.abs(along) > 0.45 * farSize &&
        reach - across > 0.45 * farSize &&
        (across === 0 || across > 0.45 * farSize) &&
        (level === undefined || Math.abs(along - level) > 0.4 * farSize);
      if (free) set.offer(across, along, 0.7 * farSize);
    }
  }
}

function assertEdges(
  triangles: Uint32Array,
  arc: readonly number[],
  points: number,
): void {
  const present = new Set<number>();
  for (let e = 0; e < triangles.length; e++) {
    const a = triangles[e]!, b = triangles[e % 3 === 2 ? e - 2 : e + 1]!;
    present.add(Math.min(a, b) * points + Math.max(a, b));
  }
  for (let i = 1; i < arc.length; i++) {
    const a = arc[i - 1]!, b = arc[i]!;
    if (!present.has(Math.min(a, b) * points + Math.max(a, b))) {
      throw new RangeError(
        `Cannot mesh a particle as all edges of its surface must be edges of triangles: current value is edge ${i} missing; use smaller edges`,
      );
    }
  }
}

/** Joins half cells, merges the nodes that they share and splits the interfaces. */
class MeshBuilder {
  readonly #geometry: Geometry;
  readonly #size: readonly [number, number];
  readonly #nodes: number[] = [];
  readonly #triangles: number[] = [];
  readonly #domains: number[] = [];
  readonly #known = new Map<string, number>();
  readonly #interfaces: {
    particle: number;
    arc: readonly number[];
    high: readonly boolean[];
    centre: readonly [number, number];
  }[] = [];

  constructor(geometry: Geometry, size: readonly [number, number]) {
    this.#geometry = geometry;
    this.#size = size;
  }

  /** Adds a half cell and returns the nodes of its arc. */
  addHalfCell(
    cell: HalfCell,
    particle: number,
    place: (across: number, along: number) => readonly [number, number],
    mirrored: boolean,
  ): number[] {
    const { points, triangles, domains } = cell;
    const numbers = Int32Array.from(
      { length: points.length / 2 },
      (_, k) => this.#node(...place(points[2 * k]!, points[2 * k + 1]!)),
    );
    for (let t = 0; t < domains.length; t++) {
      const [a, b, c] = [0, 1, 2].map((i) => numbers[triangles[3 * t + i]!]!);
      this.#triangles.push(a!, mirrored ? c! : b!, mirrored ? b! : c!);
      this.#domains.push(domains[t] === 0 ? particle : domains[t]!);
    }
    return cell.arc.map((node) => numbers[node]!);
  }

  /** Declares the nodes around a particle, in a row; a closed one ends where it starts. */
  addInterface(
    particle: number,
    arc: readonly number[],
    high: readonly boolean[],
    centre: readonly [number, number],
  ): void {
    this.#interfaces.push({ particle, arc, high, centre });
  }

  finish(particles: number): Mesh {
    const nodes = this.#nodes, triangles = Uint32Array.from(this.#triangles);
    const domains = Int32Array.from(this.#domains);
    const particleNodes: number[] = [], owners: number[] = [];
    const normals: number[] = [], areas: number[] = [], high: number[] = [];
    for (const { particle, arc, high: isHigh, centre } of this.#interfaces) {
      const first = particleNodes.length;
      const closed = arc[0] === arc.at(-1);
      const count = closed ? arc.length - 1 : arc.length;
      for (const node of arc.slice(0, count)) {
        particleNodes.push(node);
        owners.push(particle);
        const nx = nodes[2 * node]! - centre[0];
        const ny = nodes[2 * node + 1]! - centre[1];
        const length = Math.hypot(nx, ny);
        normals.push(nx / length, ny / length);
        areas.push(0);
        high.push(0);
      }
      for (let i = 1; i < arc.length; i++) {
        const [atStart, atEnd] = this.#edgeAreas(arc[i - 1]!, arc[i]!);
        const start = first + i - 1, end = first + i % count;
        areas[start]! += atStart;
        areas[end]! += atEnd;
        if (isHigh[i - 1]) {
          high[start]! += atStart;
          high[end]! += atEnd;
        }
      }
    }
    const twin = new Map(
      particleNodes.map((node, k) => [node, nodes.length / 2 + k]),
    );
    const coordinates = new Float64Array(nodes.length + 2 * twin.size);
    coordinates.set(nodes);
    for (const [node, copy] of twin) {
      coordinates.set([nodes[2 * node]!, nodes[2 * node + 1]!], 2 * copy);
    }
    for (let e = 0; e < triangles.length; e++) {
      const isBinder = domains[Math.floor(e / 3)]! < 0;
      if (isBinder) triangles[e] = twin.get(triangles[e]!) ?? triangles[e]!;
    }
    return {
      geometry: this.#geometry,
      nodes: coordinates,
      triangles,
      domains,
      interface: {
        particleNodes: Int32Array.from(particleNodes),
        binderNodes: Int32Array.from(
          particleNodes,
          (node) => twin.get(node)!,
        ),
        particles: Int32Array.from(owners),
        normals: Float64Array.from(normals),
        areas: Float64Array.from(areas),
        highShares: Float64Array.from(high, (area, k) => area / areas[k]!),
      },
      particles,
      size_m: this.#size,
    };
  }

  #node(x: number, y: number): number {
    const unit = 1e-7 * Math.max(...this.#size);
    const key = `${Math.round(x / unit)},${Math.round(y / unit)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#nodes.push(x, y);
    this.#known.set(key, this.#nodes.length / 2 - 1);
    return this.#nodes.length / 2 - 1;
  }

  /** Area of an edge that falls to either of its nodes: integral of its shape functions. */
  #edgeAreas(a: number, b: number): [number, number] {
    const nodes = this.#nodes;
    const xa = nodes[2 * a]!, xb = nodes[2 * b]!;
    const length = Math.hypot(xb - xa, nodes[2 * b + 1]! - nodes[2 * a + 1]!);
    if (this.#geometry === "plane") return [length / 2, length / 2];
    const turn = 2 * Math.PI * length / 6;
    return [turn * (2 * xa + xb), turn * (xa + 2 * xb)];
  }
}

/** A wall of the rectangle that the mesh fills. */
export type Wall = "left" | "right" | "bottom" | "top";

/**
 * Nodes on a wall; on the axis of an axisymmetric mesh (`left`) those of the
 * particles too.
 *
 * @param mesh The mesh.
 * @param wall Which wall: `left` is x = 0, `bottom` is y = 0.
 */
export function nodesOnWall(mesh: Mesh, wall: Wall): Int32Array {
  const axis = wall === "left" || wall === "right" ? 0 : 1;
  const place = wall === "left" || wall === "bottom" ? 0 : mesh.size_m[axis]!;
  const tolerance = 1e-9 * mesh.size_m[axis]!;
  const found: number[] = [];
  for (let k = 0; k < mesh.nodes.length / 2; k++) {
    if (Math.abs(mesh.nodes[2 * k + axis]! - place) <= tolerance) found.push(k);
  }
  return Int32Array.from(found);
}

/**
 * Share of each particle's surface that touches the well conducting domain, as
 * the mesh has it.
 *
 * @param mesh The mesh.
 */
export function measuredCoverage(mesh: Mesh): Float64Array {
  const { particles, areas, highShares } = mesh.interface;
  const high = new Float64Array(mesh.particles);
  const all = new Float64Array(mesh.particles);
  particles.forEach((particle, k) => {
    high[particle]! += areas[k]! * highShares[k]!;
    all[particle]! += areas[k]!;
  });
  return high.map((area, k) => area / all[k]!);
}
