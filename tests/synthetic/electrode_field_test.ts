import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  fieldSeed,
  gridField,
  randomWaves,
  waveField,
} from "../../lib/synthetic/random_field.ts";

function variance(values: Float32Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
}

const layers = { height: 60, width: 70, from: 0, to: 50 };
const seed = fieldSeed(1, "test");

Deno.test("gridField() has unit variance and the autocorrelation of its filter", () => {
  // White noise through a Gaussian filter: exp(-d^2 / (4 sigma^2)) along each axis.
  for (const sigma of [0.25, 0.6]) {
    const field = gridField(
      { filter_um: [0.15, 0.2, sigma], seed },
      { ...layers, spacing_um: 0.1 },
    );
    assert.ok(Math.abs(variance(field) - 1) < 0.12, `${variance(field)}`);
    for (const lag of [1, 3, 6]) {
      let sum = 0, count = 0;
      for (let i = 0; i < field.length; i++) {
        if (i % layers.width >= layers.width - lag) continue;
        sum += field[i]! * field[i + lag]!;
        count++;
      }
      const expected = Math.exp(-((0.1 * lag) ** 2) / (4 * sigma ** 2));
      assert.ok(Math.abs(sum / count / variance(field) - expected) < 0.08);
    }
  }
});

Deno.test("gridField() on coarse voxels spreads as a fine field averaged over them", () => {
  const field = { filter_um: [0.2, 0.2, 0.2] as const, seed };
  const edge = 4, n = 30;
  const fine = gridField(field, {
    height: n * edge,
    width: n * edge,
    from: 0,
    to: n * edge,
    spacing_um: 0.1,
  });
  const binned = new Float32Array(n ** 3);
  for (let z = 0, i = 0; z < n * edge; z++) {
    for (let y = 0; y < n * edge; y++) {
      for (let x = 0; x < n * edge; x++, i++) {
        const bin = ((z >> 2) * n + (y >> 2)) * n + (x >> 2);
        binned[bin]! += fine[i]! / edge ** 3;
      }
    }
  }
  const coarse = gridField(field, {
    height: n,
    width: n,
    from: 0,
    to: n,
    spacing_um: 0.4,
  });
  assert.ok(Math.abs(variance(coarse) / variance(binned) - 1) < 0.1);
});

Deno.test("gridField() gives the same values whichever layers are asked for", () => {
  for (const sigma of [0.05, 0.17, 1.3]) {
    const field = { filter_um: [sigma, sigma, sigma] as const, seed };
    const grid = { height: 9, width: 11, spacing_um: 0.1 };
    const all = gridField(field, { ...grid, from: -4, to: 20 });
    const some = gridField(field, { ...grid, from: 3, to: 8 });
    assert.deepEqual(some, all.slice(7 * 99, 12 * 99));
  }
});

Deno.test("waveField() has zero mean and unit variance", () => {
  const random = new Random(5, "waves");
  const waves = randomWaves(random, 20, 1, 3);
  const values = Float32Array.from(
    { length: 40_000 },
    () =>
      waveField(
        waves,
        random.between(0, 200),
        random.between(-200, 0),
        random.between(0, 200),
      ),
  );
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.02);
  assert.ok(Math.abs(variance(values) - 1) < 0.03);
});
