import assert from "node:assert/strict";
import { orthogonalProcrustes } from "@cathode/statistics/mod.ts";
import { assertClose, stats } from "./golden.ts";

Deno.test("orthogonalProcrustes() agrees with SciPy", () => {
  const { A, B, R, scale } = stats.procrustes;
  const found = orthogonalProcrustes(A, B);
  assertClose(found.scale, scale);
  R.flat().forEach((value, i) => assertClose(found.rotation.flat()[i]!, value));
});

Deno.test("orthogonalProcrustes() gives an orthogonal matrix", () => {
  const { rotation } = orthogonalProcrustes(
    [[1, 2, 3], [4, 5, 7], [7, 8, 1], [0, 1, 0]],
    [[3, 1, 0], [2, 2, 8], [1, 9, 4], [5, 0, 2]],
  );
  for (const [i, row] of rotation.entries()) {
    for (const [j, other] of rotation.entries()) {
      const product = row.reduce((sum, x, k) => sum + x * other[k]!, 0);
      assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-14);
    }
  }
});

Deno.test("orthogonalProcrustes() throws if the rotation is not determined", () => {
  assert.throws(
    () => orthogonalProcrustes([[1, 0], [2, 0]], [[1, 0], [2, 0]]),
    {
      name: "RangeError",
      message: /must span all 2 dimensions/,
    },
  );
  assert.throws(() => orthogonalProcrustes([[1, 0]], [[1], [2]]), RangeError);
});
