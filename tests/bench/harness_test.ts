import assert from "node:assert/strict";
import { projectPath } from "@cathode/core/mod.ts";
import { benchPython } from "./harness.ts";

Deno.test("benchPython() gives nothing and leaves nothing where there is no Python", async () => {
  const folder = await Deno.makeTempDir();
  assert.equal(
    await benchPython(`${folder}/python`, "no-such-python"),
    undefined,
  );
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

Deno.test("bench refuses names that no benchmark has, and lists those there are", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", projectPath("tests", "bench", "main.ts"), "no-such"],
  }).output();
  assert.equal(code, 2);
  assert.match(
    new TextDecoder().decode(stderr),
    /Cannot run benchmarks as a name must begin so: current value is no-such; there are .*distance/,
  );
});
