/** Correlated latent dimensions, and what changes between electrodes. */
import { Random } from "../core/mod.ts";
import {
  adjustPValues,
  correlationDifference,
  mean,
  pearson,
  standardDeviation,
} from "../statistics/mod.ts";
import type { SeedStability } from "./stability.ts";
import type { LatentSpace } from "./space.ts";

/** When two dimensions count as connected. */
export interface ConnectionRule {
  /** Least absolute correlation; with thousands of particles a p-value alone connects almost everything. */
  readonly least: number;
  /** False discovery rate over all pairs (Benjamini and Hochberg). */
  readonly q: number;
  /** Least share of the seeds that must agree, in sign too. */
  readonly presence: number;
}

/** A correlation of 0.15 or more, at a false discovery rate of 5 %, in nine of ten seeds. */
export const connectionRule: ConnectionRule = {
  least: 0.15,
  q: 0.05,
  presence: 0.9,
};

/** Correlation of a pair of quantities. */
export interface PairCorrelation {
  /** Index of one of the two. */
  readonly a: number;
  /** Index of the other, above `a`. */
  readonly b: number;
  /** Pearson's coefficient. */
  readonly r: number;
  /** Two-sided p-value. */
  readonly p: number;
  /** The same corrected for the number of pairs (Benjamini and Hochberg). */
  readonly q: number;
}

/** A pair of latent dimensions of one electrode. */
export interface Connection extends PairCorrelation {
  /** Share of the seeds in which the pair is connected with the same sign. */
  readonly presence: number;
  /** Whether all parts of the rule hold. */
  readonly connected: boolean;
}

/**
 * Correlations of all pairs of quantities of the same particles.
 *
 * @param columns One array per quantity.
 * @param rows First row and the row after the last; all by default.
 * @returns Pairs in the order (0, 1), (0, 2), ..., (1, 2), ...
 * @throws {RangeError} If a quantity does not vary, or there are fewer than
 * three particles.
 *
 * @example Three quantities have three pairs
 * ```ts
 * import assert from "node:assert/strict";
 * import { pairCorrelations } from "./connections.ts";
 *
 * const pairs = pairCorrelations([
 *   Float64Array.of(1, 2, 3, 4),
 *   Float64Array.of(2, 4, 6, 8),
 *   Float64Array.of(1, -1, -1, 1),
 * ]);
 * assert.deepEqual(pairs.map(({ r }) => Math.round(r)), [1, 0, 0]);
 * ```
 */
export function pairCorrelations(
  columns: readonly Float64Array[],
  rows: readonly [from: number, to: number] = [0, columns[0]?.length ?? 0],
): PairCorrelation[] {
  const parts = columns.map((column) => column.subarray(...rows));
  const pairs = parts.flatMap((x, a) =>
    parts.slice(a + 1).map((y, i) => ({ a, b: a + 1 + i, ...pearson(x, y) }))
  );
  const adjusted = adjustPValues(pairs.map(({ p }) => p));
  return pairs.map(({ a, b, r, p }, i) => ({ a, b, r, p, q: adjusted[i]! }));
}

/** Whether a pair is strong and significant enough, in a single space. */
export function isStrong(
  { r, q }: Pick<PairCorrelation, "r" | "q">,
  rule: ConnectionRule = connectionRule,
): boolean {
  return Math.abs(r) >= rule.least && q <= rule.q;
}

/**
 * Connections of one electrode that do not depend on the seed.
 *
 * @param spaces One space per seed.
 * @param stability How they match; the reference seed gives the correlations.
 * @param rows Rows of the electrode: first, and the one after the last.
 * @param rule When two dimensions count as connected.
 */
export function connectionsOf(
  spaces: readonly LatentSpace[],
  { reference, matches }: SeedStability,
  rows: readonly [from: number, to: number],
  rule: ConnectionRule = connectionRule,
): Connection[] {
  const bySeed = spaces.map(({ scores }, seed) => {
    const { index, similarity } = matches[seed]!;
    return pairCorrelations(
      Array.from(
        index,
        (j, k) => scores[j]!.map((value) => Math.sign(similarity[k]!) * value),
      ),
      rows,
    );
  });
  return bySeed[reference]!.map((pair, i) => {
    const agree = bySeed.filter((pairs) =>
      isStrong(pairs[i]!, rule) && pairs[i]!.r * pair.r > 0
    );
    const presence = agree.length / spaces.length;
    const connected = isStrong(pair, rule) && presence >= rule.presence;
    return { ...pair, presence, connected };
  });
}

/** How a connection differs between two electrodes. */
export interface ConnectionDifference {
  readonly a: number;
  readonly b: number;
  /**
   * `common`: connected in both, with the same sign. `new`: connected in the
   * second alone (or with the other sign), and significantly different.
   * `lost`: connected in the first alone, and significantly different.
   * `undecided`: connected in one of them, but no difference shown.
   */
  readonly kind: "new" | "lost" | "common" | "undecided";
  /** P-value of the difference by Fisher's z. */
  readonly p: number;
  /** The same corrected for the number of pairs (Benjamini and Hochberg). */
  readonly q: number;
}

/**
 * New, lost and common connections of two electrodes with the same dimensions.
 *
 * @param first Connections and number of particles of one electrode.
 * @param second Those of the other.
 * @param level False discovery rate of the differences.
 * @returns One entry per pair that is connected in either.
 */
export function connectionDifferences(
  first: { connections: readonly Connection[]; rows: number },
  second: { connections: readonly Connection[]; rows: number },
  level = 0.05,
): ConnectionDifference[] {
  const tests = first.connections.map(({ r }, i) =>
    correlationDifference(
      { r: second.connections[i]!.r, n: second.rows },
      { r, n: first.rows },
    ).p
  );
  const adjusted = adjustPValues(tests);
  return first.connections.flatMap((before, i) => {
    const after = second.connections[i]!;
    if (!before.connected && !after.connected) return [];
    const common = before.connected && after.connected &&
      before.r * after.r > 0;
    const kind = common
      ? "common"
      : adjusted[i]! > level
      ? "undecided"
      : after.connected
      ? "new"
      : "lost";
    return [{
      a: before.a,
      b: before.b,
      kind,
      p: tests[i]!,
      q: adjusted[i]!,
    }];
  });
}

/** Whether two groups of particles have the same correlations. */
export interface PermutationTest {
  /** Largest absolute difference of a correlation, as Fisher's z. */
  readonly largest: number;
  /** Root of the sum of the squares of all differences of Fisher's z, each pair once. */
  readonly distance: number;
  /** Share of the permutations with at least so large a largest difference. */
  readonly pLargest: number;
  /** Share of the permutations with at least so large a distance. */
  readonly pDistance: number;
}

/**
 * Tests whether the correlations of two electrodes differ more than those of
 * two random halves: particles change electrodes at random. Means and variances
 * are taken out of each electrode first. It holds for independent particles;
 * neighbours that are alike make the p-values too small.
 *
 * @param columns Latent dimensions, one array each.
 * @param rows Rows of the two electrodes.
 * @param options Number of permutations and seed.
 * @returns P-values count the actual order as one of the permutations.
 */
export function permutationTest(
  columns: readonly Float64Array[],
  rows: readonly [
    first: readonly [from: number, to: number],
    second: readonly [from: number, to: number],
  ],
  { permutations, seed }: { permutations: number; seed: number },
): PermutationTest {
  const parts = rows.map((part) =>
    columns.map((column) => unit(column.subarray(...part)))
  );
  const points = parts.flatMap((part) =>
    Array.from(part[0]!, (_, i) => Float64Array.from(part, (x) => x[i]!))
  );
  const count = rows[0][1] - rows[0][0];
  const everything = momentSums(points, points.keys());
  const differ = (first: Iterable<number>) => {
    const sums = momentSums(points, first);
    const rest = everything.map((sum, i) => sum - sums[i]!);
    return fisherDifferences(
      columns.length,
      { sums, count },
      { sums: rest, count: points.length - count },
    );
  };
  const actual = summary(differ(Array(count).keys()));
  const random = new Random(seed, "permutation of electrodes");
  let largest = 1, distance = 1;
  for (let i = 0; i < permutations; i++) {
    const drawn = random.permutation(points.length).subarray(0, count);
    const chance = summary(differ(drawn));
    if (chance.largest >= actual.largest) largest++;
    if (chance.distance >= actual.distance) distance++;
  }
  return {
    ...actual,
    pLargest: largest / (permutations + 1),
    pDistance: distance / (permutations + 1),
  };
}

function summary(
  differences: Float64Array,
): { largest: number; distance: number } {
  return {
    largest: differences.reduce((most, d) => Math.max(most, Math.abs(d)), 0),
    distance: Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0)),
  };
}

/** Sums of the values of some points and of all products of two of them, each pair once. */
function momentSums(
  points: readonly Float64Array[],
  rows: Iterable<number>,
): Float64Array {
  const size = points[0]!.length;
  const sums = new Float64Array(size + size * (size + 1) / 2);
  for (const row of rows) {
    const point = points[row]!;
    for (let a = 0, at = size; a < size; a++) {
      const value = point[a]!;
      sums[a]! += value;
      for (let b = a; b < size; b++) sums[at++]! += value * point[b]!;
    }
  }
  return sums;
}

/** Differences of Fisher's z of all pairs between two groups of points, from their sums. */
function fisherDifferences(
  size: number,
  ...groups: { sums: Float64Array; count: number }[]
): Float64Array {
  const [first, second] = groups.map(({ sums, count }) => {
    const at = (a: number, b: number) =>
      size + a * size - a * (a - 1) / 2 + b - a;
    const moment = (a: number, b: number) =>
      sums[at(a, b)]! - sums[a]! * sums[b]! / count;
    const z: number[] = [];
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        z.push(
          Math.atanh(
            moment(a, b) / Math.sqrt(moment(a, a) * moment(b, b)),
          ),
        );
      }
    }
    return z;
  });
  return Float64Array.from(first!, (z, i) => second![i]! - z);
}

/** Values less their mean, with the variance 1. */
function unit(values: Float64Array): Float64Array {
  const centre = mean(values), sd = standardDeviation(values);
  return values.map((value) => (value - centre) / sd);
}
