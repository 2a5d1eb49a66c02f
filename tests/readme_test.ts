/** What the README promises is there. */
import assert from "node:assert/strict";
import { projectPath, testedDeno } from "@cathode/core/mod.ts";

const readme = Deno.readTextFileSync(projectPath("README.md"));
const { tasks } = JSON.parse(
  Deno.readTextFileSync(projectPath("deno.json")),
) as { tasks: Record<string, { description: string; command: string }> };

Deno.test("README, contributing guide and gate name the tested version of Deno", () => {
  for (const file of ["README.md", "CONTRIBUTING.md", ".ci/run"]) {
    const text = Deno.readTextFileSync(projectPath(file));
    const named = [...text.matchAll(/deno@([\d.]+)/g)].map(([, v]) => v);
    assert.ok(named.length > 0, file);
    assert.deepEqual([...new Set(named)], [testedDeno], file);
  }
});

Deno.test("README names only tasks that exist", () => {
  const named = [...readme.matchAll(/\btask ([a-z][a-z:-]*)/g)].map(([, t]) =>
    t!
  );
  assert.ok(named.length > 5);
  assert.deepEqual(named.filter((task) => !(task in tasks)), []);
});

Deno.test("README links only to files that exist", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((
    [, l],
  ) => l!);
  const missing = links.filter((link) => {
    try {
      Deno.statSync(projectPath(link));
      return false;
    } catch {
      return true;
    }
  });
  assert.deepEqual(missing, []);
});

Deno.test("every task says what it does, and its file exists", () => {
  for (const [name, { description, command }] of Object.entries(tasks)) {
    assert.ok(description.length > 0, name);
    for (const [file] of command.matchAll(/\b[\w/]+\.ts\b/g)) {
      assert.ok(Deno.statSync(projectPath(file)).isFile, `${name}: ${file}`);
    }
  }
});
