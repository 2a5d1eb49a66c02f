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

/** Slow changes of brightness, on a coarse grid. */
export interface SlowPart<I extends Image = Image> {
  /** Levels of blocks of voxels. */
  readonly levels: OnGridOf<I, Float32Array>;
  /** Voxels of a block along z, y, x, or y, x of a slice. */
  readonly factors: readonly number[];
}

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
  return lessSlowPart(image, await slowPart(image, sigma_um, options));
}

/**
 * The slow changes that {@linkcode flatten} takes away.
 *
 * @param image Grey levels.
 * @param sigma_um As for {@linkcode flatten}.
 * @param options Number of workers.
 * @throws {RangeError} If sigma is not positive and finite.
 */
export async function slowPart<I extends Image<GreyLevels>>(
  image: I,
  sigma_um: number,
  options: FilterOptions = {},
): Promise<SlowPart<I>> {
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
  const levels: Image<Float32Array> = await gaussianFilter(
    blocks,
    sigma_um,
    options,
  );
  return { levels: levels as unknown as OnGridOf<I, Float32Array>, factors };
}

/**
 * Image less the slow part, interpolated linearly between the centres of its
 * blocks.
 *
 * @param image Grey levels, of the whole or of a part of it.
 * @param slow The slow part of the whole; its factors, which need not be whole
 * numbers here, count voxels of `image`.
 * @param first Place of the first voxel of `image` in the whole.
 */
export function lessSlowPart<I extends Image<GreyLevels>>(
  image: I,
  { levels: slow, factors }: SlowPart<Image>,
  first: readonly number[] = factors.map(() => 0),
): OnGridOf<I, Float32Array> {
  const { depth, height, width, size } = gridOf(image);
  const coarse = gridOf(slow);
  const [fz, fy, fx] = [1, ...factors].slice(-3) as [number, number, number];
  const [z0, y0, x0] = [0, ...first].slice(-3) as [number, number, number];
  const zs = interpolation(depth, fz, coarse.depth, z0);
  const ys = interpolation(height, fy, coarse.height, y0);
  const xs = interpolation(width, fx, coarse.width, x0);
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
  return onGridOf(image, result);
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
  first: number,
): Interpolation {
  const low = new Int32Array(length), upper = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const place = Math.min(
      blocks - 1,
      Math.max(0, (first + i + 0.5) / factor - 0.5),
    );
    low[i] = Math.floor(place);
    upper[i] = place - low[i]!;
  }
  return { low, upper };
}

function weightOf({ upper }: Interpolation, i: number, isUpper: number) {
  return isUpper === 1 ? upper[i]! : 1 - upper[i]!;
}
