/** Notebooks: what they show, their execution and their checks. */
export * from "./checker.ts";
export * from "./execute.ts";
export * from "./find.ts";
export * from "./kernel.ts";
export * from "./lab.ts";
export * from "./notebook.ts";
export * from "./runner.ts";
export * from "./settings.ts";
export * from "./show.ts";
