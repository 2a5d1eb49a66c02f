/** The structure that CONTRIBUTING.md describes: layers, module files, public names. */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { projectPath } from "@cathode/core/mod.ts";

const LAYERS: readonly (readonly string[])[] = [
  ["core"],
  ["statistics", "image", "geometry", "io", "tensor"],
  [
    "segmentation",
    "attributes",
    "spatial",
    "forest",
    "latent",
    "network",
    "pitt",
  ],
  ["synthetic"],
  ["figures"],
  ["notebook"],
  ["cli"],
];
const TOP_LEVEL = new Set([
  ".ci",
  ".git",
  ".gitignore",
  ".vscode",
  "CHANGELOG.md",
  "CITATION.cff",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "data",
  "deno.json",
  "deno.lock",
  "lib",
  "notebooks",
  "tests",
]);
const PUBLIC_NAMES = projectPath("tests", "golden", "public_names.json");

const lib = projectPath("lib");
const folders = [...Deno.readDirSync(lib)].filter((entry) => entry.isDirectory)
  .map((entry) => entry.name).sort();
const modules = sources(lib);

Deno.test("nothing stands at the top level but what the design names", () => {
  const names = [...Deno.readDirSync(projectPath())].map((entry) => entry.name);
  assert.deepEqual(names.filter((name) => !TOP_LEVEL.has(name)), []);
});

Deno.test("every folder of lib belongs to a layer", () => {
  const known = new Set(LAYERS.flat());
  assert.deepEqual(folders.filter((folder) => !known.has(folder)), []);
});

Deno.test("imports point to the same folder or to a lower layer", () => {
  const wrong = modules.flatMap(({ path, text }) => {
    const from = path.split("/")[0]!;
    return localImports(path, text)
      .map((target) => target.split("/")[0]!)
      .filter((to) => to !== from && layerOf(to) >= layerOf(from))
      .map((to) => `${path} imports ${to}`);
  });
  assert.deepEqual(wrong, []);
});

Deno.test("modules do not import one another in a circle", () => {
  const imports = new Map(modules.map(({ path, text }) => [
    path,
    // Types leave no trace at run time, so they may point back.
    localImports(path, text.replaceAll(/^import type [^;]+;/gm, "")),
  ]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    assert.ok(!trail.includes(path), [...trail, path].join(" -> "));
    if (done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
});

Deno.test("every folder of lib has a mod.ts that only re-exports, except cli, whose files are commands", () => {
  for (const folder of folders.filter((name) => name !== "cli")) {
    const text = Deno.readTextFileSync(join(lib, folder, "mod.ts"));
    const code = text
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .replaceAll(/\/\/.*$/gm, "")
      .replaceAll(/export (type )?(\*|\{[^}]*\}) from "[^"]+";/g, "");
    assert.equal(code.trim(), "", `${folder}/mod.ts`);
  }
});

Deno.test("notebooks reach lib through the mod.ts of a folder", () => {
  const folder = projectPath("notebooks");
  const wrong = [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".ipynb"))
    .flatMap(({ name }) => {
      const text = Deno.readTextFileSync(join(folder, name));
      return [...text.matchAll(/from \\?"([^"\\]+)\\?"/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^@cathode\/\w+\/mod\.ts$/.test(target))
        .map((target) => `${name} imports ${target}`);
    });
  assert.deepEqual(wrong, []);
});

Deno.test("random numbers come from seeds", () => {
  const wrong = modules.filter(({ text }) => text.includes("Math.random"));
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("packages are pinned and come from npm", () => {
  const { imports } = JSON.parse(
    Deno.readTextFileSync(projectPath("deno.json")),
  ) as { imports: Record<string, string> };
  for (const [name, target] of Object.entries(imports)) {
    if (name === "@cathode/") continue;
    assert.match(target, /^npm:(@[\w-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/, name);
  }
  const lock = Deno.readTextFileSync(projectPath("deno.lock"));
  assert.doesNotMatch(lock, /"jsr:|https?:\/\//);
});

Deno.test("public names change only on purpose (CATHODE_UPDATE=1 writes them anew)", async () => {
  const names: Record<string, string[]> = {};
  for (const folder of folders.filter((name) => name !== "cli")) {
    const module = await import(`@cathode/${folder}/mod.ts`);
    names[folder] = Object.keys(module).sort();
  }
  if (Deno.env.get("CATHODE_UPDATE") === "1") {
    Deno.writeTextFileSync(PUBLIC_NAMES, JSON.stringify(names, null, 2) + "\n");
  }
  assert.deepEqual(names, JSON.parse(Deno.readTextFileSync(PUBLIC_NAMES)));
});

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}

/** TypeScript files below a folder, with paths relative to it. */
function sources(
  root: string,
  folder: string = root,
): { path: string; text: string }[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return sources(root, path);
    if (!entry.name.endsWith(".ts")) return [];
    return [{
      path: relative(root, path),
      text: Deno.readTextFileSync(path),
    }];
  });
}

/** Paths, relative to lib, of the project's modules that a module imports. */
function localImports(path: string, text: string): string[] {
  const code = text.replaceAll(/^\s*\*.*$/gm, "");
  return [...code.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)]
    .map(([, target]) => relative(lib, join(lib, path, "..", target!)));
}
