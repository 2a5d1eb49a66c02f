import assert from "node:assert/strict";
import { numbers, type Table } from "@cathode/core/mod.ts";
import {
  featuresOf,
  publishedSettings,
  trainForest,
} from "@cathode/forest/mod.ts";
import { synthesizeLeakTables } from "@cathode/synthetic/mod.ts";

const { published, clean } = synthesizeLeakTables({ rows: 1000, seed: 1 });

/** Out-of-bag R2 of damage from some attributes, all by default. */
function quality(table: Table, ...ids: string[]): number {
  const all = table.columns.map(({ id }) => id).filter((id) => id !== "Damage");
  const { outOfBag } = trainForest({
    features: featuresOf(table, ids.length > 0 ? ids : all),
    target: numbers(table, "Damage"),
  }, { ...publishedSettings, seed: 1 });
  return outOfBag!.r2;
}

Deno.test("published definitions predict damage that nothing explains, clean ones do not", () => {
  assert.ok(quality(published) > 0.8);
  assert.ok(quality(clean) < 0.05);
  for (const id of ["Sphericity", "EDensity", "Homogeneity"]) {
    assert.ok(quality(published, id) > 0.3, id);
  }
});

Deno.test("the published Sphericity and VSratio are one number in two powers", () => {
  // Sphericity = 36 pi VSratio^6, as in the public code.
  const sphericity = numbers(published, "Sphericity");
  for (const [i, ratio] of numbers(published, "VSratio").entries()) {
    assert.ok(
      Math.abs(sphericity[i]! / (36 * Math.PI * ratio ** 6) - 1) < 1e-12,
    );
  }
});

Deno.test("both definitions are of the same particles", () => {
  for (const id of ["Volume", "SurfOuter", "Damage"]) {
    assert.deepEqual(numbers(published, id), numbers(clean, id));
  }
  const sphericity = numbers(clean, "Sphericity");
  assert.ok(sphericity.every((s) => s > 0.85 && s < 1));
});

Deno.test("synthesizeLeakTables() throws if there are too few rows", () => {
  assert.throws(() => synthesizeLeakTables({ rows: 0, seed: 1 }), {
    name: "RangeError",
    message:
      "Cannot draw the tables as they must have at least 2 rows: current value is 0",
  });
});
