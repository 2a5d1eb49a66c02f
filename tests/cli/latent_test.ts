import assert from "node:assert/strict";
import { join } from "node:path";
import { createTable } from "@cathode/core/mod.ts";
import { writeTable } from "@cathode/io/mod.ts";
import { synthesizeAttributeTable } from "@cathode/synthetic/mod.ts";
import { inFolder } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

async function writeTables(folder: string, rows: number): Promise<void> {
  for (const cycles of [10, 50] as const) {
    const { table } = synthesizeAttributeTable({
      cycles,
      rows,
      seed: 1,
      leak: false,
    });
    await writeTable(join(folder, `${cycles}.csv`), table);
  }
}

const call = ["10.csv", "50.csv", "--out", "latent.json"];

Deno.test("latent writes dimensions, connections, differences and stability of two tables", async () => {
  await inFolder(async (folder) => {
    await writeTables(folder, 1500);
    const { code, stdout, stderr } = await run(
      "latent",
      [...call, "--seeds", "2"],
      folder,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "");
    const path = join(folder, "latent.json");
    const report = JSON.parse(await Deno.readTextFile(path));
    assert.equal(report.dimensions.length, 9);
    for (const { id, name, explainedVariance, loadings } of report.dimensions) {
      assert.match(id, /^LD[1-9]$/);
      assert.ok(name.length > 0 && explainedVariance > 0.03);
      assert.equal(Object.keys(loadings).length, 21);
    }
    assert.deepEqual(report.electrodes.map((e: { id: string }) => e.id), [
      "10",
      "50",
    ]);
    for (const { connections } of report.electrodes) {
      assert.equal(connections.length, 36);
      for (const { a, b, r, p, q, presence, connected } of connections) {
        assert.ok(a < b && Math.abs(r) <= 1 && p <= q && presence <= 1);
        assert.equal(typeof connected, "boolean");
      }
    }
    for (const { kind, p, q } of report.differences) {
      assert.match(kind, /^(new|lost|common|undecided)$/);
      assert.ok(p <= q);
    }
    const kinds = report.differences.map((d: { kind: string }) => d.kind);
    assert.ok(kinds.filter((kind: string) => kind === "new").length >= 5);
    assert.deepEqual(report.stability.seeds, [1, 2]);
    const { train, heldOut, pca } = report.reconstruction;
    assert.ok(train > 0.7 && heldOut > pca - 0.03);
    const record = JSON.parse(
      await Deno.readTextFile(`${path}.provenance.json`),
    );
    assert.equal(record.command, "latent");
    assert.equal(record.inputs.length, 2);
  });
});

Deno.test("latent refuses tables that it cannot compare", async () => {
  await inFolder(async (folder) => {
    await writeTables(folder, 30);
    assertFails(
      await run("latent", ["10.csv", "10.csv", "--out", "x.json"], folder),
      /different file names/,
    );
    assertFails(
      await run("latent", [...call, "--dimensions", "21"], folder),
      /latent dimensions must be a whole number from 1 to 20/,
    );
    assertFails(
      await run("latent", [...call, "--seeds", "1"], folder),
      /--seeds must be a whole number, 2 or more/,
    );
    await writeTable(
      join(folder, "50.csv"),
      createTable([
        { id: "Z", unit: "um", values: Float64Array.of(1, 2) },
      ]),
    );
    assertFails(
      await run("latent", call, folder),
      /^50\.csv: Cannot compress the attributes .* current columns lack Yaw/,
    );
  });
});
