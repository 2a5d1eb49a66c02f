/** What a star-convex network says about slices. */
import * as tf from "@tensorflow/tfjs";
import {
  createSlice,
  type Progress,
  shared,
  silent,
  type Slice,
  type Volume,
  type WorkerPool,
} from "../core/mod.ts";
import { type GreyLevels, resample } from "../image/mod.ts";
import { mirrored } from "../image/mirror.ts";
import { useBackend } from "../tensor/mod.ts";
import { standardised } from "./standardise.ts";
import type { StarModel } from "./star_model.ts";
import {
  cellSize,
  distanceUnit,
  lengthUnit,
  networkReach,
  runNetwork,
  type StarArchitecture,
  weightTensors,
} from "./star_network.ts";
import { rayCount } from "./star_rays.ts";

/** Object probability and outlines on the cells of a slice. */
export interface StarPrediction {
  /**
   * Probability that a cell is the middle of a particle; cell `[i, j]` stands
   * for pixel `[2 i, 2 j]` of the network's input, so its centre is at
   * `(2 i + 1/2)` and `(2 j + 1/2)` times the input's spacing from the corner of
   * the slice.
   */
  readonly probability: Slice<Float32Array>;
  /** Distances from the centre of each cell to the edge of its particle along the rays, in micrometres, cell by cell. */
  readonly distances_um: Float32Array;
}

/** Longest side of what the network sees at once, in input pixels; bounds the memory. */
const tileSize = 768;

/**
 * Runs a network over a slice of any size.
 *
 * The slice is brought to the network's spacing and standardised; large ones
 * are cut into tiles that overlap by the network's reach, so that the result is
 * that of the whole.
 *
 * @param model The network.
 * @param image Grey levels.
 * @throws {RangeError} If the slice has a single grey level or values that are
 * not finite.
 */
export async function predictStars(
  model: StarModel,
  image: Slice<GreyLevels>,
): Promise<StarPrediction> {
  const { architecture, weights } = model;
  const { spacing_um } = architecture;
  const input = standardised(await resample(image, [spacing_um, spacing_um]));
  await useBackend("wasm");
  const tensors = weightTensors(architecture, weights);
  const cells = predictCells(architecture, tensors, input);
  tf.dispose(tensors);
  const cell = cellSize * spacing_um;
  return {
    probability: createSlice(cells.probability, cells.shape, [cell, cell]),
    distances_um: cells.distances.map((pixels) => pixels * spacing_um),
  };
}

/** Outputs of a network cell by cell; distances in input pixels. */
interface Cells {
  shape: readonly [rows: number, columns: number];
  probability: Float32Array;
  distances: Float32Array;
}

/** Outputs of a network for a standardised slice at its spacing. */
function predictCells(
  architecture: StarArchitecture,
  tensors: readonly tf.Tensor[],
  { data, shape: [height, width] }: Slice<Float32Array>,
): Cells {
  const unit = lengthUnit(architecture), reach = networkReach(architecture);
  const rows = Math.ceil(height / cellSize);
  const columns = Math.ceil(width / cellSize);
  const probability = new Float32Array(rows * columns);
  const distances = new Float32Array(rows * columns * rayCount);
  for (const tall of tiles(height, unit, reach)) {
    for (const wide of tiles(width, unit, reach)) {
      const tile = mirroredTile(data, height, width, tall, wide);
      const size: [number, number] = [
        tall.to - tall.from,
        wide.to - wide.from,
      ];
      let chances = new Float32Array(), lengths = new Float32Array();
      // Nothing is returned, since the library would walk through every number.
      tf.tidy(() => {
        const images = tf.tensor4d(tile, [1, ...size, 1]);
        const { logits, distances } = runNetwork(architecture, tensors, images);
        chances = tf.sigmoid(logits).dataSync() as typeof chances;
        lengths = distances.dataSync() as typeof lengths;
      });
      const tileColumns = size[1] / cellSize;
      const lastRow = Math.min(rows, tall.keepTo / cellSize);
      const lastColumn = Math.min(columns, wide.keepTo / cellSize);
      const firstColumn = wide.keepFrom / cellSize;
      for (let row = tall.keepFrom / cellSize; row < lastRow; row++) {
        const from = (row - tall.from / cellSize) * tileColumns +
          firstColumn - wide.from / cellSize;
        const to = row * columns + firstColumn;
        const count = lastColumn - firstColumn;
        probability.set(chances.subarray(from, from + count), to);
        distances.set(
          lengths.subarray(from * rayCount, (from + count) * rayCount),
          to * rayCount,
        );
      }
    }
  }
  for (let i = 0; i < distances.length; i++) {
    distances[i] = Math.max(0, distances[i]! * distanceUnit);
  }
  return { shape: [rows, columns], probability, distances };
}

/** A tile along one axis: what the network sees, and what is kept of it. */
interface Tile {
  from: number;
  to: number;
  keepFrom: number;
  keepTo: number;
}

function tiles(length: number, unit: number, reach: number): Tile[] {
  const padded = Math.ceil(length / unit) * unit;
  if (padded <= tileSize) {
    return [{ from: 0, to: padded, keepFrom: 0, keepTo: padded }];
  }
  const step = Math.floor((tileSize - 2 * reach) / unit) * unit;
  const result: Tile[] = [];
  for (let keepFrom = 0; keepFrom < padded; keepFrom += step) {
    const keepTo = Math.min(padded, keepFrom + step);
    const from = Math.max(0, keepFrom - reach);
    const to = Math.min(padded, keepTo + reach);
    result.push({ from, to, keepFrom, keepTo });
  }
  return result;
}

/** A part of an image, which is mirrored at its end where the tile goes on. */
function mirroredTile(
  data: Float32Array,
  height: number,
  width: number,
  tall: Tile,
  wide: Tile,
): Float32Array {
  const tile = new Float32Array((tall.to - tall.from) * (wide.to - wide.from));
  let i = 0;
  for (let y = tall.from; y < tall.to; y++) {
    const row = mirrored(y, height) * width;
    for (let x = wide.from; x < wide.to; x++) {
      tile[i++] = data[row + mirrored(x, width)]!;
    }
  }
  return tile;
}

/** What a network says about the slices of a volume across each axis. */
export interface ViewPredictions {
  /** Object probability of each voxel in the slices across z, y and x, which show the views xy, xz and yz. */
  readonly probability: readonly [Float32Array, Float32Array, Float32Array];
  /** Mean distance to the edge along the rays, in micrometres; 0 where the probability is below 0.05. */
  readonly meanDistance_um: readonly [Float32Array, Float32Array, Float32Array];
}

/**
 * Runs a network over all slices of a volume across all three axes.
 *
 * @param model The network.
 * @param volume Standardised grey levels at the network's spacing along all
 * axes, in shared memory; standardised as a whole, also if this is a part.
 * @param pool Workers.
 * @param progress Takes news of the work.
 * @throws {RangeError} If the spacing is not the network's.
 */
export async function predictViews(
  { architecture, weights }: StarModel,
  volume: Volume<Float32Array>,
  pool: WorkerPool,
  progress: Progress = silent,
): Promise<ViewPredictions> {
  const { spacing_um } = architecture;
  if (volume.spacing_um.some((s) => Math.abs(s - spacing_um) > 1e-6 * s)) {
    throw new RangeError(
      `Cannot run the network as the spacing must be its own, ${spacing_um} um: current value is [${
        volume.spacing_um.join(", ")
      }]`,
    );
  }
  const size = volume.data.length;
  const three = () =>
    [0, 1, 2].map(() => shared(Float32Array, size)) as unknown as readonly [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
  const probability = three(), meanDistance_um = three();
  const items: ViewItem[] = [];
  for (const axis of [0, 1, 2] as const) {
    const length = volume.shape[axis];
    for (let from = 0; from < length; from += slicesPerItem) {
      items.push({
        architecture,
        weights,
        volume,
        axis,
        from,
        to: Math.min(length, from + slicesPerItem),
        probability: probability[axis],
        meanDistance_um: meanDistance_um[axis],
      });
    }
  }
  await pool.map(
    {
      module: new URL("./star_prediction.ts", import.meta.url),
      name: "predictSlices",
    },
    items,
    { progress, step: "finding particles in three views" },
  );
  return { probability, meanDistance_um };
}

const slicesPerItem = 8;

/** Least probability at which distances mean something. */
const leastProbability = 0.05;

/** Item of {@linkcode predictSlices}. */
export interface ViewItem {
  architecture: StarArchitecture;
  weights: Float32Array;
  volume: Volume<Float32Array>;
  axis: 0 | 1 | 2;
  from: number;
  to: number;
  /** Whole volumes in shared memory, to be filled. */
  probability: Float32Array;
  meanDistance_um: Float32Array;
}

/** Runs a network over the slices `from` to before `to`; runs in workers. */
export async function predictSlices(item: ViewItem): Promise<void> {
  await useBackend("wasm");
  const { architecture, volume, axis } = item;
  const tensors = weightTensors(architecture, item.weights);
  const [depth, height, width] = volume.shape;
  const steps = [height * width, width, 1];
  const lengths = [depth, height, width];
  const [down, across] = axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
  const rows = lengths[down!]!, columns = lengths[across!]!;
  const image = new Float32Array(rows * columns);
  for (let k = item.from; k < item.to; k++) {
    const first = k * steps[axis]!;
    const place = (y: number, x: number) =>
      first + y * steps[down!]! + x * steps[across!]!;
    for (let y = 0, i = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) image[i++] = volume.data[place(y, x)]!;
    }
    const slice = createSlice(image, [rows, columns], [1, 1]);
    const cells = predictCells(architecture, tensors, slice);
    const distance = meanDistances(cells, architecture.spacing_um);
    const [cellRows, cellColumns] = cells.shape;
    for (let y = 0; y < rows; y++) {
      // Odd pixels lie between two cells.
      const above = y >> 1, below = Math.min(cellRows - 1, (y + 1) >> 1);
      for (let x = 0; x < columns; x++) {
        const left = x >> 1, right = Math.min(cellColumns - 1, (x + 1) >> 1);
        const a = above * cellColumns, b = below * cellColumns;
        const mean = (values: Float32Array) =>
          (values[a + left]! + values[a + right]! + values[b + left]! +
            values[b + right]!) / 4;
        const to = place(y, x);
        item.probability[to] = mean(cells.probability);
        item.meanDistance_um[to] = mean(distance);
      }
    }
  }
  tf.dispose(tensors);
}

function meanDistances(
  { probability, distances }: Cells,
  spacing_um: number,
): Float32Array {
  return probability.map((p, cell) => {
    if (p < leastProbability) return 0;
    let sum = 0;
    for (let ray = 0; ray < rayCount; ray++) {
      sum += distances[cell * rayCount + ray]!;
    }
    return sum / rayCount * spacing_um;
  });
}
