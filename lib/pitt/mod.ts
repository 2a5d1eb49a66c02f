/** Single-particle potentiostatic titration: model, fits, size dependence, audits. */
export * from "./kinetics.ts";
export * from "./published.ts";
export { erfc, erfcx } from "./special.ts";
export {
  chargeFraction,
  eigenvalues,
  exactCurrent,
  relativeCurrent,
} from "./sphere.ts";
