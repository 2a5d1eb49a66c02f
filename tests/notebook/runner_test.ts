import assert from "node:assert/strict";
import { join } from "node:path";
import {
  NotebookError,
  readNotebook,
  runNotebook,
  runNotebooks,
} from "@cathode/notebook/mod.ts";
import { display, stderr, stdout, styles } from "./styles.ts";
import { code, notebookOf, outputsOf, TestFolder } from "./support.ts";

Deno.test("runNotebook() neither loses nor misplaces an output of 200 cells, and gives the same bytes twice", async () => {
  await using folder = await TestFolder.make();
  const cells = Array.from({ length: 200 }, (_, i) => styles[i % 10]!(i));
  const path = await folder.write(
    "styles",
    notebookOf(...cells.map(({ source }) => source)),
  );
  const report = await runNotebook(path, folder.options());
  assert.equal(report.cells, 200);
  assert.equal(report.changed, true);
  const outputs = await outputsOf(path);
  for (const [i, cell] of cells.entries()) {
    assert.deepEqual(outputs[i], cell.outputs, cell.source);
  }
  const bytes = await Deno.readTextFile(path);
  const again = await runNotebook(path, folder.options());
  assert.equal(again.changed, false);
  assert.equal(await Deno.readTextFile(path), bytes);
});

Deno.test("runNotebook() numbers the cells that it runs and leaves blank ones alone", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write("blank", notebookOf("1", " \n", "2"));
  await runNotebook(path, folder.options());
  const { cells } = await readNotebook(path);
  assert.deepEqual(
    cells.map((cell) => cell.cell_type === "code" ? cell.execution_count : "-"),
    ["-", 1, null, 2],
  );
});

Deno.test("runNotebook() drops metadata that other programs leave", async () => {
  await using folder = await TestFolder.make();
  const cell = code("1", ["kept"]);
  cell.metadata.execution = { "iopub.status.busy": "2026-01-02T03:04:05Z" };
  const notebook = notebookOf(cell);
  notebook.metadata.widgets = {};
  const path = await folder.write("metadata", notebook);
  await runNotebook(path, folder.options());
  const { cells, metadata } = await readNotebook(path);
  assert.deepEqual(cells[1]!.metadata, { tags: ["kept"] });
  assert.deepEqual(
    Object.keys(metadata),
    ["cathode", "kernelspec", "language_info"],
  );
});

Deno.test("runNotebook() writes to another folder and leaves the notebook as it is", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write("elsewhere", notebookOf("1"));
  const before = await Deno.readTextFile(path);
  const elsewhere = join(folder.path, "new");
  const report = await runNotebook(path, folder.options({ folder: elsewhere }));
  assert.equal(report.path, join(elsewhere, "elsewhere.ipynb"));
  assert.equal((await outputsOf(report.path)).flat().length, 1);
  assert.equal(await Deno.readTextFile(path), before);
});

Deno.test("runNotebook() tells the notebook its size and seed, and works in its folder", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write(
    "settings",
    notebookOf(
      `import { notebookSettings } from "@cathode/notebook/mod.ts";
const { size, seed } = notebookSettings();
console.log(size, seed, Deno.cwd() === ${JSON.stringify(folder.path)});`,
    ),
  );
  await runNotebook(path, folder.options({ size: "paper", seed: 7 }));
  assert.deepEqual(await outputsOf(path), [[stdout("paper 7 true\n")]]);
});

/** Runs a notebook that must fail, and returns the error once it has left the file alone. */
async function failureOf(
  cells: Parameters<typeof notebookOf>,
  limit_s = 60,
): Promise<NotebookError> {
  await using folder = await TestFolder.make();
  const path = await folder.write("failing", notebookOf(...cells));
  const before = await Deno.readTextFile(path);
  try {
    await runNotebook(path, folder.options({ cellLimit_s: limit_s }));
  } catch (error) {
    assert.ok(error instanceof NotebookError, String(error));
    assert.equal(await Deno.readTextFile(path), before);
    assert.equal(error.file, path);
    return error;
  }
  assert.fail("the notebook did not fail");
}

Deno.test("runNotebook() fails if a cell throws, and names the cell", async () => {
  const error = await failureOf([
    "1",
    `// Breaks\nconsole.log("before");\nthrow new RangeError("too far");`,
    `"not reached"`,
  ]);
  assert.equal(error.cell, 3);
  assert.match(
    error.message,
    /failing\.ipynb, cell 3 \(\/\/ Breaks\): RangeError: too far/,
  );
});

Deno.test("runNotebook() fails if a promise of a cell is rejected", async () => {
  const error = await failureOf([`await Promise.reject(new Error("no"))`]);
  assert.match(error.message, /cell 2 .*: Error: no/);
});

Deno.test("runNotebook() fails if the kernel refuses a cell without giving an error", async () => {
  const imported = await failureOf([
    `import absent from "npm:a-package-that-is-not-in-the-lock@1.0.0";\nabsent`,
  ]);
  assert.match(
    imported.message,
    /cell 2 .*a static import is not in deno\.lock/,
  );
  const syntax = await failureOf(["1", "const a = ;"]);
  assert.match(syntax.message, /cell 3 \(const a = ;\): .*its syntax is wrong/);
});

Deno.test("runNotebook() fails if a cell calls show() and nothing is shown", async () => {
  const error = await failureOf([
    `const show = (_: unknown) => {};\nshow("a panel");`,
  ]);
  assert.match(error.message, /cell 2 .*calls show\(\) but shows nothing/);
});

Deno.test("runNotebook() ends a cell that runs too long", async () => {
  const error = await failureOf([`console.log("1")`, "while (true);"], 2);
  assert.match(
    error.message,
    /cell 3 \(while \(true\);\): it ran longer than 2 s/,
  );
});

Deno.test("runNotebook() names the cell in which the kernel was killed", async () => {
  const killed = await failureOf(["1", `Deno.kill(Deno.pid, "SIGKILL");`]);
  assert.match(killed.message, /cell 3 .*: the kernel ended with SIGKILL/);
  const left = await failureOf([`Deno.exit(3);`]);
  assert.match(left.message, /cell 2 .*: the kernel ended with status 3/);
});

Deno.test("runNotebook() keeps the error of a cell that is meant to throw, without the files of this machine", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write(
    "throws",
    notebookOf(
      code(
        `import { createTable } from "@cathode/core/mod.ts";\ncreateTable([]);`,
        ["raises-exception"],
      ),
      `"goes on"`,
    ),
  );
  await runNotebook(path, folder.options());
  const message =
    "Cannot create a table as it must have at least one column: current value is 0";
  assert.deepEqual((await outputsOf(path))[0], [{
    output_type: "error",
    ename: "RangeError",
    evalue: message,
    traceback: [`RangeError: ${message}`],
  }]);
});

Deno.test("runNotebook() fails if a cell is meant to throw and does not", async () => {
  const error = await failureOf([code("1", ["raises-exception"])]);
  assert.match(error.message, /cell 2 \(1\): it must throw/);
});

Deno.test("runNotebook() bounds what a cell prints and displays, and says so", async () => {
  await using folder = await TestFolder.make();
  const path = await folder.write(
    "large",
    notebookOf(
      `console.log("x".repeat(50_000_000));`,
      `for (let i = 0; i < 10_000; i++) console.log("x".repeat(999));`,
      `await Deno.jupyter.display({ "text/html": "y".repeat(2_000_000) }, { raw: true });`,
    ),
  );
  await runNotebook(path, folder.options());
  assert.deepEqual(await outputsOf(path), [
    [
      stdout("x".repeat(100_000)),
      stderr(
        "The cell printed more than the 100000 characters that are kept\n",
      ),
    ],
    [
      stdout(`${"x".repeat(999)}\n`.repeat(100)),
      stderr(
        "The cell printed more than the 100000 characters that are kept\n",
      ),
    ],
    [
      display(
        "A display of 2000016 characters is left out, as a cell keeps at most 1000000",
      ),
    ],
  ]);
});

Deno.test("runNotebooks() runs two side by side and reports each, also if one is killed", async () => {
  await using folder = await TestFolder.make();
  const good = Array.from({ length: 20 }, (_, i) => styles[i % 10]!(i));
  const paths = [
    await folder.write("a", notebookOf(...good.map(({ source }) => source))),
    await folder.write("b", notebookOf("1", `Deno.kill(Deno.pid, "SIGKILL");`)),
    await folder.write("c", notebookOf(...good.map(({ source }) => source))),
  ];
  const news: [string, number][] = [];
  const results = await runNotebooks(
    paths,
    folder.options({ progress: (...heard) => news.push(heard) }),
  );
  assert.deepEqual(results.map(({ path }) => path), paths);
  assert.deepEqual(
    results.map((result) => "error" in result),
    [false, true, false],
  );
  for (const path of [paths[0]!, paths[2]!]) {
    assert.deepEqual(await outputsOf(path), good.map(({ outputs }) => outputs));
  }
  for (const name of ["a", "c"]) {
    const shares = news.filter(([step]) => step === name).map(([, done]) =>
      done
    );
    assert.deepEqual(shares, shares.toSorted((a, b) => a - b));
    assert.deepEqual([shares[0], shares.at(-1)], [0, 1]);
  }
});
