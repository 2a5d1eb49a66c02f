/** Rewrites the table of figures in the README from the registry of panels. */
import { projectPath, writeWhole } from "../core/mod.ts";
import { replaceFigureTable } from "../figures/mod.ts";

if (import.meta.main) {
  const path = projectPath("README.md");
  await writeWhole(path, replaceFigureTable(await Deno.readTextFile(path)));
}
