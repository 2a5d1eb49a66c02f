/** Identification of particles in images, and scores. */
export * from "./blocks.ts";
export * from "./marked_labels.ts";
export * from "./matching.ts";
export * from "./refine.ts";
export * from "./star_checkpoint.ts";
export * from "./star_model.ts";
export * from "./star_network.ts";
export * from "./star_polygons.ts";
export * from "./star_prediction.ts";
export * from "./star_rays.ts";
export * from "./star_segmentation.ts";
export * from "./star_training.ts";
export * from "./standardise.ts";
export * from "./training_set.ts";
export * from "./volume_segmentation.ts";
export * from "./volume_survey.ts";
export * from "./watershed_segmentation.ts";
