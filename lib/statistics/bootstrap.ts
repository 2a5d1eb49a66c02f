/** Resampling: how far a result depends on the sample that was drawn. */
import { type Random } from "../core/mod.ts";
import { quantile } from "./descriptive.ts";

/**
 * Rows of a bootstrap sample: as many as there are, drawn with replacement.
 *
 * With blocks, whole blocks are drawn (as many as there are), so that rows
 * that depend on each other, such as neighbouring particles, stay together;
 * the number of rows then varies a little.
 *
 * Source: B. Efron, Ann. Stat. 7, 1 (1979), doi:10.1214/aos/1176344552.
 *
 * @param rows Number of rows.
 * @param random Source of the draw.
 * @param blocks Block of each row, any whole numbers; by default each row is
 * its own.
 * @throws {RangeError} If there are not as many blocks as rows.
 *
 * @example Pairs that stay together
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random } from "../core/mod.ts";
 * import { bootstrapRows } from "./bootstrap.ts";
 *
 * const rows = bootstrapRows(4, new Random(1), [0, 0, 7, 7]);
 * assert.equal(rows.length, 4);
 * assert.equal(rows[0]! + 1, rows[1]);
 * ```
 */
export function bootstrapRows(
  rows: number,
  random: Random,
  blocks?: ArrayLike<number>,
): Uint32Array {
  if (blocks === undefined) {
    return Uint32Array.from({ length: rows }, () => random.index(rows));
  }
  if (blocks.length !== rows) {
    throw new RangeError(
      `Cannot draw blocks as each of the ${rows} rows must have one: current value is ${blocks.length}`,
    );
  }
  const members = Map.groupBy(
    Array.from({ length: rows }, (_, i) => i),
    (i) => blocks[i]!,
  );
  const groups = [...members.values()];
  return Uint32Array.from(
    groups.flatMap(() => groups[random.index(groups.length)]!),
  );
}

/**
 * Percentile interval of a statistic from its values on bootstrap samples.
 *
 * @param values One value per sample; a few hundred give the ends of a 95 %
 * interval to a tenth of its width.
 * @param confidence Share of intervals that hold the true value.
 * @throws {RangeError} If there is no value or the confidence is outside 0 to 1.
 */
export function percentileInterval(
  values: ArrayLike<number>,
  confidence = 0.95,
): [lower: number, upper: number] {
  const tail = (1 - confidence) / 2;
  return [quantile(values, tail), quantile(values, 1 - tail)];
}

/**
 * Two-sided bootstrap p-value of a statistic being zero: twice the share of
 * samples on the far side of zero. One is added to the counts, so that the
 * p-value of `n` samples is never below `2 / (n + 1)`.
 *
 * Source: A. C. Davison and D. V. Hinkley, Bootstrap Methods and their
 * Application (1997), section 4.4, doi:10.1017/CBO9780511802843.
 *
 * @param values One value per sample.
 */
export function bootstrapPValue(values: ArrayLike<number>): number {
  let below = 1, above = 1;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! <= 0) below++;
    if (values[i]! >= 0) above++;
  }
  return Math.min(1, 2 * Math.min(below, above) / (values.length + 1));
}
