import assert from "node:assert/strict";
import { join } from "node:path";
import { createSlice, Random, WorkerPool } from "@cathode/core/mod.ts";
import {
  type LabelledSlice,
  readStarCheckpoint,
  sectionsOf,
  starTrainingSettings,
  startTraining,
  trainingPatch,
  type TrainingSet,
  trainingSet,
  trainStars,
  writeStarCheckpoint,
} from "@cathode/segmentation/mod.ts";
import { inFolder } from "../io/fixtures.ts";

const tiny = { spacing_um: 0.35, channels: 4, depth: 2, head: 8 };
const quick = { ...starTrainingSettings, steps: 6, batch: 4 };

/** Bright discs in noise. */
function discs(seed: number): LabelledSlice {
  const side = 120, random = new Random(seed, "discs");
  const centres = Array.from(
    { length: 30 },
    () => [random.between(0, side), random.between(0, side)] as const,
  ).filter(([y, x], i, all) =>
    all.slice(0, i).every(([v, u]) => Math.hypot(y - v, x - u) > 24)
  );
  const labels = new Uint32Array(side * side);
  const grey = Uint8Array.from(labels, (_, i) => {
    const y = Math.floor(i / side) + 0.5, x = i % side + 0.5;
    labels[i] = 1 +
      centres.findIndex(([v, u]) => Math.hypot(y - v, x - u) < 11);
    return (labels[i] ? 180 : 90) + 8 * random.normal();
  });
  const shape = [side, side] as const, spacing = [0.35, 0.35] as const;
  return {
    image: createSlice(grey, shape, spacing),
    labels: createSlice(labels, shape, spacing),
  };
}

const slices = [discs(1), discs(2), discs(3)];
let made: Promise<TrainingSet> | undefined;
const set = () => made ??= trainingSet(slices, 0.35);

Deno.test("sectionsOf() numbers pieces and leaves out small ones", () => {
  const row = Uint32Array.of(7, 7, 7, 0, 7, 7, 7, 3, 0, 9, 9, 9);
  const labels = createSlice(row, [1, 12], [1, 1]);
  // A disc of 1.9 um has 2.8 um^2, so that three pixels are enough.
  assert.deepEqual(
    [...sectionsOf(labels, 1.9).data],
    [1, 1, 1, 0, 2, 2, 2, 0, 0, 3, 3, 3],
  );
});

Deno.test("trainingSet() standardises slices and makes objectness 1 in the middle of each section", async () => {
  const { starts, heights, widths, greyLevels, labels, objectness } =
    await set();
  for (const [s, start] of starts.entries()) {
    const end = start + heights[s]! * widths[s]!;
    const levels = greyLevels.subarray(start, end);
    const mean = levels.reduce((a, b) => a + b) / levels.length;
    const square = levels.reduce((a, b) => a + b * b) / levels.length;
    assert.ok(Math.abs(mean) < 1e-4 && Math.abs(square - 1) < 1e-3);
    const most = new Map<number, number>();
    for (let i = start; i < end; i++) {
      assert.equal(labels[i] === 0, objectness[i] === 0);
      const label = labels[i]!;
      if (label > 0) {
        most.set(label, Math.max(most.get(label) ?? 0, objectness[i]!));
      }
    }
    assert.ok(most.size > 3);
    for (const value of most.values()) assert.equal(value, 1);
  }
});

Deno.test("trainingSet() refuses to learn from nothing", async () => {
  await assert.rejects(trainingSet([], 0.35), /at least one slice/);
});

Deno.test("trainingPatch() has outlines exactly where it has objects, and repeats", async () => {
  const examples = await set();
  for (let k = 0; k < 40; k++) {
    const patch = trainingPatch(examples, new Random(1, k));
    assert.deepEqual(trainingPatch(examples, new Random(1, k)), patch);
    assert.ok(patch.greyLevels.every(Number.isFinite));
    patch.objectness.forEach((p, cell) => {
      const rays = patch.distances.subarray(32 * cell, 32 * (cell + 1));
      assert.ok(p >= 0 && p <= 1);
      if (p === 0) return;
      // Discs of 11 pixels, scaled by up to exp(0.25), of which the frame may cut a part.
      assert.ok(rays.every((d) => d >= 0.5 && d < 2 * 11 * 1.3 + 2));
    });
  }
});

Deno.test("trainStars() lowers both losses", async () => {
  using pool = new WorkerPool(2);
  const state = startTraining(tiny, 1);
  await trainStars(state, await set(), tiny, {
    ...quick,
    steps: 50,
    learningRate: 5e-3,
  }, pool);
  const mean = (from: number, key: "probability" | "distance") =>
    state.losses.slice(from, from + 10).reduce((a, loss) => a + loss[key], 0) /
    10;
  assert.ok(mean(40, "probability") < 0.9 * mean(0, "probability"));
  assert.ok(mean(40, "distance") < 0.92 * mean(0, "distance"));
});

Deno.test("trainStars() gives the same bits on one worker and two, and after an interruption", async () => {
  const examples = await set();
  using one = new WorkerPool(1);
  using two = new WorkerPool(2);
  const through = startTraining(tiny, 3);
  await trainStars(through, examples, tiny, quick, one);
  await inFolder(async (folder) => {
    const path = join(folder, "checkpoint.safetensors");
    const state = startTraining(tiny, 3);
    const stop = trainStars(state, examples, tiny, quick, two, {
      afterStep: async (now) => {
        if (now.losses.length !== 3) return;
        await writeStarCheckpoint(path, {
          architecture: tiny,
          settings: quick,
          state: now,
        });
        throw new Error("interrupted");
      },
    });
    await assert.rejects(stop, /interrupted/);
    const saved = await readStarCheckpoint(path);
    assert.equal(saved.state.losses.length, 3);
    await trainStars(
      saved.state,
      examples,
      saved.architecture,
      saved.settings,
      two,
    );
    assert.deepEqual(saved.state, through);
  });
});

Deno.test("readStarCheckpoint() refuses other files and truncated ones", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "checkpoint.safetensors");
    await writeStarCheckpoint(path, {
      architecture: tiny,
      settings: quick,
      state: startTraining(tiny, 1),
    });
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, bytes.length / 2));
    await assert.rejects(
      readStarCheckpoint(path),
      /the file must have at least/,
    );
    const text = new TextDecoder("latin1").decode(bytes);
    const other = text.replace("training 1", "training 2");
    await Deno.writeFile(
      path,
      Uint8Array.from(other, (c) => c.charCodeAt(0)),
    );
    await assert.rejects(readStarCheckpoint(path), /format of its checkpoint/);
  });
});
