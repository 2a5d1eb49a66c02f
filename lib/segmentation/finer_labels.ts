/** Labels of the working grid on the voxels of the volume. */
import {
  type Box,
  boxShape,
  type Labels,
  type Volume,
  type ZYX,
} from "../core/mod.ts";
import { type FilterOptions, type GreyLevels } from "../image/mod.ts";
import { runPasses, toShared } from "../image/ranges.ts";
import { labelFiner, type Neighbours } from "./finer_labels_passes.ts";
import type { VolumeSurvey } from "./volume_survey.ts";

/** A part of a volume whose voxels get labels. */
export interface FinerPart {
  /** Voxels that get labels, counted in the whole volume. */
  readonly box: Box;
  /** Smoothed grey levels of these voxels and perhaps some around. */
  readonly grey: Volume<GreyLevels>;
  /** Place of the first voxel of `grey` in the whole volume. */
  readonly first: readonly number[];
  /** Takes the labels, in shared memory; the first one stands at `resultFirst`. */
  readonly result: Uint32Array;
  readonly resultFirst: number;
}

/**
 * Carries labels from the working grid to the voxels of the volume, with
 * outlines that follow the grey levels.
 *
 * A voxel gets the label that has the most weight among the eight voxels of the
 * working grid around it (as in linear interpolation). Where there is
 * background among them, it is background unless it is bright, so that outlines
 * move by up to a voxel of the working grid, to where the grey level crosses
 * the threshold; cracks and voids deeper inside stay part of the particle.
 *
 * @param labels Labels of a part of the working grid that holds what is around
 * the voxels.
 * @param labelsFirst Place of the first voxel of `labels` in the working grid.
 * @param part The voxels.
 * @param survey Global values of the volume.
 * @param options Number of workers.
 */
export async function finerLabels(
  labels: Labels,
  labelsFirst: readonly number[],
  { box, grey, first, result, resultFirst }: FinerPart,
  survey: VolumeSurvey,
  options: FilterOptions = {},
): Promise<void> {
  const ratio = survey.grey.spacing_um.map((s, i) => s / grey.spacing_um[i]!);
  const around = (
    step: readonly number[],
    shape: ZYX,
    start: readonly number[],
  ) =>
    shape.map((length, i) =>
      neighboursOf(box.from[i]!, box.to[i]!, step[i]!, length, start[i]!)
    ) as [Neighbours, Neighbours, Neighbours];
  const [z, y, x] = around(ratio, survey.grey.shape, labelsFirst);
  const { levels: slow, factors } = survey.slow;
  const [slowZ, slowY, slowX] = around(
    factors.map((f, i) => f * ratio[i]!),
    slow.shape,
    [0, 0, 0],
  );
  const shape = boxShape(box);
  await runPasses(
    new URL("./finer_labels_passes.ts", import.meta.url),
    {
      labels: toShared(labels.data),
      labelRows: labels.shape[1],
      labelColumns: labels.shape[2],
      z,
      y,
      x,
      grey: toShared(grey.data),
      greyRows: grey.shape[1],
      greyColumns: grey.shape[2],
      greyFirst: box.from.map((from, i) => from - first[i]!),
      slow: slow.data,
      slowRows: slow.shape[1],
      slowColumns: slow.shape[2],
      slowZ,
      slowY,
      slowX,
      threshold: survey.threshold,
      result,
      resultFirst,
    },
    shape[0] * shape[1] * shape[2],
    [{ run: labelFiner, count: shape[0] }],
    options,
  );
}

/** Neighbours of voxels `from` to `to` on a grid of `length` voxels that are `step` times as long; counted from `start`. */
function neighboursOf(
  from: number,
  to: number,
  step: number,
  length: number,
  start: number,
): Neighbours {
  const low = new Int32Array(to - from), high = new Int32Array(to - from);
  const upper = new Float64Array(to - from);
  for (let i = from; i < to; i++) {
    const place = Math.min(length - 1, Math.max(0, (i + 0.5) / step - 0.5));
    const before = Math.floor(place), weight = place - before;
    low[i - from] = before - start;
    high[i - from] = before - start + (weight === 0 ? 0 : 1);
    upper[i - from] = weight;
  }
  return { low, high, upper };
}
