/** Whether damage changes with depth. */
import type { Random } from "../core/mod.ts";
import { mean, spearman } from "../statistics/mod.ts";
import {
  compareWithNull,
  type Draws,
  type NullComparison,
} from "./distances.ts";
import { meanInterval } from "./representative.ts";
import type { Estimate } from "./severe.ts";

/** Mean of the particles in a slab. */
export interface Slab extends Estimate {
  /** Depths between which the centres lie, in micrometres. */
  readonly from_um: number;
  readonly to_um: number;
  /** Number of particles. */
  readonly particles: number;
}

/** Fewest particles from which an interval is given. */
const FEWEST = 5;
const DRAWS = 2000;

/**
 * Means of slabs of equal thickness, with BCa intervals. Slabs with fewer than
 * five particles are left out, as they have no interval to speak of.
 *
 * @param z_um Depth of each particle.
 * @param values One per particle.
 * @param thickness_um Of a slab; a layer of particles or more.
 * @param random Source of the bootstrap.
 */
export function depthProfile(
  z_um: Float64Array,
  values: Float64Array,
  thickness_um: number,
  random: Random,
): Slab[] {
  const slabs = Map.groupBy(
    values.keys(),
    (row) => Math.floor(z_um[row]! / thickness_um),
  );
  return [...slabs].sort((a, b) => a[0] - b[0])
    .filter(([, rows]) => rows.length >= FEWEST)
    .map(([slab, rows]) => ({
      from_um: slab * thickness_um,
      to_um: (slab + 1) * thickness_um,
      particles: rows.length,
      ...meanInterval(
        Float64Array.from(rows, (row) => values[row]!),
        DRAWS,
        random,
      ),
    }));
}

/**
 * Rank correlation of damage with depth against permutation.
 *
 * @param z_um Depth of each particle.
 * @param values One per particle.
 * @param options Number and source of the draws.
 */
export function depthTrend(
  z_um: Float64Array,
  values: Float64Array,
  { draws, random }: Draws,
): NullComparison {
  return compareWithNull(
    spearman(z_um, values).r,
    Float64Array.from({ length: draws }, () => {
      const order = random.permutation(values.length);
      return spearman(z_um, values.map((_, i) => values[order[i]!]!)).r;
    }),
  );
}

/** Difference of two depth trends and its two-sided p-value by exchanging particles between the electrodes. */
export function depthTrendDifference(
  first: { z_um: Float64Array; values: Float64Array },
  second: { z_um: Float64Array; values: Float64Array },
  { draws, random }: Draws,
): { value: number; p: number } {
  // Values less their electrode's mean: only the trend may tell them apart.
  const centred = [first, second].map(({ z_um, values }) => {
    const centre = mean(values);
    return { z_um, values: values.map((v) => v - centre) };
  });
  const n = first.values.length;
  const z = Float64Array.from(centred.flatMap((c) => [...c.z_um]));
  const v = Float64Array.from(centred.flatMap((c) => [...c.values]));
  const difference = (order: ArrayLike<number>) => {
    const rows = Array.from(order);
    const trend = (part: number[]) =>
      spearman(part.map((i) => z[i]!), part.map((i) => v[i]!)).r;
    return trend(rows.slice(n)) - trend(rows.slice(0, n));
  };
  const value = difference([...z.keys()]);
  let beyond = 1;
  for (let draw = 0; draw < draws; draw++) {
    const drawn = difference(random.permutation(z.length));
    if (Math.abs(drawn) >= Math.abs(value)) beyond++;
  }
  return { value, p: beyond / (draws + 1) };
}
