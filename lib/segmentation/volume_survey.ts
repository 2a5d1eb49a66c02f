/** What is found out about a whole volume before its parts are worked on. */
import {
  boxShape,
  createVolume,
  cutBox,
  DataError,
  type Progress,
  shared,
  silent,
  type Volume,
  type VolumeSource,
  type ZYX,
} from "../core/mod.ts";
import {
  type FilterOptions,
  gaussianFilter,
  type GreyLevels,
  otsuBin,
  resample,
  resampledFrom,
  resampledShape,
} from "../image/mod.ts";
import { lessSlowPart, type SlowPart, slowPart } from "./flatten.ts";
import { type GreyStatistics, greyStatistics } from "./standardise.ts";

/** Voxels that are read at once. */
const voxelsAtOnce = 2 ** 26;

/** Bins of the histogram of flattened grey levels. */
const histogramBins = 2 ** 12;

/** A volume on the grid on which particles are looked for, and its global values. */
export interface VolumeSurvey {
  /** Grey levels on the working grid. */
  readonly grey: Volume<Float32Array>;
  /** Slow changes of brightness of `grey`. */
  readonly slow: SlowPart<Volume>;
  /** Mean and standard deviation of `grey`. */
  readonly levels: GreyStatistics;
  /** Otsu's threshold of the smoothed grey levels less the slow part. */
  readonly threshold: number;
}

/** How a volume is surveyed; lengths in micrometres. */
export interface SurveyParameters {
  /** Standard deviation of the Gaussian that removes noise. */
  readonly smoothing_um: number;
  /** Standard deviation of the Gaussian that removes shading. */
  readonly flattening_um: number;
}

/** Choices that do not change a survey. */
export interface SurveyOptions extends FilterOptions {
  /** Takes news of the work. */
  progress?: Progress;
}

/**
 * Brings a volume to the working grid and finds its global values, in parts, so
 * that only the working grid need fit into memory.
 *
 * @param source The volume.
 * @param spacing_um Spacing of the working grid along z, y, x.
 * @param parameters Widths of the filters.
 * @param options Workers, progress.
 * @throws {RangeError} If the volume has a single grey level.
 * @throws {DataError} If it holds labels.
 */
export async function surveyVolume(
  source: VolumeSource,
  spacing_um: ZYX,
  { smoothing_um, flattening_um }: SurveyParameters,
  options: SurveyOptions = {},
): Promise<VolumeSurvey> {
  const { progress = silent } = options;
  const step = "surveying the volume";
  progress(step, 0);
  const grey = await workingGrid(
    source,
    spacing_um,
    options,
    (done) => progress(step, 0.7 * done),
  );
  const levels = greyStatistics(grey);
  const slow = await slowPart(grey, flattening_um, options);
  const threshold = await flatThreshold(
    grey,
    slow,
    smoothing_um,
    options,
    (done) => progress(step, 0.7 + 0.3 * done),
  );
  progress(step, 1);
  return { grey, slow, levels, threshold };
}

/**
 * A part of a volume as grey levels.
 *
 * @throws {DataError} If it holds labels.
 */
export async function readGrey(
  source: VolumeSource,
  from: readonly number[],
  to: readonly number[],
): Promise<Volume<GreyLevels>> {
  const part = await source.read({ from, to });
  const { data } = part;
  if (data instanceof Uint32Array) {
    throw new DataError(
      "Cannot segment the image as its grey levels must have 8 or 16 bits or be real: it holds whole numbers of 32 bits, as labels do",
    );
  }
  return createVolume<GreyLevels>(data, part.shape, part.spacing_um);
}

async function workingGrid(
  source: VolumeSource,
  spacing_um: ZYX,
  options: FilterOptions,
  news: (done: number) => void,
): Promise<Volume<Float32Array>> {
  const shape = resampledShape(
    source.shape,
    source.spacing_um,
    spacing_um,
  ) as unknown as ZYX;
  const [depth, height, width] = shape, layer = height * width;
  const data = shared(Float32Array, depth * layer);
  const ratio = source.shape[0] / depth;
  const atOnce = Math.max(
    1,
    Math.floor(voxelsAtOnce / (ratio * source.shape[1] * source.shape[2])),
  );
  for (let from = 0; from < depth; from += atOnce) {
    const to = Math.min(depth, from + atOnce);
    const wanted = { from: [from, 0, 0], to: [to, height, width] };
    const box = resampledFrom(
      source.shape,
      source.spacing_um,
      spacing_um,
      wanted,
    );
    const part = await readGrey(source, box.from, box.to);
    const resampled = await resample(part, spacing_um, {
      ...options,
      partOf: { shape: source.shape, first: box.from, wanted },
    });
    data.set(resampled.data, from * layer);
    news(to / depth);
  }
  return createVolume(data, shape, spacing_um);
}

async function flatThreshold(
  grey: Volume<Float32Array>,
  slow: SlowPart<Volume>,
  smoothing_um: number,
  options: FilterOptions,
  news: (done: number) => void,
): Promise<number> {
  const [depth, height, width] = grey.shape;
  let lowest = Infinity, highest = -Infinity;
  for (let i = 0; i < grey.data.length; i++) {
    const level = grey.data[i]!;
    if (level < lowest) lowest = level;
    if (level > highest) highest = level;
  }
  // Neither smoothing nor the slow part leaves the range of the levels.
  const range = highest - lowest, bin = 2 * range / histogramBins;
  const counts = new Float64Array(histogramBins);
  const margin = gaussianReach(smoothing_um, grey.spacing_um[0]);
  const atOnce = Math.max(
    margin + 1,
    Math.floor(voxelsAtOnce / (height * width)),
  );
  for (let from = 0; from < depth; from += atOnce) {
    const to = Math.min(depth, from + atOnce);
    const box = {
      from: [Math.max(0, from - margin), 0, 0],
      to: [Math.min(depth, to + margin), height, width],
    };
    const smooth = await gaussianFilter(
      cutBox(grey, box),
      smoothing_um,
      options,
    );
    const flat = lessSlowPart(smooth, slow, box.from);
    const [layers] = boxShape(box), layer = flat.data.length / layers;
    const first = (from - box.from[0]!) * layer;
    const last = (to - box.from[0]!) * layer;
    for (let i = first; i < last; i++) {
      const at = Math.floor((flat.data[i]! + range) / bin);
      counts[Math.min(histogramBins - 1, Math.max(0, at))]! += 1;
    }
    news(to / depth);
  }
  return (otsuBin(counts) + 0.5) * bin - range;
}

/** Voxels that the Gaussian filter reaches along an axis. */
export function gaussianReach(sigma_um: number, spacing_um: number): number {
  return Math.floor(4 * sigma_um / spacing_um + 0.5);
}
