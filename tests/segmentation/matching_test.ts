import assert from "node:assert/strict";
import { createSlice, numbers } from "@cathode/core/mod.ts";
import { matching, matchTable, overlapsOf } from "@cathode/segmentation/mod.ts";
import golden from "../golden/segmentation/matching.json" with { type: "json" };

const slice = (values: readonly number[]) =>
  createSlice(Uint32Array.from(values), [24, 31], [0.1, 0.1]);

for (const score of golden.scores) {
  Deno.test(`matching() agrees with StarDist for seed ${score.seed} at ${score.threshold}`, () => {
    // tests/oracles/image.py; images are stored with the first threshold.
    const images = golden.scores.find((s) => s.seed === score.seed)!;
    const found = matching(
      slice(images.truth!),
      slice(images.found!),
      score.threshold,
    );
    for (const [name, value] of Object.entries(found)) {
      const expected = score[name as keyof typeof found];
      // StarDist holds overlaps in single precision.
      assert.ok(Math.abs(value - expected) < 1e-6, `${name} is ${value}`);
    }
  });
}

Deno.test("matching() of a truth with itself is perfect", () => {
  const truth = slice(golden.scores[0]!.truth!);
  const { f1, pq, meanMatchedIou } = matching(truth, truth, 1);
  assert.deepEqual([f1, pq, meanMatchedIou], [1, 1, 1]);
});

Deno.test("matching() without any particle is 0", () => {
  const empty = slice(new Array(24 * 31).fill(0));
  const { tp, fp, fn, f1, pq } = matching(empty, empty, 0.5);
  assert.deepEqual([tp, fp, fn, f1, pq], [0, 0, 0, 0, 0]);
});

Deno.test("matching() forgives labels at the border if asked", () => {
  const truth = createSlice(new Uint32Array(9), [3, 3], [1, 1]);
  const found = createSlice(
    Uint32Array.of(1, 0, 0, 0, 2, 0, 0, 0, 0),
    [3, 3],
    [1, 1],
  );
  assert.equal(matching(truth, found, 0.5).fp, 2);
  assert.equal(matching(truth, found, 0.5, { ignoreBorder: true }).fp, 1);
});

Deno.test("matchTable() lists every particle once", () => {
  const truth = createSlice(Uint32Array.of(4, 4, 0, 6), [1, 4], [1, 1]);
  const found = createSlice(Uint32Array.of(2, 2, 9, 0), [1, 4], [1, 1]);
  const table = matchTable(overlapsOf(truth, found), 0.5);
  assert.deepEqual([...numbers(table, "truth")], [4, 6, 0]);
  assert.deepEqual([...numbers(table, "found")], [2, 0, 9]);
  assert.deepEqual([...numbers(table, "iou")], [1, 0, 0]);
});

Deno.test("matching() throws if the threshold is 0", () => {
  const one = createSlice(Uint32Array.of(1), [1, 1], [1, 1]);
  assert.throws(() => matching(one, one, 0), {
    name: "RangeError",
    message:
      "Cannot match labels as the threshold must be above 0 and at most 1: current value is 0",
  });
});

Deno.test("matching() throws if the shapes differ", () => {
  const one = createSlice(Uint32Array.of(1), [1, 1], [1, 1]);
  const two = createSlice(Uint32Array.of(1, 1), [1, 2], [1, 1]);
  assert.throws(() => matching(one, two, 0.5), /shapes must be the same/);
});
