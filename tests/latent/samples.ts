/** Small sets of particles with known dimensions. */
import { createTable, Random } from "@cathode/core/mod.ts";
import {
  type AttributeScores,
  standardiseAttributes,
} from "@cathode/latent/mod.ts";

/** Two electrodes; attributes a1 to a3 show one factor, b1 and b2 another, which are correlated in the second electrode only. */
export function twoFactors(rows = 300, seed = 1): AttributeScores {
  const electrode = (name: string, correlation: number) => {
    const random = new Random(seed, name);
    const draw = () =>
      Float64Array.from({ length: rows }, () => random.normal());
    const a = draw(), own = draw();
    const b = a.map((v, i) =>
      correlation * v + Math.sqrt(1 - correlation ** 2) * own[i]!
    );
    const shows = (id: string, factor: Float64Array, sign = 1) => ({
      id,
      unit: "",
      values: factor.map((v) => sign * v + 0.4 * random.normal()),
    });
    return {
      name,
      table: createTable([
        shows("a1", a),
        shows("a2", a),
        shows("a3", a, -1),
        shows("b1", b),
        shows("b2", b),
      ]),
    };
  };
  return standardiseAttributes(
    [electrode("fresh", 0), electrode("cycled", 0.6)],
    ["a1", "a2", "a3", "b1", "b2"],
  );
}
