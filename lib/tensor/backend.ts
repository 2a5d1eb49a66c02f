/** The tensor library and the backend that it computes with. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";

/** Where tensors are computed: compiled WebAssembly, or plain JavaScript. */
export type Backend = "wasm" | "cpu";

/**
 * Chooses the backend; WebAssembly gives way to JavaScript where it does not
 * start.
 *
 * @param backend What is wanted.
 * @returns What is used.
 */
export async function useBackend(backend: Backend): Promise<Backend> {
  if (backend === "wasm" && await tf.setBackend("wasm")) return "wasm";
  await tf.setBackend("cpu");
  return "cpu";
}

/** Number of tensors in memory; the same before and after a training. */
export function tensorCount(): number {
  return tf.memory().numTensors;
}
