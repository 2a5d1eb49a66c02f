/** Identification of particles in images, and scores. */
export * from "./matching.ts";
export * from "./watershed_segmentation.ts";
