import assert from "node:assert/strict";
import {
  describeSpace,
  matchByLoadings,
  matchByScores,
  principalComponents,
  seedStability,
  splitRows,
} from "@cathode/latent/mod.ts";
import { twoFactors } from "./samples.ts";

const data = twoFactors();
const pca = principalComponents(data, 3, splitRows(data.rows, 1));
const space = describeSpace(data, pca.scores);

Deno.test("describeSpace() orders by explained variance, which adds up to that of the space", () => {
  const shares = space.dimensions.map((d) => d.explainedVariance);
  assert.deepEqual(shares, shares.toSorted((a, b) => b - a));
  const all = Uint32Array.from({ length: data.rows }, (_, i) => i);
  const whole = principalComponents(data, 3, { training: all, heldOut: all });
  const own = describeSpace(data, whole.scores).dimensions;
  for (const [k, { explainedVariance }] of own.entries()) {
    const expected = whole.eigenvalues[k]! /
      whole.eigenvalues.reduce((a, b) => a + b);
    assert.ok(Math.abs(explainedVariance - expected) < 1e-6);
  }
});

Deno.test("describeSpace() is the same for dimensions in another order, sign and scale", () => {
  const [a, b, c] = pca.scores as [Float64Array, Float64Array, Float64Array];
  const other = describeSpace(data, [
    c.map((v) => 5 * v + 2),
    a.map((v) => -v),
    b,
  ]);
  assert.deepEqual(
    other.dimensions.map((d) => d.name),
    space.dimensions.map((d) => d.name),
  );
  for (const [k, { loadings }] of other.dimensions.entries()) {
    for (const [j, loading] of loadings.entries()) {
      assert.ok(
        Math.abs(loading - space.dimensions[k]!.loadings[j]!) < 1e-9,
      );
    }
    const most = loadings.reduce((m, v) => Math.abs(v) > Math.abs(m) ? v : m);
    assert.ok(most > 0);
  }
});

Deno.test("describeSpace() names a dimension by what loads on it, with the sign", () => {
  const mean = Float64Array.from(
    { length: data.rows },
    (_, i) =>
      data.values[5 * i]! + data.values[5 * i + 1]! - data.values[5 * i + 2]!,
  );
  const [dimension] = describeSpace(data, [mean]).dimensions;
  assert.deepEqual(
    dimension!.name.replace("−", "").split(", ").sort(),
    ["a1", "a2", "a3"],
  );
  assert.equal(dimension!.name.split("−").length, 2);
});

Deno.test("describeSpace() throws if a dimension does not vary", () => {
  assert.throws(() => describeSpace(data, [new Float64Array(data.rows)]), {
    name: "RangeError",
    message: /^Cannot describe latent dimension 0/,
  });
});

const shuffled = {
  dimensions: [2, 0, 1].map((k) => space.dimensions[k]!),
  scores: [2, 0, 1].map((k) => space.scores[k]!.map((v) => -v)),
};

Deno.test("matchByScores() and matchByLoadings() undo another order and sign", () => {
  for (const match of [matchByScores, matchByLoadings]) {
    const { index, similarity } = match(space, shuffled);
    assert.deepEqual([...index], [1, 2, 0]);
    const sign = match === matchByScores ? -1 : 1;
    for (const s of similarity) assert.ok(Math.abs(s - sign) < 1e-9);
  }
});

Deno.test("seedStability() is 1 for spaces that differ in order and sign alone, and takes the odd one out", () => {
  const same = seedStability([space, shuffled]);
  assert.ok(Math.abs(same.seedMatch - 1) < 1e-9);
  const odd = describeSpace(data, [
    pca.scores[0]!,
    pca.scores[1]!.map((v, i) => v + pca.scores[2]![i]!),
    pca.scores[2]!.map((v, i) => v - pca.scores[1]![i]!),
  ]);
  const three = seedStability([odd, space, shuffled]);
  assert.notEqual(three.reference, 0);
  // Pairs 0-1 and 0-2 match at 1, cos 45° and cos 45°.
  const low = (1 + Math.SQRT2) / 3;
  assert.ok(Math.abs(three.seedMatch - (2 * low + 1) / 3) < 0.01);
  assert.throws(() => seedStability([space]), RangeError);
});
