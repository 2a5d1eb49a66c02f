/** Images on a regular grid: grey levels, masks and labels in 3-D and 2-D. */

/** Typed arrays that may hold the voxels of an image. */
export type VoxelArray =
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Float32Array;

/** Three numbers in the order of the axes: z (depth), y, x. */
export type ZYX = readonly [z: number, y: number, x: number];

/** Two numbers in the order of the axes of a slice: y (rows), x (columns). */
export type YX = readonly [y: number, x: number];

/**
 * A 3-D image.
 *
 * Voxel `[z, y, x]` stands at `data[(z * shape[1] + y) * shape[2] + x]`; z is
 * the depth, 0 at the separator side of the electrode.
 */
export interface Volume<T extends VoxelArray = VoxelArray> {
  /** Values in the order z, y, x; x runs fastest. */
  readonly data: T;
  /** Number of voxels along z, y, x. */
  readonly shape: ZYX;
  /** Distance of voxel centres along z, y, x in micrometres. */
  readonly spacing_um: ZYX;
}

/** A 2-D image; pixel `[y, x]` stands at `data[y * shape[1] + x]`. */
export interface Slice<T extends VoxelArray = VoxelArray> {
  /** Values in the order y, x; x runs fastest. */
  readonly data: T;
  /** Number of pixels along y, x. */
  readonly shape: YX;
  /** Distance of pixel centres along y, x in micrometres. */
  readonly spacing_um: YX;
}

/** A volume or a slice. */
export type Image<T extends VoxelArray = VoxelArray> = Volume<T> | Slice<T>;

/** An image on the grid of `I` with values of type `T`. */
export type OnGridOf<I extends Image, T extends VoxelArray> = I extends Volume
  ? Volume<T>
  : Slice<T>;

/**
 * Particles of a volume: 0 is background, every other value is one particle,
 * its cracks and voids included.
 */
export type Labels = Volume<Uint32Array>;

/** Particles of a slice, as {@linkcode Labels}. */
export type SliceLabels = Slice<Uint32Array>;

/**
 * The grid of an image as three axes; a slice counts as one layer, so that one
 * piece of code serves both.
 */
export interface Grid {
  /** Number of layers, rows and columns. */
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  /** Number of voxels. */
  readonly size: number;
  /** Spacing along z, y, x in micrometres; along z it is 1 for a slice, where nothing may depend on it. */
  readonly spacing_um: ZYX;
}

/**
 * A volume from its values, shape and spacing.
 *
 * The values are not copied.
 *
 * @param data Values in the order z, y, x.
 * @param shape Number of voxels along z, y, x.
 * @param spacing_um Distance of voxel centres along z, y, x in micrometres.
 * @throws {RangeError} If a length is not a positive whole number, a spacing is
 * not positive and finite, or the number of values is not that of the shape.
 *
 * @example A column of three voxels, 0.2 um deep each
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "./volume.ts";
 *
 * const column = createVolume(Uint8Array.of(1, 2, 3), [3, 1, 1], [0.2, 0.1, 0.1]);
 * assert.equal(column.data[2], 3);
 * ```
 */
export function createVolume<T extends VoxelArray>(
  data: T,
  shape: ZYX,
  spacing_um: ZYX,
): Volume<T> {
  assertGrid(data.length, shape, spacing_um, 3);
  return { data, shape, spacing_um };
}

/**
 * A slice from its values, shape and spacing; see {@linkcode createVolume}.
 *
 * @param data Values in the order y, x.
 * @param shape Number of pixels along y, x.
 * @param spacing_um Distance of pixel centres along y, x in micrometres.
 * @throws {RangeError} As {@linkcode createVolume}.
 */
export function createSlice<T extends VoxelArray>(
  data: T,
  shape: YX,
  spacing_um: YX,
): Slice<T> {
  assertGrid(data.length, shape, spacing_um, 2);
  return { data, shape, spacing_um };
}

/** Whether an image is a volume (three axes) and not a slice. */
export function isVolume<T extends VoxelArray>(
  image: Image<T>,
): image is Volume<T> {
  return image.shape.length === 3;
}

/** The grid of an image as three axes. */
export function gridOf(image: Image): Grid {
  const [depth, height, width] = isVolume(image)
    ? image.shape
    : [1, ...image.shape] as const;
  const spacing_um: ZYX = isVolume(image)
    ? image.spacing_um
    : [1, ...image.spacing_um];
  return { depth, height, width, size: depth * height * width, spacing_um };
}

/**
 * Other values on the grid of an image.
 *
 * @param image Gives shape and spacing.
 * @param data As many values as the image has.
 * @throws {RangeError} If the number of values differs.
 */
export function onGridOf<I extends Image, T extends VoxelArray>(
  image: I,
  data: T,
): OnGridOf<I, T> {
  if (data.length !== image.data.length) {
    throw new RangeError(
      `Cannot put values on the grid as there must be ${image.data.length}: current value is ${data.length}`,
    );
  }
  return {
    data,
    shape: image.shape,
    spacing_um: image.spacing_um,
  } as unknown as OnGridOf<I, T>;
}

/**
 * One slice of a volume, copied.
 *
 * @param volume The volume.
 * @param axis Axis across which the slice is cut: `"z"` gives rows y and
 * columns x, `"y"` gives z and x, `"x"` gives z and y.
 * @param index Voxel index along the axis.
 * @throws {RangeError} If the index is outside the volume.
 *
 * @example The second layer
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume, sliceOf } from "./volume.ts";
 *
 * const volume = createVolume(Uint8Array.of(1, 2, 3, 4), [2, 1, 2], [1, 1, 1]);
 * assert.deepEqual([...sliceOf(volume, "z", 1).data], [3, 4]);
 * ```
 */
export function sliceOf<T extends VoxelArray>(
  volume: Volume<T>,
  axis: "z" | "y" | "x",
  index: number,
): Slice<T> {
  const [depth, height, width] = volume.shape;
  const [dz, dy, dx] = volume.spacing_um;
  const length = { z: depth, y: height, x: width }[axis];
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(
      `Cannot cut a slice as its index along ${axis} must be a whole number from 0 to ${
        length - 1
      }: current value is ${index}`,
    );
  }
  if (axis === "z") {
    const layer = height * width;
    const data = volume.data.slice(index * layer, (index + 1) * layer) as T;
    return createSlice(data, [height, width], [dy, dx]);
  }
  const columns = axis === "y" ? width : height;
  const step = axis === "y" ? 1 : width;
  const first = axis === "y" ? index * width : index;
  const data = new (volume.data.constructor as new (n: number) => T)(
    depth * columns,
  );
  for (let z = 0, to = 0; z < depth; z++) {
    for (let c = 0, from = z * height * width + first; c < columns; c++) {
      data[to++] = volume.data[from]!;
      from += step;
    }
  }
  return createSlice(data, [depth, columns], [dz, axis === "y" ? dx : dy]);
}

/**
 * Throws unless two images share their grid.
 *
 * @param a Image named first in the message.
 * @param b Image named second.
 * @param names What the images are, for the message.
 * @throws {RangeError} If shape or spacing differ (spacing by more than 1 in 1e4,
 * since files hold it in single precision).
 */
export function assertSameGrid(
  a: Image,
  b: Image,
  names: readonly [string, string],
): void {
  if (a.shape.join() !== b.shape.join()) {
    throw new RangeError(
      `Cannot use ${names[0]} with ${
        names[1]
      } as their shapes must be the same: current values are [${
        a.shape.join(", ")
      }] and [${b.shape.join(", ")}]`,
    );
  }
  const differs = a.spacing_um.some((s, i) =>
    Math.abs(s - b.spacing_um[i]!) > 1e-4 * s
  );
  if (differs) {
    throw new RangeError(
      `Cannot use ${names[0]} with ${
        names[1]
      } as their spacings must be the same: current values are [${
        a.spacing_um.join(", ")
      }] and [${b.spacing_um.join(", ")}] um`,
    );
  }
}

function assertGrid(
  count: number,
  shape: readonly number[],
  spacing_um: readonly number[],
  axes: 2 | 3,
): void {
  const what = axes === 3 ? "volume" : "slice";
  if (
    shape.length !== axes ||
    shape.some((length) => !Number.isInteger(length) || length < 1)
  ) {
    throw new RangeError(
      `Cannot create a ${what} as its shape must be ${axes} positive whole numbers: current value is [${
        shape.join(", ")
      }]`,
    );
  }
  if (
    spacing_um.length !== axes ||
    spacing_um.some((s) => !Number.isFinite(s) || s <= 0)
  ) {
    throw new RangeError(
      `Cannot create a ${what} as its spacing must be ${axes} positive numbers in micrometres: current value is [${
        spacing_um.join(", ")
      }]`,
    );
  }
  const expected = shape.reduce((product, length) => product * length, 1);
  if (count !== expected) {
    throw new RangeError(
      `Cannot create a ${what} of shape [${
        shape.join(", ")
      }] as it must have ${expected} values: current value is ${count}`,
    );
  }
}
