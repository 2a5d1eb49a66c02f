/** Notebooks made for tests. */
import { join } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";
import { figureFormats } from "@cathode/figures/mod.ts";
import {
  type Cell,
  defaultSettings,
  formatNotebook,
  type Notebook,
  readNotebook,
  type RunOptions,
} from "@cathode/notebook/mod.ts";

/** A cell of code that has not been run. */
export function code(source: string, tags: string[] = []): Omit<Cell, "id"> {
  const metadata = tags.length === 0 ? {} : { tags };
  return {
    cell_type: "code",
    metadata,
    source,
    execution_count: null,
    outputs: [],
  } as Omit<Cell, "id">;
}

/** A notebook with a title and the given cells of code. */
export function notebookOf(
  ...cells: (string | Omit<Cell, "id">)[]
): Notebook {
  const title = { cell_type: "markdown", metadata: {}, source: "# Title" };
  return {
    metadata: {},
    cells: [title, ...cells].map((cell, i) => ({
      ...(typeof cell === "string" ? code(cell) : cell),
      id: `c${i}`,
    } as Cell)),
  };
}

/** A folder in the project, so that the import map and the lock apply; gone after the test. */
export class TestFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<TestFolder> {
    const dir = projectPath("data", "cache", "tests");
    await Deno.mkdir(dir, { recursive: true });
    return new TestFolder(await Deno.makeTempDir({ dir }));
  }

  /** Writes a notebook and returns its path. */
  async write(name: string, notebook: Notebook): Promise<string> {
    const path = join(this.path, `${name}.ipynb`);
    await Deno.writeTextFile(path, formatNotebook(notebook));
    return path;
  }

  /** Options of a run whose figures go into the folder. */
  options(changes: Partial<RunOptions> = {}): RunOptions {
    return {
      ...defaultSettings,
      formats: figureFormats,
      width_mm: null,
      figures: join(this.path, "figures"),
      folder: null,
      cellLimit_s: 60,
      ...changes,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Outputs of the cells of code of a notebook file. */
export async function outputsOf(path: string) {
  const { cells } = await readNotebook(path);
  return cells.filter((cell) => cell.cell_type === "code")
    .map(({ outputs }) => outputs);
}
