/** Numbers of image files as voxels. */
import {
  DataError,
  type Image,
  type OnGridOf,
  onGridOf,
  type VoxelArray,
} from "../core/mod.ts";

/** Constructors of the arrays in which image files hold numbers. */
export const fileArrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Type of the numbers in an image file. */
export type FileType = keyof typeof fileArrays;

/** Numbers as an image file holds them. */
export type FileArray = InstanceType<(typeof fileArrays)[FileType]>;

/** Largest number up to which single precision holds every whole number. */
const EXACT_FLOAT32 = 2 ** 24;
const LARGEST_FLOAT32 = 3.4028234663852886e38;
const LARGEST_LABEL = 2 ** 32 - 1;

/**
 * The numbers of a file as one of the types that voxels may have.
 *
 * 8-bit signed numbers become 16-bit; 32-bit signed and 64-bit numbers become
 * the first of uint16, int16, uint32 and single precision that holds all of them
 * exactly. Double precision is rounded to single. The others are not copied.
 *
 * @param values Numbers of the file.
 * @param file Path, for the errors.
 * @throws {DataError} If a number is not finite or no type holds it.
 */
export function voxelsOf(values: FileArray, file: string): VoxelArray {
  if (values instanceof Float32Array) {
    assertFinite(values, file);
    return values;
  }
  if (values instanceof Float64Array) {
    assertFinite(values, file);
    return Float32Array.from(values);
  }
  if (values instanceof Int8Array) return Int16Array.from(values);
  if (
    values instanceof Int32Array || values instanceof BigInt64Array ||
    values instanceof BigUint64Array
  ) {
    return narrow(values, file);
  }
  return values;
}

/**
 * An image as labels: whole numbers, 0 for the background.
 *
 * @param image Any image.
 * @param file Path, for the errors.
 * @throws {DataError} If a voxel is not a whole number from 0 to 2^32 - 1.
 */
export function labelsOf<I extends Image>(
  image: I,
  file: string,
): OnGridOf<I, Uint32Array> {
  const { data } = image;
  if (data instanceof Uint32Array) return onGridOf(image, data);
  const unsigned = data instanceof Uint8Array || data instanceof Uint16Array;
  const bad = unsigned
    ? -1
    : data.findIndex((v) => !Number.isInteger(v) || v < 0 || v > LARGEST_LABEL);
  if (bad >= 0) {
    throw new DataError(
      `Cannot read labels as every voxel must be a whole number from 0 to ${LARGEST_LABEL}: current value is ${
        data[bad]
      } at voxel number ${bad}`,
      { file },
    );
  }
  return onGridOf(image, Uint32Array.from(data));
}

function narrow(
  values: Int32Array | BigInt64Array | BigUint64Array,
  file: string,
): VoxelArray {
  let low: number | bigint = 0, high: number | bigint = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const fits = (from: number, to: number) => low >= from && high <= to;
  const type = fits(0, 2 ** 16 - 1)
    ? Uint16Array
    : fits(-(2 ** 15), 2 ** 15 - 1)
    ? Int16Array
    : fits(0, LARGEST_LABEL)
    ? Uint32Array
    : Float32Array;
  if (type === Float32Array && !fits(-EXACT_FLOAT32, EXACT_FLOAT32)) {
    throw new DataError(
      `Cannot read the image as its whole numbers must lie from 0 to ${LARGEST_LABEL} or from ${-EXACT_FLOAT32} to ${EXACT_FLOAT32}: current values are ${low} to ${high}`,
      { file },
    );
  }
  const voxels = new type(values.length);
  for (let i = 0; i < voxels.length; i++) voxels[i] = Number(values[i]);
  return voxels;
}

function assertFinite(values: Float32Array | Float64Array, file: string): void {
  for (let i = 0; i < values.length; i++) {
    // Negated, so that NaN is caught too.
    if (!(Math.abs(values[i]!) <= LARGEST_FLOAT32)) {
      throw new DataError(
        `Cannot read the image as every voxel must be a finite number in single precision: current value is ${
          values[i]
        } at voxel number ${i}`,
        { file },
      );
    }
  }
}

/**
 * Reverses the bytes of every number, in place.
 *
 * @param bytes Numbers one after the other.
 * @param size Bytes of a number.
 */
export function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = start, j = start + size - 1; i < j; i++, j--) {
      const byte = bytes[i]!;
      bytes[i] = bytes[j]!;
      bytes[j] = byte;
    }
  }
}
