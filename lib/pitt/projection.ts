/**
 * Least squares of a trace by variable projection.
 *
 * The current is `Q g(kB, k, lag; t) + offset`. Charge and offset enter
 * linearly and are solved for at every step, so that the search runs over two
 * logarithms (and a lag) only.
 *
 * Source: G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10, 413 (1973),
 * doi:10.1137/0710036.
 */
import {
  type CurrentModel,
  type CurrentShape,
  currentShape,
} from "./sphere.ts";
import { solveInPlace } from "./cholesky.ts";
import type { Samples } from "./trace.ts";

/** Position in the nonlinear parameters: `ln(k B)` and `ln k` with rates in 1/s, and the time lag in s. */
export type Point = readonly [reaction: number, diffusion: number, lag: number];

/** Which of the nonlinear parameters are free. */
export type Free = readonly [
  reaction: boolean,
  diffusion: boolean,
  lag: boolean,
];

/** A trace to be fitted, with room for the work. */
export interface Problem {
  readonly model: CurrentModel;
  readonly samples: Samples;
  /** Charge in coulombs if it is given, otherwise null. */
  readonly fixedCharge_C: number | null;
  /** Weight of the zero-mean prior of the offset in units of one sample; infinite where there is no offset. */
  readonly offsetWeight: number;
  /** Weight of the zero-mean prior of the lag, in A^2/s^2. */
  readonly lagWeight: number;
  /** Last time in s, which sets the range of the rates. */
  readonly end_s: number;
  readonly shape: CurrentShape;
  readonly columns: readonly Float64Array[];
}

/** Sum of squares and its derivatives at one point. */
export interface Evaluation {
  readonly point: Point;
  readonly charge_C: number;
  readonly offset_A: number;
  /** Weighted sum of squared residuals, priors included, in A^2. */
  readonly squares: number;
  /** Normal matrix, 5 x 5, in the order reaction, diffusion, lag, charge, offset. */
  readonly normal: Float64Array;
  /** Right-hand side for the nonlinear parameters. */
  readonly descent: Float64Array;
}

/** Largest `k` and smallest, in units of one over the duration. */
const rateRange = [1e-3, 1e4] as const;
/** Range of Biot numbers. */
export const biotRange = [1e-6, 1e6] as const;

/**
 * Prepares a fit.
 *
 * @param model The exact or the published current.
 * @param samples Samples, currents positive.
 * @param fixedCharge_C Charge if it is given, otherwise null.
 * @param offsetWeight Weight of the prior of the offset in units of one sample.
 * @param lagWeight Weight of the prior of the lag in A^2/s^2.
 */
export function createProblem(
  model: CurrentModel,
  samples: Samples,
  fixedCharge_C: number | null,
  offsetWeight: number,
  lagWeight: number,
): Problem {
  const count = samples.time_s.length;
  return {
    model,
    samples,
    fixedCharge_C,
    offsetWeight,
    lagWeight,
    end_s: samples.time_s[count - 1]!,
    shape: currentShape(count),
    columns: Array.from({ length: 4 }, () => new Float64Array(count)),
  };
}

/** The nearest point that is allowed; a parameter that is not free stays. */
function intoRange({ end_s }: Problem, [p, q, lag]: Point, free: Free): Point {
  const slowest = Math.log(rateRange[0] / end_s);
  const fastest = Math.log(rateRange[1] / end_s);
  const [lowest, highest] = biotRange.map(Math.log) as [number, number];
  if (!free[0] && !free[1]) return [p, q, lag];
  if (!free[0]) {
    return [
      p,
      clamp(q, Math.max(slowest, p - highest), Math.min(fastest, p - lowest)),
      lag,
    ];
  }
  const diffusion = free[1] ? clamp(q, slowest, fastest) : q;
  return [clamp(p, diffusion + lowest, diffusion + highest), diffusion, lag];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Sum of squares and derivatives at a point; charge and offset are the best for it. */
export function evaluateAt(problem: Problem, point: Point): Evaluation {
  const { samples, fixedCharge_C, offsetWeight, lagWeight } = problem;
  const groups = fillColumns(problem, point);
  const [base, reaction, diffusion, lag] = problem.columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let bb = 0, b1 = 0, by = 0, w1 = 0, wy = 0;
  let rb = 0, r1 = 0, rr = 0, rd = 0, rl = 0;
  let db = 0, d1 = 0, dd = 0, dl = 0, lb = 0, l1 = 0, ll = 0;
  for (let i = 0; i < groups; i++) {
    const w = samples.weight[i]!, y = samples.current_A[i]!;
    const b = base[i]!, wb = w * b;
    const r = reaction[i]!, d = diffusion[i]!, l = lag[i]!;
    bb += wb * b;
    b1 += wb;
    by += wb * y;
    w1 += w;
    wy += w * y;
    rb += wb * r;
    db += wb * d;
    lb += wb * l;
    const wr = w * r, wd = w * d, wl = w * l;
    r1 += wr;
    d1 += wd;
    l1 += wl;
    rr += wr * r;
    rd += wr * d;
    rl += wr * l;
    dd += wd * d;
    dl += wd * l;
    ll += wl * l;
  }
  let charge = fixedCharge_C ?? by / bb, offset = 0;
  if (offsetWeight < Infinity) {
    const ww = w1 + offsetWeight;
    if (fixedCharge_C === null) {
      charge = (by * ww - wy * b1) / (bb * ww - b1 * b1);
    }
    offset = (wy - charge * b1) / ww;
  }

  let squares = 0, onReaction = 0, onDiffusion = 0, onLag = 0;
  for (let i = 0; i < groups; i++) {
    const residual = samples.current_A[i]! - charge * base[i]! - offset;
    const weighted = samples.weight[i]! * residual;
    squares += weighted * residual;
    onReaction += weighted * reaction[i]!;
    onDiffusion += weighted * diffusion[i]!;
    onLag += weighted * lag[i]!;
  }
  if (offsetWeight < Infinity) squares += offsetWeight * offset * offset;
  squares += lagWeight * point[2] ** 2;

  const q = charge, qq = q * q;
  // deno-fmt-ignore
  const normal = Float64Array.of(
    qq * rr, qq * rd, qq * rl,             q * rb, q * r1,
    qq * rd, qq * dd, qq * dl,             q * db, q * d1,
    qq * rl, qq * dl, qq * ll + lagWeight, q * lb, q * l1,
    q * rb,  q * db,  q * lb,              bb,     b1,
    q * r1,  q * d1,  q * l1,              b1,     w1 + (offsetWeight < Infinity ? offsetWeight : 0),
  );
  return {
    point,
    charge_C: charge,
    offset_A: offset,
    squares,
    normal,
    descent: Float64Array.of(
      q * onReaction,
      q * onDiffusion,
      q * onLag - lagWeight * point[2],
    ),
  };
}

/** Residuals at a point in units of one sample: those of means are larger by the root of their number. */
export function residualsAt(
  problem: Problem,
  { point, charge_C, offset_A }: Evaluation,
): Float64Array {
  fillColumns(problem, point);
  const base = problem.columns[0]!, { current_A, weight } = problem.samples;
  return current_A.map((current, g) =>
    (current - charge_C * base[g]! - offset_A) * Math.sqrt(weight[g]!)
  );
}

/** Current per charge and its derivatives with the three parameters, averaged over groups; returns their number. */
function fillColumns(
  { model, samples, shape, columns }: Problem,
  [reaction, diffusion, lag]: Point,
): number {
  const rate = Math.exp(diffusion), biot = Math.exp(reaction - diffusion);
  const { time_s, starts } = samples;
  model(biot, rate, time_s, lag, shape);
  const [base, perReaction, perDiffusion, perLag] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const groups = starts.length - 1;
  for (let g = 0; g < groups; g++) {
    const first = starts[g]!, end = starts[g + 1]!;
    let b = 0, r = 0, d = 0, l = 0;
    for (let i = first; i < end; i++) {
      const value = shape.value[i]!, byBiot = biot * shape.perBiot[i]!;
      const tau = rate * (time_s[i]! + lag), byTau = shape.perTau[i]!;
      b += value;
      r += byBiot;
      // At the step itself the slope is infinite, but tau times it is zero.
      d += value - byBiot + (tau > 0 ? tau * byTau : 0);
      l += tau > 0 ? rate * byTau : 0;
    }
    const scale = 3 * rate / (end - first);
    base[g] = scale * b;
    perReaction[g] = scale * r;
    perDiffusion[g] = scale * d;
    perLag[g] = scale * l;
  }
  return groups;
}

/**
 * Lowest sum of squares near a point (Levenberg and Marquardt).
 *
 * @param problem The trace.
 * @param start Where to begin.
 * @param free Which parameters may move.
 * @param tolerance Ends when the relative gain of a step falls below it.
 */
export function minimise(
  problem: Problem,
  start: Point,
  free: Free,
  tolerance: number,
): Evaluation {
  let best = evaluateAt(problem, intoRange(problem, start, free));
  if (!free.includes(true)) return best;
  let damping = 1e-5;
  for (let i = 0; i < 200 && damping < 1e10; i++) {
    const step = stepOf(problem, best, free, damping);
    if (step === null) {
      damping *= 10;
      continue;
    }
    const target: Point = [
      best.point[0] + clamp(step[0]!, -2, 2),
      best.point[1] + clamp(step[1]!, -2, 2),
      Math.max(best.point[2] + step[2]!, -0.9 * problem.samples.time_s[0]!),
    ];
    const next = evaluateAt(problem, intoRange(problem, target, free));
    const gain = best.squares - next.squares;
    const size = Math.max(...step.map(Math.abs));
    if (!(gain > 0)) {
      // No more than rounding: there is nothing left to gain.
      if (size < 1e-10 || gain > -1e-12 * best.squares) break;
      damping *= 8;
      continue;
    }
    best = next;
    damping = Math.max(damping / 10, 1e-12);
    if (gain < tolerance * next.squares && size < 1e-2) break;
  }
  return best;
}

/** Damped step of the free parameters with charge and offset projected out; a rate at its limit stays there. */
function stepOf(
  problem: Problem,
  { normal, descent, point }: Evaluation,
  free: Free,
  damping: number,
): Float64Array | null {
  let active = ([0, 1, 2] as const).filter((j) => free[j]);
  while (true) {
    const linear = linearColumns(problem);
    const columns = [...active, ...linear], size = columns.length;
    const matrix = new Float64Array(size * size),
      right = new Float64Array(size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        matrix[a * size + b] = normal[columns[a]! * 5 + columns[b]!]!;
      }
      if (a < active.length) {
        matrix[a * size + a]! *= 1 + damping;
        right[a] = descent[columns[a]!]!;
      }
    }
    if (!solveInPlace(matrix, right)) return null;
    const step = new Float64Array(3);
    active.forEach((j, a) => step[j] = right[a]!);
    const target = intoRange(problem, [
      point[0] + 1e-3 * step[0]!,
      point[1] + 1e-3 * step[1]!,
      0,
    ], free);
    const stuck = active.filter((j) =>
      j < 2 && step[j] !== 0 && target[j] === point[j]
    );
    if (stuck.length === 0) return step;
    active = active.filter((j) => !stuck.includes(j));
  }
}

/** Columns of the normal matrix that are solved for linearly. */
export function linearColumns(
  { fixedCharge_C, offsetWeight }: Problem,
): number[] {
  const columns: number[] = [];
  if (fixedCharge_C === null) columns.push(3);
  if (offsetWeight < Infinity) columns.push(4);
  return columns;
}
