import assert from "node:assert/strict";
import { createTable } from "@cathode/core/mod.ts";
import { damageLaws, lawfulDamage } from "@cathode/synthetic/mod.ts";

const column = (id: string, ...values: number[]) => ({
  id,
  unit: "",
  values: Float64Array.from(values),
});
const law = {
  mean: 0.1,
  steepness: 3,
  coefficients: { Volume: 0.02, Contact: -0.01 },
  interaction: { attributes: ["Volume", "Contact"], coefficient: 0.005 },
  residual: { sd: 0.01, wavelengths_um: null },
  range: [0, 0.35],
} as const;

Deno.test("lawfulDamage() adds main effects, interaction and residual", () => {
  // Standardised, both columns are -1 and 1 (swapped in Contact); the responses have mean 0.
  const damage = lawfulDamage(
    createTable([column("Volume", 1, 3), column("Contact", 0.4, 0.2)]),
    law,
    Float64Array.of(1, -1),
  );
  const r = Math.tanh(3);
  const expected = [
    0.1 - 0.02 * r - 0.01 * r - 0.005 * r * r + 0.01,
    0.1 + 0.02 * r + 0.01 * r - 0.005 * r * r - 0.01,
  ];
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(damage[i]! - value) < 1e-15);
  }
});

Deno.test("lawfulDamage() ignores an attribute that all particles share", () => {
  const damage = lawfulDamage(
    createTable([column("Volume", 5, 5), column("Contact", 0.1, 0.1)]),
    law,
    new Float64Array(2),
  );
  assert.deepEqual([...damage], [0.1, 0.1]);
});

Deno.test("lawfulDamage() keeps to the range of the law", () => {
  const damage = lawfulDamage(
    createTable([column("Volume", 5, 5), column("Contact", 0.1, 0.1)]),
    law,
    Float64Array.of(-50, 50),
  );
  assert.deepEqual([...damage], [0, 0.35]);
});

Deno.test("lawfulDamage() throws if an attribute or a residual is missing", () => {
  const volume = createTable([column("Volume", 1, 2)]);
  assert.throws(() => lawfulDamage(volume, law, new Float64Array(2)), {
    name: "RangeError",
  });
  assert.throws(() => lawfulDamage(volume, law, new Float64Array(3)), {
    message:
      "Cannot compute the damage as there must be 2 residuals, one per particle: current number is 3",
  });
});

Deno.test("damageLaws put the particle first after 10 cycles and its neighbourhood first after 50", () => {
  const local = new Set([
    "Contact",
    "PDensity",
    "DisNearest",
    "VolumeStd",
    "ElongStd",
    "OrientIso",
  ]);
  const share = (cycles: 10 | 50) => {
    const effects = Object.entries(damageLaws[cycles].coefficients);
    const sum = (chosen: typeof effects) =>
      chosen.reduce((total, [, effect]) => total + Math.abs(effect), 0);
    return sum(effects.filter(([id]) => local.has(id))) / sum(effects);
  };
  assert.ok(share(10) < 0.2 && share(50) > 0.45);
});
