/** Progress of long work: one protocol for the terminal and for notebooks. */

/**
 * Takes news of long work.
 *
 * Called with the name of the step, in a few words ("finding particles"), and
 * the share of it that is done, from 0 to 1. A step starts when its name is
 * first heard and ends at 1.
 */
export type Progress = (step: string, done: number) => void;

/** Shows nothing. */
export const silent: Progress = () => {};

/**
 * Part of a step as a step of its own: 0 to 1 becomes `from` to `to`.
 *
 * @param progress Takes the news.
 * @param step Name of the whole step.
 * @param from Share done when the part starts.
 * @param to Share done when the part ends.
 *
 * @example The second half
 * ```ts
 * import assert from "node:assert/strict";
 * import { part } from "./progress.ts";
 *
 * const heard: number[] = [];
 * const half = part((_, done) => heard.push(done), "reading", 0.5, 1);
 * half("inner", 0.5);
 * assert.deepEqual(heard, [0.75]);
 * ```
 */
export function part(
  progress: Progress,
  step: string,
  from: number,
  to: number,
): Progress {
  return (_, done) => progress(step, from + (to - from) * done);
}
