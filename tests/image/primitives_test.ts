import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSlice, createVolume } from "@cathode/core/mod.ts";
import {
  blockMean,
  brighterThan,
  closing,
  connectedComponents,
  dilation,
  erosion,
  fillHoles,
  gaussianFilter,
  hMaxima,
  labelsAtBorder,
  labelStatistics,
  medianFilter,
  opening,
  otsuThreshold,
  regionalMaxima,
  relabel,
  watershed,
} from "@cathode/image/mod.ts";
import { draws } from "./draws.ts";

const random = (shape: readonly [number, number, number], seed: number) =>
  createVolume(
    Float32Array.from(draws(shape[0] * shape[1] * shape[2], seed)),
    shape,
    [0.2, 0.1, 0.1],
  );

Deno.test("filters do not depend on the number of workers", async () => {
  const volume = random([104, 104, 104], 3);
  const one = { workers: 1 }, three = { workers: 3 };
  for (
    const [a, b] of [
      [await medianFilter(volume, one), await medianFilter(volume, three)],
      [
        await gaussianFilter(volume, 0.1, one),
        await gaussianFilter(volume, 0.1, three),
      ],
    ] as const
  ) {
    assert.ok(Buffer.from(a.data.buffer).equals(Buffer.from(b.data.buffer)));
  }
});

Deno.test("connectedComponents() counts 131,072 single voxels", () => {
  const chessboard = Uint8Array.from(
    { length: 64 ** 3 },
    (_, i) => ((i & 1) ^ (i >> 6 & 1) ^ (i >> 12 & 1)) & 1,
  );
  const volume = createVolume(chessboard, [64, 64, 64], [1, 1, 1]);
  assert.equal(connectedComponents(volume, "faces").count, 131072);
  assert.equal(connectedComponents(volume, "corners").count, 1);
});

Deno.test("watershed() partitions what it can reach and keeps the markers", () => {
  const image = random([9, 10, 11], 4);
  const mask = brighterThan(image, 0.2);
  const markers = createVolume(
    Uint32Array.from(draws(990, 5), (u, i) => u < 0.01 ? i + 1 : 0),
    [9, 10, 11],
    [0.2, 0.1, 0.1],
  );
  const labels = watershed(image, markers, mask);
  const { labels: pieces } = connectedComponents(mask, "faces");
  const reached = new Set(
    [...pieces.data].filter((_, i) => markers.data[i] !== 0),
  );
  for (let i = 0; i < labels.data.length; i++) {
    const expected = pieces.data[i] !== 0 && reached.has(pieces.data[i]!);
    assert.equal(labels.data[i] !== 0, expected);
    if (expected && markers.data[i] !== 0) {
      assert.equal(labels.data[i], markers.data[i]);
    }
  }
});

Deno.test("watershed() throws if a level inside the mask is not finite", () => {
  const image = createSlice(Float32Array.of(1, NaN), [1, 2], [1, 1]);
  const markers = createSlice(Uint32Array.of(1, 0), [1, 2], [1, 1]);
  const mask = createSlice(Uint8Array.of(1, 1), [1, 2], [1, 1]);
  assert.throws(() => watershed(image, markers, mask), {
    name: "RangeError",
    message:
      "Cannot flood the image as grey levels inside the mask must be finite: current value is NaN at voxel 1",
  });
});

Deno.test("hMaxima() with height 0 finds the regional maxima", () => {
  const image = random([6, 7, 8], 6);
  const mask = brighterThan(image, -1);
  assert.deepEqual(
    hMaxima(image, 0, mask).labels.data,
    regionalMaxima(image, mask).labels.data,
  );
});

Deno.test("hMaxima() keeps peaks by their rise above the pass", () => {
  const image = createSlice(
    Float32Array.of(0, 9, 5, 8, 1, 7, 6, 6.5, 0),
    [1, 9],
    [1, 1],
  );
  const mask = createSlice(new Uint8Array(9).fill(1), [1, 9], [1, 1]);
  const kept = (height: number, share: number) =>
    [...hMaxima(image, height, mask, share).labels.data.entries()]
      .filter(([, label]) => label !== 0).map(([i]) => i);
  // Rises: 9 is highest; 8 rises 3 above 5; 7 rises 6 above 1; 6.5 rises 0.5 above 6.
  assert.deepEqual(kept(0.5, 0), [1, 3, 5, 7]);
  assert.deepEqual(kept(1, 0), [1, 3, 5]);
  assert.deepEqual(kept(4, 0), [1, 5]);
  assert.deepEqual(kept(0, 0.5), [1, 5]);
});

Deno.test("dilation() and erosion() equal the definition with a ball", async () => {
  const shape = [6, 9, 10] as const, spacing_um = [0.2, 0.1, 0.15] as const;
  const data = Uint8Array.from(draws(540, 7), (u) => u < 0.3 ? 1 : 0);
  const mask = createVolume(data, shape, spacing_um);
  const radius_um = 0.3;
  const near = (value: number) =>
    Array.from(data, (_, i) => {
      for (let j = 0; j < data.length; j++) {
        if (data[j] !== value) continue;
        const z = Math.floor(i / 90) - Math.floor(j / 90);
        const y = Math.floor(i / 10) % 9 - Math.floor(j / 10) % 9;
        const x = i % 10 - j % 10;
        if (Math.hypot(z * 0.2, y * 0.1, x * 0.15) < radius_um + 1e-9) return 1;
      }
      return 0;
    });
  assert.deepEqual([...(await dilation(mask, radius_um)).data], near(1));
  assert.deepEqual(
    [...(await erosion(mask, radius_um)).data],
    near(0).map((v) => 1 - v),
  );
});

Deno.test("closing() contains the mask, opening() lies in it, both also at the frame", async () => {
  const data = Uint8Array.from(draws(1000, 8), (u) => u < 0.5 ? 1 : 0);
  const mask = createVolume(data, [10, 10, 10], [1, 1, 1]);
  const closed = (await closing(mask, 1.5)).data;
  const opened = (await opening(mask, 1)).data;
  for (let i = 0; i < 1000; i++) {
    assert.ok(closed[i]! >= data[i]! && data[i]! >= opened[i]!);
  }
});

Deno.test("closing() adds nothing to a convex mask at the frame", async () => {
  const data = new Uint8Array(400);
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 20; x++) {
      if (Math.hypot(y, x) < 12) data[y * 20 + x] = 1;
    }
  }
  const corner = createSlice(data, [20, 20], [1, 1]);
  const closed = (await closing(corner, 3)).data;
  assert.ok(closed.reduce((a, b) => a + b) - data.reduce((a, b) => a + b) < 6);
});

Deno.test("connectedComponents() and fillHoles() take any value but 0 as inside, in rows of any width", () => {
  for (const width of [1, 3, 4, 5, 8, 11]) {
    const values = draws(36 * width, width).map((draw) =>
      draw < 0.5 ? 0 : Math.floor(256 * draw)
    );
    const ones = values.map((value) => Number(value > 0));
    const onGrid = (data: Uint8Array) =>
      createVolume(data, [4, 9, width], [1, 1, 1]);
    // One that starts inside a word of its buffer.
    const odd = onGrid(Uint8Array.from([0, ...values]).subarray(1));
    const plain = onGrid(Uint8Array.from(ones));
    for (const connectivity of ["faces", "corners"] as const) {
      const found = connectedComponents(odd, connectivity);
      assert.deepEqual(found, connectedComponents(plain, connectivity));
      assert.deepEqual([...found.labels.data].map((l) => Number(l > 0)), ones);
    }
    assert.deepEqual(fillHoles(odd).data, fillHoles(plain).data);
  }
});

Deno.test("fillHoles() leaves holes that are larger than asked", () => {
  const data = new Uint8Array(100).fill(1);
  for (const i of [11, 55, 56, 65, 66]) data[i] = 0;
  const mask = createSlice(data, [10, 10], [0.5, 0.5]);
  // The hole of four pixels is as large as a disc of 1.128 um.
  assert.equal(fillHoles(mask, 1.12).data.filter((v) => v === 0).length, 4);
  assert.equal(fillHoles(mask, 1.13).data.filter((v) => v === 0).length, 0);
});

Deno.test("labelStatistics() equals sums over voxels", () => {
  const shape = [5, 6, 7] as const, spacing_um = [0.3, 0.2, 0.1] as const;
  const data = Uint32Array.from(
    draws(210, 11),
    (u) => [0, 3, 9][Math.floor(3 * u)]!,
  );
  const grey = Float32Array.from(draws(210, 12), (u) => 1e4 + u);
  const found = labelStatistics(
    createVolume(data, shape, spacing_um),
    createVolume(grey, shape, spacing_um),
  );
  assert.deepEqual([...found.label], [3, 9]);
  [3, 9].forEach((label, row) => {
    const at = [...data.keys()].filter((i) => data[i] === label);
    const places = at.map((i) => [
      Math.floor(i / 42) * 0.3,
      Math.floor(i / 7) % 6 * 0.2,
      i % 7 * 0.1,
    ]);
    const mean = (values: number[]) =>
      values.reduce((a, b) => a + b) / values.length;
    const close = (a: number, b: number) =>
      assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
    assert.equal(found.count[row], at.length);
    const centre = [0, 1, 2].map((axis) => mean(places.map((p) => p[axis]!)));
    const pairs = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]] as const;
    centre.forEach((c, axis) => close(found.centroid_um[3 * row + axis]!, c));
    pairs.forEach(([a, b], k) => {
      const products = places.map((p) =>
        (p[a]! - centre[a]!) * (p[b]! - centre[b]!)
      );
      close(found.covariance_um2[6 * row + k]!, mean(products));
    });
    const levels = at.map((i) => grey[i]!);
    close(found.mean[row]!, mean(levels));
    const variance = mean(levels.map((g) => (g - mean(levels)) ** 2));
    close(found.deviation[row]!, Math.sqrt(variance));
    const columns = at.map((i) => i % 7);
    assert.equal(found.boxMin[3 * row + 2], Math.min(...columns));
    assert.equal(found.boxMax[3 * row + 2], Math.max(...columns));
  });
});

Deno.test("labelStatistics() takes 70,000 labels with gaps", () => {
  const data = Uint32Array.from({ length: 70000 }, (_, i) => 2 * i + 1);
  const { label, count } = labelStatistics(
    createVolume(data, [70, 100, 10], [1, 1, 1]),
  );
  assert.equal(label.length, 70000);
  assert.equal(label[69999], 139999);
  assert.ok(count.every((n) => n === 1));
});

Deno.test("relabel() closes gaps and drops labels", () => {
  const image = createSlice(Uint32Array.of(8, 0, 5, 8, 2), [1, 5], [1, 1]);
  const { labels, former } = relabel(image, (label) => label !== 5);
  assert.deepEqual([...labels.data], [2, 0, 0, 2, 1]);
  assert.deepEqual([...former], [0, 2, 8]);
});

Deno.test("labelsAtBorder() of a volume sees all six faces", () => {
  const data = new Uint32Array(27);
  const faces = [4, 10, 12, 14, 16, 22];
  faces.forEach((i, k) => data[i] = k + 1);
  data[13] = 99;
  const volume = createVolume(data, [3, 3, 3], [1, 1, 1]);
  assert.deepEqual([...labelsAtBorder(volume)].sort(), [1, 2, 3, 4, 5, 6]);
});

Deno.test("blockMean() keeps the mean and averages what is left at the ends", () => {
  const slice = createSlice(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 1]);
  assert.deepEqual([...blockMean(slice, [2, 2]).data], [3, 4.5]);
});

Deno.test("otsuThreshold() throws if all grey levels are the same", () => {
  assert.throws(() => otsuThreshold(Uint8Array.of(7, 7)), {
    name: "RangeError",
    message:
      "Cannot threshold the grey levels as they must hold at least two values: current value is 7",
  });
});

Deno.test("otsuThreshold() throws if a level is not finite", () => {
  assert.throws(() => otsuThreshold(Float32Array.of(1, NaN)), RangeError);
});

Deno.test("primitives take one voxel", async () => {
  const voxel = createVolume(Uint8Array.of(1), [1, 1, 1], [1, 1, 1]);
  assert.deepEqual([...(await medianFilter(voxel)).data], [1]);
  assert.deepEqual([...(await gaussianFilter(voxel, 2)).data], [1]);
  assert.deepEqual([...(await closing(voxel, 2)).data], [1]);
  assert.equal(connectedComponents(voxel, "corners").count, 1);
});

Deno.test("primitives take masks that are empty or all solid, in a volume and in a slice", async () => {
  for (const value of [0, 1]) {
    const data = new Uint8Array(60).fill(value);
    for (
      const mask of [
        createVolume(data, [3, 4, 5], [0.2, 0.1, 0.1]),
        createSlice(data, [6, 10], [0.1, 0.2]),
      ]
    ) {
      const { labels, count } = connectedComponents(mask, "faces");
      assert.equal(count, value);
      assert.deepEqual([...labelStatistics(labels).count], value ? [60] : []);
      assert.deepEqual([...(await closing(mask, 0.2)).data], [...data]);
      assert.deepEqual([...(await medianFilter(mask)).data], [...data]);
      assert.deepEqual([...fillHoles(mask).data], [...data]);
      assert.deepEqual(
        [...watershed(mask, labels, mask).data],
        [...labels.data],
      );
    }
  }
});
