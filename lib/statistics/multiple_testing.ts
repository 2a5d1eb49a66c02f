/** Correction of p-values for the number of tests. */

/**
 * How p-values are corrected: `"benjamini-hochberg"` holds the false discovery
 * rate for independent or positively dependent tests, `"benjamini-yekutieli"`
 * for any dependence, `"holm"` the chance of a single false rejection.
 */
export type Correction = "benjamini-hochberg" | "benjamini-yekutieli" | "holm";

/**
 * Corrected p-values: rejecting those up to a level `q` holds the error rate
 * of the correction at `q`.
 *
 * Sources: Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57, 289 (1995),
 * doi:10.1111/j.2517-6161.1995.tb02031.x; Y. Benjamini and D. Yekutieli, Ann.
 * Stat. 29, 1165 (2001), doi:10.1214/aos/1013699998; S. Holm, Scand. J. Stat.
 * 6, 65 (1979).
 *
 * @param p One p-value per test, in any order.
 * @param correction What is controlled.
 * @returns One value per test, in the order given.
 * @throws {RangeError} If a p-value is outside 0 to 1.
 *
 * @example Three tests
 * ```ts
 * import assert from "node:assert/strict";
 * import { adjustPValues } from "./multiple_testing.ts";
 *
 * assert.deepEqual([...adjustPValues([0.01, 0.04, 0.03])], [0.03, 0.04, 0.04]);
 * ```
 */
export function adjustPValues(
  p: ArrayLike<number>,
  correction: Correction = "benjamini-hochberg",
): Float64Array {
  const n = p.length;
  for (let i = 0; i < n; i++) {
    if (!(p[i]! >= 0 && p[i]! <= 1)) {
      throw new RangeError(
        `Cannot correct p-values as each must be from 0 to 1: current value is ${
          p[i]
        } at index ${i}`,
      );
    }
  }
  const order = Array.from({ length: n }, (_, i) => i)
    .sort((a, b) => p[a]! - p[b]!);
  const adjusted = new Float64Array(n);
  if (correction === "holm") {
    order.reduce((greatest, test, k) => {
      return adjusted[test] = Math.min(
        1,
        Math.max(greatest, p[test]! * (n - k)),
      );
    }, 0);
    return adjusted;
  }
  const harmonic = correction === "benjamini-yekutieli"
    ? order.reduce((sum, _, k) => sum + 1 / (k + 1), 0)
    : 1;
  order.reduceRight((least, test, k) => {
    return adjusted[test] = Math.min(least, p[test]! * n * harmonic / (k + 1));
  }, 1);
  return adjusted;
}
