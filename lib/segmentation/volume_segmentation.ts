/** Particles of volumes, by any method, whole or in blocks. */
import { silent, type VolumeSource } from "../core/mod.ts";
import {
  type BlockOptions,
  joinBlocks,
  type JoinedLabels,
  planBlocks,
  segmentBlock,
  type StoredBlock,
  type VolumeMethod,
} from "./blocks.ts";
import { surveyVolume } from "./volume_survey.ts";

/** Choices of {@linkcode segmentVolume}. */
export interface VolumeOptions extends BlockOptions {
  /** Number of blocks, by default 1. */
  blocks?: number;
  /** How far blocks overlap, in micrometres; by default as far as the filters reach and the largest particle is wide. */
  overlap_um?: number;
}

/**
 * Finds the particles of a volume, whole or in blocks.
 *
 * A first pass brings the volume to a grid of about 0.35 um, on which particles
 * are found, and takes its global values. Blocks then look beyond their ends by
 * more than a particle and all filters, so each sees the same markers as the
 * whole does; a voxel takes its label from the block that it lies in, and labels
 * of the same marker are one particle. Outlines follow the grey levels of the
 * volume itself ({@linkcode finerLabels}). The labels are those of one block
 * unless a particle, or a clump of particles without a neck, is larger than the
 * overlap; such particles are told in `differing`.
 *
 * @param source The volume.
 * @param method How particles are found.
 * @param options Blocks, workers, progress.
 * @returns Particles from 1 without gaps, in the order in which the scan meets them.
 * @throws {RangeError} If a parameter is out of range, the volume has a single
 * grey level or is too short for so many blocks.
 */
export async function segmentVolume(
  source: VolumeSource,
  method: VolumeMethod,
  options: VolumeOptions = {},
): Promise<JoinedLabels> {
  const { blocks = 1, overlap_um, progress = silent, ...workers } = options;
  const step = "finding particles";
  const spacing_um = method.workingSpacing_um(source.spacing_um);
  progress(step, 0);
  const survey = await surveyVolume(
    source,
    spacing_um,
    method.parameters,
    workers,
  );
  const plan = planBlocks(
    source,
    method,
    survey.grey.shape,
    blocks,
    overlap_um,
  );
  const done: StoredBlock[] = [];
  for (let i = 0; i < blocks; i++) {
    progress(step, 0.1 + 0.85 * i / blocks);
    const { labels, ...rest } = await segmentBlock(
      source,
      survey,
      plan,
      i,
      method,
      workers,
    );
    done.push({ ...rest, labels: () => Promise.resolve(labels) });
  }
  progress(step, 0.95);
  const joined = await joinBlocks(
    done,
    source.shape,
    source.spacing_um,
    method.parameters.smallest_um,
  );
  progress(step, 1);
  return joined;
}
