/** Regularised autoencoder: attributes in, few latent dimensions, attributes out. */
import * as tf from "@tensorflow/tfjs";
import { type Progress, Random, silent, type WorkerPool } from "../core/mod.ts";

import {
  adamState,
  adamStep,
  type Backend,
  useBackend,
} from "../tensor/mod.ts";
import { principalComponents } from "./components.ts";
import { dot } from "./dot.ts";
import { latentColumns, reconstructionR2 } from "./reconstruction.ts";
import type { AttributeScores } from "./standardise.ts";

/** Network, penalties and training. */
export interface AutoencoderSettings {
  /** Number of latent dimensions, fewer than there are attributes. */
  readonly dimensions: number;
  /** Units of the hidden layer, with tanh. */
  readonly hidden: number;
  /**
   * `linear`: the decoder is one matrix, and a linear path leads past the
   * encoder's hidden layer. `tanh`: the decoder mirrors the encoder, neither
   * with such a path.
   */
  readonly decoder: "linear" | "tanh";
  /**
   * Where training begins. `random`: anywhere. `components`, for a linear
   * decoder: close to principal components, turned at random, which hold all the
   * dimensions that the squared error can find, so that no seed begins without
   * one of them. All seeds then share these dimensions, so that their match no
   * longer tells how many there are: ten come back as well as nine.
   */
  readonly start: "random" | "components";
  /** Penalty on the sum of the absolute values of the last matrix of the decoder. */
  readonly sparsity: number;
  /** Penalty on the squared difference of each latent variance from 1. */
  readonly unitVariance: number;
  /** Penalty on the sum of the squares of all weights. */
  readonly weightDecay: number;
  /** Number of steps of the optimiser. */
  readonly steps: number;
  /** Particles per step. */
  readonly batch: number;
  /** Length of the first step; it falls to 0 along a cosine. */
  readonly learningRate: number;
  /**
   * Shares of the steps at which the penalty on the decoder begins, has its full
   * size, and ends. Before, the squared error finds as many dimensions as there
   * are; a penalty at once would lose some. Then it turns the axes towards few
   * attributes each, but also shrinks the decoder. Afterwards the squared error,
   * which alone cannot turn axes, takes most of the shrinkage away.
   */
  readonly sparseShares: readonly [begin: number, full: number, end: number];
}

/**
 * Linear sparse decoder, one encoder for all electrodes: its dimensions come
 * out alike from seed to seed.
 */
export const stableSettings: AutoencoderSettings = {
  dimensions: 9,
  hidden: 12,
  decoder: "linear",
  start: "random",
  sparsity: 1e-2,
  unitVariance: 0.02,
  weightDecay: 1e-4,
  steps: 1200,
  batch: 256,
  learningRate: 0.01,
  sparseShares: [0.1, 0.2, 0.75],
};

/**
 * Autoencoder with tanh units and a penalty on its weights alone, as the paper
 * says no more than "regularised". Its dimensions change with the seed.
 */
export const plainSettings: AutoencoderSettings = {
  dimensions: 9,
  hidden: 16,
  decoder: "tanh",
  start: "random",
  sparsity: 0,
  unitVariance: 0,
  weightDecay: 1e-4,
  steps: 1200,
  batch: 256,
  learningRate: 0.01,
  sparseShares: [0, 0, 0],
};

/** Particles to train on, and others to judge by; row numbers. */
export interface RowSplit {
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
}

/** State of a training. */
export interface TrainingPoint {
  /** Steps done. */
  readonly step: number;
  /** R2 of the reconstruction for the particles trained on. */
  readonly training: number;
  /** R2 of the reconstruction for the particles kept out. */
  readonly heldOut: number;
}

/** A trained autoencoder and what it makes of the particles. */
export interface AutoencoderFit {
  readonly seed: number;
  /** Latent dimensions of all particles, those kept out included, one array each; their order, sign and scale mean nothing. */
  readonly latent: readonly Float64Array[];
  /** R2 of the reconstruction of each attribute. */
  readonly r2: {
    readonly training: Float64Array;
    readonly heldOut: Float64Array;
  };
  /** Course of the training, some forty points. */
  readonly history: readonly TrainingPoint[];
}

/** Share of the particles that is kept out. */
const heldOutShare = 0.2;

/**
 * Keeps a fifth of the particles out of the training.
 *
 * @param rows Number of particles.
 * @param seed Seed of the draw.
 */
export function splitRows(rows: number, seed: number): RowSplit {
  const order = new Random(seed, "held-out particles").permutation(rows);
  const kept = Math.round(rows * heldOutShare);
  return { training: order.slice(kept), heldOut: order.slice(0, kept) };
}

/**
 * Trains an autoencoder. Weights and batches come from our own random numbers,
 * so that a run repeats bit for bit on the same backend.
 *
 * @param data The particles.
 * @param settings Network, penalties, training.
 * @param seed Seed of weights and batches.
 * @param options Rows to train on (four fifths drawn by seed 1 by default),
 * backend (`wasm` by default), and who takes the news.
 * @throws {RangeError} If the latent dimensions are not fewer than the
 * attributes, there are too few particles for them, or a network without a
 * linear decoder should start at principal components.
 *
 * @example Two attributes that are one
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable, Random } from "../core/mod.ts";
 * import { standardiseAttributes } from "./standardise.ts";
 * import { stableSettings, trainAutoencoder } from "./autoencoder.ts";
 *
 * const random = new Random(1);
 * const values = Float64Array.from({ length: 200 }, () => random.normal());
 * const table = createTable([
 *   { id: "SurfOuter", unit: "um^2", values },
 *   { id: "Volume", unit: "um^3", values: values.map((v) => 2 * v) },
 * ]);
 * const data = standardiseAttributes([{ name: "a", table }], ["SurfOuter", "Volume"]);
 * const settings = { ...stableSettings, dimensions: 1, steps: 200, batch: 64 };
 * const { r2 } = await trainAutoencoder(data, settings, 1);
 * assert.ok(r2.heldOut[0]! > 0.98);
 * ```
 */
export async function trainAutoencoder(
  data: AttributeScores,
  settings: AutoencoderSettings,
  seed: number,
  options: {
    readonly split?: RowSplit;
    readonly backend?: Backend;
    readonly progress?: Progress;
  } = {},
): Promise<AutoencoderFit> {
  const {
    split = splitRows(data.rows, 1),
    backend = "wasm",
    progress = silent,
  } = options;
  assertTrainable(data, settings, split);
  await useBackend(backend);
  const width = data.ids.length;
  const network = networkOf(width, settings);
  const random = new Random(seed, "autoencoder");
  const weights = drawWeights(network, random);
  if (settings.start === "components") {
    startAtComponents(weights, network, data, split, random);
  }
  const state = adamState(weights.length);
  const batches = shuffledBatches(data, split.training, settings.batch, random);
  const training = takeRows(data, split.training);
  const heldOut = takeRows(data, split.heldOut);
  const history: TrainingPoint[] = [];
  const every = Math.ceil(settings.steps / 40);
  for (let step = 0; step < settings.steps; step++) {
    const gradient = lossGradient(network, weights, batches(), {
      ...settings,
      sparsity: sparsityAt(step / settings.steps, settings),
    });
    for (const k of gradient.keys()) {
      gradient[k]! += 2 * settings.weightDecay * weights[k]!;
    }
    const rate = settings.learningRate / 2 *
      (1 + Math.cos(Math.PI * step / settings.steps));
    adamStep(weights, gradient, state, rate);
    if ((step + 1) % every === 0 || step + 1 === settings.steps) {
      history.push({
        step: step + 1,
        training: meanR2(network, weights, training),
        heldOut: meanR2(network, weights, heldOut),
      });
      progress("training the autoencoder", (step + 1) / settings.steps);
    }
  }
  const { latent, output } = apply(network, weights, data.values);
  return {
    seed,
    latent: latentColumns(latent, settings.dimensions),
    r2: {
      training: reconstructionR2(data, output, split.training),
      heldOut: reconstructionR2(data, output, split.heldOut),
    },
    history,
  };
}

/** Penalty on the decoder after some share of the steps. */
function sparsityAt(
  share: number,
  { sparsity, sparseShares: [begin, full, end] }: AutoencoderSettings,
): number {
  if (share < begin || share >= end) return 0;
  return share < full ? sparsity * (share - begin) / (full - begin) : sparsity;
}

/** A training that a worker can do. */
interface TrainingTask {
  readonly data: AttributeScores;
  readonly settings: AutoencoderSettings;
  readonly split: RowSplit;
  readonly seed: number;
}

/**
 * Trains one autoencoder per seed, side by side.
 *
 * @param data The particles.
 * @param settings Network, penalties, training.
 * @param seeds One per autoencoder.
 * @param split Rows to train on, the same for all.
 * @param pool Workers; the result does not depend on their number.
 * @param progress Takes the news.
 * @throws {RangeError} As {@linkcode trainAutoencoder}.
 */
export async function trainAutoencoders(
  data: AttributeScores,
  settings: AutoencoderSettings,
  seeds: readonly number[],
  split: RowSplit,
  pool: WorkerPool,
  progress: Progress = silent,
): Promise<AutoencoderFit[]> {
  assertTrainable(data, settings, split);
  return await pool.map<TrainingTask, AutoencoderFit>(
    { module: new URL(import.meta.url), name: trainingTask.name },
    seeds.map((seed) => ({ data, settings, split, seed })),
    { step: "training autoencoders", progress },
  );
}

/** One training; exported for the workers. */
export function trainingTask(
  { data, settings, split, seed }: TrainingTask,
): Promise<AutoencoderFit> {
  return trainAutoencoder(data, settings, seed, { split });
}

type Weights = readonly tf.Tensor2D[];

/** Matrices of a network with a linear decoder: from the hidden layer to the latent dimensions, and past it. */
const HIDDEN_PATH = 2, LINEAR_PATH = 4;

/** Layers of an autoencoder. */
interface Network {
  /** Rows and columns of each matrix of weights; a row alone holds what is added. */
  readonly shapes: readonly (readonly [rows: number, columns: number])[];
  /** Index of the last matrix of the decoder. */
  readonly last: number;
  encode(weights: Weights, input: tf.Tensor2D): tf.Tensor2D;
  decode(weights: Weights, latent: tf.Tensor2D): tf.Tensor2D;
}

function networkOf(
  width: number,
  { dimensions, hidden, decoder }: AutoencoderSettings,
): Network {
  const encoder = [
    [width, hidden],
    [1, hidden],
    [hidden, dimensions],
    [1, dimensions],
  ] as const;
  const curve = (w: Weights, x: tf.Tensor2D, first: number) =>
    dense(
      dense(x, w[first]!, w[first + 1]!).tanh(),
      w[first + 2]!,
      w[first + 3]!,
    );
  if (decoder === "tanh") {
    return {
      shapes: [
        ...encoder,
        [dimensions, hidden],
        [1, hidden],
        [hidden, width],
        [1, width],
      ],
      last: 6,
      encode: (w, x) => curve(w, x, 0),
      decode: (w, z) => curve(w, z, 4),
    };
  }
  return {
    shapes: [
      ...encoder,
      [width, dimensions],
      [dimensions, width],
      [1, width],
    ],
    last: 5,
    encode: (w, x) => curve(w, x, 0).add(x.matMul(w[4]!)),
    decode: (w, z) => dense(z, w[5]!, w[6]!),
  };
}

function dense(x: tf.Tensor2D, matrix: tf.Tensor2D, added: tf.Tensor2D) {
  return x.matMul<tf.Tensor2D>(matrix).add<tf.Tensor2D>(added);
}

/** Normal weights with the variance of one over the inputs, so that units start unsaturated; what is added starts at 0. */
function drawWeights({ shapes }: Network, random: Random): Float64Array {
  return Float64Array.from(
    shapes.flatMap(([rows, columns]) =>
      Array.from(
        { length: rows * columns },
        () => rows === 1 ? 0 : random.normal() / Math.sqrt(rows),
      )
    ),
  );
}

/** Size of what is left of random weights beside principal components. */
const BESIDE_COMPONENTS = 0.1;

/**
 * Adds principal components, turned at random, to the linear path of the encoder
 * and to the decoder, and makes the random weights small. These stay, since at
 * the components themselves the encoder has no gradient but rounding errors,
 * which the optimiser would follow.
 */
function startAtComponents(
  weights: Float64Array,
  { shapes, last }: Network,
  data: AttributeScores,
  split: RowSplit,
  random: Random,
): void {
  const parts = offsetsOf(shapes);
  const [width, dimensions] = shapes[LINEAR_PATH]!;
  const { eigenvalues, loadings } = principalComponents(
    data,
    dimensions,
    split,
  );
  const rotation = randomRotation(dimensions, random);
  for (const part of [HIDDEN_PATH, LINEAR_PATH, last]) {
    for (let k = parts[part]!; k < parts[part + 1]!; k++) {
      weights[k]! *= BESIDE_COMPONENTS;
    }
  }
  for (let j = 0; j < width; j++) {
    for (let k = 0; k < dimensions; k++) {
      let encoded = 0, decoded = 0;
      for (let c = 0; c < dimensions; c++) {
        const loading = loadings[j]![c]! * rotation[k]![c]!;
        encoded += loading / eigenvalues[c]!;
        decoded += loading;
      }
      weights[parts[LINEAR_PATH]! + j * dimensions + k]! += encoded;
      weights[parts[last]! + k * width + j]! += decoded;
    }
  }
}

/** Index of the first entry of each matrix in the list of all weights, and their number. */
function offsetsOf(shapes: Network["shapes"]): number[] {
  const offsets = [0];
  for (const [rows, columns] of shapes) {
    offsets.push(offsets.at(-1)! + rows * columns);
  }
  return offsets;
}

/** Rows of a random orthogonal matrix: normal vectors made orthonormal one after the other. */
function randomRotation(size: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const row = Float64Array.from({ length: size }, () => random.normal());
    for (const other of rows) {
      const along = dot(row, other);
      for (let k = 0; k < size; k++) row[k]! -= along * other[k]!;
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

/** Next batch at each call, in a new order whenever all particles have been seen. */
function shuffledBatches(
  data: AttributeScores,
  training: Uint32Array,
  size: number,
  random: Random,
): () => Batch {
  const count = Math.min(size, training.length);
  let order = new Uint32Array(0), next = 0;
  return () => {
    if (next + count > order.length) {
      order = random.permutation(training.length).map((i) => training[i]!);
      next = 0;
    }
    return takeRows(data, order.subarray(next, next += count));
  };
}

/** Values of some particles, row by row. */
interface Batch {
  readonly values: Float32Array;
  readonly rows: number;
  readonly width: number;
}

function takeRows(
  { ids: { length: width }, values }: AttributeScores,
  rows: Uint32Array,
): Batch {
  const taken = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return { values: taken, rows: rows.length, width };
}

/** Gradient of the loss of a batch by all weights. */
function lossGradient(
  network: Network,
  weights: Float64Array,
  { values, rows, width }: Batch,
  penalties: Pick<AutoencoderSettings, "sparsity" | "unitVariance">,
): Float32Array {
  const { sparsity, unitVariance } = penalties;
  return tf.tidy(() => {
    const x = tf.tensor2d(values, [rows, width]);
    const loss = (flat: tf.Tensor) => {
      const w = matrices(network, flat as tf.Tensor1D);
      const z = network.encode(w, x);
      let sum: tf.Tensor = network.decode(w, z).sub(x).square().mean();
      if (sparsity > 0) {
        sum = sum.add(w[network.last]!.abs().sum().mul(sparsity));
      }
      if (unitVariance > 0) {
        const variance = z.square().mean(0).sub(z.mean(0).square());
        sum = sum.add(variance.sub(1).square().sum().mul(unitVariance));
      }
      return sum;
    };
    return tf.grad(loss)(flatTensor(weights)).dataSync<"float32">();
  });
}

function flatTensor(weights: Float64Array): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from(weights));
}

function matrices({ shapes }: Network, flat: tf.Tensor1D): tf.Tensor2D[] {
  const sizes = shapes.map(([rows, columns]) => rows * columns);
  return tf.split<tf.Tensor1D>(flat, sizes).map((part, i) => {
    const [rows, columns] = shapes[i]!;
    return part.reshape<tf.Tensor2D>([rows, columns]);
  });
}

/** Latent dimensions and reconstruction of particles, row by row. */
function apply(
  network: Network,
  weights: Float64Array,
  values: Float32Array,
): { latent: Float32Array; output: Float32Array } {
  const width = network.shapes[0]![0];
  return tf.tidy(() => {
    const w = matrices(network, flatTensor(weights));
    const z = network.encode(
      w,
      tf.tensor2d(values, [values.length / width, width]),
    );
    return {
      latent: z.dataSync<"float32">(),
      output: network.decode(w, z).dataSync<"float32">(),
    };
  });
}

function meanR2(network: Network, weights: Float64Array, batch: Batch): number {
  const { output } = apply(network, weights, batch.values);
  const error = batch.values.map((value, i) => value - output[i]!);
  return 1 - meanSquare({ ...batch, values: error }) / meanSquare(batch);
}

function meanSquare({ values }: Batch): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}

function assertTrainable(
  { ids }: AttributeScores,
  { dimensions, decoder, start }: AutoencoderSettings,
  { training, heldOut }: RowSplit,
): void {
  if (start === "components" && decoder !== "linear") {
    throw new RangeError(
      `Cannot start at principal components as the decoder must be linear: current value is ${decoder}`,
    );
  }
  if (
    !(Number.isInteger(dimensions) && dimensions >= 1 &&
      dimensions < ids.length)
  ) {
    throw new RangeError(
      `Cannot train the autoencoder as its latent dimensions must be a whole number from 1 to ${
        ids.length - 1
      }, fewer than the attributes: current value is ${dimensions}`,
    );
  }
  const least = 2 * dimensions;
  if (training.length < least || heldOut.length < 2) {
    throw new RangeError(
      `Cannot train the autoencoder as it needs at least ${least} particles to train on and 2 to judge by: current values are ${training.length} and ${heldOut.length}`,
    );
  }
}
