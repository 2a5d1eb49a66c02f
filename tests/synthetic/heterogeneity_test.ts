import assert from "node:assert/strict";
import { numbers } from "@cathode/core/mod.ts";
import { varianceComponents, varianceShares } from "@cathode/spatial/mod.ts";
import { pearson, variance } from "@cathode/statistics/mod.ts";
import {
  synthesizeChargeMap,
  synthesizeGrain,
} from "@cathode/synthetic/mod.ts";

const small = {
  seed: 1,
  extent_um: [28, 28, 28] as const,
  spacing_um: 0.4,
};

Deno.test("synthesizeChargeMap() gives the same bytes for any number of workers", async () => {
  const one = await synthesizeChargeMap({ ...small, workers: 1 });
  const three = await synthesizeChargeMap({ ...small, workers: 3 });
  assert.deepEqual(one.charge.data, three.charge.data);
  assert.deepEqual(one.grains.data, three.grains.data);
});

Deno.test("synthesizeChargeMap() puts every grain into one particle and charge into particles only", async () => {
  const { charge, labels, grains, grainTable } = await synthesizeChargeMap({
    ...small,
    workers: 2,
  });
  const particleOf = numbers(grainTable, "label");
  for (let i = 0; i < labels.data.length; i++) {
    const label = labels.data[i]!, grain = grains.data[i]!;
    assert.equal(label === 0, grain === 0);
    assert.equal(label === 0, charge.data[i] === 0);
    if (grain > 0) assert.equal(particleOf[grain - 1], label);
  }
});

Deno.test("synthesizeChargeMap() without effects leaves the logistic value of the mean", async () => {
  const { charge, labels } = await synthesizeChargeMap({
    ...small,
    parameters: {
      mean: 0.4,
      particleSpread: 0,
      shellToCore: 0,
      orientation: 0,
      grainSpread: 0,
      noise: 0,
    },
    workers: 1,
  });
  const expected = 1 / (1 + Math.exp(-0.4));
  for (let i = 0; i < labels.data.length; i++) {
    if (labels.data[i] !== 0) {
      assert.ok(Math.abs(charge.data[i]! - expected) < 1e-6);
    }
  }
});

Deno.test("synthesizeChargeMap() has the variance between particles of its offsets, and none if they are alike", async () => {
  const alike = {
    shellToCore: 0,
    orientation: 0,
    grainSpread: 0,
    noise: 0.1,
  };
  const map = await synthesizeChargeMap({
    ...small,
    parameters: { ...alike, particleSpread: 0.4 },
    workers: 2,
  });
  const offsets = numbers(map.particles, "offset");
  const { between } = varianceComponents(map.charge.data, map.labels.data);
  // The logistic function has a slope of p (1 - p) at p.
  const p = 1 / (1 + Math.exp(-0.4)), slope = p * (1 - p);
  assert.ok(Math.abs(between / (slope ** 2 * variance(offsets)) - 1) < 0.5);
  const same = await synthesizeChargeMap({
    ...small,
    parameters: { ...alike, particleSpread: 0 },
    workers: 2,
  });
  const shares = varianceShares(
    same.charge.data,
    same.grains.data,
    same.labels.data,
  );
  assert.ok(shares.betweenParticles < 0.01 && shares.withinGrains > 0.9);
});

Deno.test("synthesizeChargeMap() throws on small boxes", async () => {
  await assert.rejects(
    synthesizeChargeMap({ seed: 1, extent_um: [9, 20, 20], spacing_um: 0.5 }),
    /its box must be at least 28 um wide/,
  );
});

Deno.test("synthesizeGrain() charges symmetrically without defects and less behind defects", () => {
  const perfect = synthesizeGrain({ seed: 1, defects: 0, slowing: 20 });
  const n = perfect.charge.shape[0], data = perfect.charge.data;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      assert.ok(Math.abs(data[i * n + j]! - data[j * n + i]!) < 1e-5);
      assert.ok(data[i * n + j]! >= 0 && data[i * n + j]! <= 1);
    }
  }
  const flawed = synthesizeGrain({ seed: 1, defects: 60, slowing: 20 });
  const loss = flawed.charge.data.map((c, i) => c - data[i]!);
  assert.ok(pearson(flawed.defects.data, loss).r < -0.2);
  // Without slowing, defects leave no trace.
  const harmless = synthesizeGrain({ seed: 1, defects: 60, slowing: 0 });
  assert.ok(
    harmless.charge.data.every((c, i) => Math.abs(c - data[i]!) < 1e-6),
  );
});

Deno.test("synthesizeGrain() follows Fick's law: the square's series solution at its centre", () => {
  // Charge from four sides: 1 - u(t)^2 with the series of a slab, Dt/L^2 = 0.05.
  const { charge } = synthesizeGrain({ seed: 1, defects: 0, slowing: 0 });
  let slab = 0;
  for (let m = 0; m < 40; m++) {
    const k = (2 * m + 1) * Math.PI;
    slab += 4 / k * (m % 2 === 0 ? 1 : -1) * Math.exp(-k * k * 0.05);
  }
  const centre = charge.data[60 * 120 + 60]!;
  assert.ok(Math.abs(centre - (1 - slab ** 2)) < 0.005, `${centre}`);
});
