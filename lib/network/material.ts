/** Properties of the active material as functions of the stoichiometry x = C/Cmax. */
import type {
  ActiveMaterial,
  Diffusivity,
  ExchangeCurrent,
  OpenCircuitVoltage,
  VolumeChange,
} from "./parameters.ts";

/** A value and its derivative with respect to x. */
export type WithSlope = [value: number, slope: number];

/**
 * Open-circuit voltage in V and its slope.
 *
 * @param law Coefficients.
 * @param x Stoichiometry, 0 to 1.
 * @param out Takes value and slope.
 *
 * @example A straight line
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCircuitVoltage } from "./material.ts";
 *
 * const line = { constant_V: 4, slope_V: -1, terms: [], end_V: 0, endWidth: 0.01 };
 * assert.deepEqual(openCircuitVoltage(line, 0.5), [3.5, -1]);
 * ```
 */
export function openCircuitVoltage(
  law: OpenCircuitVoltage,
  x: number,
  out: WithSlope = [0, 0],
): WithSlope {
  let value = law.constant_V + law.slope_V * x, slope = law.slope_V;
  for (const { amplitude_V, steepness, centre } of law.terms) {
    const t = Math.tanh(steepness * (x - centre));
    value += amplitude_V * t;
    slope += amplitude_V * steepness * (1 - t * t);
  }
  const { end_V, endWidth } = law;
  if (end_V !== 0) {
    const empty = end_V * Math.exp(-x / endWidth);
    const full = end_V * Math.exp((x - 1) / endWidth);
    value += empty - full;
    slope -= (empty + full) / endWidth;
  }
  out[0] = value;
  out[1] = slope;
  return out;
}

/**
 * Exchange current density in A/m2 and its slope.
 *
 * @param law Coefficients.
 * @param x Stoichiometry, between 0 and 1.
 * @param out Takes value and slope.
 */
export function exchangeCurrent(
  law: ExchangeCurrent,
  x: number,
  out: WithSlope = [0, 0],
): WithSlope {
  const value = law.reference_A_m2 * x ** law.lithiated *
    (1 - x) ** law.vacant;
  out[0] = value;
  out[1] = value * (law.lithiated / x - law.vacant / (1 - x));
  return out;
}

/** Next to 0 and 1 the laws of the surface become singular; from here on they are continued. */
const margin = 0.002;

/**
 * Open-circuit voltage and exchange current at a particle's surface, within
 * 0.002 of empty and full continued by their tangent and by a constant: trial
 * values of Newton's method may lie beyond 0 and 1.
 *
 * @param material Laws.
 * @param x Stoichiometry, any number.
 * @param voltage Takes the open-circuit voltage in V and its slope.
 * @param current Takes the exchange current density in A/m2 and its slope.
 */
export function surfaceLaws(
  material: ActiveMaterial,
  x: number,
  voltage: WithSlope,
  current: WithSlope,
): void {
  const inside = Math.min(Math.max(x, margin), 1 - margin);
  openCircuitVoltage(material.openCircuitVoltage, inside, voltage);
  exchangeCurrent(material.exchangeCurrent, inside, current);
  if (x !== inside) {
    voltage[0] += voltage[1] * (x - inside);
    current[1] = 0;
  }
}

/**
 * Diffusivity in m2/s and its slope.
 *
 * @param law Coefficients.
 * @param x Stoichiometry.
 * @param out Takes value and slope.
 */
export function diffusivity(
  law: Diffusivity,
  x: number,
  out: WithSlope = [0, 0],
): WithSlope {
  let exponent = 0, slope = 0;
  for (const { depth, centre, width } of law.dips) {
    const dip = depth * Math.exp(-((x - centre) ** 2) / width);
    exponent -= dip;
    slope += 2 * (x - centre) / width * dip;
  }
  out[0] = law.peak_m2_s * 10 ** exponent;
  out[1] = out[0] * Math.LN10 * slope;
  return out;
}

/**
 * Relative change of volume against full lithiation (x = 1) and its slope.
 *
 * @param law Coefficients.
 * @param x Stoichiometry.
 * @param out Takes value and slope.
 */
export function volumeChange(
  law: VolumeChange,
  x: number,
  out: WithSlope = [0, 0],
): WithSlope {
  const { slope, collapseSlope, collapseStart, collapseWidth } = law;
  const s = (collapseStart - x) / collapseWidth;
  // ln(1 + e^s) without overflow.
  const softplus = s > 0
    ? s + Math.log1p(Math.exp(-s))
    : Math.log1p(Math.exp(s));
  out[0] = -(slope * (1 - x) + collapseSlope * collapseWidth * softplus);
  out[1] = slope + collapseSlope / (1 + Math.exp(-s));
  return out;
}
