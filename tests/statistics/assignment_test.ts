import assert from "node:assert/strict";
import { bestAssignment } from "@cathode/statistics/mod.ts";
import { assertClose, stats } from "./golden.ts";

Deno.test("bestAssignment() agrees with SciPy", () => {
  const { C, col, total } = stats.hungarian_max;
  const found = bestAssignment(
    Float64Array.from(C.flat()),
    C.length,
    C[0]!.length,
  );
  assert.deepEqual([...found], col);
  assertClose(found.reduce((sum, j, i) => sum + C[i]![j]!, 0), total);
});

Deno.test("bestAssignment() throws if there are more rows than columns", () => {
  assert.throws(() => bestAssignment(Float64Array.of(1, 2), 2, 1), {
    name: "RangeError",
    message: /^Cannot assign rows as/,
  });
});
