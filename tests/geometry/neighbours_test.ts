import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "@cathode/core/mod.ts";
import {
  nearestNeighbours,
  neighbourGrid,
  within,
} from "@cathode/geometry/mod.ts";

function randomPoints(count: number, edge_um: number): Float64Array {
  const random = new Random(1, "points");
  return Float64Array.from(
    { length: 3 * count },
    () => random.between(0, edge_um),
  );
}

function distance(points: Float64Array, i: number, j: number): number {
  return Math.sqrt(
    [0, 1, 2].reduce(
      (sum, axis) => sum + (points[3 * i + axis]! - points[3 * j + axis]!) ** 2,
      0,
    ),
  );
}

const coordinate = fc.integer({ min: -9, max: 30 });

Deno.test("within() and nearestNeighbours() agree with trying all points", () => {
  fc.assert(fc.property(
    fc.array(
      fc.tuple(coordinate, coordinate, coordinate),
      {
        minLength: 1,
        maxLength: 40,
      },
    ),
    fc.double({ min: 0.1, max: 30, noNaN: true }),
    fc.integer({ min: 1, max: 8 }),
    (places, cell, k) => {
      const points = Float64Array.from(places.flat());
      const grid = neighbourGrid(points, cell);
      const byDistance = Array.from(places.keys()).sort((a, b) =>
        distance(points, 0, a) - distance(points, 0, b) || a - b
      );
      const [z, y, x] = places[0]!;
      assert.deepEqual(
        [...within(grid, z, y, x, cell).indices],
        byDistance.filter((i) => distance(points, 0, i) <= cell),
      );
      const nearest = nearestNeighbours(grid, 0, k);
      assert.deepEqual(
        [...nearest.distances_um],
        byDistance.filter((i) => i !== 0).slice(0, k).map((i) =>
          distance(points, 0, i)
        ),
      );
    },
  ));
});

Deno.test("nearestNeighbours() gives the mean distance of a Poisson process", () => {
  // Gamma(4/3) / (4/3 pi density)^(1/3): S. Chandrasekhar, Rev. Mod. Phys. 15,
  // 1 (1943), doi:10.1103/RevModPhys.15.1, equation 675.
  const points = randomPoints(20_000, 100), grid = neighbourGrid(points, 4);
  const density = 20_000 / 100 ** 3;
  let sum = 0, count = 0;
  for (let i = 0; i < 20_000; i++) {
    const place = points.subarray(3 * i, 3 * i + 3);
    if (!place.every((c) => c > 10 && c < 90)) continue;
    sum += nearestNeighbours(grid, i, 1).distances_um[0]!;
    count++;
  }
  const expected = 0.8929795 / Math.cbrt(4 / 3 * Math.PI * density);
  assert.ok(Math.abs(sum / count / expected - 1) < 0.01);
});

Deno.test("nearestNeighbours() counts a twin on the same spot, but not the point itself", () => {
  const grid = neighbourGrid(Float64Array.of(1, 1, 1, 1, 1, 1, 4, 1, 1), 1);
  assert.deepEqual([...nearestNeighbours(grid, 1, 6).indices], [0, 2]);
  assert.deepEqual([...nearestNeighbours(grid, 1, 6).distances_um], [0, 3]);
});

Deno.test("nearestNeighbours() of a lonely point is empty", () => {
  const grid = neighbourGrid(Float64Array.of(1, 2, 3), 1);
  assert.equal(nearestNeighbours(grid, 0, 3).indices.length, 0);
});

Deno.test("neighbourGrid() throws on bad coordinates and cells", () => {
  assert.throws(() => neighbourGrid(Float64Array.of(1, 2), 1), {
    name: "RangeError",
    message:
      "Cannot sort points into cells as coordinates must come in triples z, y, x: current number is 2",
  });
  assert.throws(() => neighbourGrid(Float64Array.of(1, NaN, 2), 1), RangeError);
  assert.throws(() => neighbourGrid(Float64Array.of(1, 2, 3), 0), RangeError);
});

Deno.test("nearestNeighbours() throws if the point does not exist or k is no count", () => {
  const grid = neighbourGrid(Float64Array.of(1, 2, 3), 1);
  assert.throws(() => nearestNeighbours(grid, 1, 1), RangeError);
  assert.throws(() => nearestNeighbours(grid, 0, 0), {
    message:
      "Cannot find neighbours as their number must be a positive whole number: current value is 0",
  });
});
