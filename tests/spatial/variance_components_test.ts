import assert from "node:assert/strict";
import { createVolume, Random } from "@cathode/core/mod.ts";
import {
  histogramDistance,
  integralRange,
  varianceComponents,
  varianceShares,
} from "@cathode/spatial/mod.ts";

Deno.test("varianceComponents() recovers planted components from particles of different size", () => {
  const random = new Random(1, "components");
  const values: number[] = [], groups: number[] = [];
  for (let g = 1; g <= 400; g++) {
    const offset = 0.3 * random.normal();
    for (let n = 0; n < 5 + random.index(60); n++) {
      values.push(0.5 + offset + 0.2 * random.normal());
      groups.push(g);
    }
  }
  const { mean, within, between, icc } = varianceComponents(
    Float32Array.from(values),
    Uint32Array.from(groups),
  );
  assert.ok(Math.abs(mean - 0.5) < 0.05);
  assert.ok(Math.abs(within - 0.04) < 0.002);
  assert.ok(Math.abs(between - 0.09) < 0.015);
  assert.ok(Math.abs(icc - 0.09 / 0.13) < 0.05);
});

Deno.test("varianceComponents() finds nothing between particles that are alike", () => {
  const random = new Random(2, "alike");
  const { icc } = varianceComponents(
    Float32Array.from({ length: 5000 }, () => random.normal()),
    Uint32Array.from({ length: 5000 }, (_, i) => 1 + i % 50),
  );
  assert.ok(icc < 0.01);
  assert.throws(
    () => varianceComponents(Float32Array.of(1, 2), Uint32Array.of(1, 0)),
    /at least two particles: current number is 1/,
  );
});

Deno.test("varianceShares() adds up to one and leaves the background out", () => {
  const random = new Random(3, "shares");
  const grains = Uint32Array.from({ length: 4000 }, (_, i) => i % 41);
  const particles = grains.map((g) => g === 0 ? 0 : 1 + g % 5);
  const values = Float32Array.from(
    grains,
    (g) => g === 0 ? 1e6 : g % 5 + 0.1 * g + random.normal(),
  );
  const s = varianceShares(values, grains, particles);
  assert.ok(
    Math.abs(s.withinGrains + s.betweenGrains + s.betweenParticles - 1) < 1e-9,
  );
  assert.ok(s.total < 100);
});

Deno.test("histogramDistance() of two spikes is their distance", () => {
  const a = Float64Array.of(1, 0, 0, 0), b = Float64Array.of(0, 0, 0, 7);
  assert.ok(Math.abs(histogramDistance(a, b, 0.1) - 0.3) < 1e-12);
  assert.equal(histogramDistance(a, a, 0.1), 0);
  assert.throws(
    () => histogramDistance(a, new Float64Array(4), 0.1),
    /both must have counts in the same bins/,
  );
});

Deno.test("integralRange() is one voxel for white noise and the volume of blocks for blocks", () => {
  const random = new Random(4, "range");
  const n = 48, groups = new Uint32Array(n ** 3).fill(1);
  const white = createVolume(
    Float32Array.from({ length: n ** 3 }, () => random.normal()),
    [n, n, n],
    [1, 1, 1],
  );
  assert.ok(integralRange(white, groups, 1).range_um3 < 2);
  const blocks = new Map<number, number>();
  const field = createVolume(
    Float32Array.from({ length: n ** 3 }, (_, i) => {
      const cell = (v: number) => Math.floor(v / 4);
      const key = (cell(Math.floor(i / n / n)) * n + cell(i / n % n)) * n +
        cell(i % n);
      if (!blocks.has(key)) blocks.set(key, random.normal());
      return blocks.get(key)!;
    }),
    [n, n, n],
    [1, 1, 1],
  );
  const { correlation, range_um3 } = integralRange(field, groups, 5);
  // Along an axis the correlation of blocks of four falls linearly: 3/4, 1/2, 1/4, 0.
  for (const [lag, expected] of [1, 0.75, 0.5, 0.25, 0].entries()) {
    assert.ok(Math.abs(correlation[lag]! - expected) < 0.12);
  }
  // Its integral as an isotropic function, 4 pi r^2 (1 - r/4), is 67.
  assert.ok(Math.abs(range_um3 / 67 - 1) < 0.35, `${range_um3}`);
});
