/** Labelled slices of many synthetic electrodes, for training and testing the identification of particles. */
import {
  type Progress,
  Random,
  silent,
  sliceOf,
  type ZYX,
} from "../core/mod.ts";
import type { LabelledSlice } from "../segmentation/mod.ts";
import { type ElectrodeOptions, synthesizeElectrode } from "./electrode.ts";

/** Which electrodes {@linkcode trainingSlices} cuts. */
export interface TrainingSliceOptions {
  /** Number of electrodes. */
  electrodes: number;
  /** Number of slices across each of the three axes of an electrode. */
  slicesPerAxis: number;
  /** Extent z, y, x in micrometres. */
  extent_um: ZYX;
  /** Takes news of the work. */
  progress?: Progress;
}

/** Voxel edges in micrometres, one electrode after the other. */
const spacings_um = [0.35, 0.2, 0.3, 0.4, 0.25, 0.35];

/**
 * Slices of synthetic electrodes that differ in state, voxel size, contrast,
 * gamma, noise and blur; evenly spaced across all three axes.
 *
 * @param seed Seed; other seeds give other electrodes.
 * @param options Number and size of electrodes, progress.
 *
 * @example One small electrode
 * ```ts
 * import assert from "node:assert/strict";
 * import { trainingSlices } from "./training_slices.ts";
 *
 * const slices = await trainingSlices(1, {
 *   electrodes: 1,
 *   slicesPerAxis: 1,
 *   extent_um: [33, 14, 14],
 * });
 * assert.deepEqual(slices.map(({ image }) => image.shape), [[40, 40], [94, 40], [94, 40]]);
 * ```
 */
export async function trainingSlices(
  seed: number,
  options: TrainingSliceOptions,
): Promise<LabelledSlice[]> {
  const { electrodes, slicesPerAxis, extent_um } = options;
  const { progress = silent } = options;
  const slices: LabelledSlice[] = [];
  for (let n = 0; n < electrodes; n++) {
    progress("making electrodes", n / electrodes);
    const { volume, labels } = await synthesizeElectrode({
      ...variation(seed, n),
      extent_um,
    });
    for (const [axis, name] of (["z", "y", "x"] as const).entries()) {
      const length = volume.shape[axis]!;
      for (let k = 0; k < slicesPerAxis; k++) {
        const index = Math.floor(length * (k + 0.5) / slicesPerAxis);
        slices.push({
          image: sliceOf(volume, name, index),
          labels: sliceOf(labels, name, index),
        });
      }
    }
  }
  progress("making electrodes", 1);
  return slices;
}

/** How the n-th electrode looks. */
function variation(seed: number, n: number): ElectrodeOptions {
  const random = new Random(seed, "training electrode", n);
  return {
    cycles: n % 2 === 0 ? 10 : 50,
    seed: 1000 * seed + n,
    spacing_um: spacings_um[n % spacings_um.length]!,
    appearance: {
      gain: random.between(0.7, 1.25),
      gamma: Math.exp(random.between(-0.35, 0.35)),
      noise: random.between(0.4, 1.7),
      blur_um: random.between(0.1, 0.3),
    },
  };
}
