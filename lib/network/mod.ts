/** Finite elements of reaction, stress and debonding in a network of particles. */
export * from "./condensed.ts";
export * from "./cycling.ts";
export * from "./dense.ts";
export * from "./elements.ts";
export * from "./fields.ts";
export * from "./interface_laws.ts";
export * from "./krylov.ts";
export * from "./ldl.ts";
export * from "./material.ts";
export * from "./mesh.ts";
export * from "./model.ts";
export * from "./monolithic.ts";
export * from "./ordering.ts";
export * from "./parameter_files.ts";
export * from "./parameters.ts";
export * from "./reduced.ts";
export {
  concentrationSpread,
  type CycleSummary,
  damageSpread,
  type FieldsAt,
  type NetworkRun,
  type ParticleCourse,
  type Phase,
  summariseCycles,
} from "./run.ts";
export * from "./run_files.ts";
export * from "./scan.ts";
export * from "./sparse.ts";
export * from "./sparse_lu.ts";
export * from "./state.ts";
