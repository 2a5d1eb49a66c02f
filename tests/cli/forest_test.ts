import assert from "node:assert/strict";
import { join } from "node:path";
import { numbers, projectPath, readOrigin } from "@cathode/core/mod.ts";
import { readForest } from "@cathode/forest/mod.ts";
import { readTable } from "@cathode/io/mod.ts";
import { inFolder, namesIn } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

const goldenForest = projectPath("tests/golden/forests/05_rf_mse.json");

/** What the reference file says, by brute force. */
const golden: {
  X: number[][];
  background: number[][];
  prediction: number[];
  base_path: number;
  shap_path: number[][];
  interactions_path: number[][][];
  base_int: number;
  shap_int: number[][];
} = JSON.parse(await Deno.readTextFile(goldenForest));

const names = golden.X[0]!.map((_, f) => `x${f}`);

function csv(rows: readonly (readonly number[])[], header = names): string {
  return [header, ...rows].map((row) => row.join()).join("\n") + "\n";
}

async function assertExplains(
  path: string,
  expected: readonly (readonly number[])[],
  base: number,
) {
  const { columns } = await readTable(path);
  assert.deepEqual(
    columns.slice(-2).map(({ id }) => id),
    ["base", "prediction"],
  );
  assert.equal(columns.length, expected[0]!.length + 2);
  for (const [row, values] of expected.entries()) {
    const wanted = [...values, base, golden.prediction[row]!];
    for (const [c, value] of wanted.entries()) {
      const found = columns[c]!.values[row] as number;
      assert.ok(
        Math.abs(found - value) < 1e-12,
        `row ${row}, ${columns[c]!.id}`,
      );
    }
  }
}

Deno.test("forest explain gives the brute-force values of a scikit-learn forest", async () => {
  await inFolder(async (folder) => {
    const explain = async (args: readonly string[]) => {
      const { code, stderr } = await run(
        "forest",
        ["explain", ...args],
        folder,
      );
      assert.equal(code, 0, stderr);
    };
    const out = join(folder, "shap.csv");
    await explain([goldenForest, "--out", "shap.csv"]);
    await assertExplains(out, golden.shap_path, golden.base_path);
    await explain([
      goldenForest,
      "--out",
      "shap.csv",
      "--kind",
      "interactions",
    ]);
    await assertExplains(
      out,
      golden.interactions_path.map((matrix) => matrix.flat()),
      golden.base_path,
    );
    // Rows and background as tables, the columns in another order, one too many.
    const turned = [...names].reverse();
    const rows = golden.X.map((row) => [...row].reverse());
    await Deno.writeTextFile(
      join(folder, "rows.csv"),
      csv(rows.map((row) => [...row, 7]), [...turned, "target"]),
    );
    await Deno.writeTextFile(join(folder, "b.csv"), csv(golden.background));
    await explain([
      goldenForest,
      "rows.csv",
      "--out",
      "shap.csv",
      "--kind",
      "interventional",
      "--background",
      "b.csv",
    ]);
    await assertExplains(out, golden.shap_int, golden.base_int);
  });
});

Deno.test("forest train writes a forest and prints its out-of-bag R2", async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 200 }, (_, i) => {
      const x = (i * 37 % 200) / 200, z = (i * 91 % 200) / 200;
      return [x, z, x < 0.5 ? 1 : 3, 1];
    });
    await Deno.writeTextFile(
      join(folder, "table.csv"),
      csv(rows, ["x", "z", "y", "w"]),
    );
    await Deno.writeTextFile(
      join(folder, "table.csv.provenance.json"),
      '{"origin": "synthetic"}',
    );
    const train = ["train", "table.csv", "--target", "y", "--weight", "w"];
    const { code, stdout, stderr } = await run(
      "forest",
      [...train, "--out", "f.json", "--trees", "7", "--max-leaf-nodes", "5"],
      folder,
    );
    assert.equal(code, 0, stderr);
    assert.ok(Number(stdout) > 0.95, stdout);
    const { forest } = await readForest(join(folder, "f.json"));
    assert.deepEqual(forest.features, ["x", "z"]);
    assert.equal(forest.trees.length, 7);
    assert.ok(forest.trees.every(({ value }) => value.length <= 9));
    assert.equal(await readOrigin(join(folder, "f.json")), "synthetic");

    const whole = await run(
      "forest",
      [
        ...train,
        ...["--out", "one.json", "--trees", "1", "--no-bootstrap"],
        ...["--criterion", "absolute_error"],
      ],
      folder,
    );
    assert.equal(whole.code, 0, whole.stderr);
    assert.equal(whole.stdout, "");
    const explained = await run(
      "forest",
      ["explain", "one.json", "table.csv", "--out", "shap.csv"],
      folder,
    );
    assert.equal(explained.code, 0, explained.stderr);
    const shap = await readTable(join(folder, "shap.csv"));
    assert.deepEqual(
      [...numbers(shap, "prediction")],
      rows.map(([, , y]) => y),
    );
    assert.ok(numbers(shap, "z").every((value) => value === 0));
  });
});

Deno.test("forest refuses wrong use and bad input, and leaves no file", async () => {
  await inFolder(async (folder) => {
    const write = (name: string, text: string) =>
      Deno.writeTextFile(join(folder, name), text);
    await write("t.csv", "x,y\n1,2\n2,3\n3,5\n");
    await write("words.csv", "x,name,y\n1,a,2\n2,b,3\n");
    await write("gap.csv", "x,y\n1,2\n,3\n");
    await write("constant.csv", "x,y\n1,2\n2,2\n");
    await write("bad.json", '{"n_features": 1}');
    await write(
      "stump.json",
      '{"n_features":1,"feature_names":["x"],"trees":[{"children_left":[-1],"children_right":[-1],"feature":[-2],"threshold":[-2],"value":[1],"cover":[3]}]}',
    );
    const before = namesIn(folder);
    const train = (table: string, ...more: string[]) => [
      ...["train", table, "--out", "o", "--target", "y"],
      ...more,
    ];
    const explain = (...args: string[]) => ["explain", ...args, "--out", "o"];
    for (
      const [args, message] of [
        [[], /forest takes <train or explain>/],
        [["grow"], /no command forest grow/],
        [
          train("words.csv"),
          /words\.csv: .* hold numbers: current value is a in/,
        ],
        [
          train("gap.csv"),
          /gap\.csv, row 3: .* current value is an empty cell/,
        ],
        [train("constant.csv"), /the target must vary/],
        [train("t.csv", "--weight", "w"), /t\.csv: .* must have a column w/],
        [train("t.csv", "--weight", "y"), /another column than --target/],
        [
          train("t.csv", "--max-leaf-nodes", "30"),
          /as many samples as leaves, 30: current value is 3/,
        ],
        [train("t.csv", "--max-features", "many"), /must be sqrt, all or a/],
        [
          train("t.csv", "--max-features", "2"),
          /maxFeatures must be .* from 1 to 1/,
        ],
        [explain("bad.json"), /bad\.json: .* trees must be a list/],
        [explain("stump.json"), /comes without samples/],
        [explain("stump.json", "b.csv"), /b\.csv/],
        [
          explain("stump.json", "t.csv", "--kind", "interventional"),
          /option --background is missing/,
        ],
        [
          explain("stump.json", "t.csv", "--background", "t.csv"),
          /goes with --kind/,
        ],
        [
          explain(
            "stump.json",
            "t.csv",
            "--kind",
            "interactions",
            "--background",
            "none.csv",
          ),
          /none\.csv/,
        ],
      ] as [string[], RegExp][]
    ) {
      assertFails(await run("forest", args, folder), message);
    }
    assert.deepEqual(namesIn(folder), before);
  });
});
