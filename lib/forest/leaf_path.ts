/** Leaves of a tree as conditions on distinct attributes. */
import type { Tree } from "./tree.ts";

/**
 * A leaf: a sample ends in it if each of some distinct attributes lies in an
 * interval.
 */
export interface LeafPath {
  /** Prediction of the leaf. */
  readonly value: number;
  /** Attributes asked for on the way, each once. */
  readonly features: readonly number[];
  /** Open lower end of each attribute's interval. */
  readonly lower: readonly number[];
  /** Closed upper end of each attribute's interval. */
  readonly upper: readonly number[];
  /** Product of the shares of the training weight that go the leaf's way, over the nodes that ask for each attribute. */
  readonly share: readonly number[];
}

/**
 * All leaves of a tree.
 *
 * @param tree The tree.
 */
export function leafPaths(tree: Tree): LeafPath[] {
  const leaves: LeafPath[] = [];
  const pending: [node: number, path: LeafPath][] = [
    [0, { value: 0, features: [], lower: [], upper: [], share: [] }],
  ];
  for (let entry = pending.pop(); entry; entry = pending.pop()) {
    const [node, path] = entry, left = tree.childrenLeft[node]!;
    if (left < 0) {
      leaves.push({ ...path, value: tree.value[node]! });
      continue;
    }
    const right = tree.childrenRight[node]!;
    pending.push([right, step(tree, path, node, right)]);
    pending.push([left, step(tree, path, node, left)]);
  }
  return leaves;
}

/** The path that goes on from a node to a child. */
function step(
  tree: Tree,
  path: LeafPath,
  node: number,
  child: number,
): LeafPath {
  const feature = tree.feature[node]!, threshold = tree.threshold[node]!;
  const known = path.features.indexOf(feature);
  const at = known < 0 ? path.features.length : known;
  const left = child === tree.childrenLeft[node];
  const lower = path.lower[at] ?? -Infinity;
  const upper = path.upper[at] ?? Infinity;
  const share = path.share[at] ?? 1;
  return {
    value: path.value,
    features: put(path.features, at, feature),
    lower: put(path.lower, at, left ? lower : Math.max(lower, threshold)),
    upper: put(path.upper, at, left ? Math.min(upper, threshold) : upper),
    share: put(
      path.share,
      at,
      share * tree.cover[child]! / tree.cover[node]!,
    ),
  };
}

/** A copy of a list with one entry set or added. */
function put(
  list: readonly number[],
  at: number,
  value: number,
): number[] {
  const copy = list.slice();
  copy[at] = value;
  return copy;
}
