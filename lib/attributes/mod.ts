/** The 24 attributes of a particle and its damage. */
export * from "./attribute_table.ts";
export * from "./cracks.ts";
export * from "./measure.ts";
export * from "./registry.ts";
