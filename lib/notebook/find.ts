/** Notebooks by what users call them. */
import { join } from "node:path";
import { DataError, projectPath } from "../core/mod.ts";
import { notebookName } from "./notebook.ts";

/**
 * Paths of notebooks, by their names.
 *
 * @param ids Names, or beginnings of names that fit one notebook only; none for
 * all notebooks.
 * @param folder Where they are, by default the folder `notebooks` of the project.
 * @returns Paths in the order of the names, each once; all in alphabetical order.
 * @throws {DataError} If a name fits no notebook or several.
 */
export async function findNotebooks(
  ids: readonly string[],
  folder: string = projectPath("notebooks"),
): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".ipynb")) names.push(notebookName(name));
  }
  names.sort();
  const found = ids.length === 0 ? names : ids.map((id) => findName(id, names));
  return [...new Set(found)].map((name) => join(folder, `${name}.ipynb`));
}

function findName(id: string, names: readonly string[]): string {
  if (names.includes(id)) return id;
  const fitting = names.filter((name) => name.startsWith(id));
  if (fitting.length === 1) return fitting[0]!;
  const current = fitting.length > 1
    ? `it fits ${fitting.join(", ")}`
    : `it fits none of ${names.join(", ")}`;
  throw new DataError(
    `Cannot find notebook ${id} as it must be the beginning of one name: ${current}`,
  );
}
