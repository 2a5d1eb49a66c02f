/** Science Fig. 2: severely damaged particles in space. */
import type { Labels, Origin, ZYX } from "../core/mod.ts";
import { electrodeColour } from "./charts.ts";
import { cutParticles } from "./cut_particles.ts";
import { type DamagedElectrode, electrodeView } from "./electrode_view.ts";
import { colourAt, damageStops, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { rasterView } from "./raster.ts";
import { type Camera, cornerView, viewVolume } from "./volume_view.ts";

/** A severely damaged particle and its nearest ones. */
export interface DamagedNeighbourhood {
  /** Its label and centre as z, y, x in micrometres. */
  readonly label: number;
  readonly centre_um: ZYX;
  /** The nearest severely damaged particles. */
  readonly nearest: readonly {
    readonly label: number;
    readonly centre_um: ZYX;
    readonly distance_um: number;
  }[];
}

/**
 * Panels 2A and 2B: the severely damaged particles of an electrode, coloured by
 * their damage, and one of them enlarged with the distances to its nearest.
 *
 * @param id `science-fig2-a` or `science-fig2-b`.
 * @param name Of the electrode, for example `10 cycles`.
 * @param electrode All particles, and the damage of the severely damaged ones; the others are left out.
 * @param most Damage at the end of the scale of colours, common to both electrodes.
 * @param region The particle in the enlarged region and its nearest.
 * @param origin Where the data come from.
 */
export function severeParticlesView(
  id: string,
  name: string,
  electrode: DamagedElectrode,
  most: number,
  region: DamagedNeighbourhood,
  origin: Origin,
): ChartPanel {
  const severe = onlyLabels(electrode.labels, (l) => electrode.damage.has(l));
  return {
    id,
    caption:
      `Severely damaged particles after ${name}, coloured by degree of damage; all others are left out. Right: the one closest to the middle of the electrode, with the distances to its three nearest, from centre to centre.`,
    origin,
    width_mm: 183,
    spec: {
      hconcat: [
        {
          ...electrodeView({ ...electrode, labels: severe }, most, 560),
          title: name,
        },
        neighbourhoodView(electrode, most, region),
      ],
      spacing: 30,
    },
  };
}

/** The particles of a neighbourhood with their distances. */
function neighbourhoodView(
  { labels, damage }: DamagedElectrode,
  most: number,
  { label, centre_um, nearest }: DamagedNeighbourhood,
): Spec {
  const shown = new Set([label, ...nearest.map((n) => n.label)]);
  const { part, corner } = cutParticles(labels, shown);
  const width = 340;
  const view = viewVolume(part, {
    colourOf: (l) => colourAt(damageStops, damage.get(l)! / most),
    width,
    camera: cameraApart([centre_um, ...nearest.map((n) => n.centre_um)]),
  });
  const place = (point: ZYX) =>
    view.project(
      point.map((c, axis) =>
        c - corner[axis]! * labels.spacing_um[axis]!
      ) as unknown as ZYX,
    );
  const [y, x] = place(centre_um);
  const lines = nearest.map(({ centre_um, distance_um }) => {
    const [y2, x2] = place(centre_um);
    return {
      x,
      y,
      x2,
      y2,
      // Two thirds of the way, where lines are apart.
      xText: x + 0.6 * (x2 - x),
      yText: y + 0.6 * (y2 - y),
      text: `${distance_um.toFixed(1)} µm`,
    };
  });
  const image = rasterView([view.raster], {
    extent_um: view.extent_um,
    width,
    frame: "bar",
  });
  const at = (field: string) => ({ field, type: "quantitative" });
  const text = { field: "text", type: "nominal" };
  const words = (mark: Spec) => ({
    mark: { type: "text", fontWeight: "bold", dy: -8, ...mark },
    encoding: { x: at("xText"), y: at("yText"), text },
  });
  return {
    ...image,
    title: "Three nearest",
    layer: [
      ...image.layer,
      {
        data: { values: lines },
        layer: [
          {
            mark: { type: "rule", strokeWidth: 2, color: wong.black },
            encoding: {
              x: at("x"),
              y: at("y"),
              x2: { field: "x2" },
              y2: { field: "y2" },
            },
          },
          words({ stroke: "#FFFFFF", strokeWidth: 4 }),
          words({}),
        ],
      },
    ],
  };
}

/** Of twelve cameras around, the one that shows the points farthest apart. */
function cameraApart(points_um: readonly ZYX[]): Camera {
  const { elevation_deg } = cornerView;
  const sinE = Math.sin(elevation_deg * Math.PI / 180);
  const cosE = Math.cos(elevation_deg * Math.PI / 180);
  let best = cornerView, most = -1;
  for (let turn = 0; turn < 12; turn++) {
    const azimuth_deg = cornerView.azimuth_deg + 30 * turn;
    const a = azimuth_deg * Math.PI / 180;
    const seen = points_um.map(([z, y, x]) => [
      Math.sin(a) * x - Math.cos(a) * y,
      sinE * (Math.cos(a) * x + Math.sin(a) * y) + cosE * z,
    ]);
    const closest = Math.min(
      ...seen.flatMap(([u, v], i) =>
        seen.slice(i + 1).map(([p, q]) => Math.hypot(u! - p!, v! - q!))
      ),
    );
    if (closest > most) {
      [best, most] = [{ azimuth_deg, elevation_deg }, closest];
    }
  }
  return best;
}

/** A copy that holds some labels only. */
function onlyLabels(labels: Labels, keep: (label: number) => boolean): Labels {
  const kept = new Map<number, boolean>([[0, false]]);
  const data = new Uint32Array(labels.data.length);
  for (let i = 0; i < data.length; i++) {
    const label = labels.data[i]!;
    let wanted = kept.get(label);
    if (wanted === undefined) kept.set(label, wanted = keep(label));
    if (wanted) data[i] = label;
  }
  return { ...labels, data };
}

/** Distances of one electrode. */
export interface NeighbourDistances {
  /** Name in the legend, for example `10 cycles`. */
  readonly electrode: string;
  /** Places, share of distances at or below them, and its band. */
  readonly at: Float64Array;
  readonly share: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Median expected if as many particles were picked at random, in micrometres. */
  readonly expectedMedian_um: number;
}

/**
 * Panel 2C: distribution of the distances between neighbouring severely damaged
 * particles.
 *
 * @param electrodes One entry per electrode, in the order of the legend.
 * @param neighbours How many nearest ones count.
 * @param origin Where the data come from.
 */
export function distanceDistribution(
  electrodes: readonly NeighbourDistances[],
  neighbours: number,
  origin: Origin,
): ChartPanel {
  const names = electrodes.map((e) => e.electrode);
  const rows = electrodes.flatMap(({ electrode, at, share, lower, upper }) =>
    Array.from(at, (distance, i) => ({
      electrode,
      distance,
      share: share[i]!,
      lower: lower[i]!,
      upper: upper[i]!,
    }))
  );
  const x = {
    field: "distance",
    type: "quantitative",
    title: "Distance between neighbours (µm)",
    scale: { nice: false, zero: false },
  };
  const colour = electrodeColour("electrode", names, {
    orient: "bottom-right",
    symbolType: "stroke",
    symbolOpacity: 1,
  });
  return {
    id: "science-fig2-c",
    caption:
      `Distances of severely damaged particles to their ${neighbours} nearest, from centre to centre: share at or below a distance, with 95 % bands. Diamonds: median expected if as many particles were picked at random.`,
    origin,
    spec: {
      width: 300,
      height: 210,
      encoding: { color: colour },
      layer: [
        {
          data: { values: rows },
          mark: { type: "area", opacity: 0.2 },
          encoding: {
            x,
            y: {
              field: "lower",
              type: "quantitative",
              title: "Share of distances",
              axis: { format: ".0%" },
              scale: { domain: [0, 1] },
            },
            y2: { field: "upper" },
          },
        },
        {
          data: { values: rows },
          mark: { type: "line" },
          encoding: { x, y: { field: "share", type: "quantitative" } },
        },
        {
          data: {
            values: electrodes.map((e) => ({
              electrode: e.electrode,
              distance: e.expectedMedian_um,
              share: 0.5,
            })),
          },
          mark: { type: "point", shape: "diamond", size: 110 },
          encoding: { x, y: { field: "share", type: "quantitative" } },
        },
      ],
    },
  };
}

/** One curve of the pair correlation. */
export interface PairCorrelationCurve {
  readonly electrode: string;
  /** Middles of the bins of distance, in micrometres. */
  readonly at: ArrayLike<number>;
  readonly observed: ArrayLike<number>;
  /** Central 95 % under random labelling. */
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/**
 * Pair correlation of severely damaged particles beside random labelling.
 *
 * @param curves One per electrode.
 * @param origin Where the data come from.
 */
export function pairCorrelationPanel(
  curves: readonly PairCorrelationCurve[],
  origin: Origin,
): ChartPanel {
  const rows = curves.flatMap(({ electrode, at, ...c }) =>
    Array.from(at, (distance, i) => ({
      electrode,
      distance,
      observed: c.observed[i]!,
      lower: c.lower[i]!,
      upper: c.upper[i]!,
    }))
  );
  const x = {
    field: "distance",
    type: "quantitative",
    title: "Distance (µm)",
    scale: { nice: false },
  };
  return {
    id: "science-fig2-pair-correlation",
    caption:
      "Pair correlation of severely damaged particles (lines) and the central 95 % of random labelling (bands): above the band they gather.",
    origin,
    width_mm: 120,
    spec: {
      data: { values: rows },
      facet: { column: { field: "electrode", type: "nominal", title: null } },
      spec: {
        width: 200,
        height: 150,
        encoding: {
          color: electrodeColour(
            "electrode",
            curves.map((c) => c.electrode),
            null,
          ),
        },
        layer: [
          {
            mark: { type: "area", opacity: 0.2 },
            encoding: {
              x,
              y: {
                field: "lower",
                type: "quantitative",
                title: "Pair correlation",
              },
              y2: { field: "upper" },
            },
          },
          {
            mark: { type: "line", point: true },
            encoding: { x, y: { field: "observed", type: "quantitative" } },
          },
          {
            mark: { type: "rule", strokeDash: [3, 3], color: wong.black },
            encoding: { y: { datum: 1 }, color: { value: wong.black } },
          },
        ],
      },
    },
  };
}
