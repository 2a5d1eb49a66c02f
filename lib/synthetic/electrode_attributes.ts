/** True attributes of the particles of the synthetic electrode. */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { harmonicBasis } from "../attributes/roughness.ts";
import type { Progress } from "../core/progress.ts";
import { createTable, numbers, type Table } from "../core/table.ts";
import { shared, type WorkerPool } from "../core/workers.ts";
import {
  nearestNeighbours,
  neighbourGrid,
  within,
} from "../geometry/neighbours.ts";
import {
  starNodeCount,
  starNodes,
  starRadius,
} from "../geometry/star_surface.ts";
import { symmetricEigensystem } from "../geometry/tensor.ts";
import { electrodeParameters } from "./electrode_parameters.ts";
import {
  batches,
  outlineResolution,
  type Particles,
} from "./electrode_particles.ts";

/** Item of {@linkcode measureOutlines}. */
interface OutlineItem {
  particles: Particles;
  contact: Float64Array;
  roughness: Float64Array;
  from: number;
  to: number;
}

/**
 * Attributes of all particles, computed from their outlines, not from voxels.
 *
 * The ids are those of Table S1 of Li et al. (doi:10.1126/science.abm8962), in
 * the clean definitions of the registry (`lib/attributes/registry.ts`): what a
 * perfect measurement of the electrode would give.
 *
 * @param particles The particles.
 * @param pool Workers.
 * @param progress Takes news of the work.
 */
export async function particleAttributes(
  particles: Particles,
  pool: WorkerPool,
  progress: Progress,
): Promise<Table> {
  const { count, radius_um, area_um2, semiAxes_um, centroid_um, longAxis } =
    particles;
  const contact = shared(Float64Array, count);
  const roughness = shared(Float64Array, count);
  await pool.map(
    { module: new URL(import.meta.url), name: "measureOutlines" },
    batches(count, 128).map(([from, to]): OutlineItem => ({
      particles,
      contact,
      roughness,
      from,
      to,
    })),
    { progress, step: "measuring particles" },
  );
  const volume = radius_um.map((r) => 4 / 3 * Math.PI * r ** 3);
  const per = (of: (p: number) => number) =>
    Float64Array.from({ length: count }, (_, p) => of(p));
  const elongation = per((p) => semiAxes_um[3 * p]! / semiAxes_um[3 * p + 2]!);
  const sphericity = per((p) =>
    Math.cbrt(36 * Math.PI * volume[p]! ** 2) / area_um2[p]!
  );

  const { count: k } = electrodeParameters.neighbourhood;
  const grid = neighbourGrid(centroid_um, 10);
  const neighbours = Array.from(
    { length: count },
    (_, p) => nearestNeighbours(grid, p, k),
  );
  const spreadOf = (values: Float64Array) =>
    per((p) => sampleSd(neighbours[p]!.indices, values));
  const density = packingDensity(particles);
  const column = (id: string, unit: string, values: Float64Array) => ({
    id,
    unit,
    values,
  });
  return createTable([
    column("X", "um", per((p) => centroid_um[3 * p + 2]!)),
    column("Y", "um", per((p) => centroid_um[3 * p + 1]!)),
    column("Z", "um", per((p) => centroid_um[3 * p]!)),
    column("EDensity", "grey level", particles.greyLevel.slice()),
    column("Homogeneity", "1/grey level", particles.texture.map((s) => 1 / s)),
    column("SurfOuter", "um^2", area_um2.slice()),
    column("Volume", "um^3", volume),
    column("Elongation", "", elongation),
    column("Sphericity", "", sphericity),
    column("VSratio", "um", per((p) => volume[p]! / area_um2[p]!)),
    column("RoughOuter", "um", roughness.slice()),
    column("Contact", "", contact.slice()),
    column("PDensity", "", density),
    column(
      "DisNearest",
      "um",
      per((p) => mean(neighbours[p]!.distances_um)),
    ),
    column("ElongStd", "", spreadOf(elongation)),
    column("VolumeStd", "", spreadOf(volume.map(Math.log))),
    column("SphericityStd", "", spreadOf(sphericity)),
    column(
      "OrientIso",
      "",
      per((p) => 1 - nematicOrder(neighbours[p]!.indices, longAxis)),
    ),
  ]);
}

/**
 * What the law of damage acts on: the attributes, save three that it takes in
 * another definition. `VSratio` is V^(1/3) / S^(1/2), as published; `RoughOuter`
 * the roughness by the grains alone, without lobes; `PDensity` the solid share
 * of a ball of 15 um.
 *
 * @param particles The particles.
 * @param attributes From {@linkcode particleAttributes}.
 */
export function actingAttributes(
  particles: Particles,
  attributes: Table,
): Table {
  const acting: Readonly<Record<string, Float64Array>> = {
    VSratio: numbers(attributes, "Volume").map((volume, p) =>
      Math.cbrt(volume) / Math.sqrt(particles.area_um2[p]!)
    ),
    RoughOuter: particles.roughness_um,
    PDensity: solidShareOfBall(particles),
  };
  return createTable(
    attributes.columns.map((column) => ({
      ...column,
      values: acting[column.id] ?? column.values,
    })),
  );
}

/** Contact and roughness of some particles; runs in workers. */
export function measureOutlines(item: OutlineItem): void {
  measureContacts(item);
  measureRoughness(item);
}

/**
 * Root mean square deviation of outlines from smooth ones. All have the same
 * nodes, so that one decomposition serves the fits of all.
 */
function measureRoughness(
  { particles, roughness, from, to }: OutlineItem,
): void {
  const nodes = starNodes(outlineResolution);
  const nodeCount = starNodeCount(outlineResolution);
  const rows = Array.from(
    { length: nodeCount },
    (_, n) =>
      harmonicBasis(nodes[3 * n]!, nodes[3 * n + 1]!, nodes[3 * n + 2]!),
  );
  const weights = Float64Array.from(rows, (_, n) => cellShare(nodes, n));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Column by column, so that each sum runs along memory.
  const terms = rows[0]!.length;
  const basis = Array.from(
    { length: terms },
    (_, a) => Float64Array.from(rows, (row) => row[a]!),
  );
  const product = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let n = 0; n < nodeCount; n++) sum += weights[n]! * a[n]! * b[n]!;
    return sum;
  };
  const normal = Matrix.zeros(terms, terms);
  for (let a = 0; a < terms; a++) {
    for (let b = 0; b <= a; b++) {
      const value = product(basis[a]!, basis[b]!);
      normal.set(a, b, value);
      normal.set(b, a, value);
    }
  }
  const decomposition = new CholeskyDecomposition(normal);
  for (let p = from; p < to; p++) {
    const rest = Float64Array.from(
      particles.outline_um.subarray(p * nodeCount, (p + 1) * nodeCount),
    );
    const smooth = decomposition.solve(
      Matrix.columnVector(basis.map((column) => product(column, rest))),
    ).getColumn(0);
    for (const [a, column] of basis.entries()) {
      const share = smooth[a]!;
      for (let n = 0; n < nodeCount; n++) rest[n]! -= share * column[n]!;
    }
    roughness[p] = Math.sqrt(product(rest, rest) / total);
  }
}

/** Solid angle that a node of the cube map stands for, up to a factor: cells fall off towards the corners. */
function cellShare(nodes: Float64Array, n: number): number {
  return Math.max(
    Math.abs(nodes[3 * n]!),
    Math.abs(nodes[3 * n + 1]!),
    Math.abs(nodes[3 * n + 2]!),
  ) ** 3;
}

/** Share of the surface of some particles that touches another. */
function measureContacts(
  { particles, contact, from, to }: OutlineItem,
): void {
  const { centre_um, reach_um, outline_um } = particles;
  const { contactGap_um: gap } = electrodeParameters.neighbourhood;
  const nodes = starNodes(outlineResolution);
  const nodeCount = starNodeCount(outlineResolution);
  const grid = neighbourGrid(centre_um, 10);
  const farthest = reach_um.reduce((a, b) => Math.max(a, b), 0);
  for (let p = from; p < to; p++) {
    const z = centre_um[3 * p]!, y = centre_um[3 * p + 1]!;
    const x = centre_um[3 * p + 2]!;
    const near = within(grid, z, y, x, reach_um[p]! + farthest + gap).indices
      .filter((q) => q !== p);
    let touching = 0, total = 0;
    for (let n = 0; n < nodeCount; n++) {
      const uz = nodes[3 * n]!, uy = nodes[3 * n + 1]!, ux = nodes[3 * n + 2]!;
      const radius = outline_um[p * nodeCount + n]!;
      const weight = radius ** 2 * cellShare(nodes, n);
      total += weight;
      const r = radius + gap;
      for (const q of near) {
        const dz = z + r * uz - centre_um[3 * q]!;
        const dy = y + r * uy - centre_um[3 * q + 1]!;
        const dx = x + r * ux - centre_um[3 * q + 2]!;
        const square = dz * dz + dy * dy + dx * dx;
        if (square > reach_um[q]! ** 2) continue;
        const outline = starRadius(
          outline_um,
          q * nodeCount,
          outlineResolution,
          dz,
          dy,
          dx,
        );
        if (square > outline * outline) continue;
        touching += weight;
        break;
      }
    }
    contact[p] = touching / total;
  }
}

/**
 * Solid share of the part of a cube around each centroid that lies in the
 * electrode, with particles as balls of their volume.
 */
function packingDensity(
  { count, centroid_um, radius_um, slab_um }: Particles,
): Float64Array {
  const half = electrodeParameters.neighbourhood.densityCube_um / 2;
  const grid = neighbourGrid(centroid_um, 10);
  const largest = radius_um.reduce((a, b) => Math.max(a, b), 0);
  const points = pointsOfBall();
  return Float64Array.from({ length: count }, (_, p) => {
    const centre = centroid_um.subarray(3 * p, 3 * p + 3);
    const from = centre.map((c) => c - half), to = centre.map((c) => c + half);
    from[0] = Math.max(from[0]!, slab_um[0]);
    to[0] = Math.min(to[0]!, slab_um[1]);
    const near = within(
      grid,
      centre[0]!,
      centre[1]!,
      centre[2]!,
      Math.sqrt(3) * half + largest,
    );
    let solid = 0;
    for (const q of near.indices) {
      solid += 4 / 3 * Math.PI * radius_um[q]! ** 3 * shareInBox(
        centroid_um.subarray(3 * q, 3 * q + 3),
        radius_um[q]!,
        points,
        from,
        to,
      );
    }
    return solid /
      from.reduce((volume, f, axis) => volume * (to[axis]! - f), 1);
  });
}

/** Points spread evenly over the ball of radius 1, triples. */
function pointsOfBall(): Float64Array {
  const steps = 10, points: number[] = [];
  const middle = (k: number) => (2 * k + 1) / steps - 1;
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < steps; j++) {
      for (let i = 0; i < steps; i++) {
        const point = [middle(k), middle(j), middle(i)];
        if (Math.hypot(...point) <= 1) points.push(...point);
      }
    }
  }
  return Float64Array.from(points);
}

/** Share of a ball in a box, by points. */
function shareInBox(
  centre: Float64Array,
  radius: number,
  points: Float64Array,
  from: Float64Array,
  to: Float64Array,
): number {
  const inside = centre.every((c, axis) =>
    c - radius >= from[axis]! && c + radius <= to[axis]!
  );
  if (inside) return 1;
  const outside = centre.some((c, axis) =>
    c + radius <= from[axis]! || c - radius >= to[axis]!
  );
  if (outside) return 0;
  let count = 0;
  for (let n = 0; n < points.length; n += 3) {
    const z = centre[0]! + radius * points[n]!;
    const y = centre[1]! + radius * points[n + 1]!;
    const x = centre[2]! + radius * points[n + 2]!;
    if (
      z > from[0]! && z < to[0]! && y > from[1]! && y < to[1]! &&
      x > from[2]! && x < to[2]!
    ) count++;
  }
  return 3 * count / points.length;
}

/**
 * Solid share of the part of a ball around each centroid that lies in the
 * electrode, with particles as balls of their volume.
 */
function solidShareOfBall(
  { count, centroid_um, radius_um, slab_um }: Particles,
): Float64Array {
  const { densityRadius_um: ball } = electrodeParameters.neighbourhood;
  const grid = neighbourGrid(centroid_um, 10);
  const largest = radius_um.reduce((a, b) => Math.max(a, b), 0);
  return Float64Array.from({ length: count }, (_, p) => {
    const [z, y, x] = centroid_um.subarray(3 * p, 3 * p + 3);
    const near = within(grid, z!, y!, x!, ball + largest);
    let solid = 0;
    for (const [n, q] of near.indices.entries()) {
      solid += lens(ball, radius_um[q]!, near.distances_um[n]!);
    }
    const available = 4 / 3 * Math.PI * ball ** 3 -
      cap(ball, z! - slab_um[0]) - cap(ball, slab_um[1] - z!);
    return solid / available;
  });
}

/** Volume that two balls at a distance share. */
function lens(a: number, b: number, distance: number): number {
  if (distance >= a + b) return 0;
  const small = Math.min(a, b);
  if (distance <= Math.abs(a - b)) return 4 / 3 * Math.PI * small ** 3;
  const s = a + b - distance;
  return Math.PI * s * s *
    (distance ** 2 + 2 * distance * (a + b) - 3 * (a - b) ** 2) /
    (12 * distance);
}

/** Volume of a ball beyond a plane at a distance from its centre, on the near side positive. */
function cap(radius: number, distance: number): number {
  const height = Math.min(2 * radius, Math.max(0, radius - distance));
  return Math.PI * height * height * (radius - height / 3);
}

/** Nematic order, from 0 to 1, of the long axes of some particles. */
function nematicOrder(indices: Uint32Array, axes: Float64Array): number {
  const q: [number, number, number, number, number, number] = [
    -0.5,
    0,
    0,
    -0.5,
    0,
    -0.5,
  ];
  const weight = 1.5 / indices.length;
  for (const i of indices) {
    const z = axes[3 * i]!, y = axes[3 * i + 1]!, x = axes[3 * i + 2]!;
    q[0] += weight * z * z;
    q[1] += weight * z * y;
    q[2] += weight * z * x;
    q[3] += weight * y * y;
    q[4] += weight * y * x;
    q[5] += weight * x * x;
  }
  return symmetricEigensystem(q).values[0];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function sampleSd(indices: Uint32Array, values: Float64Array): number {
  const chosen = Float64Array.from(indices, (i) => values[i]!);
  const centre = mean(chosen);
  const squares = chosen.reduce((sum, v) => sum + (v - centre) ** 2, 0);
  return Math.sqrt(squares / (chosen.length - 1));
}
