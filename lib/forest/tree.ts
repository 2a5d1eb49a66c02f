/** Regression trees and forests as data, and their predictions. */
import { assertSameFeatures, type Features } from "./features.ts";

/**
 * A binary regression tree in the layout of scikit-learn: node 0 is the root,
 * one entry per node in each array.
 */
export interface Tree {
  /** Node to which samples go whose attribute is at most the threshold; -1 at a leaf. */
  readonly childrenLeft: Int32Array;
  /** Node to which the others go; -1 at a leaf. */
  readonly childrenRight: Int32Array;
  /** Index of the attribute that is asked for; -2 at a leaf. */
  readonly feature: Int32Array;
  /** Greatest value that goes left; -2 at a leaf. */
  readonly threshold: Float64Array;
  /** Prediction of the node: mean or median of the target in it. */
  readonly value: Float64Array;
  /** Sum of the weights of the training samples in the node, with their multiplicity in the bootstrap. */
  readonly cover: Float64Array;
}

/** Trees whose mean prediction counts. */
export interface Forest {
  /** Name of each attribute; a tree's `feature` counts in it. */
  readonly features: readonly string[];
  /** At least one. */
  readonly trees: readonly Tree[];
}

/**
 * Prediction of a forest, the mean of its trees', for each sample.
 *
 * @param forest The forest.
 * @param features Samples with the attributes of the forest, in its order.
 * @throws {RangeError} If the attributes are not those of the forest.
 */
export function predict(forest: Forest, features: Features): Float64Array {
  assertSameFeatures(features, forest.features, "sample");
  const sum = new Float64Array(features.rows);
  for (const tree of forest.trees) {
    for (let i = 0; i < features.rows; i++) {
      sum[i]! += tree.value[leafOf(tree, features, i)]!;
    }
  }
  return sum.map((value) => value / forest.trees.length);
}

/**
 * Leaf in which a sample ends.
 *
 * @param tree The tree.
 * @param features Samples.
 * @param row Which of them.
 * @returns Index of the node.
 */
export function leafOf(tree: Tree, features: Features, row: number): number {
  const { childrenLeft, childrenRight, feature, threshold } = tree;
  const { values, rows } = features;
  let node = 0;
  while (childrenLeft[node]! >= 0) {
    node = values[feature[node]! * rows + row]! <= threshold[node]!
      ? childrenLeft[node]!
      : childrenRight[node]!;
  }
  return node;
}
