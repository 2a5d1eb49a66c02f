/** The star-convex network: from grey levels to object probability and outlines. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../core/mod.ts";
import { rayCount } from "./star_rays.ts";

/** Size of a star-convex network, and the resolution that it sees. */
export interface StarArchitecture {
  /** Distance of pixel centres of the network's input, in micrometres. */
  readonly spacing_um: number;
  /** Channels of the first level; they double from level to level. */
  readonly channels: number;
  /** Levels of the U-Net below the first. */
  readonly depth: number;
  /** Channels of the last layer before the outputs. */
  readonly head: number;
}

/** The network that is trained and shipped: 282,045 weights. */
export const starArchitecture: StarArchitecture = {
  spacing_um: 0.35,
  channels: 12,
  depth: 3,
  head: 48,
};

/** Input pixels per output cell, along each axis. */
export const cellSize = 2;

/** The outputs give distances in this unit, in input pixels, so that they are about 1. */
export const distanceUnit = 5;

/** Lengths of an image must be multiples of this number of input pixels. */
export function lengthUnit({ depth }: Pick<StarArchitecture, "depth">): number {
  return cellSize * 2 ** depth;
}

/** Reach of the network in input pixels: cells farther off do not depend on a pixel; a multiple of {@linkcode lengthUnit}. */
export function networkReach(
  { depth }: Pick<StarArchitecture, "depth">,
): number {
  const unit = lengthUnit({ depth });
  // A pixel for the stem, a cell for the head, two convolutions on each way and at the bottom.
  let reach = 1 + cellSize + 2 * unit;
  for (let level = 0; level < depth; level++) {
    reach += 4 * cellSize * 2 ** level;
  }
  // Pooling and enlarging may each shift by less than one unit.
  return Math.ceil(reach / unit + 1) * unit;
}

/** A convolution of the network. */
export interface ConvolutionLayer {
  readonly name: string;
  /** Rows, columns, channels in and out of the filter. */
  readonly shape: readonly [number, number, number, number];
}

/**
 * The convolutions in the order in which their weights stand: for each the
 * filter, then one bias per channel out.
 */
export function convolutionLayers(
  { channels, depth, head }: StarArchitecture,
): ConvolutionLayer[] {
  const layers: ConvolutionLayer[] = [];
  const add = (name: string, size: number, from: number, to: number) =>
    layers.push({ name, shape: [size, size, from, to] });
  const twice = (name: string, from: number, to: number) => {
    add(`${name}.0`, 3, from, to);
    add(`${name}.1`, 3, to, to);
  };
  add("stem", 3, 1, channels);
  let width = channels;
  for (let level = 0; level <= depth; level++) {
    const wider = channels * 2 ** level;
    twice(level < depth ? `down${level}` : "bottom", width, wider);
    width = wider;
  }
  for (let level = depth - 1; level >= 0; level--) {
    const narrower = channels * 2 ** level;
    twice(`up${level}`, width + narrower, narrower);
    width = narrower;
  }
  add("head", 3, width, head);
  add("probability", 1, head, 1);
  add("distances", 1, head, rayCount);
  return layers;
}

/** A filter or the biases of a convolution, among all weights. */
export interface WeightPart {
  readonly name: string;
  readonly shape: readonly number[];
  /** Index of its first weight, and of the one after its last. */
  readonly from: number;
  readonly to: number;
}

/** Filter and biases of each of {@linkcode convolutionLayers} in turn. */
export function weightParts(architecture: StarArchitecture): WeightPart[] {
  const parts: WeightPart[] = [];
  let from = 0;
  const add = (name: string, shape: readonly number[]) => {
    const to = from + shape.reduce((product, length) => product * length, 1);
    parts.push({ name, shape, from, to });
    from = to;
  };
  for (const { name, shape } of convolutionLayers(architecture)) {
    add(`${name}.filter`, shape);
    add(`${name}.bias`, [shape[3]]);
  }
  return parts;
}

/** Number of weights of a network. */
export function weightCount(architecture: StarArchitecture): number {
  return weightParts(architecture).at(-1)!.to;
}

/**
 * Weights before training (K. He et al., ICCV 2015, doi:10.1109/ICCV.2015.123);
 * outlines start as discs of a usual radius.
 *
 * @param architecture The network.
 * @param seed Seed.
 */
export function initialWeights(
  architecture: StarArchitecture,
  seed: number,
): Float32Array<ArrayBuffer> {
  const random = new Random(seed, "star", "weights");
  const weights = new Float32Array(weightCount(architecture));
  for (const { name, shape, from, to } of weightParts(architecture)) {
    const [layer, kind] = name.split(/\.(?=\w+$)/);
    if (kind === "bias") {
      if (layer === "distances") weights.fill(2, from, to);
      continue;
    }
    const [rows, columns, channels] = shape as ConvolutionLayer["shape"];
    const isOutput = layer === "probability" || layer === "distances";
    const spread = Math.sqrt((isOutput ? 1 : 2) / (rows * columns * channels));
    for (let i = from; i < to; i++) weights[i] = spread * random.normal();
  }
  return weights;
}

/** Weights as tensors, one for each of {@linkcode weightParts}. */
export function weightTensors(
  architecture: StarArchitecture,
  weights: Float32Array,
): tf.Tensor[] {
  return weightParts(architecture).map(({ shape, from, to }) =>
    tf.tensor(weights.slice(from, to), [...shape])
  );
}

/**
 * Runs the network.
 *
 * @param tensors Weights, as {@linkcode weightTensors} gives them.
 * @param images Standardised grey levels, batch x height x width x 1; height
 * and width are multiples of {@linkcode lengthUnit}.
 * @returns Logits of the object probability (batch x height / 2 x width / 2 x 1)
 * and distances along the rays in units of {@linkcode distanceUnit} input
 * pixels (batch x height / 2 x width / 2 x 32); output cell `[i, j]` stands for
 * input pixel `[2 i, 2 j]`.
 */
export function runNetwork(
  { depth }: StarArchitecture,
  tensors: readonly tf.Tensor[],
  images: tf.Tensor4D,
): { logits: tf.Tensor4D; distances: tf.Tensor4D } {
  let next = 0;
  const convolution = (x: tf.Tensor4D, activation: "relu" | "linear") =>
    tf.fused.conv2d({
      x,
      filter: tensors[next++] as tf.Tensor4D,
      bias: tensors[next++]!,
      strides: 1,
      pad: "same",
      activation,
    });
  const twice = (x: tf.Tensor4D) => convolution(convolution(x, "relu"), "relu");
  const halved = (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, "valid");
  const levels: tf.Tensor4D[] = [];
  let x = halved(convolution(images, "relu"));
  for (let level = 0; level < depth; level++) {
    x = twice(x);
    levels.push(x);
    x = halved(x);
  }
  x = twice(x);
  for (const beside of levels.reverse()) {
    const [, height, width] = beside.shape;
    x = tf.image.resizeNearestNeighbor(x, [height, width]);
    x = twice(tf.concat([x, beside], 3));
  }
  x = convolution(x, "relu");
  return {
    logits: convolution(x, "linear"),
    distances: convolution(x, "linear"),
  };
}
