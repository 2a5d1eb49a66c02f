/** Characteristic times straight from the current, without a model. */
import type { Trace } from "./trace.ts";

/**
 * Time at which the current first falls to 1/e of its initial value, in s.
 *
 * The initial current is that of the sample nearest to `initial_s` (the paper
 * takes 0.1 s). A running mean over `smoothing` samples keeps noise from ending
 * the time early; between samples the current is interpolated.
 *
 * Source of the definition: J. Min et al., Energy Environ. Sci. 16, 3847
 * (2023), doi:10.1039/d3ee00953j, Fig. 5.
 *
 * @param trace The trace.
 * @param initial_s Time of the initial current in s.
 * @param smoothing Samples of the running mean, odd.
 * @returns The time, or null if the current does not get there: the particle
 * is slower than the window, and must be counted, not left out.
 * @throws {RangeError} If the smoothing is not a positive odd number.
 *
 * @example An exponential
 * ```ts
 * import assert from "node:assert/strict";
 * import { rawDecayTime_s } from "./raw_times.ts";
 *
 * const time_s = Float64Array.from({ length: 1000 }, (_, i) => i / 10);
 * const current_A = time_s.map((t) => -Math.exp(-t / 20));
 * const time = rawDecayTime_s({ time_s, current_A }, 0, 1)!;
 * assert.ok(Math.abs(time - 20) < 1e-3);
 * ```
 */
export function rawDecayTime_s(
  { time_s, current_A }: Trace,
  initial_s = 0.1,
  smoothing = 5,
): number | null {
  if (!Number.isInteger(smoothing) || smoothing < 1 || smoothing % 2 === 0) {
    throw new RangeError(
      `Cannot smooth the current as the number of samples must be positive and odd: current value is ${smoothing}`,
    );
  }
  let first = 0;
  while (
    first + 1 < time_s.length &&
    Math.abs(time_s[first + 1]! - initial_s) <
      Math.abs(time_s[first]! - initial_s)
  ) first++;
  const initial = current_A[first]!, half = (smoothing - 1) / 2;
  let beforeTime = time_s[first]!, beforeLevel = 1;
  for (let i = first + 1 + half; i + half < time_s.length; i++) {
    let level = 0, time = 0;
    for (let j = i - half; j <= i + half; j++) {
      level += current_A[j]! / initial / smoothing;
      time += time_s[j]! / smoothing;
    }
    const target = Math.exp(-1);
    if (level <= target) {
      const share = (beforeLevel - target) / (beforeLevel - level);
      return beforeTime + share * (time - beforeTime);
    }
    [beforeTime, beforeLevel] = [time, level];
  }
  return null;
}
