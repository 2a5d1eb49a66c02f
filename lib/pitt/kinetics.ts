/** What the two rates of a trace, `k = D / r^2` and `k B`, say about a particle. */

/** Faraday constant in C/mol (CODATA 2018). */
export const faraday_C_mol = 96485.33212;
/** Gas constant in J/(mol K) (CODATA 2018). */
export const gas_J_mol_K = 8.314462618;

/** Exchange current and diffusivity of a particle at one potential. */
export interface Kinetics {
  /** Diffusion coefficient in cm^2/s. */
  readonly diffusivity_cm2_s: number;
  /** Exchange current density in A/cm^2. */
  readonly exchange_A_cm2: number;
}

/** What is known of a particle and a step beside the trace. */
export interface StepConditions {
  /** Radius of the sphere, or another assumed diffusion length, in micrometres. */
  readonly radius_um: number;
  /** Temperature in kelvin. */
  readonly temperature_K: number;
  /** Slope of the potential with lithium concentration in V cm^3/mol; negative for a cathode. */
  readonly dVdC_V_cm3_mol: number;
}

/** The two rates that a trace holds. */
export interface Rates {
  /** Diffusion rate `k = D / r^2` in 1/s. */
  readonly rate_s: number;
  /** Biot number. */
  readonly biot: number;
}

/**
 * Diffusivity `D = k r^2` and exchange current density from the rates of a
 * trace; eqn (2), `j0 = -B D R T / (r dV/dC)`.
 *
 * No Faraday constant appears in eqn (2) as `dV/dC` counts lithium in moles.
 *
 * Source: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j, eqn (2).
 *
 * @param rates Rates of the trace.
 * @param conditions Radius, temperature, slope of the potential.
 * @throws {RangeError} If radius or temperature are not positive or the slope is zero.
 *
 * @example Doubling the assumed radius quadruples D and doubles j0
 * ```ts
 * import assert from "node:assert/strict";
 * import { kineticsOf } from "./kinetics.ts";
 *
 * const at = (radius_um: number) =>
 *   kineticsOf({ rate_s: 2e-3, biot: 1.5 }, {
 *     radius_um,
 *     temperature_K: 302.15,
 *     dVdC_V_cm3_mol: -37.5,
 *   });
 * assert.ok(Math.abs(at(10).diffusivity_cm2_s / at(5).diffusivity_cm2_s - 4) < 1e-12);
 * assert.ok(Math.abs(at(10).exchange_A_cm2 / at(5).exchange_A_cm2 - 2) < 1e-12);
 * ```
 */
export function kineticsOf(
  { rate_s, biot }: Rates,
  conditions: StepConditions,
): Kinetics {
  assertConditions(conditions);
  const { radius_um, temperature_K, dVdC_V_cm3_mol } = conditions;
  const radius_cm = radius_um * 1e-4;
  return {
    diffusivity_cm2_s: rate_s * radius_cm ** 2,
    exchange_A_cm2: biot * rate_s * radius_cm * gas_J_mol_K * temperature_K /
      Math.abs(dVdC_V_cm3_mol),
  };
}

/**
 * Rates of the trace that a particle gives; the inverse of {@linkcode kineticsOf}.
 *
 * @param kinetics Diffusivity and exchange current density.
 * @param conditions Radius, temperature, slope of the potential.
 * @throws {RangeError} As {@linkcode kineticsOf}.
 */
export function ratesOf(
  { diffusivity_cm2_s, exchange_A_cm2 }: Kinetics,
  conditions: StepConditions,
): Rates {
  assertConditions(conditions);
  const { radius_um, temperature_K, dVdC_V_cm3_mol } = conditions;
  const radius_cm = radius_um * 1e-4;
  return {
    rate_s: diffusivity_cm2_s / radius_cm ** 2,
    biot: exchange_A_cm2 * Math.abs(dVdC_V_cm3_mol) * radius_cm /
      (gas_J_mol_K * temperature_K * diffusivity_cm2_s),
  };
}

/**
 * Diffusion time `l^2 / (4 D)` in seconds.
 *
 * @param diffusivity_cm2_s Diffusion coefficient in cm^2/s.
 * @param length_um Diffusion length in micrometres.
 */
export function diffusionTime_s(
  diffusivity_cm2_s: number,
  length_um: number,
): number {
  return (length_um * 1e-4) ** 2 / (4 * diffusivity_cm2_s);
}

/**
 * Reaction time of a sphere in seconds: charge-transfer resistance times
 * capacitance, `C_V volume R T / (j0 area F)`.
 *
 * With `C_V = F / |dV/dC|` and eqn (2) it is `r^2 / (3 B D) = 1 / (3 k B)`: then
 * neither radius nor slope of the potential matter. The area is that of the
 * outer surface, not the projected one.
 *
 * @param capacitance_F_cm3 Capacitance per volume.
 * @param exchange_A_cm2 Exchange current density.
 * @param radius_um Radius in micrometres.
 * @param temperature_K Temperature in kelvin.
 *
 * @example The published medians at 4.1 V
 * ```ts
 * import assert from "node:assert/strict";
 * import { reactionTime_s } from "./kinetics.ts";
 *
 * const time_s = reactionTime_s(2572.942, 1.04e-4, 5.05, 302.15);
 * assert.ok(Math.abs(time_s - 108.433) < 1e-3);
 * ```
 */
export function reactionTime_s(
  capacitance_F_cm3: number,
  exchange_A_cm2: number,
  radius_um: number,
  temperature_K: number,
): number {
  const volumePerArea_cm = radius_um * 1e-4 / 3;
  return capacitance_F_cm3 * volumePerArea_cm * gas_J_mol_K * temperature_K /
    (exchange_A_cm2 * faraday_C_mol);
}

/**
 * Diffusion and reaction time of a trace, `1 / (4 k)` and `1 / (3 k B)`, which
 * need no radius and no slope of the potential.
 *
 * @param rates Rates of the trace.
 */
export function characteristicTimes(
  { rate_s, biot }: Rates,
): { diffusion_s: number; reaction_s: number } {
  return { diffusion_s: 1 / (4 * rate_s), reaction_s: 1 / (3 * rate_s * biot) };
}

/**
 * Charge-weighted mean time of a step in seconds, the integral of `t |I|` over
 * the charge: `r^2 / (15 D) + r^2 / (3 B D)`.
 *
 * @param rates Rates of the trace.
 *
 * @example It is the sum of 4/15 of the diffusion time and the reaction time
 * ```ts
 * import assert from "node:assert/strict";
 * import { characteristicTimes, meanTime_s } from "./kinetics.ts";
 *
 * const rates = { rate_s: 2e-3, biot: 1.5 };
 * const { diffusion_s, reaction_s } = characteristicTimes(rates);
 * assert.ok(Math.abs(meanTime_s(rates) - 4 / 15 * diffusion_s - reaction_s) < 1e-10);
 * ```
 */
export function meanTime_s({ rate_s, biot }: Rates): number {
  return (1 / 15 + 1 / (3 * biot)) / rate_s;
}

/**
 * Current right after the step in amperes, `3 k B Q`, without sign.
 *
 * @param rates Rates of the trace.
 * @param charge_C Charge of the whole step, to infinite time.
 */
export function initialCurrent_A(
  { rate_s, biot }: Rates,
  charge_C: number,
): number {
  return 3 * rate_s * biot * Math.abs(charge_C);
}

/**
 * Rates of the trace of a particle behind a series resistance, such as that of
 * its contact.
 *
 * With linear kinetics the resistance adds to that of charge transfer, so that
 * the reaction time grows by resistance times capacitance and nothing else
 * changes: a trace cannot tell the two apart, and a fit returns a lower j0.
 *
 * @param rates Rates without it.
 * @param resistance_ohm Series resistance.
 * @param capacitance_F Charge of the whole step over its height.
 * @throws {RangeError} If resistance or capacitance are negative.
 *
 * @example The initial current is that of both resistances in series
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCurrent_A, withSeriesResistance } from "./kinetics.ts";
 *
 * const rates = { rate_s: 2e-3, biot: 1.5 }, charge_C = 1.5e-8, step_V = 0.015;
 * const transfer_ohm = step_V / initialCurrent_A(rates, charge_C);
 * const both = withSeriesResistance(rates, 1e6, charge_C / step_V);
 * const current_A = initialCurrent_A(both, charge_C);
 * assert.ok(Math.abs(current_A / (step_V / (transfer_ohm + 1e6)) - 1) < 1e-12);
 * ```
 */
export function withSeriesResistance(
  rates: Rates,
  resistance_ohm: number,
  capacitance_F: number,
): Rates {
  if (!(resistance_ohm >= 0 && capacitance_F >= 0)) {
    throw new RangeError(
      `Cannot add a series resistance as it and the capacitance must not be negative: current values are ${resistance_ohm} ohm and ${capacitance_F} F`,
    );
  }
  const { reaction_s } = characteristicTimes(rates);
  const slower_s = reaction_s + resistance_ohm * capacitance_F;
  return { rate_s: rates.rate_s, biot: rates.biot * reaction_s / slower_s };
}

/**
 * Exchange current density from the initial current alone, in A/cm^2:
 * `|I0| R T / (F dV area)`.
 *
 * It needs no slope of the potential, so that it checks eqn (2): the two
 * disagree if the slope, the volume or the height of the step is wrong. Both
 * take a series resistance for slow kinetics (see {@linkcode withSeriesResistance}).
 *
 * @param initial_A Current right after the step.
 * @param step_V Height of the potential step.
 * @param radius_um Radius of the sphere.
 * @param temperature_K Temperature in kelvin.
 */
export function exchangeFromInitialCurrent_A_cm2(
  initial_A: number,
  step_V: number,
  radius_um: number,
  temperature_K: number,
): number {
  const area_cm2 = 4 * Math.PI * (radius_um * 1e-4) ** 2;
  return Math.abs(initial_A) * gas_J_mol_K * temperature_K /
    (faraday_C_mol * Math.abs(step_V) * area_cm2);
}

function assertConditions(
  { radius_um, temperature_K, dVdC_V_cm3_mol }: StepConditions,
) {
  for (const [name, value] of Object.entries({ radius_um, temperature_K })) {
    if (!(value > 0 && value < Infinity)) {
      throw new RangeError(
        `Cannot relate rates and kinetics as ${name} must be positive: current value is ${value}`,
      );
    }
  }
  if (!(Math.abs(dVdC_V_cm3_mol) > 0 && Number.isFinite(dVdC_V_cm3_mol))) {
    throw new RangeError(
      `Cannot relate rates and kinetics as dV/dC must be finite and not zero: current value is ${dVdC_V_cm3_mol}`,
    );
  }
}
