import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { Random } from "@cathode/core/mod.ts";
import {
  registerConvolutionGradients,
  tensorCount,
  useBackend,
} from "@cathode/tensor/mod.ts";

type Shape4D = [number, number, number, number];

/** Gradients of a weighted sum of a convolution's output by input and filter. */
function gradients(
  shape: Shape4D,
  filterShape: Shape4D,
  stride = 1,
): Float32Array[] {
  const random = new Random(1, ...shape, ...filterShape);
  const normal = (shape: readonly number[]) =>
    tf.tensor(
      Float32Array.from(
        { length: shape.reduce((a, b) => a * b) },
        () => random.normal(),
      ),
      [...shape],
    );
  const input = normal(shape), filter = normal(filterShape);
  const weight = normal([...shape.slice(0, 3), filterShape[3]]);
  const found = tf.grads((x, f) => {
    const output = tf.conv2d(
      x as tf.Tensor4D,
      f as tf.Tensor4D,
      stride,
      "same",
    );
    return tf.sum(stride === 1 ? tf.mul(output, weight) : output);
  })([input, filter]);
  const values = found.map((t) => t.dataSync().slice() as Float32Array);
  tf.dispose([input, filter, weight, ...found]);
  return values;
}

Deno.test("registerConvolutionGradients() gives the gradients of the plain JavaScript backend", async () => {
  const cases: [Shape4D, Shape4D][] = [
    [[2, 8, 6, 3], [3, 3, 3, 5]],
    [[1, 5, 7, 1], [3, 3, 1, 4]],
    [[3, 4, 4, 6], [1, 1, 6, 2]],
    [[2, 6, 9, 2], [5, 3, 2, 3]],
  ];
  await useBackend("cpu");
  const expected = cases.map(([shape, filter]) => gradients(shape, filter));
  assert.equal(await useBackend("wasm"), "wasm");
  registerConvolutionGradients();
  registerConvolutionGradients();
  const before = tensorCount();
  for (const [i, [shape, filter]] of cases.entries()) {
    for (const [j, found] of gradients(shape, filter).entries()) {
      found.forEach((value, k) => {
        const difference = Math.abs(value - expected[i]![j]![k]!);
        assert.ok(difference < 1e-4, `case ${i}, gradient ${j}: ${difference}`);
      });
    }
  }
  assert.equal(tensorCount(), before);
});

Deno.test("registerConvolutionGradients() refuses convolutions with a stride", async () => {
  await useBackend("wasm");
  registerConvolutionGradients();
  assert.throws(
    () => gradients([1, 4, 4, 1], [3, 3, 1, 1], 2),
    /^RangeError: Cannot take the gradient .* stride 1.*: current values are \[2(, 2)?\]/,
  );
});
