import assert from "node:assert/strict";
import fc from "fast-check";
import { delaunayTriangles } from "@cathode/geometry/mod.ts";

/** Twice the area of a triangle, positive if it is counter-clockwise. */
function twiceArea(points: Float64Array, at: number[]): number {
  const [a, b, c] = at.map((k) => [points[2 * k]!, points[2 * k + 1]!]) as [
    number[],
    number[],
    number[],
  ];
  return (b[0]! - a[0]!) * (c[1]! - a[1]!) - (c[0]! - a[0]!) * (b[1]! - a[1]!);
}

Deno.test("delaunayTriangles() covers a square with counter-clockwise triangles whatever points lie in it", () => {
  const inside = fc.integer({ min: 1, max: 99 });
  fc.assert(fc.property(
    fc.uniqueArray(fc.tuple(inside, inside), {
      selector: ([x, y]) => 100 * x + y,
      maxLength: 40,
    }),
    (list) => {
      const corners = [[0, 0], [100, 0], [100, 100], [0, 100]];
      const points = Float64Array.from([...corners, ...list].flat());
      const triangles = delaunayTriangles(points);
      let area = 0;
      for (let t = 0; t < triangles.length; t += 3) {
        const twice = twiceArea(points, [...triangles.subarray(t, t + 3)]);
        assert.ok(twice > 0);
        area += twice / 2;
      }
      assert.equal(area, 1e4);
      assert.equal(new Set(triangles).size, points.length / 2);
    },
  ));
});

Deno.test("delaunayTriangles() leaves no point inside the circle of a triangle", () => {
  const points = Float64Array.of(0, 0, 4, 0, 5, 3, 1, 4, 2, 1.5, 3, 2.2);
  const triangles = delaunayTriangles(points);
  for (let t = 0; t < triangles.length; t += 3) {
    const at = [...triangles.subarray(t, t + 3)];
    const [a, b, c] = at.map((k) => [points[2 * k]!, points[2 * k + 1]!]) as [
      number[],
      number[],
      number[],
    ];
    for (let k = 0; k < points.length / 2; k++) {
      const lifted = ([x, y]: number[]): [number, number, number] => {
        const dx = x! - points[2 * k]!, dy = y! - points[2 * k + 1]!;
        return [dx, dy, dx * dx + dy * dy];
      };
      const [p, q, r] = [lifted(a), lifted(b), lifted(c)];
      const inCircle = p[0] * (q[1] * r[2] - q[2] * r[1]) -
        p[1] * (q[0] * r[2] - q[2] * r[0]) +
        p[2] * (q[0] * r[1] - q[1] * r[0]);
      assert.ok(inCircle <= 1e-9);
    }
  }
});

Deno.test("delaunayTriangles() makes no flat triangles along a straight wall, and does not change its input", () => {
  const points = Float64Array.of(0, 0, 0.1, 0, 0.2, 0, 0.3, 0, 0.1, 1);
  const before = points.slice();
  assert.equal(delaunayTriangles(points).length / 3, 3);
  assert.deepEqual(points, before);
});

Deno.test("delaunayTriangles() throws if all points lie on one line", () => {
  assert.throws(() => delaunayTriangles(Float64Array.of(0, 0, 1, 1, 2, 2)), {
    name: "RangeError",
    message:
      "Cannot triangulate the points as they must not lie on one line: current value is 3 points on one line",
  });
});
