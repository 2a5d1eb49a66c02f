/** Types and services that every other layer uses. */
export * from "./box.ts";
export * from "./errors.ts";
export * from "./files.ts";
export * from "./paths.ts";
export * from "./progress.ts";
export * from "./provenance.ts";
export * from "./random.ts";
export * from "./table.ts";
export * from "./tested_deno.ts";
export * from "./volume.ts";
export * from "./workers.ts";
