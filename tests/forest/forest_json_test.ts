import assert from "node:assert/strict";
import { join } from "node:path";
import {
  parseForest,
  readForest,
  trainForest,
  writeForest,
} from "@cathode/forest/mod.ts";
import { goldenText, randomSamples } from "./golden.ts";

Deno.test("writeForest() and readForest() keep every digit", async () => {
  const { forest } = trainForest(randomSamples(200, 4, 1), {
    criterion: "squared_error",
    nEstimators: 3,
    bootstrap: true,
    seed: 1,
  });
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "forest.json");
    await writeForest(path, forest);
    assert.deepEqual(await readForest(path), { forest });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parseForest() reads the samples that come with a forest and names the attributes", () => {
  const { forest, samples } = parseForest(goldenText("01_"), "01_hand.json");
  assert.deepEqual(forest.features, ["x0", "x1"]);
  assert.equal(samples!.rows, 5);
});

Deno.test("parseForest() says what is wrong with a file", () => {
  type Json = Record<string, unknown>;
  type Change = (json: Json, tree: Record<string, number[]>) => void;
  const wrong: [Change, RegExp][] = [
    [
      (json) => delete json.n_features,
      /n_features must be a positive whole number: current value is undefined/,
    ],
    [
      (json) => json.feature_names = ["a", "a"],
      /feature_names must be 2 distinct words/,
    ],
    [(json) => json.trees = [], /trees must be a list with at least one tree/],
    [
      (json) => json.trees = [null],
      /there must be an object in tree 0: current value is null/,
    ],
    [(_, tree) => tree.cover = [1], /cover must hold 5 numbers in tree 0/],
    [
      (_, tree) => tree.cover![2] = 0,
      /cover must be positive at node 2 in tree 0: current value is 0/,
    ],
    [
      (_, tree) => tree.children_left![0] = 0,
      /children must be later nodes, each of one parent, at node 0 in tree 0/,
    ],
    [(_, tree) => tree.children_right![0] = 9, /children must be later nodes/],
    [(_, tree) => tree.children_right![0] = 1, /children must be later nodes/],
    [
      (_, tree) => tree.feature![0] = 2,
      /feature must be from 0 to 1 at node 0 in tree 0: current value is 2/,
    ],
    [(json) => json.X = [[1, 2], [3]], /X must be rows of 2 numbers/],
  ];
  for (const [change, message] of wrong) {
    const json = JSON.parse(goldenText("01_"));
    change(json, json.trees[0]);
    assert.throws(() => parseForest(JSON.stringify(json), "f.json"), {
      name: "DataError",
      message: new RegExp(
        `^f\\.json: Cannot read the forest as .*${message.source}`,
      ),
    });
  }
  assert.throws(() => parseForest("{", "f.json"), {
    name: "DataError",
    message: /^f\.json: Cannot read the forest as it must be JSON/,
  });
  assert.throws(() => parseForest("3", "f.json"), { name: "DataError" });
});

Deno.test("parseForest() finds nodes that no parent leads to", () => {
  const json = JSON.parse(goldenText("01_"));
  json.trees[0].children_left.fill(-1);
  json.trees[0].children_right.fill(-1);
  assert.throws(() => parseForest(JSON.stringify(json), "f.json"), {
    message:
      /every node but the first must have a parent in tree 0: current value is 1/,
  });
});
