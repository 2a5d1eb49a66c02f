/** Readers that validate and writers that write whole files. */
export * from "./csv.ts";
export * from "./image_file.ts";
export * from "./nifti.ts";
export * from "./png.ts";
export type { GivenSpacing, Spacing } from "./spacing.ts";
export * from "./tiff.ts";
export * from "./tiff_writer.ts";
export * from "./potentiostat.ts";
export * from "./safetensors.ts";
