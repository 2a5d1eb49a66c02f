import assert from "node:assert/strict";
import { createSlice, Random } from "@cathode/core/mod.ts";
import { ballVoxels, labelStatistics, relabel } from "@cathode/image/mod.ts";
import { matching, watershedSegmentation } from "@cathode/segmentation/mod.ts";
import { synthesizeElectrode } from "@cathode/synthetic/mod.ts";

/** Discs on a grid, with noise, shading and a void and a crack in each; and their truth. */
function discs(spacing_um: number, gap_um: number) {
  const side = Math.round(60 / spacing_um), random = new Random(1, "discs");
  const grey = new Uint8Array(side * side),
    truth = new Uint32Array(side * side);
  const pitch = 9 + gap_um;
  for (let i = 0; i < grey.length; i++) {
    const y = Math.floor(i / side) * spacing_um, x = i % side * spacing_um;
    const row = Math.floor(y / pitch), column = Math.floor(x / pitch);
    const dy = y - (row + 0.5) * pitch, dx = x - (column + 0.5) * pitch;
    const inside = Math.hypot(dy, dx) < 4.5 &&
      Math.max(row, column) < Math.floor(60 / pitch);
    const void_ = Math.hypot(dy, dx) < 1.1 || Math.abs(dy) < 0.15 && dx > 0;
    if (inside) truth[i] = row * 10 + column + 1;
    const level = inside && !void_ ? 185 : inside ? 70 : 91;
    grey[i] = level + 15 * x / 60 + 8 * random.normal();
  }
  const shape = [side, side] as const,
    spacing = [spacing_um, spacing_um] as const;
  return {
    image: createSlice(grey, shape, spacing),
    truth: createSlice(truth, shape, spacing),
  };
}

for (const spacing_um of [0.1, 0.2, 0.4]) {
  Deno.test(`watershedSegmentation() finds cracked discs three voxels of ${spacing_um} um apart`, async () => {
    const { image, truth } = discs(spacing_um, 3 * spacing_um);
    const labels = await watershedSegmentation(image);
    const { f1, meanMatchedIou } = matching(truth, labels, 0.5);
    assert.equal(f1, 1);
    assert.ok(meanMatchedIou > 0.85, `overlap ${meanMatchedIou}`);
  });
}

Deno.test("watershedSegmentation() finds the particles of a synthetic electrode", async () => {
  const { volume, labels } = await synthesizeElectrode({
    cycles: 10,
    seed: 21,
    extent_um: [30, 50, 50],
    spacing_um: 0.4,
    band_um: 0,
  });
  // Pieces that the frame leaves of a particle may be smaller than a particle.
  const { label, count } = labelStatistics(labels);
  const smallest = ballVoxels(labels, 3);
  const large = new Set(label.filter((_, i) => count[i]! >= smallest));
  const truth = relabel(labels, (l) => large.has(l)).labels;
  const found = await watershedSegmentation(volume);
  const { f1 } = matching(truth, found, 0.5);
  assert.ok(f1 >= 0.88, `F1 is ${f1}`);
});

Deno.test("watershedSegmentation() numbers particles from 1 and does not depend on the workers", async () => {
  const { image } = discs(0.2, 1);
  const one = await watershedSegmentation(image, {}, { workers: 1 });
  const two = await watershedSegmentation(image, {}, { workers: 2 });
  assert.deepEqual(one.data, two.data);
  const { label } = labelStatistics(one);
  assert.deepEqual(
    [...label],
    label.length === 0 ? [] : [...label.keys()].map((i) => i + 1),
  );
});

Deno.test("watershedSegmentation() tells how far it is", async () => {
  const { image } = discs(0.4, 1);
  const heard: number[] = [];
  await watershedSegmentation(image, {}, {
    progress: (_, done) => heard.push(done),
  });
  assert.equal(heard[0], 0);
  assert.equal(heard.at(-1), 1);
  assert.deepEqual(heard, heard.toSorted((a, b) => a - b));
});

Deno.test("watershedSegmentation() throws if the image has a single grey level", async () => {
  const flat = createSlice(new Uint8Array(2500).fill(9), [50, 50], [0.2, 0.2]);
  await assert.rejects(() => watershedSegmentation(flat), RangeError);
});
