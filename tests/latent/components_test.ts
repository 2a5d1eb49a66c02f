import assert from "node:assert/strict";
import { createTable, Random } from "@cathode/core/mod.ts";
import {
  parallelAnalysis,
  principalComponents,
  promax,
  shuffleAttributes,
  splitRows,
  standardiseAttributes,
} from "@cathode/latent/mod.ts";
import { mean, pearson } from "@cathode/statistics/mod.ts";
import { twoFactors } from "./samples.ts";

Deno.test("principalComponents() of two attributes have eigenvalues 1 + r and 1 - r", () => {
  const random = new Random(1);
  const x = Float64Array.from({ length: 100 }, () => random.normal());
  const y = x.map((v) => v + random.normal());
  const table = createTable([
    { id: "x", unit: "", values: x },
    { id: "y", unit: "", values: y },
  ]);
  const data = standardiseAttributes([{ name: "a", table }], ["x", "y"], {
    scores: "standard",
  });
  const all = Uint32Array.from({ length: 100 }, (_, i) => i);
  const { eigenvalues, r2 } = principalComponents(data, 1, {
    training: all,
    heldOut: all,
  });
  const { r } = pearson(x, y);
  // Mean squares of scores with sample variance 1 are 99 / 100.
  assert.ok(Math.abs(eigenvalues[0]! - 0.99 * (1 + r)) < 1e-6);
  assert.ok(Math.abs(eigenvalues[1]! - 0.99 * (1 - r)) < 1e-6);
  assert.ok(Math.abs(mean(r2.training) - (1 + r) / 2) < 1e-6);
  assert.throws(
    () => principalComponents(data, 3, { training: all, heldOut: all }),
    RangeError,
  );
});

Deno.test("promax() finds a simple structure with correlated axes whatever the rotation it starts from", () => {
  // Loadings L of simple structure and correlations C of the factors; orthogonal
  // loadings L sqrt(C), turned by any angle, are all the method gets to see.
  const simple = [[0.9, 0], [0.8, 0], [0.7, 0], [0, 0.9], [0, 0.8], [0, -0.7]];
  const c = 0.3, [p, q] = [Math.sqrt(1 + c), Math.sqrt(1 - c)];
  const root = [[(p + q) / 2, (p - q) / 2], [(p - q) / 2, (p + q) / 2]];
  const sizes = [0.3, 1, 2].map((angle) => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const loadings = simple.map(([a, b]) => {
      const x = a! * root[0]![0]! + b! * root[1]![0]!;
      const y = a! * root[0]![1]! + b! * root[1]![1]!;
      return [cos * x - sin * y, sin * x + cos * y];
    });
    const scores = [Float64Array.of(1, 0), Float64Array.of(0, 1)];
    const found = promax({ loadings, scores });
    for (const row of found.loadings) {
      const [large, small] = row.map(Math.abs).sort((a, b) => b - a);
      assert.ok(small! < 0.001 && large! > 0.69, `${row}`);
    }
    // Loadings times scores are the same before and after.
    for (const [j, row] of loadings.entries()) {
      for (const i of [0, 1]) {
        const before = row[0]! * scores[0]![i]! + row[1]! * scores[1]![i]!;
        const after = found.loadings[j]![0]! * found.scores[0]![i]! +
          found.loadings[j]![1]! * found.scores[1]![i]!;
        assert.ok(Math.abs(before - after) < 1e-9);
      }
    }
    return found.loadings.flatMap((row) => row.map(Math.abs).sort());
  });
  for (const [i, size] of sizes[0]!.entries()) {
    for (const other of sizes) assert.ok(Math.abs(other[i]! - size) < 1e-5);
  }
});

Deno.test("promax() lets factors correlate as they do", () => {
  const data = twoFactors(2000);
  const { scores } = promax(
    principalComponents(data, 2, splitRows(data.rows, 1)),
  );
  const within = (e: number) =>
    Math.abs(
      pearson(
        scores[0]!.subarray(e * 2000, (e + 1) * 2000),
        scores[1]!.subarray(e * 2000, (e + 1) * 2000),
      ).r,
    );
  assert.ok(within(0) < 0.08);
  // 0.6 less the noise of three and of two attributes.
  assert.ok(Math.abs(within(1) - 0.55) < 0.06, `${within(1)}`);
});

Deno.test("parallelAnalysis() counts the factors, and none in shuffled attributes", () => {
  const data = twoFactors();
  const found = parallelAnalysis(data, 20, 1);
  assert.equal(found.dimensions, 2);
  const sum = found.eigenvalues.reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - data.ids.length * 299 / 300) < 1e-4);
  assert.equal(
    parallelAnalysis(shuffleAttributes(data, 9), 40, 1).dimensions,
    0,
  );
});
