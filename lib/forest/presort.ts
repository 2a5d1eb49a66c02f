/** Samples in the order of each attribute and of the target, made once per forest. */
import { shared } from "../core/mod.ts";
import { featureColumn, type Features } from "./features.ts";

/** Training samples with their orders; all arrays lie in memory that workers share. */
export interface TrainingSet {
  /** Number of samples. */
  readonly rows: number;
  /** Number of attributes. */
  readonly attributes: number;
  /** Value of attribute `f` for sample `i` at `f * rows + i`. */
  readonly values: Float32Array;
  /** What is learnt, one value per sample. */
  readonly target: Float64Array;
  /** Weight of each sample before the bootstrap. */
  readonly weight: Float64Array;
  /** Sample at place `k` in the order of attribute `f` at `f * rows + k`. */
  readonly order: Int32Array;
  /** Place of sample `i` in the order of attribute `f` at `f * rows + i`. */
  readonly place: Int32Array;
  /** Values of attribute `f` in its order, at `f * rows + k`. */
  readonly sorted: Float32Array;
  /** Samples of positive weight, by index. */
  readonly present: Int32Array;
  /** Samples in the order of the target. */
  readonly byTarget: Int32Array;
}

/**
 * Sorts the samples by each attribute and by the target.
 *
 * @param features Attributes.
 * @param target One value per sample.
 * @param weight One weight per sample.
 */
export function presort(
  features: Features,
  target: ArrayLike<number>,
  weight: ArrayLike<number>,
): TrainingSet {
  const { rows, values } = features, attributes = features.ids.length;
  let count = 0;
  for (let i = 0; i < rows; i++) if (weight[i]! > 0) count++;
  const set: TrainingSet = {
    rows,
    attributes,
    values,
    target: shared(Float64Array, rows),
    weight: shared(Float64Array, rows),
    order: shared(Int32Array, attributes * rows),
    place: shared(Int32Array, attributes * rows),
    sorted: shared(Float32Array, attributes * rows),
    present: shared(Int32Array, count),
    byTarget: shared(Int32Array, rows),
  };
  set.target.set(target);
  set.weight.set(weight);
  for (let i = 0, k = 0; i < rows; i++) {
    set.byTarget[i] = i;
    if (weight[i]! > 0) set.present[k++] = i;
  }
  set.byTarget.sort((a, b) => set.target[a]! - set.target[b]! || a - b);
  const scratch = new Int32Array(rows);
  for (let f = 0; f < attributes; f++) {
    const first = f * rows;
    const order = set.order.subarray(first, first + rows);
    sortByValue(featureColumn(features, f), order, scratch);
    for (let k = 0; k < rows; k++) {
      set.place[first + order[k]!] = k;
      set.sorted[first + k] = values[first + order[k]!]!;
    }
  }
  return set;
}

/** Indices in the order of single-precision values: radix sort, equal values by index. */
function sortByValue(
  values: Float32Array,
  order: Int32Array,
  scratch: Int32Array,
): void {
  const n = values.length;
  const keys = new Uint32Array(n), bits = new Uint32Array(1);
  const asFloat = new Float32Array(bits.buffer);
  for (let i = 0; i < n; i++) {
    asFloat[0] = values[i]! + 0; // makes -0 equal to 0
    const word = bits[0]!;
    // Order of the bits becomes the order of the values.
    keys[i] = word >>> 31 ? ~word : word | 0x80000000;
    order[i] = i;
  }
  let from = order, to = scratch;
  for (const shift of [0, 11, 22]) {
    const start = new Uint32Array(2049);
    for (let i = 0; i < n; i++) start[(keys[i]! >>> shift & 2047) + 1]!++;
    for (let d = 0; d < 2048; d++) start[d + 1]! += start[d]!;
    for (let i = 0; i < n; i++) {
      const sample = from[i]!;
      to[start[keys[sample]! >>> shift & 2047]!++] = sample;
    }
    [from, to] = [to, from];
  }
  order.set(from);
}
