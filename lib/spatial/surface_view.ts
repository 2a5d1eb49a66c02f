/** What the outside of particles shows of the damage inside. */
import {
  assertSameGrid,
  createVolume,
  type Labels,
  shared,
  type Volume,
} from "../core/mod.ts";
import { distanceTransform, type FilterOptions } from "../image/mod.ts";

/** Width of the outermost layer in which a crack shows, in voxels. */
const SHELL_voxels = 2;

/** Damage of particles as it shows on their surface, by label; NaN where there is none to see. */
export interface SurfaceDamage {
  /** Share of cracks in the outermost two voxels below the free surface. */
  readonly shell: Float64Array;
  /**
   * Share of cracks down to a depth below the facets that face z = 0, each
   * particle looked at by itself, as in an electron micrograph from above.
   */
  readonly fromAbove: Float64Array;
}

/**
 * Damage as seen from outside.
 *
 * @param labels Particles, cracks and voids included.
 * @param cracks Not 0 in cracks and voids, on the same grid.
 * @param viewDepth_um How deep a view from above sees.
 * @param options Number of workers.
 * @throws {RangeError} If the grids differ or the depth is not positive.
 */
export async function surfaceDamage(
  labels: Labels,
  cracks: Volume<Uint8Array>,
  viewDepth_um: number,
  options: FilterOptions = {},
): Promise<SurfaceDamage> {
  assertSameGrid(labels, cracks, ["the labels", "the cracks"]);
  if (!(viewDepth_um > 0)) {
    throw new RangeError(
      `Cannot look from above as the depth must be positive: current value is ${viewDepth_um} um`,
    );
  }
  const { shape, spacing_um, data } = labels;
  let labelCount = 1;
  const particles = shared(Uint8Array, data.length);
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    particles[i] = 1;
    if (data[i]! >= labelCount) labelCount = data[i]! + 1;
  }
  const shell_um = SHELL_voxels * Math.cbrt(
    spacing_um[0] * spacing_um[1] * spacing_um[2],
  );
  const depth = (await distanceTransform(
    createVolume(particles, shape, spacing_um),
    { ...options, limit_um: 2 * shell_um },
  )).data;
  const shell = new Share(labelCount), above = new Share(labelCount);
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0 && depth[i]! <= shell_um) {
      shell.add(data[i]!, cracks.data[i] !== 0);
    }
  }
  const layer = shape[1] * shape[2];
  const seen_voxels = Math.max(1, Math.round(viewDepth_um / spacing_um[0]));
  const firstAt = new Map<number, number>();
  for (let column = 0; column < layer; column++) {
    firstAt.clear();
    for (let z = 0; z < shape[0]; z++) {
      const i = z * layer + column, label = data[i]!;
      if (label === 0) continue;
      const first = firstAt.get(label) ?? z;
      if (first === z) firstAt.set(label, z);
      if (z - first < seen_voxels) above.add(label, cracks.data[i] !== 0);
    }
  }
  return { shell: shell.values(), fromAbove: above.values() };
}

/** Share of marked voxels among those counted, by label. */
class Share {
  readonly #all: Float64Array;
  readonly #marked: Float64Array;

  constructor(count: number) {
    this.#all = new Float64Array(count);
    this.#marked = new Float64Array(count);
  }

  add(label: number, marked: boolean): void {
    this.#all[label]!++;
    if (marked) this.#marked[label]!++;
  }

  values(): Float64Array {
    return this.#marked.map((count, label) => count / this.#all[label]!);
  }
}
