import { gaussLegendre } from "../../lib/forest/quadrature.ts";
import { assertNear } from "./golden.ts";

Deno.test("gaussLegendre() integrates the powers that it must", () => {
  for (const count of [1, 2, 3, 5, 8, 20, 60]) {
    const { nodes, weights } = gaussLegendre(count);
    for (let power = 0; power < 2 * count; power++) {
      const integral = nodes.reduce(
        (sum, x, i) => sum + weights[i]! * x ** power,
        0,
      );
      assertNear(integral, 1 / (power + 1), 3e-15);
    }
  }
});
