/** Figures: theme, palette, drawing, panels and their registry. */
export * from "./export.ts";
export * from "./palette.ts";
export * from "./panel.ts";
export * from "./render.ts";
export * from "./theme.ts";
