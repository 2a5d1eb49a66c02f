/**
 * How damage follows from a particle and its neighbourhood: the law that the
 * synthetic electrodes obey, kept as data so that analyses can be held against it.
 *
 * The form, the signs and the sizes of the coefficients are those of an
 * attribute table that gives the contribution scores of Li et al., Science 376,
 * 517 (2022), doi:10.1126/science.abm8962, Fig. 4, when it is analysed as in
 * the paper.
 */
import { numbers, type Table } from "../core/table.ts";

/** Damage as a function of standardised attributes; see {@linkcode lawfulDamage}. */
export interface DamageLaw {
  /** Mean damage, as share of the particle's volume. */
  readonly mean: number;
  /** Steepness of the response to a standardised attribute. */
  readonly steepness: number;
  /** Main effects by attribute, as share of the particle's volume. */
  readonly coefficients: Readonly<Record<string, number>>;
  /** Product of the responses to two attributes, and its effect. */
  readonly interaction: {
    readonly attributes: readonly [string, string];
    readonly coefficient: number;
  };
  /** What the attributes do not explain: skewed towards severe damage. */
  readonly residual: {
    /** Standard deviation, as share of the particle's volume. */
    readonly sd: number;
    /** Range of wavelengths over which it varies in space, in micrometres; `null` if every particle draws for itself. */
    readonly wavelengths_um: readonly [number, number] | null;
  };
  /** Least and greatest damage. */
  readonly range: readonly [number, number];
}

/** State of the electrode: number of charge and discharge cycles. */
export type Cycles = 10 | 50;

/**
 * The laws after 10 cycles, where the particle itself rules, and after 50,
 * where its neighbourhood does.
 *
 * `VSratio` is the published V^(1/3) / S^(1/2) of the outer surface and thus a
 * function of `Sphericity`: an analysis can only find the two effects together,
 * and one of the registry's volume over surface finds them in `Sphericity`.
 */
export const damageLaws: Readonly<Record<Cycles, DamageLaw>> = {
  10: {
    mean: 0.09,
    steepness: 3,
    coefficients: {
      Z: 0.0115,
      EDensity: -0.01,
      Homogeneity: -0.006,
      SurfOuter: 0.001,
      Volume: 0.0095,
      Elongation: 0.011,
      Sphericity: -0.017,
      VSratio: -0.0105,
      RoughOuter: 0.0105,
      Contact: 0.0025,
      PDensity: 0.002,
      DisNearest: -0.0025,
      VolumeStd: 0.006,
    },
    interaction: { attributes: ["Z", "Elongation"], coefficient: 0.003 },
    residual: { sd: 0.015, wavelengths_um: null },
    range: [0.005, 0.35],
  },
  50: {
    mean: 0.13,
    steepness: 3,
    coefficients: {
      Z: 0.01,
      EDensity: -0.011,
      Homogeneity: -0.0075,
      SurfOuter: 0.0035,
      Volume: 0.009,
      Elongation: 0.0095,
      Sphericity: -0.0105,
      VSratio: -0.0055,
      RoughOuter: 0.004,
      Contact: 0.0155,
      PDensity: 0.0095,
      DisNearest: -0.01,
      VolumeStd: 0.0085,
      OrientIso: 0.0135,
      ElongStd: 0.0115,
    },
    interaction: { attributes: ["Contact", "OrientIso"], coefficient: 0.004 },
    residual: { sd: 0.03, wavelengths_um: [45, 90] },
    range: [0.005, 0.35],
  },
};

/**
 * Damage of each particle by a law:
 * `mean + sum(coefficient * r) + coefficient * r1 * r2 + residual`, where the
 * response `r` to an attribute is `tanh(steepness * z)` less its mean over the
 * particles, and `z` the attribute less its mean over its standard deviation.
 * What falls outside the law's range takes its nearer end.
 *
 * @param attributes One row per particle, with a column for each attribute of the law.
 * @param law The law.
 * @param residual Deviation of each particle with mean 0 and standard deviation 1.
 * @returns Damage as share of the particle's volume.
 * @throws {RangeError} If an attribute is missing or there are not as many residuals as particles.
 *
 * @example Two particles at different depth
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/table.ts";
 * import { damageLaws, lawfulDamage } from "./damage_law.ts";
 *
 * const depth = { id: "Z", unit: "um", values: Float64Array.of(5, 30) };
 * const law = {
 *   ...damageLaws[10],
 *   coefficients: { Z: 0.01 },
 *   interaction: { attributes: ["Z", "Z"] as const, coefficient: 0 },
 * };
 * const damage = lawfulDamage(createTable([depth]), law, new Float64Array(2));
 * assert.ok(damage[0]! < damage[1]!);
 * ```
 */
export function lawfulDamage(
  attributes: Table,
  law: DamageLaw,
  residual: Float64Array,
): Float64Array {
  if (residual.length !== attributes.rows) {
    throw new RangeError(
      `Cannot compute the damage as there must be ${attributes.rows} residuals, one per particle: current number is ${residual.length}`,
    );
  }
  const damage = new Float64Array(attributes.rows).fill(law.mean);
  const responseTo = (id: string) =>
    response(numbers(attributes, id), law.steepness);
  for (const [id, coefficient] of Object.entries(law.coefficients)) {
    const r = responseTo(id);
    for (let i = 0; i < damage.length; i++) damage[i]! += coefficient * r[i]!;
  }
  const [a, b] = law.interaction.attributes;
  const ra = responseTo(a), rb = responseTo(b);
  const [least, greatest] = law.range;
  for (let i = 0; i < damage.length; i++) {
    const lawful = damage[i]! +
      law.interaction.coefficient * ra[i]! * rb[i]! +
      law.residual.sd * residual[i]!;
    damage[i] = Math.min(greatest, Math.max(least, lawful));
  }
  return damage;
}

function response(values: Float64Array, steepness: number): Float64Array {
  const tanh = standardise(values).map((z) => Math.tanh(steepness * z));
  const mean = average(tanh);
  return tanh.map((r) => r - mean);
}

/** Values less their mean, in standard deviations; zeros if all are the same. */
export function standardise(values: Float64Array): Float64Array {
  const mean = average(values);
  const sd = Math.sqrt(average(values.map((v) => (v - mean) ** 2)));
  return values.map((v) => sd > 0 ? (v - mean) / sd : 0);
}

function average(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
