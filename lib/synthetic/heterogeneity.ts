/** Synthetic maps of the state of charge inside particles, voxel by voxel. */
import {
  createTable,
  createVolume,
  type Labels,
  Random,
  shared,
  type Table,
  type Volume,
  WorkerPool,
  type ZYX,
} from "../core/mod.ts";
import { packSpheres } from "../geometry/mod.ts";
import { BUNDLES, type ChargingItem } from "./heterogeneity_layers.ts";

/**
 * What makes the state of charge differ, on the logit scale (ln of charge over
 * the rest), on which effects add up and charge stays between 0 and 1. All
 * sizes are choices: the papers give none.
 */
export interface ChargeParameters {
  /** Of a typical voxel. */
  readonly mean: number;
  /** Standard deviation between particles. */
  readonly particleSpread: number;
  /** Rise from core to surface. */
  readonly shellToCore: number;
  /** Fall from a grain whose fast planes lie along the radius to one across it. */
  readonly orientation: number;
  /** Standard deviation between grains beyond orientation. */
  readonly grainSpread: number;
  /** Standard deviation of the noise of a voxel. */
  readonly noise: number;
}

/** Values at which each effect can be seen. */
export const chargeParameters: ChargeParameters = {
  mean: 0.4,
  particleSpread: 0.35,
  shellToCore: 1.2,
  orientation: 0.9,
  grainSpread: 0.25,
  noise: 0.15,
};

/** What {@linkcode synthesizeChargeMap} makes. */
export interface ChargeMapOptions {
  /** Seed; the same one gives the same bytes. */
  seed: number;
  /** Box z, y, x in micrometres. */
  extent_um: ZYX;
  /** Edge of the cubic voxels in micrometres. */
  spacing_um: number;
  /** Departures from {@linkcode chargeParameters}. */
  parameters?: Partial<ChargeParameters>;
  /** Number of workers, by default one per core; the result does not depend on it. */
  workers?: number;
}

/** A map of the state of charge with its truth. */
export interface ChargeMap {
  /** State of charge, 0 to 1; 0 outside particles. */
  readonly charge: Volume<Float32Array>;
  /** Particles, from 1. */
  readonly labels: Labels;
  /** Grains, from 1; each belongs to one particle. */
  readonly grains: Labels;
  /** One row per particle: `label`, `Z`, `Y`, `X`, `radius`, `offset` (logit). */
  readonly particles: Table;
  /** One row per grain: `grain`, `label`, `misalignment` (sine of the angle between its fast planes and the radius), `offset` (logit). */
  readonly grainTable: Table;
}

/** Mean and standard deviation of the diameter in micrometres, and share of the box that particles fill. */
const DIAMETER_um = { mean: 9.6, sd: 1 }, FILLING = 0.48;
/** Length of a grain along the radius. */
const GRAIN_LENGTH_um = 1.6;

/**
 * Makes an ensemble of ball-shaped polycrystals with a state of charge in each
 * voxel.
 *
 * Grains are bundles that point along the radius, cut to lengths of 1.6 um.
 * Charge falls from the surface to the core, more slowly in grains whose fast
 * planes lie along the radius; each particle and each grain has an offset of its
 * own, each voxel some noise.
 *
 * @throws {RangeError} If the box is smaller than a particle or the voxels are
 * not positive.
 *
 * @example A small box
 * ```ts
 * import assert from "node:assert/strict";
 * import { synthesizeChargeMap } from "./heterogeneity.ts";
 *
 * const { charge, labels } = await synthesizeChargeMap({
 *   seed: 1,
 *   extent_um: [28, 28, 28],
 *   spacing_um: 1,
 *   workers: 1,
 * });
 * assert.ok(charge.data.every((s, i) => labels.data[i] === 0 ? s === 0 : s > 0 && s < 1));
 * ```
 */
export async function synthesizeChargeMap(
  { seed, extent_um, spacing_um, parameters, workers }: ChargeMapOptions,
): Promise<ChargeMap> {
  if (!(spacing_um > 0) || !extent_um.every((length) => length >= 28)) {
    throw new RangeError(
      `Cannot make a map of charge as its box must be at least 28 um wide and its voxels positive: current values are [${
        extent_um.join(", ")
      }] um and ${spacing_um} um`,
    );
  }
  const settings = { ...chargeParameters, ...parameters };
  const particles = packParticles(seed, extent_um);
  const shape = extent_um.map((length) =>
    Math.round(length / spacing_um)
  ) as unknown as ZYX;
  const size = shape[0] * shape[1] * shape[2];
  const random = new Random(seed, "charge", "particles");
  const offset = particles.radius_um.map(() =>
    settings.particleSpread * random.normal()
  );
  const segments = Math.ceil(
    Math.max(...particles.radius_um) / GRAIN_LENGTH_um,
  ) + 1;
  const grains = grainsOf(
    seed,
    particles.radius_um.length * BUNDLES * segments,
    settings,
  );
  const charge = shared(Float32Array, size);
  const labels = shared(Uint32Array, size), grain = shared(Uint32Array, size);
  const perItem = Math.max(1, Math.ceil(shape[0] / 16));
  const items = Array.from(
    { length: Math.ceil(shape[0] / perItem) },
    (_, i): ChargingItem => ({
      seed,
      shape,
      spacing_um,
      ...particles,
      offset,
      grainLogit: grains.logit,
      segments,
      grainLength_um: GRAIN_LENGTH_um,
      parameters: settings,
      charge,
      labels,
      grains: grain,
      from: i * perItem,
      to: Math.min(shape[0], (i + 1) * perItem),
    }),
  );
  using pool = new WorkerPool(workers);
  await pool.map({
    module: new URL("./heterogeneity_layers.ts", import.meta.url),
    name: "chargeLayers",
  }, items);
  const spacing: ZYX = [spacing_um, spacing_um, spacing_um];
  const column = (id: string, unit: string, values: Float64Array) => ({
    id,
    unit,
    values,
  });
  const centre = (axis: number) =>
    particles.radius_um.map((_, p) => particles.centre_um[3 * p + axis]!);
  const indices = Float64Array.from(grains.logit, (_, g) => g);
  return {
    charge: createVolume(charge, shape, spacing),
    labels: createVolume(labels, shape, spacing),
    grains: createVolume(grain, shape, spacing),
    particles: createTable([
      column("label", "", offset.map((_, p) => p + 1)),
      column("Z", "um", centre(0)),
      column("Y", "um", centre(1)),
      column("X", "um", centre(2)),
      column("radius", "um", particles.radius_um),
      column("offset", "", offset),
    ]),
    grainTable: createTable([
      column("grain", "", indices.map((g) => g + 1)),
      column(
        "label",
        "",
        indices.map((g) => Math.floor(g / (BUNDLES * segments)) + 1),
      ),
      column("misalignment", "", grains.misalignment),
      column("offset", "", grains.logit),
    ]),
  };
}

function packParticles(
  seed: number,
  extent_um: ZYX,
): { centre_um: Float64Array; radius_um: Float64Array } {
  const random = new Random(seed, "charge", "packing");
  const wanted = FILLING * extent_um[0] * extent_um[1] * extent_um[2];
  const radii: number[] = [];
  for (let filled = 0; filled < wanted;) {
    const radius =
      (DIAMETER_um.mean + DIAMETER_um.sd * Math.max(-3, random.normal())) / 2;
    radii.push(radius);
    filled += 4 / 3 * Math.PI * radius ** 3;
  }
  const radius_um = Float64Array.from(radii);
  const start_um = Float64Array.from(
    { length: 3 * radii.length },
    (_, i) => random.between(0, extent_um[i % 3]!),
  );
  const centre_um = packSpheres({
    radii_um: radius_um,
    start_um,
    extent_um,
    tolerance_um: 0.01,
  });
  return { centre_um, radius_um };
}

/** Orientation and logit of every grain; planes are turned at random about the radius, so the sine of the angle is uniform. */
function grainsOf(
  seed: number,
  count: number,
  { orientation, grainSpread }: ChargeParameters,
): { misalignment: Float64Array; logit: Float64Array } {
  const random = new Random(seed, "charge", "grains");
  const misalignment = new Float64Array(count);
  const logit = new Float64Array(count);
  for (let g = 0; g < count; g++) {
    misalignment[g] = random.uniform();
    logit[g] = -orientation * (misalignment[g]! - 0.5) +
      grainSpread * random.normal();
  }
  return { misalignment, logit };
}
