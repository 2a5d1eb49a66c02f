/** Regression forests, Shapley values and contribution scores. */
export * from "./claims.ts";
export {
  type ContributionRun,
  contributionRuns,
  contributionScores,
  type Electrode,
  figureOrder,
  groupShares,
  publishedSettings,
  type RunKind,
  type RunOptions,
  scoreDifferences,
  scoreSpread,
  type Spread,
  spreadOf,
} from "./contribution_scores.ts";
export {
  blockFolds,
  blocks,
  crossValidate,
  type CrossValidation,
  nestedCrossValidate,
  type NestedCrossValidation,
  randomFolds,
  shuffleTarget,
} from "./cross_validation.ts";
export {
  createFeatures,
  featureColumn,
  type Features,
  featuresOf,
  selectRows,
  selectValues,
} from "./features.ts";
export * from "./forest_json.ts";
export type { TreeSettings } from "./grow.ts";
export * from "./importance.ts";
export * from "./independent_forest.ts";
export {
  leakAudit,
  type LeakAuditEntry,
  withoutAttributes,
} from "./leak_audit.ts";
export * from "./missing.ts";
export {
  type ForestSettings,
  type OutOfBag,
  r2Score,
  type TrainedForest,
  trainForest,
  trainForestInWorkers,
} from "./random_forest.ts";
export * from "./samples.ts";
export {
  type DifferenceInterval,
  differenceIntervals,
  type IntervalOptions,
  type ShadowFloor,
  shadowFloor,
} from "./score_intervals.ts";
export type { Criterion } from "./split.ts";
export * from "./tree.ts";
export * from "./tree_shap.ts";
