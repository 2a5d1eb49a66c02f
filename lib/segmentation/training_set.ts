/** Slices that a star-convex network is trained on. */
import {
  createSlice,
  shared,
  type Slice,
  type SliceLabels,
} from "../core/mod.ts";
import {
  ballVoxels,
  connectedComponents,
  distanceTransform,
  type GreyLevels,
  labelStatistics,
  resample,
} from "../image/mod.ts";
import { labelBoxes } from "./label_boxes.ts";
import { standardised } from "./standardise.ts";

/** A slice with its true particles, on one grid of any spacing. */
export interface LabelledSlice {
  image: Slice<GreyLevels>;
  labels: SliceLabels;
}

/** Slices one after the other in shared memory, at the spacing of the network. */
export interface TrainingSet {
  /** Index of the first pixel of each slice, and its number of rows and columns. */
  readonly starts: readonly number[];
  readonly heights: readonly number[];
  readonly widths: readonly number[];
  /** Grey levels with mean 0 and standard deviation 1 in each slice. */
  readonly greyLevels: Float32Array;
  /** Sections of particles; pieces of one section have labels of their own. */
  readonly labels: Uint32Array;
  /** 1 at the pixel of a section farthest from its edge, 0 outside; falls with the distance from the edge. */
  readonly objectness: Float32Array;
}

/** Sections below this diameter are background: caps that blur hides, in micrometres. */
export const smallestSection_um = 2;

/**
 * A training set of labelled slices.
 *
 * @param slices Slices; each is brought to the network's spacing.
 * @param spacing_um Distance of the network's pixels, in micrometres.
 * @throws {RangeError} If there is no slice, or one has a single grey level.
 */
export async function trainingSet(
  slices: readonly LabelledSlice[],
  spacing_um: number,
): Promise<TrainingSet> {
  if (slices.length === 0) {
    throw new RangeError(
      "Cannot make a training set as there must be at least one slice: current value is 0",
    );
  }
  const ready: Prepared[] = [];
  for (const slice of slices) ready.push(await prepare(slice, spacing_um));
  const starts: number[] = [];
  let size = 0;
  for (const { greyLevels } of ready) {
    starts.push(size);
    size += greyLevels.data.length;
  }
  const set = {
    starts,
    heights: ready.map(({ greyLevels }) => greyLevels.shape[0]),
    widths: ready.map(({ greyLevels }) => greyLevels.shape[1]),
    greyLevels: shared(Float32Array, size),
    labels: shared(Uint32Array, size),
    objectness: shared(Float32Array, size),
  };
  for (const [i, { greyLevels, labels, objectness }] of ready.entries()) {
    set.greyLevels.set(greyLevels.data, starts[i]);
    set.labels.set(labels.data, starts[i]);
    set.objectness.set(objectness, starts[i]);
  }
  return set;
}

interface Prepared {
  greyLevels: Slice<Float32Array>;
  labels: SliceLabels;
  objectness: Float32Array;
}

async function prepare(
  { image, labels }: LabelledSlice,
  spacing_um: number,
): Promise<Prepared> {
  const greyLevels = standardised(
    await resample(image, [spacing_um, spacing_um]),
  );
  const sections = sectionsOf(nearestLabels(labels, greyLevels));
  return {
    greyLevels,
    labels: sections,
    objectness: await objectnessOf(sections),
  };
}

/**
 * Labels on another grid over the same field of view: each pixel takes the
 * label at its centre.
 *
 * @param labels Labels.
 * @param grid Image that has the other grid.
 */
export function nearestLabels(labels: SliceLabels, grid: Slice): SliceLabels {
  const [height, width] = grid.shape;
  const [rows, columns] = labels.shape;
  const place = (i: number, axis: 0 | 1, length: number) =>
    Math.min(
      length - 1,
      Math.floor((i + 0.5) * grid.spacing_um[axis] / labels.spacing_um[axis]),
    );
  const data = new Uint32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    const row = place(y, 0, rows) * columns;
    for (let x = 0; x < width; x++, i++) {
      data[i] = labels.data[row + place(x, 1, columns)]!;
    }
  }
  return createSlice(data, grid.shape, grid.spacing_um);
}

/**
 * The sections of particles in a slice of their labels: connected pieces from
 * {@linkcode smallestSection_um} on, numbered from 1.
 *
 * @param labels Labels of particles.
 * @param smallest_um Diameter of the smallest section.
 *
 * @example Two pieces of one particle
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { sectionsOf } from "./training_set.ts";
 *
 * const labels = createSlice(Uint32Array.of(5, 5, 0, 5, 5), [1, 5], [1, 1]);
 * assert.deepEqual([...sectionsOf(labels, 1).data], [1, 1, 0, 2, 2]);
 * ```
 */
export function sectionsOf(
  labels: SliceLabels,
  smallest_um: number = smallestSection_um,
): SliceLabels {
  const smallest = ballVoxels(labels, smallest_um);
  const data = new Uint32Array(labels.data.length);
  let count = 0;
  for (const { mask, place } of labelBoxes(labels)) {
    const pieces = connectedComponents(mask, "faces").labels;
    const named = new Map<number, number>();
    const statistics = labelStatistics(pieces);
    for (const [row, piece] of statistics.label.entries()) {
      if (statistics.count[row]! >= smallest) named.set(piece, ++count);
    }
    for (let i = 0; i < pieces.data.length; i++) {
      const name = named.get(pieces.data[i]!);
      if (name !== undefined) data[place(i)] = name;
    }
  }
  return createSlice(data, labels.shape, labels.spacing_um);
}

/** Distance from the edge of the section, relative to the largest one in it. */
async function objectnessOf(sections: SliceLabels): Promise<Float32Array> {
  const objectness = new Float32Array(sections.data.length);
  for (const { mask, place } of labelBoxes(sections)) {
    const { data } = await distanceTransform(mask, { workers: 1 });
    const largest = data.reduce((a, b) => Math.max(a, b), 0);
    for (let i = 0; i < data.length; i++) {
      if (data[i]! > 0) objectness[place(i)] = data[i]! / largest;
    }
  }
  return objectness;
}
