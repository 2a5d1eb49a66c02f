/** Where things are. */
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the project, the folder that holds `deno.json`; absolute. */
export const projectRoot: string = fileURLToPath(
  new URL("../..", import.meta.url),
);

/**
 * A path inside the project.
 *
 * Notebooks use it because their working directory is their own folder and
 * `import.meta` does not exist in cells.
 *
 * @param parts Names below the root, for example `"data", "sources.json"`.
 */
export function projectPath(...parts: string[]): string {
  return join(projectRoot, ...parts);
}

/**
 * A path from the command line, which is meant from the folder in which the
 * user called (`INIT_CWD`; a task's own working directory is the project root).
 *
 * @param path As typed.
 */
export function userPath(path: string): string {
  if (isAbsolute(path)) return path;
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}
