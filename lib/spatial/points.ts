/** Centres of particles as points in space. */
import { numbers, type Table } from "../core/mod.ts";

/**
 * Centres of particles as triples z, y, x in micrometres.
 *
 * @param particles Table with the columns `Z`, `Y` and `X`.
 * @throws {RangeError} If a column is missing.
 */
export function centresOf(particles: Table): Float64Array {
  const [z, y, x] = ["Z", "Y", "X"].map((id) => numbers(particles, id));
  const centres = new Float64Array(3 * particles.rows);
  for (let row = 0; row < particles.rows; row++) {
    centres.set([z![row]!, y![row]!, x![row]!], 3 * row);
  }
  return centres;
}

/**
 * Some of the points.
 *
 * @param points_um Triples z, y, x.
 * @param rows Which, in the order wanted.
 */
export function pickPoints(
  points_um: Float64Array,
  rows: ArrayLike<number>,
): Float64Array {
  const picked = new Float64Array(3 * rows.length);
  for (let i = 0; i < rows.length; i++) {
    picked.set(points_um.subarray(3 * rows[i]!, 3 * rows[i]! + 3), 3 * i);
  }
  return picked;
}

/** Throws unless there is one value per point. */
export function assertPerPoint(
  points_um: Float64Array,
  values: ArrayLike<number>,
): void {
  if (3 * values.length !== points_um.length) {
    throw new RangeError(
      `Cannot use values at points as there must be one per point: current numbers are ${values.length} values and ${
        points_um.length / 3
      } points`,
    );
  }
}
