/** Neighbour search, packings and surfaces. */
export * from "./delaunay.ts";
export * from "./neighbours.ts";
export * from "./packing.ts";
export * from "./star_surface.ts";
export * from "./tensor.ts";
