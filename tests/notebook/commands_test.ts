import assert from "node:assert/strict";
import { join } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";
import { TestFolder } from "./support.ts";

/** Runs a command as a user does, from another folder. */
async function run(command: string, ...args: string[]) {
  await using folder = await TestFolder.make();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", projectPath("lib", "cli", `${command}.ts`), ...args],
    env: { INIT_CWD: folder.path, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("figures, notebooks_check and lab explain themselves", async () => {
  for (const command of ["figures", "notebooks_check", "lab"]) {
    const { code, stdout, stderr } = await run(command, "--help");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(
      stdout,
      /\nUsage: deno task [a-z:]+( \[id\.\.\.\])? \[options\]\n/,
    );
  }
});

Deno.test("figures and notebooks_check refuse wrong use with status 2, without a stack trace", async () => {
  const wrong: [string, string[], RegExp][] = [
    [
      "figures",
      ["no-such-notebook"],
      /^Cannot find notebook no-such-notebook as/,
    ],
    [
      "figures",
      ["--size", "huge"],
      /^Option --size must be small or paper: current value is huge/,
    ],
    [
      "figures",
      ["--width=-5"],
      /^Option --width must be a positive number: current value is -5/,
    ],
    [
      "figures",
      ["--format", "svg,pdf"],
      /^Option --format must list svg, png, vl\.json: current value is pdf/,
    ],
    [
      "figures",
      ["--seed", "1.5"],
      /^Option --seed must be a whole number: current value is 1\.5/,
    ],
    ["figures", ["--outt", "x"], /did you mean --out\?/],
    [
      "notebooks_check",
      ["no-such-notebook"],
      /^Cannot find notebook no-such-notebook as/,
    ],
    ["lab", ["now"], /lab takes no arguments: current arguments are now/],
  ];
  for (const [command, args, message] of wrong) {
    const { code, stdout, stderr } = await run(command, ...args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

Deno.test("figures refuses a folder that cannot be written before it executes anything", async () => {
  await using folder = await TestFolder.make();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  const { code, stderr } = await run("figures", "--out", join(file, "out"));
  assert.equal(code, 2);
  assert.match(stderr, /Cannot write figures as their folder must be writable/);
});
