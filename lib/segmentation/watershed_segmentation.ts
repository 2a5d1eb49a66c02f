/** Particles by threshold, distance transform and watershed. */
import {
  type Image,
  isVolume,
  type OnGridOf,
  onGridOf,
  type Progress,
  silent,
  type SliceLabels,
  sourceOf,
  type ZYX,
} from "../core/mod.ts";
import {
  ballVoxels,
  brighterThan,
  closing,
  type Components,
  dilation,
  distanceTransform,
  fillHoles,
  type FilterOptions,
  gaussianFilter,
  type GreyLevels,
  hMaxima,
  labelStatistics,
  opening,
  otsuThreshold,
  relabel,
  watershed,
} from "../image/mod.ts";
import { fillHulls, joinConvex, preferConvex } from "./convex.ts";
import { flatten } from "./flatten.ts";
import { firstVoxels } from "./marked_labels.ts";
import type { VolumeMethod } from "./blocks.ts";
import { segmentVolume } from "./volume_segmentation.ts";

/** What {@linkcode watershedSegmentation} takes for a particle; lengths in micrometres. */
export interface WatershedParameters {
  /** Standard deviation of the Gaussian that removes noise. */
  smoothing_um: number;
  /** Standard deviation of the Gaussian that removes shading; some particles wide. */
  flattening_um: number;
  /** Radius of the ball that closes cracks. */
  closing_um: number;
  /** Diameter of the largest hole of a particle's section. */
  largestHole_um: number;
  /** Diameter of the largest hole of a section that cannot be a gap between particles. */
  surelyHole_um: number;
  /** Radius of the ball that removes debris and bridges. */
  opening_um: number;
  /** Standard deviation of the Gaussian that smooths the distance transform. */
  distanceSmoothing_um: number;
  /** Least depth of a neck between particles, as a share of the radius of the smaller one. */
  neck: number;
  /** Share of its convex hull that a particle's section fills at least, where pieces are joined. */
  solidity: number;
  /** Diameter of the smallest particle. */
  smallest_um: number;
}

/** Parameters for slices of secondary particles of about 10 um, chosen on synthetic electrodes at several voxel sizes and two real slices together. */
export const sliceParameters: Readonly<WatershedParameters> = {
  smoothing_um: 0.2,
  flattening_um: 20,
  closing_um: 0.4,
  largestHole_um: 7,
  surelyHole_um: 2.5,
  opening_um: 0.8,
  distanceSmoothing_um: 0.4,
  neck: 0.09,
  solidity: 0.92,
  smallest_um: 3,
};

/** As {@linkcode sliceParameters}, for volumes, where pieces are not joined afterwards. */
export const volumeParameters: Readonly<WatershedParameters> = {
  ...sliceParameters,
  closing_um: 0.5,
  largestHole_um: 5,
  neck: 0.15,
};

/** Spacing of the grid on which particles of volumes are found, if the voxels are not larger. */
const workingSpacing_um = 0.35;

/** Choices of {@linkcode watershedSegmentation} that do not change the result. */
export interface SegmentationOptions extends FilterOptions {
  /** Takes news of the work. */
  progress?: Progress;
}

/**
 * Finds the particles of an electrode without a trained network.
 *
 * Smooths and flattens the grey levels, takes what is brighter than Otsu's
 * threshold, closes cracks and fills holes, and cuts at the necks of the
 * smoothed distance transform by a watershed. In a slice, pieces that make a
 * convex particle together are joined, and notches that cracks leave in the
 * outlines are filled. In a volume, particles are found on voxels of 0.35 um or
 * more, and their outlines then follow the grey levels; see
 * {@linkcode segmentVolume}. A hole is what is one in a section across any of
 * the axes, since most voids reach the outside somewhere.
 *
 * Needs bright particles on a dark ground that are some times larger than the
 * voxels; particles in wide contact stay one.
 *
 * @param image Grey levels.
 * @param parameters Departures from {@linkcode sliceParameters} or {@linkcode volumeParameters}.
 * @param options Number of workers and progress.
 * @returns Particles as labels from 1 without gaps.
 * @throws {RangeError} If a parameter is out of range, or the image has a single grey level.
 *
 * @example Two bright discs
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { watershedSegmentation } from "./watershed_segmentation.ts";
 *
 * const image = createSlice(new Uint8Array(80 * 140).fill(90), [80, 140], [0.2, 0.2]);
 * for (let i = 0; i < image.data.length; i++) {
 *   const y = Math.floor(i / 140) - 40, x = i % 140;
 *   if (Math.min(Math.hypot(y, x - 40), Math.hypot(y, x - 92)) < 25) image.data[i] = 185;
 * }
 * const labels = await watershedSegmentation(image);
 * assert.equal(labels.data.reduce((a, b) => Math.max(a, b)), 2);
 * ```
 */
export async function watershedSegmentation<I extends Image<GreyLevels>>(
  image: I,
  parameters: Partial<WatershedParameters> = {},
  options: SegmentationOptions = {},
): Promise<OnGridOf<I, Uint32Array>> {
  if (isVolume(image)) {
    const method = watershedMethod(parameters);
    const { labels } = await segmentVolume(sourceOf(image), method, options);
    return onGridOf(image, labels.data);
  }
  const p = { ...sliceParameters, ...parameters };
  const { progress = silent } = options;
  const news = (done: number) => progress("finding particles", done);
  news(0);
  const bright = await brightVoxels(image, p, options);
  news(0.4);
  const labels = await joinedSections(bright, p, options);
  news(0.9);
  const { label, count } = labelStatistics(labels);
  const smallest = ballVoxels(image, p.smallest_um);
  const large = new Set(label.filter((_, row) => count[row]! >= smallest));
  const { data } = relabel(labels, (value) => large.has(value)).labels;
  news(1);
  return onGridOf(image, data);
}

/**
 * The method of {@linkcode watershedSegmentation} for volumes, for
 * {@linkcode segmentVolume} and its blocks.
 *
 * @param parameters Departures from {@linkcode volumeParameters}.
 */
export function watershedMethod(
  parameters: Partial<WatershedParameters> = {},
): VolumeMethod {
  const p = { ...volumeParameters, ...parameters };
  return {
    name: "watershed",
    parameters: p,
    settings: { ...p },
    workingSpacing_um: (spacing_um) =>
      spacing_um.map((s) => Math.max(s, workingSpacing_um)) as unknown as ZYX,
    reach_um: p.opening_um * 2 + p.distanceSmoothing_um * 4,
    find: async (_, solid, __, options) => {
      const { labels, markers } = await cut(solid, p, options);
      return { labels, marker: firstVoxels(markers.labels, markers.count) };
    },
  };
}

/** Mask of the solid, its narrow cracks closed. */
async function brightVoxels(
  image: Image<GreyLevels>,
  p: WatershedParameters,
  options: FilterOptions,
): Promise<Image<Uint8Array>> {
  const smooth: Image<Float32Array> = await gaussianFilter(
    image,
    p.smoothing_um,
    options,
  );
  const flat: Image<Float32Array> = await flatten(
    smooth,
    p.flattening_um,
    options,
  );
  const mask: Image<Uint8Array> = brighterThan(flat, otsuThreshold(flat.data));
  return await closing(mask, p.closing_um, options);
}

/** Cuts a mask at its necks. */
async function cut<I extends Image<Uint8Array>>(
  filled: I,
  p: WatershedParameters,
  options: FilterOptions,
): Promise<{ labels: OnGridOf<I, Uint32Array>; markers: Components<I> }> {
  const mask: Image<Uint8Array> = await opening<Image<Uint8Array>>(
    filled,
    p.opening_um,
    options,
  );
  const distance: Image<Float32Array> = await distanceTransform(mask, options);
  const field: Image<Float32Array> = await gaussianFilter(
    distance,
    p.distanceSmoothing_um,
    options,
  );
  const { labels: markers, count } = hMaxima(field, 0, mask, p.neck);
  for (let i = 0; i < field.data.length; i++) field.data[i] = -field.data[i]!;
  const labels: Image<Uint32Array> = watershed(field, markers, mask);
  return {
    labels: onGridOf(filled, labels.data),
    markers: { labels: onGridOf(filled, markers.data), count },
  };
}

/** Particles of a slice, their pieces joined and their notches filled. */
async function joinedSections(
  bright: Image<Uint8Array>,
  p: WatershedParameters,
  options: FilterOptions,
): Promise<SliceLabels> {
  const sections = async (largest_um: number) => {
    const filled: Image<Uint8Array> = fillHoles(bright, largest_um);
    return (await cut(filled, p, options)).labels as SliceLabels;
  };
  const labels = preferConvex(
    await sections(p.largestHole_um),
    await sections(p.surelyHole_um),
  );
  // Grown over the gaps between them, pieces of a particle touch.
  const inside = labels.data.map((label) => label === 0 ? 0 : 1);
  const mask: Image<Uint8Array> = onGridOf(bright, Uint8Array.from(inside));
  const near = await dilation(mask, p.closing_um, options);
  const level: Image<Uint8Array> = onGridOf(
    bright,
    new Uint8Array(inside.length),
  );
  const reach = watershed(level, labels, near) as SliceLabels;
  return fillHulls(joinConvex(labels, reach, p.solidity));
}
