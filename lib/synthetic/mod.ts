/** Synthetic data with known truth. */
export * from "./attribute_table.ts";
export {
  type Cycles,
  type DamageLaw,
  damageLaws,
  lawfulDamage,
} from "./damage_law.ts";
export * from "./electrode.ts";
export * from "./electrode_parameters.ts";
export type { Appearance } from "./electrode_grey.ts";
export * from "./heterogeneity.ts";
export * from "./heterogeneity_grain.ts";
export * from "./leak_table.ts";
export * from "./pitt.ts";
export * from "./pitt_images.ts";
export * from "./training_slices.ts";
