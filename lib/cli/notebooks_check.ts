/** `notebooks:check`: finds what is wrong in notebooks without executing them. */
import { relative } from "node:path";
import { userPath } from "../core/mod.ts";
import {
  checkNotebooks,
  findNotebooks,
  formatFinding,
} from "../notebook/mod.ts";
import { type Call, type Command, runCommand } from "./command.ts";

/** `notebooks:check [id ...]`. */
export const notebooksCheck: Command = {
  name: "notebooks:check",
  summary:
    "Type-checks and lints the cells of notebooks and finds stale, missing or changing outputs. Without ids, of all notebooks.",
  operands: { "id...?": "beginnings of names of notebooks, as science-fig4" },
  options: {},
  run,
};

async function run({ operands }: Call): Promise<void> {
  const paths = await findNotebooks(operands);
  const findings = await checkNotebooks(paths);
  for (const finding of findings) {
    const file = relative(userPath("."), finding.file);
    console.error(formatFinding({ ...finding, file }));
  }
  console.error(
    `${paths.length} notebooks checked, ${findings.length} findings`,
  );
  if (findings.length > 0) Deno.exitCode = 1;
}

if (import.meta.main) await runCommand(notebooksCheck);
