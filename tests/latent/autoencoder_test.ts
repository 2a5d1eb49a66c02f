import assert from "node:assert/strict";
import { WorkerPool } from "@cathode/core/mod.ts";
import {
  plainSettings,
  principalComponents,
  splitRows,
  stableSettings,
  tensorCount,
  trainAutoencoder,
  trainAutoencoders,
} from "@cathode/latent/mod.ts";
import { mean, pearson } from "@cathode/statistics/mod.ts";
import { twoFactors } from "./samples.ts";

const data = twoFactors();
const quick = { ...stableSettings, dimensions: 2, steps: 300, batch: 128 };

Deno.test("trainAutoencoder() repeats bit for bit, in workers too, and leaves no tensor behind", async () => {
  await trainAutoencoder(data, { ...quick, steps: 2 }, 1);
  const before = tensorCount();
  const first = await trainAutoencoder(data, quick, 1);
  assert.equal(tensorCount(), before);
  using pool = new WorkerPool(2);
  const split = splitRows(data.rows, 1);
  const [again, other] = await trainAutoencoders(
    data,
    quick,
    [1, 2],
    split,
    pool,
  );
  assert.deepEqual(again, first);
  assert.notDeepEqual(other!.latent, first.latent);
});

Deno.test("trainAutoencoder() reconstructs particles kept out as well as principal components do", async () => {
  const split = splitRows(data.rows, 1);
  const pca = principalComponents(data, 2, split);
  const steps = 600;
  const stable = await trainAutoencoder(data, { ...quick, steps }, 1, {
    split,
  });
  assert.ok(mean(stable.r2.heldOut) > mean(pca.r2.heldOut) - 0.005);
  const settings = { ...plainSettings, dimensions: 2, steps, batch: 128 };
  const plain = await trainAutoencoder(data, settings, 1, { split });
  assert.ok(mean(plain.r2.heldOut) > mean(pca.r2.heldOut) - 0.05);
  const { history } = stable;
  assert.equal(history.at(-1)!.step, steps);
  assert.ok(history.at(-1)!.heldOut > history[0]!.heldOut);
});

Deno.test("trainAutoencoder() begins close to principal components, turned by the seed", async () => {
  const split = splitRows(data.rows, 1);
  const pca = principalComponents(data, 2, split);
  const standing = {
    ...quick,
    start: "components" as const,
    steps: 1,
    learningRate: 1e-12,
  };
  const [one, two] = await Promise.all(
    [1, 2].map((seed) => trainAutoencoder(data, standing, seed, { split })),
  );
  for (const { r2, latent } of [one!, two!]) {
    assert.ok(mean(r2.heldOut) > mean(pca.r2.heldOut) - 0.1);
    for (const column of latent) {
      const variance = mean(column.map((value) => value ** 2));
      assert.ok(variance > 0.5 && variance < 2, `${variance}`);
    }
  }
  const across = Math.abs(pearson(one!.latent[0]!, two!.latent[0]!).r);
  assert.ok(across < 0.99, `${across}`);
  const random = await trainAutoencoder(
    data,
    { ...standing, start: "random" },
    1,
    { split },
  );
  assert.ok(mean(random.r2.heldOut) < mean(one!.r2.heldOut) - 0.2);
  const tanh = {
    ...plainSettings,
    start: "components",
    dimensions: 2,
  } as const;
  await assert.rejects(trainAutoencoder(data, tanh, 1), {
    name: "RangeError",
    message: /decoder must be linear: current value is tanh$/,
  });
});

Deno.test("trainAutoencoder() gives the same on both backends to single precision", async () => {
  const settings = { ...quick, steps: 5 };
  const wasm = await trainAutoencoder(data, settings, 1);
  const cpu = await trainAutoencoder(data, settings, 1, { backend: "cpu" });
  for (const [k, column] of wasm.latent.entries()) {
    for (const [i, value] of column.entries()) {
      assert.ok(Math.abs(value - cpu.latent[k]![i]!) < 1e-4);
    }
  }
});

Deno.test("trainAutoencoder() tells of its progress", async () => {
  const heard: number[] = [];
  await trainAutoencoder(data, { ...quick, steps: 80 }, 1, {
    progress: (_, done) => heard.push(done),
  });
  assert.equal(heard.length, 40);
  assert.equal(heard.at(-1), 1);
});

Deno.test("trainAutoencoder() throws if it would not compress, or has too few particles", async () => {
  for (const dimensions of [0, 1.5, 5]) {
    await assert.rejects(trainAutoencoder(data, { ...quick, dimensions }, 1), {
      name: "RangeError",
      message: new RegExp(`from 1 to 4, .* current value is ${dimensions}$`),
    });
  }
  await assert.rejects(trainAutoencoder(twoFactors(2), quick, 1), {
    name: "RangeError",
    message: /needs at least 4 particles to train on/,
  });
});

Deno.test("splitRows() keeps a fifth out and loses nobody", () => {
  const { training, heldOut } = splitRows(50, 3);
  assert.equal(heldOut.length, 10);
  assert.deepEqual(
    [...training, ...heldOut].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
});
