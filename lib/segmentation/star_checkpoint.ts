/** Trainings that can be interrupted. */
import { DataError } from "../core/mod.ts";
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from "../io/mod.ts";
import { type StarArchitecture, weightCount } from "./star_network.ts";
import type {
  StarTrainingSettings,
  StarTrainingState,
} from "./star_training.ts";

/** What a training is and where it stands. */
export interface StarCheckpoint {
  readonly architecture: StarArchitecture;
  readonly settings: StarTrainingSettings;
  readonly state: StarTrainingState;
}

const format = "cathode-notebooks star-convex training 1";

/**
 * Writes a checkpoint, whole or not at all.
 *
 * @param path Where to.
 * @param checkpoint The training.
 * @throws {DataError} If the place cannot be written.
 */
export async function writeStarCheckpoint(
  path: string,
  { architecture, settings, state }: StarCheckpoint,
): Promise<void> {
  const { weights, optimiser, losses } = state;
  const row = (data: Float64Array): StoredTensor => ({
    data,
    shape: [data.length],
  });
  await writeSafetensors(path, {
    tensors: new Map([
      ["weights", row(weights)],
      ["first", row(optimiser.first)],
      ["second", row(optimiser.second)],
      ["probability", row(Float64Array.from(losses, (l) => l.probability))],
      ["distance", row(Float64Array.from(losses, (l) => l.distance))],
    ]),
    metadata: {
      format,
      architecture: JSON.stringify(architecture),
      settings: JSON.stringify(settings),
    },
  });
}

/**
 * Reads a checkpoint; the training goes on from it as if it had not stopped.
 *
 * @param path The file.
 * @throws {DataError} If the file is missing, truncated, no checkpoint, or does
 * not hold as many weights as its network has.
 */
export async function readStarCheckpoint(
  path: string,
): Promise<StarCheckpoint> {
  const { tensors, metadata } = await readSafetensors(path);
  if (metadata.format !== format) {
    throw new DataError(
      `Cannot go on with the training as the format of its checkpoint must be "${format}": current value is ${
        metadata.format ?? "none"
      }`,
      { file: path },
    );
  }
  const architecture = JSON.parse(metadata.architecture!) as StarArchitecture;
  const settings = JSON.parse(metadata.settings!) as StarTrainingSettings;
  const take = (name: string, length?: number): Float64Array => {
    const data = tensors.get(name)?.data;
    if (
      !(data instanceof Float64Array) || data.length !== (length ?? data.length)
    ) {
      throw new DataError(
        `Cannot go on with the training as its checkpoint must have ${
          length ?? "some"
        } numbers "${name}": current value is ${data?.length ?? "none"}`,
        { file: path },
      );
    }
    return data;
  };
  const count = weightCount(architecture);
  const probability = take("probability");
  const distance = take("distance", probability.length);
  return {
    architecture,
    settings,
    state: {
      weights: take("weights", count),
      optimiser: {
        steps: probability.length,
        first: take("first", count),
        second: take("second", count),
      },
      losses: Array.from(
        probability,
        (value, i) => ({ probability: value, distance: distance[i]! }),
      ),
    },
  };
}
