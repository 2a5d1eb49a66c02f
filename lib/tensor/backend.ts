/** The tensor library and the backend that it computes with. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";

/** Where tensors are computed: compiled WebAssembly, or plain JavaScript. */
export type Backend = "wasm" | "cpu";

let current: Promise<Backend | undefined> = Promise.resolve(undefined);

/**
 * Chooses the backend; WebAssembly gives way to JavaScript where it does not
 * start.
 *
 * @param backend What is wanted.
 * @returns What is used.
 */
export function useBackend(backend: Backend): Promise<Backend> {
  // One after the other, since the library is not ready while it changes.
  const next = current.then(async (now): Promise<Backend> => {
    if (now === backend) return now;
    if (backend === "wasm" && await tf.setBackend("wasm")) return "wasm";
    await tf.setBackend("cpu");
    return "cpu";
  });
  current = next;
  return next;
}

/** Number of tensors in memory; the same before and after a training. */
export function tensorCount(): number {
  return tf.memory().numTensors;
}
