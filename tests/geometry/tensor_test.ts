import assert from "node:assert/strict";
import fc from "fast-check";
import { symmetricEigensystem } from "@cathode/geometry/mod.ts";

const element = fc.double({ min: -100, max: 100, noNaN: true });

Deno.test("symmetricEigensystem() gives back the tensor from orthonormal vectors", () => {
  fc.assert(fc.property(
    fc.tuple(element, element, element, element, element, element),
    (tensor) => {
      const { values, vectors } = symmetricEigensystem(tensor);
      assert.ok(values[0] >= values[1] && values[1] >= values[2]);
      const places = [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]] as const;
      for (const [n, [i, j]] of places.entries()) {
        const back = vectors.reduce(
          (sum, v, k) => sum + values[k]! * v[i] * v[j],
          0,
        );
        assert.ok(Math.abs(back - tensor[n]!) < 1e-10);
        const product = vectors[i].reduce(
          (sum, v, k) => sum + v * vectors[j][k]!,
          0,
        );
        assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-12);
      }
    },
  ));
});

Deno.test("symmetricEigensystem() finds the roots of a characteristic polynomial", () => {
  // The second-difference matrix has the eigenvalues 2 + sqrt(2), 2 and 2 - sqrt(2).
  const { values } = symmetricEigensystem([2, -1, 0, 2, -1, 2]);
  for (const [k, root] of [2 + Math.SQRT2, 2, 2 - Math.SQRT2].entries()) {
    assert.ok(Math.abs(values[k]! - root) < 1e-14);
  }
});

Deno.test("symmetricEigensystem() throws if an element is not finite", () => {
  assert.throws(() => symmetricEigensystem([1, 0, 0, NaN, 0, 1]), {
    name: "RangeError",
    message:
      "Cannot find eigenvalues as the elements of the tensor must be finite: current value is NaN",
  });
});
