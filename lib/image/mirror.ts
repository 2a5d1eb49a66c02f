/** Images beyond their frame. */

/** Index inside 0 to `length - 1` of the voxel that mirrors index `i`. */
export function mirrored(i: number, length: number): number {
  const period = 2 * length;
  const j = ((i % period) + period) % period;
  return j < length ? j : period - 1 - j;
}
