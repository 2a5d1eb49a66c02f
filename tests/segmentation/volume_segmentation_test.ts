import assert from "node:assert/strict";
import {
  createVolume,
  type Labels,
  sourceOf,
  type Volume,
} from "@cathode/core/mod.ts";
import {
  numberBlocks,
  planBlocks,
  segmentVolume,
  watershedMethod,
} from "@cathode/segmentation/mod.ts";
import { synthesizeElectrode } from "@cathode/synthetic/mod.ts";

const { volume } = await synthesizeElectrode({
  cycles: 50,
  seed: 41,
  extent_um: [22, 24, 120],
  spacing_um: 0.3,
  band_um: 0,
});
const source = sourceOf(volume), method = watershedMethod();
const whole = await segmentVolume(source, method);

Deno.test("segmentVolume() numbers particles from 1 as the scan meets them", () => {
  let highest = 0;
  for (const label of whole.labels.data) {
    assert.ok(label <= highest + 1);
    highest = Math.max(highest, label);
  }
  assert.equal(highest, whole.count);
  assert.ok(whole.count > 80);
  assert.deepEqual(whole.differing, []);
});

Deno.test("segmentVolume() in blocks gives what the whole gives", async () => {
  for (const blocks of [2, 5]) {
    const { labels, count, differing } = await segmentVolume(source, method, {
      blocks,
      workers: 1,
    });
    assert.deepEqual(labels.data, whole.labels.data);
    assert.equal(count, whole.count);
    assert.deepEqual(differing, []);
  }
});

Deno.test("segmentVolume() tells which particles differ where blocks overlap too little", async () => {
  const { labels, differing } = await segmentVolume(source, method, {
    blocks: 3,
    overlap_um: 5,
  });
  const wrong = notOneToOne(labels, whole.labels);
  assert.ok(wrong.length > 0);
  assert.ok(differing.length > 0);
  // A cut particle counts in full, so a few more are told than are wrong.
  assert.deepEqual(wrong.filter((label) => !differing.includes(label)), []);
});

/** Labels of `a` whose voxels are not exactly those of a label of `b`. */
function notOneToOne(a: Labels, b: Labels): number[] {
  const sizeA = new Map<number, number>(), sizeB = new Map<number, number>();
  const shared = new Map<string, [a: number, b: number, count: number]>();
  const add = (sizes: Map<number, number>, label: number) =>
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
  a.data.forEach((p, i) => {
    const q = b.data[i]!, key = `${p} ${q}`;
    add(sizeA, p);
    add(sizeB, q);
    shared.set(key, [p, q, (shared.get(key)?.[2] ?? 0) + 1]);
  });
  const same = new Set(
    [...shared.values()].filter(([p, q, count]) =>
      count === sizeA.get(p) && count === sizeB.get(q)
    ).map(([p]) => p),
  );
  return [...sizeA.keys()].filter((p) => p !== 0 && !same.has(p));
}

Deno.test("segmentVolume() draws outlines that follow the grey levels", async () => {
  // A ball of 4.03 um with a void of 1 um inside; the edge is one voxel wide.
  const side = 110, centre = [5.52, 5.47, 5.5] as const;
  const grey = new Uint8Array(side ** 3), inside = new Uint8Array(side ** 3);
  for (let i = 0; i < grey.length; i++) {
    const x = i % side, y = Math.floor(i / side) % side;
    const z = Math.floor(i / side / side);
    const r = Math.hypot(
      (z + 0.5) / 10 - centre[0],
      (y + 0.5) / 10 - centre[1],
      (x + 0.5) / 10 - centre[2],
    );
    const share = Math.min(1, Math.max(0, 0.5 + (4.03 - r) / 0.1));
    grey[i] = r < 1 ? 70 : 90 + 95 * share;
    inside[i] = r < 4.03 ? 1 : 0;
  }
  const ball: Volume = createVolume(grey, [side, side, side], [0.1, 0.1, 0.1]);
  const { labels, count } = await segmentVolume(sourceOf(ball), method);
  assert.equal(count, 1);
  let both = 0, either = 0;
  labels.data.forEach((label, i) => {
    both += label & inside[i]!;
    either += label | inside[i]!;
  });
  assert.ok(both / either > 0.98, `overlap ${both / either}`);
});

Deno.test("planBlocks() cuts the longest axis at multiples of 16 voxels", () => {
  const grid = { shape: [40, 300, 100], spacing_um: [0.1, 0.1, 0.1] } as const;
  const plan = planBlocks(grid, method, [12, 86, 29], 3);
  assert.equal(plan.axis, 1);
  assert.deepEqual(plan.cuts, [0, 32, 64, 86]);
  // Voxels whose centre lies behind the cut are the next block's: 32 * 3.5 = 112.
  assert.deepEqual(plan.voxelCuts, [0, 112, 224, 300]);
  assert.equal(plan.overlap % 16, 0);
  assert.ok(plan.overlap * 0.35 >= 15);
  for (const blocks of [0, 7, 1.5]) {
    assert.throws(() => planBlocks(grid, method, [12, 86, 29], blocks), {
      name: "RangeError",
      message: /must be a whole number from 1 to 6/,
    });
  }
});

Deno.test("numberBlocks() joins by marker, drops what is small and finds what differs", () => {
  const blocks = [
    {
      particles: [
        { marker: 50, voxels: 10, first: 7 },
        { marker: 9, voxels: 2, first: 8 },
        { marker: 60, voxels: 4, first: 30 },
      ],
      seams: [[], [0, 2, 61, 3, 51, 3]],
    },
    {
      particles: [
        { marker: 60, voxels: 3, first: 3 },
        { marker: 70, voxels: 5, first: 1 },
      ],
      seams: [[0, 1, 61, 5, 51, 2], []],
    },
  ] as const;
  const { count, numbers, differing } = numberBlocks(blocks, 5);
  assert.equal(count, 3);
  // By first voxel: 70 at 1, 60 at 3, 50 at 7; 9 is small.
  assert.deepEqual(numbers.map((n) => [...n]), [[0, 3, 0, 2], [0, 2, 1]]);
  // Voxel 1 is background or 60; voxels 5 and 6 are 50 or 60 and 60 or 50.
  assert.deepEqual(differing, [2, 3]);
});
