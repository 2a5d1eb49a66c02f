import assert from "node:assert/strict";
import { createSlice, createVolume, cutBox } from "@cathode/core/mod.ts";
import {
  blockMean,
  resample,
  resampledFrom,
  resampledShape,
} from "@cathode/image/mod.ts";
import { draws } from "./draws.ts";

const random = (
  shape: readonly [number, number, number],
  spacing_um: readonly [number, number, number] = [0.2, 0.1, 0.1],
) =>
  createVolume(
    Float32Array.from(draws(shape[0] * shape[1] * shape[2], 8)),
    shape,
    spacing_um,
  );

function assertClose(found: Float32Array, expected: ArrayLike<number>) {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < found.length; i++) {
    assert.ok(Math.abs(found[i]! - expected[i]!) < 1e-6, `at ${i}`);
  }
}

Deno.test("resample() to whole multiples is the mean of blocks", async () => {
  const volume = random([7, 8, 9]);
  const found = await resample(volume, [0.4, 0.3, 0.4]);
  const expected = blockMean(volume, [2, 3, 4]);
  assert.deepEqual(found.shape, expected.shape);
  assertClose(found.data, expected.data);
});

Deno.test("resample() to the same spacing changes nothing", async () => {
  const volume = random([3, 4, 5]);
  assert.deepEqual([...(await resample(volume, [0.2, 0.1, 0.1])).data], [
    ...volume.data,
  ]);
});

Deno.test("resample() keeps the mean where the frame cuts no voxel", async () => {
  const volume = random([6, 12, 24]);
  const found = await resample(volume, [0.3, 0.15, 0.16]);
  const mean = (data: Float32Array) =>
    data.reduce((a, b) => a + b, 0) / data.length;
  assert.deepEqual(found.shape, [4, 8, 15]);
  assert.ok(Math.abs(mean(found.data) - mean(volume.data)) < 1e-6);
});

Deno.test("resample() of a ramp gives the ramp at the new centres", async () => {
  // Mean and linear interpolation are both exact on a ramp.
  const ramp = createSlice(
    Float32Array.from({ length: 200 }, (_, i) => i % 100),
    [2, 100],
    [0.1, 0.1],
  );
  for (const spacing_um of [0.353, 0.13, 0.1, 0.07, 0.03]) {
    const found = await resample(ramp, [0.1, spacing_um]);
    const ratio = spacing_um / 0.1, columns = found.shape[1];
    assert.equal(columns, Math.ceil(100 / ratio - 1e-6));
    for (let x = 0; x < columns; x++) {
      const from = x * ratio, to = Math.min(100, from + ratio);
      const expected = ratio < 1
        ? Math.min(99, Math.max(0, (from + to) / 2 - 0.5))
        : meanOfSteps(from, to);
      assert.ok(
        Math.abs(found.data[x]! - expected) < 1e-4,
        `${spacing_um} ${x}`,
      );
    }
  }
});

/** Mean of the steps 0, 1, 2, ... over a length. */
function meanOfSteps(from: number, to: number): number {
  const integral = (x: number) => {
    const n = Math.floor(x);
    return n * (n - 1) / 2 + (x - n) * n;
  };
  return (integral(to) - integral(from)) / (to - from);
}

Deno.test("resample() of a part gives what the whole gives there", async () => {
  const volume = random([23, 31, 29]);
  for (
    const spacing_um of [[0.353, 0.353, 0.353], [0.4, 0.2, 0.1], [
      0.15,
      0.06,
      0.25,
    ]]
  ) {
    const whole = await resample(volume, spacing_um);
    const shape = resampledShape(volume.shape, volume.spacing_um, spacing_um);
    assert.deepEqual(shape, whole.shape);
    const wanted = {
      from: shape.map((n) => Math.floor(n / 4)),
      to: shape.map((n, i) => i === 2 ? n : n - 1),
    };
    const { from, to } = resampledFrom(
      volume.shape,
      volume.spacing_um,
      spacing_um,
      wanted,
    );
    const part = cutBox(volume, { from, to });
    const found = await resample(part, spacing_um, {
      partOf: { shape: volume.shape, first: from, wanted },
    });
    assert.deepEqual([...found.data], [...cutBox(whole, wanted).data]);
    await assert.rejects(
      () =>
        resample(
          cutBox(part, { from: [1, 0, 0], to: part.shape }),
          spacing_um,
          {
            partOf: {
              shape: volume.shape,
              first: [from[0]! + 1, from[1]!, from[2]!],
              wanted,
            },
          },
        ),
      { name: "RangeError", message: /it lacks 1 voxels before/ },
    );
  }
});

Deno.test("resample() does not depend on the number of workers or the type", async () => {
  const levels = Uint8Array.from(draws(108 ** 3, 4), (u) => 256 * u);
  const volume = createVolume(levels, [108, 108, 108], [0.1, 0.1, 0.1]);
  const to = [0.353, 0.353, 0.353];
  const one = await resample(volume, to, { workers: 1 });
  const three = await resample(volume, to, { workers: 3 });
  assert.deepEqual(one.data, three.data);
  const real = createVolume(
    Float32Array.from(levels),
    volume.shape,
    volume.spacing_um,
  );
  assert.deepEqual((await resample(real, to)).data, one.data);
});

Deno.test("resample() throws without one positive spacing per axis", async () => {
  for (const spacing_um of [[0.1, 0.1], [0.1, 0, 0.1], [0.1, 0.1, NaN]]) {
    await assert.rejects(
      () => resample(random([2, 2, 2]), spacing_um),
      RangeError,
    );
  }
});
