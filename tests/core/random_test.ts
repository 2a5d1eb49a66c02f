import assert from "node:assert/strict";
import fc from "fast-check";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { Random } from "@cathode/core/mod.ts";

const COUNT = 100_000;

/** Asserts a mean of draws within five standard errors. */
function assertMean(draws: number[], mean: number, deviation: number): void {
  const found = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const error = deviation / Math.sqrt(draws.length);
  assert.ok(
    Math.abs(found - mean) < 5 * error,
    `mean ${found}, expected ${mean} +- ${error}`,
  );
}

function draw(take: (random: Random) => number, count = COUNT): number[] {
  const random = new Random(7, take.toString());
  return Array.from({ length: count }, () => take(random));
}

/** Pearson's chi-square statistic of counts that should be equal. */
function chiSquare(counts: number[]): number {
  const expected = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

Deno.test("xoroshiro128+ gives the published numbers", () => {
  // State (1, 2); the vector of the Rust crate rand_xoshiro 0.7.0 (test of
  // Xoroshiro128Plus), made with the authors' C code. pure-rand gives the
  // lower 32 bits.
  const expected = [
    3n,
    412333834243n,
    2360170716294286339n,
    9295852285959843169n,
    2797080929874688578n,
    6019711933173041966n,
    3076529664176959358n,
    3521761819100106140n,
    7493067640054542992n,
    920801338098114767n,
  ];
  const generator = xoroshiro128plusFromState([0, 1, 0, 2]);
  for (const value of expected) {
    assert.equal(generator.next(), Number(BigInt.asIntN(32, value)));
  }
});

Deno.test("Random throws if the seed is not a whole number", () => {
  for (const seed of [1.5, NaN, Infinity, 2 ** 53]) {
    assert.throws(() => new Random(seed), {
      name: "RangeError",
      message:
        `Cannot seed random numbers as the seed must be a whole number: current value is ${seed}`,
    });
  }
});

Deno.test("Random gives the same stream for the same seed and keys, another for others", () => {
  const first = (seed: number, ...keys: (string | number)[]) => {
    const random = new Random(seed, ...keys);
    return [random.int32(), random.int32(), random.int32()].join();
  };
  const seeds = [[1], [2], [-1], [1, "a"], [1, "a", 1], [1, "a1"], [
    1,
    "a",
    "1",
  ], [1, 1, "a"]] as [number, ...string[]][];
  for (const seed of seeds) assert.equal(first(...seed), first(...seed));
  assert.equal(new Set(seeds.map((seed) => first(...seed))).size, seeds.length);
  const many = Array.from(
    { length: 20_000 },
    (_, i) => first(1, "particle", i),
  );
  assert.equal(new Set(many).size, many.length);
});

Deno.test("Random has streams of neighbouring keys that are not correlated", () => {
  for (let key = 0; key < 20; key++) {
    const a = new Random(1, key), b = new Random(1, key + 1);
    const products = Array.from(
      { length: 10_000 },
      () => (a.uniform() - 0.5) * (b.uniform() - 0.5),
    );
    assertMean(products, 0, 1 / 12);
  }
  // The first number of each of many streams is as good as a stream.
  const firsts = Array.from(
    { length: COUNT },
    (_, key) => new Random(1, key).uniform(),
  );
  assertMean(firsts, 1 / 2, Math.sqrt(1 / 12));
  const lagged = firsts.slice(1).map((x, i) => (x - 0.5) * (firsts[i]! - 0.5));
  assertMean(lagged, 0, 1 / 12);
});

Deno.test("Random.uniform() is uniform from 0 to below 1", () => {
  const draws = draw((r) => r.uniform());
  assert.ok(draws.every((x) => x >= 0 && x < 1));
  assertMean(draws, 1 / 2, Math.sqrt(1 / 12));
  assertMean(draws.map((x) => x * x), 1 / 3, Math.sqrt(4 / 45));
  const counts = new Array<number>(64).fill(0);
  for (const x of draws) counts[Math.floor(64 * x)]! += 1;
  assert.ok(chiSquare(counts) < 131); // 63 degrees of freedom, p = 1e-6
  const lowBits = draws.map((x) => (x * 2 ** 53) % 2);
  assertMean(lowBits, 1 / 2, 1 / 2);
});

Deno.test("Random.between() stays between its ends", () => {
  const draws = draw((r) => r.between(-3, 5));
  assert.ok(draws.every((x) => x >= -3 && x < 5));
  assertMean(draws, 1, 8 * Math.sqrt(1 / 12));
});

Deno.test("Random.index() gives all whole numbers equally often", () => {
  const counts = new Array<number>(7).fill(0);
  for (const i of draw((r) => r.index(7))) counts[i]! += 1;
  assert.ok(chiSquare(counts) < 38.3); // 6 degrees of freedom, p = 1e-6
  for (const count of [0, -1, 1.5, NaN]) {
    assert.throws(() => new Random(1).index(count), RangeError);
  }
});

Deno.test("Random.normal() has the moments of the standard normal distribution", () => {
  const draws = draw((r) => r.normal());
  assertMean(draws, 0, 1);
  assertMean(draws.map((x) => x ** 2), 1, Math.sqrt(2));
  assertMean(draws.map((x) => x ** 3), 0, Math.sqrt(15));
  assertMean(draws.map((x) => x ** 4), 3, Math.sqrt(96));
  // Pairs come from one rejection step and must be independent all the same.
  assertMean(draws.slice(1).map((x, i) => x * draws[i]!), 0, 1);
  assertMean(
    draws.map((x) => x > 1.959964 ? 1 : 0),
    0.025,
    Math.sqrt(0.025 * 0.975),
  );
});

Deno.test("Random.gamma() has the moments of the gamma distribution", () => {
  for (const [shape, scale] of [[0.4, 2], [1, 1], [3.7, 0.5]] as const) {
    const random = new Random(3, shape);
    const draws = Array.from(
      { length: COUNT },
      () => random.gamma(shape, scale),
    );
    assert.ok(draws.every((x) => x > 0));
    assertMean(draws, shape * scale, Math.sqrt(shape) * scale);
    // Fourth central moment of the gamma distribution: 3 k^2 + 6 k.
    assertMean(
      draws.map((x) => (x / scale - shape) ** 2),
      shape,
      Math.sqrt(2 * shape ** 2 + 6 * shape),
    );
  }
});

Deno.test("Random.poisson() has the moments of the Poisson distribution", () => {
  for (const mean of [0.3, 5, 1000]) {
    const random = new Random(3, mean);
    const draws = Array.from({ length: 10_000 }, () => random.poisson(mean));
    assert.ok(draws.every((n) => Number.isInteger(n) && n >= 0));
    assertMean(draws, mean, Math.sqrt(mean));
    assertMean(
      draws.map((n) => (n - mean) ** 2),
      mean,
      Math.sqrt(mean + 2 * mean ** 2),
    );
  }
  assert.equal(new Random(1).poisson(0), 0);
});

Deno.test("Random.direction() has length 1 and no preferred direction", () => {
  const random = new Random(5);
  const draws = Array.from({ length: COUNT }, () => random.direction());
  for (const d of draws) assert.ok(Math.abs(Math.hypot(...d) - 1) < 1e-12);
  for (const axis of [0, 1, 2] as const) {
    assertMean(draws.map((d) => d[axis]), 0, Math.sqrt(1 / 3));
    assertMean(draws.map((d) => d[axis] ** 2), 1 / 3, Math.sqrt(4 / 45));
    assertMean(
      draws.map((d) => d[axis] * d[(axis + 1) % 3]!),
      0,
      Math.sqrt(1 / 15),
    );
  }
});

Deno.test("Random.permutation() gives all orders equally often", () => {
  const random = new Random(5);
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.permutation(4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  assert.ok(chiSquare([...counts.values()]) < 70.5); // 23 degrees of freedom, p = 1e-6
});

Deno.test("Random.permutation() holds every number once", () => {
  fc.assert(fc.property(fc.integer(), fc.nat(200), (seed, count) => {
    const order = new Random(seed).permutation(count);
    assert.deepEqual(
      order.toSorted(),
      Uint32Array.from({ length: count }, (_, i) => i),
    );
  }));
});
