/** Particles of volumes by the star-convex network. */
import { createHash } from "node:crypto";
import { onGridOf, silent, type Volume, WorkerPool } from "../core/mod.ts";
import { toShared } from "../image/ranges.ts";
import type { VolumeMethod } from "./blocks.ts";
import { standardised } from "./standardise.ts";
import type { StarModel } from "./star_model.ts";
import { networkReach } from "./star_network.ts";
import { predictViews } from "./star_prediction.ts";
import {
  type FusionParameters,
  viewMethod,
  type Views,
} from "./view_fusion.ts";

/**
 * The star-convex network in three views as a method for `segmentVolume` and
 * its blocks.
 *
 * @param model The network.
 * @param parameters Departures from `fusionParameters`.
 */
export function starMethod(
  model: StarModel,
  parameters: Partial<FusionParameters> = {},
): VolumeMethod {
  const { architecture, weights } = model;
  const { spacing_um } = architecture;
  const bytes = new Uint8Array(
    weights.buffer,
    weights.byteOffset,
    weights.byteLength,
  );
  return viewMethod({
    name: "star",
    spacing_um,
    reach_um: networkReach(architecture) * spacing_um,
    settings: {
      architecture,
      weights: createHash("sha256").update(bytes).digest("hex"),
    },
    views: async (grey, levels, { workers, progress = silent }) => {
      const input = standardised(grey, levels);
      using pool = workers === undefined
        ? new WorkerPool()
        : new WorkerPool(workers);
      const { probability } = await predictViews(
        model,
        onGridOf(input, toShared(input.data)),
        pool,
        progress,
      );
      return probability.map((data): Volume<Float32Array> =>
        onGridOf(grey, data)
      ) as unknown as Views;
    },
  }, parameters);
}
