/** The table of figures in the README, generated from the registry. */
import {
  type PanelState,
  paperOf,
  type PublishedPanel,
  publishedPanels,
} from "./panels.ts";

const start = "<!-- figure table: start -->";
const end = "<!-- figure table: end -->";

/**
 * Markdown table with a row per published figure: its notebook and the status
 * of its panels.
 *
 * @param panels Panels in the order of the table.
 */
export function figureTable(
  panels: readonly PublishedPanel[] = publishedPanels,
): string {
  const figures = Map.groupBy(panels, (p) => `${p.paper} ${p.figure}`);
  const rows = figures.values().map((group) => {
    const { paper, figure } = group[0]!;
    return `| ${paperOf(paper).name} ${figure} | ${notebooks(group)} | ${
      statuses(group)
    } |`;
  });
  return [
    "| Published figure | Notebook | Panels |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/**
 * A README with the table of figures put between its markers.
 *
 * @param readme Its text.
 * @throws {RangeError} If it does not have both markers, in order.
 *
 * @example The rest stays as it is
 * ```ts
 * import assert from "node:assert/strict";
 * import { replaceFigureTable } from "./figure_table.ts";
 *
 * const readme = "Before\n<!-- figure table: start -->\nold\n<!-- figure table: end -->\nafter";
 * const updated = replaceFigureTable(readme);
 * assert.match(updated, /^Before\n[^]*\| Science Fig. 1 \|[^]*after$/);
 * assert.equal(replaceFigureTable(updated), updated);
 * ```
 */
export function replaceFigureTable(readme: string): string {
  const from = readme.indexOf(start), to = readme.indexOf(end);
  if (from < 0 || to < from) {
    throw new RangeError(
      `Cannot update the table of figures as the README must have the lines ${start} and ${end}: current value is ${
        from < 0 ? "no start" : "no end after the start"
      }`,
    );
  }
  return `${readme.slice(0, from + start.length)}\n\n${figureTable()}\n\n${
    readme.slice(to)
  }`;
}

/** Notebooks of a figure, linked. */
function notebooks(group: readonly PublishedPanel[]): string {
  const names = new Set(
    group.flatMap(({ state }) => "notebook" in state ? [state.notebook] : []),
  );
  const cells = Array.from(
    names,
    (name) => `[${name}](notebooks/${name}.ipynb)`,
  );
  return cells.join(", ") || "–";
}

/** Status of the panels of a figure; letters of the same status are joined. */
function statuses(group: readonly PublishedPanel[]): string {
  const lettersOf = Map.groupBy(group, ({ state }) => describe(state));
  const parts = lettersOf.entries().map(([status, panels]) => {
    const letters = joinLetters(panels.map((p) => p.letter));
    return letters === "" ? status : `${letters} ${status}`;
  });
  return [...parts].join("; ");
}

/** The status in a few words; a reason only where the reader will miss something. */
function describe(state: PanelState): string {
  return state.status === "not reproduced" || state.status === "differs"
    ? `${state.status} (${state.because})`
    : state.status;
}

/** `A, C to F` for the letters A, C, D, E, F. */
function joinLetters(letters: readonly string[]): string {
  const named = letters.filter((letter) => letter !== "");
  const runs: string[][] = [];
  for (const letter of named) {
    const run = runs.at(-1);
    const follows = run?.at(-1)?.charCodeAt(0) === letter.charCodeAt(0) - 1;
    if (follows) run!.push(letter);
    else runs.push([letter]);
  }
  return runs.map((run) =>
    run.length > 2 ? `${run[0]} to ${run.at(-1)}` : run.join(", ")
  ).join(", ");
}
