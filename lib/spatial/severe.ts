/** Severely damaged particles. */
import { normalQuantile, quantile } from "../statistics/mod.ts";

/**
 * What makes a particle severely damaged: a degree of damage that is the same
 * for all electrodes, or a quantile of its own electrode. With a quantile all
 * electrodes have the same share of such particles by construction, so it can
 * say nothing about their number.
 */
export type SevereCriterion =
  | { readonly threshold: number }
  | { readonly quantile: number };

/** A number with its 95 % confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** Severely damaged particles of an electrode. */
export interface SevereParticles {
  /** Their rows in the table. */
  readonly rows: Uint32Array;
  /** Damage from which a particle counts. */
  readonly threshold: number;
  /** Share of all particles (interval of Wilson). */
  readonly share: Estimate;
}

/**
 * Picks the severely damaged particles.
 *
 * Source of the interval: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927),
 * doi:10.1080/01621459.1927.10502953.
 *
 * @param damage Degree of damage of each particle, 0 to 1.
 * @param criterion Threshold (included) or quantile.
 * @throws {RangeError} If there is no particle, or the threshold or quantile is
 * not from 0 to 1.
 *
 * @example Two of four
 * ```ts
 * import assert from "node:assert/strict";
 * import { severeParticles } from "./severe.ts";
 *
 * const damage = Float64Array.of(0.05, 0.2, 0.18, 0.1);
 * const { rows, share } = severeParticles(damage, { threshold: 0.18 });
 * assert.deepEqual([...rows], [1, 2]);
 * assert.equal(share.value, 0.5);
 * ```
 */
export function severeParticles(
  damage: Float64Array,
  criterion: SevereCriterion,
): SevereParticles {
  const [name, level] = "threshold" in criterion
    ? ["threshold", criterion.threshold]
    : ["quantile", criterion.quantile];
  if (!(level >= 0 && level <= 1) || damage.length === 0) {
    throw new RangeError(
      `Cannot pick severely damaged particles as the ${name} must be from 0 to 1 and there must be particles: current values are ${level} and ${damage.length} particles`,
    );
  }
  const threshold = name === "threshold" ? level : quantile(damage, level);
  const rows = Uint32Array.from(
    [...damage.keys()].filter((row) => damage[row]! >= threshold),
  );
  return { rows, threshold, share: wilson(rows.length, damage.length) };
}

/**
 * Number of particles per volume, with the interval of a Poisson count
 * (approximation of Byar, right to a per cent from one particle on).
 *
 * Particles that attract each other scatter more than a Poisson count; the
 * interval is then too narrow.
 *
 * Source: N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research
 * II (1987), eq. 2.11 (IARC Scientific Publications 82).
 *
 * @param count Number of particles.
 * @param volume_um3 Volume in which they were counted.
 * @returns Per cubic millimetre.
 * @throws {RangeError} If the volume is not positive.
 */
export function numberDensity(count: number, volume_um3: number): Estimate {
  if (!(volume_um3 > 0)) {
    throw new RangeError(
      `Cannot count per volume as the volume must be positive: current value is ${volume_um3}`,
    );
  }
  const z = normalQuantile(0.975), scale = 1e9 / volume_um3;
  const bound = (n: number, sign: number) =>
    n === 0 ? 0 : n * (1 - 1 / (9 * n) + sign * z / (3 * Math.sqrt(n))) ** 3;
  return {
    value: count * scale,
    lower: bound(count, -1) * scale,
    upper: bound(count + 1, 1) * scale,
  };
}

function wilson(count: number, total: number): Estimate {
  const z2 = normalQuantile(0.975) ** 2, p = count / total;
  const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = Math.sqrt(z2 * (p * (1 - p) / total + z2 / (4 * total ** 2))) /
    (1 + z2 / total);
  return {
    value: p,
    lower: Math.max(0, centre - half),
    upper: Math.min(1, centre + half),
  };
}
