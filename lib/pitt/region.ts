/** Intervals and joint regions from the profile of the sum of squares. */
import { studentQuantile } from "../statistics/mod.ts";
import { solveInPlace } from "./cholesky.ts";
import {
  biotRange,
  type Evaluation,
  type Free,
  linearColumns,
  minimise,
  type Point,
  type Problem,
} from "./projection.ts";

/** An interval of a positive quantity; null where the data set no limit on that side. */
export interface Interval {
  /** Lower end. */
  readonly lower: number | null;
  /** Upper end. */
  readonly upper: number | null;
}

/** Joint region of the two rates: a closed polygon around the estimate. */
export interface Region {
  /** Corners: `ln(k B)`, rates in 1/s. */
  readonly lnReaction: Float64Array;
  /** Corners: `ln k`, rates in 1/s. */
  readonly lnDiffusion: Float64Array;
  /** Whether it ends somewhere only since rates beyond are not tried. */
  readonly open: boolean;
}

/** Standard errors from the curvature at the estimate. */
export interface StandardErrors {
  /** Of `ln(k B)`, hence of the exchange current density. */
  readonly lnReaction: number;
  /** Of `ln k`, hence of the diffusion coefficient. */
  readonly lnDiffusion: number;
  /** Of the logarithm of the Biot number. */
  readonly lnBiot: number;
  /** Of the logarithm of the charge; 0 if it is given. */
  readonly lnCharge: number;
  /** Correlation of the estimates of `ln k` and `ln B`. */
  readonly correlation: number;
}

/** Level of intervals and regions. */
export const level = 0.95;
const corners = 32;
/** Farthest that a limit is sought from the estimate, in logarithms. */
const farthest = 10;

/**
 * Standard errors at an estimate.
 *
 * @param problem The trace.
 * @param best Its estimate.
 * @param free Which parameters were free.
 * @param variance Variance of a residual of weight 1.
 */
export function standardErrors(
  problem: Problem,
  best: Evaluation,
  free: Free,
  variance: number,
): StandardErrors {
  const along = covarianceOf(problem, best, free, variance);
  const reaction = along(0), diffusion = along(1);
  const rr = reaction[0]!, dd = diffusion[1]!, rd = reaction[1]!;
  if (!(dd < 100)) {
    // Nothing is known of k, so that the rest is as if it were given.
    const rest = covarianceOf(
      problem,
      best,
      [free[0], false, free[2]],
      variance,
    );
    return {
      lnReaction: Math.sqrt(rest(0)[0]!),
      lnDiffusion: Infinity,
      lnBiot: Infinity,
      lnCharge: relativeCharge(problem, best, rest(3)),
      correlation: -1,
    };
  }
  const bb = rr + dd - 2 * rd;
  return {
    lnReaction: Math.sqrt(rr),
    lnDiffusion: Math.sqrt(dd),
    lnBiot: Math.sqrt(bb),
    lnCharge: relativeCharge(problem, best, along(3)),
    correlation: (rd - dd) / Math.sqrt(dd * bb),
  };
}

function relativeCharge(
  { fixedCharge_C }: Problem,
  { charge_C }: Evaluation,
  covariance: Float64Array,
): number {
  return fixedCharge_C === null
    ? Math.sqrt(covariance[3]!) / Math.abs(charge_C)
    : 0;
}

/** Columns of the covariance matrix of the free parameters, in the order of the normal matrix. */
function covarianceOf(
  problem: Problem,
  { normal }: Evaluation,
  free: Free,
  variance: number,
): (parameter: number) => Float64Array {
  const columns = [
    ...[0, 1, 2].filter((j) => free[j]),
    ...linearColumns(problem),
  ];
  return (parameter) => {
    const right = Float64Array.from(columns, (c) => c === parameter ? 1 : 0);
    const matrix = Float64Array.from(
      columns.flatMap((r) => columns.map((c) => normal[r * 5 + c]!)),
    );
    const full = new Float64Array(5);
    if (!solveInPlace(matrix, right)) return full.fill(Infinity);
    columns.forEach((c, i) => full[c] = variance * right[i]!);
    return full;
  };
}

/** Increase of the sum of squares at the edge of a region in 1 or 2 parameters. */
function allowance(
  { squares }: Evaluation,
  parameters: 1 | 2,
  freedom: number,
): number {
  // Upper quantile of F with 1 or 2 and `freedom` degrees; for 2 it has a closed form.
  const f = parameters === 1
    ? studentQuantile((1 - level) / 2, freedom) ** 2
    : freedom / 2 * ((1 - level) ** (-2 / freedom) - 1);
  return parameters * f * squares / freedom;
}

/**
 * Interval of one rate from its profile: the other rate, the charge, the offset
 * and the lag are the best for each value.
 *
 * @param problem The trace.
 * @param best Its estimate.
 * @param free Which parameters are free.
 * @param parameter 0 for `k B`, 1 for `k`.
 * @param error Standard error of its logarithm.
 * @param freedom Degrees of freedom.
 * @returns Ends of the rate in 1/s.
 */
export function profileInterval(
  problem: Problem,
  best: Evaluation,
  free: Free,
  parameter: 0 | 1,
  error: number,
  freedom: number,
): Interval {
  const limit = allowance(best, 1, freedom);
  const others = free.map((f, j) => f && j !== parameter) as unknown as Free;
  const lnBiot = best.point[0] - best.point[1];
  const upward = parameter === 0
    ? Math.log(biotRange[1]) - lnBiot
    : lnBiot - Math.log(biotRange[0]);
  const ends = ([-1, 1] as const).map((side) => {
    let warm = best.point;
    const excess = (distance: number) => {
      const target = best.point[parameter] + side * distance;
      const shifted: Point = parameter === 0
        ? [target, warm[1], warm[2]]
        : [warm[0], target, warm[2]];
      const { point, squares } = minimise(problem, shifted, others, 1e-7);
      warm = point;
      return squares - best.squares;
    };
    const reach = distanceTo(
      limit,
      excess,
      error > 0 ? Math.min(2 * error, 2) : 1,
      side > 0 ? Math.min(farthest, upward) : farthest,
    );
    return reach === null
      ? null
      : Math.exp(best.point[parameter] + side * reach);
  });
  return { lower: ends[0]!, upper: ends[1]! };
}

/**
 * Joint region of the two rates.
 *
 * @param problem The trace.
 * @param best Its estimate.
 * @param free Which parameters are free.
 * @param errors Standard errors, which give the region its first shape.
 * @param freedom Degrees of freedom.
 */
export function profileRegion(
  problem: Problem,
  best: Evaluation,
  free: Free,
  errors: StandardErrors,
  freedom: number,
): Region {
  const limit = allowance(best, 2, freedom);
  const others: Free = [false, false, free[2]];
  const lnReaction = new Float64Array(corners);
  const lnDiffusion = new Float64Array(corners);
  // Axes in which the region is nearly a circle, so that rays meet its edge well.
  const scale = (error: number) => error > 0 ? Math.min(error, 2) : 1;
  const sr = scale(errors.lnReaction), sd = scale(errors.lnDiffusion);
  const rho = clampCorrelation(
    (errors.lnReaction ** 2 + errors.lnDiffusion ** 2 - errors.lnBiot ** 2) /
      (2 * errors.lnReaction * errors.lnDiffusion),
  );
  let open = false;
  for (let c = 0; c < corners; c++) {
    const angle = 2 * Math.PI * c / corners;
    const u = Math.cos(angle);
    const v = rho * u + Math.sqrt(1 - rho * rho) * Math.sin(angle);
    let last = best.point;
    const excess = (distance: number) => {
      const point: Point = [
        best.point[0] + distance * sr * u,
        best.point[1] + distance * sd * v,
        best.point[2],
      ];
      last = point;
      return minimise(problem, point, others, 1e-7).squares - best.squares;
    };
    const reach = distanceTo(limit, excess, 2.45, farthest / Math.max(sr, sd));
    open ||= reach === null;
    lnReaction[c] = reach === null ? last[0] : best.point[0] + reach * sr * u;
    lnDiffusion[c] = reach === null ? last[1] : best.point[1] + reach * sd * v;
  }
  return { lnReaction, lnDiffusion, open };
}

/** Whether a region contains a pair of rates. */
export function regionContains(
  { lnReaction, lnDiffusion }: Region,
  { rate_s, biot }: { rate_s: number; biot: number },
): boolean {
  const x = Math.log(rate_s * biot), y = Math.log(rate_s);
  let inside = false;
  for (let i = 0, j = lnReaction.length - 1; i < lnReaction.length; j = i++) {
    const xi = lnReaction[i]!, yi = lnDiffusion[i]!;
    const xj = lnReaction[j]!, yj = lnDiffusion[j]!;
    if (
      yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi
    ) inside = !inside;
  }
  return inside;
}

function clampCorrelation(rho: number): number {
  return Number.isFinite(rho)
    ? Math.min(0.999999, Math.max(-0.999999, rho))
    : 0;
}

/**
 * Distance at which the excess reaches a limit, or null if it stays below up to
 * `most`. The root of the excess grows about linearly, so that the secant
 * finds it in a few steps.
 */
function distanceTo(
  limit: number,
  excess: (distance: number) => number,
  guess: number,
  most: number,
): number | null {
  const goal = Math.sqrt(limit);
  const root = (distance: number) => {
    const value = excess(distance);
    // Not a number where nothing of the current is left at the first sample.
    return Number.isNaN(value) ? Infinity : Math.sqrt(Math.max(0, value));
  };
  const isClose = (value: number) => Math.abs(value / goal - 1) < 3e-3;
  let low = 0, lowRoot = 0;
  let high = Math.min(guess, most), highRoot = root(high);
  while (highRoot < goal && !isClose(highRoot)) {
    if (high >= most) return null;
    [low, lowRoot] = [high, highRoot];
    const next = highRoot > 0 ? high * goal / highRoot : 2 * high;
    high = Math.min(most, Math.max(1.001 * high, Math.min(next, 3 * high)));
    highRoot = root(high);
  }
  if (isClose(highRoot)) return high;
  for (let i = 0; i < 20 && high - low > 3e-3 * high; i++) {
    const share = highRoot === Infinity
      ? 0.5
      : (goal - lowRoot) / (highRoot - lowRoot);
    const middle = low + (high - low) * Math.min(0.995, Math.max(0.02, share));
    const middleRoot = root(middle);
    if (isClose(middleRoot)) return middle;
    if (middleRoot < goal) [low, lowRoot] = [middle, middleRoot];
    else [high, highRoot] = [middle, middleRoot];
  }
  return (low + high) / 2;
}
