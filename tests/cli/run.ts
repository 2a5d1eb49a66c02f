/** Runs commands as a user does. */
import assert from "node:assert/strict";
import { projectPath } from "@cathode/core/mod.ts";

/** What came of a command. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command in a process of its own.
 *
 * @param name Name of the task.
 * @param args What the user types after it.
 * @param cwd Folder from which the user calls.
 */
export async function run(
  name: string,
  args: readonly string[],
  cwd: string,
): Promise<Outcome> {
  const module = projectPath("lib", "cli", `${name}.ts`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // As a task does it: in the root of the project, told where the user is.
    args: ["run", "-A", "--quiet", "--no-check", module, ...args],
    cwd: projectPath(),
    env: { INIT_CWD: cwd, NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** Asserts that a command refused its input: status 2, a message and no stack trace. */
export function assertFails(outcome: Outcome, message: RegExp): void {
  assert.equal(outcome.code, 2, outcome.stderr);
  assert.equal(outcome.stdout, "");
  assert.match(outcome.stderr, message);
  assert.doesNotMatch(outcome.stderr, /\n\s+at /, "a stack trace");
}
