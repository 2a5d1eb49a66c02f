/** Mean, spread and quantiles. */

/**
 * Arithmetic mean.
 *
 * @param values At least one number.
 * @throws {RangeError} If there is none.
 */
export function mean(values: ArrayLike<number>): number {
  assertCount(values, 1, "average");
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * Sample variance, with `n - 1` in the denominator.
 *
 * @param values At least two numbers.
 * @throws {RangeError} If there are fewer.
 */
export function variance(values: ArrayLike<number>): number {
  assertCount(values, 2, "take the variance of");
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return sum / (values.length - 1);
}

/**
 * Sample standard deviation, with `n - 1` in the denominator.
 *
 * @param values At least two numbers.
 * @throws {RangeError} If there are fewer.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/**
 * Quantile with linear interpolation between the order statistics (type 7 of
 * R. J. Hyndman and Y. Fan, Am. Stat. 50, 361 (1996),
 * doi:10.1080/00031305.1996.10473566; the default of R and NumPy).
 *
 * @param values At least one number, in any order.
 * @param probability From 0 (least value) to 1 (greatest).
 * @throws {RangeError} If there is no value or the probability is outside 0 to 1.
 *
 * @example Quartile
 * ```ts
 * import assert from "node:assert/strict";
 * import { quantile } from "./descriptive.ts";
 *
 * assert.equal(quantile([4, 1, 3, 2], 0.25), 1.75);
 * ```
 */
export function quantile(
  values: ArrayLike<number>,
  probability: number,
): number {
  assertCount(values, 1, "take a quantile of");
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(
      `Cannot take a quantile as the probability must be from 0 to 1: current value is ${probability}`,
    );
  }
  const sorted = Float64Array.from(values).sort();
  const place = probability * (sorted.length - 1), below = Math.floor(place);
  const low = sorted[below]!, high = sorted[Math.ceil(place)]!;
  return low + (place - below) * (high - low);
}

/**
 * Median.
 *
 * @param values At least one number, in any order.
 * @throws {RangeError} If there is none.
 */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Ranks from 1; equal values share the mean of their ranks.
 *
 * @param values Numbers in any order.
 *
 * @example A tie
 * ```ts
 * import assert from "node:assert/strict";
 * import { ranks } from "./descriptive.ts";
 *
 * assert.deepEqual([...ranks([10, 30, 10])], [1.5, 3, 1.5]);
 * ```
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i)
    .sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(n);
  for (let first = 0; first < n;) {
    let end = first + 1;
    while (end < n && values[order[end]!] === values[order[first]!]) end++;
    // Ranks first + 1 to end.
    for (let i = first; i < end; i++) result[order[i]!] = (first + 1 + end) / 2;
    first = end;
  }
  return result;
}

function assertCount(
  values: ArrayLike<number>,
  least: number,
  what: string,
): void {
  if (values.length < least) {
    throw new RangeError(
      `Cannot ${what} the values as there must be at least ${least}: current value is ${values.length}`,
    );
  }
}
