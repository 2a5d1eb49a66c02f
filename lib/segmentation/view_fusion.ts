/** Particles of volumes from what is seen in slices of three views. */
import {
  assertSameGrid,
  onGridOf,
  type Volume,
  type ZYX,
} from "../core/mod.ts";
import {
  brighterThan,
  type FilterOptions,
  gaussianFilter,
  hMaxima,
  watershed,
} from "../image/mod.ts";
import type { BlockOptions, VolumeMethod } from "./blocks.ts";
import { closeLabels } from "./close_labels.ts";
import { firstVoxels, type MarkedLabels } from "./marked_labels.ts";
import type { GreyStatistics } from "./standardise.ts";
import {
  volumeParameters,
  type WatershedParameters,
} from "./watershed_segmentation.ts";

/** Three volumes of one grid: what slices across z, y and x say (views xy, xz, yz). */
export type Views = readonly [
  z: Volume<Float32Array>,
  y: Volume<Float32Array>,
  x: Volume<Float32Array>,
];

/** How views are fused. */
export interface FusionParameters {
  /** Standard deviation of the Gaussian that smooths the fused probability, in micrometres. */
  readonly smoothing_um: number;
  /** Rise of the fused probability from the pass to a higher maximum that makes a particle of its own. */
  readonly rise: number;
  /** Least fused probability in the middle of a particle. */
  readonly middle: number;
  /** Fused probability above which a voxel belongs to a particle even where the solid's mask has none, as in cracks and voids. */
  readonly object: number;
  /** Radius of the ball that closes the cracks that reach a particle's surface, in micrometres. */
  readonly closing_um: number;
}

/** The usual fusion, chosen on three of five synthetic electrodes that the network had not seen, for probabilities that fall from 1 in the middle of a section to 0 at its edge. */
export const fusionParameters: FusionParameters = {
  smoothing_um: 0.7,
  rise: 0.05,
  middle: 0.25,
  object: 0.11,
  closing_um: 1.4,
};

/** The mask of the solid closes and fills little, since the probabilities tell what is inside a particle. */
const solidParameters = {
  ...volumeParameters,
  closing_um: 0.2,
  largestHole_um: 3,
};

/**
 * Geometric mean of three views, voxel by voxel: it is high only where a voxel
 * is in the middle of a section in all of them.
 *
 * @param views Object probabilities, 0 to 1.
 * @throws {RangeError} If the grids differ.
 *
 * @example One view says no
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "../core/mod.ts";
 * import { fuseProbabilities } from "./view_fusion.ts";
 *
 * const view = (...p: number[]) => createVolume(Float32Array.from(p), [1, 1, 2], [1, 1, 1]);
 * const { data } = fuseProbabilities([view(1, 0.5), view(1, 0.5), view(0, 0.5)]);
 * assert.deepEqual([...data], [0, 0.5]);
 * ```
 */
export function fuseProbabilities(views: Views): Volume<Float32Array> {
  const [a, b, c] = views;
  assertSameGrid(a, b, ["view xy", "view xz"]);
  assertSameGrid(a, c, ["view xy", "view yz"]);
  const fused = new Float32Array(a.data.length);
  for (let i = 0; i < fused.length; i++) {
    fused[i] = Math.cbrt(a.data[i]! * b.data[i]! * c.data[i]!);
  }
  return onGridOf(a, fused);
}

/**
 * Particles of a volume from the object probabilities of three views.
 *
 * The probabilities are fused by their geometric mean and smoothed; maxima that
 * rise above their passes are the markers of particles, which are grown by a
 * watershed over the mask of the solid and where the fused probability is high;
 * then their surface cracks are closed.
 * After the fusion of three views in Li et al., Science 376, 517 (2022),
 * doi:10.1126/science.abm8962, which sums distance maps and clusters them
 * ({@linkcode publishedFusion}); probabilities keep particles apart that touch.
 *
 * @param views Object probabilities, 0 to 1.
 * @param solid Mask of the particles, cracks and voids included.
 * @param parameters Departures from {@linkcode fusionParameters}.
 * @param options Number of workers.
 * @returns Particles, with their markers.
 * @throws {RangeError} If the grids differ or a parameter is out of range.
 */
export async function fuseViews(
  views: Views,
  solid: Volume<Uint8Array>,
  parameters: Partial<FusionParameters> = {},
  options: FilterOptions = {},
): Promise<MarkedLabels> {
  const p = { ...fusionParameters, ...parameters };
  assertSameGrid(views[0], solid, ["the views", "the mask"]);
  const fused = await gaussianFilter(
    fuseProbabilities(views),
    p.smoothing_um,
    options,
  );
  const { data } = fused;
  // Lower voxels cannot be passes that make a marker of a maximum or unmake it.
  const near = brighterThan(fused, Math.max(0, p.middle - p.rise));
  const { labels: maxima, count } = hMaxima(fused, p.rise, near);
  const mask = new Uint8Array(data.length), depth = new Float32Array(data);
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < p.middle) maxima.data[i] = 0;
    mask[i] = solid.data[i] !== 0 || data[i]! > p.object ? 1 : 0;
    depth[i] = -data[i]!;
  }
  const labels = watershed(
    onGridOf(fused, depth),
    maxima,
    onGridOf(fused, mask),
  );
  await closeLabels(labels, p.closing_um);
  return { labels, marker: firstVoxels(maxima, count) };
}

/** Gives the object probabilities of three views of a part of a volume. */
export type ViewsOf = (
  grey: Volume<Float32Array>,
  levels: GreyStatistics,
  options: BlockOptions,
) => Promise<Views>;

/** What {@linkcode viewMethod} needs to know of a source of probabilities. */
export interface ViewSource {
  readonly name: string;
  /** Spacing of the grid on which it works. */
  readonly spacing_um: number;
  /** How far a probability depends on grey levels, in micrometres. */
  readonly reach_um: number;
  /** What sets its probabilities, for records. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Gives them. */
  readonly views: ViewsOf;
}

/**
 * Fusion of three views as a method for `segmentVolume` and its blocks.
 *
 * @param source Gives probabilities.
 * @param parameters Departures from {@linkcode fusionParameters}.
 * @param solid Departures from the usual mask of the solid.
 */
export function viewMethod(
  source: ViewSource,
  parameters: Partial<FusionParameters> = {},
  solid: Partial<WatershedParameters> = {},
): VolumeMethod {
  const p = { ...fusionParameters, ...parameters };
  const {
    smoothing_um,
    flattening_um,
    closing_um,
    largestHole_um,
    smallest_um,
  } = { ...solidParameters, ...solid };
  const mask = {
    smoothing_um,
    flattening_um,
    closing_um,
    largestHole_um,
    smallest_um,
  };
  const s = source.spacing_um;
  return {
    name: source.name,
    parameters: mask,
    settings: { ...source.settings, mask, fusion: p },
    workingSpacing_um: (): ZYX => [s, s, s],
    reach_um: source.reach_um + 4 * p.smoothing_um + 2 * p.closing_um,
    find: async (grey, mask, levels, options) =>
      await fuseViews(
        await source.views(grey, levels, options),
        mask,
        p,
        options,
      ),
  };
}
