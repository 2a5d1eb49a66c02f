/** A few particles without their surroundings. */
import { createVolume, type Labels, type ZYX } from "../core/mod.ts";

/** Voxels left around the particles. */
const MARGIN = 2;

/**
 * The smallest box around some particles, with a margin of two voxels where
 * there is room, without all others.
 *
 * @param labels All particles.
 * @param keep Labels of those wanted.
 * @returns The box, and its first voxel along z, y, x.
 * @throws {RangeError} If none of them occurs.
 */
export function cutParticles(
  { data, shape, spacing_um }: Labels,
  keep: ReadonlySet<number>,
): { part: Labels; corner: ZYX } {
  const wanted = (label: number) => label !== 0 && keep.has(label);
  const low = [...shape], high = [-1, -1, -1];
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        if (!wanted(data[i]!)) continue;
        for (const [axis, at] of [z, y, x].entries()) {
          if (at < low[axis]!) low[axis] = at;
          if (at > high[axis]!) high[axis] = at;
        }
      }
    }
  }
  if (high[0]! < 0) {
    throw new RangeError(
      `Cannot cut particles out as one of them must be in the volume: current labels are ${
        [...keep].join(", ")
      }`,
    );
  }
  const corner = low.map((l) => Math.max(0, l - MARGIN)) as unknown as ZYX;
  const size = high.map((h, axis) =>
    Math.min(shape[axis]!, h + 1 + MARGIN) - corner[axis]!
  ) as unknown as ZYX;
  const part = new Uint32Array(size[0] * size[1] * size[2]);
  for (let z = 0, to = 0; z < size[0]; z++) {
    for (let y = 0; y < size[1]; y++) {
      let i = ((z + corner[0]) * shape[1] + y + corner[1]) * shape[2] +
        corner[2];
      for (let x = 0; x < size[2]; x++, i++, to++) {
        if (wanted(data[i]!)) part[to] = data[i]!;
      }
    }
  }
  return { part: createVolume(part, size, spacing_um), corner };
}
