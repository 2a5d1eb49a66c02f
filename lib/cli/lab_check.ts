/** `lab:check`: runs the notebooks in JupyterLab in a browser and finds what is wrong there. */
import { relative } from "node:path";
import { projectPath, userPath } from "../core/mod.ts";
import { checkInLab, findChromium } from "../notebook/lab_check.ts";
import { findNotebooks, formatFinding, prepareLab } from "../notebook/mod.ts";
import { type Call, type Command, runCommand } from "./command.ts";

/** `lab:check [id ...] [--browser path]`. */
export const labCheck: Command = {
  name: "lab:check",
  summary:
    "Runs notebooks in JupyterLab in Chromium without a window: charts must be drawn, outputs be those of the runner, controls work. Screenshots go to data/out/lab. Without ids, all notebooks.",
  operands: { "id...?": "beginnings of names of notebooks, as science-fig4" },
  options: {
    browser: { value: "path", help: "Chromium or Chrome, if not on the path" },
  },
  run,
};

/** Seconds that a notebook may run before it counts as hung. */
const limit_s = 600;

async function run({ operands, values, progress }: Call): Promise<void> {
  const paths = await findNotebooks(operands);
  const browser = values.browser === undefined
    ? await findChromium()
    : userPath(values.browser);
  const folder = projectPath("data", "cache", "lab");
  const findings = await checkInLab(paths, {
    lab: await prepareLab({ folder, progress }),
    browser,
    folder: projectPath("data", "cache", "lab-check"),
    screenshots: projectPath("data", "out", "lab"),
    limit_s,
    progress,
  });
  for (const finding of findings) {
    const file = relative(userPath("."), finding.file);
    console.error(formatFinding({ ...finding, file }));
  }
  console.error(
    `${paths.length} notebooks run in JupyterLab, ${findings.length} findings; screenshots are in data/out/lab`,
  );
  if (findings.length > 0) Deno.exitCode = 1;
}

if (import.meta.main) await runCommand(labCheck);
