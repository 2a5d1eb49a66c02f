/** Latent dimensions in standard form: named, in order, with fixed signs. */
import { Matrix, solve } from "ml-matrix";
import { mean, standardDeviation } from "../statistics/mod.ts";
import { dot } from "./dot.ts";
import type { AttributeScores } from "./standardise.ts";

/** A latent dimension. */
export interface LatentDimension {
  /** Attributes that load on it, the strongest first, for example `Sphericity, VSratio, −Elongation`. */
  readonly name: string;
  /** Share of the variance of all attributes that it explains; the shares of a space add up to its own. */
  readonly explainedVariance: number;
  /** Change of each attribute, in standard deviations, per standard deviation of the dimension with the others held. */
  readonly loadings: Float64Array;
}

/** Latent dimensions of some particles, the one that explains most first. */
export interface LatentSpace {
  readonly dimensions: readonly LatentDimension[];
  /** Value of each dimension for each particle, with mean 0 and variance 1. */
  readonly scores: readonly Float64Array[];
}

/**
 * Puts latent dimensions in standard form.
 *
 * Loadings are those of a least-squares regression of the attributes on the
 * dimensions, so that they mean the same for every method. The explained
 * variance of a dimension is the mean of loading times correlation over the
 * attributes (J. W. Pratt, Proc. 2nd Int. Tampere Conf. Stat. 245 (1987)). The
 * largest loading of each dimension is positive.
 *
 * @param data The attributes.
 * @param latent One array per dimension, one value per particle.
 * @throws {RangeError} If a dimension does not vary.
 *
 * @example A dimension that is an attribute turned round
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { standardiseAttributes } from "./standardise.ts";
 * import { describeSpace } from "./space.ts";
 *
 * const values = Float64Array.of(1, 2, 4, 8);
 * const table = createTable([{ id: "Z", unit: "um", values }]);
 * const data = standardiseAttributes([{ name: "a", table }], ["Z"]);
 * const { dimensions } = describeSpace(data, [Float64Array.from(data.values, (v) => -v)]);
 * assert.equal(dimensions[0]!.name, "Z");
 * assert.ok(Math.abs(dimensions[0]!.explainedVariance - 1) < 1e-6);
 * ```
 */
export function describeSpace(
  data: AttributeScores,
  latent: readonly Float64Array[],
): LatentSpace {
  const { ids, rows, values } = data, width = ids.length;
  const scores = latent.map(standardised);
  const products = Matrix.zeros(latent.length, width);
  for (const [k, column] of scores.entries()) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += column[i]! * values[i * width + j]!;
      products.set(k, j, sum);
    }
  }
  const squares = new Matrix(scores.map((a) => scores.map((b) => dot(a, b))));
  const coefficients = solve(squares, products, true);
  const total = values.reduce((sum, value) => sum + value * value, 0);
  const described = scores.map((column, k) => {
    const row = coefficients.getRow(k);
    const sign = strongest(row) < 0 ? -1 : 1;
    const explained = row.reduce(
      (sum, b, j) => sum + b * products.get(k, j),
      0,
    );
    const loadings = Float64Array.from(row, (b) => sign * b);
    return {
      dimension: {
        name: nameOf(loadings, ids),
        explainedVariance: explained / total,
        loadings,
      },
      scores: column.map((value) => sign * value),
    };
  }).sort((a, b) =>
    b.dimension.explainedVariance - a.dimension.explainedVariance
  );
  return {
    dimensions: described.map(({ dimension }) => dimension),
    scores: described.map(({ scores }) => scores),
  };
}

/** Attributes with more than half of the largest loading, three at most. */
function nameOf(loadings: Float64Array, ids: readonly string[]): string {
  const most = Math.abs(strongest(loadings));
  return [...loadings.keys()]
    .sort((a, b) => Math.abs(loadings[b]!) - Math.abs(loadings[a]!))
    .filter((j) => Math.abs(loadings[j]!) > most / 2)
    .slice(0, 3)
    .map((j) => `${loadings[j]! < 0 ? "−" : ""}${ids[j]}`)
    .join(", ");
}

function strongest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]!) > Math.abs(most)) most = values[i]!;
  }
  return most;
}

/** Values less their mean, in standard deviations. */
function standardised(values: Float64Array, k: number): Float64Array {
  const centre = mean(values), sd = standardDeviation(values);
  if (!(sd > 0)) {
    throw new RangeError(
      `Cannot describe latent dimension ${k}, counted from 0, as it must vary: current value is ${centre} throughout`,
    );
  }
  return values.map((value) => (value - centre) / sd);
}
