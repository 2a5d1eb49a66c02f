/** Rendered views of electrodes. */
import type { Labels, ZYX } from "../core/mod.ts";
import { damageLegend } from "./charts.ts";
import { colourAt, damageStops, type Rgb } from "./palette.ts";
import type { Spec } from "./panel.ts";
import { rasterView } from "./raster.ts";
import { cornerView, viewVolume, type VolumeView } from "./volume_view.ts";

/** Particles and how damaged they are. */
export interface DamagedElectrode {
  /** Particles. */
  readonly labels: Labels;
  /** Degree of damage of each particle, 0 to 1, by label; particles that are not in it are grey. */
  readonly damage: ReadonlyMap<number, number>;
}

/** Colour of particles without a degree of damage, for example those cut by the border. */
export const unmeasuredColour: Rgb = [188, 192, 198];

/**
 * Damage at the end of a scale of colours: the smallest of 10, 20, 30, 50 and
 * 100 % that leaves at most one particle in twenty beyond it.
 *
 * Electrodes that are compared must share it.
 *
 * @param damage Degrees of damage, 0 to 1.
 *
 * @example A scale to 20 %
 * ```ts
 * import assert from "node:assert/strict";
 * import { damageScaleEnd } from "./electrode_view.ts";
 *
 * assert.equal(damageScaleEnd([0.02, 0.11, 0.17]), 0.2);
 * ```
 */
export function damageScaleEnd(damage: Iterable<number>): number {
  const sorted = Float64Array.from(damage).sort();
  const high = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0;
  return [0.1, 0.2, 0.3, 0.5].find((end) => high <= end) ?? 1;
}

/**
 * An electrode seen from above a corner of its box, particles coloured by
 * damage, with scale bar, edges of the box and legend.
 *
 * @param electrode Particles and their damage.
 * @param most Damage at the end of the scale of colours.
 * @param width Width of the image in drawing units, and in pixels.
 * @returns A Vega-Lite view.
 */
export function electrodeView(
  { labels, damage }: DamagedElectrode,
  most: number,
  width: number,
): Spec {
  const view = viewVolume(labels, {
    colourOf: (label) => {
      const degree = damage.get(label);
      return degree === undefined
        ? unmeasuredColour
        : colourAt(damageStops, degree / most);
    },
    width,
    camera: cornerView,
  });
  const image = rasterView([view.raster], {
    extent_um: view.extent_um,
    width,
    frame: "bar",
  });
  const beyond = damage.values().some((degree) => degree > most);
  return {
    ...image,
    layer: [
      ...image.layer,
      boxEdges(labels, view),
      damageLegend(most, 120, beyond),
    ],
  };
}

/** The nine edges of the box that are not hidden behind it. */
function boxEdges({ shape, spacing_um }: Labels, view: VolumeView): Spec {
  const size = shape.map((length, axis) => length * spacing_um[axis]!);
  const corner = (bits: number): ZYX => [
    bits & 1 ? size[0]! : 0,
    bits & 2 ? size[1]! : 0,
    bits & 4 ? size[2]! : 0,
  ];
  // From above and the far ends of y and x: the corner at the bottom near the
  // origin is the hidden one.
  const hidden = 1;
  const edges: Record<string, number>[] = [];
  for (let from = 0; from < 8; from++) {
    for (const step of [1, 2, 4]) {
      const to = from | step;
      if (to === from || from === hidden || to === hidden) continue;
      const [y, x] = view.project(corner(from));
      const [y2, x2] = view.project(corner(to));
      edges.push({ x, y, x2, y2 });
    }
  }
  return {
    data: { values: edges },
    mark: { type: "rule", color: "#4D4D4D", strokeWidth: 1 },
    encoding: {
      x: { field: "x", type: "quantitative" },
      x2: { field: "x2" },
      y: { field: "y", type: "quantitative" },
      y2: { field: "y2" },
    },
  };
}
