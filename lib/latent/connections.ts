/** Correlated latent dimensions, and what changes between electrodes. */
import { Random } from "../core/mod.ts";
import {
  adjustPValues,
  correlationDifference,
  pearson,
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
  const pooled = columns.map((column) =>
    Float64Array.from(
      rows.flatMap((part) => [...unit(column.subarray(...part))]),
    )
  );
  const count = rows[0][1] - rows[0][0];
  const total = count + rows[1][1] - rows[1][0];
  const differ = (order: Uint32Array) =>
    fisherDifferences(pooled, order.subarray(0, count), order.subarray(count));
  const identity = Uint32Array.from({ length: total }, (_, i) => i);
  const actual = summary(differ(identity));
  const random = new Random(seed, "permutation of electrodes");
  let largest = 1, distance = 1;
  for (let i = 0; i < permutations; i++) {
    const chance = summary(differ(random.permutation(total)));
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

function fisherDifferences(
  columns: readonly Float64Array[],
  first: Uint32Array,
  second: Uint32Array,
): Float64Array {
  const [a, b] = [first, second].map((rows) => {
    const parts = columns.map((column) =>
      unit(Float64Array.from(rows, (i) => column[i]!))
    );
    return parts.flatMap((x, i) => parts.slice(i + 1).map((y) => dot(x, y)));
  });
  return Float64Array.from(a!, (r, i) => Math.atanh(b![i]!) - Math.atanh(r));
}

/** Values less their mean, with the sum of squares 1. */
function unit(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const centred = values.map((v) => v - mean);
  const length = Math.sqrt(dot(centred, centred));
  return centred.map((v) => v / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
