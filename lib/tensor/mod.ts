/** What networks share: the backend of the tensor library, gradients it lacks, the optimiser. */
export * from "./adam.ts";
export * from "./backend.ts";
export * from "./convolution_gradients.ts";
