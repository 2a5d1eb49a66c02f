import assert from "node:assert/strict";
import {
  callsShow,
  formatNotebook,
  hashCode,
  type Notebook,
  parseNotebook,
  withoutComments,
} from "@cathode/notebook/mod.ts";
import { code, notebookOf } from "./support.ts";

const withOutputs: Notebook = {
  metadata: { language_info: { name: "typescript" } },
  cells: [
    { cell_type: "markdown", id: "t", metadata: {}, source: "# T\n\nText\n" },
    {
      cell_type: "code",
      id: "c",
      metadata: { tags: ["a"] },
      source: "1;\n2",
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stderr", text: "a\nb" },
        {
          output_type: "display_data",
          data: {
            "application/vnd.vegalite.v5+json": {
              mark: "bar",
              data: [1, "a\n"],
            },
            "image/png": "iVBORw0KGgo=",
            "text/plain": "x\ny\n",
          },
          metadata: {},
        },
        {
          output_type: "execute_result",
          data: { "image/svg+xml": "<svg>\n</svg>" },
          metadata: {},
          execution_count: 1,
        },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["E: v"] },
      ],
    },
    { cell_type: "raw", id: "r", metadata: {}, source: "" },
  ],
};

Deno.test("parseNotebook() gives back what formatNotebook() wrote", () => {
  const text = formatNotebook(withOutputs);
  assert.deepEqual(parseNotebook(text, "a.ipynb"), withOutputs);
  assert.equal(formatNotebook(parseNotebook(text, "a.ipynb")), text);
});

Deno.test("formatNotebook() lays a notebook out as Jupyter does", () => {
  // nbformat.write(nbformat.v4.new_notebook(cells=[...]), path) of nbformat 5.10.4
  assert.equal(
    formatNotebook({
      metadata: {},
      cells: [{
        cell_type: "code",
        id: "a1",
        metadata: {},
        source: "const µ = 1;\nµ",
        execution_count: null,
        outputs: [{ output_type: "stream", name: "stdout", text: "1\n" }],
      }],
    }),
    `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "a1",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1\\n"
     ]
    }
   ],
   "source": [
    "const µ = 1;\\n",
    "µ"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`,
  );
});

Deno.test("parseNotebook() reads text that is in one piece and names cells without id", () => {
  const notebook = parseNotebook(
    `{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "a\\nb"}],
      "metadata": {}, "nbformat": 4, "nbformat_minor": 2}`,
    "old.ipynb",
  );
  assert.deepEqual(notebook.cells, [
    { cell_type: "markdown", id: "cell-1", metadata: {}, source: "a\nb" },
  ]);
});

Deno.test("parseNotebook() throws if the text is not a notebook, and names the file", () => {
  const cases: [string, RegExp][] = [
    [
      "not JSON",
      /^a\.ipynb: Cannot read the notebook as it must be JSON: current value is "not JSON"$/,
    ],
    ["[]", /must have cells: current value is none/],
    [
      `{"cells": [], "nbformat": 3}`,
      /must be of nbformat 4: current value is 3/,
    ],
    [
      `{"cells": [{"cell_type": "heading", "source": ""}], "nbformat": 4}`,
      /in cell 1: current value is heading/,
    ],
    [
      `{"cells": [{"cell_type": "code", "source": 5}], "nbformat": 4}`,
      /have text in cell 1: current value is number/,
    ],
    [
      `{"cells": [{"cell_type": "raw", "id": "a", "source": ""}, {"cell_type": "raw", "id": "a", "source": ""}], "nbformat": 4}`,
      /distinct cell ids: current value is 1 ids of 2 cells/,
    ],
    [
      `{"cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "pyout"}]}], "nbformat": 4}`,
      /outputs of a known kind in cell 1: current value is pyout/,
    ],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseNotebook(text, "a.ipynb"), {
      name: "DataError",
      message,
    });
  }
});

Deno.test("hashCode() depends on the code alone", () => {
  const hash = hashCode(notebookOf("1", "2"));
  const text = { cell_type: "markdown", metadata: {}, source: "Text" } as const;
  assert.equal(hashCode(notebookOf("1", text, " ", code("2", ["tag"]))), hash);
  assert.notEqual(hashCode(notebookOf("2", "1")), hash);
  assert.notEqual(hashCode(notebookOf("12")), hash);
});

Deno.test("callsShow() sees calls, not comments and other names", () => {
  const calls = [
    "await show(panel)",
    "await showTable(t)",
    "x;\n  await show (p)",
  ];
  const none = [
    "// await show(panel)",
    "/* show(a) */",
    "showcase(1)",
    "slideshow(1)",
  ];
  assert.deepEqual(calls.map(callsShow), [true, true, true]);
  assert.deepEqual(none.map(callsShow), [false, false, false, false]);
});

Deno.test("withoutComments() keeps lines and strings", () => {
  assert.equal(
    withoutComments("a; // b\n/* c\nd */ e('http://x', `//${f}`)"),
    "a; \n\n e('http://x', `//${f}`)",
  );
});
