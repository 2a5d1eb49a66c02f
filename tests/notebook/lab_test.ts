import assert from "node:assert/strict";
import { join } from "node:path";
import { jupyterLabVersion, prepareLab } from "@cathode/notebook/mod.ts";
import { TestFolder } from "./support.ts";

Deno.test("prepareLab() throws if there is no Python, and says what to install", async () => {
  await using folder = await TestFolder.make();
  await assert.rejects(
    prepareLab({ folder: folder.path, pythons: ["no-such-python"] }),
    {
      name: "DataError",
      message: /Python 3\.10 or newer must be installed .*apt install python3/,
    },
  );
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("prepareLab() passes over a Python that is too old", async () => {
  await using folder = await TestFolder.make();
  const old = join(folder.path, "python3");
  await Deno.writeTextFile(old, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  await assert.rejects(
    prepareLab({ folder: folder.path, pythons: [old] }),
    { message: /Python 3\.10 or newer must be installed/ },
  );
});

Deno.test("prepareLab() throws if the installation fails, and installs again the next time", async () => {
  await using folder = await TestFolder.make();
  const broken = join(folder.path, "python3");
  await Deno.writeTextFile(
    broken,
    `#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "ensurepip is not available"\nexit 1\n`,
    { mode: 0o755 },
  );
  for (let time = 0; time < 2; time++) {
    await assert.rejects(
      prepareLab({ folder: folder.path, pythons: [broken] }),
      {
        name: "DataError",
        message: /python3-venv\): ensurepip is not available$/,
      },
    );
  }
});

Deno.test("prepareLab() registers the running Deno as the kernel, and needs no Python once JupyterLab is there", async () => {
  await using folder = await TestFolder.make();
  const environment = join(folder.path, `jupyterlab-${jupyterLabVersion}`);
  await Deno.mkdir(environment);
  await Deno.writeTextFile(join(environment, "complete"), "");
  const { program, env } = await prepareLab({
    folder: folder.path,
    pythons: ["no-such-python"],
  });
  assert.ok(program.startsWith(environment));
  const spec = JSON.parse(
    await Deno.readTextFile(
      join(env.JUPYTER_PATH!, "kernels", "deno", "kernel.json"),
    ),
  );
  assert.equal(spec.argv[0], Deno.execPath());
  assert.deepEqual(
    spec.argv.slice(1),
    ["jupyter", "--kernel", "--conn", "{connection_file}"],
  );
  for (const path of Object.values(env)) {
    assert.ok(path.startsWith(folder.path), path);
  }
});
