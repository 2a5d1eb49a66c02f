/** Regression forests, Shapley values and contribution scores. */
export * from "./features.ts";
export * from "./forest_json.ts";
export type { TreeSettings } from "./grow.ts";
export * from "./random_forest.ts";
export type { Criterion } from "./split.ts";
export * from "./tree.ts";
export * from "./tree_shap.ts";
