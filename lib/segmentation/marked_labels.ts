/** Particles that are known by their markers. */
import type { Labels, Volume } from "../core/mod.ts";

/**
 * Particles of a volume or of a part of one, with the markers from which they
 * grew. A marker stands at the same voxel in every part that holds its
 * neighbourhood, so it tells which particles of two parts are the same.
 */
export interface MarkedLabels {
  /** Particles; labels run in the order of the scan over their markers. */
  readonly labels: Labels;
  /** Index of the first voxel of each label's marker; entry 0 is not used. */
  readonly marker: Uint32Array;
}

/**
 * First voxel of each marker.
 *
 * @param markers Markers as labels from 1.
 * @param count Number of markers.
 */
export function firstVoxels(
  { data }: Volume<Uint32Array>,
  count: number,
): Uint32Array {
  const first = new Uint32Array(count + 1), seen = new Uint8Array(count + 1);
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label === 0 || seen[label] !== 0) continue;
    seen[label] = 1;
    first[label] = i;
  }
  return first;
}
