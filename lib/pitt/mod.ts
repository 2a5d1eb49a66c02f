/** Single-particle potentiostatic titration: model, fits, size dependence, audits. */
export * from "./audit.ts";
export * from "./batch.ts";
export * from "./coin_cell.ts";
export * from "./design.ts";
export * from "./diagnostics.ts";
export * from "./effective_radius.ts";
export * from "./fit.ts";
export * from "./kinetics.ts";
export * from "./particles.ts";
export { publishedRelativeCurrent } from "./published.ts";
export * from "./raw_times.ts";
export {
  type Interval,
  type Region,
  regionContains,
  type StandardErrors,
} from "./region.ts";
export * from "./sem.ts";
export * from "./size.ts";
export { erfc, erfcx } from "./special.ts";
export {
  chargeFraction,
  eigenvalues,
  relativeCurrent,
  relativeCurrents,
} from "./sphere.ts";
export * from "./steps.ts";
export {
  createTrace,
  noiseOf,
  type Sampling,
  type Trace,
  windowCharge_C,
} from "./trace.ts";
