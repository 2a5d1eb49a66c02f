/** Images in files, the format told by the name. */
import {
  DataError,
  type Image,
  isVolume,
  onGridOf,
  type Slice,
  sourceOf,
  type VolumeSource,
} from "../core/mod.ts";
import { openNifti, readNifti, writeNifti } from "./nifti.ts";
import { readPng, writePng } from "./png.ts";
import type { GivenSpacing } from "./spacing.ts";
import { readTiff, readTiffFolder } from "./tiff.ts";
import { writeTiff } from "./tiff_writer.ts";
import { labelsOf } from "./voxels.ts";

const LARGEST_UINT16 = 2 ** 16 - 1;

/**
 * Reads an image: `.nii`, `.nii.gz`, `.tif`, `.tiff`, `.png` or a folder of
 * `.tif` slices. See {@linkcode readNifti}, {@linkcode readTiff},
 * {@linkcode readTiffFolder} and {@linkcode readPng}.
 *
 * @param path The file or folder.
 * @param spacing_um Distance of voxel centres along z, y, x (a slice: y, x) in
 * micrometres; needed where the file does not state it.
 * @throws {DataError} If the name is of no known format, or as the reader of the
 * format says.
 * @throws {RangeError} If the spacing given does not suit the image.
 */
export async function readImage(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<Image> {
  const { isDirectory } = await Deno.stat(path);
  if (isDirectory) return readTiffFolder(path, spacing_um);
  switch (formatOf(path)) {
    case "nifti":
      return readNifti(path, spacing_um);
    case "tiff":
      return readTiff(path, spacing_um);
    case "png":
      return readPng(path, spacing_um);
    default:
      throw unknownFormat("read", path);
  }
}

/**
 * Opens a volume to read it in parts, so that it need not fit into memory. A
 * file that is compressed or of another format than NIfTI is read as a whole.
 *
 * @param path As for {@linkcode readImage}.
 * @param spacing_um As for {@linkcode readImage}.
 * @throws {DataError} As {@linkcode readImage}, and if the image is a slice.
 * @throws {RangeError} If the spacing given does not suit the image.
 *
 * @example The last layer
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "../core/mod.ts";
 * import { openVolume, writeImage } from "./image_file.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".nii" });
 * await writeImage(path, createVolume(Uint8Array.of(1, 2, 3, 4), [2, 1, 2], [1, 1, 1]));
 * const source = await openVolume(path);
 * const layer = await source.read({ from: [1, 0, 0], to: [2, 1, 2] });
 * assert.deepEqual([...layer.data], [3, 4]);
 * await Deno.remove(path);
 * ```
 */
export async function openVolume(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<VolumeSource> {
  const { isDirectory } = await Deno.stat(path);
  if (!isDirectory && formatOf(path) === "nifti") {
    const source = await openNifti(path, spacing_um);
    if (source !== undefined) return source;
  }
  const image = await readImage(path, spacing_um);
  if (isVolume(image)) return sourceOf(image);
  throw new DataError(
    `Cannot work on the image in parts as it must be a volume: current shape is [${
      image.shape.join(", ")
    }]`,
    { file: path },
  );
}

/**
 * Reads labels of particles, as {@linkcode readImage}.
 *
 * @param path The file or folder.
 * @param spacing_um As for {@linkcode readImage}.
 * @throws {DataError} As {@linkcode readImage}, and if a voxel is not a whole
 * number from 0 to 2^32 - 1.
 * @throws {RangeError} If the spacing given does not suit the image.
 */
export async function readLabels(
  path: string,
  spacing_um?: GivenSpacing,
): Promise<Image<Uint32Array>> {
  return labelsOf(await readImage(path, spacing_um), path);
}

/**
 * Writes an image as `.nii`, `.nii.gz`, `.tif`, `.tiff` or (slices of 8 or 16
 * bits) `.png`, whole or not at all.
 *
 * @param path Where to; its ending names the format.
 * @param image A volume or a slice.
 * @throws {DataError} If the ending names no format that can hold the image, or
 * the place cannot be written.
 */
export async function writeImage(path: string, image: Image): Promise<void> {
  switch (formatOf(path)) {
    case "nifti":
      return await writeNifti(path, image);
    case "tiff":
      return await writeTiff(path, image);
    case "png":
      if (isGreySlice(image)) return await writePng(path, image);
      throw new DataError(
        "Cannot write the image as PNG must hold slices of 8 or 16 bits without sign: write it as .nii.gz or .tif",
        { file: path },
      );
    default:
      throw unknownFormat("write", path);
  }
}

/**
 * Writes labels of particles as `.nii`, `.nii.gz`, `.tif` or `.tiff`, whole or
 * not at all: with 16 bits if all labels fit, else with 32.
 *
 * @param path Where to; its ending names the format.
 * @param labels 0 for the background.
 * @throws {DataError} If the ending names no such format, or the place cannot be
 * written.
 *
 * @example Labels of a slice
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { readLabels, writeLabels } from "./image_file.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".tif" });
 * const labels = createSlice(Uint32Array.of(0, 1, 1, 2), [2, 2], [0.07, 0.07]);
 * await writeLabels(path, labels);
 * assert.deepEqual(await readLabels(path), labels);
 * await Deno.remove(path);
 * ```
 */
export async function writeLabels(
  path: string,
  labels: Image<Uint32Array>,
): Promise<void> {
  assertLabelsName(path);
  const { data } = labels;
  let fits = true;
  for (let i = 0; fits && i < data.length; i++) {
    fits = data[i]! <= LARGEST_UINT16;
  }
  await writeImage(
    path,
    fits ? onGridOf(labels, new Uint16Array(data)) : labels,
  );
}

/**
 * Throws unless {@linkcode writeLabels} knows the format, so that long work is
 * not done for a name that cannot be written. PNG is none, as it would lose the
 * spacing.
 *
 * @param path Where labels are to go.
 * @throws {DataError} If its ending names no format for labels.
 */
export function assertLabelsName(path: string): void {
  const format = formatOf(path);
  if (format === "nifti" || format === "tiff") return;
  throw new DataError(
    "Cannot write labels as the name of their file must end in .nii, .nii.gz, .tif or .tiff",
    { file: path },
  );
}

function formatOf(path: string): "nifti" | "tiff" | "png" | undefined {
  if (/\.nii(\.gz)?$/i.test(path)) return "nifti";
  if (/\.tiff?$/i.test(path)) return "tiff";
  if (/\.png$/i.test(path)) return "png";
  return undefined;
}

function isGreySlice(image: Image): image is Slice<Uint8Array | Uint16Array> {
  return !isVolume(image) &&
    (image.data instanceof Uint8Array || image.data instanceof Uint16Array);
}

function unknownFormat(verb: "read" | "write", file: string): DataError {
  return new DataError(
    `Cannot ${verb} the image as its name must end in .nii, .nii.gz, .tif, .tiff or .png`,
    { file },
  );
}
