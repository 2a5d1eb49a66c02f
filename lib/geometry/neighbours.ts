/** Neighbour search among points in space. */

/** Points sorted into cubic cells, so that a search visits only near ones. */
export interface NeighbourGrid {
  /** Coordinates as triples z, y, x, in micrometres. */
  readonly points_um: Float64Array;
  /** Edge of a cell in micrometres. */
  readonly cell_um: number;
  /** Corner of the first cell: z, y, x in micrometres. */
  readonly origin_um: readonly [number, number, number];
  /** Number of cells along z, y, x. */
  readonly cells: readonly [number, number, number];
  /** Where the points of a cell start in `order`; one entry more than cells. */
  readonly starts: Uint32Array;
  /** Indices of the points, cell after cell. */
  readonly order: Uint32Array;
}

/** Neighbours of a point, nearest first. */
export interface Neighbours {
  /** Indices of the points. */
  readonly indices: Uint32Array;
  /** Their distances in micrometres. */
  readonly distances_um: Float64Array;
}

/**
 * Sorts points into cells.
 *
 * Building takes time proportional to the number of points. Searches are fast
 * where the cell is about as large as the distance searched; the number of
 * cells is kept below four per point by widening them.
 *
 * @param points_um Coordinates as triples z, y, x, in micrometres.
 * @param cell_um Edge of a cell in micrometres, positive.
 * @throws {RangeError} If the coordinates are not finite triples or the cell is not positive.
 *
 * @example The points within 2 um
 * ```ts
 * import assert from "node:assert/strict";
 * import { neighbourGrid, within } from "./neighbours.ts";
 *
 * const grid = neighbourGrid(Float64Array.of(0, 0, 0, 0, 0, 1, 0, 5, 0), 2);
 * assert.deepEqual([...within(grid, 0, 0, 0, 2).indices], [0, 1]);
 * ```
 */
export function neighbourGrid(
  points_um: Float64Array,
  cell_um: number,
): NeighbourGrid {
  if (points_um.length % 3 !== 0) {
    throw new RangeError(
      `Cannot sort points into cells as coordinates must come in triples z, y, x: current number is ${points_um.length}`,
    );
  }
  if (!(cell_um > 0) || !Number.isFinite(cell_um)) {
    throw new RangeError(
      `Cannot sort points into cells as the cell must be positive and finite: current value is ${cell_um}`,
    );
  }
  const count = points_um.length / 3;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points_um.length; i++) {
    const value = points_um[i]!, axis = i % 3;
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `Cannot sort points into cells as coordinates must be finite: current value is ${value}`,
      );
    }
    if (value < low[axis]!) low[axis] = value;
    if (value > high[axis]!) high[axis] = value;
  }
  if (count === 0) low.fill(0), high.fill(0);

  const cellsOf = (edge: number) =>
    low.map((l, axis) => Math.floor((high[axis]! - l) / edge) + 1) as [
      number,
      number,
      number,
    ];
  let edge = cell_um, cells = cellsOf(edge);
  while (cells[0] * cells[1] * cells[2] > 4 * count + 64) {
    edge *= 1.5;
    cells = cellsOf(edge);
  }

  const origin_um = low as [number, number, number];
  const cellOf = new Uint32Array(count);
  const starts = new Uint32Array(cells[0] * cells[1] * cells[2] + 1);
  for (let i = 0; i < count; i++) {
    let cell = 0;
    for (let axis = 0; axis < 3; axis++) {
      const along = Math.floor((points_um[3 * i + axis]! - low[axis]!) / edge);
      cell = cell * cells[axis]! + along;
    }
    cellOf[i] = cell;
    starts[cell + 1]! += 1;
  }
  for (let c = 1; c < starts.length; c++) starts[c]! += starts[c - 1]!;
  const next = starts.slice(), order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[next[cellOf[i]!]!++] = i;
  return { points_um, cell_um: edge, origin_um, cells, starts, order };
}

/**
 * The points within a distance of a place, nearest first; points of equal
 * distance come in the order of their indices.
 *
 * @param grid The points.
 * @param z Place along z in micrometres.
 * @param y Place along y in micrometres.
 * @param x Place along x in micrometres.
 * @param radius_um Largest distance in micrometres (included).
 */
export function within(
  grid: NeighbourGrid,
  z: number,
  y: number,
  x: number,
  radius_um: number,
): Neighbours {
  const { points_um, cell_um, origin_um, cells, starts, order } = grid;
  const from = [0, 0, 0], to = [0, 0, 0], place = [z, y, x];
  for (let axis = 0; axis < 3; axis++) {
    const along = place[axis]! - origin_um[axis]!;
    from[axis] = Math.max(0, Math.floor((along - radius_um) / cell_um));
    to[axis] = Math.min(
      cells[axis]! - 1,
      Math.floor((along + radius_um) / cell_um),
    );
  }
  const found: number[] = [], squares: number[] = [];
  for (let cz = from[0]!; cz <= to[0]!; cz++) {
    for (let cy = from[1]!; cy <= to[1]!; cy++) {
      const row = (cz * cells[1] + cy) * cells[2];
      // Cells along x are neighbours in memory, so one run of `order` holds them.
      const last = to[2]! < from[2]! ? 0 : starts[row + to[2]! + 1]!;
      for (let k = starts[row + from[2]!]!; k < last; k++) {
        const i = order[k]!;
        const dz = points_um[3 * i]! - z, dy = points_um[3 * i + 1]! - y;
        const dx = points_um[3 * i + 2]! - x;
        const square = dz * dz + dy * dy + dx * dx;
        if (square <= radius_um * radius_um) {
          found.push(i);
          squares.push(square);
        }
      }
    }
  }
  const rank = Array.from(found.keys()).sort((a, b) =>
    squares[a]! - squares[b]! || found[a]! - found[b]!
  );
  return {
    indices: Uint32Array.from(rank, (r) => found[r]!),
    distances_um: Float64Array.from(rank, (r) => Math.sqrt(squares[r]!)),
  };
}

/**
 * The `k` nearest other points of a point, nearest first; all others if there
 * are fewer.
 *
 * @param grid The points.
 * @param index The point; it is not among its own neighbours.
 * @param k Number of neighbours.
 * @throws {RangeError} If the point does not exist or `k` is not a positive whole number.
 *
 * @example The nearest of three
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearestNeighbours, neighbourGrid } from "./neighbours.ts";
 *
 * const grid = neighbourGrid(Float64Array.of(0, 0, 0, 0, 0, 1, 0, 5, 0), 2);
 * const nearest = nearestNeighbours(grid, 2, 1);
 * assert.deepEqual([...nearest.indices], [0]);
 * assert.equal(nearest.distances_um[0], 5);
 * ```
 */
export function nearestNeighbours(
  grid: NeighbourGrid,
  index: number,
  k: number,
): Neighbours {
  const { points_um, cell_um, cells } = grid;
  const count = points_um.length / 3;
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(
      `Cannot find neighbours as the index must be a whole number from 0 to ${
        count - 1
      }: current value is ${index}`,
    );
  }
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(
      `Cannot find neighbours as their number must be a positive whole number: current value is ${k}`,
    );
  }
  const z = points_um[3 * index]!, y = points_um[3 * index + 1]!;
  const x = points_um[3 * index + 2]!;
  const wanted = Math.min(k, count - 1);
  // The grid's own diagonal holds every point, so the search ends.
  const all = cell_um * Math.hypot(cells[0], cells[1], cells[2]);
  for (let radius = cell_um;; radius *= 1.6) {
    const { indices, distances_um } = within(
      grid,
      z,
      y,
      x,
      Math.min(radius, all),
    );
    if (indices.length <= wanted && radius < all) continue;
    const self = indices.indexOf(index);
    const others = (_: number, i: number) => i !== self;
    return {
      indices: indices.filter(others).slice(0, wanted),
      distances_um: distances_um.filter(others).slice(0, wanted),
    };
  }
}
