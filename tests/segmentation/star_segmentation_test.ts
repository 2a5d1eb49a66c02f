import assert from "node:assert/strict";
import { createSlice, sliceOf } from "@cathode/core/mod.ts";
import { ballVoxels, labelStatistics, relabel } from "@cathode/image/mod.ts";
import {
  matching,
  readStarModel,
  sectionsOf,
  shippedStarModel,
  starSegmentation,
} from "@cathode/segmentation/mod.ts";
import { mean } from "@cathode/statistics/mod.ts";
import { synthesizeElectrode } from "@cathode/synthetic/mod.ts";

const model = await readStarModel(shippedStarModel);

// Nothing was trained on this seed.
const electrode = await synthesizeElectrode({
  cycles: 50,
  seed: 4711,
  extent_um: [33, 44, 44],
  spacing_um: 0.35,
});
const slices = (["z", "y", "x"] as const).map((axis, i) => {
  const middle = electrode.volume.shape[i]! >> 1;
  return {
    image: sliceOf(electrode.volume, axis, middle),
    truth: sectionsOf(sliceOf(electrode.labels, axis, middle), 3),
  };
});

Deno.test("starSegmentation() finds the sections of an electrode it has not seen", async () => {
  const scores = await Promise.all(slices.map(async ({ image, truth }) => {
    const found = await starSegmentation(image, model);
    const { label } = labelStatistics(found);
    assert.deepEqual([...label], Array.from(label, (_, i) => i + 1));
    return matching(truth, found, 0.5);
  }));
  const f1 = mean(scores.map((score) => score.f1));
  const pq = mean(scores.map((score) => score.pq));
  assert.ok(f1 >= 0.93, `F1 ${f1}`);
  assert.ok(pq >= 0.8, `PQ ${pq}`);
});

Deno.test("starSegmentation() finds the particles of a volume it has not seen", async () => {
  const { volume, labels } = electrode;
  const { label, count } = labelStatistics(labels);
  const smallest = ballVoxels(labels, 3);
  const large = new Set(label.filter((_, i) => count[i]! >= smallest));
  const truth = relabel(labels, (value) => large.has(value)).labels;
  const { f1 } = matching(truth, await starSegmentation(volume, model), 0.5);
  assert.ok(f1 >= 0.93, `F1 ${f1}`);
});

Deno.test("starSegmentation() finds the same in a mirrored slice and in one with other contrast", async () => {
  const { image } = slices[0]!;
  const [height, width] = image.shape;
  const found = await starSegmentation(image, model);
  const mirror = <T extends Uint8Array | Uint32Array>(data: T): T =>
    data.map((_, i) => {
      const y = Math.floor(i / width), x = i - y * width;
      return data[y * width + width - 1 - x]!;
    }) as T;
  const mirrored = await starSegmentation(
    createSlice(mirror(image.data), [height, width], image.spacing_um),
    model,
  );
  const back = createSlice(
    mirror(mirrored.data),
    [height, width],
    image.spacing_um,
  );
  assert.ok(matching(found, back, 0.5).f1 >= 0.95);
  const brighter = createSlice(
    Uint16Array.from(image.data, (level) => 100 * level + 3000),
    image.shape,
    image.spacing_um,
  );
  const other = await starSegmentation(brighter, model);
  assert.ok(matching(found, other, 0.7).f1 >= 0.99);
});

Deno.test("starSegmentation() finds next to nothing in the bands beside the electrode", async () => {
  const { volume } = electrode;
  for (const z of [2, 8, volume.shape[0] - 4]) {
    const found = await starSegmentation(sliceOf(volume, "z", z), model);
    // Noise is all that a layer of a band has, and standardised to full contrast.
    assert.ok(labelStatistics(found).label.length <= 1, `layer ${z}`);
  }
});
