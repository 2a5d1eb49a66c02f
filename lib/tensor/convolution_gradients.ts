/** Gradients of convolutions that the WebAssembly backend of TensorFlow.js 4.22 lacks. */
import * as tf from "@tensorflow/tfjs";

/**
 * Teaches the WebAssembly backend the gradients of a convolution, without
 * which no network with convolutions can be trained on it.
 *
 * Both are convolutions again, which the backend does well: the gradient by the
 * filter is that of the input with the gradient of the output (five times
 * faster than one matrix product per filter position), the gradient by the
 * input that of the gradient of the output with the filter reversed and
 * transposed (the backend's own is a plain loop). Only convolutions of stride 1, without dilation and with `"same"`
 * padding by odd filters are covered; others throw a RangeError when their
 * gradient is asked for. Calling it again changes nothing.
 *
 * @example The gradient of a sum of products is the input
 * ```ts
 * import assert from "node:assert/strict";
 * import * as tf from "@tensorflow/tfjs";
 * import { useBackend } from "./backend.ts";
 * import { registerConvolutionGradients } from "./convolution_gradients.ts";
 *
 * await useBackend("wasm");
 * registerConvolutionGradients();
 * const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
 * const gradient = tf.grad((filter) => tf.conv2d(image, filter as tf.Tensor4D, 1, "same"));
 * assert.deepEqual([...gradient(tf.ones([1, 1, 1, 1])).dataSync()], [10]);
 * ```
 */
export function registerConvolutionGradients(): void {
  if (registered) return;
  registered = true;
  replaceKernel("Conv2DBackpropFilter", byFilter);
  replaceKernel("Conv2DBackpropInput", byInput);
}

let registered = false;

/** What the kernels need to know of a convolution. */
interface Convolution {
  strides: number | [number, number];
  pad: unknown;
  filterShape?: [number, number, number, number];
}

function replaceKernel(
  kernelName: string,
  kernel: (
    inputs: Record<string, tf.TensorInfo>,
    convolution: Convolution,
  ) => tf.Tensor,
): void {
  const backendName = "wasm";
  if (tf.getKernel(kernelName, backendName)) {
    tf.unregisterKernel(kernelName, backendName);
  }
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() =>
        kernel(
          inputs as unknown as Record<string, tf.TensorInfo>,
          attrs as unknown as Convolution,
        )
      ),
  });
}

function byFilter(
  inputs: Record<string, tf.TensorInfo>,
  convolution: Convolution,
): tf.Tensor {
  const filterShape = convolution.filterShape!;
  assertCovered(convolution, filterShape);
  const [top, left] = filterShape.map((length) => (length - 1) / 2);
  // Batch and channels change places, and the gradient of the output is the filter.
  const input = tf.transpose(asTensor<tf.Tensor4D>(inputs.x!), [3, 1, 2, 0]);
  const output = tf.transpose(asTensor<tf.Tensor4D>(inputs.dy!), [1, 2, 0, 3]);
  const padded = tf.pad(input, [
    [0, 0],
    [top!, top!],
    [left!, left!],
    [0, 0],
  ]);
  const gradient = tf.conv2d(padded as tf.Tensor4D, output, 1, "valid");
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

function byInput(
  inputs: Record<string, tf.TensorInfo>,
  convolution: Convolution,
): tf.Tensor {
  const filter = asTensor<tf.Tensor4D>(inputs.filter!);
  assertCovered(convolution, filter.shape);
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(
    asTensor<tf.Tensor4D>(inputs.dy!),
    turned as tf.Tensor4D,
    1,
    "same",
  );
}

function assertCovered(
  { strides, pad }: Convolution,
  [rows, columns]: readonly number[],
): void {
  const strided = [strides].flat().some((stride) => stride !== 1);
  const even = rows! % 2 === 0 || columns! % 2 === 0;
  if (strided || even || pad !== "same" && rows! * columns! > 1) {
    throw new RangeError(
      `Cannot take the gradient of the convolution as it must have stride 1, "same" padding and an odd filter: current values are [${
        [strides].flat().join(", ")
      }], ${JSON.stringify(pad)} and [${rows}, ${columns}]`,
    );
  }
}

function asTensor<T extends tf.Tensor>(info: tf.TensorInfo): T {
  return (info instanceof tf.Tensor
    ? info
    : tf.engine().makeTensorFromTensorInfo(info)) as T;
}
