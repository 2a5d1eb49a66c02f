/** Audit of attributes that are computed from the damage that they should explain. */
import type { Progress, WorkerPool } from "../core/mod.ts";
import {
  contributionScores,
  publishedSettings,
} from "./contribution_scores.ts";
import { shuffleTarget } from "./cross_validation.ts";
import { createFeatures, featureColumn, type Features } from "./features.ts";
import { type ForestSettings, trainForest } from "./random_forest.ts";
import type { Samples } from "./samples.ts";
import { shapValues } from "./tree_shap.ts";

/** Scores with one choice of attributes. */
export interface LeakAuditEntry {
  /** Name of the choice, for example `as published`. */
  readonly name: string;
  readonly attributes: readonly string[];
  /** Out-of-bag R2. */
  readonly r2: number;
  /** Out-of-bag R2 with the damage dealt out anew; about 0. */
  readonly shuffledR2: number;
  /** Mean absolute Shapley value of each attribute, in units of the target. */
  readonly scores: Float64Array;
}

/**
 * Grows the same forest on several choices of attributes of the same
 * particles: as published, with clean definitions, without those that leak.
 *
 * An attribute computed from crack voxels predicts the damage without
 * explaining it. Where the quality falls once such attributes are dropped, the
 * difference was leakage.
 *
 * @param choices Named choices; all with the same particles.
 * @param options Seed, and forest (the published one by default).
 * @param pool Workers.
 * @param progress Takes the news.
 */
export async function leakAudit(
  choices: readonly (Samples & { readonly name: string })[],
  options: {
    readonly seed: number;
    readonly settings?: Omit<ForestSettings, "seed">;
  },
  pool: WorkerPool,
  progress?: Progress,
): Promise<LeakAuditEntry[]> {
  const { seed, settings = publishedSettings } = options;
  return await pool.map<AuditTask, LeakAuditEntry>(
    { module: new URL(import.meta.url), name: auditChoice.name },
    choices.map(({ name, ...samples }) => ({
      name,
      samples,
      settings: { ...settings, seed },
    })),
    { step: "auditing attributes", ...(progress && { progress }) },
  );
}

interface AuditTask {
  readonly name: string;
  readonly samples: Samples;
  readonly settings: ForestSettings;
}

/** One choice; exported for the workers. */
export function auditChoice(
  { name, samples, settings }: AuditTask,
): LeakAuditEntry {
  const { forest, outOfBag } = trainForest(samples, settings);
  const shuffled = trainForest(shuffleTarget(samples, settings.seed), settings);
  return {
    name,
    attributes: samples.features.ids,
    r2: outOfBag?.r2 ?? NaN,
    shuffledR2: shuffled.outOfBag?.r2 ?? NaN,
    scores: contributionScores(shapValues(forest, samples.features)),
  };
}

/**
 * The features without some attributes.
 *
 * @param features All attributes.
 * @param ids Names of those to drop; each must be there.
 * @throws {RangeError} If an attribute is unknown or none is left.
 */
export function withoutAttributes(
  features: Features,
  ids: readonly string[],
): Features {
  const unknown = ids.find((id) => !features.ids.includes(id));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot drop an attribute as it must be one of ${
        features.ids.join(", ")
      }: current value is ${unknown}`,
    );
  }
  const kept = features.ids.filter((id) => !ids.includes(id));
  return createFeatures(
    kept,
    kept.map((id) => featureColumn(features, features.ids.indexOf(id))),
  );
}
