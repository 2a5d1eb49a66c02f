import assert from "node:assert/strict";
import {
  type Command,
  helpOf,
  numberOption,
  parseCall,
  positiveNumber,
  runCommand,
  spacingOf,
  spacingOption,
  UsageError,
  wholeNumber,
} from "@cathode/cli/command.ts";
import { terminalProgress } from "@cathode/cli/terminal_progress.ts";
import { DataError } from "@cathode/core/mod.ts";

const weigh: Command = {
  name: "weigh",
  summary: "Weighs particles.",
  operands: { volume: "what is weighed", "more?": "what else" },
  options: {
    out: { value: "table", help: "where to", required: true },
    unit: {
      value: "name",
      help: "unit of mass",
      default: "ng",
      choices: ["ng", "pg"],
    },
    spacing: spacingOption,
    seed: { value: "n", help: "seed", default: "1" },
    dry: { help: "without water" },
  },
  run: () => Promise.resolve(),
};

Deno.test("parseCall() takes operands, options, defaults and flags", () => {
  assert.deepEqual(
    parseCall(weigh, ["a.nii", "--out", "b.csv", "--dry", "--unit=pg"]),
    {
      operands: ["a.nii"],
      values: { out: "b.csv", unit: "pg", seed: "1" },
      flags: new Set(["dry"]),
    },
  );
});

for (
  const [what, args, message] of [
    ["a required option is missing", ["a"], "Option --out is missing"],
    [
      "an operand is missing",
      ["--out", "b"],
      "weigh takes <volume> [more]: current arguments are none",
    ],
    [
      "there are too many operands",
      ["a", "b", "c", "--out", "d"],
      "weigh takes <volume> [more]: current arguments are a b c",
    ],
    [
      "an option is unknown",
      ["a", "--otu", "b"],
      "There is no option --otu: did you mean --out?",
    ],
    [
      "a value is not among the choices",
      ["a", "--out", "b", "--unit", "kg"],
      "Option --unit must be ng or pg: current value is kg",
    ],
    [
      "a value is missing",
      ["a", "--out"],
      /^Option '--out <value>' argument missing/,
    ],
    [
      "an option without value gets one",
      ["a", "--out", "b", "--dry=1"],
      /^Option '--dry' does not take an argument/,
    ],
  ] as const
) {
  Deno.test(`parseCall() throws if ${what}`, () => {
    assert.throws(() => parseCall(weigh, args), {
      name: "UsageError",
      message,
    });
  });
}

Deno.test("helpOf() lists operands and options with their defaults", () => {
  assert.equal(
    helpOf(weigh),
    [
      "Weighs particles.",
      "",
      "Usage: deno task weigh <volume> [more] --out table [options]",
      "",
      "  <volume>         what is weighed",
      "  [more]           what else",
      "  --out table      where to",
      "  --unit name      unit of mass (default ng)",
      "  --spacing z,y,x  distance of voxel centres in micrometres (y,x for a slice), if the file does not state it",
      "  --seed n         seed (default 1)",
      "  --dry            without water",
      "  --help           show this",
    ].join("\n"),
  );
});

Deno.test("numberOption() throws if the text is no number or breaks the rule", () => {
  assert.equal(
    numberOption({ values: { seed: "-3" } }, "seed", wholeNumber),
    -3,
  );
  assert.equal(
    numberOption({ values: { width: "1e-2" } }, "width", positiveNumber),
    0.01,
  );
  for (const seed of ["", " ", "one", "1.5", "NaN", "Infinity"]) {
    assert.throws(
      () => numberOption({ values: { seed } }, "seed", wholeNumber),
      {
        name: "UsageError",
        message:
          `Option --seed must be a whole number: current value is ${seed}`,
      },
    );
  }
  assert.throws(
    () => numberOption({ values: { width: "0" } }, "width", positiveNumber),
    UsageError,
  );
});

Deno.test("spacingOf() takes two or three positive numbers", () => {
  assert.equal(spacingOf({ values: {} }), undefined);
  assert.deepEqual(spacingOf({ values: { spacing: "0.07,0.1" } }), [0.07, 0.1]);
  assert.deepEqual(spacingOf({ values: { spacing: "0.2, 0.1, 0.1" } }), [
    0.2,
    0.1,
    0.1,
  ]);
  for (const spacing of ["", "0.1", "0.1,", "0,1", "1,1,1,1", "a,b", "-1,1"]) {
    assert.throws(() => spacingOf({ values: { spacing } }), UsageError);
  }
});

Deno.test("runCommand() throws on what is a defect, not the user's fault", async () => {
  const defect: Command = {
    ...weigh,
    run: () => Promise.reject(new Error("defect")),
  };
  await assert.rejects(runCommand(defect, ["a", "--out", "b"]), /defect/);
});

Deno.test("runCommand() sets exit status 2 on wrong use and bad input", async () => {
  const said: string[] = [];
  const { error } = console;
  console.error = (text: string) => said.push(text);
  try {
    for (
      const thrown of [
        new UsageError("Wrong use"),
        new DataError("Cannot", { file: "a.csv", row: 2 }),
      ]
    ) {
      await runCommand({ ...weigh, run: () => Promise.reject(thrown) }, [
        "a",
        "--out",
        "b",
      ]);
      assert.equal(Deno.exitCode, 2);
      Deno.exitCode = 0;
    }
  } finally {
    console.error = error;
    Deno.exitCode = 0;
  }
  assert.deepEqual(said, [
    "Wrong use\nSee: deno task weigh --help",
    "a.csv, row 2: Cannot",
  ]);
});

function record(terminal: boolean) {
  let text = "", now = 0;
  const { progress, clear } = terminalProgress(
    (t) => text += t,
    terminal,
    () => now,
  );
  return { progress, clear, wait: (ms: number) => now += ms, text: () => text };
}

Deno.test("terminalProgress() writes a line per step to a log, and one every ten seconds", () => {
  const { progress, clear, wait, text } = record(false);
  progress("labelling", 0);
  wait(5000);
  progress("labelling", 0.2);
  wait(5000);
  progress("labelling", 0.409);
  progress("labelling", 1);
  progress("rendering", 0);
  clear();
  assert.equal(text(), "labelling\nlabelling: 40 %\nrendering\n");
});

Deno.test("terminalProgress() redraws a bar on a terminal and clears it at the end", () => {
  const { progress, wait, text } = record(true);
  progress("labelling", 0);
  wait(50);
  progress("labelling", 0.25); // too soon after the last
  wait(50);
  progress("labelling", 0.5);
  progress("labelling", 1);
  assert.equal(
    text(),
    `\r\x1b[K${"░".repeat(24)}   0 %  labelling` +
      `\r\x1b[K${"█".repeat(12)}${"░".repeat(12)}  50 %  labelling` +
      "\r\x1b[K",
  );
});
