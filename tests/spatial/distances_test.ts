import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  againstHardCore,
  againstRandomLabelling,
  columnsOf,
  compareWithNull,
  distributionBand,
  medianShift,
  neighbourDistances,
  numberDensity,
  pairCorrelation,
  pickPoints,
  severeParticles,
} from "@cathode/spatial/mod.ts";
import { mean, median } from "@cathode/statistics/mod.ts";
import { poissonPoints } from "./points.ts";

const box = [100, 100, 100] as const;

Deno.test("neighbourDistances() has the mean of a Poisson process, 0.55396 over the cube root of the density", () => {
  const random = new Random(1, "poisson");
  const points = poissonPoints(8000, box, random);
  // Away from the faces, where neighbours outside are missing.
  const inner = Array.from({ length: 8000 }, (_, i) => i).filter((i) =>
    [0, 1, 2].every((a) => points[3 * i + a]! > 12 && points[3 * i + a]! < 88)
  );
  const nearest = neighbourDistances(points, 1);
  const expected = 0.55396 / Math.cbrt(8000 / 1e6);
  const measured = mean(inner.map((i) => nearest[i]!));
  assert.ok(Math.abs(measured / expected - 1) < 0.02, `${measured}`);
});

Deno.test("neighbourDistances() agrees with brute force", () => {
  const points = poissonPoints(60, [30, 20, 10], new Random(2, "brute"));
  const k = 3, distances = neighbourDistances(points, k);
  for (let i = 0; i < 60; i++) {
    const all = Array.from({ length: 60 }, (_, j) =>
      Math.hypot(
        points[3 * i]! - points[3 * j]!,
        points[3 * i + 1]! - points[3 * j + 1]!,
        points[3 * i + 2]! - points[3 * j + 2]!,
      )).filter((_, j) => j !== i).sort((a, b) => a - b);
    for (let n = 0; n < k; n++) {
      assert.ok(Math.abs(distances[k * i + n]! - all[n]!) < 1e-9);
    }
  }
});

Deno.test("neighbourDistances() throws if there are not more points than neighbours", () => {
  assert.throws(
    () => neighbourDistances(Float64Array.of(0, 0, 0), 1),
    /Cannot measure distances to 1 neighbours as there must be more points than that: current number is 1/,
  );
});

Deno.test("againstRandomLabelling() finds a planted cluster and stays silent on a random choice", () => {
  const random = new Random(3, "labelling");
  const points = poissonPoints(400, box, random);
  const draws = { draws: 199, random };
  const corner = Uint32Array.from(
    Array.from({ length: 400 }, (_, i) => i).filter((i) =>
      [0, 1, 2].every((a) => points[3 * i + a]! < 45)
    ),
  );
  assert.ok(againstRandomLabelling(points, corner, 3, draws).pLower <= 0.01);
  // p-values of random choices are spread evenly: their mean is one half.
  const p = Array.from({ length: 30 }, () =>
    againstRandomLabelling(
      points,
      random.permutation(400).slice(0, 40),
      3,
      { draws: 39, random },
    ).pLower);
  assert.ok(Math.abs(mean(p) - 0.5) < 0.17, `${mean(p)}`);
});

Deno.test("againstHardCore() places balls without overlap and does not call them clustered", () => {
  const random = new Random(4, "hard core");
  const extent = [40, 60, 60] as const;
  const radii = new Float64Array(60).fill(4);
  const result = againstHardCore(
    poissonPoints(60, extent, random),
    radii,
    extent,
    1,
    { draws: 19, random },
  );
  assert.ok(result.draws.every((d) => d >= 8 - 0.02));
  assert.ok(result.observed < result.expected.value);
});

Deno.test("medianShift() holds the true shift of two densities and calls none where there is none", () => {
  const random = new Random(5, "shift");
  const few = poissonPoints(200, box, random);
  const many = poissonPoints(1600, box, random);
  const draws = { draws: 200, random };
  const shift = medianShift(few, many, 1, 25, draws);
  // Twice the density along each axis halves the distances.
  assert.ok(shift.value < 0 && shift.upper < 0 && shift.p < 0.02);
  assert.ok(
    Math.abs(shift.value + median(neighbourDistances(few, 1)) / 2) < 1,
  );
  const same = medianShift(few, poissonPoints(200, box, random), 1, 25, draws);
  assert.ok(same.lower < 0 && same.upper > 0 && same.p > 0.02);
});

Deno.test("distributionBand() rises from 0 to 1 inside its band", () => {
  const random = new Random(6, "band");
  const points = poissonPoints(300, box, random);
  const distances = neighbourDistances(points, 2);
  const at = Float64Array.from({ length: 30 }, (_, i) => 2 * i);
  const band = distributionBand(distances, 2, columnsOf(points, 20), at, {
    draws: 100,
    random,
  });
  assert.equal(band.share[0], 0);
  assert.equal(band.share.at(-1), 1);
  for (let i = 1; i < at.length; i++) {
    assert.ok(band.share[i]! >= band.share[i - 1]!);
    assert.ok(band.lower[i]! <= band.share[i]! + 0.03);
    assert.ok(band.upper[i]! >= band.share[i]! - 0.03);
  }
});

Deno.test("pairCorrelation() is 1 for a Poisson process and 0 below a hard core", () => {
  const random = new Random(7, "pairs");
  const edges = Float64Array.of(2, 5, 10, 15, 20, 25);
  const sums = new Float64Array(edges.length - 1);
  for (let n = 0; n < 10; n++) {
    const g = pairCorrelation(poissonPoints(600, box, random), box, edges);
    for (const [bin, value] of g.entries()) sums[bin]! += value / 10;
  }
  for (const value of sums) assert.ok(Math.abs(value - 1) < 0.06, `${value}`);
  const lattice = Float64Array.from(
    { length: 3 * 125 },
    (_, i) => 10 + 20 * (Math.floor(Math.floor(i / 3) / 5 ** (i % 3)) % 5),
  );
  const g = pairCorrelation(lattice, box, Float64Array.of(1, 19, 21));
  assert.equal(g[0], 0);
  assert.ok(g[1]! > 1);
});

Deno.test("severeParticles() takes a threshold in common or a quantile of its own", () => {
  const damage = Float64Array.from({ length: 101 }, (_, i) => i / 100);
  assert.equal(severeParticles(damage, { threshold: 0.9 }).rows.length, 11);
  const { rows, threshold } = severeParticles(damage, { quantile: 0.8 });
  assert.equal(threshold, 0.8);
  assert.equal(rows.length, 21);
  assert.throws(
    () => severeParticles(damage, { threshold: 18 }),
    /the threshold must be from 0 to 1 .*: current values are 18 and 101 particles/,
  );
});

Deno.test("severeParticles() gives Wilson's interval, numberDensity() that of a Poisson count", () => {
  // Wilson 1927 for 10 of 50: 0.1124 to 0.3304 (Newcombe 1998, method 3).
  const damage = Float64Array.from({ length: 50 }, (_, i) => i < 10 ? 1 : 0);
  const { share } = severeParticles(damage, { threshold: 0.5 });
  assert.ok(Math.abs(share.lower - 0.1124) < 1e-4);
  assert.ok(Math.abs(share.upper - 0.3304) < 1e-4);
  // Exact Poisson limits of 10 counts: 4.795 and 18.390.
  const density = numberDensity(10, 1e9);
  assert.ok(Math.abs(density.lower - 4.795) < 0.02);
  assert.ok(Math.abs(density.upper - 18.39) < 0.02);
  assert.equal(numberDensity(0, 1e9).lower, 0);
});

Deno.test("compareWithNull() counts the data as one draw", () => {
  const { pLower, pUpper } = compareWithNull(0, Float64Array.of(1, 2, 3));
  assert.equal(pLower, 0.25);
  assert.equal(pUpper, 1);
});

Deno.test("pickPoints() keeps the order asked for", () => {
  const points = Float64Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2);
  assert.deepEqual([...pickPoints(points, [2, 0])], [2, 2, 2, 0, 0, 0]);
});
