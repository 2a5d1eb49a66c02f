import assert from "node:assert/strict";
import { join } from "node:path";
import { createSlice, createVolume } from "@cathode/core/mod.ts";
import { writeImage, writeLabels } from "@cathode/io/mod.ts";
import { golden, inFolder } from "../io/fixtures.ts";
import { run } from "./run.ts";

Deno.test("score prints the scores at both overlaps as JSON", async () => {
  await inFolder(async (folder) => {
    // Overlaps: 4 of 4 pixels, 3 of 5 pixels; particle 3 is missed, label 9 is none.
    const truth = createSlice(
      Uint32Array.of(1, 1, 0, 2, 2, 1, 1, 0, 2, 2, 0, 0, 0, 3, 3),
      [3, 5],
      [1, 1],
    );
    const labels = createSlice(
      Uint32Array.of(7, 7, 8, 8, 8, 7, 7, 0, 8, 0, 9, 9, 0, 0, 0),
      [3, 5],
      [1, 1],
    );
    await writeLabels(join(folder, "labels.nii.gz"), labels);
    // PNG and other types of number do as well, and no spacing is needed.
    await writeImage(
      join(folder, "truth.png"),
      createSlice(Uint8Array.from(truth.data), [3, 5], [1, 1]),
    );
    const { code, stdout, stderr } = await run("score", [
      "labels.nii.gz",
      "truth.png",
    ], folder);
    assert.equal(code, 0, stderr);
    const scores = JSON.parse(stdout);
    assert.deepEqual(Object.keys(scores), ["0.5", "0.7"]);
    const { tp, fp, fn, precision, recall, f1, meanMatchedIou, pq } =
      scores["0.5"];
    assert.deepEqual([tp, fp, fn], [2, 1, 1]);
    for (
      const [value, expected] of [
        [precision, 2 / 3],
        [recall, 2 / 3],
        [f1, 2 / 3],
        [meanMatchedIou, 0.8],
        [pq, 1.6 / 3],
      ]
    ) {
      assert.ok(Math.abs(value - expected!) < 1e-12);
    }
    const strict = scores["0.7"];
    assert.deepEqual([strict.tp, strict.fp, strict.fn, strict.meanMatchedIou], [
      1,
      2,
      2,
      1,
    ]);
  });
});

Deno.test("score exits with 2 if the shapes differ", async () => {
  await inFolder(async (folder) => {
    const labels = (depth: number) =>
      createVolume(new Uint32Array(4 * depth), [depth, 2, 2], [1, 1, 1]);
    await writeLabels(join(folder, "a.nii.gz"), labels(2));
    await writeLabels(join(folder, "b.nii.gz"), labels(3));
    const { code, stdout, stderr } = await run("score", [
      "a.nii.gz",
      "b.nii.gz",
    ], folder);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.equal(
      stderr,
      "a.nii.gz: Cannot score the labels as their shape must be that of the truth, [3, 2, 2]: current value is [2, 2, 2]\n",
    );
  });
});

Deno.test("score exits with 2 and says why if a file cannot be read as labels", async () => {
  await inFolder(async (folder) => {
    const whole = await Deno.readFile(golden("uint16.nii"));
    await Deno.writeFile(join(folder, "cut.nii"), whole.subarray(0, 400));
    for (
      const [file, message] of [
        ["cut.nii", /cut\.nii: .* the file is cut off after 48\n$/],
        [
          golden("two_times.nii"),
          /two_times\.nii: .* must have two or three axes/,
        ],
        [
          golden("int16.nii"),
          /int16\.nii: Cannot read labels .* current value is -30000/,
        ],
        [golden("rgb.tif"), /rgb\.tif: .* must hold grey levels, not colours/],
        ["none.nii", /No such file or directory.*none\.nii/],
      ] as const
    ) {
      const { code, stdout, stderr } = await run("score", [
        file,
        golden("uint16.nii"),
      ], folder);
      assert.equal(code, 2, file);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /, "a stack trace");
    }
  });
});

Deno.test("score exits with 2 if the truth is missing", async () => {
  const { code, stderr } = await run("score", ["a.nii"], "/");
  assert.equal(code, 2);
  assert.equal(
    stderr,
    "score takes <labels> <truth>: current arguments are a.nii\nSee: deno task score --help\n",
  );
});
