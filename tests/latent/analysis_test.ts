import assert from "node:assert/strict";
import { WorkerPool } from "@cathode/core/mod.ts";
import {
  analyseLatent,
  chooseSettings,
  latentReport,
  stableSettings,
  standardiseAttributes,
} from "@cathode/latent/mod.ts";
import {
  attributeFactors,
  factorConnections,
  synthesizeAttributeTable,
} from "@cathode/synthetic/mod.ts";
import { twoFactors } from "./samples.ts";

Deno.test("analyseLatent() and latentReport() find the factors of a table and their connections", async () => {
  const data = standardiseAttributes(
    ([10, 50] as const).map((cycles) => ({
      name: `${cycles} cycles`,
      table: synthesizeAttributeTable({
        cycles,
        rows: 2000,
        seed: 1,
        leak: false,
      }).table,
    })),
    attributeFactors.flatMap(({ loadings }) => Object.keys(loadings)),
  );
  using pool = new WorkerPool(2);
  const analysis = await analyseLatent(data, stableSettings, [1, 2], pool);
  const report = latentReport(data, analysis, 1);
  // Each dimension is named by attributes of one factor.
  const factorOf = (id: string) => {
    const { name } = report.dimensions.find((d) => d.id === id)!;
    const attributes = name.replaceAll("−", "").split(", ");
    return attributeFactors.find(({ loadings }) =>
      attributes.every((attribute) => attribute in loadings)
    )!.name;
  };
  const names = report.dimensions.map(({ id }) => factorOf(id));
  assert.equal(new Set(names).size, 9);
  for (const [e, cycles] of ([10, 50] as const).entries()) {
    const found = report.electrodes[e]!.connections
      .filter(({ connected }) => connected)
      .map(({ a, b }) => [factorOf(a), factorOf(b)].sort().join());
    const truth = factorConnections[cycles].map(([a, b]) =>
      [a, b].sort().join()
    );
    assert.deepEqual(found.sort(), truth.sort());
  }
  const kinds = report.differences.map(({ kind }) => kind).sort();
  assert.deepEqual(kinds, [
    ...Array(3).fill("common"),
    ...Array(6).fill("new"),
  ]);
  assert.ok(report.permutation.pLargest <= 0.001);
  assert.ok(report.stability.seedMatch > 0.95);
  assert.ok(report.reconstruction.heldOut > report.reconstruction.pca - 0.001);
  assert.throws(
    () =>
      latentReport(data, {
        ...analysis,
        electrodes: analysis.electrodes.slice(1),
      }, 1),
    { name: "RangeError", message: /^Cannot compare electrodes/ },
  );
});

Deno.test("chooseSettings() takes the best reconstruction among those that come back", async () => {
  const settings = { ...stableSettings, steps: 200, batch: 64 };
  using pool = new WorkerPool(2);
  const candidates = [1, 2].map((dimensions) => ({ ...settings, dimensions }));
  const data = twoFactors();
  const { settings: chosen, trials } = await chooseSettings(
    data,
    candidates,
    [1, 2],
    pool,
  );
  assert.deepEqual(trials.map((trial) => trial.settings), candidates);
  assert.ok(trials[0]!.heldOut < trials[1]!.heldOut);
  assert.ok(trials[0]!.leastMatch > 0.95);
  const stable = trials.filter(({ leastMatch }) => leastMatch >= 0.95);
  assert.equal(chosen, stable.at(-1)!.settings);
  await assert.rejects(chooseSettings(data, [], [1, 2], pool), RangeError);
});
