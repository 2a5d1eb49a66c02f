/** Search for the best split of a node. */
import type { Random } from "../core/mod.ts";
import type { TrainingSet } from "./presort.ts";

/** What a split makes less: the mean square around the mean, or the mean distance from the median. */
export type Criterion = "squared_error" | "absolute_error";

/** Samples of a node, and what a leaf of them would be. */
export interface NodeSamples {
  /** First sample in the list of the scratch. */
  readonly start: number;
  /** One past the last. */
  readonly end: number;
  /** Mean or median of the target. */
  readonly value: number;
  /** Sum of the weights. */
  readonly cover: number;
  /** Weighted sum of the squares around the mean, or of the distances from the median. */
  readonly error: number;
}

/** A split: samples whose attribute is at most the threshold go left. */
export interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** By how much the split makes the error less. */
  readonly gain: number;
}

/** What a split must keep to. */
export interface SplitRules {
  readonly criterion: Criterion;
  /** Fewest samples on a side. */
  readonly minSamplesLeaf: number;
  /** Number of attributes to try. */
  readonly maxFeatures: number;
}

/**
 * Memory that the nodes of one tree use in turn.
 *
 * Samples of the node at hand have places from 1 in the order of the target;
 * place 0 and the one past the last end the linked list of
 * {@linkcode errorsOfRest}.
 */
export interface Scratch {
  readonly set: TrainingSet;
  /** Weight of each sample in the tree. */
  readonly weight: Float64Array;
  /** Samples of all nodes; those of a node are neighbours, in the order of the target. */
  readonly samples: Int32Array;
  /** All attributes; those drawn for a node come to the front. */
  readonly attributes: Int32Array;
  /** Place of each sample in the node at hand, 0 for all others. */
  readonly place: Int32Array;
  /** By place: target less the value of the node (so that sums stay small), weight, their product. */
  readonly y: Float64Array;
  readonly w: Float64Array;
  readonly wy: Float64Array;
  /** Places in the order of an attribute from index 1, and its values there. */
  readonly sequence: Int32Array;
  readonly x: Float32Array;
  /** Ranks to be sorted. */
  readonly keys: Int32Array;
  /** Error of the rest once so many samples are taken from the end or the start of the sequence. */
  readonly withoutLast: Float64Array;
  readonly withoutFirst: Float64Array;
  /** Links of the samples that are left. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

/**
 * Scratch for a tree on the samples of positive weight.
 *
 * @param set Sorted samples.
 * @param weight Weight of each sample in the tree.
 */
export function createScratch(set: TrainingSet, weight: Float64Array): Scratch {
  const samples = withWeight(set.byTarget, weight);
  const size = samples.length + 2;
  return {
    set,
    weight,
    samples,
    attributes: Int32Array.from({ length: set.attributes }, (_, f) => f),
    place: new Int32Array(set.rows),
    y: new Float64Array(size),
    w: new Float64Array(size),
    wy: new Float64Array(size),
    sequence: new Int32Array(size),
    x: new Float32Array(size),
    keys: new Int32Array(size),
    withoutLast: new Float64Array(size),
    withoutFirst: new Float64Array(size),
    next: new Int32Array(size),
    previous: new Int32Array(size),
  };
}

/** The samples of positive weight, in the same order. */
function withWeight(samples: Int32Array, weight: Float64Array): Int32Array {
  const kept = new Int32Array(samples.length);
  let count = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    kept[count] = sample;
    if (weight[sample]! > 0) count++;
  }
  return kept.slice(0, count);
}

/** Values this close in single precision are one value (scikit-learn's FEATURE_THRESHOLD). */
const sameWithin = Math.fround(1e-7);

/** Gains closer than this share of the node's error differ by the rounding of sums only. */
export const rounding = 1e-12;

/**
 * Best split of a node among attributes drawn at random, or `undefined` if all
 * attributes are constant or every split leaves too few samples on a side.
 *
 * Of splits with equal gain the attribute tried first wins, then the smallest
 * threshold. Attributes are tried in the order drawn; if all are tried nothing
 * is drawn and the last comes first.
 *
 * @param scratch Memory of the tree.
 * @param node Samples.
 * @param rules What the split must keep to.
 * @param random Draws the attributes.
 */
export function findSplit(
  scratch: Scratch,
  node: NodeSamples,
  rules: SplitRules,
  random: Random,
): Split | undefined {
  enterNode(scratch, node);
  const { attributes, x } = scratch, count = node.end - node.start;
  let best: Split | undefined;
  // As in scikit-learn, constant attributes count as tried unless all were constant.
  for (
    let tried = 0, varying = 0;
    tried < attributes.length && (tried < rules.maxFeatures || varying === 0);
    tried++
  ) {
    const feature = rules.maxFeatures === attributes.length
      ? attributes.length - 1 - tried
      : draw(attributes, tried, random);
    sortBy(scratch, node, feature);
    if (isSame(x[1]!, x[count]!)) continue;
    varying++;
    best = rules.criterion === "absolute_error"
      ? absoluteSplit(scratch, node, feature, rules.minSamplesLeaf, best)
      : squaredSplit(scratch, node, feature, rules.minSamplesLeaf, best);
  }
  for (let i = node.start; i < node.end; i++) {
    scratch.place[scratch.samples[i]!] = 0;
  }
  return best;
}

/** One of the attributes from a place on, moved to that place. */
function draw(attributes: Int32Array, from: number, random: Random): number {
  const at = from + random.index(attributes.length - from);
  const drawn = attributes[at]!;
  attributes[at] = attributes[from]!;
  attributes[from] = drawn;
  return drawn;
}

function enterNode(scratch: Scratch, { start, end, value }: NodeSamples): void {
  const { samples, place, y, w, wy, weight, set: { target } } = scratch;
  for (let i = start, p = 1; i < end; i++, p++) {
    const sample = samples[i]!;
    place[sample] = p;
    w[p] = weight[sample]!;
    y[p] = target[sample]! - value;
    wy[p] = w[p]! * y[p]!;
  }
}

/** Puts the samples of a node into the order of an attribute. */
function sortBy(
  scratch: Scratch,
  { start, end }: NodeSamples,
  feature: number,
): void {
  const { samples, place, sequence, x, set } = scratch;
  const { rows, order, sorted } = set;
  const first = feature * rows, count = end - start;
  if (count * 8 > rows) {
    // Samples outside have place 0; the next one is written over them.
    for (let k = first, to = 1; to <= count; k++) {
      const p = place[order[k]!]!;
      sequence[to] = p;
      x[to] = sorted[k]!;
      to += -p >>> 31;
    }
    return;
  }
  const keys = scratch.keys.subarray(0, count);
  for (let i = 0; i < count; i++) {
    keys[i] = set.place[first + samples[start + i]!]!;
  }
  keys.sort();
  for (let i = 0; i < count; i++) {
    const k = first + keys[i]!;
    sequence[i + 1] = place[order[k]!]!;
    x[i + 1] = sorted[k]!;
  }
}

function squaredSplit(
  { sequence, x, w, wy }: Scratch,
  { start, end, cover, error }: NodeSamples,
  feature: number,
  minSamplesLeaf: number,
  best: Split | undefined,
): Split | undefined {
  const count = end - start, last = count - minSamplesLeaf;
  const tie = rounding * error;
  let limit = best === undefined ? -Infinity : best.gain + tie, at = 0;
  let leftCover = 0, leftSum = 0;
  for (let i = 1; i <= last; i++) {
    const p = sequence[i]!;
    leftCover += w[p]!;
    leftSum += wy[p]!;
    // Targets count from the mean: the sum on the right is that on the left, negative.
    const gain = leftSum * leftSum * cover / (leftCover * (cover - leftCover));
    if (gain > limit && i >= minSamplesLeaf && !isSame(x[i]!, x[i + 1]!)) {
      limit = gain + tie;
      at = i;
    }
  }
  if (at === 0) return best;
  return { feature, threshold: between(x[at]!, x[at + 1]!), gain: limit - tie };
}

function absoluteSplit(
  scratch: Scratch,
  { start, end, cover, error }: NodeSamples,
  feature: number,
  minSamplesLeaf: number,
  best: Split | undefined,
): Split | undefined {
  const { x, withoutFirst, withoutLast } = scratch, count = end - start;
  errorsOfRest(scratch, count, cover, false, withoutLast);
  errorsOfRest(scratch, count, cover, true, withoutFirst);
  const last = count - minSamplesLeaf, tie = rounding * error;
  let limit = best === undefined ? -Infinity : best.gain + tie, at = 0;
  for (let i = minSamplesLeaf; i <= last; i++) {
    const gain = error - withoutLast[count - i]! - withoutFirst[i]!;
    if (gain > limit && !isSame(x[i]!, x[i + 1]!)) {
      limit = gain + tie;
      at = i;
    }
  }
  if (at === 0) return best;
  return { feature, threshold: between(x[at]!, x[at + 1]!), gain: limit - tie };
}

/**
 * Absolute errors of what is left when samples are taken away one by one from
 * the end or the start of the sequence.
 *
 * All samples are linked in the order of the target. When one leaves, the
 * median moves by a bounded number of links and the sums below it change by
 * the same steps, so that the whole pass is linear.
 *
 * @param errors Receives at `i` the error after `i` samples are gone.
 */
function errorsOfRest(
  { sequence, y, w, wy, next, previous }: Scratch,
  count: number,
  cover: number,
  fromStart: boolean,
  errors: Float64Array,
): void {
  let sum = 0;
  for (let p = 0; p <= count + 1; p++) {
    next[p] = p + 1;
    previous[p] = p - 1;
  }
  for (let p = 1; p <= count; p++) sum += wy[p]!;
  // Weight and sum of the samples below the median; half of the weight lies up to and with it.
  let median = 1, below = 0, sumBelow = 0;
  while (below + w[median]! < cover / 2 && next[median]! <= count) {
    below += w[median]!;
    sumBelow += wy[median]!;
    median++;
  }
  const step = fromStart ? 1 : -1;
  for (let i = 1, k = fromStart ? 1 : count; i < count; i++, k += step) {
    const p = sequence[k]!;
    const after = next[p]!, before = previous[p]!;
    next[before] = after;
    previous[after] = before;
    cover -= w[p]!;
    sum -= wy[p]!;
    if (p < median) {
      below -= w[p]!;
      sumBelow -= wy[p]!;
    } else if (p === median) {
      if (after <= count) median = after;
      else {
        median = before;
        below -= w[median]!;
        sumBelow -= wy[median]!;
      }
    }
    const half = cover / 2;
    // The bounds matter only where rounding of the weights hides the end of the list.
    while (below >= half && previous[median]! > 0) {
      median = previous[median]!;
      below -= w[median]!;
      sumBelow -= wy[median]!;
    }
    while (below + w[median]! < half && next[median]! <= count) {
      below += w[median]!;
      sumBelow += wy[median]!;
      median = next[median]!;
    }
    errors[i] = y[median]! * (2 * below - cover) - 2 * sumBelow + sum;
  }
}

function isSame(low: number, high: number): boolean {
  return high <= Math.fround(low + sameWithin);
}

function between(low: number, high: number): number {
  return low / 2 + high / 2;
}
