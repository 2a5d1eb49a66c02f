/** Writing TIFF images. */
import { deflateSync } from "node:zlib";
import {
  DataError,
  gridOf,
  type Image,
  isVolume,
  type VoxelArray,
  writeWhole,
} from "../core/mod.ts";

/** Types of TIFF fields. */
const ASCII = 2, SHORT = 3, LONG = 4, RATIONAL = 5;
const LARGEST_LONG = 2 ** 32 - 1;
const HEADER_BYTES = 8;
const TIFF_VERSION = 42;

interface Field {
  tag: number;
  type: number;
  /** Numbers; a rational is two of them; text is its bytes and a zero. */
  values: readonly number[];
}

/**
 * Writes a TIFF image, whole or not at all: one page per layer, compressed by
 * Deflate, with the spacing as ImageJ writes it (unit, pixels per micrometre,
 * distance of layers), so that ImageJ, tifffile and {@linkcode readTiff} find
 * it.
 *
 * @param path Where to, `.tif` or `.tiff`.
 * @param image A volume or a slice.
 * @throws {DataError} If the file would be larger than 4 GB, which TIFF does not
 * allow, or the place cannot be written.
 *
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { readTiff } from "./tiff.ts";
 * import { writeTiff } from "./tiff_writer.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".tif" });
 * const slice = createSlice(Uint16Array.of(1, 2, 300, 4), [2, 2], [0.07, 0.07]);
 * await writeTiff(path, slice);
 * assert.deepEqual(await readTiff(path), slice);
 * await Deno.remove(path);
 * ```
 */
export async function writeTiff(path: string, image: Image): Promise<void> {
  await writeWhole(path, ReadableStream.from(pieces(path, image)));
}

function* pieces(
  path: string,
  image: Image,
): Generator<Uint8Array<ArrayBuffer>> {
  const { depth, height, width } = gridOf(image);
  const { data } = image;
  yield header();
  let offset = HEADER_BYTES;
  for (let z = 0; z < depth; z++) {
    const layer = data.subarray(z * height * width, (z + 1) * height * width);
    const pixels = deflateSync(
      new Uint8Array(layer.buffer, layer.byteOffset, layer.byteLength),
    );
    const last = z === depth - 1;
    const directory = directoryOf(image, offset, pixels.length, last);
    const padding = pixels.length % 2; // directories start at even bytes
    offset += directory.length + pixels.length + padding;
    if (offset > LARGEST_LONG) {
      throw new DataError(
        "Cannot write the image as a TIFF file must be smaller than 4 GB: write it as .nii.gz",
        { file: path },
      );
    }
    yield directory;
    yield new Uint8Array(pixels);
    yield new Uint8Array(padding);
  }
}

function header(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49]); // "II", little-endian
  view.setUint16(2, TIFF_VERSION, true);
  view.setUint32(4, HEADER_BYTES, true);
  return bytes;
}

/** The directory of a page that stands at `offset`, followed by its pixels. */
function directoryOf(
  image: Image,
  offset: number,
  pixelBytes: number,
  last: boolean,
): Uint8Array<ArrayBuffer> {
  const { depth, height, width, spacing_um: [dz, dy, dx] } = gridOf(image);
  const description = [
    "ImageJ=1.54f",
    ...isVolume(image)
      ? [`images=${depth}`, `slices=${depth}`, `spacing=${dz}`]
      : [],
    "unit=micron",
    "loop=false",
    "",
  ].join("\n");
  const fieldsAt = (pixelsAt: number): Field[] => [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: [8 * image.data.BYTES_PER_ELEMENT] },
    { tag: 259, type: SHORT, values: [8] }, // Deflate
    { tag: 262, type: SHORT, values: [1] }, // black is zero
    {
      tag: 270,
      type: ASCII,
      values: [...new TextEncoder().encode(description), 0],
    },
    { tag: 273, type: LONG, values: [pixelsAt] },
    { tag: 277, type: SHORT, values: [1] }, // samples per pixel
    { tag: 278, type: LONG, values: [height] }, // rows per strip
    { tag: 279, type: LONG, values: [pixelBytes] },
    { tag: 282, type: RATIONAL, values: perMicrometre(dx) },
    { tag: 283, type: RATIONAL, values: perMicrometre(dy) },
    { tag: 296, type: SHORT, values: [1] }, // the unit is in the description
    { tag: 339, type: SHORT, values: [sampleFormatOf(image.data)] },
  ];
  const length = directoryBytes(fieldsAt(0), offset, 0).length;
  const next = last ? 0 : offset + length + pixelBytes + pixelBytes % 2;
  return directoryBytes(fieldsAt(offset + length), offset, next);
}

function directoryBytes(
  fields: readonly Field[],
  offset: number,
  next: number,
): Uint8Array<ArrayBuffer> {
  const sizes: Record<number, number> = {
    [ASCII]: 1,
    [SHORT]: 2,
    [LONG]: 4,
    [RATIONAL]: 4,
  };
  const long = ({ type, values }: Field) => sizes[type]! * values.length > 4;
  const tableBytes = 2 + 12 * fields.length + 4;
  const bytes = new Uint8Array(
    fields.filter(long).reduce(
      (sum, { type, values }) => sum + even(sizes[type]! * values.length),
      tableBytes,
    ),
  );
  const view = new DataView(bytes.buffer);
  view.setUint16(0, fields.length, true);
  view.setUint32(tableBytes - 4, next, true);
  let extra = tableBytes;
  for (const [i, field] of fields.entries()) {
    const at = 2 + 12 * i, { tag, type, values } = field;
    const count = type === RATIONAL ? values.length / 2 : values.length;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    let to = at + 8;
    if (long(field)) {
      view.setUint32(at + 8, offset + extra, true);
      to = extra;
      extra += even(sizes[type]! * values.length);
    }
    for (const value of values) {
      if (type === ASCII) view.setUint8(to, value);
      else if (type === SHORT) view.setUint16(to, value, true);
      else view.setUint32(to, value, true);
      to += sizes[type]!;
    }
  }
  return bytes;
}

function even(bytes: number): number {
  return bytes + bytes % 2;
}

/** Pixels per micrometre as a fraction whose inverse is the spacing as written. */
function perMicrometre(spacing_um: number): [number, number] {
  let pixels = 1e9;
  while (pixels > 1 && spacing_um * pixels > LARGEST_LONG) pixels /= 10;
  return [pixels, Math.round(spacing_um * pixels)];
}

function sampleFormatOf(data: VoxelArray): number {
  if (data instanceof Float32Array) return 3;
  return data instanceof Int16Array ? 2 : 1;
}
