import assert from "node:assert/strict";
import { join } from "node:path";
import { ATTRIBUTES } from "@cathode/attributes/mod.ts";
import {
  createVolume,
  type Labels,
  numbers,
  readOrigin,
} from "@cathode/core/mod.ts";
import { readTable, writeImage, writeLabels } from "@cathode/io/mod.ts";
import { inFolder, namesIn } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

/** Two balls of radius 4 um; the second has a void of radius 2 um. */
const shape = [20, 20, 44] as const, spacing_um = [0.5, 0.5, 0.5] as const;
const labels: Labels = createVolume(
  new Uint32Array(20 * 20 * 44),
  shape,
  spacing_um,
);
const volume = createVolume(
  new Uint8Array(labels.data.length).fill(80),
  shape,
  spacing_um,
);
for (let z = 0, i = 0; z < 20; z++) {
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 44; x++, i++) {
      for (const [label, centre] of [[1, 11], [2, 32]] as const) {
        const r = Math.hypot(z - 9.5, y - 9.5, x - centre);
        if (r > 8) continue;
        labels.data[i] = label;
        volume.data[i] = label === 2 && r <= 4 ? 70 : 185;
      }
    }
  }
}

Deno.test("attributes measures every particle and passes the origin on", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "volume.nii.gz"), volume);
    await writeLabels(join(folder, "labels.tif"), labels);
    await Deno.writeTextFile(
      join(folder, "volume.nii.gz.provenance.json"),
      '{"origin": "synthetic"}',
    );
    const { code, stderr } = await run("attributes", [
      "volume.nii.gz",
      "labels.tif",
      "--out",
      "table.csv",
    ], folder);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^2 particles in table\.csv$/m);
    const table = await readTable(join(folder, "table.csv"), {
      words: ["flags"],
    });
    assert.deepEqual(table.columns.map(({ id }) => id), [
      "label",
      "border",
      ...ATTRIBUTES.map(({ id }) => id),
      "DamageSubvoxel",
      "flags",
    ]);
    for (const id of ["Damage", "DamageSubvoxel"]) {
      const [whole, hollow] = numbers(table, id);
      assert.ok(Math.abs(whole!) < 0.01, `${id} ${whole}`);
      assert.ok(Math.abs(hollow! - (4 / 8) ** 3) < 0.02, `${id} ${hollow}`);
    }
    assert.equal(await readOrigin(join(folder, "table.csv")), "synthetic");
  });
});

Deno.test("attributes refuses labels of another size, slices and a place that cannot be written, and leaves no file", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "volume.nii"), volume);
    await writeLabels(
      join(folder, "small.nii"),
      createVolume(new Uint32Array(8).fill(1), [2, 2, 2], spacing_um),
    );
    await writeLabels(join(folder, "labels.nii"), labels);
    const before = namesIn(folder);
    assertFails(
      await run(
        "attributes",
        ["volume.nii", "small.nii", "--out", "t.csv"],
        folder,
      ),
      /shapes must be the same: current values are \[20, 20, 44\] and \[2, 2, 2\]/,
    );
    assertFails(
      await run("attributes", ["volume.nii", "labels.nii"], folder),
      /Option --out is missing/,
    );
    assertFails(
      await run(
        "attributes",
        ["volume.nii", "labels.nii", "--out", "volume.nii/t.csv"],
        folder,
      ),
      /Cannot write/,
    );
    assert.deepEqual(namesIn(folder), before);
  });
});
