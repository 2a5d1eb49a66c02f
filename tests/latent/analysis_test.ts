import assert from "node:assert/strict";
import { WorkerPool } from "@cathode/core/mod.ts";
import {
  analyseLatent,
  chooseSettings,
  latentReport,
  stableSettings,
} from "@cathode/latent/mod.ts";
import { twoFactors } from "./samples.ts";

const data = twoFactors(500);
const settings = { ...stableSettings, dimensions: 2, steps: 400, batch: 128 };

Deno.test("analyseLatent() and latentReport() find the connection that one electrode has", async () => {
  using pool = new WorkerPool(2);
  const analysis = await analyseLatent(data, settings, [1, 2, 3], pool);
  assert.ok(analysis.stability.seedMatch > 0.98);
  assert.deepEqual(
    analysis.electrodes.map(({ connections }) => connections[0]!.connected),
    [false, true],
  );
  const report = latentReport(data, analysis, 1);
  assert.deepEqual(
    report.differences.map(({ a, b, kind }) => ({ a, b, kind })),
    [{ a: "LD1", b: "LD2", kind: "new" }],
  );
  assert.deepEqual(
    report.dimensions.map(({ name }) =>
      name.replaceAll("−", "").split(", ").sort().join()
    ),
    ["a1,a2,a3", "b1,b2"],
  );
  assert.ok(report.permutation.pLargest < 0.01);
  assert.ok(
    report.reconstruction.heldOut > report.reconstruction.pca - 0.01,
  );
  assert.throws(
    () =>
      latentReport(data, {
        ...analysis,
        electrodes: analysis.electrodes.slice(1),
      }, 1),
    { name: "RangeError", message: /^Cannot compare electrodes/ },
  );
});

Deno.test("chooseSettings() takes the number of dimensions that come back, without a look at the connections", async () => {
  using pool = new WorkerPool(2);
  const candidates = [1, 2, 3].map((dimensions) => ({
    ...settings,
    dimensions,
  }));
  const chosen = await chooseSettings(data, candidates, [1, 2, 3], pool);
  assert.equal(chosen.settings.dimensions, 2);
  assert.equal(chosen.trials.length, 3);
  const heldOut = chosen.trials.map((trial) => trial.heldOut);
  assert.ok(heldOut[0]! < heldOut[1]! && heldOut[1]! < heldOut[2]!);
  await assert.rejects(chooseSettings(data, [], [1, 2], pool), RangeError);
});
