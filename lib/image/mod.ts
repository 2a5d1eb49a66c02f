/** Filters, transforms and measurements of images in 3-D and 2-D. */
export * from "./bin.ts";
export * from "./border.ts";
export * from "./components.ts";
export * from "./distance.ts";
export * from "./fill.ts";
export * from "./gaussian.ts";
export * from "./label_statistics.ts";
export * from "./labels.ts";
export * from "./median.ts";
export * from "./morphology.ts";
export * from "./peaks.ts";
export type { FilterOptions } from "./ranges.ts";
export * from "./resample.ts";
export * from "./threshold.ts";
export * from "./watershed.ts";
