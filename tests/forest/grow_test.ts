import assert from "node:assert/strict";
import {
  createFeatures,
  type Criterion,
  predict,
  type Samples,
  trainForest,
  type Tree,
} from "@cathode/forest/mod.ts";
import { assertNear, fromRows, goldenText, randomSamples } from "./golden.ts";

interface Reference {
  settings: {
    criterion: Criterion;
    max_leaf_nodes?: number;
    max_depth?: number;
    min_samples_leaf?: number;
    min_impurity_decrease?: number;
  };
  X: number[][];
  y: number[];
  sample_weight: number[] | null;
  tree: {
    children_left: number[];
    children_right: number[];
    feature: number[];
    threshold: number[];
    value: number[];
    cover: number[];
  };
}

for (
  const name of ["11", "12", "13", "14", "15", "16", "31", "32", "33", "34"]
) {
  const { settings, X, y, sample_weight, tree }: Reference = JSON.parse(
    goldenText(`${name}_`),
  );
  Deno.test(`trainForest() grows the tree of scikit-learn in reference ${name}`, () => {
    const samples = {
      features: fromRows(X),
      target: Float64Array.from(y),
      ...(sample_weight && { weight: Float64Array.from(sample_weight) }),
    };
    const found = growOne(samples, {
      criterion: settings.criterion,
      ...(settings.max_leaf_nodes && { maxLeafNodes: settings.max_leaf_nodes }),
      ...(settings.max_depth && { maxDepth: settings.max_depth }),
      ...(settings.min_samples_leaf &&
        { minSamplesLeaf: settings.min_samples_leaf }),
      ...(settings.min_impurity_decrease &&
        { minImpurityDecrease: settings.min_impurity_decrease }),
    });
    assert.deepEqual([...found.childrenLeft], tree.children_left);
    assert.deepEqual([...found.childrenRight], tree.children_right);
    assert.deepEqual([...found.feature], tree.feature);
    assert.deepEqual([...found.threshold], tree.threshold);
    tree.value.forEach((v, i) => assertNear(found.value[i]!, v, 1e-12));
    tree.cover.forEach((c, i) => assertNear(found.cover[i]!, c, 1e-9));
  });
}

for (const criterion of ["squared_error", "absolute_error"] as const) {
  Deno.test(`trainForest() takes the best of all splits by ${criterion}`, () => {
    for (let seed = 0; seed < 30; seed++) {
      const samples = coarse(
        randomSamples(14, 3, seed),
        seed % 2 === 0 ? 1 : 0.1,
      );
      const minSamplesLeaf = 1 + seed % 3;
      const tree = growOne(samples, { criterion, maxDepth: 1, minSamplesLeaf });
      const best = bestError(samples, criterion, minSamplesLeaf);
      assertNear(totalError(samples, tree, criterion), best, 1e-12);
    }
  });

  Deno.test(`trainForest() counts a whole weight as so many samples, by ${criterion}`, () => {
    const { features, target } = randomSamples(60, 4, 3);
    const weight = target.map((_, i) => i % 4);
    const rows = [...weight].flatMap((w, i) => new Array<number>(w).fill(i));
    const repeated = {
      features: createFeatures(
        features.ids,
        features.ids.map((_, f) =>
          rows.map((i) => features.values[f * features.rows + i]!)
        ),
      ),
      target: Float64Array.from(rows, (i) => target[i]!),
    };
    const settings = { criterion, maxLeafNodes: 9 };
    assert.deepEqual(
      growOne({ features, target, weight }, settings).threshold,
      growOne(repeated, settings).threshold,
    );
  });

  Deno.test(`trainForest() does not depend on scale and origin of the target, by ${criterion}`, () => {
    const { features, target } = randomSamples(200, 4, 5);
    const settings = { criterion, maxLeafNodes: 12 };
    const tree = growOne({ features, target }, settings);
    for (const [scale, origin] of [[1e-14, 0], [1, 1e6], [1e9, 0]] as const) {
      const other = growOne({
        features,
        target: target.map((y) => scale * y + origin),
      }, settings);
      assert.deepEqual(other.threshold, tree.threshold);
    }
  });
}

Deno.test("trainForest() fits distinct samples exactly if nothing limits the tree", () => {
  const samples = randomSamples(300, 3, 9);
  for (const criterion of ["squared_error", "absolute_error"] as const) {
    const tree = growOne(samples, { criterion });
    const forest = { features: samples.features.ids, trees: [tree] };
    assert.deepEqual(predict(forest, samples.features), samples.target);
  }
});

Deno.test("trainForest() takes neighbours in single precision for one value", () => {
  // As scikit-learn: float32(1) + 1e-7 rounds to the next float32.
  const next = 1 + 2 ** -23;
  const features = createFeatures(["x"], [[1, next, 1, next]]);
  const tree = growOne(
    { features, target: Float64Array.of(0, 1, 0, 1) },
    { criterion: "squared_error" },
  );
  assert.equal(tree.feature.length, 1);
});

Deno.test("trainForest() tries further attributes while those drawn are constant", () => {
  const features = createFeatures(
    ["a", "b", "c", "d", "useful"],
    [[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4], [1, 2, 3]],
  );
  for (let seed = 0; seed < 10; seed++) {
    const { forest } = trainForest(
      { features, target: Float64Array.of(0, 1, 2) },
      {
        criterion: "squared_error",
        maxFeatures: 1,
        nEstimators: 1,
        bootstrap: false,
        seed,
      },
    );
    assert.equal(forest.trees[0]!.feature[0], 4);
  }
});

function growOne(
  samples: Samples,
  settings: Omit<
    Parameters<typeof trainForest>[1],
    "nEstimators" | "bootstrap" | "seed"
  >,
): Tree {
  const { forest } = trainForest(samples, {
    ...settings,
    nEstimators: 1,
    bootstrap: false,
    seed: 1,
  });
  return forest.trees[0]!;
}

/** Attributes and target in steps of a half, so that ties abound, with few different weights. */
function coarse({ features, target }: Samples, weightStep: number): Samples {
  const half = (x: number) => Math.round(2 * x) / 2;
  return {
    features: { ...features, values: features.values.map(half) },
    target: target.map(half),
    weight: target.map((_, i) => weightStep * (1 + i % 3)),
  };
}

/** Least error of two leaves over all attributes and thresholds. */
function bestError(
  samples: Samples,
  criterion: Criterion,
  least: number,
): number {
  const { features, target } = samples, rows = [...target.keys()];
  let best = leafError(samples, rows, criterion);
  for (let f = 0; f < features.ids.length; f++) {
    const x = (i: number) => features.values[f * features.rows + i]!;
    for (const cut of rows) {
      const sides = [
        rows.filter((i) => x(i) <= x(cut)),
        rows.filter((i) => x(i) > x(cut)),
      ];
      if (sides.some((side) => side.length < least)) continue;
      best = Math.min(
        best,
        sides.reduce(
          (sum, side) => sum + leafError(samples, side, criterion),
          0,
        ),
      );
    }
  }
  return best;
}

function leafError(
  { target, weight }: Samples,
  rows: number[],
  criterion: Criterion,
): number {
  const error = (centre: number) =>
    rows.reduce((sum, i) => {
      const away = Math.abs(target[i]! - centre);
      return sum +
        weight![i]! * (criterion === "absolute_error" ? away : away ** 2);
    }, 0);
  const total = rows.reduce((sum, i) => sum + weight![i]!, 0);
  const mean = rows.reduce(
    (sum, i) => sum + weight![i]! * target[i]! / total,
    0,
  );
  // The absolute error is least at one of the targets.
  return criterion === "absolute_error"
    ? Math.min(...rows.map((i) => error(target[i]!)))
    : error(mean);
}

function totalError(
  samples: Samples,
  tree: Tree,
  criterion: Criterion,
): number {
  const { features, target, weight } = samples;
  const forest = { features: features.ids, trees: [tree] };
  return predict(forest, features).reduce((sum, y, i) => {
    const away = Math.abs(target[i]! - y);
    return sum +
      weight![i]! * (criterion === "absolute_error" ? away : away ** 2);
  }, 0);
}
