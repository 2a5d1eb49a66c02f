/** NIfTI images, the format of volumes. */
import { NIFTI1, type NIFTI2, readHeader } from "nifti-reader-js";
import {
  assertBox,
  boxShape,
  createSlice,
  createVolume,
  DataError,
  type Image,
  type VolumeSource,
  type VoxelArray,
  writeWhole,
  type YX,
  type ZYX,
} from "../core/mod.ts";
import {
  type GivenSpacing,
  resolveSpacing,
  type Spacing,
  tidyLength,
} from "./spacing.ts";
import {
  type FileArray,
  fileArrays,
  type FileType,
  swapBytes,
  voxelsOf,
} from "./voxels.ts";

const fileTypes: Record<number, FileType> = {
  [NIFTI1.TYPE_INT8]: "int8",
  [NIFTI1.TYPE_UINT8]: "uint8",
  [NIFTI1.TYPE_INT16]: "int16",
  [NIFTI1.TYPE_UINT16]: "uint16",
  [NIFTI1.TYPE_INT32]: "int32",
  [NIFTI1.TYPE_UINT32]: "uint32",
  [NIFTI1.TYPE_INT64]: "int64",
  [NIFTI1.TYPE_UINT64]: "uint64",
  [NIFTI1.TYPE_FLOAT32]: "float32",
  [NIFTI1.TYPE_FLOAT64]: "float64",
};

/** Units of length in micrometres. */
const units_um: Record<number, number> = {
  [NIFTI1.UNITS_METER]: 1e6,
  [NIFTI1.UNITS_MM]: 1e3,
  [NIFTI1.UNITS_MICRON]: 1,
};

/** Deflate shrinks nothing by more than this. */
const LARGEST_GZIP_RATIO = 1032;

/** Longest axis of NIfTI-1, which holds lengths in 16 bits. */
const LONGEST_AXIS = 2 ** 15 - 1;

/** Bytes that are written at once. */
const PIECE = 2 ** 20;

/** Where the voxels of a NIfTI-1 file start: header, 4 bytes for extensions. */
const FIRST_VOXEL = 352;

/**
 * Reads a NIfTI-1 or NIfTI-2 image (`.nii`, `.nii.gz`; gzip is told by the
 * content).
 *
 * Axes 1, 2, 3 of the file are x, y, z; further axes must have length 1. A file
 * of two axes gives a slice. Voxels keep the order in which they are stored:
 * the orientation in the header is not applied. Slope and intercept are, and
 * give single precision. Units micrometre, millimetre and metre are converted.
 *
 * Format: R. W. Cox et al., NIfTI-1, https://nifti.nimh.nih.gov/nifti-1.
 *
 * @param path The file.
 * @param spacing_um Distance of voxel centres along z, y, x (a slice: y, x) in
 * micrometres, if the file does not state it or states it wrongly.
 * @throws {DataError} If the file is no NIfTI, is shorter or longer than its
 * header says, has more than three axes, holds colours, complex or non-finite
 * numbers, or has no known unit while no spacing is given.
 * @throws {RangeError} If the spacing given does not suit the image.
 */
export async function readNifti(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<Image> {
  const { size: fileSize } = await Deno.stat(path);
  await using bytes = await Bytes.open(path);
  const header = await parseHeader(bytes, path);
  const type = fileTypes[header.datatypeCode];
  if (type === undefined) {
    throw new DataError(
      `Cannot read the image as its voxels must be whole or real numbers: current NIfTI data type is ${header.datatypeCode}`,
      { file: path },
    );
  }
  const shape = shapeOf(header, path);
  const length = shape.reduce((product, n) => product * n, 1);
  const expected = length * fileArrays[type].BYTES_PER_ELEMENT;
  // Before memory is asked for, since a broken header may ask for any amount.
  if (header.vox_offset + expected > fileSize * LARGEST_GZIP_RATIO) {
    throw truncated(path, expected, fileSize);
  }
  const voxels = new Uint8Array(expected);
  await bytes.fill(new Uint8Array(header.vox_offset - bytes.position));
  const found = await bytes.fill(voxels);
  if (found < expected) throw truncated(path, expected, found);
  const surplus = await bytes.fill(new Uint8Array(1));
  if (bytes.broken) {
    throw new DataError(
      "Cannot read the image as its compressed data must be whole: the checksum at the end is missing or wrong",
      { file: path },
    );
  }
  if (surplus > 0) {
    throw tooLong(path, expected);
  }
  if (!header.littleEndian) {
    swapBytes(voxels, fileArrays[type].BYTES_PER_ELEMENT);
  }
  const raw = new fileArrays[type](voxels.buffer);
  const data = voxelsOf(scaled(raw, header), path);
  const stated = statedSpacing(header);
  if (shape.length === 2) {
    const stated_yx: YX | undefined = stated && [stated[1], stated[2]];
    const spacing = resolveSpacing<YX>(path, shape, stated_yx, spacing_um);
    return createSlice(data, shape, spacing);
  }
  const spacing = resolveSpacing<ZYX>(path, shape, stated, spacing_um);
  return createVolume(data, shape, spacing);
}

/**
 * Opens a NIfTI volume to read it in parts, if its voxels can be taken from the
 * file as they are: not compressed, not scaled, of a type that voxels may have.
 *
 * @param path The file.
 * @param spacing_um As for {@linkcode readNifti}.
 * @returns The volume, or undefined if the file must be read as a whole.
 * @throws {DataError} As {@linkcode readNifti}; parts that hold numbers that are
 * not finite are found when they are read.
 * @throws {RangeError} If the spacing given does not suit the volume.
 */
export async function openNifti(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<VolumeSource | undefined> {
  const { size: fileSize } = await Deno.stat(path);
  await using bytes = await Bytes.open(path);
  const header = await parseHeader(bytes, path);
  const type = fileTypes[header.datatypeCode];
  const direct = type === "uint8" || type === "uint16" || type === "int16" ||
    type === "uint32" || type === "float32";
  const shape = shapeOf(header, path);
  if (
    bytes.compressed || !direct || !header.littleEndian || isScaled(header) ||
    shape.length === 2
  ) return undefined;
  const size = fileArrays[type].BYTES_PER_ELEMENT;
  const expected = shape[0] * shape[1] * shape[2] * size;
  const found = fileSize - header.vox_offset;
  if (found < expected) throw truncated(path, expected, found);
  if (found > expected) throw tooLong(path, expected);
  const spacing = resolveSpacing<ZYX>(
    path,
    shape,
    statedSpacing(header),
    spacing_um,
  );
  return {
    shape,
    spacing_um: spacing,
    read: async (box) => {
      assertBox(shape, box);
      const [z0, y0, x0] = box.from as unknown as ZYX;
      const [z1, y1, x1] = box.to as unknown as ZYX;
      const rowBytes = shape[2] * size, partBytes = (x1 - x0) * size;
      const rows = new Uint8Array((y1 - y0) * rowBytes);
      const part = new Uint8Array((z1 - z0) * (y1 - y0) * partBytes);
      using file = await Deno.open(path);
      for (let z = z0, to = 0; z < z1; z++) {
        const first = header.vox_offset + (z * shape[1] + y0) * rowBytes;
        await file.seek(first, Deno.SeekMode.Start);
        await fillFrom(file, rows, path, expected);
        for (let row = 0; row < rows.length; row += rowBytes, to += partBytes) {
          const start = row + x0 * size;
          part.set(rows.subarray(start, start + partBytes), to);
        }
      }
      const data = voxelsOf(new fileArrays[type](part.buffer), path);
      return createVolume(data, boxShape(box), spacing);
    },
  };
}

async function fillFrom(
  file: Deno.FsFile,
  target: Uint8Array,
  path: string,
  expected: number,
): Promise<void> {
  for (let filled = 0; filled < target.length;) {
    const count = await file.read(target.subarray(filled));
    if (count === null) throw truncated(path, expected, filled);
    filled += count;
  }
}

/**
 * Writes a NIfTI-1 image, whole or not at all; compressed if the name ends in
 * `.gz`. The unit is the micrometre; axes 1, 2, 3 of the file are x, y, z.
 *
 * @param path Where to, `.nii` or `.nii.gz`.
 * @param image A volume or a slice.
 * @throws {RangeError} If an axis is longer than 32767.
 * @throws {DataError} If the place cannot be written.
 *
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "../core/mod.ts";
 * import { readNifti, writeNifti } from "./nifti.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".nii.gz" });
 * const volume = createVolume(Uint8Array.of(1, 2, 3, 4), [2, 1, 2], [0.2, 0.1, 0.1]);
 * await writeNifti(path, volume);
 * assert.deepEqual(await readNifti(path), volume);
 * await Deno.remove(path);
 * ```
 */
export async function writeNifti(path: string, image: Image): Promise<void> {
  const plain = ReadableStream.from(pieces(headerOf(image), image.data));
  await writeWhole(
    path,
    /\.gz$/i.test(path)
      ? plain.pipeThrough(new CompressionStream("gzip"))
      : plain,
  );
}

async function parseHeader(
  bytes: Bytes,
  file: string,
): Promise<NIFTI1 | NIFTI2> {
  const [first, second] = [348, 540]; // bytes of a NIfTI-1 and -2 header
  const start = new Uint8Array(first);
  const found = await bytes.fill(start);
  let content = start.subarray(0, found);
  const view = new DataView(start.buffer);
  if (view.getInt32(0, true) === second || view.getInt32(0) === second) {
    content = new Uint8Array(second);
    content.set(start);
    const rest = await bytes.fill(content.subarray(first));
    content = content.subarray(0, first + rest);
  }
  let header;
  try {
    // Exactly the header: given more, the package tries to read extensions.
    header = readHeader(content.slice().buffer);
  } catch {
    throw new DataError(
      "Cannot read the image as the file must start with a NIfTI header of a single-file image (.nii): none is there",
      { file },
    );
  }
  if (
    !Number.isInteger(header.vox_offset) || header.vox_offset < bytes.position
  ) {
    throw new DataError(
      `Cannot read the image as its voxels must start after the header: current offset is ${header.vox_offset}`,
      { file },
    );
  }
  return header;
}

function shapeOf(header: NIFTI1 | NIFTI2, file: string): Spacing {
  const [axes = 0, ...lengths] = header.dims;
  const stated = lengths.slice(0, axes);
  const [width, height, depth, ...further] = stated;
  if (
    width === undefined || height === undefined || axes > 7 ||
    further.some((n) => n !== 1) || stated.some((n) => !(n >= 1))
  ) {
    throw new DataError(
      `Cannot read the image as it must have two or three axes: current lengths along x, y, z and further axes are ${
        stated.join(", ")
      }`,
      { file },
    );
  }
  return depth === undefined ? [height, width] : [depth, height, width];
}

function statedSpacing(header: NIFTI1 | NIFTI2): ZYX | undefined {
  const unit = units_um[header.xyzt_units & NIFTI1.SPATIAL_UNITS_MASK];
  const [, x = NaN, y = NaN, z = NaN] = header.pixDims;
  const axes = header.dims[0] === 2 ? [x, y] : [x, y, z];
  const known = axes.every((s) => Number.isFinite(s) && s > 0);
  if (unit === undefined || !known) return undefined;
  return [tidyLength(z, unit), tidyLength(y, unit), tidyLength(x, unit)];
}

/** Slope and intercept applied; a slope of 0 or NaN means that there are none. */
function scaled(raw: FileArray, header: NIFTI1 | NIFTI2): FileArray {
  if (!isScaled(header)) return raw;
  const { scl_slope: slope, scl_inter: intercept } = header;
  const values = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) {
    values[i] = Number(raw[i]) * slope + intercept;
  }
  return values;
}

function isScaled(
  { scl_slope: slope, scl_inter: intercept }: NIFTI1 | NIFTI2,
): boolean {
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) return false;
  return slope !== 0 && (slope !== 1 || intercept !== 0);
}

function headerOf(image: Image): Uint8Array {
  const lengths = image.shape.toReversed();
  const steps = image.spacing_um.toReversed();
  if (lengths.some((n) => n > LONGEST_AXIS)) {
    throw new RangeError(
      `Cannot write a NIfTI-1 image as no axis may be longer than ${LONGEST_AXIS}: current shape is [${
        image.shape.join(", ")
      }]`,
    );
  }
  const [x = 1, y = 1, z = 1] = steps;
  const header = new NIFTI1();
  header.littleEndian = true;
  header.dims = [lengths.length, ...padded(lengths)];
  header.pixDims = [1, ...padded(steps)];
  header.datatypeCode = typeCodeOf(image.data);
  header.numBitsPerVoxel = 8 * image.data.BYTES_PER_ELEMENT;
  header.vox_offset = FIRST_VOXEL;
  header.scl_slope = 1;
  header.xyzt_units = NIFTI1.UNITS_MICRON;
  header.qform_code = header.sform_code = NIFTI1.XFORM_SCANNER_ANAT;
  header.affine = [[x, 0, 0, 0], [0, y, 0, 0], [0, 0, z, 0], [0, 0, 0, 1]];
  header.magic = "n+1";
  return new Uint8Array(header.toArrayBuffer());
}

/** Seven axes; those that are not used have length and spacing 1. */
function padded(axes: number[]): number[] {
  return [...axes, 1, 1, 1, 1, 1].slice(0, 7);
}

function typeCodeOf(data: VoxelArray): number {
  if (data instanceof Uint8Array) return NIFTI1.TYPE_UINT8;
  if (data instanceof Uint16Array) return NIFTI1.TYPE_UINT16;
  if (data instanceof Int16Array) return NIFTI1.TYPE_INT16;
  if (data instanceof Uint32Array) return NIFTI1.TYPE_UINT32;
  return NIFTI1.TYPE_FLOAT32;
}

function* pieces(
  header: Uint8Array,
  data: VoxelArray,
): Generator<Uint8Array<ArrayBuffer>> {
  yield header.slice();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let start = 0; start < bytes.length; start += PIECE) {
    // Copied, since streams do not take memory that workers share.
    yield new Uint8Array(bytes.subarray(start, start + PIECE));
  }
}

function tooLong(file: string, expected: number): DataError {
  return new DataError(
    `Cannot read the image as its voxels must take ${expected} bytes, as its header says: the file holds more`,
    { file },
  );
}

function truncated(file: string, expected: number, found: number): DataError {
  return new DataError(
    `Cannot read the image as its voxels must take ${expected} bytes, as its header says: the file is cut off after ${found}`,
    { file },
  );
}

/** Bytes of a file from start to end, decompressed if they are gzip. */
class Bytes implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  /** Bytes taken so far. */
  position = 0;
  /** Whether the compressed stream broke off. */
  broken = false;

  private constructor(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    /** Whether the file is compressed. */
    readonly compressed: boolean,
  ) {
    this.#reader = reader;
  }

  static async open(path: string): Promise<Bytes> {
    const file = await Deno.open(path);
    const magic = new Uint8Array(2);
    await file.read(magic);
    await file.seek(0, Deno.SeekMode.Start);
    const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
    const stream: ReadableStream<Uint8Array> = gzip
      ? file.readable.pipeThrough(new DecompressionStream("gzip"))
      : file.readable;
    return new Bytes(stream.getReader(), gzip);
  }

  /** Fills the array; returns how many bytes there were for it. */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
        if (next === undefined) break;
        this.#rest = next;
      }
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      this.#rest = this.#rest.subarray(part.length);
      filled += part.length;
    }
    this.position += filled;
    return filled;
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      return (await this.#reader.read()).value;
    } catch {
      this.broken = true;
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}
