/** Identification of particles in images, and scores. */
export * from "./matching.ts";
export * from "./star_network.ts";
export * from "./star_rays.ts";
export * from "./star_training.ts";
export * from "./training_set.ts";
export * from "./watershed_segmentation.ts";
