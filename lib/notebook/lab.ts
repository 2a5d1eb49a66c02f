/** JupyterLab in a Python environment of its own, with the running Deno as its kernel. */
import { join } from "node:path";
import { DataError, type Progress, silent, writeWhole } from "../core/mod.ts";

/** Version of JupyterLab that the notebooks are made for. */
export const jupyterLabVersion = "4.6.6";

/** JupyterLab, ready to be started. */
export interface Lab {
  /** Path of the program `jupyter-lab`. */
  program: string;
  /** Environment in which it finds the kernel and nothing of the user's own. */
  env: Record<string, string>;
}

/** How to prepare JupyterLab. */
export interface LabOptions {
  /** Folder for the Python environment and the kernel. */
  folder: string;
  /** Programs to try for Python, in order. */
  pythons?: readonly string[];
  /** Takes news: the installation takes a minute. */
  progress?: Progress;
}

/**
 * Installs JupyterLab, if it is not there yet, and registers the running Deno
 * as its kernel.
 *
 * @param options Folder, Python and progress.
 * @throws {DataError} If there is no Python 3.10 or newer, or the installation
 * fails, with what to install.
 */
export async function prepareLab(options: LabOptions): Promise<Lab> {
  const {
    folder,
    pythons = ["python3", "python"],
    progress = silent,
  } = options;
  const environment = join(folder, `jupyterlab-${jupyterLabVersion}`);
  const programs = join(
    environment,
    Deno.build.os === "windows" ? "Scripts" : "bin",
  );
  const program = join(programs, "jupyter-lab");
  const complete = join(environment, "complete");
  if (!await exists(complete)) {
    const python = await findPython(pythons);
    progress("installing JupyterLab", 0);
    // What an interrupted installation has left is of no use.
    await run(python, ["-m", "venv", "--clear", environment]);
    progress("installing JupyterLab", 0.1);
    await run(join(programs, "python"), [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
      `jupyterlab==${jupyterLabVersion}`,
    ]);
    await writeWhole(complete, "");
    progress("installing JupyterLab", 1);
  }
  const data = join(folder, "data");
  await registerKernel(data);
  return {
    program,
    env: {
      JUPYTER_PATH: data,
      JUPYTER_DATA_DIR: data,
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
      JUPYTER_CONFIG_DIR: join(folder, "config"),
    },
  };
}

/** The kernel is this very Deno, which `npx` may have put into a cache. */
async function registerKernel(data: string): Promise<void> {
  const spec = {
    argv: [
      Deno.execPath(),
      "jupyter",
      "--kernel",
      "--conn",
      "{connection_file}",
    ],
    display_name: "Deno",
    language: "typescript",
  };
  await writeWhole(
    join(data, "kernels", "deno", "kernel.json"),
    JSON.stringify(spec, null, 2) + "\n",
  );
}

async function findPython(names: readonly string[]): Promise<string> {
  const test = "import sys; sys.exit(sys.version_info < (3, 10))";
  for (const name of names) {
    try {
      const { success } = await new Deno.Command(name, {
        args: ["-c", test],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new DataError(
    "Cannot prepare JupyterLab as Python 3.10 or newer must be installed (on Debian and Ubuntu: apt install python3 python3-venv): current value is none. VS Code opens the notebooks without Python",
  );
}

async function run(program: string, args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (success) return;
  const decoder = new TextDecoder();
  const said = `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`.trim();
  throw new DataError(
    `Cannot prepare JupyterLab as Python must install it (on Debian and Ubuntu: apt install python3-venv): ${
      said.split("\n").slice(-10).join("\n")
    }`,
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
