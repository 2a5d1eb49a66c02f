/** Science Fig. 1: an electrode and the damage of its particles. */
import {
  assertSameGrid,
  type Labels,
  numbers,
  type Origin,
  type Slice,
  sliceOf,
  type Table,
  type Volume,
} from "../core/mod.ts";
import { electrodeColour } from "./charts.ts";
import { cropSquare, type Square } from "./crop.ts";
import { type DamagedElectrode, electrodeView } from "./electrode_view.ts";
import { rgbOf, wong } from "./palette.ts";
import type { ChartPanel } from "./panel.ts";
import {
  clearRaster,
  enlarge,
  greyRaster,
  type GreyWindow,
  outlineLabels,
  rasterView,
} from "./raster.ts";

/**
 * Panel 1A: the electrode, every particle coloured by its damage.
 *
 * @param electrode Particles and their damage.
 * @param most Damage at the end of the scale of colours, see `damageScaleEnd`.
 * @param origin Where the data come from.
 *
 * @example One particle in a box
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "../core/mod.ts";
 * import { renderedElectrode } from "./science_fig1.ts";
 *
 * const labels = createVolume(Uint32Array.of(0, 1), [2, 1, 1], [0.5, 0.5, 0.5]);
 * const electrode = { labels, damage: new Map([[1, 0.12]]) };
 * assert.equal(renderedElectrode(electrode, 0.3, "measured").width_mm, 120);
 * ```
 */
export function renderedElectrode(
  electrode: DamagedElectrode,
  most: number,
  origin: Origin,
): ChartPanel {
  const grey = electrode.labels.data.some((label) =>
    label !== 0 && !electrode.damage.has(label)
  );
  return {
    id: "science-fig1-a",
    caption:
      "Particles of the electrode, coloured by degree of damage; separator side on top, parallel view." +
      (grey ? " Grey: damage not measured." : ""),
    origin,
    width_mm: 120,
    spec: electrodeView(electrode, most, 800),
  };
}

/** What the distribution of damage needs of one electrode. */
export interface ElectrodeDamage {
  /** Name in the legend, for example `10 cycles`. */
  readonly electrode: string;
  /** Degree of damage of each particle, 0 to 1. */
  readonly damage: Float64Array;
}

/**
 * Panel 1B: probability distribution of the damage of particles.
 *
 * All electrodes share the bins, so that heights compare. Their width is that
 * of Freedman and Diaconis for the electrode with the fewest particles, rounded
 * up to 0.5, 1, 2, 5 or 10 %. Dashed lines are means.
 *
 * Source: D. Freedman and P. Diaconis, Z. Wahrscheinlichkeitstheorie verw.
 * Gebiete 57, 453 (1981), doi:10.1007/BF01025868.
 *
 * @param electrodes One entry per electrode, in the order of the legend.
 * @param origin Where the data come from.
 * @throws {RangeError} If an electrode has no particle, or a degree of damage
 * is not from 0 to 1.
 *
 * @example Two electrodes
 * ```ts
 * import assert from "node:assert/strict";
 * import { damageDistribution } from "./science_fig1.ts";
 *
 * const { id, caption } = damageDistribution([
 *   { electrode: "10 cycles", damage: Float64Array.of(0.02, 0.05, 0.11) },
 *   { electrode: "50 cycles", damage: Float64Array.of(0.04, 0.09, 0.21) },
 * ], "synthetic");
 * assert.equal(id, "science-fig1-b");
 * assert.match(caption, /distribution of the damage/);
 * ```
 */
export function damageDistribution(
  electrodes: readonly ElectrodeDamage[],
  origin: Origin,
): ChartPanel {
  for (const { electrode, damage } of electrodes) {
    const wrong = damage.find((value) => !(value >= 0 && value <= 1));
    if (damage.length === 0 || wrong !== undefined) {
      throw new RangeError(
        `Cannot show the damage of ${electrode} as it must hold degrees of damage from 0 to 1: current value is ${
          wrong ?? "no particle"
        }`,
      );
    }
  }
  const width = Math.max(...electrodes.map((e) => binWidth(e.damage)));
  const named = electrodes.map(({ electrode, damage }) => ({
    electrode,
    name: `${electrode} (n = ${damage.length})`,
    damage,
  }));
  const colour = {
    ...electrodeColour("electrode", electrodes.map((e) => e.electrode), {
      orient: "top-right",
      labelExpr: `${
        JSON.stringify(
          Object.fromEntries(named.map((e) => [e.electrode, e.name])),
        )
      }[datum.value]`,
      symbolType: "stroke",
    }),
  };
  const x = {
    field: "damage",
    type: "quantitative",
    title: "Degree of damage",
    scale: { nice: false, domainMin: 0 },
    axis: { format: ".0%" },
  };
  return {
    id: "science-fig1-b",
    caption:
      "Probability distribution of the damage of particles; dashed lines, means.",
    origin,
    spec: {
      width: 300,
      height: 200,
      encoding: { color: colour },
      layer: [
        {
          data: { values: named.flatMap((e) => shares(e, width)) },
          mark: {
            type: "line",
            interpolate: "step-after",
            strokeJoin: "miter",
          },
          encoding: {
            x,
            y: {
              field: "share",
              type: "quantitative",
              title: `Share of particles per ${100 * width}% of damage`,
              axis: { format: ".0%" },
            },
          },
        },
        {
          data: {
            values: named.map(({ electrode, damage }) => ({
              electrode,
              damage: mean(damage),
            })),
          },
          mark: { type: "rule", strokeDash: [4, 3], strokeWidth: 1.5 },
          encoding: { x },
        },
      ],
    },
  };
}

/** Corners of the steps: a zero before the first bin and after the last one. */
function shares(
  { electrode, damage }: ElectrodeDamage,
  width: number,
): { electrode: string; damage: number; share: number }[] {
  const bins = binOf(damage.reduce((a, b) => Math.max(a, b), 0), width) + 1;
  const counts = new Uint32Array(bins + 1);
  for (const value of damage) counts[binOf(value, width)]!++;
  const steps = Array.from(counts, (count, bin) => ({
    electrode,
    damage: bin * width,
    share: count / damage.length,
  }));
  return [{ electrode, damage: 0, share: 0 }, ...steps];
}

/** Bins hold their lower end; the small addition keeps 0.3 out of the bin below it. */
function binOf(value: number, width: number): number {
  return Math.floor(value / width + 1e-9);
}

function binWidth(damage: Float64Array): number {
  const sorted = damage.toSorted();
  const at = (share: number) =>
    sorted[Math.round(share * (sorted.length - 1))]!;
  const width = 2 * (at(0.75) - at(0.25)) / Math.cbrt(damage.length);
  return [0.005, 0.01, 0.02, 0.05].find((nice) => width <= nice) ?? 0.1;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A particle picked for a close view. */
export interface PickedParticle {
  /** Its label. */
  readonly label: number;
  /** Its degree of damage, 0 to 1. */
  readonly damage: number;
  /** Share of the particles that are damaged less. */
  readonly quantile: number;
}

/**
 * Particles at given quantiles of damage, so that none is picked by eye.
 *
 * Particles that the border cuts and fragments make poor examples: leave them
 * out with `filterRows` first, and say so.
 *
 * @param particles Attribute table with the columns `label` and `Damage`.
 * @param quantiles From 0 to 1.
 * @returns One particle per quantile; where several are damaged alike, the one of lower label comes first.
 * @throws {RangeError} If there is no particle or a quantile is not from 0 to 1.
 *
 * @example The least and the most damaged
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { particlesAtQuantiles } from "./science_fig1.ts";
 *
 * const table = createTable([
 *   { id: "label", unit: "", values: Float64Array.of(5, 6, 7) },
 *   { id: "Damage", unit: "", values: Float64Array.of(0.2, 0.1, 0.3) },
 * ]);
 * assert.deepEqual(particlesAtQuantiles(table, [0, 1]).map((p) => p.label), [6, 7]);
 * ```
 */
export function particlesAtQuantiles(
  particles: Table,
  quantiles: readonly number[],
): PickedParticle[] {
  const labels = numbers(particles, "label");
  const damage = numbers(particles, "Damage");
  const order = [...damage.keys()].sort((a, b) =>
    damage[a]! - damage[b]! || labels[a]! - labels[b]!
  );
  return quantiles.map((quantile) => {
    if (!(quantile >= 0 && quantile <= 1) || order.length === 0) {
      throw new RangeError(
        `Cannot pick particles as the quantile must be from 0 to 1 of at least one particle: current value is ${quantile} of ${order.length}`,
      );
    }
    const row = order[Math.round(quantile * (order.length - 1))]!;
    return { label: labels[row]!, damage: damage[row]!, quantile };
  });
}

/** What the section of a particle is cut from. */
export interface SectionSource {
  /** Grey levels. */
  readonly volume: Volume;
  /** Particles. */
  readonly labels: Labels;
  /** Not 0 in cracks and voids inside particles. */
  readonly cracks: Volume<Uint8Array>;
  /** Grey levels shown black and white, the same for all sections. */
  readonly window: GreyWindow;
}

/**
 * Panels 1C to 1F: the largest horizontal section of a particle in grey levels,
 * its outline in blue and its cracks and voids in vermilion.
 *
 * @param id Of the panel, for example `science-fig1-c`.
 * @param source Grey levels, particles and cracks on one grid.
 * @param particle Which one.
 * @param origin Where the data come from.
 * @throws {RangeError} If the grids differ or there is no such particle.
 */
export function particleSection(
  id: string,
  { volume, labels, cracks, window }: SectionSource,
  { label, damage, quantile }: PickedParticle,
  origin: Origin,
): ChartPanel {
  assertSameGrid(volume, labels, ["the volume", "the labels"]);
  assertSameGrid(labels, cracks, ["the labels", "the cracks"]);
  const section = largestSection(labels, label);
  const cut = (image: Volume): Slice =>
    cropSquare(sliceOf(image, "z", section.z), section);
  // Outlines are drawn on a finer raster than the grey levels.
  const factor = Math.max(1, Math.round(500 / section.side));
  const grey = cut(volume);
  const particle = cut(labels);
  const crack = cut(cracks);
  const inside = (keep: (i: number) => boolean) =>
    threshold(enlarge(mask(particle, keep), factor));
  const outline = inside((i) => particle.data[i] === label);
  const cracked = inside((i) =>
    particle.data[i] === label && crack.data[i] !== 0
  );
  const lines = outlineLabels(
    outlineLabels(
      clearRaster(outline),
      cracked,
      () => rgbOf(wong.vermilion),
      1.5,
    ),
    outline,
    () => rgbOf(wong.skyBlue),
    3,
  );
  const percent = `${(100 * damage).toFixed(1)}%`;
  return {
    id,
    caption:
      `Largest horizontal section of particle ${label}, degree of damage ${percent}, at quantile ${quantile} of the particles to choose from. Blue: outline of the particle; vermilion: cracks and voids.`,
    origin,
    width_mm: 43,
    spec: rasterView([greyRaster(grey, window), lines], {
      extent_um: [
        grey.shape[0] * grey.spacing_um[0],
        grey.shape[1] * grey.spacing_um[1],
      ],
      width: 220,
      title: `Damage ${percent}`,
      frame: "bar",
    }),
  };
}

/** Where the section of a particle with the most voxels lies, as a square with a margin. */
function largestSection(
  { data, shape: [depth, height, width] }: Labels,
  label: number,
): Square & { readonly z: number } {
  const layer = height * width;
  let z = -1, most = 0;
  for (let k = 0; k < depth; k++) {
    let count = 0;
    for (let i = k * layer; i < (k + 1) * layer; i++) {
      if (data[i] === label) count++;
    }
    if (count > most) [z, most] = [k, count];
  }
  if (z < 0) {
    throw new RangeError(
      `Cannot cut the particle as its label must be in the volume: current value is ${label}`,
    );
  }
  let top = height, bottom = 0, left = width, right = 0;
  for (let y = 0, i = z * layer; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] !== label) continue;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  const side = Math.min(
    height,
    width,
    Math.ceil(1.2 * (Math.max(bottom - top, right - left) + 1)),
  );
  const place = (first: number, last: number, length: number) =>
    Math.min(
      length - side,
      Math.max(0, Math.round((first + last + 1 - side) / 2)),
    );
  return {
    z,
    top: place(top, bottom, height),
    left: place(left, right, width),
    side,
  };
}

function mask(slice: Slice, keep: (i: number) => boolean): Slice {
  const data = Float32Array.from(slice.data, (_, i) => keep(i) ? 1 : 0);
  return { ...slice, data };
}

function threshold(slice: Slice): Slice<Uint32Array> {
  return {
    ...slice,
    data: Uint32Array.from(slice.data, (v) => v >= 0.5 ? 1 : 0),
  };
}
