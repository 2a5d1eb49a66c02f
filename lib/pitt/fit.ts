/** Fits of current traces: two rates with their uncertainty, or the published protocol. */
import { DataError } from "../core/mod.ts";
import { type ResidualTests, testResiduals } from "./diagnostics.ts";
import type { Rates } from "./kinetics.ts";
import {
  createProblem,
  evaluateAt,
  type Evaluation,
  type Free,
  linearColumns,
  minimise,
  type Point,
  type Problem,
  residualsAt,
} from "./projection.ts";
import { publishedCurrent } from "./published.ts";
import {
  type Interval,
  profileInterval,
  profileRegion,
  type Region,
  type StandardErrors,
  standardErrors,
} from "./region.ts";
import { chargeFraction, exactCurrent } from "./sphere.ts";
import {
  noiseOf,
  orient,
  sample,
  type Samples,
  type Sampling,
  thin,
  type Trace,
  windowCharge_C,
} from "./trace.ts";

/** Choices of {@linkcode fitTrace}. */
export interface FitOptions {
  /** Which samples; by default all. */
  sampling?: Sampling;
  /**
   * Standard deviation of the current offset, whose mean is zero, in amperes; 0
   * for none, infinite for a free one. By default the noise of one sample.
   */
  offset_A?: number;
  /** Standard deviation of the time lag of the samples, whose mean is zero, in s; by default 0, no lag. */
  lag_s?: number;
  /** Whether to trace the joint region of the two rates; by default true. */
  region?: boolean;
}

/** What a fit may have to say about itself. */
export type Flag =
  /** Less than 90 % of the charge had passed at the last sample. */
  | "incomplete"
  /** The trace bounds the diffusion rate on one side only. */
  | "D-one-sided"
  /** The trace bounds the exchange current density on one side only. */
  | "j0-one-sided"
  /** The current does not fall by more than its noise. */
  | "flat"
  /** Fewer than five samples stand out of the noise: the current fell before they were taken. */
  | "fast"
  /** A free current offset would fit clearly better. */
  | "offset"
  /** A time lag would fit clearly better: the zero of time is off, the current was filtered, or a double layer was charged first. */
  | "lag"
  /** Residuals are not white: the model misses something or the noise is slow. */
  | "residuals"
  /** Published protocol: the rate is set by the length of the window. */
  | "pinned"
  /** Published protocol: the fit uses times at which eqn (1) is wrong by more than 1 %. */
  | "truncated";

/** Best values of a trace without their uncertainty. */
export interface Estimate {
  /** Best rates. */
  readonly rates: Rates;
  /** Charge of the whole step (exact) or of the window (published), in C, without sign. */
  readonly charge_C: number;
  /** Current offset in A, with the sign of the measured current. */
  readonly offset_A: number;
  /** Time between step and zero of the time axis in s. */
  readonly lag_s: number;
  /** Root mean square of the residuals in A; a mean of several samples counts times the root of their number. */
  readonly rms_A: number;
}

/** A fitted trace. */
export interface Fit extends Estimate {
  /** Which current was fitted. */
  readonly model: "exact" | "published";
  /** Interval of `k` in 1/s, at the 95 % level. */
  readonly diffusionRate_s: Interval;
  /** Interval of `k B` in 1/s, at the 95 % level. */
  readonly reactionRate_s: Interval;
  /** Joint region of both rates at the 95 % level, if it was asked for. */
  readonly region: Region | null;
  /** Standard errors of the logarithms, from the curvature at the best rates. */
  readonly errors: StandardErrors;
  /** Share of the charge that has passed at the last sample, by the exact solution at the best rates. */
  readonly completeness: number;
  /** Tests of the residuals. */
  readonly residualTests: ResidualTests;
  /** What to beware of. */
  readonly flags: readonly Flag[];
}

/** Gain of the sum of squares, in variances, that one more parameter must bring to be called needed (p about 1e-4). */
const clearGain = 15;

/**
 * Fits the exact current of a sphere with surface kinetics to a trace.
 *
 * The rates `k = D / r^2` and `k B` are free, and the charge of the whole step,
 * which the window need not hold. `k B` is nearly always well known; `k` is
 * not if the Biot number is small (surface kinetics hide diffusion) and `k B`
 * is not if it is large. Then the interval has one end only. Intervals and
 * region come from the profile of the sum of squares and hold for white noise.
 *
 * @param trace The trace.
 * @param step_V Height of the potential step, signed as the current.
 * @param options Samples, offset, lag.
 * @throws {DataError} If the charge does not have the sign of the step or too
 * few samples remain.
 * @throws {RangeError} If the step is zero or a standard deviation negative.
 *
 * @example The rates of a noise-free trace
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitTrace } from "./fit.ts";
 * import { relativeCurrent } from "./sphere.ts";
 *
 * const time_s = Float64Array.from({ length: 600 }, (_, i) => i + 1);
 * const current_A = time_s.map((t) => -6e-11 * 2e-3 * relativeCurrent(1.5, 2e-3 * t));
 * const { rates } = fitTrace({ time_s, current_A }, -0.015);
 * assert.ok(Math.abs(rates.rate_s / 2e-3 - 1) < 1e-4);
 * assert.ok(Math.abs(rates.biot / 1.5 - 1) < 1e-4);
 * ```
 */
export function fitTrace(
  trace: Trace,
  step_V: number,
  options: FitOptions = {},
): Fit {
  const solved = solveExact(trace, step_V, options);
  const { problem, best, free, freedom } = solved;
  const fit = withUncertainty(solved, options.region ?? true);
  const flags: Flag[] = [];
  if (fit.completeness < 0.9) flags.push("incomplete");
  flags.push(...fit.flags);
  const needed = clearGain * best.squares / freedom;
  const gain = (other: Problem, freed: Free) =>
    best.squares - minimise(other, best.point, freed, 1e-6).squares;
  if (
    problem.offsetWeight > 0 &&
    gain({ ...problem, offsetWeight: 0 }, free) > needed
  ) flags.push("offset");
  if (!free[2] && gain(problem, [true, true, true]) > needed) flags.push("lag");
  return { model: "exact", ...fit, flags };
}

/**
 * Best rates of a trace as {@linkcode fitTrace} finds them, without intervals
 * and flags, which take most of its time.
 *
 * @param trace The trace.
 * @param step_V Height of the potential step, signed as the current.
 * @param options Samples, offset, lag.
 * @throws {DataError} As {@linkcode fitTrace}.
 * @throws {RangeError} As {@linkcode fitTrace}.
 */
export function estimateRates(
  trace: Trace,
  step_V: number,
  options: Omit<FitOptions, "region"> = {},
): Estimate {
  return estimateOf(solveExact(trace, step_V, options)).estimate;
}

/** Choices of {@linkcode fitPublished}. */
export interface PublishedOptions {
  /** Charge `Q` of eqn (1) in C; by default the charge of the whole trace. */
  charge_C?: number;
  /** Whether to trace the joint region; by default true. */
  region?: boolean;
}

/**
 * Fits a trace as the paper did: eqn (1), `Q` the charge in the window, samples
 * at 1, 4, 9, ... s, all of equal weight, no offset.
 *
 * This is our reading of the Methods; the weights and the treatment of `Q` are
 * not spelt out there. Where less than all of the charge passes in the window
 * the rates follow its length (flag `pinned`); where `k t` exceeds 0.26 eqn (1)
 * is wrong by more than 1 % (flag `truncated`). The intervals know of neither.
 *
 * Source: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j.
 *
 * @param trace The trace.
 * @param step_V Height of the potential step, signed as the current.
 * @param options Charge.
 * @throws {DataError} As {@linkcode fitTrace}.
 * @throws {RangeError} If the step is zero or the given charge not positive.
 */
export function fitPublished(
  trace: Trace,
  step_V: number,
  options: PublishedOptions = {},
): Fit {
  const solved = solvePublished(trace, step_V, options.charge_C);
  const fit = withUncertainty(solved, options.region ?? true);
  const flags: Flag[] = [...fit.flags], { end_s } = solved.problem;
  if (isPinned(fit.rates, end_s)) flags.push("pinned");
  if (fit.rates.rate_s * end_s > 0.26) flags.push("truncated");
  return { model: "published", ...fit, flags };
}

/**
 * Best rates by the published protocol, without intervals and flags; see
 * {@linkcode fitPublished}.
 *
 * @param trace The trace.
 * @param step_V Height of the potential step, signed as the current.
 * @param charge_C Charge `Q` of eqn (1); by default that of the whole trace.
 * @throws {DataError} As {@linkcode fitTrace}.
 * @throws {RangeError} As {@linkcode fitPublished}.
 */
export function estimatePublished(
  trace: Trace,
  step_V: number,
  charge_C?: number,
): Estimate {
  return estimateOf(solvePublished(trace, step_V, charge_C)).estimate;
}

/**
 * Whether rates from the published protocol follow the window and not the
 * particle: `k T` near the 1.6 of a current that does not fall at all, with a
 * Biot number from its floor at 0.24 upwards.
 *
 * The bounds are set by simulation: over true rates of 2e-4 to 8e-3 1/s and Biot
 * numbers of 0.05 to 4 in a window of 1,200 s the rule agrees in 209 of 224 cases
 * with "the fitted rate follows less than half of a change of the true one". It
 * misses some slow particles of Biot number 1 to 4.
 *
 * @param rates Rates fitted by {@linkcode fitPublished}.
 * @param duration_s Length of the window in s.
 */
export function isPinned({ rate_s, biot }: Rates, duration_s: number): boolean {
  const end_tau = rate_s * duration_s;
  return end_tau > 0.8 && end_tau < 1.8 && biot < 1.4;
}

/** Residuals of a fit in amperes, with the sign of the measured current, in the order of the samples. */
export function residualsOf(
  trace: Trace,
  step_V: number,
  fit: Fit,
): Float64Array {
  const { sign } = orient(trace, step_V);
  const predicted = predictCurrent(trace.time_s, fit, sign);
  return trace.current_A.map((current, i) => current - predicted[i]!);
}

/**
 * Current of a fit at any times in amperes.
 *
 * @param time_s Times in s.
 * @param fit The fit.
 * @param sign Sign of the step.
 */
export function predictCurrent(
  time_s: Float64Array,
  fit: Estimate & Pick<Fit, "model">,
  sign: 1 | -1,
): Float64Array {
  const { rates: { rate_s, biot }, charge_C, offset_A, lag_s } = fit;
  const model = fit.model === "exact" ? exactCurrent : publishedCurrent;
  const value = new Float64Array(time_s.length);
  model(biot, rate_s, time_s, lag_s, {
    value,
    perBiot: new Float64Array(time_s.length),
    perTau: new Float64Array(time_s.length),
  });
  return value.map((f) => sign * 3 * rate_s * charge_C * f + offset_A);
}

/** Samples on which the search for a start runs. */
const searchSamples = 34;

/** A trace with its lowest sum of squares. */
interface Solved {
  readonly problem: Problem;
  readonly best: Evaluation;
  readonly free: Free;
  readonly sign: 1 | -1;
  /** Degrees of freedom of the residuals. */
  readonly freedom: number;
}

function solveExact(
  trace: Trace,
  step_V: number,
  { sampling = "all", offset_A, lag_s = 0 }: FitOptions,
): Solved {
  for (const [name, value] of Object.entries({ offset_A, lag_s })) {
    if (value !== undefined && !(value >= 0)) {
      throw new RangeError(
        `Cannot fit the trace as the standard deviation ${name} must not be negative: current value is ${value}`,
      );
    }
  }
  const { sign, current_A } = orient(trace, step_V);
  const whole = { time_s: trace.time_s, current_A };
  const samples = sample(whole, sampling);
  const hasLag = lag_s > 0, free: Free = [true, true, hasLag];
  /** Weight of a prior in units of one sample. */
  const weightOf = (deviation: number) =>
    deviation === 0 ? Infinity : (noiseOf(current_A) / deviation) ** 2;
  const problem = createProblem(
    exactCurrent,
    samples,
    null,
    offset_A === undefined ? 1 : weightOf(offset_A),
    hasLag ? weightOf(lag_s) : 0,
  );
  // A prior counts as one more sample.
  const { offsetWeight } = problem;
  const priors = (offsetWeight > 0 && offsetWeight < Infinity ? 1 : 0) +
    (hasLag ? 1 : 0);
  const freedom = samples.weight.length + priors -
    linearColumns(problem).length - (hasLag ? 3 : 2);
  const best = search(problem, thin(whole, searchSamples), free);
  return { problem, best, free, sign, freedom };
}

function solvePublished(
  trace: Trace,
  step_V: number,
  givenCharge_C: number | undefined,
): Solved {
  const { sign, current_A } = orient(trace, step_V);
  const whole = { time_s: trace.time_s, current_A };
  const charge_C = givenCharge_C ?? windowCharge_C(whole);
  if (!(charge_C > 0 && charge_C < Infinity)) {
    throw new RangeError(
      `Cannot fit eqn (1) as the charge must be positive: current value is ${charge_C} C`,
    );
  }
  const samples = sample(whole, "points"), free: Free = [true, true, false];
  const problem = createProblem(
    publishedCurrent,
    samples,
    charge_C,
    Infinity,
    0,
  );
  const best = search(problem, samples, free);
  return { problem, best, free, sign, freedom: samples.weight.length - 2 };
}

/** Best point: a coarse grid over three decades of each rate, then a descent from its lowest places. */
function search(problem: Problem, samples: Samples, free: Free): Evaluation {
  const rough = createProblem(
    problem.model,
    samples,
    problem.fixedCharge_C,
    problem.offsetWeight,
    0,
  );
  const starts: Evaluation[] = [];
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const diffusion = Math.log(0.02 * 2.6 ** i / problem.end_s);
      const reaction = diffusion + Math.log(0.03 * 3 ** j);
      const start = evaluateAt(rough, [reaction, diffusion, 0]);
      if (start.squares >= 0 && start.charge_C > 0) starts.push(start);
    }
  }
  if (starts.length === 0) {
    throw new DataError(
      "Cannot fit the trace as its current must be positive in the direction of the step: no rates give it",
    );
  }
  const held: Free = [free[0], free[1], false];
  const ends = lowestApart(starts, 3)
    .map((start) => lower(minimise(rough, start.point, held, 1e-4), start));
  const descend = (point: Point) => minimise(problem, point, free, 1e-10);
  const [first, ...others] = lowestApart(ends, 3);
  // Places that differ by no more than noise may change their order with all samples.
  const best = others.filter(({ squares }) => squares < 2 * first!.squares)
    .map(({ point }) => descend(point))
    .reduce(lower, descend(first!.point));
  // Far out on a ridge the sum of squares is flat, so that a descent may have
  // stopped there: try again from where it begins to rise.
  const [reaction, diffusion, lag] = best.point, lnBiot = reaction - diffusion;
  if (lnBiot > Math.log(30)) {
    return lower(best, descend([diffusion + Math.log(30), diffusion, lag]));
  }
  if (lnBiot < Math.log(0.05)) {
    return lower(best, descend([reaction, reaction - Math.log(0.1), lag]));
  }
  return best;
}

/** The lower of two sums of squares, but never one that takes a charge against the step. */
function lower(a: Evaluation, b: Evaluation): Evaluation {
  return a.charge_C > 0 && !(b.charge_C > 0 && b.squares < a.squares) ? a : b;
}

/** The lowest points that lie apart from one another. */
function lowestApart(
  points: readonly Evaluation[],
  most: number,
): Evaluation[] {
  const chosen: Evaluation[] = [];
  for (const candidate of points.toSorted((a, b) => a.squares - b.squares)) {
    const apart = chosen.every(({ point }) =>
      Math.hypot(
        point[0] - candidate.point[0],
        point[1] - candidate.point[1],
      ) > 0.7
    );
    if (apart) chosen.push(candidate);
    if (chosen.length === most) break;
  }
  return chosen;
}

/** What the best point says, and the residuals, each in units of one sample. */
function estimateOf(
  { problem, best, sign }: Solved,
): { estimate: Estimate; residuals: Float64Array } {
  const { point: [reaction, diffusion, lag], charge_C, offset_A } = best;
  const residuals = residualsAt(problem, best);
  let squares = 0;
  for (const residual of residuals) squares += residual ** 2;
  const estimate = {
    rates: {
      rate_s: Math.exp(diffusion),
      biot: Math.exp(reaction - diffusion),
    },
    charge_C,
    offset_A: offset_A === 0 ? 0 : sign * offset_A,
    lag_s: lag,
    rms_A: Math.sqrt(squares / residuals.length),
  };
  return { estimate, residuals };
}

/** Estimate with intervals, region, tests and the flags that both models share. */
function withUncertainty(
  solved: Solved,
  withRegion: boolean,
): Omit<Fit, "model"> {
  const { problem, best, free, freedom } = solved;
  const { estimate, residuals } = estimateOf(solved);
  const { rates, lag_s, rms_A } = estimate;
  const errors = standardErrors(problem, best, free, best.squares / freedom);
  const diffusionRate_s = profileInterval(
    problem,
    best,
    free,
    1,
    errors.lnDiffusion,
    freedom,
  );
  const reactionRate_s = profileInterval(
    problem,
    best,
    free,
    0,
    errors.lnReaction,
    freedom,
  );
  const residualTests = testResiduals(residuals);
  const flags: Flag[] = [];
  if (isOneSided(diffusionRate_s)) flags.push("D-one-sided");
  if (isOneSided(reactionRate_s)) flags.push("j0-one-sided");
  if (isFlat(problem.samples, rms_A)) flags.push("flat");
  else if (isFast(problem.samples, rms_A)) flags.push("fast");
  if (isColoured(residualTests, residuals.length)) flags.push("residuals");
  return {
    ...estimate,
    diffusionRate_s,
    reactionRate_s,
    region: withRegion
      ? profileRegion(problem, best, free, errors, freedom)
      : null,
    errors,
    completeness: chargeFraction(
      rates.biot,
      rates.rate_s * (problem.end_s + lag_s),
    ),
    residualTests,
    flags,
  };
}

function isOneSided({ lower, upper }: Interval): boolean {
  return lower === null || upper === null;
}

/** Whether the mean of the first tenth exceeds that of the last by less than three standard errors. */
function isFlat({ current_A }: Samples, rms_A: number): boolean {
  const part = Math.max(2, Math.floor(current_A.length / 10));
  let difference = 0;
  for (let i = 0; i < part; i++) {
    difference += current_A[i]! - current_A[current_A.length - 1 - i]!;
  }
  return difference / part < 3 * rms_A * Math.sqrt(2 / part);
}

function isFast({ current_A }: Samples, rms_A: number): boolean {
  return current_A.filter((current) => current > 3 * rms_A).length < 5;
}

function isColoured(
  { autocorrelation, runsScore }: ResidualTests,
  count: number,
): boolean {
  return Math.abs(autocorrelation) * Math.sqrt(count) > 4 ||
    Math.abs(runsScore) > 4;
}
