/** Forests as JSON, the exchange format with scikit-learn. */
import { DataError, writeWhole } from "../core/mod.ts";
import { createFeatures, type Features } from "./features.ts";
import type { Forest, Tree } from "./tree.ts";

/** A forest file. */
export interface ForestFile {
  readonly forest: Forest;
  /** Samples that came with it (entry `X`), if any. */
  readonly samples?: Features;
}

/**
 * Reads a forest from JSON: `n_features`, optional `feature_names` (by default
 * `x0`, `x1`, ...), optional `X` (samples as rows) and `trees`, each with the
 * arrays `children_left`, `children_right`, `feature`, `threshold`, `value` and
 * `cover` (scikit-learn's `weighted_n_node_samples`), one entry per node, node
 * 0 the root. Other entries are passed over.
 *
 * @param path Path of the file.
 * @throws {DataError} If the file is not such JSON, or a tree is not one: the
 * message says which tree and node.
 * @throws {Deno.errors.NotFound} If there is no such file.
 */
export async function readForest(path: string): Promise<ForestFile> {
  return parseForest(await Deno.readTextFile(path), path);
}

/**
 * Writes a forest as {@linkcode readForest} reads it.
 *
 * @param path Path of the file.
 * @param forest The forest.
 * @throws {DataError} If the file cannot be written.
 */
export async function writeForest(path: string, forest: Forest): Promise<void> {
  const json = {
    n_features: forest.features.length,
    feature_names: forest.features,
    trees: forest.trees.map((tree) => ({
      children_left: [...tree.childrenLeft],
      children_right: [...tree.childrenRight],
      feature: [...tree.feature],
      threshold: [...tree.threshold],
      value: [...tree.value],
      cover: [...tree.cover],
    })),
  };
  await writeWhole(path, JSON.stringify(json) + "\n");
}

/**
 * A forest from the text of a JSON file; see {@linkcode readForest}.
 *
 * @param text Content of the file.
 * @param file Path for messages.
 * @throws {DataError} As {@linkcode readForest}.
 */
export function parseForest(text: string, file: string): ForestFile {
  const refuse = (rule: string, value: unknown): never => {
    throw new DataError(
      `Cannot read the forest as ${rule}: current value is ${
        JSON.stringify(value)?.slice(0, 80)
      }`,
      { file },
    );
  };
  const json = parseObject(text, file);
  const count = json.n_features;
  if (!Number.isInteger(count) || Number(count) < 1) {
    refuse("n_features must be a positive whole number", count);
  }
  const names = json.feature_names ??
    Array.from({ length: Number(count) }, (_, f) => `x${f}`);
  if (
    !Array.isArray(names) || names.length !== count ||
    names.some((name) => typeof name !== "string") ||
    new Set(names).size !== count
  ) {
    refuse(`feature_names must be ${count} distinct words`, names);
  }
  const features = names as string[];
  if (!Array.isArray(json.trees) || json.trees.length === 0) {
    refuse("trees must be a list with at least one tree", json.trees);
  }
  const trees = (json.trees as unknown[]).map((entry, index) =>
    parseTree(
      entry,
      features.length,
      (rule, value) => refuse(`${rule} in tree ${index}`, value),
    )
  );
  const forest = { features, trees };
  if (json.X === undefined) return { forest };
  const rows = json.X;
  if (
    !Array.isArray(rows) || rows.length === 0 ||
    rows.some((row) => !isNumbers(row, features.length))
  ) {
    refuse(`X must be rows of ${count} numbers`, rows);
  }
  const columns = features.map((_, f) =>
    (rows as number[][]).map((r) => r[f]!)
  );
  return { forest, samples: createFeatures(features, columns) };
}

function parseObject(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DataError(
      `Cannot read the forest as it must be JSON: ${
        error instanceof Error ? error.message : error
      }`,
      { file },
    );
  }
  if (typeof json !== "object" || json === null) {
    throw new DataError(
      `Cannot read the forest as it must be a JSON object: current value is ${
        text.slice(0, 80)
      }`,
      { file },
    );
  }
  return json as Record<string, unknown>;
}

function parseTree(
  entry: unknown,
  attributes: number,
  refuse: (rule: string, value: unknown) => never,
): Tree {
  if (typeof entry !== "object" || entry === null) {
    return refuse("there must be an object", entry);
  }
  const json = entry as Record<string, unknown>;
  const nodes = Array.isArray(json.value) ? json.value.length : 0;
  if (nodes === 0) refuse("value must list at least one node", json.value);
  const list = (name: string): number[] => {
    const value = json[name];
    return isNumbers(value, nodes)
      ? value
      : refuse(`${name} must hold ${nodes} numbers`, value);
  };
  const tree: Tree = {
    childrenLeft: Int32Array.from(list("children_left")),
    childrenRight: Int32Array.from(list("children_right")),
    feature: Int32Array.from(list("feature")),
    threshold: Float64Array.from(list("threshold")),
    value: Float64Array.from(list("value")),
    cover: Float64Array.from(list("cover")),
  };
  const parents = new Uint8Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (!(tree.cover[node]! > 0)) {
      refuse(`cover must be positive at node ${node}`, tree.cover[node]);
    }
    const left = tree.childrenLeft[node]!, right = tree.childrenRight[node]!;
    if (left === -1 && right === -1) continue;
    for (const child of [left, right]) {
      // Children after their parents: no circles.
      if (!(child > node && child < nodes && parents[child]!++ === 0)) {
        refuse(
          `children must be later nodes, each of one parent, at node ${node}`,
          child,
        );
      }
    }
    const feature = tree.feature[node]!;
    if (!(feature >= 0 && feature < attributes)) {
      refuse(
        `feature must be from 0 to ${attributes - 1} at node ${node}`,
        feature,
      );
    }
  }
  const orphan = parents.indexOf(0, 1);
  if (orphan > 0) refuse("every node but the first must have a parent", orphan);
  return tree;
}

function isNumbers(value: unknown, count: number): value is number[] {
  return Array.isArray(value) && value.length === count &&
    value.every((x) => Number.isFinite(x));
}
