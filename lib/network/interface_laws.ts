/** Laws of the interface between particle and carbon/binder: cohesion, damage, resistance. */
import type { InterfaceParameters } from "./parameters.ts";

/** Initial stiffness (Pa/m) and characteristic opening (m) of the cohesive law. */
export interface CohesiveScale {
  /** Slope of the law at no opening. */
  readonly stiffness_Pa_m: number;
  /** Opening at the peak. */
  readonly opening_m: number;
}

/**
 * Stiffness and opening of the exponential cohesive law `T(d) = K d exp(-d /
 * d_c)`: its peak is the strength, its integral the fracture energy.
 *
 * @param parameters Strength and fracture energy.
 *
 * @example The opening at the peak
 * ```ts
 * import assert from "node:assert/strict";
 * import { cohesiveScale } from "./interface_laws.ts";
 *
 * const { opening_m } = cohesiveScale({ strength_Pa: 2.5e6, fractureEnergy_J_m2: 0.2 });
 * assert.equal(Math.round(opening_m * 1e9), 29);
 * ```
 */
export function cohesiveScale(
  parameters: Pick<InterfaceParameters, "strength_Pa" | "fractureEnergy_J_m2">,
): CohesiveScale {
  const { strength_Pa, fractureEnergy_J_m2 } = parameters;
  const opening_m = fractureEnergy_J_m2 / (Math.E * strength_Pa);
  return { stiffness_Pa_m: Math.E * strength_Pa / opening_m, opening_m };
}

/** What the interface remembers; one entry per pair of nodes. */
export interface InterfaceHistory {
  /** Damage, 0 to 1. */
  readonly damage: Float64Array;
  /** Effective opening at the end of the last step, in metres. */
  readonly effectiveOpening_m: Float64Array;
}

/** Tractions and what follows from them; see {@linkcode cohesiveResponse}. */
export interface CohesiveResponse extends InterfaceHistory {
  /** Normal and tangential traction of each pair, in Pa. */
  readonly traction_Pa: Float64Array;
  /** Derivatives of them: normal by normal, normal by tangential, tangential by normal, tangential by tangential. */
  readonly tangent_Pa_m: Float64Array;
}

/** Space for the response of `count` pairs. */
export function emptyResponse(count: number): CohesiveResponse {
  return {
    damage: new Float64Array(count),
    effectiveOpening_m: new Float64Array(count),
    traction_Pa: new Float64Array(2 * count),
    tangent_Pa_m: new Float64Array(4 * count),
  };
}

/**
 * Tractions across the interface at given openings, with damage that grows
 * within the step (implicit).
 *
 * The effective opening is that of opening and sliding together; closing is
 * resisted by the full stiffness. Damage is the largest of its old value, the
 * monotonic law `1 - exp(-d / d_c)` and fatigue, which grows with the opening
 * travelled above a threshold, by `<d d> / d_fatigue * <d / d_c - threshold> *
 * (1 - D)`; it never heals. Both laws are our choice; the fatigue law follows
 * the form of K. L. Roe and T. Siegmund, Eng. Fract. Mech. 70, 209 (2003),
 * doi:10.1016/S0013-7944(02)00034-6.
 *
 * @param parameters Strength, fracture energy, fatigue.
 * @param opening_m Normal and tangential opening of each pair.
 * @param history Damage and effective opening at the end of the last step.
 * @param out Takes the result; from {@linkcode emptyResponse}.
 */
export function cohesiveResponse(
  parameters: InterfaceParameters,
  opening_m: Float64Array,
  history: InterfaceHistory,
  out: CohesiveResponse,
): CohesiveResponse {
  const { stiffness_Pa_m: k, opening_m: scale } = cohesiveScale(parameters);
  const { fatigueLength_m, fatigueThreshold } = parameters;
  for (let a = 0; a < history.damage.length; a++) {
    const normal = opening_m[2 * a]!, sliding = opening_m[2 * a + 1]!;
    const open = Math.max(normal, 0);
    const effective = Math.sqrt(open * open + sliding * sliding);
    const before = history.damage[a]!;
    const monotonic = -Math.expm1(-effective / scale);
    const travelled = effective - history.effectiveOpening_m[a]!;
    const excess = effective / scale - fatigueThreshold;
    let damage = before, growth = 0;
    if (travelled > 0 && excess > 0) {
      const increment = travelled / fatigueLength_m * excess;
      damage = (before + increment) / (1 + increment);
      growth = (1 - before) / (1 + increment) ** 2 *
        (excess + travelled / scale) / fatigueLength_m;
    }
    if (monotonic > damage) {
      damage = monotonic;
      growth = (1 - monotonic) / scale;
    }
    out.damage[a] = damage;
    out.effectiveOpening_m[a] = effective;
    const left = (1 - damage) * k;
    // Direction of the effective opening; at rest damage does not grow.
    const alongNormal = effective > 0 ? open / effective : 0;
    const alongSliding = effective > 0 ? sliding / effective : 0;
    out.traction_Pa[2 * a] = normal > 0 ? left * normal : k * normal;
    out.traction_Pa[2 * a + 1] = left * sliding;
    const loss = growth * k;
    out.tangent_Pa_m[4 * a] = normal > 0 ? left - loss * alongNormal * open : k;
    out.tangent_Pa_m[4 * a + 1] = -loss * alongSliding * open;
    out.tangent_Pa_m[4 * a + 2] = -loss * alongNormal * sliding;
    out.tangent_Pa_m[4 * a + 3] = left - loss * alongSliding * sliding;
  }
  return out;
}

/**
 * Resistance of the interface in Ohm m2 at a given damage; our choice of laws.
 *
 * @param parameters Law and scales.
 * @param damage Damage, 0 to 1.
 */
export function interfaceResistance(
  parameters: InterfaceParameters,
  damage: number,
): number {
  const felt = parameters.feedback * damage;
  const { resistance_Ohm_m2, damageResistance_Ohm_m2: scale } = parameters;
  const sharpness = parameters.resistanceSharpness;
  const added = parameters.resistanceLaw === "exponential"
    ? Math.expm1(sharpness * felt)
    : felt / (1 - felt + 1 / sharpness);
  return resistance_Ohm_m2 + scale * added;
}
