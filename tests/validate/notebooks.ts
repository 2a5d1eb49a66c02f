/** The runner over and over: two kernels at once, one of them killed on the way. */
import assert from "node:assert/strict";
import { NotebookError, runNotebooks } from "@cathode/notebook/mod.ts";
import { styles } from "../notebook/styles.ts";
import { notebookOf, outputsOf, TestFolder } from "../notebook/support.ts";

const rounds = 10;

/** Cells of a notebook: each style many times. */
const cells = Array.from({ length: 200 }, (_, i) => styles[i % 10]!(i));
const sources = cells.map(({ source }) => source);

/** After how many cells one kernel is killed. */
const killedAfter = 100;

/** Whether no output is lost or misplaced, and all files are the same. */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  await using folder = await TestFolder.make();
  const files = new Set<string>();
  let passed = true;
  for (let round = 1; round <= rounds; round++) {
    const killed = await folder.write(
      "killed",
      notebookOf(
        ...sources.slice(0, killedAfter),
        `Deno.kill(Deno.pid, "SIGKILL");`,
      ),
    );
    const whole = await Promise.all(
      ["a", "b"].map((name) => folder.write(name, notebookOf(...sources))),
    );
    const results = await runNotebooks(
      [whole[0]!, killed, whole[1]!],
      folder.options(),
    );
    try {
      for (const path of whole) {
        const outputs = await outputsOf(path);
        assert.deepEqual(outputs, cells.map(({ outputs }) => outputs));
        files.add(await Deno.readTextFile(path));
      }
      const failure = results.find(({ path }) => path === killed)!;
      assert.ok("error" in failure && failure.error instanceof NotebookError);
      // The title is the first cell.
      assert.equal(failure.error.cell, killedAfter + 2);
      assert.match(failure.error.message, /the kernel ended with SIGKILL/);
      report(`round ${round} of ${rounds}: all outputs in their places`);
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      report(`round ${round} of ${rounds}: ${error.message}`);
      passed = false;
    }
  }
  report(
    `${
      2 * rounds
    } executions of ${cells.length} cells gave ${files.size} different files`,
  );
  return passed && files.size === 1;
}
