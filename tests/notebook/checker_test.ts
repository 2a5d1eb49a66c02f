import assert from "node:assert/strict";
import { hostname } from "node:os";
import {
  checkNotebooks,
  formatFinding,
  formatNotebook,
  normaliseMetadata,
  type Notebook,
  type Output,
  runNotebook,
} from "@cathode/notebook/mod.ts";
import { code, notebookOf, TestFolder } from "./support.ts";

/** A notebook as if the runner had executed it. */
function executed(...cells: Parameters<typeof notebookOf>): Notebook {
  const notebook = normaliseMetadata(notebookOf(...cells));
  let count = 0;
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") cell.execution_count = ++count;
  }
  return notebook;
}

/** What is wrong with a notebook, without the path of the file. */
async function findingsOf(notebook: Notebook): Promise<string[]> {
  await using folder = await TestFolder.make();
  const path = await folder.write("checked", notebook);
  const findings = await checkNotebooks([path]);
  return findings.map((finding) =>
    formatFinding({ ...finding, file: finding.file === path ? "nb" : "other" })
  );
}

Deno.test("checkNotebooks() finds nothing wrong in a notebook that was executed", async () => {
  await using folder = await TestFolder.make();
  const cells = [
    `import { createTable } from "@cathode/core/mod.ts";
import { showTable } from "@cathode/notebook/mod.ts";

const values = Float64Array.of(1, 2);`,
    `await showTable(createTable([{ id: "a", unit: "um", values }]));`,
    code(`throw new Error("meant");`, ["raises-exception"]),
    `console.log(values[0]);`,
  ];
  const paths = await Promise.all(
    ["a", "b"].map((name) => folder.write(name, notebookOf(...cells))),
  );
  for (const path of paths) await runNotebook(path, folder.options());
  assert.deepEqual(await checkNotebooks(paths), []);
  assert.deepEqual(await checkNotebooks([]), []);
});

Deno.test("checkNotebooks() finds wrong types, with cell and line", async () => {
  const findings = await findingsOf(executed(
    `const count = 3;\nconsole.log(count);`,
    `console.log("first line");\nconst text: string = count;\nconsole.log(text);`,
  ));
  assert.equal(findings.length, 1);
  assert.match(
    findings[0]!,
    /^nb, cell 3, line 2: type: TS2322 .*Type 'number' is not assignable to type 'string'/,
  );
});

Deno.test("checkNotebooks() finds a wrong syntax and a package that is not pinned", async () => {
  const syntax = await findingsOf(executed("1;", "const a = ;"));
  assert.match(syntax.join("\n"), /^nb, cell 3, line 1: type: SyntaxError/);
  const imported = await findingsOf(executed(
    `import absent from "a-package-that-is-not-pinned";\n\nconsole.log(absent);`,
  ));
  assert.match(
    imported.join("\n"),
    /nb, cell 2, line 1: type: .*a-package-that-is-not-pinned/,
  );
});

Deno.test("checkNotebooks() finds what lint objects to, and constants that two cells declare", async () => {
  const findings = await findingsOf(executed(
    `const twice = 1;\nconsole.log(twice);`,
    `const unused = 1;`,
    `const twice = 2;\nconsole.log(twice);`,
  ));
  assert.ok(findings.includes(
    "nb, cell 3, line 1: lint: no-unused-vars: `unused` is never used",
  ));
  assert.ok(
    findings.some((text) => /^nb, cell 4, line 1: type: .*twice/.test(text)),
  );
});

Deno.test("checkNotebooks() finds code that deno fmt would lay out otherwise", async () => {
  assert.deepEqual(
    await findingsOf(executed(`console.log(1);`, `console.log( 'a' )`)),
    ["nb, cell 3: format: not as deno fmt lays it out"],
  );
});

Deno.test("checkNotebooks() finds cells that were not run in order", async () => {
  const notebook = executed("1;", "2;", "3;");
  const [, , second, third] = notebook.cells;
  Object.assign(second!, { execution_count: 7 });
  Object.assign(third!, { execution_count: null });
  assert.deepEqual(await findingsOf(notebook), [
    "nb, cell 3: order: the execution count must be 2: current value is 7",
    "nb, cell 4: order: the execution count must be 3: current value is null",
  ]);
});

Deno.test("checkNotebooks() finds outputs of other code, and text that may change", async () => {
  const notebook = executed("1;", "2;");
  notebook.cells[0]!.source = "# Another title";
  assert.deepEqual(await findingsOf(notebook), []);
  notebook.cells[1]!.source = "3;";
  assert.deepEqual(await findingsOf(notebook), [
    "nb: stale: the outputs are not of this code; run deno task figures checked",
  ]);
  assert.match((await findingsOf(notebookOf()))[0]!, /^nb: stale/);
});

Deno.test("checkNotebooks() finds panels that are not shown, or not awaited", async () => {
  const show = `const show = (panel: string) => Promise.resolve(panel);`;
  const findings = await findingsOf(executed(
    show,
    `await show("a");`,
    `console.log(1);\nshow("a");`,
  ));
  assert.deepEqual(findings, [
    "nb, cell 3: missing: the cell calls show() but shows nothing",
    "nb, cell 4: missing: the cell calls show() but shows nothing",
    "nb, cell 4, line 2: await: show() must be awaited",
  ]);
});

Deno.test("checkNotebooks() finds a missing title, relative imports and a notebook that is too large", async () => {
  const untitled = executed("1;");
  untitled.cells.shift();
  assert.deepEqual(await findingsOf(untitled), [
    "nb, cell 1: title: the first cell must be Markdown and start with a title",
  ]);
  const relative = await findingsOf(executed(
    `import { silent } from "../lib/core/mod.ts";\n\nconsole.log(silent);`,
  ));
  assert.equal(
    relative[0],
    "nb, cell 2, line 1: import: modules of the project are imported from @cathode/",
  );
  const large = executed("1;");
  large.cells[0]!.source += " ".repeat(1_000_000);
  const size = new TextEncoder().encode(formatNotebook(large)).length;
  assert.equal(
    (await findingsOf(large))[0],
    `nb: size: the file must be smaller than 1000000 bytes: current value is ${size}`,
  );
});

Deno.test("checkNotebooks() finds traces of the machine and the time in outputs", async () => {
  const stream = (text: string): Output => ({
    output_type: "stream",
    name: "stdout",
    text,
  });
  const outputs: Output[] = [
    stream(`read ${Deno.cwd()}/data/a.csv`),
    stream("at file:///c/a.ts"),
    stream("/home/ada/thesis"),
    stream("done on 2026-11-20 15:03"),
    {
      output_type: "display_data",
      data: {
        "image/png": "aGVsbG8=/home/ada",
        "text/html": "<b>2026-11-20T15:03:07.969Z</b>",
      },
      metadata: {},
    },
    stream("volume 310/450 um^3 in 2026, C:1 ratio, /homework"),
  ];
  const notebook = executed("1;");
  Object.assign(notebook.cells[1]!, { outputs });
  assert.deepEqual(await findingsOf(notebook), [
    `nb, cell 2: trace: an output must not hold the path ${Deno.cwd()}`,
    "nb, cell 2: trace: an output must not hold the path file:///",
    "nb, cell 2: trace: an output must not hold the path /home/a",
    "nb, cell 2: trace: an output must not hold the time 2026-11-20 15:03",
    "nb, cell 2: trace: an output must not hold the time 2026-11-20T15:03",
  ]);
  if (hostname().length > 8) {
    Object.assign(notebook.cells[1]!, { outputs: [stream(hostname())] });
    assert.equal((await findingsOf(notebook)).length, 1);
  }
});

Deno.test("checkNotebooks() throws if a file is not a notebook", async () => {
  await using folder = await TestFolder.make();
  const path = `${folder.path}/broken.ipynb`;
  await Deno.writeTextFile(path, "{");
  await assert.rejects(checkNotebooks([path]), {
    name: "DataError",
    message: /broken\.ipynb: Cannot read the notebook as it must be JSON/,
  });
});
