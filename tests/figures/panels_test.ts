import assert from "node:assert/strict";
import { projectPath } from "@cathode/core/mod.ts";
import * as figures from "@cathode/figures/mod.ts";

const {
  figureTable,
  findContradictions,
  notebookNames,
  publishedPanels,
  replaceFigureTable,
} = figures;

function notebooksThere(): Set<string> {
  return new Set(
    [...Deno.readDirSync(projectPath("notebooks"))]
      .filter(({ name }) => name.endsWith(".ipynb"))
      .map(({ name }) => name.replace(/\.ipynb$/, "")),
  );
}

Deno.test("the registry names every figure and table of the three papers", () => {
  const range = (prefix: string, last: number) =>
    Array.from({ length: last }, (_, i) => `${prefix}${i + 1}`);
  const expected = {
    // Main figures by their captions; supplementary ones by the papers' lists.
    science: [...range("Fig. ", 4), ...range("Fig. S", 12), "Table S1"],
    viewpoint: range("Fig. ", 3),
    pitt: [
      ...range("Fig. ", 6),
      ...range("Fig. S", 23),
      ...range("Table S", 2),
    ],
  };
  for (const [paper, names] of Object.entries(expected)) {
    const listed = publishedPanels.filter((p) => p.paper === paper)
      .map((p) => p.figure);
    assert.deepEqual([...new Set(listed)].sort(), names.sort());
  }
});

Deno.test("the registry lists the letters of the main figures without a gap", () => {
  const letters = (paper: string, figure: string) =>
    publishedPanels.filter((p) => p.paper === paper && p.figure === figure)
      .map((p) => p.letter).join("");
  assert.equal(letters("science", "Fig. 1"), "ABCDEF");
  assert.equal(letters("science", "Fig. 2"), "ABC");
  assert.equal(letters("science", "Fig. 3"), "ABCDE");
  assert.equal(letters("viewpoint", "Fig. 1"), "abc");
  assert.equal(letters("viewpoint", "Fig. 2"), "abcd");
  assert.equal(letters("viewpoint", "Fig. 3"), "abc");
  const pitt = ["abcde", "ab", "abcd", "abcd", "ab", "abcd"];
  for (const [i, expected] of pitt.entries()) {
    assert.equal(letters("pitt", `Fig. ${i + 1}`), expected);
  }
});

Deno.test("ids of panels follow from paper, figure and letter", () => {
  for (const { id, paper, figure, letter } of publishedPanels) {
    const stem = figure.replace("Fig. ", "fig").replace("Table ", "table");
    const end = letter === "" ? "" : `-${letter.toLowerCase()}`;
    assert.equal(id, `${paper}-${stem}${end}`);
  }
});

Deno.test("the registry asks for the notebooks of the design", () => {
  assert.deepEqual(notebookNames(), [
    "start-here",
    "science-fig1-particles-and-damage",
    "science-fig2-damage-in-space",
    "science-fig3-network-model",
    "science-fig4-contribution-scores",
    "science-figS2-particle-identification",
    "science-figS5-attributes",
    "science-figS9-latent-correlation",
    "viewpoint-fig1-heterogeneity-across-scales",
    "viewpoint-fig2-representative-samples",
    "viewpoint-fig3-voxel-heterogeneity",
    "pitt-fig1-microelectrode-array",
    "pitt-fig2-capacity-and-volume",
    "pitt-fig3-transients",
    "pitt-fig4-size-dependence",
    "pitt-fig5-raw-times",
    "pitt-fig6-effective-radius",
  ]);
});

Deno.test("panels that are made have their notebook, and notebooks their panels", () => {
  assert.deepEqual(findContradictions(notebooksThere()), []);
});

Deno.test("findContradictions() names a notebook without panels", () => {
  assert.deepEqual(
    findContradictions(new Set(["start-here", "stray"])).at(-1),
    "stray exists, but no panel of the registry is made by it",
  );
});

Deno.test("panels that are made name a function that exists, and give data and reason", () => {
  for (const { id, state } of publishedPanels) {
    if (!("function" in state)) continue;
    assert.equal(
      typeof figures[state.function as keyof typeof figures],
      "function",
      id,
    );
    assert.ok(state.data !== "" && state.because !== "", id);
  }
});

Deno.test("every panel with a claim says where the paper makes it", () => {
  for (const { id, claim, place } of publishedPanels) {
    assert.ok(claim === "" || place !== "", id);
  }
});

Deno.test("figureTable() has a row per figure and joins letters of the same status", () => {
  const figuresOf = new Set(
    publishedPanels.map((p) => `${p.paper} ${p.figure}`),
  );
  assert.equal(figureTable().split("\n").length, figuresOf.size + 2);
  const panel = (
    letter: string,
    status: "same pattern" | "not reproduced",
  ) => ({
    id: `science-fig9-${letter}`,
    paper: "science" as const,
    figure: "Fig. 9",
    letter,
    shows: "",
    claim: "",
    place: "",
    state: status === "same pattern"
      ? { status, notebook: "nb", function: "f", data: "", because: "" }
      : { status, because: "photograph" },
  });
  const rows = figureTable([
    panel("A", "same pattern"),
    panel("B", "same pattern"),
    panel("C", "same pattern"),
    panel("D", "not reproduced"),
    panel("E", "same pattern"),
  ]).split("\n");
  assert.equal(
    rows[2],
    "| Science Fig. 9 | [nb](notebooks/nb.ipynb) | A to C, E same pattern; D not reproduced (photograph) |",
  );
});

Deno.test("the table of figures in the README is that of the registry", () => {
  const readme = Deno.readTextFileSync(projectPath("README.md"));
  assert.equal(
    replaceFigureTable(readme),
    readme,
    "stale: run deno run -A lib/cli/figure_table.ts",
  );
});

Deno.test("replaceFigureTable() throws if the README has no markers", () => {
  assert.throws(() => replaceFigureTable("# Title"), RangeError);
});
