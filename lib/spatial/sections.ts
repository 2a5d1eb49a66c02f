/** Virtual cross-sections of electrodes, as a focused ion beam would cut them. */
import {
  assertSameGrid,
  createSlice,
  type Labels,
  type Slice,
  type Volume,
  type VoxelArray,
  type ZYX,
} from "../core/mod.ts";

/** A plane through a volume. */
export interface Plane {
  /** Direction across the plane, as z, y, x; its length does not matter. */
  readonly normal: ZYX;
  /** A point of the plane as z, y, x in micrometres from the corner of the volume. */
  readonly point_um: ZYX;
}

/** One particle as a section shows it. */
export interface ParticleSection {
  readonly label: number;
  /** Area of its section, cracks and voids included, in square micrometres. */
  readonly area_um2: number;
  /** Area of cracks and voids. */
  readonly crackArea_um2: number;
}

/** What one section says of the damage of an electrode. */
export interface SectionEstimates {
  /** Number of particles cut. */
  readonly particles: number;
  /** Area of the plane inside the volume, in square micrometres. */
  readonly area_um2: number;
  /** Crack area over particle area: unbiased for the damage of the solid as a whole (Delesse). */
  readonly areaWeighted: number;
  /** Mean over the particles cut; large particles are cut more often, so it is biased towards them. */
  readonly numberMean: number;
  /** The same with each particle weighted by one over its diameter, the chance to be cut. */
  readonly correctedMean: number;
  /** Share of particles cut whose section has more damage than the threshold. */
  readonly shareAbove: number;
}

/**
 * Areas of the particles that a plane cuts.
 *
 * The plane is sampled on a square grid as fine as the shortest side of a voxel;
 * each sample takes the voxel it lies in.
 *
 * @param labels Particles.
 * @param cracks Not 0 in cracks and voids, on the same grid.
 * @param plane Where to cut.
 * @returns One entry per particle cut, in the order of the labels.
 * @throws {RangeError} If the grids differ, the normal is zero, or the plane
 * misses the volume.
 */
export function sectionParticles(
  labels: Labels,
  cracks: Volume<Uint8Array>,
  plane: Plane,
): ParticleSection[] {
  assertSameGrid(labels, cracks, ["the labels", "the cracks"]);
  const { voxels, step_um } = samplePlane(labels, plane);
  const areas = new Map<number, { all: number; open: number }>();
  for (const voxel of voxels) {
    if (voxel < 0) continue;
    const label = labels.data[voxel]!;
    if (label === 0) continue;
    const area = areas.get(label) ?? { all: 0, open: 0 };
    area.all++;
    if (cracks.data[voxel] !== 0) area.open++;
    areas.set(label, area);
  }
  return [...areas].sort((a, b) => a[0] - b[0]).map(([label, area]) => ({
    label,
    area_um2: area.all * step_um ** 2,
    crackArea_um2: area.open * step_um ** 2,
  }));
}

/**
 * What a section says of the damage.
 *
 * Source: H. J. G. Gundersen, J. Microsc. 143, 3 (1986),
 * doi:10.1111/j.1365-2818.1986.tb02764.x, for the weights.
 *
 * @param section From {@linkcode sectionParticles}.
 * @param area_um2 Area of the plane inside the volume.
 * @param diameter_um Diameter of each particle cut, by label.
 * @param threshold Damage above which a section counts as damaged.
 * @throws {RangeError} If no particle is cut or a diameter is missing.
 */
export function sectionEstimates(
  section: readonly ParticleSection[],
  area_um2: number,
  diameter_um: ReadonlyMap<number, number>,
  threshold: number,
): SectionEstimates {
  let area = 0, cracked = 0, sum = 0, weighted = 0, weights = 0, above = 0;
  for (const { label, area_um2, crackArea_um2 } of section) {
    const damage = crackArea_um2 / area_um2;
    const diameter = diameter_um.get(label);
    if (diameter === undefined) {
      throw new RangeError(
        `Cannot weight the section as each particle must have a diameter: current value is none for label ${label}`,
      );
    }
    area += area_um2;
    cracked += crackArea_um2;
    sum += damage;
    weighted += damage / diameter;
    weights += 1 / diameter;
    if (damage > threshold) above++;
  }
  if (section.length === 0) {
    throw new RangeError(
      "Cannot estimate damage as the section must cut a particle: current number is 0",
    );
  }
  return {
    particles: section.length,
    area_um2,
    areaWeighted: cracked / area,
    numberMean: sum / section.length,
    correctedMean: weighted / weights,
    shareAbove: above / section.length,
  };
}

/**
 * Area of a plane inside a volume, in square micrometres.
 *
 * @param volume Any image on the grid.
 * @param plane Where to cut.
 */
export function sectionArea(volume: Volume, plane: Plane): number {
  const { voxels, step_um } = samplePlane(volume, plane);
  let inside = 0;
  for (const voxel of voxels) if (voxel >= 0) inside++;
  return inside * step_um ** 2;
}

/**
 * The image that a plane cuts out of a volume; 0 where the plane lies outside.
 *
 * @param volume Grey levels, labels or a mask.
 * @param plane Where to cut.
 * @throws {RangeError} If the normal is zero or the plane misses the volume.
 */
export function sectionImage<T extends VoxelArray>(
  volume: Volume<T>,
  plane: Plane,
): Slice<T> {
  const { voxels, rows, columns, step_um } = samplePlane(volume, plane);
  const data = new (volume.data.constructor as new (n: number) => T)(
    voxels.length,
  );
  for (let i = 0; i < voxels.length; i++) {
    if (voxels[i]! >= 0) data[i] = volume.data[voxels[i]!]!;
  }
  return createSlice(data, [rows, columns], [step_um, step_um]);
}

/** Voxels under the samples of a plane, row by row; -1 outside the volume. */
interface PlaneSamples {
  readonly voxels: Int32Array;
  readonly rows: number;
  readonly columns: number;
  readonly step_um: number;
}

function samplePlane(
  { shape, spacing_um }: Volume,
  { normal, point_um }: Plane,
): PlaneSamples {
  const length = Math.hypot(...normal);
  if (!(length > 0 && length < Infinity)) {
    throw new RangeError(
      `Cannot cut the volume as the normal must not be zero: current value is [${
        normal.join(", ")
      }]`,
    );
  }
  const n = normal.map((c) => c / length);
  // In the plane: rows run down the depth where they can, columns along x.
  const across = Math.abs(n[2]!) < 0.9 ? [0, 0, 1] : [0, 1, 0];
  const along = dot(across, n);
  const column = unit(across.map((c, axis) => c - along * n[axis]!));
  let row = cross(n, column);
  if (row[0]! < -1e-9 || Math.abs(row[0]!) <= 1e-9 && row[1]! < 0) {
    row = row.map((c) => -c);
  }
  const size = shape.map((count, axis) => count * spacing_um[axis]!);
  let [low, high, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const at = size.map((s, axis) =>
      (corner >> axis & 1 ? s : 0) - point_um[axis]!
    );
    low = Math.min(low, dot(at, row));
    high = Math.max(high, dot(at, row));
    left = Math.min(left, dot(at, column));
    right = Math.max(right, dot(at, column));
  }
  const step_um = Math.min(...spacing_um);
  const rows = Math.round((high - low) / step_um);
  const columns = Math.round((right - left) / step_um);
  const voxels = new Int32Array(rows * columns);
  let inside = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    const v = low + (r + 0.5) * step_um;
    for (let c = 0; c < columns; c++, i++) {
      const u = left + (c + 0.5) * step_um;
      const [z, y, x] = [0, 1, 2].map((axis) =>
        Math.floor(
          (point_um[axis]! + v * row[axis]! + u * column[axis]!) /
              spacing_um[axis]! + 1e-9,
        )
      ) as [number, number, number];
      const within = z >= 0 && z < shape[0] && y >= 0 && y < shape[1] &&
        x >= 0 && x < shape[2];
      voxels[i] = within ? (z * shape[1] + y) * shape[2] + x : -1;
      if (within) inside++;
    }
  }
  if (inside === 0) {
    throw new RangeError(
      `Cannot cut the volume as the plane must pass through it: current point is [${
        point_um.join(", ")
      }] um`,
    );
  }
  return { voxels, rows, columns, step_um };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [
    a[1]! * b[2]! - a[2]! * b[1]!,
    a[2]! * b[0]! - a[0]! * b[2]!,
    a[0]! * b[1]! - a[1]! * b[0]!,
  ];
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((c) => c / length);
}
