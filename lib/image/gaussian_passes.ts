/** Passes of the Gaussian filter, as the workers run them. */
import { mirrored } from "./mirror.ts";
import type { Range } from "./ranges.ts";
import type { GreyLevels } from "./threshold.ts";

/** What both passes work on. */
export interface GaussianItem {
  image: GreyLevels;
  result: Float32Array;
  depth: number;
  height: number;
  width: number;
  /** Weights from the centre outwards, one side of each kernel. */
  kernelZ: Float64Array;
  kernelY: Float64Array;
  kernelX: Float64Array;
}

/** Weights of a Gaussian from its centre to 4 sigma; both sides add up to 1. */
export function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from(
    { length: radius + 1 },
    (_, i) => i === 0 ? 1 : Math.exp(-0.5 * (i / sigma) ** 2),
  );
  const sum = weights.reduce((total, w, i) => total + (i === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / sum);
}

/** Smooths along x, then y, in layers `from` to `to`. */
export function acrossRowsAndColumns(item: GaussianItem & Range): void {
  const { image, result, height, width, from, to } = item;
  const { kernelY, kernelX } = item;
  const layer = new Float32Array(height * width);
  for (let z = from; z < to; z++) {
    const first = z * layer.length;
    smoothRows(image, first, layer, height, width, kernelX);
    for (let y = 0; y < height; y++) {
      combineRows(layer, height, width, y, kernelY, result, first + y * width);
    }
  }
}

/** Smooths along z, in rows `from` to `to`. */
export function acrossDepth(item: GaussianItem & Range): void {
  const { result, depth, height, width, kernelZ, from, to } = item;
  if (kernelZ.length === 1) return;
  const wall = new Float32Array(depth * width);
  for (let y = from; y < to; y++) {
    for (let z = 0; z < depth; z++) {
      const first = (z * height + y) * width;
      wall.set(result.subarray(first, first + width), z * width);
    }
    for (let z = 0; z < depth; z++) {
      const first = (z * height + y) * width;
      combineRows(wall, depth, width, z, kernelZ, result, first);
    }
  }
}

function smoothRows(
  image: GreyLevels,
  first: number,
  layer: Float32Array,
  height: number,
  width: number,
  kernel: Float64Array,
): void {
  const radius = kernel.length - 1;
  const row = new Float64Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const start = first + y * width;
    for (let x = 0; x < width; x++) row[radius + x] = image[start + x]!;
    for (let i = 1; i <= radius; i++) {
      row[radius - i] = row[radius + mirrored(-i, width)]!;
      row[radius + width - 1 + i] =
        row[radius + mirrored(width - 1 + i, width)]!;
    }
    for (let x = 0; x < width; x++) {
      const centre = radius + x;
      let sum = kernel[0]! * row[centre]!;
      for (let i = 1; i <= radius; i++) {
        sum += kernel[i]! * (row[centre - i]! + row[centre + i]!);
      }
      layer[y * width + x] = sum;
    }
  }
}

/** Weighted sum of the rows around row `centre` of `rows`. */
function combineRows(
  rows: Float32Array,
  count: number,
  width: number,
  centre: number,
  kernel: Float64Array,
  result: Float32Array,
  first: number,
): void {
  const sums = new Float64Array(width);
  for (let x = 0; x < width; x++) {
    sums[x] = kernel[0]! * rows[centre * width + x]!;
  }
  for (let i = 1; i < kernel.length; i++) {
    const weight = kernel[i]!;
    const before = mirrored(centre - i, count) * width;
    const after = mirrored(centre + i, count) * width;
    for (let x = 0; x < width; x++) {
      sums[x]! += weight * (rows[before + x]! + rows[after + x]!);
    }
  }
  result.set(sums, first);
}
