import assert from "node:assert/strict";
import { solidLevel } from "@cathode/attributes/solid_level.ts";
import { Random } from "@cathode/core/mod.ts";

Deno.test("solidLevel() is not moved by a fifth of darkened voxels", () => {
  const random = new Random(5, "solid level");
  const values = Float64Array.from(
    { length: 5000 },
    (_, i) =>
      i % 5 === 0 ? random.between(80, 160) : 185 + 10 * random.normal(),
  );
  const mean = values.reduce((a, b) => a + b) / values.length;
  assert.ok(mean < 174);
  assert.ok(Math.abs(solidLevel(values) - 185) < 1, `${solidLevel(values)}`);
});

Deno.test("solidLevel() gives the value of one voxel and of equal ones, and NaN for none", () => {
  assert.equal(solidLevel([7]), 7);
  assert.equal(solidLevel([3, 3, 3]), 3);
  assert.ok(Number.isNaN(solidLevel([])));
});
