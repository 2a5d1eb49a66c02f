/** Grey level of a solid among voxels of which some are darkened by cracks. */

/** As many values settle a level to a hundredth of their spread. */
const MOST_VALUES = 8192;
const MOST_STEPS = 100;

/**
 * The level at which grey levels are densest: mean shift with a Gaussian
 * window, from their median. The window is as wide as the values above the
 * level spread, so a tail of darkened voxels has no say in it.
 *
 * Source: D. Comaniciu and P. Meer, IEEE Trans. Pattern Anal. Mach. Intell. 24,
 * 603 (2002), doi:10.1109/34.1000236.
 *
 * @param values Grey levels in any order; of more than 8,192 an even sample counts.
 * @returns The level; NaN without values.
 */
export function solidLevel(values: ArrayLike<number>): number {
  const stride = Math.ceil(values.length / MOST_VALUES);
  const sample = Float64Array.from(
    { length: Math.ceil(values.length / Math.max(1, stride)) },
    (_, i) => values[i * stride]!,
  ).sort();
  if (sample.length === 0) return NaN;
  let level = sample[sample.length >> 1]!;
  for (let step = 0; step < MOST_STEPS; step++) {
    const width = spreadAbove(sample, level);
    if (width === 0) return level;
    let sum = 0, weights = 0;
    for (const value of sample) {
      const weight = Math.exp(-0.5 * ((value - level) / width) ** 2);
      sum += weight * value;
      weights += weight;
    }
    const moved = sum / weights - level;
    level += moved;
    if (Math.abs(moved) < 1e-3 * width) break;
  }
  return level;
}

/**
 * Root mean square distance from a level of the values above it. About the
 * centre of symmetric values it is their standard deviation; a tail below has
 * no say in it.
 *
 * @param values Grey levels in any order.
 * @param level The level.
 * @returns The distance; 0 if no value is above.
 */
export function spreadAbove(values: ArrayLike<number>, level: number): number {
  let squares = 0, count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! <= level) continue;
    squares += (values[i]! - level) ** 2;
    count++;
  }
  return count === 0 ? 0 : Math.sqrt(squares / count);
}
