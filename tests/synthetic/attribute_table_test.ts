import assert from "node:assert/strict";
import { numbers } from "@cathode/core/mod.ts";
import { figureOrder } from "@cathode/forest/mod.ts";
import { mean, pearson, spearman } from "@cathode/statistics/mod.ts";
import {
  attributeFactors,
  attributeLeaks,
  attributeTableLaws,
  factorConnections,
  synthesizeAttributeTable,
} from "@cathode/synthetic/mod.ts";

const options = { rows: 4000, seed: 1 };
/** Four standard errors of a correlation of 4,000 pairs. */
const tolerance = 4 / Math.sqrt(4000);

for (const cycles of [10, 50] as const) {
  const { table, factors } = synthesizeAttributeTable({ ...options, cycles });
  const column = (id: string) => numbers(table, id);

  Deno.test(`the table of ${cycles} cycles has all predictors, and damage in its range`, () => {
    for (const id of figureOrder) assert.ok(column(id).every(Number.isFinite));
    const damage = column("Damage"),
      [least, greatest] = attributeTableLaws[cycles].range;
    assert.ok(damage.every((d) => d >= least && d <= greatest));
    assert.ok(Math.abs(mean(damage) - attributeTableLaws[cycles].mean) < 0.003);
  });

  Deno.test(`the factors of ${cycles} cycles have the stated correlations`, () => {
    const names = attributeFactors.map(({ name }) => name);
    for (const [i, a] of names.entries()) {
      for (const b of names.slice(i + 1)) {
        const stated = factorConnections[cycles].find(([c, d]) =>
          c === a && d === b || c === b && d === a
        )?.[2] ?? 0;
        const { r } = pearson(numbers(factors, a), numbers(factors, b));
        assert.ok(Math.abs(r - stated) < tolerance, `${a}, ${b}: ${r}`);
      }
    }
  });

  Deno.test(`the attributes of ${cycles} cycles load on their factors as stated`, () => {
    const leaking = attributeLeaks[cycles];
    for (const { name, loadings } of attributeFactors) {
      for (const [id, loading] of Object.entries(loadings)) {
        if (id in leaking) continue;
        const { r } = pearson(numbers(factors, name), column(id));
        assert.ok(Math.abs(r - loading) < tolerance, `${id}: ${r}`);
      }
    }
  });

  Deno.test(`damage after ${cycles} cycles follows the main attributes of the law`, () => {
    for (
      const [id, c] of Object.entries(attributeTableLaws[cycles].coefficients)
    ) {
      if (Math.abs(c) < 0.009) continue;
      const { r } = spearman(column(id), column("Damage"));
      assert.equal(Math.sign(r), Math.sign(c), id);
    }
  });

  Deno.test(`only a planted leak ties attributes of cracks to damage after ${cycles} cycles`, () => {
    const clean = synthesizeAttributeTable({ ...options, cycles, leak: false });
    assert.deepEqual(numbers(clean.table, "Damage"), column("Damage"));
    for (const [id, rho] of Object.entries(attributeLeaks[cycles])) {
      const before = spearman(numbers(clean.table, id), column("Damage")).r;
      const after = spearman(column(id), column("Damage")).r;
      assert.ok(after - before > 0.7 * rho, `${id}: ${before} to ${after}`);
    }
  });
}

Deno.test("synthesizeAttributeTable() gives the same table for the same seed", () => {
  const draw = (seed: number) =>
    synthesizeAttributeTable({ cycles: 10, rows: 20, seed }).table;
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

Deno.test("synthesizeAttributeTable() throws if there are too few rows", () => {
  assert.throws(
    () => synthesizeAttributeTable({ cycles: 10, rows: 1, seed: 1 }),
    {
      name: "RangeError",
      message:
        "Cannot draw the table as it must have at least 2 rows: current value is 1",
    },
  );
});
