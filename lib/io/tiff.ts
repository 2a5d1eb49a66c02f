/** TIFF images: stacks, single slices and folders of slices. */
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { decode, type TiffIfd } from "tiff";
import {
  createSlice,
  createVolume,
  DataError,
  type Image,
  type YX,
  type ZYX,
} from "../core/mod.ts";
import { decompressLzw } from "./lzw.ts";
import { type GivenSpacing, resolveSpacing, tidyLength } from "./spacing.ts";
import { fileArrays, type FileType, swapBytes, voxelsOf } from "./voxels.ts";

/** Values of the TIFF 6.0 tags that decide how pixels are read. */
const NO_COMPRESSION = 1, LZW = 5, DEFLATE = 8, OLD_DEFLATE = 32946;
const WHITE_IS_ZERO = 0, BLACK_IS_ZERO = 1, PALETTE = 3;
const NO_PREDICTOR = 1, HORIZONTAL_PREDICTOR = 2;
const UNSIGNED = 1, SIGNED = 2, REAL = 3, UNDEFINED = 4;

/** Neither LZW nor Deflate shrinks anything by more than this. */
const LARGEST_RATIO = 4096;

/** Units that ImageJ writes, in micrometres; an inch there is a printer's. */
const units_um: Record<string, number> = {
  nm: 1e-3,
  um: 1,
  "\\u00B5m": 1,
  "\u00b5m": 1,
  "\u03bcm": 1,
  micron: 1,
  microns: 1,
  mm: 1e3,
};

/** Pages of a TIFF file with what is needed to read their pixels. */
interface TiffFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly pages: readonly TiffIfd[];
}

/** What all pages of a stack share. */
interface PageFormat {
  readonly height: number;
  readonly width: number;
  readonly type: FileType;
}

/** A strip or tile: where its bytes are and which pixels it holds. */
interface Segment {
  readonly offset: number;
  /** Undefined if the file does not say. */
  readonly byteCount: number | undefined;
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Reads a TIFF image: one page gives a slice, several give a volume, first page
 * first along z.
 *
 * Grey levels of 8, 16, 32 or 64 bits, whole or real, in either byte order, in
 * strips or tiles, plain or compressed by LZW or Deflate. The spacing is taken
 * from the file only if ImageJ (or a program that writes its tags) states it in
 * nm, micrometres or mm: resolutions per inch are seldom true. ImageJ's
 * calibration of grey levels is not applied, its colour tables are ignored.
 *
 * Format: TIFF revision 6.0, Adobe 1992.
 *
 * @param path The file.
 * @param spacing_um Distance of voxel centres along z, y, x (a slice: y, x) in
 * micrometres, if the file does not state it or states it wrongly.
 * @throws {DataError} If the file is no TIFF, is cut off, is a BigTIFF, holds
 * colours, pages of different size or type or more than three axes, or if its
 * spacing is not known.
 * @throws {RangeError} If the spacing given does not suit the image.
 */
export async function readTiff(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<Image> {
  const file = await openTiff(path);
  const first = file.pages[0]!;
  const format = formatOf(file, first);
  const description = describedBy(first);
  const depth = checkStack(file, description);
  const stack = newPages(format, file.pages.length);
  for (const [z, page] of file.pages.entries()) {
    readPage(file, page, format, z, stack.page(z));
  }
  const data = voxelsOf(stack.values(), path);
  const [dz, dy, dx] = statedSpacing(first, description);
  const plane = dy && dx ? [dy, dx] as const : undefined;
  if (depth === undefined) {
    const shape: YX = [format.height, format.width];
    return createSlice(
      data,
      shape,
      resolveSpacing<YX>(path, shape, plane, spacing_um),
    );
  }
  const shape: ZYX = [depth, format.height, format.width];
  const stated = plane && dz ? [dz, ...plane] as const : undefined;
  return createVolume(
    data,
    shape,
    resolveSpacing<ZYX>(path, shape, stated, spacing_um),
  );
}

/**
 * Reads a folder of TIFF slices as a volume, in the order of their numbers
 * (`slice_9.tif` before `slice_10.tif`). Files of other kinds are passed over.
 *
 * @param folder The folder.
 * @param spacing_um Distance of voxel centres along z, y, x in micrometres.
 * @throws {DataError} If there is no slice, a number is missing or there twice,
 * slices differ in size or type, a file has several pages, or as
 * {@linkcode readTiff}.
 * @throws {RangeError} If the spacing given does not suit the image.
 */
export async function readTiffFolder(
  folder: string,
  spacing_um?: GivenSpacing,
): Promise<Image> {
  const names = await sliceNames(folder);
  let stack: Pages | undefined, format: PageFormat | undefined;
  for (const [z, name] of names.entries()) {
    const file = await openTiff(join(folder, name));
    if (file.pages.length !== 1) {
      throw new DataError(
        `Cannot read the folder as each of its files must hold one slice: current number of pages is ${file.pages.length}`,
        { file: file.path },
      );
    }
    const page = file.pages[0]!;
    format ??= formatOf(file, page);
    stack ??= newPages(format, names.length);
    readPage(file, page, format, z, stack.page(z));
  }
  if (stack === undefined || format === undefined) {
    throw new DataError(
      "Cannot read the folder as it must hold slices in files .tif or .tiff: there is none",
      { file: folder },
    );
  }
  const shape: ZYX = [names.length, format.height, format.width];
  const spacing = resolveSpacing<ZYX>(folder, shape, undefined, spacing_um);
  return createVolume(voxelsOf(stack.values(), folder), shape, spacing);
}

async function openTiff(path: string): Promise<TiffFile> {
  const bytes = await Deno.readFile(path);
  const mark = String.fromCharCode(...bytes.subarray(0, 2));
  const littleEndian = mark === "II";
  const version = bytes[littleEndian ? 2 : 3];
  if (version === 43 && (littleEndian || mark === "MM")) {
    throw new DataError(
      "Cannot read the image as it must be a classic TIFF: it is a BigTIFF; save it as .nii.gz or as a folder of slices",
      { file: path },
    );
  }
  try {
    // Only the tags: the package reads pixels one by one and no 32-bit numbers.
    const pages = decode(bytes, { ignoreImageData: true });
    if (pages.length > 0) return { path, bytes, littleEndian, pages };
  } catch { /* Broken in one of many ways, all told in the same words. */ }
  throw new DataError(
    "Cannot read the image as it must be a whole TIFF file: its list of pages is missing or cut off",
    { file: path },
  );
}

function formatOf({ path, bytes }: TiffFile, page: TiffIfd): PageFormat {
  const refuse = (rule: string, value: unknown) =>
    new DataError(
      `Cannot read the image as ${rule}: current value is ${value}`,
      {
        file: path,
      },
    );
  const { samplesPerPixel, type: photometric } = page;
  const grey = photometric === WHITE_IS_ZERO || photometric === BLACK_IS_ZERO ||
    (photometric === PALETTE && describedBy(page).size > 0);
  if (samplesPerPixel !== 1 || !grey) {
    throw refuse(
      "it must hold grey levels, not colours (convert it to greyscale first)",
      `${samplesPerPixel} samples per pixel, photometric interpretation ${photometric}`,
    );
  }
  const { bitsPerSample: bits = 1, sampleFormat } = page;
  const kind = { [UNSIGNED]: "uint", [SIGNED]: "int", [REAL]: "float" }[
    sampleFormat === UNDEFINED ? UNSIGNED : sampleFormat
  ];
  const type = `${kind}${bits}`;
  if (!Object.hasOwn(fileArrays, type)) {
    throw refuse(
      "its grey levels must have 8, 16, 32 or 64 bits",
      `${bits} bits, sample format ${sampleFormat}`,
    );
  }
  if (photometric === WHITE_IS_ZERO && kind !== "uint") {
    throw refuse("numbers with a sign must have black as zero", type);
  }
  if (page.predictor !== NO_PREDICTOR) {
    if (page.predictor !== HORIZONTAL_PREDICTOR || !/int(8|16|32)/.test(type)) {
      throw refuse(
        "its predictor must be none, or horizontal for whole numbers",
        page.predictor,
      );
    }
  }
  if ((page.orientation ?? 1) !== 1 || page.fillOrder !== 1) {
    throw refuse(
      "its first pixel must be at the top left and the first bit highest",
      `orientation ${page.orientation}, fill order ${page.fillOrder}`,
    );
  }
  const { height, width, compression, tileHeight = 1, tileWidth = 1 } = page;
  const ratio = compression === NO_COMPRESSION ? 1 : LARGEST_RATIO;
  const most = ratio * 8 * bytes.length / bits;
  // Before memory is asked for, since a broken file may ask for any amount.
  if (!(height * width >= 1 && height * width <= most)) {
    throw refuse("its pixels must fit into the file", `${height} x ${width}`);
  }
  if (!(tileHeight * tileWidth >= 1 && tileHeight * tileWidth <= most)) {
    throw refuse(
      "its tiles must fit into the file",
      `${tileHeight} x ${tileWidth}`,
    );
  }
  return { height, width, type: type as FileType };
}

/** Pages of one format, one after the other. */
interface Pages {
  page(z: number): Uint8Array;
  values(): InstanceType<(typeof fileArrays)[FileType]>;
}

function newPages({ height, width, type }: PageFormat, count: number): Pages {
  const pageBytes = height * width * fileArrays[type].BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(count * pageBytes);
  return {
    page: (z) => bytes.subarray(z * pageBytes, (z + 1) * pageBytes),
    values: () => new fileArrays[type](bytes.buffer),
  };
}

/** Reads the pixels of a page into `target`, in the byte order of the machine. */
function readPage(
  file: TiffFile,
  page: TiffIfd,
  format: PageFormat,
  z: number,
  target: Uint8Array,
): void {
  const { height, width, type } = formatOf(file, page);
  if (
    height !== format.height || width !== format.width || type !== format.type
  ) {
    throw new DataError(
      `Cannot read the image as all slices must be ${format.height} x ${format.width} of type ${format.type}, as the first is: slice ${
        z + 1
      } is ${height} x ${width} of type ${type}`,
      { file: file.path },
    );
  }
  const size = fileArrays[type].BYTES_PER_ELEMENT;
  for (const segment of segmentsOf(page, file.path)) {
    const rowBytes = segment.width * size;
    const whole = segment.width === width
      ? target.subarray(
        segment.row * rowBytes,
        (segment.row + segment.height) * rowBytes,
      )
      : undefined;
    // A tile may stand out over the right and lower edge.
    const direct = whole?.length === segment.height * rowBytes;
    const pixels = direct ? whole : new Uint8Array(segment.height * rowBytes);
    readSegment(file, page, segment, type, pixels);
    if (direct) continue;
    const rows = Math.min(segment.height, height - segment.row);
    const columns = Math.min(segment.width, width - segment.column);
    for (let y = 0; y < rows; y++) {
      const from = pixels.subarray(y * rowBytes, y * rowBytes + columns * size);
      target.set(from, ((segment.row + y) * width + segment.column) * size);
    }
  }
  if (page.type === WHITE_IS_ZERO) {
    // All bits reversed is the largest value minus the value.
    for (let i = 0; i < target.length; i++) target[i]! ^= 0xff;
  }
}

function segmentsOf(page: TiffIfd, file: string): Segment[] {
  const { height, width, tileWidth, tileHeight } = page;
  const tiled = tileWidth !== undefined && tileHeight !== undefined;
  const segmentHeight = tiled
    ? tileHeight
    : Math.min(page.rowsPerStrip, height);
  const segmentWidth = tiled ? tileWidth : width;
  const offsets = tiled ? page.tileOffsets : page.stripOffsets;
  const byteCounts = tiled ? page.tileByteCounts : page.stripByteCounts;
  const across = Math.ceil(width / segmentWidth);
  const count = across * Math.ceil(height / segmentHeight);
  if (!(offsets?.length >= count)) {
    throw new DataError(
      `Cannot read the image as each page must have ${count} strips or tiles, as its size says: current number is ${
        offsets?.length ?? 0
      }`,
      { file },
    );
  }
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / across) * segmentHeight;
    return {
      offset: offsets[i]!,
      byteCount: byteCounts?.[i],
      row,
      column: (i % across) * segmentWidth,
      height: tiled ? segmentHeight : Math.min(segmentHeight, height - row),
      width: segmentWidth,
    };
  });
}

/** Reads the pixels of a strip or tile, row by row. */
function readSegment(
  { path, bytes, littleEndian }: TiffFile,
  page: TiffIfd,
  { offset, byteCount, width }: Segment,
  type: FileType,
  target: Uint8Array,
): void {
  const { compression } = page;
  const end = offset + (byteCount ?? target.length);
  const source = bytes.subarray(offset, end);
  let found: number;
  if (end > bytes.length) found = -1;
  else if (compression === NO_COMPRESSION) {
    target.set(source.subarray(0, target.length));
    found = source.length;
  } else if (compression === LZW) found = decompressLzw(source, target);
  else if (compression === DEFLATE || compression === OLD_DEFLATE) {
    found = inflate(source, target);
  } else {
    throw new DataError(
      `Cannot read the image as its compression must be none, LZW or Deflate: current TIFF code is ${compression}`,
      { file: path },
    );
  }
  if (found < target.length) {
    throw new DataError(
      `Cannot read the image as its pixels must be complete: the file is cut off or broken (a strip or tile at byte ${offset} of ${bytes.length})`,
      { file: path },
    );
  }
  const size = fileArrays[type].BYTES_PER_ELEMENT;
  if (!littleEndian && size > 1) swapBytes(target, size);
  if (page.predictor === HORIZONTAL_PREDICTOR) addUp(target, size, width);
}

function inflate(source: Uint8Array, target: Uint8Array): number {
  try {
    const plain = inflateSync(source, { maxOutputLength: 2 * target.length });
    target.set(plain.subarray(0, target.length));
    return plain.length;
  } catch {
    return -1;
  }
}

/** Undoes the horizontal predictor: each number was written less its left neighbour. */
function addUp(target: Uint8Array, size: number, width: number): void {
  const { buffer, byteOffset, byteLength } = target;
  const type = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[size]!;
  const values = new type(buffer as ArrayBuffer, byteOffset, byteLength / size);
  for (let i = 0; i < values.length; i++) {
    if (i % width !== 0) values[i]! += values[i - 1]!;
  }
}

/** Lines `key=value` of ImageJ's description; none if another program wrote it. */
function describedBy({ imageDescription }: TiffIfd): Map<string, string> {
  const text = typeof imageDescription === "string" ? imageDescription : "";
  if (!text.startsWith("ImageJ=")) return new Map();
  return new Map(
    text.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** Number of layers, or undefined for a slice. */
function checkStack(
  { path, pages }: TiffFile,
  description: Map<string, string>,
): number | undefined {
  const lengths = ["channels", "slices", "frames"].map((axis) =>
    Number(description.get(axis) ?? 1)
  );
  if (lengths.filter((n) => n > 1).length > 1) {
    throw new DataError(
      `Cannot read the image as it must have two or three axes: current numbers of channels, slices and frames are ${
        lengths.join(", ")
      }`,
      { file: path },
    );
  }
  const images = Number(description.get("images") ?? pages.length);
  if (images !== pages.length) {
    throw new DataError(
      `Cannot read the image as it must hold ${images} slices, as ImageJ's description says: current number is ${pages.length} (ImageJ writes stacks above 4 GB so; save it as .nii.gz)`,
      { file: path },
    );
  }
  return pages.length > 1 || description.has("slices")
    ? pages.length
    : undefined;
}

function statedSpacing(
  page: TiffIfd,
  description: Map<string, string>,
): [z: number | undefined, y: number | undefined, x: number | undefined] {
  const unit = units_um[description.get("unit") ?? ""];
  const lengths = [
    Number(description.get("spacing")),
    1 / page.yResolution,
    1 / page.xResolution,
  ];
  const [z, y, x] = lengths.map((length) =>
    unit !== undefined && Number.isFinite(length) && length > 0
      ? tidyLength(length, unit)
      : undefined
  );
  return [z, y, x];
}

async function sliceNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isFile, isSymlink } of Deno.readDir(folder)) {
    // Hidden files are notes of the operating system, "._a.tif" for example.
    const slice = /^[^.].*\.tiff?$/i.test(name);
    if (slice && (isFile || isSymlink)) names.push(name);
  }
  const { compare } = new Intl.Collator("en", { numeric: true });
  names.sort(compare);
  for (let i = 1; i < names.length; i++) {
    if (!follows(names[i]!, names[i - 1]!)) {
      throw new DataError(
        `Cannot read the folder as its slices must be numbered without gaps, in names that are otherwise the same: after ${
          names[i - 1]
        } comes ${names[i]}`,
        { file: folder },
      );
    }
  }
  return names;
}

/** Whether two names differ in one number only, by 1. */
function follows(name: string, previous: string): boolean {
  const [parts, before] = [name, previous].map((n) => n.split(/(\d+)/));
  if (parts!.length !== before!.length) return false;
  const changed = parts!.keys().filter((i) =>
    i % 2 === 1
      ? Number(parts![i]) !== Number(before![i])
      : parts![i] !== before![i]
  ).toArray();
  const at = changed[0]!;
  return changed.length === 1 && Number(parts![at]) === Number(before![at]) + 1;
}
