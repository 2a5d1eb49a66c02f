/** Whether latent dimensions come out alike when the training starts anew. */
import { bestAssignment, mean, median } from "../statistics/mod.ts";
import { dot } from "./dot.ts";
import type { LatentSpace } from "./space.ts";

/** Which dimension of another space stands for each of a reference. */
export interface DimensionMatch {
  /** Its index in the other space. */
  readonly index: Int32Array;
  /** How alike the two are, -1 to 1; the sign tells whether one is turned round. */
  readonly similarity: Float64Array;
}

/**
 * Pairs the dimensions of two spaces of the same particles by the absolute
 * correlation of their values, each with one of its own, so that the sum is
 * largest.
 *
 * @param reference One space.
 * @param other The other, with at least as many dimensions.
 * @throws {RangeError} If the other has fewer dimensions.
 */
export function matchByScores(
  reference: LatentSpace,
  other: LatentSpace,
): DimensionMatch {
  // Scores have mean 0 and variance 1.
  return match(
    reference.scores,
    other.scores,
    (a, b) => dot(a, b) / (a.length - 1),
  );
}

/**
 * Pairs the dimensions of two spaces of the same attributes by the cosine
 * between their loadings (Tucker's congruence), for spaces of different
 * particles.
 *
 * @param reference One space.
 * @param other The other, with at least as many dimensions.
 * @throws {RangeError} If the other has fewer dimensions.
 */
export function matchByLoadings(
  reference: LatentSpace,
  other: LatentSpace,
): DimensionMatch {
  const loadings = ({ dimensions }: LatentSpace) =>
    dimensions.map((dimension) => dimension.loadings);
  return match(
    loadings(reference),
    loadings(other),
    (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  );
}

/** Spaces of the same particles that differ in the seed of the training alone. */
export interface SeedStability {
  /** Index of the space that is most like the others. */
  readonly reference: number;
  /** Dimensions of each space that stand for those of the reference. */
  readonly matches: readonly DimensionMatch[];
  /** Median absolute correlation of each dimension of the reference with those of the other seeds. */
  readonly dimensionMatch: Float64Array;
  /** Mean absolute correlation of matched dimensions over all pairs of seeds. */
  readonly seedMatch: number;
}

/**
 * How alike the spaces of several seeds are.
 *
 * @param spaces At least two spaces of the same particles, one per seed.
 * @throws {RangeError} If there are fewer than two.
 */
export function seedStability(spaces: readonly LatentSpace[]): SeedStability {
  if (spaces.length < 2) {
    throw new RangeError(
      `Cannot tell stability as there must be at least two seeds: current value is ${spaces.length}`,
    );
  }
  const all = spaces.map((a) => spaces.map((b) => matchByScores(a, b)));
  const likeness = all.map((matches, i) =>
    mean(
      matches.filter((_, j) => j !== i)
        .map(({ similarity }) => mean(similarity.map(Math.abs))),
    )
  );
  const reference = likeness.indexOf(Math.max(...likeness));
  const matches = all[reference]!;
  return {
    reference,
    matches,
    dimensionMatch: Float64Array.from(
      spaces[reference]!.dimensions,
      (_, k) =>
        median(
          matches.filter((_, j) => j !== reference)
            .map(({ similarity }) => Math.abs(similarity[k]!)),
        ),
    ),
    seedMatch: mean(likeness),
  };
}

function match(
  reference: readonly Float64Array[],
  other: readonly Float64Array[],
  similarityOf: (a: Float64Array, b: Float64Array) => number,
): DimensionMatch {
  const similarities = reference.map((a) =>
    other.map((b) => similarityOf(a, b))
  );
  const index = bestAssignment(
    Float64Array.from(similarities.flat(), Math.abs),
    reference.length,
    other.length,
  );
  return {
    index,
    similarity: Float64Array.from(index, (j, i) => similarities[i]![j]!),
  };
}
