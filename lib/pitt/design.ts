/** What an experiment of a given length, sampling and noise can know. */
import type { Rates } from "./kinetics.ts";
import { createProblem, evaluateAt, type Free } from "./projection.ts";
import { type StandardErrors, standardErrors } from "./region.ts";
import { exactCurrent, relativeCurrents } from "./sphere.ts";
import { sample, type Sampling } from "./trace.ts";

/** A planned potential step. */
export interface StepPlan {
  /** Expected rates. */
  rates: Rates;
  /** Expected charge of the whole step in C. */
  charge_C: number;
  /** Noise of one sample in A. */
  noise_A: number;
  /** Time between samples in s. */
  interval_s: number;
  /** Length of the step in s. */
  duration_s: number;
  /** Which samples the fit will use; by default all. */
  sampling?: Sampling;
  /** Standard deviation of the current offset in A: 0 for none, infinite for a free one; by default 0. */
  offset_A?: number;
}

/**
 * Lowest standard errors that any fit of a planned step can have (the
 * Cramer-Rao bound for white noise), with the charge free.
 *
 * @param plan The plan.
 * @throws {RangeError} If a quantity is not positive.
 * @throws {DataError} If fewer than 4 samples are planned.
 *
 * @example Noise three times as low
 * ```ts
 * import assert from "node:assert/strict";
 * import { expectedErrors } from "./design.ts";
 *
 * const plan = {
 *   rates: { rate_s: 2e-3, biot: 1 },
 *   charge_C: 2e-8,
 *   noise_A: 3e-13,
 *   interval_s: 1,
 *   duration_s: 1200,
 * };
 * const better = expectedErrors({ ...plan, noise_A: 1e-13 });
 * const ratio = expectedErrors(plan).lnDiffusion / better.lnDiffusion;
 * assert.ok(Math.abs(ratio - 3) < 1e-9);
 * ```
 */
export function expectedErrors(plan: StepPlan): StandardErrors {
  const { rates, charge_C, noise_A, interval_s, duration_s } = plan;
  for (
    const [name, value] of Object.entries({
      rate_s: rates.rate_s,
      biot: rates.biot,
      charge_C,
      noise_A,
      interval_s,
      duration_s,
    })
  ) {
    if (!(value > 0 && value < Infinity)) {
      throw new RangeError(
        `Cannot plan the step as ${name} must be positive and finite: current value is ${value}`,
      );
    }
  }
  const time_s = Float64Array.from(
    { length: Math.floor(duration_s / interval_s + 1e-9) },
    (_, i) => (i + 1) * interval_s,
  );
  const current_A = relativeCurrents(rates.biot, rates.rate_s, time_s)
    .map((f) => 3 * rates.rate_s * charge_C * f);
  const samples = sample({ time_s, current_A }, plan.sampling ?? "all");
  const free: Free = [true, true, false];
  const offset_A = plan.offset_A ?? 0;
  const problem = createProblem(
    exactCurrent,
    samples,
    null,
    (noise_A / offset_A) ** 2,
    0,
  );
  const at = evaluateAt(problem, [
    Math.log(rates.rate_s * rates.biot),
    Math.log(rates.rate_s),
    0,
  ]);
  return standardErrors(problem, at, free, noise_A ** 2);
}

/**
 * Noise of one sample in A below which D and j0 are known to a wanted
 * precision.
 *
 * @param plan The plan; its own noise does not matter.
 * @param relativeError Wanted standard error of D and of j0, relative.
 */
export function noiseNeeded_A(
  plan: Omit<StepPlan, "noise_A" | "offset_A">,
  relativeError: number,
): number {
  const { lnDiffusion, lnReaction } = expectedErrors({
    ...plan,
    noise_A: 1e-12,
  });
  return 1e-12 * relativeError / Math.max(lnDiffusion, lnReaction);
}

/**
 * Length of a step in s from which D and j0 are known to a wanted precision.
 *
 * @param plan The plan; its own duration does not matter.
 * @param relativeError Wanted standard error of D and of j0, relative.
 * @param longest_s Longest step to consider.
 * @returns The length to 1 %, or null if the longest step does not suffice:
 * then only lower noise or a larger step helps.
 */
export function durationNeeded_s(
  plan: Omit<StepPlan, "duration_s">,
  relativeError: number,
  longest_s: number,
): number | null {
  const suffices = (duration_s: number) => {
    const { lnDiffusion, lnReaction } = expectedErrors({ ...plan, duration_s });
    return Math.max(lnDiffusion, lnReaction) <= relativeError;
  };
  if (!suffices(longest_s)) return null;
  let low = 4 * plan.interval_s, high = longest_s;
  if (suffices(low)) return low;
  while (high > 1.01 * low) {
    const middle = Math.sqrt(low * high);
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}
