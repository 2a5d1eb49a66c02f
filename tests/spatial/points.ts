/** Point patterns with known statistics, for the tests of damage in space. */
import { Random } from "@cathode/core/mod.ts";

/** Points at random in a box. */
export function poissonPoints(
  count: number,
  extent_um: readonly [number, number, number],
  random: Random,
): Float64Array {
  return Float64Array.from(
    { length: 3 * count },
    (_, i) => random.between(0, extent_um[i % 3]!),
  );
}
