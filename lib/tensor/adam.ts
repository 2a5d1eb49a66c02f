/** Stochastic gradient descent with adaptive steps. */

/**
 * One step of Adam, in place.
 *
 * Source: D. P. Kingma and J. Ba, ICLR 2015, arXiv:1412.6980, with the
 * constants given there.
 *
 * @param weights What is changed.
 * @param gradient Gradient of the loss.
 * @param state Running means of the gradient and of its square; changed too.
 * @param rate Length of the step.
 */
export function adamStep(
  weights: Float64Array,
  gradient: ArrayLike<number>,
  state: AdamState,
  rate: number,
): void {
  const { first, second } = state;
  const step = ++state.steps;
  const bias1 = 1 - 0.9 ** step, bias2 = 1 - 0.999 ** step;
  for (let k = 0; k < weights.length; k++) {
    const g = gradient[k]!;
    first[k] = 0.9 * first[k]! + 0.1 * g;
    second[k] = 0.999 * second[k]! + 0.001 * g * g;
    weights[k]! -= rate * first[k]! / bias1 /
      (Math.sqrt(second[k]! / bias2) + 1e-8);
  }
}

/** What {@linkcode adamStep} remembers. */
export interface AdamState {
  steps: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** State before the first step for so many weights. */
export function adamState(count: number): AdamState {
  return {
    steps: 0,
    first: new Float64Array(count),
    second: new Float64Array(count),
  };
}
