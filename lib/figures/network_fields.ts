/** Fields of the network model over its section, and gaps along its interfaces. */
import type { Origin } from "../core/mod.ts";
import type { Mesh, NetworkRun } from "../network/mod.ts";
import { rounded } from "./charts.ts";
import { viewMesh } from "./mesh_view.ts";
import {
  feedbackDash,
  particleColour,
  particleName,
  sectionAxes,
  type TwinRuns,
  twinsOf,
} from "./network_charts.ts";
import { colourAt, wong } from "./palette.ts";
import type { ChartPanel } from "./panel.ts";
import { rasterView } from "./raster.ts";
import { chargeStops, type ColourScale, scaleLegend } from "./scalar_view.ts";
import { twoColumns_mm } from "./theme.ts";

/**
 * Concentration in the particles and potential in the carbon/binder at the end
 * of the first and of the last charge; the mesh is drawn with its displacements
 * enlarged, so that debonded interfaces gape.
 *
 * @param mesh Mesh of the run.
 * @param run Run with fields.
 * @param origin Where the data come from.
 */
export function networkFields(
  mesh: Mesh,
  run: NetworkRun,
  origin: Origin,
): ChartPanel {
  const enlargement = 30;
  const drops = run.fields.map((at) => {
    const collector = at.potential_V.reduce(
      (most, v) => Number.isNaN(v) ? most : Math.max(most, v),
      -Infinity,
    );
    return at.potential_V.map((v) => 1000 * (v - collector));
  });
  const concentration: ColourScale = {
    stops: chargeStops,
    ...endsOf(run.fields.map((at) => at.concentration), 0.05),
  };
  const potential: ColourScale = {
    stops: potentialStops,
    ...endsOf(drops, 50),
  };
  const views = run.fields.map((at, k) => {
    const drop = drops[k]!;
    const { raster, extent_um } = viewMesh(mesh, {
      values: at.concentration.map((c, node) =>
        Number.isNaN(c) ? drop[node]! : c
      ),
      shift_m: at.displacement_m.map((u) => enlargement * u),
      colourOf: (domain, value) =>
        bandColour(domain >= 0 ? concentration : potential, value),
      width: 480,
    });
    const image = rasterView([raster], {
      extent_um,
      width: 560,
      title: `End of charge ${at.cycle}, ${
        Math.round(1e9 * at.opening_m.reduce((a, b) => Math.max(a, b), 0))
      } nm at the widest gap`,
      frame: sectionAxes,
    });
    return {
      ...image,
      layer: k === 0
        ? [
          ...image.layer,
          scaleLegend(["C/Cmax"], concentration, 80, ".3~f"),
        ]
        : [
          ...image.layer,
          scaleLegend(["Potential", "(mV)"], potential, 80, ".3~r"),
        ],
    };
  });
  return {
    id: `science-fig3-fields-${
      run.parameters.interface.feedback === 0 ? "off" : "on"
    }`,
    caption:
      `Concentration in the particles and potential of carbon/binder against the collector, feedback ${
        run.parameters.interface.feedback === 0 ? "off" : "on"
      }; displacements ${enlargement} times enlarged, gaps white.`,
    origin,
    width_mm: 120,
    spec: {
      vconcat: views,
      spacing: 10,
      resolve: { scale: { color: "independent" } },
    },
  };
}

/** Potential, from the lowest to that of the collector. */
const potentialStops = [
  "#5C2751",
  "#9C4F88",
  wong.purple,
  "#E6BED6",
  "#F8EEF4",
];

/** Colour on a scale in 24 steps, which keeps images small. */
function bandColour({ stops, low, high }: ColourScale, value: number) {
  const share = (value - low) / (high - low);
  return colourAt(stops, Math.round(24 * share) / 24);
}

/** Ends of a scale around all values, at multiples of a step. */
function endsOf(fields: readonly Float64Array[], step: number) {
  let low = Infinity, high = -Infinity;
  for (const field of fields) {
    for (const value of field) {
      if (Number.isNaN(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return {
    low: step * Math.floor(low / step),
    high: step * Math.ceil(high / step),
  };
}

/**
 * Opening of the interface along the surface of each particle at the end of the
 * first and of the last charge, from the pole in the well conducting domain to
 * that in the badly conducting one.
 *
 * @param mesh Mesh of the runs.
 * @param runs The twins, with fields.
 * @param origin Where the data come from.
 */
export function interfaceOpening(
  mesh: Mesh,
  runs: TwinRuns,
  origin: Origin,
): ChartPanel {
  const shares = surfaceShares(mesh);
  const moments = runs.on.fields.map((at, k) => ({
    title: `End of charge ${at.cycle}`,
    rows: twinsOf(runs).flatMap(([feedback, run]) =>
      shares.map(({ particle, pair, share }) => ({
        feedback,
        particle: particleName(run.particles[particle]!),
        share: Number(share.toFixed(3)),
        opening: rounded(1e9 * run.fields[k]!.opening_m[pair]!),
      }))
    ),
  }));
  const most = 1.05 *
    Math.max(...moments.flatMap(({ rows }) => rows.map((r) => r.opening)));
  return {
    id: "science-fig3-opening",
    caption:
      "Opening of the interface at the end of the first and of the last charge, along the surface from the well to the badly conducting pole. Dotted lines: where the domains meet.",
    origin,
    width_mm: twoColumns_mm,
    spec: {
      hconcat: moments.map(({ title, rows }, k) => ({
        title: { text: title, fontWeight: "normal" },
        width: 250,
        height: 180,
        layer: [
          {
            data: {
              values: runs.on.particles.map((p) => ({
                particle: particleName(p),
                share: p.coverage,
              })),
            },
            mark: { type: "rule", strokeDash: [1, 3] },
            encoding: {
              x: { field: "share", type: "quantitative" },
              color: particleColour(runs.on),
            },
          },
          {
            data: { values: rows },
            mark: "line",
            encoding: {
              x: {
                field: "share",
                type: "quantitative",
                title: "Share of the surface",
                scale: { domain: [0, 1] },
              },
              y: {
                field: "opening",
                type: "quantitative",
                title: k === 0 ? "Opening (nm)" : null,
                scale: { domain: [0, most], nice: false },
              },
              color: particleColour(runs.on),
              strokeDash: feedbackDash,
            },
          },
        ],
      })),
      spacing: 14,
    },
  };
}

/** Every second pair of each particle by the share of its surface between them and the well conducting pole. */
function surfaceShares(mesh: Mesh) {
  const { particles, areas, highShares, normals } = mesh.interface;
  return Array.from({ length: mesh.particles }, (_, particle) => {
    const pairs = [...particles.keys()].filter((a) =>
      particles[a] === particle
    );
    // The well conducting side lies up or down the row or the layer.
    const towards = pairs.reduce(
      (sum, a) =>
        sum + (highShares[a]! - 0.5) * normals[2 * a + 1]! * areas[a]!,
      0,
    );
    const side = Math.sign(towards);
    pairs.sort((a, b) => side * (normals[2 * b + 1]! - normals[2 * a + 1]!));
    const total = pairs.reduce((sum, a) => sum + areas[a]!, 0);
    let passed = 0;
    const placed = pairs.map((pair) => {
      const share = (passed + areas[pair]! / 2) / total;
      passed += areas[pair]!;
      return { particle, pair, share };
    });
    // Every second one, which keeps notebooks small.
    return placed.filter((_, k) => k % 2 === 0);
  }).flat();
}
