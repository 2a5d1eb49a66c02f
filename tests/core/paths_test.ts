import assert from "node:assert/strict";
import { isAbsolute, join } from "node:path";
import { projectPath, projectRoot, userPath } from "@cathode/core/mod.ts";

Deno.test("projectPath() leads into the folder that holds deno.json", async () => {
  assert.ok(isAbsolute(projectRoot));
  assert.ok((await Deno.stat(projectPath("deno.json"))).isFile);
  assert.ok((await Deno.stat(projectPath("lib", "core"))).isDirectory);
});

Deno.test("userPath() resolves against the folder from which the user called", () => {
  const before = Deno.env.get("INIT_CWD");
  try {
    Deno.env.set("INIT_CWD", "/data/run 1");
    assert.equal(userPath("a.nii"), "/data/run 1/a.nii");
    assert.equal(userPath("../a.nii"), "/data/a.nii");
    assert.equal(userPath("/else/a.nii"), "/else/a.nii");
    Deno.env.delete("INIT_CWD");
    assert.equal(userPath("a.nii"), join(Deno.cwd(), "a.nii"));
  } finally {
    if (before === undefined) Deno.env.delete("INIT_CWD");
    else Deno.env.set("INIT_CWD", before);
  }
});
