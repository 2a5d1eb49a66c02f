/** Growth of one regression tree. */
import type { Random } from "../core/mod.ts";
import type { TrainingSet } from "./presort.ts";
import {
  createScratch,
  type Criterion,
  findSplit,
  type NodeSamples,
  rounding,
  type Scratch,
  type Split,
} from "./split.ts";
import type { Tree } from "./tree.ts";

/** How a tree is grown; names and meanings are scikit-learn's. */
export interface TreeSettings {
  /** What a split makes less: the mean square around the mean, or the mean distance from the median. */
  readonly criterion: Criterion;
  /** Greatest number of leaves, the most useful splits first; unlimited by default. */
  readonly maxLeafNodes?: number;
  /** Greatest number of splits on a path; unlimited by default. */
  readonly maxDepth?: number;
  /** Fewest samples in a leaf, each counted once; 1 by default. */
  readonly minSamplesLeaf?: number;
  /** Number of attributes tried per split, `"all"` by default; more are tried while all drawn are constant. */
  readonly maxFeatures?: "sqrt" | "all" | number;
  /** Least decrease of the criterion by a split, times its node's share of all weight; 0 by default. */
  readonly minImpurityDecrease?: number;
}

interface GrowingNode extends NodeSamples {
  readonly depth: number;
  split?: Split & { readonly left: number; readonly right: number };
}

/** A node and the best split that it could have. */
interface Candidate {
  readonly node: GrowingNode;
  readonly split: Split;
}

/**
 * Grows a tree on the samples of positive weight.
 *
 * Nodes are numbered as in scikit-learn: with a limit of leaves in the order
 * in which they are made, otherwise from the root downwards, left first.
 *
 * @param set Sorted samples.
 * @param weight Weight of each sample in this tree.
 * @param settings How.
 * @param random Draws the attributes that are tried per split.
 */
export function growTree(
  set: TrainingSet,
  weight: Float64Array,
  settings: TreeSettings,
  random: Random,
): Tree {
  const { criterion, minSamplesLeaf = 1, maxLeafNodes } = settings;
  const scratch = createScratch(set, weight);
  const root = describe(scratch, criterion, 0, scratch.samples.length, 0);
  const nodes = [root];
  const rules = {
    criterion,
    minSamplesLeaf,
    maxFeatures: featureCount(settings.maxFeatures, set.attributes),
  };
  const leastGain = (settings.minImpurityDecrease ?? 0) * root.cover;
  // In scikit-learn an absolute amount; here it scales with the target.
  const pure = Number.EPSILON * root.error / root.cover;

  const candidate = (node: GrowingNode): Candidate | undefined => {
    if (
      node.depth >= (settings.maxDepth ?? Infinity) ||
      node.end - node.start < Math.max(2, 2 * minSamplesLeaf) ||
      node.error / node.cover <= pure
    ) return undefined;
    const split = findSplit(scratch, node, rules, random);
    return split && split.gain >= leastGain - rounding * node.error
      ? { node, split }
      : undefined;
  };
  const child = (parent: GrowingNode, start: number, end: number) => {
    const node = describe(scratch, criterion, start, end, parent.depth + 1);
    return [node, nodes.push(node) - 1] as const;
  };

  if (maxLeafNodes === undefined) {
    // Each entry makes its node when it is taken, so that a left side is complete before the right is numbered.
    const pending: (() => GrowingNode)[] = [() => root];
    for (let make = pending.pop(); make; make = pending.pop()) {
      const found = candidate(make());
      if (found === undefined) continue;
      const { node, split } = found, middle = partition(scratch, node, split);
      const children = { left: -1, right: -1 };
      node.split = Object.assign(children, split);
      const side =
        (name: "left" | "right", start: number, end: number) => () => {
          const [made, id] = child(node, start, end);
          children[name] = id;
          return made;
        };
      pending.push(
        side("right", middle, node.end),
        side("left", node.start, middle),
      );
    }
    return toTree(nodes);
  }

  const frontier: Candidate[] = [];
  insert(frontier, candidate(root));
  for (let leaves = 2; leaves <= maxLeafNodes; leaves++) {
    const best = frontier.pop();
    if (best === undefined) break;
    const { node, split } = best, middle = partition(scratch, node, split);
    const [leftNode, left] = child(node, node.start, middle);
    const [rightNode, right] = child(node, middle, node.end);
    node.split = { ...split, left, right };
    if (leaves === maxLeafNodes) break;
    insert(frontier, candidate(leftNode));
    insert(frontier, candidate(rightNode));
  }
  return toTree(nodes);
}

/** Keeps candidates in rising order of gain, the older of equal ones last. */
function insert(frontier: Candidate[], found: Candidate | undefined): void {
  if (found === undefined) return;
  let low = 0, high = frontier.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frontier[middle]!.split.gain < found.split.gain) low = middle + 1;
    else high = middle;
  }
  frontier.splice(low, 0, found);
}

/** Moves the samples that go left to the front, each side in the order of the target; returns where the right side starts. */
function partition(
  { samples, keys, set }: Scratch,
  { start, end }: NodeSamples,
  { feature, threshold }: Split,
): number {
  const first = feature * set.rows;
  const cut = countUpTo(set.sorted, first, first + set.rows, threshold);
  let left = start, right = 0;
  for (let i = start; i < end; i++) {
    const sample = samples[i]!;
    // Both are written and one is kept: a branch would be mispredicted half of the time.
    const goesLeft = (set.place[first + sample]! - cut) >>> 31;
    samples[left] = sample;
    keys[right] = sample;
    left += goesLeft;
    right += 1 - goesLeft;
  }
  samples.set(keys.subarray(0, right), left);
  return left;
}

/** Number of values, sorted between two places, that are at most a limit. */
function countUpTo(
  sorted: Float32Array,
  start: number,
  end: number,
  limit: number,
): number {
  let low = start, high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - start;
}

function describe(
  { samples, weight, set: { target } }: Scratch,
  criterion: Criterion,
  start: number,
  end: number,
  depth: number,
): GrowingNode {
  const absolute = criterion === "absolute_error";
  let cover = 0;
  for (let i = start; i < end; i++) cover += weight[samples[i]!]!;
  let value = 0;
  if (absolute) {
    // Half of the weight may lie on either side: then the mean of two neighbours.
    let low = start, below = weight[samples[low]!]!;
    while (below < cover / 2 && low < end - 1) {
      below += weight[samples[++low]!]!;
    }
    const high = below === cover / 2 && low < end - 1 ? low + 1 : low;
    value = (target[samples[low]!]! + target[samples[high]!]!) / 2;
  } else {
    for (let i = start; i < end; i++) {
      value += weight[samples[i]!]! * target[samples[i]!]!;
    }
    value /= cover;
  }
  let error = 0;
  for (let i = start; i < end; i++) {
    const away = target[samples[i]!]! - value;
    error += weight[samples[i]!]! * (absolute ? Math.abs(away) : away * away);
  }
  return { start, end, depth, value, cover, error };
}

function featureCount(
  maxFeatures: TreeSettings["maxFeatures"] = "all",
  attributes: number,
): number {
  if (maxFeatures === "all") return attributes;
  if (maxFeatures === "sqrt") return Math.floor(Math.sqrt(attributes));
  return maxFeatures;
}

function toTree(nodes: readonly GrowingNode[]): Tree {
  return {
    childrenLeft: Int32Array.from(nodes, ({ split }) => split?.left ?? -1),
    childrenRight: Int32Array.from(nodes, ({ split }) => split?.right ?? -1),
    feature: Int32Array.from(nodes, ({ split }) => split?.feature ?? -2),
    threshold: Float64Array.from(nodes, ({ split }) => split?.threshold ?? -2),
    value: Float64Array.from(nodes, (node) => node.value),
    cover: Float64Array.from(nodes, (node) => node.cover),
  };
}
