/** Correlation, multiple testing, resampling and the distributions behind them. */
export * from "./assignment.ts";
export * from "./bootstrap.ts";
export * from "./correlation.ts";
export * from "./descriptive.ts";
export * from "./distributions.ts";
export * from "./multiple_testing.ts";
export * from "./procrustes.ts";
export * from "./regression.ts";
