import assert from "node:assert/strict";
import { createSlice, type SliceLabels } from "@cathode/core/mod.ts";
import {
  matching,
  paintPolygons,
  rayCount,
  rayDirections,
  starDistances,
  type StarPolygon,
  starPolygons,
  type StarPrediction,
} from "@cathode/segmentation/mod.ts";

/** Labels by a rule, on a square of so many pixels. */
function painted(
  side: number,
  spacing_um: number,
  rule: (y_um: number, x_um: number) => number,
): SliceLabels {
  const labels = new Uint32Array(side * side);
  for (let i = 0; i < labels.length; i++) {
    const y = (Math.floor(i / side) + 0.5) * spacing_um;
    labels[i] = rule(y, (i % side + 0.5) * spacing_um);
  }
  return createSlice(labels, [side, side], [spacing_um, spacing_um]);
}

/** What a perfect network says of labels at its spacing: probability 0.9 in the middle of each. */
function perfect(labels: SliceLabels): StarPrediction {
  const [rows, columns] = labels.shape.map((n) => Math.ceil(n / 2)) as [
    number,
    number,
  ];
  const spacing = labels.spacing_um[0];
  const probability = new Float32Array(rows * columns);
  const distances_um = new Float32Array(rows * columns * rayCount);
  for (let i = 0; i < rows * columns; i++) {
    const y = 2 * Math.floor(i / columns), x = 2 * (i % columns);
    if (labels.data[y * labels.shape[1] + x] === 0) continue;
    starDistances(labels, y, x, distances_um, i * rayCount);
    const own = distances_um.subarray(i * rayCount, (i + 1) * rayCount);
    probability[i] = 0.99 * Math.min(...own) / Math.max(...own);
  }
  return {
    probability: createSlice(
      probability,
      [rows, columns],
      [2 * spacing, 2 * spacing],
    ),
    distances_um: distances_um.map((pixels) => pixels * spacing),
  };
}

/** A prediction of discs: cells, probabilities and radii in micrometres; cells are 2 um apart. */
function predicted(
  cells: readonly [row: number, column: number, p: number, radius: number][],
): StarPrediction {
  const probability = new Float32Array(400);
  const distances_um = new Float32Array(400 * rayCount);
  for (const [row, column, p, radius] of cells) {
    const cell = 20 * row + column;
    probability[cell] = p;
    distances_um.fill(radius, cell * rayCount, (cell + 1) * rayCount);
  }
  return {
    probability: createSlice(probability, [20, 20], [2, 2]),
    distances_um,
  };
}

const centres = (polygons: readonly StarPolygon[]) =>
  polygons.map(({ centre_um: [y, x] }) => [(y - 0.5) / 2, (x - 0.5) / 2]);

Deno.test("starDistances() of a square end at its sides", () => {
  const half = 3.5;
  const labels = painted(
    11,
    1,
    (y, x) => Math.max(Math.abs(y - 5.5), Math.abs(x - 5.5)) < half ? 4 : 0,
  );
  const distances = new Float32Array(rayCount);
  starDistances(labels, 5, 5, distances, 0);
  for (const [ray, [y, x]] of rayDirections.entries()) {
    const expected = half / Math.max(Math.abs(y), Math.abs(x));
    assert.ok(Math.abs(distances[ray]! - expected) < 1e-5, `ray ${ray}`);
  }
});

Deno.test("starDistances() of a disc are its radius to a pixel, and end at neighbours and at the frame", () => {
  const labels = painted(
    61,
    1,
    (y, x) => Math.hypot(y - 30.5, x - 30.5) < 20 ? x < 40 ? 1 : 2 : 0,
  );
  const distances = new Float32Array(rayCount);
  starDistances(labels, 30, 30, distances, 0);
  for (const [ray, [, x]] of rayDirections.entries()) {
    const expected = Math.min(20, x > 0 ? 9.5 / x : Infinity);
    assert.ok(Math.abs(distances[ray]! - expected) < 1, `ray ${ray}`);
  }
  const all = painted(5, 1, () => 1);
  starDistances(all, 0, 4, distances, 0);
  assert.deepEqual([distances[0], distances[8], distances[16]], [
    0.5,
    4.5,
    4.5,
  ]);
});

for (const fine_um of [0.35, 0.14, 0.07, 0.4]) {
  Deno.test(`polygons of a perfect prediction, painted on pixels of ${fine_um} um, cover the particles without shift`, () => {
    const centres_um = [[6.3, 6.1], [6.9, 17.2], [17.4, 9.05], [16.2, 20.3]];
    const rule = (y: number, x: number) =>
      1 +
      centres_um.findIndex(([cy, cx]) => Math.hypot(y - cy!, x - cx!) < 4.6);
    const prediction = perfect(painted(76, 0.35, rule));
    const side = Math.round(76 * 0.35 / fine_um);
    const truth = painted(side, fine_um, rule);
    const found = paintPolygons(starPolygons(prediction), truth);
    const { f1, meanMatchedIou } = matching(truth, found, 0.5);
    assert.equal(f1, 1);
    assert.ok(meanMatchedIou > 0.96, `overlap ${meanMatchedIou}`);
    for (const [i, [cy, cx]] of centres_um.entries()) {
      let count = 0, sumY = 0, sumX = 0;
      const centre = truth.data.findIndex((label) => label === i + 1);
      const label = found.data[centre + 5 * side]!;
      found.data.forEach((l, k) => {
        if (l !== label) return;
        count++;
        sumY += Math.floor(k / side) + 0.5;
        sumX += k % side + 0.5;
      });
      const off = Math.hypot(
        sumY / count * fine_um - cy!,
        sumX / count * fine_um - cx!,
      );
      // Half a pixel of the network would be 0.25 um along the diagonal.
      assert.ok(off < 0.08, `particle ${i + 1} is off by ${off} um`);
    }
  });
}

Deno.test("starPolygons() keeps the most probable of polygons that overlap too much", () => {
  // Discs of radius r at distance d share 2 r^2 acos(d / 2 r) - d / 2 sqrt(4 r^2 - d^2).
  const prediction = predicted([[10, 8, 0.8, 6], [10, 10, 0.9, 6]]);
  const lens = 2 * 36 * Math.acos(4 / 12) - 2 * Math.sqrt(144 - 16);
  const share = lens / (Math.PI * 36);
  assert.ok(share > 0.58 && share < 0.59);
  const kept = (overlap: number) =>
    centres(starPolygons(prediction, { overlap }));
  assert.deepEqual(kept(share - 0.04), [[10, 10]]);
  assert.deepEqual(kept(share + 0.04), [[10, 10], [10, 8]]);
});

Deno.test("starPolygons() takes equal probabilities in the order of the cells", () => {
  const prediction = predicted([[10, 11, 0.9, 6], [10, 10, 0.9, 6]]);
  assert.deepEqual(centres(starPolygons(prediction)), [[10, 10]]);
});

Deno.test("starPolygons() drops improbable and small polygons, and finds none in nothing", () => {
  const prediction = predicted([[4, 4, 0.5, 6], [10, 10, 0.9, 1.4], [
    16,
    16,
    0.6,
    4,
  ]]);
  assert.deepEqual(centres(starPolygons(prediction)), [[16, 16]]);
  assert.deepEqual(starPolygons(predicted([])), []);
});

Deno.test("starPolygons() refuses parameters out of range", () => {
  const prediction = predicted([]);
  for (
    const wrong of [
      { probability: 0 },
      { probability: 1 },
      { overlap: -0.1 },
      { overlap: NaN },
      { smallest_um: -1 },
    ]
  ) {
    assert.throws(
      () => starPolygons(prediction, wrong),
      /^RangeError: Cannot choose polygons as .* must be/,
    );
  }
});

Deno.test("paintPolygons() gives shared pixels to the most probable and cuts at the frame", () => {
  const grid = createSlice(new Uint8Array(1600), [40, 40], [1, 1]);
  const polygons = starPolygons(
    predicted([[0, 0, 0.9, 5], [1, 4, 0.8, 5]]),
    { overlap: 0.9 },
  );
  const { data } = paintPolygons(polygons, grid);
  assert.equal(data[0], 1);
  assert.equal(data[2 * 40 + 4], 1);
  assert.equal(data[2 * 40 + 9], 2);
  assert.equal(data[39 * 40 + 39], 0);
});
