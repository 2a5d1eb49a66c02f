/** Kinetics for an assumed diffusion length that all particles share. */
import {
  type Kinetics,
  kineticsOf,
  type Rates,
  type StepConditions,
} from "./kinetics.ts";

/** Kinetics at one assumed radius, with what does not depend on it. */
export interface AssumedRadius extends Kinetics {
  /** The assumed radius in micrometres. */
  readonly radius_um: number;
  /** `D / r^2` in 1/s: what a trace really holds. */
  readonly diffusionRate_s: number;
  /** `j0 / r` in A/cm^3. */
  readonly exchangePerRadius_A_cm3: number;
}

/**
 * Diffusion coefficient and exchange current density over assumed radii.
 *
 * A trace holds `D / r^2` and `j0 / r` only, so that D rises with the square of
 * the assumed radius and j0 with the radius itself, whatever the particle.
 *
 * Source: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j, Figs 6 and S21.
 *
 * @param rates Rates of a trace.
 * @param conditions Temperature and slope of the potential.
 * @param radii_um Assumed radii in micrometres.
 * @throws {RangeError} As {@linkcode kineticsOf}.
 *
 * @example The invariants
 * ```ts
 * import assert from "node:assert/strict";
 * import { sweepRadius } from "./effective_radius.ts";
 *
 * const sweep = sweepRadius(
 *   { rate_s: 2e-3, biot: 1.5 },
 *   { temperature_K: 302.15, dVdC_V_cm3_mol: -37.5 },
 *   [0.5, 5],
 * );
 * const [small, large] = sweep.map((at) => at.diffusionRate_s);
 * assert.ok(Math.abs(small! / large! - 1) < 1e-12);
 * ```
 */
export function sweepRadius(
  rates: Rates,
  conditions: Omit<StepConditions, "radius_um">,
  radii_um: readonly number[],
): AssumedRadius[] {
  return radii_um.map((radius_um) => {
    const kinetics = kineticsOf(rates, { ...conditions, radius_um });
    const radius_cm = radius_um * 1e-4;
    return {
      radius_um,
      ...kinetics,
      diffusionRate_s: kinetics.diffusivity_cm2_s / radius_cm ** 2,
      exchangePerRadius_A_cm3: kinetics.exchange_A_cm2 / radius_cm,
    };
  });
}
