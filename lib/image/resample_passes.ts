/** Passes of resampling, as the workers run them. */
import type { Range } from "./ranges.ts";
import type { GreyLevels } from "./threshold.ts";

/** Of each voxel of the result along an axis, the voxels that it is made of. */
export interface AxisWeights {
  /** First voxel of the image, counted in the part that is there. */
  first: Int32Array;
  /** Number of voxels. */
  count: Int32Array;
  /** Weights, `most` for each voxel of the result; they add up to 1. */
  weights: Float64Array;
  /** Largest of the numbers. */
  most: number;
}

/** What the pass works on. */
export interface ResampleItem {
  image: GreyLevels;
  result: Float32Array;
  /** Rows and columns of the image. */
  height: number;
  width: number;
  z: AxisWeights;
  y: AxisWeights;
  x: AxisWeights;
}

/** Fills layers `from` to `to` of the result: sums along z, then y, then x. */
export function resampleLayers(item: ResampleItem & Range): void {
  const { image, result, height, width, z, y, x, from, to } = item;
  const layer = new Float64Array(height * width);
  const row = new Float64Array(width);
  const rows = y.first.length, columns = x.first.length;
  for (let k = from, i = from * rows * columns; k < to; k++) {
    layer.fill(0);
    for (let j = 0; j < z.count[k]!; j++) {
      const start = (z.first[k]! + j) * layer.length;
      addTo(layer, image, start, z.weights[k * z.most + j]!);
    }
    for (let r = 0; r < rows; r++) {
      row.fill(0);
      for (let j = 0; j < y.count[r]!; j++) {
        const start = (y.first[r]! + j) * width;
        addTo(row, layer, start, y.weights[r * y.most + j]!);
      }
      for (let c = 0; c < columns; c++, i++) {
        const start = x.first[c]!, w = c * x.most;
        let sum = 0;
        for (let j = 0; j < x.count[c]!; j++) {
          sum += x.weights[w + j]! * row[start + j]!;
        }
        result[i] = sum;
      }
    }
  }
}

function addTo(
  sum: Float64Array,
  values: GreyLevels | Float64Array,
  start: number,
  weight: number,
): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += weight * values[start + i]!;
}
