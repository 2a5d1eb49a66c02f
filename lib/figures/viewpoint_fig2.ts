/** ACS Energy Lett. Fig. 2: what a few particles, a cluster, a surface or a section show of an electrode. */
import type { Origin, Slice } from "../core/mod.ts";
import { cutParticles } from "./cut_particles.ts";
import { type DamagedElectrode, electrodeView } from "./electrode_view.ts";
import { colourAt, damageStops, rgbOf, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import {
  greyRaster,
  type GreyWindow,
  outlineLabels,
  rasterView,
  tintLabels,
} from "./raster.ts";
import {
  particleSection,
  type PickedParticle,
  type SectionSource,
} from "./science_fig1.ts";
import { cornerView, viewVolume } from "./volume_view.ts";

/** A cluster of particles to enlarge. */
export interface EnlargedCluster {
  /** Labels of its particles. */
  readonly labels: readonly number[];
  /** Mean damage. */
  readonly damage: number;
}

/**
 * Panel 2a: the electrode, particles coloured by damage, and two clusters that
 * differ.
 *
 * @param electrode Particles and their damage.
 * @param most Damage at the end of the scale of colours.
 * @param clusters Two clusters.
 * @param distance_um Between their middles.
 * @param origin Where the data come from.
 */
export function contrastingClusters(
  electrode: DamagedElectrode,
  most: number,
  clusters: readonly [EnlargedCluster, EnlargedCluster],
  distance_um: number,
  origin: Origin,
): ChartPanel {
  const colourOf = (label: number) =>
    colourAt(damageStops, (electrode.damage.get(label) ?? 0) / most);
  const enlarged = clusters.map(({ labels, damage }): Spec => {
    const { part } = cutParticles(electrode.labels, new Set(labels));
    const view = viewVolume(part, { colourOf, width: 230, camera: cornerView });
    return rasterView([view.raster], {
      extent_um: view.extent_um,
      width: 230,
      frame: "bar",
      title: `Mean damage ${(100 * damage).toFixed(1)}%`,
    });
  });
  return {
    id: "viewpoint-fig2-a",
    caption:
      `Electrode with particles coloured by degree of damage, and two clusters of ${
        clusters[0].labels.length
      } neighbouring particles ${
        distance_um.toFixed(0)
      } µm apart, the most different pair at such a distance.`,
    origin,
    width_mm: 160,
    spec: {
      spacing: 24,
      hconcat: [electrodeView(electrode, most, 540), { vconcat: enlarged }],
    },
  };
}

/** A particle from outside and inside. */
export interface InsideOut {
  readonly label: number;
  /** Damage of the whole particle, and what shows on its surface. */
  readonly damage: number;
  readonly surface: number;
}

/**
 * Panel 2b: two particles alike outside and different inside; on the left their
 * surface as seen from above a corner, cracks dark, on the right a section.
 *
 * @param source Grey levels, particles and cracks on one grid.
 * @param pair The two.
 * @param origin Where the data come from.
 */
export function alikeOutside(
  source: SectionSource,
  pair: readonly [InsideOut, InsideOut],
  origin: Origin,
): ChartPanel {
  return {
    id: "viewpoint-fig2-b",
    caption:
      "Two particles alike outside and different inside. Left: surface, open cracks dark. Right: largest horizontal section, outline in blue, cracks and voids in vermilion.",
    origin,
    width_mm: 100,
    spec: {
      spacing: 16,
      vconcat: pair.map(({ label, damage, surface }) => ({
        spacing: 16,
        hconcat: [
          surfaceView(
            source,
            label,
            `On the surface ${(100 * surface).toFixed(1)}%`,
          ),
          particleSection("viewpoint-fig2-b", source, {
            label,
            damage,
            quantile: 0,
          }, origin).spec,
        ],
      })),
    },
  };
}

function surfaceView(
  { labels, cracks }: SectionSource,
  label: number,
  title: string,
): Spec {
  // Cracks become a second label, so that they show dark where they are open.
  const { part, corner } = cutParticles(labels, new Set([label]));
  const [, height, width] = labels.shape, [, ny, nx] = part.shape;
  const data = part.data.map((own, i) => {
    if (own === 0) return 0;
    const z = Math.floor(i / (ny * nx)) + corner[0];
    const y = Math.floor(i / nx) % ny + corner[1];
    const x = i % nx + corner[2];
    return cracks.data[(z * height + y) * width + x] === 0 ? 1 : 2;
  });
  const view = viewVolume({ ...part, data }, {
    colourOf: (l) => l === 2 ? [70, 62, 58] : [206, 208, 212],
    width: 220,
  });
  return rasterView([view.raster], {
    extent_um: view.extent_um,
    width: 220,
    title,
    frame: "bar",
  });
}

/** A virtual section of an electrode. */
export interface ElectrodeSection {
  readonly grey: Slice;
  readonly labels: Slice<Uint32Array>;
  readonly cracks: Slice<Uint8Array>;
  /** Heading. */
  readonly title: string;
}

/**
 * Panel 2c: virtual sections at different depths, cracks and voids in vermilion.
 *
 * @param sections Some of them, top to bottom or left to right as they come.
 * @param window Grey levels shown black and white.
 * @param origin Where the data come from.
 */
export function virtualSections(
  sections: readonly ElectrodeSection[],
  window: GreyWindow,
  origin: Origin,
): ChartPanel {
  const views = sections.map(({ grey, labels, cracks, title }) => {
    const raster = greyRaster(grey, window);
    const open = {
      ...labels,
      data: labels.data.map((l, i) => l !== 0 && cracks.data[i] !== 0 ? 1 : 0),
    };
    const edges = outlineLabels(
      tintLabels(raster, open, () => rgbOf(wong.vermilion), 0.75),
      labels,
      () => rgbOf(wong.skyBlue),
    );
    return rasterView([edges], {
      extent_um: [
        grey.shape[0] * grey.spacing_um[0],
        grey.shape[1] * grey.spacing_um[1],
      ],
      width: 330,
      title,
      frame: "bar",
    });
  });
  return {
    id: "viewpoint-fig2-c",
    caption:
      "Virtual sections of one electrode at different depths: outlines in blue, cracks and voids in vermilion. The numbers are the damage by area of the whole sections, of which the middle is shown.",
    origin,
    width_mm: 110,
    spec: { spacing: 16, hconcat: views },
  };
}

/**
 * Panel 2d: particles cracked to different degrees.
 *
 * @param source Grey levels, particles and cracks on one grid.
 * @param picked Which, for example at fixed quantiles of damage.
 * @param origin Where the data come from.
 */
export function selectedParticles(
  source: SectionSource,
  picked: readonly PickedParticle[],
  origin: Origin,
): ChartPanel {
  return {
    id: "viewpoint-fig2-d",
    caption: `Largest horizontal sections of particles at the quantiles ${
      picked.map((p) => p.quantile).join(", ")
    } of damage. Blue: outline; vermilion: cracks and voids.`,
    origin,
    width_mm: 150,
    spec: {
      spacing: 14,
      hconcat: picked.map((p) =>
        particleSection("viewpoint-fig2-d", source, p, origin).spec
      ),
    },
  };
}

/** What samples of one size say. */
export interface SampleRange {
  readonly size: number;
  readonly lower: number;
  readonly upper: number;
  readonly missed: number;
}

/**
 * How far the mean damage of a sample strays with its size.
 *
 * @param ranges One per size.
 * @param truth Mean of all particles.
 * @param origin Where the data come from.
 */
export function sampleSizePanel(
  ranges: readonly SampleRange[],
  truth: number,
  origin: Origin,
): ChartPanel {
  const x = {
    field: "size",
    type: "quantitative",
    title: "Particles in the sample",
    scale: { type: "log", nice: false },
    axis: { values: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
  };
  return {
    id: "viewpoint-fig2-sample-size",
    caption:
      "Range of the central 95 % of the mean damage of samples of random particles; dashed line, all particles.",
    origin,
    spec: {
      width: 300,
      height: 190,
      layer: [
        {
          data: { values: ranges },
          mark: { type: "area", opacity: 0.25, color: wong.blue },
          encoding: {
            x,
            y: {
              field: "lower",
              type: "quantitative",
              title: "Mean damage of the sample",
              axis: { format: ".0%" },
            },
            y2: { field: "upper" },
          },
        },
        {
          mark: { type: "rule", strokeDash: [4, 3] },
          data: { values: [{ truth }] },
          encoding: { y: { field: "truth", type: "quantitative" } },
        },
      ],
    },
  };
}

/** Values of one way of looking. */
export interface NamedValues {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/**
 * Estimates of the mean damage by way of looking, one tick each.
 *
 * @param protocols Ways of looking, top to bottom, a few hundred values each at most.
 * @param truth Mean of all particles.
 * @param origin Where the data come from.
 */
export function protocolPanel(
  protocols: readonly NamedValues[],
  truth: number,
  origin: Origin,
): ChartPanel {
  const names = protocols.map((p) => p.name);
  return {
    id: "viewpoint-fig2-protocols",
    caption:
      "Mean damage as different ways of looking at one electrode give it, a tick per sample; dashed line, mean of all particles.",
    origin,
    width_mm: 120,
    spec: {
      width: 300,
      height: 34 * names.length,
      layer: [
        {
          data: {
            values: protocols.flatMap(({ name, values }) =>
              Array.from(values, (value) => ({ name, value }))
            ),
          },
          mark: {
            type: "tick",
            opacity: 0.45,
            thickness: 1.5,
            color: wong.blue,
          },
          encoding: {
            x: {
              field: "value",
              type: "quantitative",
              title: "Mean damage",
              axis: { format: ".0%" },
            },
            y: {
              field: "name",
              type: "nominal",
              sort: names,
              title: null,
              axis: { domain: false, ticks: false },
            },
          },
        },
        {
          data: { values: [{ truth }] },
          mark: { type: "rule", strokeDash: [4, 3] },
          encoding: { x: { field: "truth", type: "quantitative" } },
        },
      ],
    },
  };
}
