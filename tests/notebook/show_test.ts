import assert from "node:assert/strict";
import { join } from "node:path";
import { createTable } from "@cathode/core/mod.ts";
import {
  notebookProgress,
  notebookSettings,
  type Output,
  runNotebook,
  show,
  showTable,
} from "@cathode/notebook/mod.ts";
import { CellExecutor, Kernel } from "@cathode/notebook/mod.ts";
import { notebookOf, outputsOf, TestFolder } from "./support.ts";

const panel = {
  id: "test-fig1-a",
  caption: "Three points.",
  origin: "synthetic",
  spec: {
    data: { values: [{ x: 1 }, { x: 2 }, { x: 4 }] },
    mark: "point",
    encoding: { x: { field: "x", type: "quantitative" } },
  },
} as const;

const drawing = {
  id: "test-fig1-b",
  caption: "A square.",
  origin: "measured",
  svg:
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>`,
} as const;

const showPanels = notebookOf(
  `import { show } from "@cathode/notebook/mod.ts";
await show(${JSON.stringify(panel)});`,
  `await show(${JSON.stringify(drawing)});`,
);

function dataOf(output: Output | undefined) {
  assert.ok(output !== undefined && "data" in output);
  return output.data;
}

function widthOfPng(base64: unknown): number {
  const png = Uint8Array.fromBase64(String(base64));
  return new DataView(png.buffer).getUint32(16);
}

Deno.test("show() emits a chart, an image and a caption in one bundle, and writes the files", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write("shows", showPanels);
  await runNotebook(path, folder.options({ seed: 3 }));

  const [[chart, ...none], [square]] = await outputsOf(path) as [
    Output[],
    Output[],
  ];
  assert.deepEqual(none, []);
  const data = dataOf(chart);
  assert.deepEqual(Object.keys(data).sort(), [
    "application/vnd.vegalite.v5+json",
    "image/png",
    "text/plain",
  ]);
  const spec = data["application/vnd.vegalite.v5+json"] as Record<
    string,
    unknown
  >;
  assert.equal(
    spec.$schema,
    "https://vega.github.io/schema/vega-lite/v5.json",
  );
  assert.equal(data["text/plain"], "SYNTHETIC. Three points.");
  assert.deepEqual(Object.keys(dataOf(square)).sort(), [
    "image/png",
    "text/plain",
  ]);

  const figures = join(folder.path, "figures");
  const files = [...Deno.readDirSync(figures)].map(({ name }) => name).sort();
  assert.deepEqual(files, [
    "test-fig1-a.png",
    "test-fig1-a.provenance.json",
    "test-fig1-a.svg",
    "test-fig1-a.vl.json",
    "test-fig1-b.png",
    "test-fig1-b.provenance.json",
    "test-fig1-b.svg",
  ]);
  const record = JSON.parse(
    await Deno.readTextFile(join(figures, "test-fig1-a.provenance.json")),
  );
  assert.equal(record.command, "figures shows");
  assert.equal(record.seed, 3);
  assert.equal(record.origin, "synthetic");
  assert.deepEqual(record.parameters, { size: "small", width_mm: null });
});

Deno.test("show() takes width and formats from the command", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write("wide", showPanels);
  await runNotebook(
    path,
    folder.options({ width_mm: 183, formats: ["svg"] }),
  );
  const figures = join(folder.path, "figures");
  const files = [...Deno.readDirSync(figures)].map(({ name }) => name).sort();
  assert.deepEqual(files, [
    "test-fig1-a.provenance.json",
    "test-fig1-a.svg",
    "test-fig1-b.provenance.json",
    "test-fig1-b.svg",
  ]);
  const svg = await Deno.readTextFile(join(figures, "test-fig1-a.svg"));
  assert.match(svg, /^<svg [^>]*width="183mm"/);
  const [[chart]] = await outputsOf(path) as [Output[]];
  assert.equal(
    widthOfPng(dataOf(chart)["image/png"]),
    Math.round(183 / 25.4 * 144),
  );
});

Deno.test("showTable() shows the first rows, rounded, as HTML and as text", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write(
    "table",
    notebookOf(
      `import { createTable } from "@cathode/core/mod.ts";
import { showTable } from "@cathode/notebook/mod.ts";
const table = createTable([
  { id: "label", unit: "", values: Float64Array.of(1, 2, 300) },
  { id: "Volume", unit: "um^3", values: Float64Array.of(310.26, 1234567.8, 1e-7) },
  { id: "flags", unit: "", values: ["", "<border>", ""] },
]);
await showTable(table, { rows: 2 });`,
    ),
  );
  await runNotebook(path, folder.options());
  const [[output]] = await outputsOf(path) as [Output[]];
  assert.equal(
    dataOf(output)["text/plain"],
    [
      "label  Volume [um^3]     flags",
      "    1          310.3          ",
      "    2        1235000  <border>",
      "2 of 3 rows",
    ].join("\n"),
  );
  assert.match(
    String(dataOf(output)["text/html"]),
    /<td>2<\/td><td>1235000<\/td><td>&#60;border&#62;<\/td>/,
  );
});

Deno.test("notebookProgress() leaves nothing in a notebook that is executed to be kept", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write("progress", notebookOf(countToTen));
  await runNotebook(path, folder.options());
  assert.deepEqual(await outputsOf(path), [[]]);
});

Deno.test("notebookProgress() updates one display and clears it in an editor", async () => {
  await using folder = await TestFolder.make();
  await using kernel = await Kernel.start({ cwd: folder.path });
  const executor = await CellExecutor.on(kernel);
  const half = await executor.execute(
    countToTen.replace("i <= 10", "i <= 5"),
    30,
  );
  assert.deepEqual(half.outputs.map((output) => dataOf(output)["text/plain"]), [
    "counting, 0 %",
  ]);
  const whole = await executor.execute(countToTen, 30);
  assert.deepEqual(whole.outputs.map(dataOf), [{ "text/plain": "" }]);
});

const countToTen = `import { notebookProgress } from "@cathode/notebook/mod.ts";
const progress = notebookProgress();
for (let i = 0; i <= 10; i++) progress("counting", i / 10);`;

Deno.test("show(), showTable() and notebookProgress() do no harm outside a notebook", async () => {
  await show(panel);
  await showTable(
    createTable([{ id: "a", unit: "", values: Float64Array.of(1) }]),
  );
  notebookProgress()("step", 0.5);
  assert.deepEqual(notebookSettings(), { size: "small", seed: 1 });
});

Deno.test("show() throws if the panel cannot be drawn", async () => {
  await assert.rejects(show({ ...panel, width_mm: -1 }), {
    name: "RangeError",
  });
});
