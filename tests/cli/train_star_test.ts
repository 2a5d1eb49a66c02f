import assert from "node:assert/strict";
import { join } from "node:path";
import {
  starArchitecture,
  starTrainingSettings,
  startTraining,
  writeStarCheckpoint,
} from "@cathode/segmentation/mod.ts";
import { inFolder, namesIn } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

Deno.test("train-star refuses wrong options and folders without a whole checkpoint", async () => {
  await inFolder(async (folder) => {
    const wrong: [string[], RegExp][] = [
      [["--steps", "0"], /--steps must be a whole number, 1 or more/],
      [["--seed", "half"], /--seed must be a whole number/],
      [["--out", "a", "--resume", "a"], /--out and --resume/],
      [["--resume", "none"], /checkpoint\.safetensors/],
    ];
    for (const [args, message] of wrong) {
      assertFails(await run("train_star", args, folder), message);
    }
    assert.deepEqual(namesIn(folder), []);
    const path = join(folder, "star", "checkpoint.safetensors");
    await writeStarCheckpoint(path, {
      architecture: starArchitecture,
      settings: starTrainingSettings,
      state: startTraining(starArchitecture, 1),
    });
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, 2e6));
    assertFails(
      await run("train_star", ["--resume", "star"], folder),
      /checkpoint\.safetensors: Cannot read the weights as the file must have at least/,
    );
    // What was there is left as it was.
    assert.equal((await Deno.stat(path)).size, 2e6);
  });
});

Deno.test("train-star tells its options", async () => {
  await inFolder(async (folder) => {
    const { code, stdout } = await run("train_star", ["--help"], folder);
    assert.equal(code, 0);
    assert.match(stdout, /--resume dir/);
  });
});
