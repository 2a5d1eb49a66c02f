import assert from "node:assert/strict";
import { join } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";
import {
  checkInLab,
  compareOutputs,
  findChromium,
} from "../../lib/notebook/lab_check.ts";
import {
  type CodeCell,
  jupyterLabVersion,
  type Notebook,
  type Output,
  prepareLab,
  runNotebook,
} from "@cathode/notebook/mod.ts";
import { display, stderr, stdout } from "./styles.ts";
import { code, notebookOf, TestFolder } from "./support.ts";

/** The smallest PNG image. */
const onePixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

/** A notebook of one cell with the given outputs. */
function showing(outputs: Output[], tags: string[] = []): Notebook {
  const notebook = notebookOf(code("1", tags));
  (notebook.cells[1] as CodeCell).outputs = outputs;
  return notebook;
}

function messages(expected: Output[], shown: Output[], tags?: string[]) {
  return compareOutputs(
    "a.ipynb",
    showing(expected, tags),
    showing(shown, tags),
  ).map(({ cell, message }) => `${cell}: ${message}`);
}

const error = (traceback: string): Output => ({
  output_type: "error",
  ename: "Error",
  evalue: "no",
  traceback: [traceback],
});

Deno.test("compareOutputs() finds nothing where JupyterLab shows the same", () => {
  const bundle = (data: Record<string, unknown>): Output => ({
    output_type: "display_data",
    data,
    metadata: {},
  });
  const same: [Output[], Output[]][] = [
    [[stdout("1\n")], [stdout("1\n")]],
    [
      [bundle({ "text/plain": "a", "application/json": { b: 1, c: [2] } })],
      [bundle({ "application/json": { c: [2], b: 1 }, "text/plain": "a" })],
    ],
    // What is left of a progress display.
    [[stdout("1\n")], [display(""), stdout("1\n")]],
  ];
  for (const [expected, shown] of same) {
    assert.deepEqual(messages(expected, shown), []);
  }
  const meant = ["raises-exception"];
  assert.deepEqual(messages([error("a")], [error("b, in a file")], meant), []);
});

Deno.test("compareOutputs() names the cell of an output that is lost, new or other", () => {
  assert.deepEqual(messages([stdout("1\n"), display("a")], [stdout("1\n")]), [
    '2: lab: output 2 must be "text/plain \\"a\\"": current value is none',
  ]);
  assert.deepEqual(messages([], [stdout("1\n")]), [
    '2: lab: output 1 must be none: current value is "stdout 1\\n"',
  ]);
  assert.deepEqual(messages([stdout("1\n")], [stdout("2\n")]), [
    '2: lab: output 1 must be "stdout 1\\n": current value is "stdout 2\\n"',
  ]);
});

Deno.test("compareOutputs() finds what is written in red, unless the cell is meant to throw", () => {
  const red = "2: lab: red: something is written in red";
  assert.deepEqual(messages([stderr("x\n")], [stderr("x\n")]), [red]);
  assert.deepEqual(messages([error("a")], [error("a")]), [red]);
});

Deno.test("findChromium() throws if there is none, and says what to install", async () => {
  await using folder = await TestFolder.make();
  await assert.rejects(findChromium(folder.path, []), {
    name: "DataError",
    message: /Chromium or Chrome must be installed .*apt install chromium/,
  });
});

Deno.test("findChromium() takes the first program of a known name", async () => {
  await using folder = await TestFolder.make();
  const browser = join(folder.path, "google-chrome");
  await Deno.writeTextFile(browser, "");
  assert.equal(await findChromium(folder.path, []), browser);
  assert.equal(await findChromium("", [browser]), browser);
});

const labFolder = projectPath("data", "cache", "lab");
const installed = await Promise.all([
  findChromium(),
  Deno.stat(join(labFolder, `jupyterlab-${jupyterLabVersion}`, "complete")),
]).then(() => true, () => false);

Deno.test({
  name:
    "checkInLab() runs a notebook, sees its charts, moves its sliders and finds what is wrong (needs Chromium, and JupyterLab by deno task lab)",
  ignore: !installed,
  // The browser's own connections outlast it by a moment.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using folder = await TestFolder.make();
    const chart = (opacity: unknown) =>
      `await Deno.jupyter.display({
  "application/vnd.vegalite.v5+json": {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    data: { values: [{ x: 1 }, { x: 2 }] },
    params: [{ name: "o", value: 1, bind: { input: "range", min: 0, max: 1 } }],
    mark: { type: "bar", opacity: ${JSON.stringify(opacity)} },
    encoding: { x: { field: "x", type: "quantitative" } },
  },
  // As show() does; JupyterLab adds a picture where there is none.
  "image/png": "${onePixel}",
  "text/plain": "a chart",
}, { raw: true });
await new Promise((resolve) => setTimeout(resolve, 100));`;
    const path = await folder.write(
      "charts",
      notebookOf(
        `console.log("one");`,
        chart({ expr: "o" }),
        chart(1),
        code(`throw new Error("meant");`, ["raises-exception"]),
        `console.error("red");`,
        `console.log("last");`,
      ),
    );
    await runNotebook(path, folder.options());
    const before = await Deno.readTextFile(path);
    const screenshots = join(folder.path, "screenshots");
    const findings = await checkInLab([path], {
      lab: await prepareLab({ folder: labFolder }),
      browser: await findChromium(),
      folder: folder.path,
      screenshots,
      limit_s: 60,
    });
    assert.deepEqual(
      findings.map(({ cell, message }) => [cell, message]),
      [
        [6, "lab: red: something is written in red"],
        [4, "lab: control: it does not change the chart"],
      ],
    );
    assert.equal(await Deno.readTextFile(path), before);
    for (const name of ["charts.png", "charts-dark.png"]) {
      assert.ok((await Deno.stat(join(screenshots, name))).size > 10_000);
    }
  },
});
