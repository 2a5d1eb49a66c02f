/** Filters, transforms and measurements of images in 3-D and 2-D. */
export * from "./components.ts";
export * from "./distance.ts";
export type { FilterOptions } from "./ranges.ts";
export * from "./threshold.ts";
export * from "./watershed.ts";
