/** Voxel spacing: from the file or from the caller, never a guess. */
import { DataError, type YX, type ZYX } from "../core/mod.ts";

/** Spacing of a volume (z, y, x) or of a slice (y, x) in micrometres. */
export type Spacing = ZYX | YX;

/**
 * Spacing that the caller of a reader gives, or `unused` if nothing is made of
 * it: where the file states none, it is then 1 along each axis.
 */
export type GivenSpacing = Spacing | "unused";

/**
 * The spacing of an image that is being read.
 *
 * What the caller gives goes before what the file says, since headers are often
 * wrong and a caller who gives a spacing means it.
 *
 * @param file Path, for the errors.
 * @param shape Shape of the image.
 * @param stated_um Spacing in the file, if it states one.
 * @param given_um Spacing from the caller, if any.
 * @throws {DataError} If neither is there; the message says how to give it.
 * @throws {RangeError} If the caller's is not one positive number per axis.
 */
export function resolveSpacing<S extends Spacing>(
  file: string,
  shape: S,
  stated_um: S | undefined,
  given_um: GivenSpacing | undefined,
): S {
  const axes = shape.length === 3 ? "z,y,x" : "y,x";
  if (given_um === "unused") {
    return stated_um ?? (shape.map(() => 1) as unknown as S);
  }
  if (given_um === undefined) {
    if (stated_um !== undefined) return stated_um;
    throw new DataError(
      `Cannot read the image as its voxel spacing must be known and the file does not state it: give it in micrometres with --spacing ${axes}`,
      { file },
    );
  }
  if (
    given_um.length !== shape.length ||
    given_um.some((s) => !Number.isFinite(s) || s <= 0)
  ) {
    throw new RangeError(
      `Cannot use the spacing as an image of shape [${
        shape.join(", ")
      }] must have ${shape.length} positive numbers ${axes} in micrometres: current value is ${
        given_um.join(",")
      }`,
    );
  }
  return given_um as S;
}

/**
 * A length in micrometres as its author wrote it: without the digits that the
 * file's limited precision adds (0.07, not 0.07000000029802322).
 *
 * @param value Length in the file's unit.
 * @param unit_um The file's unit in micrometres.
 */
export function tidyLength(value: number, unit_um: number): number {
  return Number((Number(value.toPrecision(7)) * unit_um).toPrecision(7));
}
