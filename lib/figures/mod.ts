/** Figures: theme, palette, drawing, panels and their registry. */
export * from "./charts.ts";
export * from "./electrode_view.ts";
export * from "./export.ts";
export * from "./figure_table.ts";
export { type FontWeight, textWidth } from "./fonts.ts";
export * from "./overview.ts";
export * from "./palette.ts";
export * from "./panel.ts";
export * from "./panels.ts";
export { encodePng, type Raster } from "./png.ts";
export * from "./raster.ts";
export * from "./render.ts";
export * from "./science_fig1.ts";
export { syntheticStamp } from "./stamp.ts";
export * from "./theme.ts";
export * from "./volume_view.ts";
