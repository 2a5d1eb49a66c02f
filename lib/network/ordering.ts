/** Orders of elimination that keep the factors of sparse matrices sparse. */
import type { SparseMatrix } from "./sparse.ts";

/** Pieces of at most this many unknowns are not cut further. */
const leafSize = 32;

/**
 * Nested dissection by coordinates: the unknowns are halved across their
 * longer extent, the unknowns that touch the other half are eliminated last,
 * and each half is cut likewise.
 *
 * For meshes in the plane the factors then hold of the order of n log n
 * entries. Source: A. George, SIAM J. Numer. Anal. 10, 345 (1973),
 * doi:10.1137/0710032.
 *
 * @param matrix Matrix with a symmetric pattern.
 * @param coordinates Place of each unknown, `dimension` numbers each; several unknowns may share a place.
 * @param dimension Number of coordinates, 2 by default.
 * @returns Unknowns in the order of elimination.
 */
export function nestedDissection(
  matrix: SparseMatrix,
  coordinates: Float64Array,
  dimension = 2,
): Int32Array {
  const { size, starts, columns } = matrix;
  const order = Int32Array.from({ length: size }, (_, k) => k);
  const side = new Int8Array(size), piece = new Int32Array(size);
  const rightPart = new Int32Array(size), separator = new Int32Array(size);
  const sample = new Float64Array(257);
  let pieces = 0;
  const todo: number[] = [0, size];
  while (todo.length > 0) {
    const end = todo.pop()!, start = todo.pop()!;
    if (end - start <= leafSize) continue;
    const axis = longestAxis(order, start, end, coordinates, dimension);
    const step = Math.max(1, Math.floor((end - start) / sample.length));
    let drawn = 0;
    for (let k = start; k < end && drawn < sample.length; k += step) {
      sample[drawn++] = coordinates[order[k]! * dimension + axis]!;
    }
    const cut = sample.subarray(0, drawn).sort()[drawn >> 1]!;
    pieces++;
    for (let k = start; k < end; k++) {
      const v = order[k]!;
      piece[v] = pieces;
      side[v] = coordinates[v * dimension + axis]! < cut ? 0 : 1;
    }
    let left = start, right = 0, cutting = 0;
    for (let k = start; k < end; k++) {
      const v = order[k]!;
      if (side[v] === 0) {
        order[left++] = v;
        continue;
      }
      let touches = false;
      for (let q = starts[v]!; q < starts[v + 1]! && !touches; q++) {
        const w = columns[q]!;
        touches = piece[w] === pieces && side[w] === 0;
      }
      if (touches) separator[cutting++] = v;
      else rightPart[right++] = v;
    }
    order.set(rightPart.subarray(0, right), left);
    order.set(separator.subarray(0, cutting), left + right);
    // All at one place, or a cut along which everything touches: no gain.
    if (left === start || right === 0) continue;
    todo.push(start, left, left, left + right);
  }
  return order;
}

function longestAxis(
  order: Int32Array,
  start: number,
  end: number,
  coordinates: Float64Array,
  dimension: number,
): number {
  let longest = 0, extent = -1;
  for (let axis = 0; axis < dimension; axis++) {
    let low = Infinity, high = -Infinity;
    for (let k = start; k < end; k++) {
      const c = coordinates[order[k]! * dimension + axis]!;
      if (c < low) low = c;
      if (c > high) high = c;
    }
    if (high - low > extent) [longest, extent] = [axis, high - low];
  }
  return longest;
}
