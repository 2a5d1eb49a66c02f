import assert from "node:assert/strict";
import {
  createFeatures,
  type Features,
  type Forest,
  interactionValues,
  parseForest,
  predict,
  selectRows,
  shapValues,
  type Tree,
} from "@cathode/forest/mod.ts";
import { assertNear, fromRows, goldenText, randomTree } from "./golden.ts";
import { randomSamples } from "./golden.ts";

interface Reference {
  prediction: number[];
  base_path: number;
  shap_path: number[][];
  interactions_path?: number[][][];
  background?: number[][];
  base_int: number;
  shap_int: number[][];
  interactions_int: number[][][];
}

const references = ["01", "02", "03", "04", "05", "06", "08", "21", "22"];

for (const name of references) {
  const text = goldenText(`${name}_`);
  const reference: Reference = JSON.parse(text);
  const { forest, samples } = parseForest(text, `${name}.json`);

  Deno.test(`shapValues() gives the values of reference forest ${name}`, () => {
    const { base, values } = shapValues(forest, samples!);
    assertNear(base, reference.base_path, 1e-12);
    assertRows(values, samples!.rows, reference.shap_path);
    predict(forest, samples!).forEach((y, i) =>
      assertNear(y, reference.prediction[i]!, 1e-12)
    );
    if (reference.background === undefined) return;
    const background = fromRows(reference.background);
    const other = shapValues(forest, samples!, background);
    assertNear(other.base, reference.base_int, 1e-12);
    assertRows(other.values, samples!.rows, reference.shap_int);
  });

  if (reference.interactions_path !== undefined) {
    Deno.test(`interactionValues() gives the values of reference forest ${name}`, () => {
      const some = selectRows(
        samples!,
        reference.interactions_path!.map((_, i) => i),
      );
      assertPairs(
        interactionValues(forest, some).values,
        reference.interactions_path!,
      );
      if (reference.background === undefined) return;
      const background = fromRows(reference.background);
      const { values } = interactionValues(forest, samples!, background);
      assertPairs(values, reference.interactions_int);
    });
  }

  Deno.test(`shapValues() is the same by tables, for many samples, as one by one in forest ${name}`, () => {
    const { rows } = samples!;
    const many = selectRows(
      samples!,
      Array.from({ length: 5000 }, (_, i) => i % rows),
    );
    const one = shapValues(forest, samples!), all = shapValues(forest, many);
    forest.features.forEach((_, f) => {
      for (const i of [0, 1, 2047, 2048, 4999]) {
        const expected = one.values[f * rows + i % rows]!;
        assertNear(all.values[f * 5000 + i]!, expected, 1e-12);
      }
    });
  });
}

Deno.test("shapValues() and interactionValues() agree with all coalitions on random trees", () => {
  const { features } = randomSamples(12, 5, 4);
  const background = randomSamples(7, 5, 5).features;
  for (let seed = 0; seed < 8; seed++) {
    const forest: Forest = {
      features: features.ids,
      trees: [randomTree(5, 3 * seed, seed), randomTree(5, 9, seed + 50)],
    };
    for (const other of [undefined, background]) {
      const shap = shapValues(forest, features, other);
      const pairs = interactionValues(forest, features, other);
      for (let i = 0; i < features.rows; i++) {
        const game = coalitionValues(forest, features, i, other);
        assertNear(shap.base, game[0]!, 1e-12);
        for (let f = 0; f < 5; f++) {
          const value = shap.values[f * features.rows + i]!;
          assertNear(value, shapley(game, 5, f), 1e-12);
          for (let g = 0; g < 5; g++) {
            if (g === f) continue;
            const pair = pairs.values[(f * 5 + g) * features.rows + i]!;
            assertNear(pair, interaction(game, 5, f, g), 1e-12);
          }
        }
      }
    }
  }
});

Deno.test("values add up to the prediction, interactions to the values, on deep random trees", () => {
  const { features } = randomSamples(40, 45, 1);
  const background = randomSamples(30, 45, 2).features;
  const forest = {
    features: features.ids,
    trees: [randomTree(45, 60, 3), chain(45), chain(33)],
  };
  const { rows } = features, prediction = predict(forest, features);
  for (const other of [undefined, background]) {
    const shap = shapValues(forest, features, other);
    const pairs = interactionValues(forest, features, other);
    for (let i = 0; i < rows; i++) {
      let sum = shap.base;
      for (let f = 0; f < 45; f++) {
        sum += shap.values[f * rows + i]!;
        let row = 0;
        for (let g = 0; g < 45; g++) {
          row += pairs.values[(f * 45 + g) * rows + i]!;
        }
        assertNear(row, shap.values[f * rows + i]!, 1e-12);
      }
      assertNear(sum, prediction[i]!, 1e-12);
    }
  }
});

Deno.test("shapValues() shares a conjunction of many attributes equally", () => {
  // All 45 conditions hold, each for half of the training weight: the value is shared by symmetry.
  const forest = { features: names(45), trees: [chain(45)] };
  const sample = createFeatures(names(45), names(45).map(() => [1]));
  const { base, values } = shapValues(forest, sample);
  assertNear(base, 2 ** -45, 1e-20);
  for (const value of values) assertNear(value, (1 - 2 ** -45) / 45, 1e-14);
  const opposite = createFeatures(names(45), names(45).map(() => [-1]));
  for (const value of shapValues(forest, sample, opposite).values) {
    assertNear(value, 1 / 45, 1e-15);
  }
});

Deno.test("shapValues() gives nothing to an attribute that no split asks for", () => {
  const forest = { features: names(4), trees: [randomTree(3, 12, 8)] };
  const { features } = randomSamples(20, 4, 8);
  const { values } = shapValues(forest, features);
  assert.deepEqual([...values.subarray(60)], new Array(20).fill(0));
});

Deno.test("shapValues() throws if the background has other attributes", () => {
  const forest = { features: ["a", "b"], trees: [randomTree(2, 3, 1)] };
  const features = createFeatures(["a", "b"], [[1], [2]]);
  assert.throws(
    () => shapValues(forest, features, createFeatures(["a", "c"], [[1], [2]])),
    {
      name: "RangeError",
      message:
        "Cannot use the background as its attributes must be those of the forest, in the same order: current value is c in place of b",
    },
  );
  assert.throws(() => shapValues(forest, createFeatures(["a"], [[1]])), {
    message: /current value is undefined in place of b/,
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, f) => `x${f}`);
}

/** A tree that gives 1 if all attributes are above 0, each asked for in turn, and 0 otherwise. */
function chain(length: number): Tree {
  const ids = Array.from({ length: 2 * length + 1 }, (_, id) => id);
  const inner = (id: number) => id % 2 === 0 && id < 2 * length;
  return {
    childrenLeft: Int32Array.from(ids, (id) => inner(id) ? id + 1 : -1),
    childrenRight: Int32Array.from(ids, (id) => inner(id) ? id + 2 : -1),
    feature: Int32Array.from(ids, (id) => inner(id) ? id / 2 : -2),
    threshold: Float64Array.from(ids, (id) => inner(id) ? 0 : -2),
    value: Float64Array.from(ids, (id) => id === 2 * length ? 1 : 0),
    cover: Float64Array.from(ids, (id) => 2 ** (60 - Math.ceil(id / 2))),
  };
}

/** Expected prediction for every coalition of known attributes, straight from the definition. */
function coalitionValues(
  forest: Forest,
  features: Features,
  row: number,
  background: Features | undefined,
): number[] {
  const at = ({ values, rows }: Features, i: number) => (f: number) =>
    values[f * rows + i]!;
  const attributes = forest.features.length;
  const walk = (
    tree: Tree,
    node: number,
    known: (f: number) => number | undefined,
  ): number => {
    const left = tree.childrenLeft[node]!, right = tree.childrenRight[node]!;
    if (left < 0) return tree.value[node]!;
    const x = known(tree.feature[node]!);
    if (x !== undefined) {
      return walk(tree, x <= tree.threshold[node]! ? left : right, known);
    }
    return [left, right].reduce(
      (sum, child) =>
        sum + tree.cover[child]! / tree.cover[node]! * walk(tree, child, known),
      0,
    );
  };
  return Array.from({ length: 2 ** attributes }, (_, coalition) => {
    const others = background === undefined
      ? [() => undefined]
      : Array.from({ length: background.rows }, (_, b) => at(background, b));
    const outcomes = others.flatMap((other) =>
      forest.trees.map((tree) =>
        walk(
          tree,
          0,
          (f) => coalition >> f & 1 ? at(features, row)(f) : other(f),
        )
      )
    );
    return outcomes.reduce((sum, y) => sum + y, 0) / outcomes.length;
  });
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

function size(coalition: number): number {
  return coalition === 0 ? 0 : (coalition & 1) + size(coalition >> 1);
}

function shapley(game: number[], players: number, k: number): number {
  return game.reduce((sum, value, coalition) => {
    if (coalition >> k & 1) return sum;
    const s = size(coalition);
    const weight = factorial(s) * factorial(players - s - 1) /
      factorial(players);
    return sum + weight * (game[coalition | 1 << k]! - value);
  }, 0);
}

function interaction(game: number[], players: number, a: number, b: number) {
  return game.reduce((sum, value, coalition) => {
    if (coalition >> a & 1 || coalition >> b & 1) return sum;
    const s = size(coalition);
    const weight = factorial(s) * factorial(players - s - 2) /
      (2 * factorial(players - 1));
    const both = game[coalition | 1 << a | 1 << b]!;
    return sum +
      weight *
        (both - game[coalition | 1 << a]! - game[coalition | 1 << b]! + value);
  }, 0);
}

function assertRows(values: Float64Array, rows: number, expected: number[][]) {
  assert.equal(expected.length, rows);
  expected.forEach((row, i) =>
    row.forEach((value, f) => assertNear(values[f * rows + i]!, value, 1e-12))
  );
}

function assertPairs(values: Float64Array, expected: number[][][]) {
  const rows = expected.length;
  expected.forEach((matrix, i) =>
    matrix.forEach((row, f) =>
      row.forEach((value, g) => {
        const found = values[(f * row.length + g) * rows + i]!;
        assertNear(found, value, 1e-12);
      })
    )
  );
}
