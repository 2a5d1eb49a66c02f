/** The committed notebooks give their committed outputs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";
import { figureFormats } from "@cathode/figures/mod.ts";
import { runNotebook } from "@cathode/notebook/mod.ts";

Deno.test("start-here gives the committed bytes, and the files and records of its panels", async () => {
  const folder = await Deno.makeTempDir();
  const committed = projectPath("notebooks", "start-here.ipynb");
  try {
    const { path } = await runNotebook(committed, {
      size: "small",
      seed: 1,
      figures: join(folder, "figures"),
      formats: figureFormats,
      width_mm: null,
      folder: join(folder, "notebooks"),
      cellLimit_s: 600,
    });
    assert.equal(
      await Deno.readTextFile(path),
      await Deno.readTextFile(committed),
    );
    const files = [...Deno.readDirSync(join(folder, "figures"))]
      .map(({ name }) => name).sort();
    const panels = [
      "start-here-damage",
      "start-here-particles",
      "start-here-slice",
    ];
    for (const panel of panels) {
      for (const ending of ["png", "provenance.json", "svg", "vl.json"]) {
        assert.ok(files.includes(`${panel}.${ending}`), `${panel}.${ending}`);
      }
      const record = JSON.parse(
        await Deno.readTextFile(
          join(folder, "figures", `${panel}.provenance.json`),
        ),
      );
      assert.equal(record.origin, "synthetic");
      assert.equal(record.seed, 1);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
