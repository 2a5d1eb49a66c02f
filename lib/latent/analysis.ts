/** From attributes to connections: trainings, stability, correlations. */
import { type Progress, silent, type WorkerPool } from "../core/mod.ts";
import {
  type AutoencoderFit,
  type AutoencoderSettings,
  type RowSplit,
  splitRows,
  trainAutoencoders,
} from "./autoencoder.ts";
import {
  type Connection,
  type ConnectionRule,
  connectionRule,
  connectionsOf,
} from "./connections.ts";
import { describeSpace, type LatentSpace } from "./space.ts";
import { type SeedStability, seedStability } from "./stability.ts";
import { type AttributeScores, rowRanges } from "./standardise.ts";

/** Latent dimensions of some particles and how they are connected. */
export interface LatentAnalysis {
  readonly settings: AutoencoderSettings;
  /** Particles that were trained on, and those kept out. */
  readonly split: RowSplit;
  /** One training per seed. */
  readonly fits: readonly AutoencoderFit[];
  /** Their latent spaces. */
  readonly spaces: readonly LatentSpace[];
  readonly stability: SeedStability;
  /** The space that stands for all seeds. */
  readonly space: LatentSpace;
  /** Connections of each electrode. */
  readonly electrodes: readonly {
    readonly name: string;
    readonly rows: number;
    readonly connections: readonly Connection[];
  }[];
}

/**
 * Trains an autoencoder per seed and finds the connections that do not depend
 * on the seed.
 *
 * One encoder serves all electrodes of the data; correlations are taken within
 * each. For encoders of their own, as in the paper, call it with the particles
 * of one electrode after the other (`electrodeScores`).
 *
 * @param data The particles.
 * @param settings Network, penalties, training.
 * @param seeds At least two seeds of weights and batches.
 * @param pool Workers.
 * @param options Rule of connections, and who takes the news.
 * @throws {RangeError} As `trainAutoencoder`, or if there are fewer than two seeds.
 */
export async function analyseLatent(
  data: AttributeScores,
  settings: AutoencoderSettings,
  seeds: readonly number[],
  pool: WorkerPool,
  options: { rule?: ConnectionRule; progress?: Progress } = {},
): Promise<LatentAnalysis> {
  const { rule = connectionRule, progress = silent } = options;
  const split = splitRows(data.rows, 1);
  const fits = await trainAutoencoders(
    data,
    settings,
    seeds,
    split,
    pool,
    progress,
  );
  const spaces = fits.map(({ latent }) => describeSpace(data, latent));
  const stability = seedStability(spaces);
  const ranges = rowRanges(data);
  return {
    settings,
    split,
    fits,
    spaces,
    stability,
    space: spaces[stability.reference]!,
    electrodes: data.electrodes.map(({ name, rows }, e) => ({
      name,
      rows,
      connections: connectionsOf(spaces, stability, ranges[e]!, rule),
    })),
  };
}

/** Settings and how they fared. */
export interface SettingsTrial {
  readonly settings: AutoencoderSettings;
  /** Mean R2 of the reconstruction of particles kept out. */
  readonly heldOut: number;
  /** Mean absolute correlation of matched dimensions over all pairs of seeds. */
  readonly seedMatch: number;
  /** The same of the dimension that is least alike, as median over the seeds. */
  readonly leastMatch: number;
}

/** Least match of every dimension that settings must have to be chosen. */
const stableMatch = 0.95;

/**
 * Chooses settings without a look at the connections: of those whose every
 * dimension comes back from seed to seed, the ones that reconstruct best; if
 * there are none, the ones that come back best.
 *
 * @param data The particles.
 * @param candidates Settings to try.
 * @param seeds At least two seeds for each.
 * @param pool Workers.
 * @param progress Takes the news.
 * @returns The settings, and all trials in the order of the candidates.
 * @throws {RangeError} If there is no candidate, or as {@linkcode analyseLatent}.
 */
export async function chooseSettings(
  data: AttributeScores,
  candidates: readonly AutoencoderSettings[],
  seeds: readonly number[],
  pool: WorkerPool,
  progress: Progress = silent,
): Promise<{ settings: AutoencoderSettings; trials: SettingsTrial[] }> {
  if (candidates.length === 0) {
    throw new RangeError(
      "Cannot choose settings as there must be at least one candidate: current value is 0",
    );
  }
  const trials: SettingsTrial[] = [];
  for (const settings of candidates) {
    const analysis = await analyseLatent(data, settings, seeds, pool, {
      progress,
    });
    trials.push({
      settings,
      heldOut: meanHeldOut(analysis),
      seedMatch: analysis.stability.seedMatch,
      leastMatch: Math.min(...analysis.stability.dimensionMatch),
    });
  }
  const stable = trials.filter(({ leastMatch }) => leastMatch >= stableMatch);
  const best = stable.length > 0
    ? stable.reduce((a, b) => b.heldOut > a.heldOut ? b : a)
    : trials.reduce((a, b) => b.leastMatch > a.leastMatch ? b : a);
  return { settings: best.settings, trials };
}

/** Mean R2 of the reconstruction of held-out particles over attributes and seeds. */
export function meanHeldOut({ fits }: Pick<LatentAnalysis, "fits">): number {
  const all = fits.flatMap(({ r2 }) => [...r2.heldOut]);
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}
