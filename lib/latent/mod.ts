/** Latent dimensions of the attributes, and how they are correlated. */
export * from "./analysis.ts";
export * from "./autoencoder.ts";
export { type Backend, tensorCount } from "../tensor/mod.ts";
export * from "./components.ts";
export * from "./connections.ts";
export * from "./report.ts";
export * from "./space.ts";
export * from "./stability.ts";
export * from "./standardise.ts";
