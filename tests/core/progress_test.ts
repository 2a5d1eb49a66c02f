import assert from "node:assert/strict";
import { part, type Progress, silent } from "@cathode/core/mod.ts";

Deno.test("part() maps 0 to 1 onto its share of the whole step", () => {
  const heard: [string, number][] = [];
  const progress: Progress = (step, done) => heard.push([step, done]);
  const quarter = part(progress, "reading", 0.25, 0.5);
  for (const done of [0, 0.5, 1]) quarter("anything", done);
  assert.deepEqual(heard, [["reading", 0.25], ["reading", 0.375], [
    "reading",
    0.5,
  ]]);
});

Deno.test("silent() takes news and does nothing", () => {
  assert.equal(silent("reading", 0.5), undefined);
});
