import assert from "node:assert/strict";
import { LevelQueue } from "@cathode/image/level_queue.ts";
import { draws } from "./draws.ts";

function popAll(queue: LevelQueue): number[] {
  const taken: number[] = [];
  while (queue.pop()) taken.push(queue.voxel);
  return taken;
}

Deno.test("LevelQueue takes voxels by level, then by arrival, whether levels fall into one bucket or many", () => {
  for (const width of [1e-6, 1e-3, 1]) {
    // A few levels, some of them below zero.
    const levels = Float32Array.from(
      draws(3000, 1),
      (draw) => width * (Math.floor(7 * draw) - 3) / 7,
    );
    const queue = new LevelQueue(levels, -1, 1);
    levels.forEach((_, voxel) => queue.push(voxel, voxel + 1));
    const expected = Array.from(levels, (_, voxel) => voxel)
      .sort((a, b) => levels[a]! - levels[b]! || a - b);
    assert.deepEqual(popAll(queue), expected);
    assert.equal(queue.label, queue.voxel + 1);
  }
});

Deno.test("LevelQueue lets a voxel below the water wait behind those at its level", () => {
  // All but the last two in one bucket.
  const levels = Float32Array.of(0.5, 0.500001, 0.500001, 0.1, 0.500002, 1, 0);
  const queue = new LevelQueue(levels, 0, 1);
  for (const voxel of [1, 0, 4]) queue.push(voxel, 1);
  assert.ok(queue.pop());
  assert.equal(queue.voxel, 0);
  // At the level of voxel 1 but later; below the water, which stands at 0.5.
  for (const voxel of [2, 3, 5]) queue.push(voxel, 1);
  assert.deepEqual(popAll(queue), [3, 1, 2, 4, 5]);
});

Deno.test("LevelQueue sorts more voxels of a bucket than a sorting key counts", () => {
  const size = 2 ** 21 + 3;
  const levels = Float32Array.from({ length: size }, (_, i) => i % 2 * 1e-6);
  const queue = new LevelQueue(levels, 0, 1);
  for (let voxel = 0; voxel < size; voxel++) queue.push(voxel, 1);
  for (let k = 0; k < size; k++) {
    assert.ok(queue.pop());
    const half = Math.ceil(size / 2);
    const expected = k < half ? 2 * k : 2 * (k - half) + 1;
    if (queue.voxel !== expected) assert.equal(queue.voxel, expected);
  }
  assert.ok(!queue.pop());
});
