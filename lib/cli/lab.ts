/** `lab`: opens the notebooks in JupyterLab. */
import { join } from "node:path";
import { projectPath, projectRoot } from "../core/mod.ts";
import {
  jupyterLabVersion,
  labArguments,
  prepareLab,
} from "../notebook/mod.ts";
import { type Call, type Command, runCommand } from "./command.ts";

/** `lab [--prepare]`. */
export const lab: Command = {
  name: "lab",
  summary:
    `Opens the notebooks in JupyterLab with the Deno kernel. The first time it installs JupyterLab ${jupyterLabVersion} into data/cache; nothing outside the project changes.`,
  operands: {},
  options: { prepare: { help: "install only" } },
  run,
};

async function run({ flags, progress }: Call): Promise<void> {
  const folder = projectPath("data", "cache", "lab");
  const { program, env } = await prepareLab({ folder, progress });
  if (flags.has("prepare")) return;
  const server = new Deno.Command(program, {
    args: [
      ...labArguments("."),
      "--LabApp.default_url=/lab/tree/notebooks",
      // Beside the notebooks they would count as changes of the project.
      `--FileCheckpoints.checkpoint_dir=${join(folder, "checkpoints")}`,
    ],
    cwd: projectRoot,
    env,
  }).spawn();
  // On a terminal JupyterLab hears Ctrl-C itself; without one it would leave
  // its kernels behind.
  Deno.addSignalListener("SIGINT", () => {
    if (!Deno.stdin.isTerminal()) server.kill("SIGTERM");
  });
  const { code } = await server.status;
  Deno.exitCode = code;
}

if (import.meta.main) await runCommand(lab);
