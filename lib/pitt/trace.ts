/** Current traces of a potential step. */
import { DataError } from "../core/mod.ts";

/** Current after a potential step. */
export interface Trace {
  /** Seconds since the step, not negative, rising. */
  readonly time_s: Float64Array;
  /** Current in amperes; delithiation is positive, lithiation negative. */
  readonly current_A: Float64Array;
}

/** Fewest samples of a trace: two rates, a charge and an offset need some to spare. */
export const fewestSamples = 20;

/**
 * A trace from its samples.
 *
 * @param time_s Seconds since the step.
 * @param current_A Current in amperes with its sign.
 * @param file Where the samples come from, for messages.
 * @throws {DataError} If there are fewer than 20 samples, times and currents
 * differ in number, a value is not finite, a time is negative, or times do not
 * rise (the message names the sample, counted from 1).
 *
 * @example A falling current
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTrace } from "./trace.ts";
 *
 * const time_s = Float64Array.from({ length: 30 }, (_, i) => i + 1);
 * const trace = createTrace(time_s, time_s.map((t) => -1e-10 * Math.exp(-t / 10)));
 * assert.equal(trace.time_s.length, 30);
 * ```
 */
export function createTrace(
  time_s: Float64Array,
  current_A: Float64Array,
  file?: string,
): Trace {
  const place = file === undefined ? {} : { file };
  if (time_s.length !== current_A.length) {
    throw new DataError(
      `Cannot use the trace as it must have one current per time: current values are ${time_s.length} times and ${current_A.length} currents`,
      place,
    );
  }
  if (time_s.length < fewestSamples) {
    throw new DataError(
      `Cannot use the trace as it must have at least ${fewestSamples} samples: current value is ${time_s.length}`,
      place,
    );
  }
  for (let i = 0; i < time_s.length; i++) {
    const time = time_s[i]!, before = i === 0 ? -Infinity : time_s[i - 1]!;
    if (!Number.isFinite(time) || !Number.isFinite(current_A[i])) {
      throw new DataError(
        `Cannot use the trace as its values must be finite: current value of sample ${
          i + 1
        } is ${time} s, ${current_A[i]} A`,
        place,
      );
    }
    if (time < 0 || time <= before) {
      throw new DataError(
        `Cannot use the trace as its times must not be negative and must rise: current value of sample ${
          i + 1
        } is ${time} s${i === 0 ? "" : ` after ${before} s`}`,
        place,
      );
    }
  }
  return { time_s, current_A };
}

/**
 * The trace as a falling positive current.
 *
 * @param trace The trace.
 * @param step_V Height of the potential step, signed.
 * @returns Sign of the step and the current times that sign.
 * @throws {RangeError} If the step is zero.
 * @throws {DataError} If the charge does not have the sign of the step.
 */
export function orient(
  { time_s, current_A }: Trace,
  step_V: number,
): { sign: 1 | -1; current_A: Float64Array } {
  if (!(Math.abs(step_V) > 0)) {
    throw new RangeError(
      `Cannot orient the trace as the potential step must not be zero: current value is ${step_V} V`,
    );
  }
  const sign = step_V > 0 ? 1 : -1;
  const charge = windowCharge_C({ time_s, current_A });
  if (!(charge * sign > 0)) {
    throw new DataError(
      `Cannot use the trace as its charge must have the sign of the potential step: current values are ${charge} C and ${step_V} V`,
    );
  }
  return { sign, current_A: current_A.map((current) => sign * current) };
}

/**
 * Charge that passed from the step to the last sample in coulombs, by the
 * trapezoidal rule; the first sample stands for the time before it.
 *
 * @param trace The trace.
 *
 * @example A constant current
 * ```ts
 * import assert from "node:assert/strict";
 * import { windowCharge_C } from "./trace.ts";
 *
 * const trace = { time_s: Float64Array.of(1, 2, 4), current_A: Float64Array.of(2, 2, 2) };
 * assert.equal(windowCharge_C(trace), 8);
 * ```
 */
export function windowCharge_C({ time_s, current_A }: Trace): number {
  let charge = current_A[0]! * time_s[0]!;
  for (let i = 1; i < time_s.length; i++) {
    charge += (time_s[i]! - time_s[i - 1]!) *
      (current_A[i]! + current_A[i - 1]!) / 2;
  }
  return charge;
}

/**
 * Noise of one sample in amperes: robust standard deviation from second
 * differences, which a smooth current hardly touches.
 *
 * It holds for evenly spaced samples with white noise.
 *
 * @param current_A Current in amperes, in the order of time.
 */
export function noiseOf(current_A: Float64Array): number {
  const bends = new Float64Array(current_A.length - 2);
  for (let i = 0; i < bends.length; i++) {
    bends[i] = Math.abs(
      current_A[i]! - 2 * current_A[i + 1]! + current_A[i + 2]!,
    );
  }
  bends.sort();
  const middle = bends[bends.length >> 1]!;
  // 0.6745 sigma is the median of |x|; a second difference has variance 6 sigma^2.
  return middle / (0.6744897501960817 * Math.sqrt(6));
}

/** Which samples of a trace a fit uses. */
export type Sampling = "all" | "bins" | "points";

/** Samples as a fit takes them. */
export interface Samples {
  /** Times at which the model is evaluated. */
  readonly time_s: Float64Array;
  /** Where each group of times begins, and at the end their number; the model is averaged over a group. */
  readonly starts: Uint32Array;
  /** Mean current of each group. */
  readonly current_A: Float64Array;
  /** Weight of each group: the number of its samples. */
  readonly weight: Float64Array;
}

/**
 * Selects or groups the samples of a trace.
 *
 * `"all"` takes every sample. `"bins"` averages the samples whose square root
 * of time rounds to the same whole number, in units of the square root of a
 * second, and weighs a mean by their number; nearly all information is kept and
 * slow noise counts less. `"points"` takes the samples nearest to 1, 4, 9, ... s,
 * as the published protocol does; the standard errors are about three times as
 * large.
 *
 * @param trace The trace.
 * @param sampling Which samples.
 * @throws {DataError} If fewer than 4 samples or groups remain.
 *
 * @example Samples at 1, 4 and 9 seconds
 * ```ts
 * import assert from "node:assert/strict";
 * import { sample } from "./trace.ts";
 *
 * const time_s = Float64Array.from({ length: 20 }, (_, i) => i + 1);
 * const { time_s: kept } = sample({ time_s, current_A: time_s }, "points");
 * assert.deepEqual([...kept], [1, 4, 9, 16]);
 * ```
 */
export function sample(
  { time_s, current_A }: Trace,
  sampling: Sampling,
): Samples {
  const firsts: number[] = [], counts: number[] = [];
  if (sampling === "all") {
    for (let i = 0; i < time_s.length; i++) firsts.push(i), counts.push(1);
  } else if (sampling === "points") {
    const roots = Math.floor(Math.sqrt(time_s[time_s.length - 1]!));
    for (const i of nearest(time_s, roots, 1)) firsts.push(i), counts.push(1);
  } else {
    let bin = -1;
    for (let i = 0; i < time_s.length; i++) {
      const root = Math.round(Math.sqrt(time_s[i]!));
      if (root !== bin) firsts.push(i), counts.push(0), bin = root;
      counts[counts.length - 1]! += 1;
    }
  }
  if (firsts.length < 4) {
    throw new DataError(
      `Cannot fit the trace as at least 4 samples must remain: current value is ${firsts.length} (sampling ${sampling})`,
    );
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const time = new Float64Array(total);
  const current = new Float64Array(firsts.length);
  const starts = new Uint32Array(firsts.length + 1);
  for (let g = 0, to = 0; g < firsts.length; g++) {
    for (let i = firsts[g]!; i < firsts[g]! + counts[g]!; i++) {
      time[to++] = time_s[i]!;
      current[g]! += current_A[i]! / counts[g]!;
    }
    starts[g + 1] = to;
  }
  return {
    time_s: time,
    starts,
    current_A: current,
    weight: Float64Array.from(counts),
  };
}

/**
 * Some dozens of samples that stand for all, evenly spaced in the square root
 * of time.
 *
 * @param trace The trace.
 * @param most At most so many.
 */
export function thin({ time_s, current_A }: Trace, most: number): Samples {
  const chosen = nearest(time_s, most, time_s[time_s.length - 1]! / most ** 2);
  return {
    time_s: Float64Array.from(chosen, (i) => time_s[i]!),
    starts: Uint32Array.from({ length: chosen.length + 1 }, (_, i) => i),
    current_A: Float64Array.from(chosen, (i) => current_A[i]!),
    weight: new Float64Array(chosen.length).fill(1),
  };
}

/** Samples nearest to the squares of 1, 2, ... `count` times a unit of time, each once. */
function nearest(
  time_s: Float64Array,
  count: number,
  unit_s: number,
): number[] {
  const chosen: number[] = [];
  for (let root = 1, i = 0; root <= count; root++) {
    const target = root * root * unit_s;
    while (i < time_s.length - 1 && time_s[i]! < target) i++;
    const before = i > 0 && target - time_s[i - 1]! < time_s[i]! - target;
    const at = before ? i - 1 : i;
    if (chosen.at(-1) !== at) chosen.push(at);
  }
  return chosen;
}
