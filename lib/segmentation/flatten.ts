/** Removal of slow changes of brightness. */
import { gridOf, type Image, type OnGridOf, onGridOf } from "../core/mod.ts";
import {
  blockMean,
  type FilterOptions,
  gaussianFilter,
  type GreyLevels,
} from "../image/mod.ts";

/** Blocks over which the slow part is averaged, per sigma. */
const blocksPerSigma = 4;

/**
 * Image less its slow changes: shading, beam hardening, bands.
 *
 * The slow part is the image smoothed by a wide Gaussian, computed on means of
 * blocks and interpolated, as its detail is far above a voxel.
 *
 * @param image Grey levels.
 * @param sigma_um Standard deviation of the Gaussian in micrometres, several particles wide.
 * @param options Number of workers.
 * @returns Differences from the slow part.
 * @throws {RangeError} If sigma is not positive and finite.
 */
export async function flatten<I extends Image<GreyLevels>>(
  image: I,
  sigma_um: number,
  options: FilterOptions = {},
): Promise<OnGridOf<I, Float32Array>> {
  if (!(sigma_um > 0 && sigma_um < Infinity)) {
    throw new RangeError(
      `Cannot flatten the image as sigma must be positive and finite: current value is ${sigma_um} um`,
    );
  }
  const factors = image.spacing_um.map((s) =>
    Math.max(1, Math.round(sigma_um / (blocksPerSigma * s)))
  );
  const blocks: Image<Float32Array> = blockMean<Image<GreyLevels>>(
    image,
    factors,
  );
  const slow: Image<Float32Array> = await gaussianFilter(
    blocks,
    sigma_um,
    options,
  );
  return onGridOf(image, difference(image, slow, factors));
}

/** Image less a coarse one, interpolated linearly between the centres of its blocks. */
function difference(
  image: Image<GreyLevels>,
  slow: Image<Float32Array>,
  factors: readonly number[],
): Float32Array {
  const { depth, height, width, size } = gridOf(image);
  const coarse = gridOf(slow);
  const [fz, fy, fx] = [1, ...factors].slice(-3) as [number, number, number];
  const zs = interpolation(depth, fz, coarse.depth);
  const ys = interpolation(height, fy, coarse.height);
  const xs = interpolation(width, fx, coarse.width);
  const result = new Float32Array(size);
  const row = new Float64Array(coarse.width);
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      row.fill(0);
      for (let corner = 0; corner < 4; corner++) {
        const upperZ = corner >> 1, upperY = corner & 1;
        const weight = weightOf(zs, z, upperZ) * weightOf(ys, y, upperY);
        const first = (Math.min(coarse.depth - 1, zs.low[z]! + upperZ) *
            coarse.height +
          Math.min(coarse.height - 1, ys.low[y]! + upperY)) * coarse.width;
        for (let x = 0; x < row.length; x++) {
          row[x]! += weight * slow.data[first + x]!;
        }
      }
      for (let x = 0; x < width; x++, i++) {
        const low = xs.low[x]!, high = Math.min(coarse.width - 1, low + 1);
        const level = row[low]! + xs.upper[x]! * (row[high]! - row[low]!);
        result[i] = image.data[i]! - level;
      }
    }
  }
  return result;
}

/** Of each voxel along an axis, the block whose centre lies before it and the weight of the next block. */
interface Interpolation {
  low: Int32Array;
  upper: Float64Array;
}

function interpolation(
  length: number,
  factor: number,
  blocks: number,
): Interpolation {
  const low = new Int32Array(length), upper = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const place = Math.min(blocks - 1, Math.max(0, (i + 0.5) / factor - 0.5));
    low[i] = Math.floor(place);
    upper[i] = place - low[i]!;
  }
  return { low, upper };
}

function weightOf({ upper }: Interpolation, i: number, isUpper: number) {
  return isUpper === 1 ? upper[i]! : 1 - upper[i]!;
}
