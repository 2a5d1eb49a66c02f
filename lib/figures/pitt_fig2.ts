/** EES Fig. 2, S8, S9, S10 and S22: galvanostatic cycles of single particles. */
import type { Origin, Slice } from "../core/mod.ts";
import type { WithInterval } from "../pitt/mod.ts";
import type { LineFit, OriginFit } from "../statistics/mod.ts";
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { note, number, position } from "./pitt_charts.ts";
import { encodePng } from "./png.ts";
import { greyRaster, scaleBarLength, shrinkGrey } from "./raster.ts";

const voltageTitle = "Potential vs Li/Li⁺ (V)";

/** A voltage curve at constant current. */
export interface VoltageCurve {
  /** Name in the legend. */
  readonly name: string;
  /** Charge passed, in the unit of the chart's axis. */
  readonly charge: Float64Array;
  /** Potential against lithium in V. */
  readonly voltage_V: Float64Array;
}

/**
 * Panel 2a: charge, discharge and second charge of a particle, with its
 * micrograph.
 *
 * @param curves Half cycles, charge in pAh.
 * @param micrograph Image of the particle.
 * @param particle What the caption says of it.
 * @param origin Where the data come from.
 */
export function halfCycles(
  curves: readonly VoltageCurve[],
  micrograph: Slice<Uint8Array>,
  particle: string,
  origin: Origin,
): ChartPanel {
  const most = Math.max(...curves.map((c) => c.charge.at(-1)!));
  const axes = { x: "Capacity (pAh)", y: voltageTitle };
  const spec = voltageChart(curves, axes.x, [2.8, 4.3]);
  return {
    id: "pitt-fig2-a",
    caption:
      `First charge, first discharge and second charge of ${particle} between 2.9 and 4.2 V at 0.22 pA/µm³. Inset: its micrograph.`,
    origin,
    spec: {
      ...spec,
      layer: [
        ...spec.layer,
        ...inset(micrograph, axes, { x: 0.08 * most, y: 2.86 }, {
          x: 0.22 * most,
          y: 0.52,
        }),
      ],
    },
  };
}

/** A micrograph within a chart: lower left corner and size in units of the axes. */
function inset(
  image: Slice<Uint8Array>,
  axes: { x: string; y: string },
  corner: { x: number; y: number },
  size: { x: number; y: number },
): Spec[] {
  const small = shrinkGrey(image, 130);
  const width_um = small.shape[1] * small.spacing_um[1];
  const bar_um = scaleBarLength(width_um);
  const url = `data:image/png;base64,${
    encodePng(greyRaster(small, { black: 20, white: 230 })).toBase64()
  }`;
  const right = corner.x + 0.95 * size.x;
  const left = right - size.x * bar_um / width_um;
  const box = {
    url,
    left: corner.x,
    right: corner.x + size.x,
    bottom: corner.y,
    top: corner.y + size.y,
  };
  const bar = {
    left,
    right,
    bottom: corner.y + 0.05 * size.y,
    top: corner.y + 0.08 * size.y,
    middle: (left + right) / 2,
  };
  const corners = {
    x: position("left", axes.x),
    x2: { field: "right" },
    y: position("top", axes.y),
    y2: { field: "bottom" },
  };
  return [
    {
      data: { values: [box] },
      mark: { type: "image", aspect: false },
      encoding: { ...corners, url: { field: "url", type: "nominal" } },
    },
    {
      data: { values: [bar] },
      mark: { type: "rect", color: "#FFFFFF" },
      encoding: corners,
    },
    {
      data: { values: [bar] },
      mark: {
        type: "text",
        text: `${bar_um} µm`,
        color: "#FFFFFF",
        baseline: "bottom",
        dy: -2,
        fontSize: 10,
      },
      encoding: { x: position("middle", axes.x), y: position("top", axes.y) },
    },
  ];
}

/** A particle's volume and capacity. */
export interface ParticleCapacity {
  readonly volume_um3: number;
  readonly capacity_pAh: number;
}

/**
 * Panel 2b: first discharge capacity against the volume from the micrograph.
 *
 * @param particles Volumes and capacities.
 * @param line Line with intercept, in pAh and um^3.
 * @param throughOrigin Line through the origin.
 * @param origin Where the data come from.
 */
export function capacityAgainstVolume(
  particles: readonly ParticleCapacity[],
  line: WithInterval<LineFit>,
  throughOrigin: WithInterval<OriginFit>,
  origin: Origin,
): ChartPanel {
  const most = 1.08 * Math.max(...particles.map((p) => p.volume_um3));
  const top = 1.1 * Math.max(...particles.map((p) => p.capacity_pAh));
  const x = position("volume_um3", "Volume (µm³)", { domain: [0, most] });
  const y = position("capacity_pAh", "First discharge capacity (pAh)", {
    domain: [0, top],
  });
  const { coefficient, rSquared, interval } = throughOrigin;
  const range = interval === null
    ? ""
    : ` [${number(interval.lower)}, ${number(interval.upper)}]`;
  return {
    id: "pitt-fig2-b",
    caption:
      `Capacity of the first discharge against volume, ${particles.length} particles; dashed: line through the origin. With an intercept the slope is ${
        (1000 * line.slope).toFixed(0)
      } mAh/cm³ and R² ${number(line.rSquared)}.`,
    origin,
    spec: {
      width: 320,
      height: 240,
      layer: [
        {
          data: {
            values: [{ volume_um3: 0, capacity_pAh: 0 }, {
              volume_um3: most,
              capacity_pAh: most * coefficient,
            }],
          },
          mark: {
            type: "line",
            clip: true,
            color: wong.purple,
            strokeDash: [6, 4],
          },
          encoding: { x, y },
        },
        {
          data: { values: particles },
          mark: { type: "point", size: 40 },
          encoding: { x, y },
        },
        note([
          `${(1000 * coefficient).toFixed(0)} mAh/cm³`,
          `R² ${number(rSquared)}${range}`,
        ], { x: 12, y: 4 }),
      ],
    },
  };
}

/**
 * Fig. S8: a particle's curve over that of a coin cell.
 *
 * @param curves Charge in mAh/g.
 * @param origin Where the data come from.
 */
export function coinCellOverlay(
  curves: readonly VoltageCurve[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS8",
    caption:
      "Second charge of a particle over the slow curve of the material that it was made from; the difference is overpotential.",
    origin,
    spec: voltageChart(curves, "Capacity (mAh/g)", [2.8, 4.3]),
  };
}

/**
 * Fig. S9: the charge of a blank microelectrode as a share of the capacity of
 * the particles.
 *
 * @param particles Diameters and capacities.
 * @param blank_pAh Charge of the blank.
 * @param origin Where the data come from.
 */
export function blankShare(
  particles: readonly {
    readonly diameter_um: number;
    readonly capacity_pAh: number;
  }[],
  blank_pAh: number,
  origin: Origin,
): ChartPanel {
  const x = position("diameter", "Diameter (µm)");
  const y = {
    ...position("share", "Blank over capacity", {
      type: "log",
      domain: [1e-4, 0.02],
    }),
    axis: { format: "~%", values: [1e-4, 1e-3, 1e-2] },
  };
  return {
    id: "pitt-figS9",
    caption:
      `The charge of a blank microelectrode between the cut-offs, ${blank_pAh} pAh in the paper, as a share of each particle's capacity; dashed: 1 %.`,
    origin,
    width_mm: 80,
    spec: {
      width: 300,
      height: 200,
      layer: [
        {
          data: { values: [{ share: 0.01 }] },
          mark: { type: "rule", strokeDash: [6, 4] },
          encoding: { y },
        },
        {
          data: {
            values: particles.map((p) => ({
              diameter: p.diameter_um,
              share: blank_pAh / p.capacity_pAh,
            })),
          },
          mark: { type: "point", size: 40 },
          encoding: { x, y },
        },
      ],
    },
  };
}

/**
 * Fig. S10: charges of one particle over one another.
 *
 * @param curves First and later charges, capacity in pAh.
 * @param origin Where the data come from.
 */
export function settlingCharges(
  curves: readonly VoltageCurve[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS10",
    caption:
      "First and second charge over one another. The lost charge of the first one is put in by hand, so that this shows what settling looks like and nothing else.",
    origin,
    spec: voltageChart(curves, "Capacity (pAh)", [3.4, 4.25]),
  };
}

/**
 * Fig. S22: the beginning of the first and of the second charge.
 *
 * @param curves Lithium extracted in % of all instead of charge.
 * @param opening Lithium extracted in % when the first cracks open.
 * @param origin Where the data come from.
 */
export function firstOverpotential(
  curves: readonly VoltageCurve[],
  opening: number,
  origin: Origin,
): ChartPanel {
  const title = "Lithium extracted (% of all)";
  const spec = voltageChart(curves, title, [3.2, 3.8]);
  return {
    id: "pitt-figS22",
    caption:
      "The beginning of both charges: the overpotential of the first falls when the first cracks let the electrolyte in (dashed line). Both the place and the change of the area are put in by hand.",
    origin,
    spec: {
      ...spec,
      layer: [...spec.layer, {
        data: { values: [{ opening }] },
        mark: { type: "rule", strokeDash: [6, 4] },
        encoding: { x: position("opening", title) },
      }],
    },
  };
}

/** Voltage against charge, one colour per curve, at most 200 samples each. */
function voltageChart(
  curves: readonly VoltageCurve[],
  title: string,
  domain_V: readonly [number, number],
): Spec & { readonly layer: readonly Spec[] } {
  const values = curves.flatMap(({ name, charge, voltage_V }) => {
    const count = Math.min(200, charge.length);
    return Array.from({ length: count }, (_, k) => {
      const i = Math.round(k * (charge.length - 1) / (count - 1));
      return { name, charge: charge[i]!, voltage: voltage_V[i]! };
    });
  });
  return {
    width: 360,
    height: 240,
    layer: [{
      data: { values },
      mark: { type: "line", clip: true },
      encoding: {
        x: position("charge", title),
        y: position("voltage", voltageTitle, { domain: domain_V }),
        color: {
          field: "name",
          type: "nominal",
          scale: {
            domain: curves.map((c) => c.name),
            range: [wong.blue, wong.vermilion, wong.green],
          },
          legend: { title: null, orient: "top" },
        },
        order: { field: "charge", type: "quantitative" },
      },
    }],
  };
}
