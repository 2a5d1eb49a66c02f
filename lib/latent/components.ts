/** Linear baselines: principal components, turned to simple structure, and how many there are. */
import { EigenvalueDecomposition, inverse, Matrix, solve } from "ml-matrix";
import { quantile } from "../statistics/mod.ts";
import { latentColumns, reconstructionR2 } from "./reconstruction.ts";
import { type AttributeScores, shuffleAttributes } from "./standardise.ts";
import type { RowSplit } from "./autoencoder.ts";

/** Principal components of some particles. */
export interface PrincipalComponents {
  /** Variances along all components, the largest first. */
  readonly eigenvalues: Float64Array;
  /** Loadings of the attributes on the components kept: one row per attribute. */
  readonly loadings: number[][];
  /** Components kept, for all particles, with variance 1: one array each. */
  readonly scores: readonly Float64Array[];
  /** R2 of each attribute's reconstruction from the components kept. */
  readonly r2: {
    readonly training: Float64Array;
    readonly heldOut: Float64Array;
  };
}

/**
 * Principal components: the best linear dimensions, and thus what an
 * autoencoder has to match.
 *
 * @param data The particles.
 * @param count Number of components to keep.
 * @param split Particles that the components are taken from, and others.
 * @throws {RangeError} If there are not as many attributes.
 */
export function principalComponents(
  data: AttributeScores,
  count: number,
  split: RowSplit,
): PrincipalComponents {
  const { ids: { length: width }, rows, values } = data;
  if (!(Number.isInteger(count) && count >= 1 && count <= width)) {
    throw new RangeError(
      `Cannot keep components as their number must be from 1 to the ${width} attributes: current value is ${count}`,
    );
  }
  const { eigenvalues, vectors } = eigen(covariance(data, split.training));
  const kept = vectors.slice(0, count);
  const scores = new Float64Array(rows * count);
  const output = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (const [k, vector] of kept.entries()) {
      let score = 0;
      for (let j = 0; j < width; j++) {
        score += vector[j]! * values[i * width + j]!;
      }
      for (let j = 0; j < width; j++) {
        output[i * width + j]! += score * vector[j]!;
      }
      scores[i * count + k] = score / Math.sqrt(eigenvalues[k]!);
    }
  }
  return {
    eigenvalues,
    loadings: Array.from(
      { length: width },
      (_, j) => kept.map((v, k) => v[j]! * Math.sqrt(eigenvalues[k]!)),
    ),
    scores: latentColumns(scores, count),
    r2: {
      training: reconstructionR2(data, output, split.training),
      heldOut: reconstructionR2(data, output, split.heldOut),
    },
  };
}

/** Components after an oblique rotation. */
export interface RotatedComponents {
  /** Loadings of the attributes: one row per attribute. */
  readonly loadings: number[][];
  /** Rotated components for all particles: one array each. */
  readonly scores: readonly Float64Array[];
}

/**
 * Promax rotation: axes are turned until each attribute loads on few of them
 * (varimax with Kaiser's normalisation), then each is turned for itself towards
 * the fourth power of these loadings, which lets them correlate.
 *
 * Sources: H. F. Kaiser, Psychometrika 23, 187 (1958), doi:10.1007/BF02289233;
 * A. E. Hendrickson and P. O. White, Br. J. Stat. Psychol. 17, 65 (1964),
 * doi:10.1111/j.2044-8317.1964.tb00244.x.
 *
 * @param components Loadings, and scores with variance 1 that do not correlate.
 */
export function promax(
  { loadings, scores }: Pick<PrincipalComponents, "loadings" | "scores">,
): RotatedComponents {
  const given = new Matrix(loadings);
  const rotation = varimaxRotation(given);
  const turned = given.mmul(rotation);
  const target = turned.clone().apply(function (this: Matrix, i, j) {
    this.set(i, j, turned.get(i, j) * Math.abs(turned.get(i, j)) ** 3);
  });
  const free = solve(turned, target);
  const spread = inverse(free.transpose().mmul(free)).diagonal();
  const oblique = rotation.mmul(free.mulRowVector(spread.map(Math.sqrt)));
  // Loadings turn by R, so that scores turn by the transposed inverse of R.
  const back = inverse(oblique).transpose();
  return {
    loadings: given.mmul(oblique).to2DArray(),
    scores: Array.from(
      { length: scores.length },
      (_, k) =>
        Float64Array.from(
          scores[0]!,
          (_, i) =>
            scores.reduce(
              (sum, column, l) => sum + column[i]! * back.get(l, k),
              0,
            ),
        ),
    ),
  };
}

/**
 * Orthogonal matrix that turns loadings to the largest variance of their
 * squares: Kaiser's rotation of one pair of axes after the other, which, unlike
 * the iteration by singular values, cannot run in a circle.
 */
function varimaxRotation(loadings: Matrix): Matrix {
  const turned = loadings.clone(), rotation = Matrix.eye(loadings.columns);
  for (let j = 0; j < turned.rows; j++) {
    turned.mulRow(j, 1 / Math.hypot(...loadings.getRow(j)));
  }
  for (let sweep = 0, most = 1; most > 1e-10 && sweep < 100; sweep++) {
    most = 0;
    for (let a = 0; a < turned.columns; a++) {
      for (let b = a + 1; b < turned.columns; b++) {
        const angle = varimaxAngle(turned.getColumn(a), turned.getColumn(b));
        for (const matrix of [turned, rotation]) turnAxes(matrix, a, b, angle);
        most = Math.max(most, Math.abs(angle));
      }
    }
  }
  return rotation;
}

/** Angle by which a pair of axes is to be turned (Kaiser 1958). */
function varimaxAngle(x: readonly number[], y: readonly number[]): number {
  const u = x.map((value, j) => value ** 2 - y[j]! ** 2);
  const v = x.map((value, j) => 2 * value * y[j]!);
  const sum = (of: (j: number) => number) =>
    x.reduce((total, _, j) => total + of(j), 0);
  const sumU = sum((j) => u[j]!), sumV = sum((j) => v[j]!);
  return Math.atan2(
    2 * (sum((j) => u[j]! * v[j]!) - sumU * sumV / x.length),
    sum((j) => u[j]! ** 2 - v[j]! ** 2) - (sumU ** 2 - sumV ** 2) / x.length,
  ) / 4;
}

function turnAxes(matrix: Matrix, a: number, b: number, angle: number): void {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  for (let i = 0; i < matrix.rows; i++) {
    const x = matrix.get(i, a), y = matrix.get(i, b);
    matrix.set(i, a, cos * x + sin * y);
    matrix.set(i, b, cos * y - sin * x);
  }
}

/** Eigenvalues and what they would be if nothing were related. */
export interface ParallelAnalysis {
  /** Eigenvalues of the correlations, the largest first. */
  readonly eigenvalues: Float64Array;
  /** The 95 % quantiles of those of shuffled attributes. */
  readonly limits: Float64Array;
  /** How many of the first eigenvalues exceed their limits. */
  readonly dimensions: number;
}

/**
 * Parallel analysis: how many components stand out from chance.
 *
 * It counts factors that several attributes share. A dimension that shows in
 * one attribute only has an eigenvalue near 1 and is not counted, however real
 * it is.
 *
 * Source: J. L. Horn, Psychometrika 30, 179 (1965), doi:10.1007/BF02289447,
 * with shuffled attributes instead of normal ones.
 *
 * @param data The particles.
 * @param samples Number of shuffled copies.
 * @param seed Seed of the shuffling.
 */
export function parallelAnalysis(
  data: AttributeScores,
  samples: number,
  seed: number,
): ParallelAnalysis {
  const eigenvaluesOf = (of: AttributeScores) =>
    eigen(covariance(of)).eigenvalues;
  const eigenvalues = eigenvaluesOf(data);
  const chance = Array.from(
    { length: samples },
    (_, i) => eigenvaluesOf(shuffleAttributes(data, seed + i)),
  );
  const limits = eigenvalues.map((_, k) =>
    quantile(chance.map((values) => values[k]!), 0.95)
  );
  const first = eigenvalues.findIndex((value, k) => value <= limits[k]!);
  return {
    eigenvalues,
    limits,
    dimensions: first < 0 ? eigenvalues.length : first,
  };
}

/** Mean products of the attributes, whose means are 0. */
function covariance(
  { ids: { length: width }, rows, values }: AttributeScores,
  some?: Uint32Array,
): Matrix {
  const sums = new Float64Array(width * width), count = some?.length ?? rows;
  for (let n = 0; n < count; n++) {
    const at = (some?.[n] ?? n) * width;
    for (let a = 0; a < width; a++) {
      const value = values[at + a]!;
      for (let b = 0; b <= a; b++) {
        sums[a * width + b]! += value * values[at + b]!;
      }
    }
  }
  return Matrix.zeros(width, width).apply(function (this: Matrix, a, b) {
    this.set(a, b, sums[Math.max(a, b) * width + Math.min(a, b)]! / count);
  });
}

/** Eigenvalues of a symmetric matrix, the largest first, and their vectors. */
function eigen(
  matrix: Matrix,
): { eigenvalues: Float64Array; vectors: number[][] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    matrix,
    { assumeSymmetric: true },
  );
  const order = [...realEigenvalues.keys()].sort((a, b) =>
    realEigenvalues[b]! - realEigenvalues[a]!
  );
  return {
    eigenvalues: Float64Array.from(order, (k) => realEigenvalues[k]!),
    vectors: order.map((k) => eigenvectorMatrix.getColumn(k)),
  };
}
