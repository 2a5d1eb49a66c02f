import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { createSlice, Random } from "@cathode/core/mod.ts";
import {
  convolutionLayers,
  initialWeights,
  networkReach,
  predictStars,
  readStarModel,
  runNetwork,
  starArchitecture,
  type StarModel,
  weightCount,
  weightTensors,
  writeStarModel,
} from "@cathode/segmentation/mod.ts";
import { tensorCount, useBackend } from "@cathode/tensor/mod.ts";
import { inFolder } from "../io/fixtures.ts";

const small = { spacing_um: 0.35, channels: 2, depth: 3, head: 4 };
const model: StarModel = {
  architecture: small,
  weights: initialWeights(small, 1),
};

/** Noise as a slice at the network's spacing. */
function noise(height: number, width: number) {
  const random = new Random(1, "noise");
  return createSlice(
    Float32Array.from({ length: height * width }, () => random.normal()),
    [height, width],
    [0.35, 0.35],
  );
}

Deno.test("weightCount() is the sum over filters and biases", () => {
  const layers = convolutionLayers(starArchitecture);
  assert.equal(layers.length, 18);
  const sum = layers.map(({ shape: [h, w, from, to] }) =>
    (h * w * from + 1) * to
  )
    .reduce((a, b) => a + b);
  assert.equal(weightCount(starArchitecture), sum);
  assert.equal(initialWeights(starArchitecture, 1).length, sum);
});

Deno.test("a network looks no farther than its reach", async () => {
  await useBackend("wasm");
  const reach = networkReach(small), width = 4 * reach;
  const tensors = weightTensors(small, model.weights);
  const run = (bump: number) =>
    tf.tidy(() => {
      const { data } = noise(16, width);
      data[8 * width + width / 2]! += bump;
      const images = tf.tensor4d(data, [1, 16, width, 1]);
      return runNetwork(small, tensors, images).logits.dataSync();
    });
  const without = run(0), bumped = run(1000);
  const cells = width / 2;
  let farthest = 0;
  for (let i = 0; i < without.length; i++) {
    if (without[i] === bumped[i]) continue;
    farthest = Math.max(farthest, Math.abs(2 * (i % cells) - width / 2));
  }
  assert.ok(farthest > reach / 2 && farthest <= reach, `${farthest} ${reach}`);
  tf.dispose(tensors);
});

Deno.test("predictStars() cuts a large slice into tiles without a trace, and leaves no tensor behind", async () => {
  await useBackend("wasm");
  const image = noise(30, 1500);
  const before = tensorCount();
  const { probability, distances_um } = await predictStars(model, image);
  assert.equal(tensorCount(), before);
  assert.deepEqual(probability.shape, [15, 750]);
  // The whole at once, its lengths mirrored up to multiples of 16.
  const sum = image.data.reduce((a, b) => a + b), n = image.data.length;
  const mean = sum / n;
  const sd = Math.sqrt(
    image.data.reduce((a, b) => a + (b - mean) ** 2, 0) / n,
  );
  const mirror = (i: number, length: number) =>
    i < length ? i : 2 * length - 1 - i;
  const padded = Float32Array.from({ length: 32 * 1504 }, (_, i) => {
    const y = mirror(Math.floor(i / 1504), 30), x = mirror(i % 1504, 1500);
    return (image.data[y * 1500 + x]! - mean) / sd;
  });
  const tensors = weightTensors(small, model.weights);
  const whole = tf.tidy(() => {
    const images = tf.tensor4d(padded, [1, 32, 1504, 1]);
    const { logits, distances } = runNetwork(small, tensors, images);
    return {
      probability: tf.sigmoid(logits).dataSync(),
      distances: distances.dataSync(),
    };
  });
  tf.dispose(tensors);
  for (let y = 0; y < 15; y++) {
    for (let x = 0; x < 750; x++) {
      const cell = y * 750 + x, other = y * 752 + x;
      const off = probability.data[cell]! - whole.probability[other]!;
      assert.ok(Math.abs(off) < 1e-5, `cell ${y}, ${x}: ${off}`);
      const expected = Math.max(0, whole.distances[32 * other + 5]!) * 5 * 0.35;
      assert.ok(Math.abs(distances_um[32 * cell + 5]! - expected) < 1e-4);
    }
  }
});

Deno.test("predictStars() does not depend on offset and scale of the grey levels", async () => {
  const image = noise(48, 48);
  const other = { ...image, data: image.data.map((v) => 37 * v + 500) };
  const a = await predictStars(model, image);
  const b = await predictStars(model, other);
  a.probability.data.forEach((p, i) =>
    assert.ok(Math.abs(p - b.probability.data[i]!) < 1e-4)
  );
});

Deno.test("predictStars() refuses slices with one grey level or values that are not finite", async () => {
  const flat = createSlice(new Uint8Array(64).fill(255), [8, 8], [0.35, 0.35]);
  await assert.rejects(
    predictStars(model, flat),
    /Cannot standardise the image as it must have more than one grey level: current value is 255/,
  );
  const bad = noise(8, 8);
  bad.data[3] = NaN;
  await assert.rejects(predictStars(model, bad), /must be finite/);
});

Deno.test("readStarModel() reads what writeStarModel() wrote, and refuses other weights", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "weights.safetensors");
    await writeStarModel(path, model);
    assert.deepEqual(await readStarModel(path), model);
    const text = (edit: (header: string) => string) => {
      const bytes = Deno.readFileSync(path);
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
      const edited = new TextEncoder().encode(edit(header).padEnd(length));
      assert.equal(edited.length, length);
      bytes.set(edited, 8);
      return bytes;
    };
    const cases: [(header: string) => string, RegExp][] = [
      [(h) => h.replace("network 1", "network 9"), /format must be/],
      [
        (h) => h.replace('channels\\":2', 'channels\\":3'),
        /tensor stem\.filter .* must have shape \[3, 3, 1, 3\]: current value is \[3, 3, 1, 2\]/,
      ],
      [(h) => h.replace('depth\\":3', 'depth\\":0'), /architecture must have/],
      [(h) => h.replace('"head.bias"', '"heed.bias"'), /head\.bias .* missing/],
    ];
    for (const [edit, message] of cases) {
      const other = join(folder, "other.safetensors");
      await Deno.writeFile(other, text(edit));
      await assert.rejects(readStarModel(other), message);
    }
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, bytes.length - 100));
    await assert.rejects(
      readStarModel(path),
      /weights\.safetensors: Cannot read the weights as the file must have at least/,
    );
    await assert.rejects(
      readStarModel(join(folder, "none")),
      Deno.errors.NotFound,
    );
  });
});
