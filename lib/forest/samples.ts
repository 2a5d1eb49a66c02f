/** What a forest learns from. */
import { type Features, selectRows, selectValues } from "./features.ts";

/** Attributes and what is to be predicted from them. */
export interface Samples {
  readonly features: Features;
  /** What is to be predicted, one value per sample. */
  readonly target: Float64Array;
  /** Weight of each sample; 1 by default. Samples of weight 0 take no part. */
  readonly weight?: Float64Array;
}

/**
 * Some samples, in a given order.
 *
 * @param samples All of them.
 * @param rows Which to take, counted from 0; repeats are allowed.
 */
export function selectSamples(
  { features, target, weight }: Samples,
  rows: ArrayLike<number>,
): Samples {
  return {
    features: selectRows(features, rows),
    target: selectValues(target, rows),
    ...(weight && { weight: selectValues(weight, rows) }),
  };
}
