/** Images on another grid. */
import {
  type Box,
  createSlice,
  createVolume,
  gridOf,
  type Image,
  isVolume,
  type OnGridOf,
  shared,
} from "../core/mod.ts";
import { type FilterOptions, runPasses, toShared } from "./ranges.ts";
import { type AxisWeights, resampleLayers } from "./resample_passes.ts";
import type { GreyLevels } from "./threshold.ts";

/** Where an image lies in a larger one of which it is a part. */
export interface PartOfImage {
  /** Shape of the larger image. */
  readonly shape: readonly number[];
  /** Place of the part's first voxel in it. */
  readonly first: readonly number[];
  /** Voxels of the result that are wanted, counted in the result of the larger image. */
  readonly wanted: Box;
}

/** Choices of {@linkcode resample}. */
export interface ResampleOptions extends FilterOptions {
  /** The image is a part of a larger one; the result then equals that part of the larger one's result. */
  partOf?: PartOfImage;
}

/**
 * Image on a grid of another spacing.
 *
 * Along each axis, voxel i of the result covers the image from `i r` to
 * `(i + 1) r` voxels, with r the ratio of the spacings. Where the result is
 * coarser, it is the mean over that length; the last voxel, which the frame may
 * cut, takes the mean of what is there. Where it is finer, it is interpolated
 * linearly between the centres of voxels, and beyond the outer ones stays at
 * their level.
 *
 * @param image Grey levels.
 * @param spacing_um Spacing of the result along z, y, x, or y, x of a slice.
 * @param options Number of workers; the larger image, if this is a part of one.
 * @returns Grey levels in single precision.
 * @throws {RangeError} If there is not one positive spacing per axis, or the
 * part does not hold what the wanted voxels are made of.
 *
 * @example Voxels half as large again
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { resample } from "./resample.ts";
 *
 * const fine = createSlice(Uint8Array.of(1, 3, 5), [1, 3], [0.2, 0.2]);
 * const coarse = await resample(fine, [0.2, 0.3]);
 * assert.deepEqual([...coarse.data].map((v) => v.toFixed(3)), ["1.667", "4.333"]);
 * ```
 */
export async function resample<I extends Image<GreyLevels>>(
  image: I,
  spacing_um: readonly number[],
  options: ResampleOptions = {},
): Promise<OnGridOf<I, Float32Array>> {
  const { partOf } = options;
  const whole = partOf?.shape ?? image.shape;
  const shape = resampledShape(whole, image.spacing_um, spacing_um);
  const first = partOf?.first ?? image.shape.map(() => 0);
  const wanted = partOf?.wanted ??
    { from: image.shape.map(() => 0), to: shape };
  assertPart(image, whole, shape, first, wanted);
  const [z, y, x] = [
    ...isVolume(image) ? [] : [axisWeights(1, 1, 0, 1, 0)],
    ...image.shape.map((length, axis) => {
      const weights = axisWeights(
        whole[axis]!,
        ratioOf(image.spacing_um[axis]!, spacing_um[axis]!),
        wanted.from[axis]!,
        wanted.to[axis]!,
        first[axis]!,
      );
      assertInside(weights, length, axis - image.shape.length);
      return weights;
    }),
  ] as [AxisWeights, AxisWeights, AxisWeights];
  const layers = z.first.length;
  const size = layers * y.first.length * x.first.length;
  const result = shared(Float32Array, size);
  const { height, width } = gridOf(image);
  await runPasses(
    new URL("./resample_passes.ts", import.meta.url),
    { image: toShared(image.data), result, height, width, z, y, x },
    image.data.length,
    [{ run: resampleLayers, count: layers }],
    options,
  );
  const [rows, columns] = [y.first.length, x.first.length];
  const made = isVolume(image)
    ? createVolume(
      result,
      [layers, rows, columns],
      [spacing_um[0]!, spacing_um[1]!, spacing_um[2]!],
    )
    : createSlice(result, [rows, columns], [spacing_um[0]!, spacing_um[1]!]);
  return made as unknown as OnGridOf<I, Float32Array>;
}

/**
 * Shape of an image after {@linkcode resample}.
 *
 * @param shape Shape before.
 * @param from_um Spacing before, one per axis.
 * @param to_um Spacing after.
 * @throws {RangeError} If there is not one positive spacing per axis.
 */
export function resampledShape(
  shape: readonly number[],
  from_um: readonly number[],
  to_um: readonly number[],
): number[] {
  if (
    to_um.length !== shape.length ||
    to_um.some((s) => !(s > 0 && s < Infinity))
  ) {
    throw new RangeError(
      `Cannot resample the image as there must be one positive spacing per axis: current value is [${
        to_um.join(", ")
      }] um`,
    );
  }
  return shape.map((length, axis) =>
    Math.ceil(length / ratioOf(from_um[axis]!, to_um[axis]!) - 1e-6)
  );
}

/**
 * Voxels of an image of which voxels of the result of {@linkcode resample} are
 * made.
 *
 * @param shape Shape of the image.
 * @param from_um Its spacing.
 * @param to_um Spacing of the result.
 * @param wanted Voxels of the result.
 */
export function resampledFrom(
  shape: readonly number[],
  from_um: readonly number[],
  to_um: readonly number[],
  wanted: Box,
): Box {
  const ends = shape.map((length, axis) => {
    const ratio = ratioOf(from_um[axis]!, to_um[axis]!);
    const from = wanted.from[axis]!, to = wanted.to[axis]!;
    const { first, count } = axisWeights(length, ratio, from, to, 0);
    return [first[0]!, first.at(-1)! + count.at(-1)!] as const;
  });
  return { from: ends.map(([from]) => from), to: ends.map(([, to]) => to) };
}

/** Ratio of spacings, whole where it is so but for rounding. */
function ratioOf(from_um: number, to_um: number): number {
  const ratio = to_um / from_um, whole = Math.round(ratio);
  return Math.abs(ratio - whole) < 1e-9 * ratio ? whole : ratio;
}

/** Weights for voxels `from` to `to` of the result, from an image of `length` whose voxel `start` is the first at hand. */
function axisWeights(
  length: number,
  ratio: number,
  from: number,
  to: number,
  start: number,
): AxisWeights {
  const most = ratio < 1 ? 2 : Math.ceil(ratio) + 1;
  const first = new Int32Array(to - from), count = new Int32Array(to - from);
  const weights = new Float64Array(most * (to - from));
  for (let i = from; i < to; i++) {
    const [low, parts] = ratio < 1
      ? between((i + 0.5) * ratio - 0.5, length)
      : covered(i * ratio, Math.min(length, (i + 1) * ratio));
    first[i - from] = low - start;
    count[i - from] = parts.length;
    weights.set(parts, (i - from) * most);
  }
  return { first, count, weights, most };
}

/** First voxel that a length covers, and the share of each in it. */
function covered(from: number, to: number): [low: number, parts: number[]] {
  const low = Math.floor(from + 1e-9), high = Math.ceil(to - 1e-9);
  const parts: number[] = [];
  for (let i = low; i < high; i++) {
    parts.push((Math.min(to, i + 1) - Math.max(from, i)) / (to - from));
  }
  return [low, parts];
}

/** Voxel before a place, and the weights of it and the next one. */
function between(
  place: number,
  length: number,
): [low: number, parts: number[]] {
  const inside = Math.min(length - 1, Math.max(0, place));
  const low = Math.min(Math.floor(inside), Math.max(0, length - 2));
  return length === 1 ? [0, [1]] : [low, [1 - (inside - low), inside - low]];
}

function assertPart(
  image: Image,
  whole: readonly number[],
  shape: readonly number[],
  first: readonly number[],
  { from, to }: Box,
): void {
  const axes = image.shape.length;
  const fits = [whole, first, from, to].every((l) => l.length === axes) &&
    image.shape.every((n, i) =>
      Number.isInteger(first[i]) && first[i]! >= 0 &&
      first[i]! + n <= whole[i]! && Number.isInteger(from[i]) &&
      Number.isInteger(to[i]) && from[i]! >= 0 && from[i]! < to[i]! &&
      to[i]! <= shape[i]!
    );
  if (!fits) {
    throw new RangeError(
      `Cannot resample a part as it must lie in an image of shape [${
        whole.join(", ")
      }], and what is wanted in a result of [${
        shape.join(", ")
      }]: current part begins at [${first.join(", ")}] with shape [${
        image.shape.join(", ")
      }], wanted are [${from.join(", ")}] to [${to.join(", ")}]`,
    );
  }
}

function assertInside(
  { first, count }: AxisWeights,
  length: number,
  axis: number,
): void {
  const low = first[0]!, high = first.at(-1)! + count.at(-1)!;
  if (low >= 0 && high <= length) return;
  throw new RangeError(
    `Cannot resample a part as it must hold all that the wanted voxels are made of: along axis ${
      axis + 3
    } of z, y, x it lacks ${Math.max(0, -low)} voxels before and ${
      Math.max(0, high - length)
    } after`,
  );
}
