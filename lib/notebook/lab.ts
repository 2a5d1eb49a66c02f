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

/**
 * Options of the program `jupyter-lab`, for users and for checks alike.
 *
 * @param root Folder that it shows.
 */
export function labArguments(root: string): string[] {
  return [
    `--ServerApp.root_dir=${root}`,
    "--MultiKernelManager.default_kernel_name=deno",
    "--ServerApp.answer_yes=True",
    // Containers often have no other user.
    ...(Deno.uid() === 0 ? ["--allow-root"] : []),
  ];
}

/** A JupyterLab that a program uses; disposing of it ends it with its kernels. */
export interface LabServer extends AsyncDisposable {
  /**
   * Address of a notebook.
   *
   * @param path Relative to the folder that is shown.
   */
  addressOf(path: string): string;
}

/** Seconds that JupyterLab may take to start. */
const startLimit_s = 60;

/**
 * Starts JupyterLab for a program that opens it in a browser of its own.
 *
 * @param lab JupyterLab, prepared.
 * @param root Folder that it shows.
 * @param env Environment beside that of the lab.
 * @throws {DataError} If it does not start, with what it said.
 */
export async function startLab(
  lab: Lab,
  root: string,
  env: Record<string, string> = {},
): Promise<LabServer> {
  const token = crypto.randomUUID();
  const port = freePort();
  const server = new Deno.Command(lab.program, {
    args: [
      ...labArguments(root),
      "--no-browser",
      "--LabApp.expose_app_in_browser=True",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--IdentityProvider.token=${token}`,
    ],
    cwd: root,
    env: { ...lab.env, ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(server.stderr).text();
  let ended = false;
  server.status.then(() => ended = true);
  const end = async () => {
    if (!ended) server.kill("SIGTERM");
    await server.status;
    return (await said).trim();
  };
  const address = `http://127.0.0.1:${port}`;
  const start = performance.now();
  while (!await answers(`${address}/api/status?token=${token}`)) {
    if (!ended && performance.now() - start < 1000 * startLimit_s) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    throw new DataError(
      `Cannot start JupyterLab as it must answer in ${startLimit_s} s: ${
        (await end()).split("\n").slice(-10).join("\n")
      }`,
    );
  }
  return {
    addressOf: (path) =>
      `${address}/doc/tree/${encodeURIComponent(path)}?token=${token}`,
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address);
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // nobody listens yet
    throw error;
  }
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
