import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  clusterContrasts,
  clusterMeans,
  depthProfile,
  depthTrend,
  depthTrendDifference,
  effectiveParticles,
  giniCoefficient,
  linkedClusters,
  meanInterval,
  moranI,
  particlesNeeded,
  sampleSpread,
  semivariogram,
} from "@cathode/spatial/mod.ts";
import { mean, standardDeviation, variance } from "@cathode/statistics/mod.ts";
import { poissonPoints } from "./points.ts";

const box = [100, 100, 100] as const;

/** Damage with a gamma distribution of coefficient of variation 1. */
function skewed(count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, () => random.gamma(1, 0.06));
}

Deno.test("sampleSpread() scatters by CV / sqrt(m), with the finite population correction without replacement", () => {
  const random = new Random(1, "samples");
  const values = skewed(400, random);
  const cv = standardDeviation(values) / mean(values);
  for (const replacement of [true, false]) {
    const spread = sampleSpread(values, [1, 10, 100, 400], {
      replacement,
      draws: 3000,
      tolerance: 0.25,
      random,
    });
    const [one, , hundred, all] = spread;
    const correction = replacement ? 1 : Math.sqrt(300 / 399);
    assert.ok(
      Math.abs(hundred!.relativeError / (cv / 10 * correction) - 1) < 0.01,
    );
    // The central 95 % of means of 100 is about 3.92 standard errors wide.
    const width = (hundred!.upper - hundred!.lower) / mean(values);
    assert.ok(Math.abs(width / (3.92 * hundred!.relativeError) - 1) < 0.1);
    assert.ok(one!.missed > hundred!.missed);
    if (!replacement) {
      assert.equal(all!.relativeError, 0);
      assert.equal(all!.missed, 0);
    }
  }
});

Deno.test("particlesNeeded() inverts the standard error", () => {
  const values = Float64Array.of(1, 3); // mean 2, SD sqrt 2
  assert.ok(Math.abs(particlesNeeded(values, 0.1) - 50) < 1e-9);
});

Deno.test("giniCoefficient() is one half for an exponential distribution", () => {
  const values = skewed(20_000, new Random(2, "gini"));
  assert.ok(Math.abs(giniCoefficient(values) - 0.5) < 0.01);
});

Deno.test("meanInterval() holds the true mean of a skewed distribution in about 95 of 100 samples", () => {
  const random = new Random(3, "bca");
  let held = 0;
  for (let n = 0; n < 200; n++) {
    const { lower, upper } = meanInterval(skewed(60, random), 400, random);
    if (lower < 0.06 && upper > 0.06) held++;
  }
  assert.ok(held >= 176 && held <= 199, `${held} of 200`);
});

Deno.test("moranI(), clusters and effective number see a smooth field and not white noise", () => {
  const random = new Random(4, "moran");
  const points = poissonPoints(500, box, random);
  const smooth = Float64Array.from(
    { length: 500 },
    (_, i) => Math.sin(points[3 * i]! / 12) * Math.cos(points[3 * i + 1]! / 12),
  );
  const white = Float64Array.from({ length: 500 }, () => random.normal());
  const draws = { draws: 99, random };
  const ordered = moranI(points, smooth, 6, draws);
  assert.ok(ordered.observed > 0.6 && ordered.pUpper === 0.01);
  assert.ok(Math.abs(ordered.expected.value + 1 / 499) < 0.01);
  assert.ok(Math.abs(moranI(points, white, 6, draws).observed) < 0.1);
  assert.ok(clusterMeans(points, smooth, 7).varianceInflation > 3);
  const inflation = clusterMeans(points, white, 7).varianceInflation;
  assert.ok(Math.abs(inflation - 1) < 0.35, `${inflation}`);
  assert.ok(effectiveParticles(points, smooth, 20) < 150);
  assert.ok(effectiveParticles(points, white, 20) > 250);
});

Deno.test("semivariogram() is the variance for white noise, and half the squared difference of a pair", () => {
  const random = new Random(5, "variogram");
  const points = poissonPoints(600, box, random);
  const white = Float64Array.from({ length: 600 }, () => random.normal());
  const gamma = semivariogram(points, white, Float64Array.of(0, 20, 40, 60));
  for (const value of gamma) {
    assert.ok(Math.abs(value / variance(white) - 1) < 0.15);
  }
  const pair = semivariogram(
    Float64Array.of(0, 0, 0, 0, 0, 3),
    Float64Array.of(1, 5),
    Float64Array.of(0, 5, 10),
  );
  assert.equal(pair[0], 8);
  assert.ok(Number.isNaN(pair[1]));
});

Deno.test("linkedClusters() counts every point once", () => {
  const points = poissonPoints(200, box, new Random(6, "links"));
  for (const link of [1, 8, 15, 200]) {
    const sizes = linkedClusters(points, link);
    assert.equal(sizes.reduce((a, b) => a + b, 0), 200);
  }
  assert.deepEqual(linkedClusters(points, 200), [200]);
  assert.deepEqual(linkedClusters(new Float64Array(0), 5), []);
});

Deno.test("clusterContrasts() gives pairs at the distance asked for", () => {
  const points = poissonPoints(60, box, new Random(7, "contrast"));
  const values = points.filter((_, i) => i % 3 === 0);
  const clusters = clusterMeans(points, values, 5);
  for (const pair of clusterContrasts(points, clusters, 40, 50)) {
    assert.ok(pair.distance_um >= 40 && pair.distance_um <= 50);
    assert.equal(
      pair.difference,
      Math.abs(clusters.means[pair.a]! - clusters.means[pair.b]!),
    );
  }
  assert.throws(
    () => clusterMeans(points, values, 60),
    /their size must be from 2 to below the number of particles, 60: current value is 60/,
  );
});

Deno.test("depthProfile() and depthTrend() find a planted gradient and none where there is none", () => {
  const random = new Random(8, "depth");
  const z = Float64Array.from({ length: 300 }, () => random.between(0, 40));
  const rising = z.map((d) => 0.05 + 0.002 * d + 0.02 * random.normal());
  const flat = z.map(() => 0.09 + 0.02 * random.normal());
  const slabs = depthProfile(z, rising, 10, random);
  assert.equal(slabs.length, 4);
  for (const { from_um, lower, upper } of slabs) {
    const expected = 0.05 + 0.002 * (from_um + 5);
    assert.ok(lower < expected + 0.004 && upper > expected - 0.004);
  }
  const draws = { draws: 99, random };
  assert.equal(depthTrend(z, rising, draws).pUpper, 0.01);
  assert.ok(depthTrend(z, flat, draws).pUpper > 0.02);
  const difference = depthTrendDifference(
    { z_um: z, values: flat },
    { z_um: z, values: rising },
    draws,
  );
  assert.ok(difference.value > 0.3 && difference.p === 0.01);
});
