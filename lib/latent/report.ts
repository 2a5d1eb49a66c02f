/** Results of a latent correlation as they are kept on disk. */
import { writeWhole } from "../core/mod.ts";
import { mean } from "../statistics/mod.ts";
import type { LatentAnalysis } from "./analysis.ts";
import type { AutoencoderSettings } from "./autoencoder.ts";
import {
  connectionDifferences,
  type PermutationTest,
  permutationTest,
} from "./connections.ts";
import { principalComponents } from "./components.ts";
import { type AttributeScores, rowRanges } from "./standardise.ts";

/** Pair of latent dimensions by their ids. */
interface ReportedPair {
  readonly a: string;
  readonly b: string;
  readonly p: number;
  readonly q: number;
}

/** Content of a `latent.json`. */
export interface LatentReport {
  /** Latent dimensions, the one that explains most first. */
  readonly dimensions: readonly {
    /** `LD1`, `LD2`, ... */
    readonly id: string;
    readonly name: string;
    readonly explainedVariance: number;
    /** Loading of each attribute. */
    readonly loadings: Readonly<Record<string, number>>;
  }[];
  readonly electrodes: readonly {
    /** Name of the electrode. */
    readonly id: string;
    readonly particles: number;
    /** All pairs, connected or not. */
    readonly connections: readonly (ReportedPair & {
      readonly r: number;
      readonly presence: number;
      readonly connected: boolean;
    })[];
  }[];
  /** Pairs that are connected in either electrode. */
  readonly differences: readonly (ReportedPair & {
    readonly kind: string;
  })[];
  /** Whether the correlations of the electrodes differ at all. */
  readonly permutation: PermutationTest;
  readonly stability: {
    readonly seedMatch: number;
    readonly seeds: readonly number[];
    /** Median match of each dimension. */
    readonly dimensionMatch: readonly number[];
  };
  /** Mean R2 over the attributes, of the reference seed. */
  readonly reconstruction: {
    readonly train: number;
    readonly heldOut: number;
    /** Of as many principal components, for held-out particles. */
    readonly pca: number;
    /** Held-out R2 of each attribute. */
    readonly attributes: Readonly<Record<string, number>>;
  };
  readonly settings: AutoencoderSettings;
}

/** Number of permutations of particles between electrodes. */
const permutations = 999;

/**
 * Sums up the analysis of two electrodes.
 *
 * @param data The particles.
 * @param analysis Their analysis.
 * @param seed Seed of the permutations.
 * @throws {RangeError} If there are not two electrodes.
 */
export function latentReport(
  data: AttributeScores,
  analysis: LatentAnalysis,
  seed: number,
): LatentReport {
  const { space, electrodes, stability, fits, settings, split } = analysis;
  const [first, second] = electrodes, [rows1, rows2] = rowRanges(data);
  if (electrodes.length !== 2 || !first || !second || !rows1 || !rows2) {
    throw new RangeError(
      `Cannot compare electrodes as there must be two: current value is ${electrodes.length}`,
    );
  }
  const id = (k: number) => `LD${k + 1}`;
  const { r2 } = fits[stability.reference]!;
  const pca = principalComponents(data, settings.dimensions, split);
  return {
    dimensions: space.dimensions.map((dimension, k) => ({
      id: id(k),
      name: dimension.name,
      explainedVariance: dimension.explainedVariance,
      loadings: byAttribute(data, (j) => dimension.loadings[j]!),
    })),
    electrodes: electrodes.map(({ name, rows, connections }) => ({
      id: name,
      particles: rows,
      connections: connections.map(({ a, b, ...rest }) => ({
        a: id(a),
        b: id(b),
        ...rest,
      })),
    })),
    differences: connectionDifferences(first, second).map((
      { a, b, ...rest },
    ) => ({ a: id(a), b: id(b), ...rest })),
    permutation: permutationTest(space.scores, [rows1, rows2], {
      permutations,
      seed,
    }),
    stability: {
      seedMatch: stability.seedMatch,
      seeds: fits.map((fit) => fit.seed),
      dimensionMatch: [...stability.dimensionMatch],
    },
    reconstruction: {
      train: mean(r2.training),
      heldOut: mean(r2.heldOut),
      pca: mean(pca.r2.heldOut),
      attributes: byAttribute(data, (j) => r2.heldOut[j]!),
    },
    settings,
  };
}

/**
 * Writes a report as JSON, whole or not at all.
 *
 * @param path Where to.
 * @param report The report.
 * @throws {DataError} If the place cannot be written.
 */
export async function writeLatentReport(
  path: string,
  report: LatentReport,
): Promise<void> {
  await writeWhole(path, JSON.stringify(report, null, 1) + "\n");
}

function byAttribute(
  { ids }: AttributeScores,
  value: (j: number) => number,
): Record<string, number> {
  return Object.fromEntries(ids.map((id, j) => [id, value(j)]));
}
