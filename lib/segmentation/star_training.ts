/** Training of a star-convex network. */
import * as tf from "@tensorflow/tfjs";
import {
  type Progress,
  Random,
  shared,
  silent,
  type WorkerPool,
} from "../core/mod.ts";
import {
  type AdamState,
  adamState,
  adamStep,
  registerConvolutionGradients,
  useBackend,
} from "../tensor/mod.ts";
import {
  distanceUnit,
  initialWeights,
  runNetwork,
  type StarArchitecture,
  weightCount,
  weightTensors,
} from "./star_network.ts";
import { rayCount } from "./star_rays.ts";
import { patchCells, patchSize, trainingPatch } from "./training_patch.ts";
import type { TrainingSet } from "./training_set.ts";

/** How a network is trained. */
export interface StarTrainingSettings {
  /** Steps of the optimiser. */
  readonly steps: number;
  /** Patches per step. */
  readonly batch: number;
  /** Length of the first steps; it falls along a cosine to a twentieth. */
  readonly learningRate: number;
  /** Weight of the error of the distances, in input pixels, beside that of the probability. */
  readonly distanceWeight: number;
  /** Seed of weights and patches. */
  readonly seed: number;
}

/** The training of the weights that ship. */
export const starTrainingSettings: StarTrainingSettings = {
  steps: 4000,
  batch: 8,
  learningRate: 1e-3,
  distanceWeight: 0.1,
  seed: 1,
};

/** Where a training stands: enough to go on as if it had not been interrupted. */
export interface StarTrainingState {
  readonly weights: Float64Array;
  readonly optimiser: AdamState;
  /** Losses of the steps done. */
  readonly losses: StarLoss[];
}

/** Loss of one step. */
export interface StarLoss {
  /** Cross-entropy of the object probability. */
  readonly probability: number;
  /** Mean absolute error of the distances in input pixels, weighted by the probability. */
  readonly distance: number;
}

/** A batch is always computed in so many parts, so that results do not depend on the number of workers. */
const partsPerBatch = 2;

/** State before the first step. */
export function startTraining(
  architecture: StarArchitecture,
  seed: number,
): StarTrainingState {
  return {
    weights: Float64Array.from(initialWeights(architecture, seed)),
    optimiser: adamState(weightCount(architecture)),
    losses: [],
  };
}

/** Choices of {@linkcode trainStars}. */
export interface StarTrainingOptions {
  /** Takes news of the work. */
  progress?: Progress;
  /** Called after each step; the state may be saved, and an error it throws ends the training. */
  afterStep?: (state: StarTrainingState) => Promise<void> | void;
}

/**
 * Trains a star-convex network: cross-entropy of the object probability, mean
 * absolute error of the distances, Adam.
 *
 * Each step's patches depend on the seed and the step alone; the two halves of
 * a batch may be computed by two workers.
 *
 * @param state Where to begin; changed as the training goes on, up to
 * `settings.steps` steps.
 * @param set Slices to learn from.
 * @param architecture The network.
 * @param settings Training.
 * @param pool Workers; two have work.
 * @param options Progress, and what to do after a step.
 * @throws {Error} If a loss is not finite.
 */
export async function trainStars(
  state: StarTrainingState,
  set: TrainingSet,
  architecture: StarArchitecture,
  settings: StarTrainingSettings,
  pool: WorkerPool,
  options: StarTrainingOptions = {},
): Promise<void> {
  const { progress = silent, afterStep } = options;
  const { weights, optimiser, losses } = state;
  const count = weights.length;
  const sent = shared(Float32Array, count);
  const gradients = Array.from(
    { length: partsPerBatch },
    () => shared(Float32Array, count),
  );
  const mean = new Float64Array(count);
  const task = {
    module: new URL("./star_training.ts", import.meta.url),
    name: "gradientOfPart",
  };
  progress("training", losses.length / settings.steps);
  while (losses.length < settings.steps) {
    const step = losses.length;
    sent.set(weights);
    const parts = await pool.map<GradientItem, StarLoss>(
      task,
      gradients.map((gradient, part) => ({
        set,
        architecture,
        settings,
        step,
        part,
        weights: sent,
        gradient,
      })),
    );
    const loss = {
      probability: average(parts.map(({ probability }) => probability)),
      distance: average(parts.map(({ distance }) => distance)),
    };
    if (!Number.isFinite(loss.probability + loss.distance)) {
      throw new Error(
        `Cannot go on with the training as its loss must be finite: current value is ${loss.probability} and ${loss.distance} at step ${step}`,
      );
    }
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (const gradient of gradients) sum += gradient[k]!;
      mean[k] = sum / partsPerBatch;
    }
    adamStep(weights, mean, optimiser, rateAt(step, settings));
    losses.push(loss);
    progress("training", losses.length / settings.steps);
    await afterStep?.(state);
  }
}

function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function rateAt(
  step: number,
  { steps, learningRate }: StarTrainingSettings,
): number {
  const fall = 0.5 * (1 + Math.cos(Math.PI * step / steps));
  return learningRate * Math.max(0.05, fall);
}

/** Item of {@linkcode gradientOfPart}. */
export interface GradientItem {
  set: TrainingSet;
  architecture: StarArchitecture;
  settings: StarTrainingSettings;
  step: number;
  part: number;
  weights: Float32Array;
  /** Shared memory, to be filled. */
  gradient: Float32Array;
}

/** Gradient of the loss over a part of a batch; runs in workers. */
export async function gradientOfPart(item: GradientItem): Promise<StarLoss> {
  await useBackend("wasm");
  registerConvolutionGradients();
  const { architecture, settings, weights, gradient } = item;
  const { images, objectness, distances } = batchOf(item);
  const inputs = {
    images: tf.tensor4d(images.data, images.shape),
    objectness: tf.tensor4d(objectness.data, objectness.shape),
    distances: tf.tensor4d(distances.data, distances.shape),
  };
  const tensors = weightTensors(architecture, weights);
  const found = { probability: 0, distance: 0 };
  const { value, grads } = tf.valueAndGrads((...variables: tf.Tensor[]) => {
    const output = runNetwork(architecture, variables, inputs.images);
    const probability = crossEntropy(output.logits, inputs.objectness);
    const distance = weightedError(
      output.distances,
      inputs.distances,
      inputs.objectness,
    );
    found.probability = probability.dataSync()[0]!;
    found.distance = distance.dataSync()[0]!;
    return tf.add(probability, tf.mul(distance, settings.distanceWeight));
  })(tensors);
  let at = 0;
  for (const part of grads) {
    const values = part.dataSync() as Float32Array;
    gradient.set(values, at);
    at += values.length;
  }
  tf.dispose([value, ...grads, ...tensors, ...Object.values(inputs)]);
  return found;
}

/** Mean cross-entropy of logits with probabilities. */
function crossEntropy(logits: tf.Tensor, target: tf.Tensor): tf.Scalar {
  // max(x, 0) - x p + log(1 + exp(-|x|)) does not overflow.
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  const linear = tf.sub(tf.relu(logits), tf.mul(logits, target));
  return tf.mean(tf.add(linear, tail));
}

/** Mean absolute error of distances in pixels, weighted by the object probability. */
function weightedError(
  found: tf.Tensor,
  distances: tf.Tensor,
  weight: tf.Tensor,
): tf.Scalar {
  const error = tf.abs(tf.sub(tf.mul(found, distanceUnit), distances));
  const total = tf.add(tf.mul(tf.sum(weight), rayCount), 1e-3);
  return tf.div(tf.sum(tf.mul(error, weight)), total);
}

type Shape4D = [number, number, number, number];

/** The patches of a part as batch x height x width x channels. */
function batchOf({ set, settings, step, part }: GradientItem) {
  const { batch, seed } = settings;
  const from = Math.round(batch * part / partsPerBatch);
  const to = Math.round(batch * (part + 1) / partsPerBatch);
  const patches = Array.from(
    { length: to - from },
    (_, i) =>
      trainingPatch(set, new Random(seed, "star", "patch", step, from + i)),
  );
  const joined = (
    pick: (patch: (typeof patches)[number]) => Float32Array,
    edge: number,
    channels: number,
  ) => {
    const data = new Float32Array(patches.length * edge * edge * channels);
    for (const [i, patch] of patches.entries()) {
      data.set(pick(patch), i * edge * edge * channels);
    }
    return { data, shape: [patches.length, edge, edge, channels] as Shape4D };
  };
  return {
    images: joined((patch) => patch.greyLevels, patchSize, 1),
    objectness: joined((patch) => patch.objectness, patchCells, 1),
    distances: joined((patch) => patch.distances, patchCells, rayCount),
  };
}
