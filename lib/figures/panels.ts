/** Registry of every figure, panel and table of the three papers. */
import { pittPanels } from "./panels/pitt.ts";
import type { Paper, PaperId, PublishedPanel } from "./panels/published.ts";
import { sciencePanels } from "./panels/science.ts";
import { viewpointPanels } from "./panels/viewpoint.ts";

export type {
  PanelState,
  Paper,
  PaperId,
  PublishedPanel,
  Verdict,
} from "./panels/published.ts";

/** The three papers. */
export const papers: readonly Paper[] = [
  {
    id: "science",
    name: "Science",
    citation: "J. Li et al., Science 376, 517 (2022)",
    doi: "10.1126/science.abm8962",
  },
  {
    id: "viewpoint",
    name: "ACS Energy Lett.",
    citation: "F. Lin et al., ACS Energy Lett. 6, 4065 (2021)",
    doi: "10.1021/acsenergylett.1c02135",
  },
  {
    id: "pitt",
    name: "EES",
    citation: "J. Min et al., Energy Environ. Sci. 16, 3847 (2023)",
    doi: "10.1039/d3ee00953j",
  },
];

/** Every published figure, panel and table, paper by paper. */
export const publishedPanels: readonly PublishedPanel[] = [
  ...sciencePanels,
  ...viewpointPanels,
  ...pittPanels,
];

/** Notebook that follows one electrode through the pipeline; it has no published panel. */
export const startNotebook = "start-here";

/** Names of the notebooks that the registry asks for, without `.ipynb`, in its order. */
export function notebookNames(): string[] {
  const names = publishedPanels.flatMap(({ state }) =>
    "notebook" in state ? [state.notebook] : []
  );
  return [startNotebook, ...new Set(names)];
}

/**
 * Where the registry contradicts itself or the notebooks that exist.
 *
 * @param existing Names of the notebooks that exist, without `.ipynb`.
 * @returns A sentence for each; none if all is well.
 */
export function findContradictions(existing: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const made = new Set<string>([startNotebook]);
  for (const { id, paper, state } of publishedPanels) {
    if (seen.has(id)) found.push(`${id} stands in the registry twice`);
    seen.add(id);
    if (!id.startsWith(`${paper}-`)) {
      found.push(`${id} does not begin with its paper, ${paper}`);
    }
    if (state.status === "not reproduced") continue;
    made.add(state.notebook);
    if (!existing.has(state.notebook)) {
      found.push(
        `${id} says ${state.status}, but ${state.notebook} is missing`,
      );
    }
  }
  for (const name of existing) {
    if (!made.has(name)) {
      found.push(`${name} exists, but no panel of the registry is made by it`);
    }
  }
  return found;
}

/**
 * The paper of a panel.
 *
 * @param id Of the paper.
 */
export function paperOf(id: PaperId): Paper {
  return papers.find((paper) => paper.id === id)!;
}
