/** Identification of particles in images, their damage, and scores. */
export * from "./damage.ts";
export * from "./matching.ts";
export * from "./watershed_segmentation.ts";
