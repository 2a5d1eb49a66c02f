/** What the published protocol makes of particles whose truth is known. */
import { Random } from "../core/mod.ts";
import { type Estimate, estimatePublished } from "./fit.ts";
import { type Rates } from "./kinetics.ts";
import { publishedRelativeCurrent } from "./published.ts";
import { rawDecayTime_s } from "./raw_times.ts";
import { type SizeDependence, sizeDependence } from "./size.ts";
import { chargeFraction, relativeCurrent, relativeCurrents } from "./sphere.ts";
import type { Trace } from "./trace.ts";

/**
 * Relative error of eqn (1) over Biot number and dimensionless time.
 *
 * @param biots Biot numbers.
 * @param taus Dimensionless times.
 * @returns `f_published / f_exact - 1`, in the order [biot, tau].
 *
 * @example Twelve per cent at Biot number 1 and half a diffusion time
 * ```ts
 * import assert from "node:assert/strict";
 * import { publishedErrors } from "./audit.ts";
 *
 * assert.equal(publishedErrors([1], [0.5])[0]!.toFixed(3), "0.121");
 * ```
 */
export function publishedErrors(
  biots: readonly number[],
  taus: readonly number[],
): Float64Array {
  const errors = new Float64Array(biots.length * taus.length);
  biots.forEach((biot, i) =>
    taus.forEach((tau, j) => {
      errors[i * taus.length + j] = publishedRelativeCurrent(biot, tau) /
          relativeCurrent(biot, tau) - 1;
    })
  );
  return errors;
}

/**
 * Dimensionless time at which eqn (1) first departs from the exact current by
 * more than a tolerance.
 *
 * @param biot Biot number.
 * @param tolerance Relative error, for example 0.01; above 1e-6.
 */
export function publishedValidUntil(biot: number, tolerance: number): number {
  const exceeds = (tau: number) =>
    Math.abs(publishedErrors([biot], [tau])[0]!) > tolerance;
  let high = 0.02;
  while (!exceeds(high)) high *= 1.02;
  let low = high / 1.02;
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2;
    if (exceeds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Noise-free exact trace, one sample a second, lithiation.
 *
 * @param rates True rates.
 * @param charge_C Charge of the whole step.
 * @param duration_s Length of the window in s.
 */
export function exactTrace(
  { rate_s, biot }: Rates,
  charge_C: number,
  duration_s: number,
): Trace {
  const time_s = Float64Array.from(
    { length: Math.floor(duration_s) },
    (_, i) => i + 1,
  );
  return {
    time_s,
    current_A: relativeCurrents(biot, rate_s, time_s)
      .map((f) => -3 * rate_s * charge_C * f),
  };
}

/** What the published protocol makes of a particle. */
export interface ProtocolBias {
  /** Its true rates. */
  readonly truth: Rates;
  /** What the protocol returns; charges are in units of the whole step's. */
  readonly fitted: Estimate;
  /** Share of the charge that passes in the window. */
  readonly completeness: number;
}

/**
 * Rates that the published protocol returns for noise-free traces of exact
 * spheres, with the charge of the window known exactly.
 *
 * Over a grid of truths it maps which pairs of rates the protocol can return at
 * all, and how little the returned rate moves with the true one where the
 * window holds only part of the charge.
 *
 * @param truths True rates.
 * @param duration_s Length of the window in s; the paper's is 1200.
 *
 * @example A slow particle comes out fast
 * ```ts
 * import assert from "node:assert/strict";
 * import { protocolBias } from "./audit.ts";
 *
 * const [slow] = protocolBias([{ rate_s: 2e-4, biot: 0.1 }], 1200);
 * assert.ok(slow!.fitted.rates.rate_s > 6 * 2e-4);
 * ```
 */
export function protocolBias(
  truths: readonly Rates[],
  duration_s: number,
): ProtocolBias[] {
  return truths.map((truth) => {
    const completeness = chargeFraction(truth.biot, truth.rate_s * duration_s);
    const trace = exactTrace(truth, 1, duration_s);
    const fitted = estimatePublished(trace, -1, completeness);
    return { truth, fitted, completeness };
  });
}

/** A world of particles in which size does nothing but scale: D and j0 are constant. */
export interface ClassicalWorld {
  /** Diffusion coefficient in cm^2/s. */
  diffusivity_cm2_s: number;
  /** Biot number of a particle of 5 um radius; it is proportional to the radius. */
  biotAt5um: number;
  /** Diameters in micrometres. */
  diameter_um: readonly number[];
  /** Standard deviation of ln D and ln j0 from particle to particle. */
  scatter: number;
  /** Length of the window in s. */
  duration_s: number;
  /** Seed of the scatter. */
  seed: number;
}

/** What the published protocol finds in a {@linkcode ClassicalWorld}. */
export interface NullExperiment {
  /** Share of the charge that passes in the window, per particle. */
  readonly completeness: Float64Array;
  /** Fitted rates, per particle. */
  readonly fitted: readonly Rates[];
  /** Dependence on the diameter; the truth of the exponent is 0. */
  readonly diffusivity: SizeDependence;
  /** Dependence of j0 on the diameter; the truth is 0. */
  readonly exchange: SizeDependence;
  /** Dependence of the diffusion time; the truth is 2. */
  readonly diffusionTime: SizeDependence;
  /** Dependence of the reaction time; the truth is 1. */
  readonly reactionTime: SizeDependence;
  /** Raw 1/e times in s of the particles that reach it, with their diameters. */
  readonly rawTimes: { diameter_um: Float64Array; time_s: Float64Array };
  /** Dependence of the raw times; null if more than half of the particles do not reach 1/e, as the rest are then a biased choice. */
  readonly rawTime: SizeDependence | null;
}

/**
 * Would the published protocol find "D grows with the diameter squared" if it
 * were not so?
 *
 * Makes noise-free traces of particles with the same D and j0 but for scatter,
 * fits them by the protocol and tests the dependence on size.
 *
 * @param world The world.
 * @throws {RangeError} If fewer than 4 diameters are given or a constant is not positive.
 *
 * @example Slow particles: the protocol finds an exponent of 2 where the truth is 0
 * ```ts
 * import assert from "node:assert/strict";
 * import { nullExperiment } from "./audit.ts";
 *
 * const { diffusivity } = nullExperiment({
 *   diffusivity_cm2_s: 2e-10,
 *   biotAt5um: 0.1,
 *   diameter_um: [5, 7, 9, 11, 13, 15],
 *   scatter: 0.15,
 *   duration_s: 1200,
 *   seed: 1,
 * });
 * assert.ok(diffusivity.law.lower > 1.5);
 * ```
 */
export function nullExperiment(world: ClassicalWorld): NullExperiment {
  const { diffusivity_cm2_s, biotAt5um, diameter_um, scatter, duration_s } =
    world;
  for (
    const [name, value] of Object.entries({
      diffusivity_cm2_s,
      biotAt5um,
      duration_s,
    })
  ) {
    if (!(value > 0)) {
      throw new RangeError(
        `Cannot make the classical world as ${name} must be positive: current value is ${value}`,
      );
    }
  }
  const random = new Random(world.seed, "classical world");
  const truths = diameter_um.map((d): Rates => {
    const lnD = scatter * random.normal(), lnJ = scatter * random.normal();
    const radius_cm = d / 2 * 1e-4;
    return {
      rate_s: diffusivity_cm2_s * Math.exp(lnD) / radius_cm ** 2,
      biot: biotAt5um * (d / 10) * Math.exp(lnJ - lnD),
    };
  });
  const biases = protocolBias(truths, duration_s);
  const fitted = biases.map((bias) => bias.fitted.rates);
  const dependence = (value: (rates: Rates, d: number) => number) =>
    sizeDependence(
      diameter_um,
      fitted.map((rates, i) => value(rates, diameter_um[i]!)),
    );
  const raw = truths.map((truth) =>
    rawDecayTime_s(exactTrace(truth, 1, duration_s), 0.1, 1)
  );
  const reached = raw.map((_, i) => i).filter((i) => raw[i] !== null);
  const rawTimes = {
    diameter_um: Float64Array.from(reached, (i) => diameter_um[i]!),
    time_s: Float64Array.from(reached, (i) => raw[i]!),
  };
  return {
    completeness: Float64Array.from(biases, (bias) => bias.completeness),
    fitted,
    diffusivity: dependence(({ rate_s }, d) => rate_s * d * d),
    exchange: dependence(({ rate_s, biot }, d) => rate_s * biot * d),
    diffusionTime: dependence(({ rate_s }) => 1 / (4 * rate_s)),
    reactionTime: dependence(({ rate_s, biot }) => 1 / (3 * rate_s * biot)),
    rawTimes,
    rawTime: reached.length < diameter_um.length / 2
      ? null
      : sizeDependence(rawTimes.diameter_um, rawTimes.time_s),
  };
}
