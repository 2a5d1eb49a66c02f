/** PNG images, for slices. */
import { convertIndexedToRgb, decode, type DecodedPng, encode } from "fast-png";
import {
  createSlice,
  DataError,
  type Slice,
  writeWhole,
  type YX,
} from "../core/mod.ts";
import { type GivenSpacing, resolveSpacing } from "./spacing.ts";

/**
 * Reads a PNG image of 8 or 16 bits as a slice.
 *
 * Colours are taken as grey if red, green and blue are equal everywhere. The
 * resolution in the file is not used: it is a printer's.
 *
 * @param path The file.
 * @param spacing_um Distance of pixel centres along y, x in micrometres.
 * @throws {DataError} If the file is no whole PNG, holds colours, transparent
 * pixels or fewer than 8 bits, or no spacing is given.
 * @throws {RangeError} If the spacing given does not suit the image.
 */
export async function readPng(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<Slice<Uint8Array | Uint16Array>> {
  const bytes = await Deno.readFile(path);
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `Cannot read the image as it must be a whole PNG file: ${reason}`,
      { file: path },
    );
  }
  const shape: YX = [png.height, png.width];
  const spacing = resolveSpacing<YX>(path, shape, undefined, spacing_um);
  return createSlice(greyLevels(png, path), shape, spacing);
}

/**
 * Writes a slice of 8 or 16 bits as a PNG image, whole or not at all. The
 * spacing is lost.
 *
 * @param path Where to.
 * @param slice Grey levels.
 * @throws {DataError} If the place cannot be written.
 *
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { readPng, writePng } from "./png.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".png" });
 * const slice = createSlice(Uint8Array.of(1, 2, 3, 4), [2, 2], [0.1, 0.1]);
 * await writePng(path, slice);
 * assert.deepEqual(await readPng(path, [0.1, 0.1]), slice);
 * await Deno.remove(path);
 * ```
 */
export async function writePng(
  path: string,
  slice: Slice<Uint8Array | Uint16Array>,
): Promise<void> {
  const [height, width] = slice.shape;
  const depth = slice.data instanceof Uint8Array ? 8 : 16;
  const { data } = slice;
  await writeWhole(path, encode({ width, height, data, depth, channels: 1 }));
}

function greyLevels(png: DecodedPng, file: string): Uint8Array | Uint16Array {
  const { depth } = png;
  if (depth < 8) {
    throw new DataError(
      `Cannot read the image as its pixels must have 8 or 16 bits: current value is ${depth}`,
      { file },
    );
  }
  const data = png.palette ? convertIndexedToRgb(png) : png.data;
  const channels = data.length / (png.width * png.height);
  const type = depth === 16 ? Uint16Array : Uint8Array;
  const grey = new type(png.width * png.height);
  const colours = channels < 3 ? 1 : 3;
  const opaque = 2 ** depth - 1;
  for (let i = 0, from = 0; i < grey.length; i++, from += channels) {
    const level = data[from]!;
    const equal = colours === 1 ||
      (level === data[from + 1] && level === data[from + 2]);
    if (!equal || (channels > colours && data[from + colours] !== opaque)) {
      throw new DataError(
        `Cannot read the image as its pixels must be grey and opaque: current values at row ${
          Math.floor(i / png.width)
        }, column ${i % png.width} are ${
          Array.from(data.subarray(from, from + channels)).join(", ")
        }`,
        { file },
      );
    }
    grey[i] = level;
  }
  return grey;
}
