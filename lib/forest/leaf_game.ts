/**
 * Shapley values of a single leaf.
 *
 * A leaf is a game of its path's attributes: it pays its value if the
 * condition of every attribute holds. An attribute in the coalition takes the
 * value of the sample explained, the others that of the background. With `o`
 * and `z` the chances (0 or 1 for the sample) that a condition holds with the
 * sample's and the background's value, the value credited to attribute `k` is
 *
 *   v (o_k - z_k) * integral over t from 0 to 1 of
 *     the product over j != k of ((1 - t) z_j + t o_j),
 *
 * since the integral gives every coalition its Shapley weight. The polynomial
 * is integrated exactly by a Gauss-Legendre rule; all terms are positive, so
 * that deep paths lose no digits.
 *
 * Sources: S. M. Lundberg et al., Nat. Mach. Intell. 2, 56 (2020),
 * doi:10.1038/s42256-019-0138-9 (the values); G. Owen, Manag. Sci. 18, 64
 * (1972), doi:10.1287/mnsc.18.5.64 (the integral).
 */
import type { LeafPath } from "./leaf_path.ts";
import { gaussLegendre } from "./quadrature.ts";

/** Whether single attributes or pairs of them are credited. */
export type Order = "single" | "pair";

/** What is credited to each attribute of a leaf, in the path's order, or to each pair (0, 1), (0, 2), ... (1, 2), ... of them. */
export interface LeafGame {
  /**
   * Writes the credits for a sample.
   *
   * @param satisfied Conditions that hold, as the bits of whole numbers,
   * {@linkcode wordBits} in each.
   * @param credits Receives one number per attribute or pair.
   */
  credit(satisfied: Int32Array, credits: Float64Array): void;
  /** Credits for all `n` patterns of at most {@linkcode wordBits} conditions: that of attribute or pair `c` for pattern `p` at `c * n + p`. */
  table(): Float64Array;
}

/** Conditions per whole number. */
export const wordBits = 32;

/** Distinct patterns of the conditions that hold in the background. */
export interface BackgroundPatterns {
  /** Words of all patterns, one pattern after the other. */
  readonly satisfied: Int32Array;
  /** Share of the background samples with each pattern. */
  readonly share: Float64Array;
}

/**
 * The game whose background is the training set as the tree's covers tell it,
 * the attributes taken as independent (path-dependent values).
 *
 * @param leaf The leaf.
 * @param order What is credited.
 */
export function pathGame(leaf: LeafPath, order: Order): LeafGame {
  const { share } = leaf, players = share.length;
  const { nodes, weights } = gaussLegendre(Math.max(1, Math.ceil(players / 2)));
  const count = nodes.length;
  // At (2 k + o) * count + q: factor of attribute k, and its relative gain.
  const factor = new Float64Array(2 * players * count);
  const gain = new Float64Array(2 * players * count);
  for (let k = 0, at = 0; k < players; k++) {
    const z = share[k]!;
    for (let o = 0; o < 2; o++) {
      for (let q = 0; q < count; q++, at++) {
        factor[at] = (1 - nodes[q]!) * z + nodes[q]! * o;
        gain[at] = (o - z) / factor[at]!;
      }
    }
  }
  const start = weights.map((weight) => weight * leaf.value);
  const product = new Float64Array(count), place = new Int32Array(players);
  const pairs = order === "single" ? [] : pairsOf(players);

  const credit = (satisfied: Int32Array, credits: Float64Array) => {
    product.set(start);
    for (let k = 0; k < players; k++) {
      const at = (2 * k + bit(satisfied, k)) * count;
      place[k] = at;
      for (let q = 0; q < count; q++) product[q]! *= factor[at + q]!;
    }
    if (order === "single") {
      for (let k = 0; k < players; k++) {
        let sum = 0;
        for (let q = 0, at = place[k]!; q < count; q++) {
          sum += product[q]! * gain[at + q]!;
        }
        credits[k] = sum;
      }
      return;
    }
    for (const [pair, [a, b]] of pairs.entries()) {
      const first = place[a]!, second = place[b]!;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        sum += product[q]! * gain[first + q]! * gain[second + q]!;
      }
      credits[pair] = sum / 2;
    }
  };

  const table = () => {
    const patterns = 1 << players;
    const columns = order === "single" ? players : pairs.length;
    const result = new Float64Array(columns * patterns);
    const products = new Float64Array(patterns);
    for (let q = 0; q < count; q++) {
      // Each condition doubles the patterns whose products are known.
      products[0] = start[q]!;
      for (let k = 0, known = 1; k < players; k++, known *= 2) {
        const without = factor[2 * k * count + q]!;
        const met = factor[(2 * k + 1) * count + q]!;
        for (let p = 0; p < known; p++) {
          products[known + p] = products[p]! * met;
          products[p]! *= without;
        }
      }
      const gainOf = (k: number, p: number) =>
        gain[(2 * k + (p >> k & 1)) * count + q]!;
      for (let c = 0, to = 0; c < columns; c++) {
        if (order === "single") {
          for (let p = 0; p < patterns; p++, to++) {
            result[to]! += products[p]! * gainOf(c, p);
          }
          continue;
        }
        const [a, b] = pairs[c]!;
        for (let p = 0; p < patterns; p++, to++) {
          result[to]! += products[p]! * gainOf(a, p) * gainOf(b, p) / 2;
        }
      }
    }
    return result;
  };
  return { credit, table };
}

/**
 * The game whose background is a set of samples as they are (interventional
 * values).
 *
 * For one background sample the integral has a closed form: with `a`
 * conditions that hold for the explained sample only and `b` that hold for the
 * other only it is `a! b! / (a + b + 1)!`, less what is left out.
 *
 * @param leaf The leaf.
 * @param background The samples by their patterns.
 * @param order What is credited.
 */
export function backgroundGame(
  leaf: LeafPath,
  background: BackgroundPatterns,
  order: Order,
): LeafGame {
  const players = leaf.share.length;
  const words = Math.ceil(players / wordBits);
  const whole = Int32Array.from(
    { length: words },
    (_, w) => allMet(players - w * wordBits),
  );
  const integral = powerIntegrals(players);
  const { satisfied: others, share } = background;
  const deciding = new Int32Array(players), sign = new Int8Array(players);
  const credit = (satisfied: Int32Array, credits: Float64Array) => {
    credits.fill(0);
    for (let pattern = 0; pattern < share.length; pattern++) {
      const first = pattern * words;
      let met = true;
      for (let w = 0; w < words && met; w++) {
        met = (satisfied[w]! | others[first + w]!) === whole[w];
      }
      // A condition that neither sample meets keeps every coalition out of the leaf.
      if (!met) continue;
      let a = 0, b = 0;
      for (let k = 0; k < players; k++) {
        const mine = bit(satisfied, k);
        if (mine === (others[first + (k >> 5)]! >>> (k & 31) & 1)) continue;
        deciding[a + b] = k;
        sign[a + b] = 2 * mine - 1;
        if (mine === 1) a++;
        else b++;
      }
      const weight = share[pattern]! * leaf.value;
      for (let i = 0; i < a + b; i++) {
        const k = deciding[i]!, si = sign[i]!;
        const ai = si > 0 ? a - 1 : a, bi = si > 0 ? b : b - 1;
        if (order === "single") {
          credits[k]! += si * weight * integral[ai]![bi]!;
          continue;
        }
        for (let j = i + 1; j < a + b; j++) {
          const l = deciding[j]!, sj = sign[j]!;
          const pair = k * (2 * players - k - 1) / 2 + l - k - 1;
          const value = integral[sj > 0 ? ai - 1 : ai]![sj > 0 ? bi : bi - 1]!;
          credits[pair]! += si * sj * weight * value / 2;
        }
      }
    }
  };

  const table = () => {
    const patterns = 1 << players;
    const columns = order === "single" ? players : pairsOf(players).length;
    const result = new Float64Array(columns * patterns);
    const satisfied = new Int32Array(words),
      credits = new Float64Array(columns);
    for (let p = 0; p < patterns; p++) {
      satisfied[0] = p;
      credit(satisfied, credits);
      for (let c = 0; c < columns; c++) result[c * patterns + p] = credits[c]!;
    }
    return result;
  };
  return { credit, table };
}

/** Pairs (0, 1), (0, 2), ... (1, 2), ... */
export function pairsOf(players: number): [a: number, b: number][] {
  const pairs: [number, number][] = [];
  for (let a = 0; a < players; a++) {
    for (let b = a + 1; b < players; b++) pairs.push([a, b]);
  }
  return pairs;
}

/** A word in which all of so many conditions are met. */
export function allMet(conditions: number): number {
  return conditions >= wordBits ? -1 : (1 << conditions) - 1;
}

function bit(words: Int32Array, k: number): number {
  return words[k >> 5]! >>> (k & 31) & 1;
}

const integrals: Float64Array[] = [];

/** Integrals of `t^a (1 - t)^b` from 0 to 1, `a! b! / (a + b + 1)!`, for `a + b < players`. */
function powerIntegrals(players: number): readonly Float64Array[] {
  const known = integrals[0]?.length ?? 0;
  if (known >= players) return integrals;
  for (let a = 0; a < players; a++) {
    integrals[a] = new Float64Array(players);
    integrals[a]![0] = 1 / (a + 1);
    for (let b = 1; b < players; b++) {
      integrals[a]![b] = integrals[a]![b - 1]! * b / (a + b + 1);
    }
  }
  return integrals;
}
