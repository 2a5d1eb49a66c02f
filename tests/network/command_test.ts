import assert from "node:assert/strict";
import { join } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";
import { readNetworkRun } from "@cathode/network/mod.ts";
import { run } from "../cli/run.ts";

/** A folder with a coarse case of its own. */
async function folderWithCase(
  change: (content: Record<string, Record<string, unknown>>) => void,
) {
  const folder = await Deno.makeTempDir();
  const file = projectPath("data", "parameters", "network-three.json");
  const content = JSON.parse(await Deno.readTextFile(file));
  content.discretisation = {
    edgesPerCircle: { value: 24, source: "ours" },
    farSize_m: { value: 1.6e-6, source: "ours" },
    stepsPerPhase: { value: 10, source: "ours" },
  };
  change(content);
  await Deno.writeTextFile(join(folder, "case.json"), JSON.stringify(content));
  return folder;
}

Deno.test("network writes a complete run with its record", async () => {
  const folder = await folderWithCase(() => {});
  const args = [
    "--case",
    "case.json",
    "--cycles",
    "2",
    "--feedback",
    "off",
    "--out",
    "run.json",
  ];
  const { code, stdout, stderr } = await run("network", args, folder);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /cycle {2}spread of C\/Cmax/);
  const result = await readNetworkRun(join(folder, "run.json"));
  assert.ok(result.complete);
  assert.equal(result.parameters.interface.feedback, 0);
  assert.equal(result.time_s.length, 1 + 4 * 10);
  const record = JSON.parse(
    await Deno.readTextFile(join(folder, "run.json.provenance.json")),
  );
  assert.equal(record.origin, "synthetic");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("network that is interrupted leaves a loadable run, marked as not complete", async () => {
  const folder = await folderWithCase(() => {});
  const out = join(folder, "run.json");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--no-check",
      projectPath("lib", "cli", "network.ts"),
      "--case",
      join(folder, "case.json"),
      "--cycles",
      "100000",
      "--out",
      out,
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  // Once the first cycle is on disk.
  while (!await Deno.stat(out).then(() => true, () => false)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assert.equal(code, 2);
  assert.match(
    new TextDecoder().decode(stderr),
    /Cannot finish the run as it was interrupted: current value is \d+ steps/,
  );
  assert.equal((await readNetworkRun(out)).complete, false);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("network says what is wrong with its input, and leaves no file", async () => {
  const folder = await folderWithCase((content) => {
    content.carbonBinder!.youngsModulus_Pa = { value: -2e9, source: "ours" };
  });
  const wrong: [args: string[], message: RegExp][] = [
    [
      ["--case", "case.json"],
      /carbonBinder\.youngsModulus_Pa must be positive: current value is -2000000000/,
    ],
    [
      ["--case", "four"],
      /Option --case must be three, eight, three-plane or a \.json file: current value is four/,
    ],
    [
      ["--cycles", "1.5"],
      /Option --cycles must be a whole number above 0: current value is 1\.5/,
    ],
    [["--feedback", "half"], /Option --feedback must be on or off/],
    [["--case", "missing.json"], /missing\.json: Cannot read the parameters/],
  ];
  for (const [args, message] of wrong) {
    const { code, stderr } = await run("network", [
      ...args,
      "--out",
      "run.json",
    ], folder);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.ok(!stderr.includes("    at "));
  }
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  assert.deepEqual(names, ["case.json"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("network names the step at which a run fails", async () => {
  const folder = await folderWithCase((content) => {
    const slow = { peak_m2_s: { value: 2e-15, source: "ours" }, dips: [] };
    content.activeMaterial!.diffusivity = slow;
    content.operation!.upperVoltage_V = { value: 99, source: "ours" };
  });
  const args = ["--case", "case.json", "--out", "run.json"];
  const { code, stderr } = await run("network", args, folder);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /surface stoichiometry of particle \d must stay between 0 and 1.+\(step \d of the charge of cycle 1\)/,
  );
  assert.ok(!stderr.includes("    at "));
  await Deno.remove(folder, { recursive: true });
});
