import assert from "node:assert/strict";
import { join } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";
import { notebookOf, outputsOf, TestFolder } from "./support.ts";

/** Runs a command as a user does, in this project or another. */
async function run(command: string, ...args: string[]) {
  return await runIn(projectPath(), command, ...args);
}

async function runIn(project: string, command: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "lib", "cli", `${command}.ts`), ...args],
    cwd: project,
    env: { INIT_CWD: project, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("figures, notebooks_check, lab and lab_check explain themselves", async () => {
  for (const command of ["figures", "notebooks_check", "lab", "lab_check"]) {
    const { code, stdout, stderr } = await run(command, "--help");
    assert.equal(code, 0, stderr);
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
    ["lab_check", ["no-such-notebook"], /^Cannot find notebook no-such/],
    ["lab", ["now"], /lab takes no arguments: current arguments are now/],
  ];
  for (const [command, args, message] of wrong) {
    const { code, stdout, stderr } = await run(command, ...args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, new RegExp(message, "m")); // Deno may warn above it
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

Deno.test({
  name:
    "lab_check refuses with status 2 where there is no Chromium, and says what to install",
  // Elsewhere browsers are found without the path.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", projectPath("lib", "cli", "lab_check.ts")],
      env: { PATH: "", NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    assert.equal(code, 2, text);
    assert.match(text, /^Cannot check notebooks in JupyterLab as Chromium/m);
    assert.doesNotMatch(text, /\n\s+at /);
  },
});

Deno.test("figures refuses a folder that cannot be written before it executes anything", async () => {
  await using folder = await TestFolder.make();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  const { code, stderr } = await run("figures", "--out", join(file, "out"));
  assert.equal(code, 2);
  assert.match(stderr, /Cannot write figures as their folder must be writable/);
});

/** A project with the code of this one and notebooks of its own. */
async function makeProject(folder: TestFolder): Promise<string> {
  for (const name of ["deno.json", "deno.lock", "lib"]) {
    await Deno.symlink(projectPath(name), join(folder.path, name));
  }
  await Deno.mkdir(join(folder.path, "notebooks"));
  return folder.path;
}

Deno.test("figures executes in place, goes on after a notebook that fails, and ends with status 1", async () => {
  await using folder = await TestFolder.make();
  const project = await makeProject(folder);
  const good = await folder.write("notebooks/good", notebookOf(`1 + 1;`));
  const bad = await folder.write(
    "notebooks/bad",
    notebookOf(`console.log("before");`, `throw new Error("broken");`),
  );
  const before = await Deno.readTextFile(bad);

  const all = await runIn(project, "figures");
  assert.equal(all.code, 1);
  assert.match(all.stderr, /FAILED .*bad\.ipynb, cell 3 .*: Error: broken/);
  assert.match(
    all.stderr,
    /good: 1 cells in [\d.]+ s, written to notebooks\/good\.ipynb/,
  );
  assert.match(all.stderr, /1 of 2 notebooks executed/);
  assert.equal(await Deno.readTextFile(bad), before);
  assert.deepEqual((await outputsOf(good)).flat().length, 1);

  const again = await runIn(project, "figures", "good");
  assert.equal(again.code, 0);
  assert.match(again.stderr, /good: 1 cells in [\d.]+ s, unchanged/);
});

Deno.test("figures writes to data/out/notebooks if the size is not the default", async () => {
  await using folder = await TestFolder.make();
  const project = await makeProject(folder);
  const path = await folder.write("notebooks/sizes", notebookOf(printSize));
  const before = await Deno.readTextFile(path);
  const { code, stderr } = await runIn(project, "figures", "--size", "paper");
  assert.equal(code, 0, stderr);
  assert.equal(await Deno.readTextFile(path), before);
  assert.deepEqual(
    await outputsOf(join(project, "data", "out", "notebooks", "sizes.ipynb")),
    [[{ output_type: "stream", name: "stdout", text: "paper\n" }]],
  );
});

Deno.test("notebooks_check ends with status 1 until a notebook is as the runner leaves it", async () => {
  await using folder = await TestFolder.make();
  const project = await makeProject(folder);
  await folder.write("notebooks/sizes", notebookOf(printSize));
  const before = await runIn(project, "notebooks_check");
  assert.equal(before.code, 1);
  assert.match(before.stderr, /^notebooks\/sizes\.ipynb: stale: /m);
  assert.equal((await runIn(project, "figures")).code, 0);
  const after = await runIn(project, "notebooks_check");
  assert.equal(after.code, 0, after.stderr);
  assert.match(after.stderr, /^1 notebooks checked, 0 findings$/m);
});

const printSize = `import { notebookSettings } from "@cathode/notebook/mod.ts";

console.log(notebookSettings().size);`;
