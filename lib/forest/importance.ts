/** Other views of what an attribute is worth: permutation, and groups of correlated attributes. */
import { Random } from "../core/mod.ts";
import { pearson, ranks } from "../statistics/mod.ts";
import { featureColumn, type Features } from "./features.ts";
import { r2Score } from "./random_forest.ts";
import type { Samples } from "./samples.ts";
import { type Forest, predict } from "./tree.ts";
import type { ShapValues } from "./tree_shap.ts";

/**
 * Permutation importance: by how much the coefficient of determination falls
 * when the values of one attribute are dealt out anew, mean over several deals.
 *
 * Use particles that the forest has not seen. Correlated attributes stand in
 * for each other and all look unimportant; deals also make particles that do
 * not exist.
 *
 * Source: L. Breiman, Mach. Learn. 45, 5 (2001), doi:10.1023/A:1010933404324,
 * section 10.
 *
 * @param forest The forest.
 * @param samples Particles kept out of its training.
 * @param options Number of deals per attribute, and seed.
 * @returns One value per attribute.
 * @throws {RangeError} If the attributes are not those of the forest.
 */
export function permutationImportance(
  forest: Forest,
  samples: Samples,
  { repeats, seed }: { readonly repeats: number; readonly seed: number },
): Float64Array {
  const { features, target } = samples, { ids, rows } = features;
  const whole = r2Score(target, predict(forest, features));
  return Float64Array.from(ids, (id, f) => {
    const random = new Random(seed, "permutation importance", id);
    const column = featureColumn(features, f);
    let fall = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = random.permutation(rows), values = features.values.slice();
      for (let i = 0; i < rows; i++) values[f * rows + i] = column[order[i]!]!;
      const prediction = predict(forest, { ...features, values });
      fall += (whole - r2Score(target, prediction)) / repeats;
    }
    return fall;
  });
}

/**
 * Clusters of correlated attributes: average linkage on the distance `1 - |r|`
 * with Spearman's r, joined up to a greatest distance.
 *
 * @param features Particles.
 * @param distance Greatest mean distance within a cluster, 0 to 1.
 * @returns Indices of the attributes of each cluster, in rising order.
 * @throws {RangeError} If an attribute is constant.
 *
 * @example Two sizes and a depth
 * ```ts
 * import assert from "node:assert/strict";
 * import { createFeatures } from "./features.ts";
 * import { attributeClusters } from "./importance.ts";
 *
 * const features = createFeatures(
 *   ["Volume", "Z", "SurfOuter"],
 *   [[1, 2, 3, 4, 5], [2, 5, 1, 4, 3], [1, 3, 4, 7, 9]],
 * );
 * assert.deepEqual(attributeClusters(features, 0.5), [[0, 2], [1]]);
 * ```
 */
export function attributeClusters(
  features: Features,
  distance: number,
): number[][] {
  const ranked = features.ids.map((_, f) => ranks(featureColumn(features, f)));
  const apart = ranked.map((a) =>
    ranked.map((b) => a === b ? 0 : 1 - Math.abs(pearson(a, b).r))
  );
  const clusters = ranked.map((_, f) => [f]);
  while (clusters.length > 1) {
    let least = Infinity, pair: [number, number] = [0, 1];
    for (let i = 0; i < clusters.length; i++) {
      for (let j = i + 1; j < clusters.length; j++) {
        const pairs = clusters[i]!.flatMap((f) =>
          clusters[j]!.map((g) => apart[f]![g]!)
        );
        const linkage = pairs.reduce((sum, d) => sum + d / pairs.length, 0);
        if (linkage < least) [least, pair] = [linkage, [i, j]];
      }
    }
    if (least > distance) break;
    const [joined] = clusters.splice(pair[1], 1);
    clusters[pair[0]] = [...clusters[pair[0]]!, ...joined!];
  }
  return clusters.map((cluster) => cluster.sort((f, g) => f - g));
}

/**
 * Contribution scores of clusters of attributes: mean absolute value of the
 * sum of their Shapley values. How a forest shares an effect among attributes
 * that say the same is chance; the sum is not.
 *
 * @param shap Shapley values.
 * @param clusters Indices of the attributes of each cluster.
 * @returns One score per cluster, in units of the target.
 */
export function clusterScores(
  { rows, values }: ShapValues,
  clusters: readonly (readonly number[])[],
): Float64Array {
  return Float64Array.from(clusters, (cluster) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      let together = 0;
      for (const f of cluster) together += values[f * rows + i]!;
      sum += Math.abs(together);
    }
    return sum / rows;
  });
}
