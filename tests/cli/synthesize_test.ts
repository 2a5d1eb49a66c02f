import assert from "node:assert/strict";
import { join } from "node:path";
import { numbers, readOrigin } from "@cathode/core/mod.ts";
import { readImage, readLabels, readTable } from "@cathode/io/mod.ts";
import { inFolder, namesIn } from "../io/fixtures.ts";
import { run } from "./run.ts";

Deno.test("synthesize writes volume, labels, particles and records", async () => {
  await inFolder(async (folder) => {
    const { code, stderr } = await run("synthesize", [
      "--out",
      "made",
      "--cycles",
      "50",
      "--spacing",
      "1.6",
      "--seed",
      "3",
    ], folder);
    assert.equal(code, 0, stderr);
    const results = ["labels.nii.gz", "particles.csv", "volume.nii.gz"];
    const made = join(folder, "made");
    assert.deepEqual(
      namesIn(made),
      results.flatMap((name) => [name, `${name}.provenance.json`]),
    );
    const volume = await readImage(join(made, "volume.nii.gz"));
    const labels = await readLabels(join(made, "labels.nii.gz"));
    assert.deepEqual(volume.spacing_um, [1.6, 1.6, 1.6]);
    assert.deepEqual(labels.shape, volume.shape);
    const particles = await readTable(join(made, "particles.csv"));
    const largest = labels.data.reduce((a, b) => Math.max(a, b), 0);
    assert.equal(numbers(particles, "label").at(-1), largest);
    for (const name of results) {
      assert.equal(await readOrigin(join(made, name)), "synthetic");
      const record = JSON.parse(
        await Deno.readTextFile(join(made, `${name}.provenance.json`)),
      );
      assert.equal(record.seed, 3);
      assert.equal(record.parameters.cycles, 50);
    }
  });
});

for (
  const [what, args, message] of [
    [
      "the folder is missing",
      [],
      "Option --out is missing\nSee: deno task synthesize --help\n",
    ],
    [
      "the state is unknown",
      ["--out", "a", "--cycles", "20"],
      /^Option --cycles must be 10 or 50: current value is 20\n/,
    ],
    [
      "the seed is no whole number",
      ["--out", "a", "--seed", "x"],
      /^Option --seed must be a whole number: current value is x\n/,
    ],
    [
      "the voxels are too large",
      ["--out", "a", "--spacing", "9"],
      /^Cannot make an electrode as its voxels must be .*: current value is 9\n$/,
    ],
    [
      "there is an operand",
      ["--out", "a", "b"],
      /^synthesize takes no arguments: current arguments are b\n/,
    ],
  ] as const
) {
  Deno.test(`synthesize exits with 2 if ${what}`, async () => {
    await inFolder(async (folder) => {
      const { code, stdout, stderr } = await run("synthesize", args, folder);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      if (typeof message === "string") assert.equal(stderr, message);
      else assert.match(stderr, message);
      assert.deepEqual(namesIn(folder), []);
    });
  });
}

Deno.test("synthesize exits with 2 if the folder cannot be made, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    const { code, stderr } = await run("synthesize", [
      "--out",
      "file",
      "--spacing",
      "2",
    ], folder);
    assert.equal(code, 2);
    assert.match(stderr, /Cannot write/);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.deepEqual(namesIn(folder), ["file"]);
  });
});

Deno.test("synthesize --help tells the options on stdout", async () => {
  const { code, stdout, stderr } = await run("synthesize", ["--help"], "/");
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const option of ["--out", "--cycles", "--size", "--spacing", "--seed"]) {
    assert.ok(stdout.includes(option));
  }
});
