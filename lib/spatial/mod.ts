/** Damage in space, and how far a sample stands for an electrode. */
export * from "./clusters.ts";
export * from "./depth.ts";
export * from "./distances.ts";
export * from "./pair_correlation.ts";
export * from "./points.ts";
export * from "./representative.ts";
export * from "./sections.ts";
export * from "./severe.ts";
export * from "./surface_view.ts";
export * from "./variance_components.ts";
