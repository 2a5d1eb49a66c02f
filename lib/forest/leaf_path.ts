/** Leaves of a tree by the way that leads to them. */
import type { Tree } from "./tree.ts";

/** One split on the way to a leaf. */
export interface Step {
  /** Index of the attribute asked for. */
  readonly feature: number;
  readonly threshold: number;
  /** Whether the way goes left, where the attribute is at most the threshold. */
  readonly left: boolean;
  /** Place of the attribute among the distinct ones of the path. */
  readonly player: number;
}

/** A leaf and the way to it. */
export interface LeafPath {
  /** Prediction of the leaf. */
  readonly value: number;
  /** Splits from the root on; leaves of one tree share the steps that they have in common. */
  readonly steps: readonly Step[];
  /** Distinct attributes asked for, in the order of their first step. */
  readonly features: readonly number[];
  /** Share of the training weight that goes the leaf's way: the product over the steps of each attribute. */
  readonly share: readonly number[];
}

/**
 * All leaves of a tree, from left to right.
 *
 * @param tree The tree.
 */
export function leafPaths(tree: Tree): LeafPath[] {
  const leaves: LeafPath[] = [];
  const pending: [node: number, path: LeafPath][] = [
    [0, { value: 0, steps: [], features: [], share: [] }],
  ];
  for (let entry = pending.pop(); entry; entry = pending.pop()) {
    const [node, path] = entry;
    if (tree.childrenLeft[node]! < 0) {
      leaves.push({ ...path, value: tree.value[node]! });
      continue;
    }
    const right = tree.childrenRight[node]!, left = tree.childrenLeft[node]!;
    pending.push([right, follow(tree, path, node, right)]);
    pending.push([left, follow(tree, path, node, left)]);
  }
  return leaves;
}

/** The path that goes on from a node to a child. */
function follow(
  tree: Tree,
  { value, steps, features, share }: LeafPath,
  node: number,
  child: number,
): LeafPath {
  const feature = tree.feature[node]!, threshold = tree.threshold[node]!;
  const left = child === tree.childrenLeft[node]!;
  const ratio = tree.cover[child]! / tree.cover[node]!;
  const known = features.indexOf(feature);
  if (known < 0) {
    const step = { feature, threshold, left, player: features.length };
    return {
      value,
      steps: [...steps, step],
      features: [...features, feature],
      share: [...share, ratio],
    };
  }
  return {
    value,
    steps: [...steps, { feature, threshold, left, player: known }],
    features,
    share: share.with(known, share[known]! * ratio),
  };
}
