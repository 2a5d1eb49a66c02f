import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createProvenance,
  DataError,
  joinOrigins,
  provenancePath,
  readOrigin,
  writeProvenance,
} from "@cathode/core/mod.ts";
import { inFolder } from "../io/fixtures.ts";

Deno.test("createProvenance() records inputs, code and time", async () => {
  await inFolder(async (folder) => {
    const input = join(folder, "a.txt");
    await Deno.writeTextFile(input, "abc");
    const record = await createProvenance({
      command: "segment",
      parameters: { method: "watershed" },
      seed: null,
      origin: "measured",
      inputs: [input],
    });
    assert.deepEqual(record.inputs, [{
      file: "a.txt",
      sha256:
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }]);
    assert.equal(record.code.deno, Deno.version.deno);
    assert.match(record.code.lock, /^[0-9a-f]{64}$/);
    assert.ok(
      record.code.commit === null || /^[0-9a-f]{40}$/.test(record.code.commit),
    );
    assert.equal(new Date(record.time).toISOString(), record.time);
    assert.equal(record.seed, null);
  });
});

Deno.test("createProvenance() throws if an input cannot be read", async () => {
  await assert.rejects(
    createProvenance({
      command: "a",
      parameters: {},
      seed: 1,
      origin: "measured",
      inputs: ["/none"],
    }),
    DataError,
  );
});

Deno.test("readOrigin() finds the origin that writeProvenance() wrote", async () => {
  await inFolder(async (folder) => {
    const result = join(folder, "labels.nii.gz");
    assert.equal(provenancePath(result), `${result}.provenance.json`);
    assert.equal(await readOrigin(result), "measured");
    for (const origin of ["synthetic", "measured"] as const) {
      const record = await createProvenance({
        command: "a",
        parameters: {},
        seed: 1,
        origin,
      });
      await writeProvenance(result, record);
      assert.deepEqual(
        JSON.parse(await Deno.readTextFile(provenancePath(result))),
        record,
      );
      assert.equal(await readOrigin(result), origin);
    }
  });
});

Deno.test("readOrigin() throws if there is a record that does not say", async () => {
  await inFolder(async (folder) => {
    const result = join(folder, "a.csv");
    for (const text of ["{}", "[1]", '{"origin":"dreamt"}', "{"]) {
      await Deno.writeTextFile(provenancePath(result), text);
      await assert.rejects(
        readOrigin(result),
        /must say synthetic or measured/,
      );
    }
  });
});

Deno.test("joinOrigins() gives synthetic if one is", () => {
  assert.equal(joinOrigins([]), "measured");
  assert.equal(joinOrigins(["measured", "measured"]), "measured");
  assert.equal(joinOrigins(["measured", "synthetic"]), "synthetic");
});
