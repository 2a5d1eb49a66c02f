/** Delaunay triangulation of points in the plane. */
import Delaunator from "delaunator";

/**
 * Triangles of the Delaunay triangulation, each counter-clockwise.
 *
 * Orientation is decided with exact predicates (delaunator 5), so points on a
 * straight wall give no triangles of zero area along it.
 *
 * @param points Coordinates x0, y0, x1, y1, ...; all points distinct.
 * @returns Three point indices per triangle.
 * @throws {RangeError} If all points lie on one line.
 *
 * @example A square has two triangles
 * ```ts
 * import assert from "node:assert/strict";
 * import { delaunayTriangles } from "./delaunay.ts";
 *
 * assert.equal(delaunayTriangles(Float64Array.of(0, 0, 1, 0, 1, 1, 0, 1)).length, 6);
 * ```
 */
export function delaunayTriangles(points: Float64Array): Uint32Array {
  // The library works on a copy: it keeps a reference to what it is given.
  const triangles = new Delaunator(points.slice()).triangles;
  if (triangles.length === 0) {
    throw new RangeError(
      `Cannot triangulate the points as they must not lie on one line: current value is ${
        points.length / 2
      } points on one line`,
    );
  }
  const result = Uint32Array.from(triangles);
  for (let t = 0; t < result.length; t += 3) {
    const a = 2 * result[t]!, b = 2 * result[t + 1]!, c = 2 * result[t + 2]!;
    const twiceArea =
      (points[b]! - points[a]!) * (points[c + 1]! - points[a + 1]!) -
      (points[c]! - points[a]!) * (points[b + 1]! - points[a + 1]!);
    if (twiceArea < 0) {
      [result[t + 1], result[t + 2]] = [result[t + 2]!, result[t + 1]!];
    }
  }
  return result;
}
