/** What a slow coin-cell curve says about the material: lithium fraction, slope of the potential, capacitance. */
import { DataError } from "../core/mod.ts";
import { solveInPlace } from "./cholesky.ts";
import { faraday_C_mol } from "./kinetics.ts";

/** Constants of the active material. */
export interface Material {
  /** Molar mass of the fully lithiated material in g/mol. */
  readonly molarMass_g_mol: number;
  /** Density in g/cm^3. */
  readonly density_g_cm3: number;
}

/** Potential against lithium content. */
export interface PotentialCurve {
  /** Potential in V. */
  readonly voltage_V: Float64Array;
  /** Lithium fraction, 1 where the material is full. */
  readonly lithiumFraction: Float64Array;
  /** Lithium concentration of the full material in mol/cm^3. */
  readonly fullConcentration_mol_cm3: number;
}

/**
 * Potential against lithium fraction from a coin cell's charge curve.
 *
 * @param capacity_mAh_g Charge extracted so far per mass of active material.
 * @param voltage_V Potential at the same samples.
 * @param material Molar mass and density.
 * @param fractionAtStart Lithium fraction where the capacity is zero; it is 1
 * for the first charge of a full material.
 * @throws {DataError} If there are fewer than 5 samples, their numbers differ, or
 * the lithium fraction leaves 0 to 1 (the message names the sample, from 1).
 *
 * @example Half of the lithium of NMC532 is 139 mAh/g
 * ```ts
 * import assert from "node:assert/strict";
 * import { potentialCurve } from "./coin_cell.ts";
 *
 * const capacity = Float64Array.of(0, 40, 80, 120, 138.79);
 * const voltage = Float64Array.of(3.6, 3.75, 3.8, 4, 4.2);
 * const nmc532 = { molarMass_g_mol: 96.553, density_g_cm3: 4.77 };
 * const { lithiumFraction } = potentialCurve(capacity, voltage, nmc532, 1);
 * assert.ok(Math.abs(lithiumFraction[4]! - 0.5) < 1e-4);
 * ```
 */
export function potentialCurve(
  capacity_mAh_g: Float64Array,
  voltage_V: Float64Array,
  { molarMass_g_mol, density_g_cm3 }: Material,
  fractionAtStart: number,
): PotentialCurve {
  if (capacity_mAh_g.length !== voltage_V.length || voltage_V.length < 5) {
    throw new DataError(
      `Cannot use the coin-cell curve as it must have at least 5 samples of capacity and voltage: current values are ${capacity_mAh_g.length} and ${voltage_V.length}`,
    );
  }
  const perCapacity = 3.6 * molarMass_g_mol / faraday_C_mol; // 1 mAh = 3.6 C
  const lithiumFraction = capacity_mAh_g.map((capacity) =>
    fractionAtStart - capacity * perCapacity
  );
  const outside = lithiumFraction.findIndex((x) => !(x >= 0 && x <= 1));
  if (outside >= 0) {
    throw new DataError(
      `Cannot use the coin-cell curve as the lithium fraction must lie between 0 and 1: current value of sample ${
        outside + 1
      } is ${lithiumFraction[outside]}`,
    );
  }
  return {
    voltage_V,
    lithiumFraction,
    fullConcentration_mol_cm3: density_g_cm3 / molarMass_g_mol,
  };
}

/**
 * Slope of the potential with lithium concentration in V cm^3/mol, negative for
 * a cathode: the quadratic through the samples within a window of potential.
 *
 * Lithium is taken as a function of potential, so that flat stretches of the
 * curve, where samples crowd, do not weigh more.
 *
 * @param curve The curve.
 * @param voltage_V Where.
 * @param halfWindow_V How far samples may lie from it; wide enough for some
 * dozens of samples, narrow enough for the curve to be a parabola.
 * @throws {RangeError} If fewer than 5 samples lie in the window, or lithium does
 * not change in it.
 */
export function potentialSlope_V_cm3_mol(
  curve: PotentialCurve,
  voltage_V: number,
  halfWindow_V: number,
): number {
  const local = quadraticAt(curve, voltage_V, halfWindow_V);
  if (local.slope === 0) {
    throw new RangeError(
      `Cannot find the slope of the potential as lithium must change with it: current value is 0 at ${voltage_V} V`,
    );
  }
  return 1 / (local.slope * curve.fullConcentration_mol_cm3);
}

/**
 * Lithium fraction at a potential, from the same parabola as
 * {@linkcode potentialSlope_V_cm3_mol}.
 *
 * @param curve The curve.
 * @param voltage_V Where.
 * @param halfWindow_V How far samples may lie from it.
 * @throws {RangeError} If fewer than 5 samples lie in the window.
 */
export function lithiumFractionAt(
  curve: PotentialCurve,
  voltage_V: number,
  halfWindow_V: number,
): number {
  return quadraticAt(curve, voltage_V, halfWindow_V).value;
}

/**
 * Capacitance per volume in F/cm^3: `C_V = F / |dV/dC|`.
 *
 * @param dVdC_V_cm3_mol Slope of the potential with lithium concentration.
 *
 * @example The slope assumed at 4.1 V
 * ```ts
 * import assert from "node:assert/strict";
 * import { capacitance_F_cm3 } from "./coin_cell.ts";
 *
 * assert.ok(Math.abs(capacitance_F_cm3(-37.5) - 2572.942) < 1e-3);
 * ```
 */
export function capacitance_F_cm3(dVdC_V_cm3_mol: number): number {
  return faraday_C_mol / Math.abs(dVdC_V_cm3_mol);
}

/**
 * Change of the lithium fraction by a potential step, `C_V |dV| / (F c_full)`.
 *
 * @param dVdC_V_cm3_mol Slope of the potential with lithium concentration.
 * @param step_V Height of the step.
 * @param fullConcentration_mol_cm3 Lithium concentration of the full material.
 */
export function concentrationChange(
  dVdC_V_cm3_mol: number,
  step_V: number,
  fullConcentration_mol_cm3: number,
): number {
  return Math.abs(step_V / dVdC_V_cm3_mol) / fullConcentration_mol_cm3;
}

/** Lithium fraction and its slope with potential at one potential. */
function quadraticAt(
  { voltage_V, lithiumFraction }: PotentialCurve,
  at_V: number,
  halfWindow_V: number,
): { value: number; slope: number } {
  const sums = new Float64Array(5), right = new Float64Array(3);
  let count = 0;
  for (let i = 0; i < voltage_V.length; i++) {
    const u = (voltage_V[i]! - at_V) / halfWindow_V;
    if (Math.abs(u) > 1) continue;
    count++;
    for (let k = 0; k < 5; k++) sums[k]! += u ** k;
    for (let k = 0; k < 3; k++) right[k]! += u ** k * lithiumFraction[i]!;
  }
  const matrix = Float64Array.from(
    { length: 9 },
    (_, i) => sums[i % 3 + Math.floor(i / 3)]!,
  );
  if (count < 5 || !solveInPlace(matrix, right)) {
    throw new RangeError(
      `Cannot differentiate the coin-cell curve as at least 5 samples at different potentials must lie within ${halfWindow_V} V of ${at_V} V: current value is ${count}`,
    );
  }
  return { value: right[0]!, slope: right[1]! / halfWindow_V };
}
