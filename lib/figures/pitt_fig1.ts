/** EES Fig. 1d and e, S1, S2, S4, S5 and Table S1: the particles and their values. */
import {
  createSlice,
  type Origin,
  type Slice,
  type SliceLabels,
} from "../core/mod.ts";
import type { ImagedParticle } from "../pitt/mod.ts";
import { damageStops, rgbOf, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { position, voltageName } from "./pitt_charts.ts";
import {
  greyRaster,
  type GreyWindow,
  outlineLabels,
  rasterView,
  shrinkGrey,
  shrinkLabels,
} from "./raster.ts";

/** Grey levels that become black and white in all micrographs. */
const micrographWindow: GreyWindow = { black: 20, white: 230 };

/**
 * Panels 1d and 1e: a micrograph with its scale bar.
 *
 * @param id `pitt-fig1-d` or `pitt-fig1-e`.
 * @param image Secondary-electron image.
 * @param caption Says what is seen.
 * @param origin Where the image comes from.
 */
export function particleMicrograph(
  id: string,
  image: Slice<Uint8Array>,
  caption: string,
  origin: Origin,
): ChartPanel {
  return {
    id,
    caption,
    origin,
    width_mm: 60,
    spec: rasterView([greyRaster(shrinkGrey(image, 200), micrographWindow)], {
      extent_um: extentOf(image),
      width: 300,
      frame: "bar",
    }),
  };
}

/** A particle's name and micrograph. */
export interface NamedMicrograph {
  readonly particle: string;
  readonly image: Slice<Uint8Array>;
}

/**
 * Fig. S1: micrographs of all particles at one scale.
 *
 * @param micrographs Images of the same shape and pixel size.
 * @param origin Where they come from.
 */
export function micrographGallery(
  micrographs: readonly NamedMicrograph[],
  origin: Origin,
): ChartPanel {
  const columns = 7, side = 72;
  const rows = Math.ceil(micrographs.length / columns);
  const small = micrographs.map(({ image }) => shrinkGrey(image, side));
  const [height, width] = small[0]!.shape;
  // Room for the scale bar below the last row.
  const strip = Math.round(height / 4);
  const data = new Float32Array((rows * height + strip) * columns * width)
    .fill(small[0]!.data[0]!);
  small.forEach((image, i) => {
    const top = Math.floor(i / columns) * height, left = i % columns * width;
    for (let y = 0; y < height; y++) {
      data.set(
        image.data.subarray(y * width, (y + 1) * width),
        (top + y) * columns * width + left,
      );
    }
  });
  const spacing_um = small[0]!.spacing_um;
  const montage = createSlice(
    data,
    [rows * height + strip, columns * width],
    spacing_um,
  );
  const view = rasterView([greyRaster(montage, micrographWindow)], {
    extent_um: extentOf(montage),
    width: columns * 100,
    frame: "bar",
  });
  return {
    id: "pitt-figS1",
    caption:
      `Micrographs of the ${micrographs.length} particles before cycling, all at one scale.`,
    origin,
    width_mm: 150,
    spec: {
      ...view,
      layer: [...view.layer, {
        data: {
          values: micrographs.map(({ particle }, i) => ({
            particle,
            x: (i % columns + 0.04) * width * spacing_um[1],
            y: (Math.floor(i / columns) + 0.04) * height * spacing_um[0],
          })),
        },
        mark: {
          type: "text",
          align: "left",
          baseline: "top",
          color: "#FFFFFF",
          fontWeight: "bold",
        },
        encoding: {
          x: position("x", null),
          y: position("y", null),
          text: { field: "particle", type: "nominal" },
        },
      }],
    },
  };
}

/**
 * Fig. S2: distribution of the diameters.
 *
 * @param diameter_um Diameters from the images.
 * @param origin Where they come from.
 */
export function diameterDistribution(
  diameter_um: readonly number[],
  origin: Origin,
): ChartPanel {
  return {
    id: "pitt-figS2",
    caption: `Diameters of the ${diameter_um.length} particles, bins of 1 µm.`,
    origin,
    width_mm: 75,
    spec: {
      data: { values: diameter_um.map((diameter) => ({ diameter })) },
      width: 300,
      height: 180,
      mark: { type: "bar", binSpacing: 1 },
      encoding: {
        x: {
          field: "diameter",
          type: "quantitative",
          bin: { step: 1 },
          title: "Diameter (µm)",
        },
        y: {
          aggregate: "count",
          type: "quantitative",
          title: "Particles",
          axis: { tickMinStep: 1 },
        },
      },
    },
  };
}

/**
 * Fig. S4: the outline of the thresholded particle and the circle of the same
 * area.
 *
 * @param image Secondary-electron image.
 * @param measured What was measured in it.
 * @param origin Where the image comes from.
 */
export function thresholdedMicrograph(
  image: Slice<Uint8Array>,
  measured: ImagedParticle,
  origin: Origin,
): ChartPanel {
  const { mask, radius_um } = measured;
  const [dy, dx] = mask.spacing_um, columns = mask.shape[1];
  let count = 0, sumX = 0, sumY = 0;
  mask.data.forEach((inside, i) => {
    if (inside === 0) return;
    count++;
    sumX += (i % columns + 0.5) * dx;
    sumY += (Math.floor(i / columns) + 0.5) * dy;
  });
  const [x0, y0] = [sumX / count, sumY / count];
  const labels: SliceLabels = shrinkLabels(
    { ...mask, data: Uint32Array.from(mask.data) },
    250,
  );
  const blue = rgbOf(wong.skyBlue);
  const outlined = outlineLabels(
    greyRaster(shrinkGrey(image, 250), micrographWindow),
    labels,
    () => blue,
    2,
  );
  const view = rasterView([outlined], {
    extent_um: extentOf(image),
    width: 300,
    frame: "bar",
  });
  return {
    id: "pitt-figS4",
    caption: `From a micrograph to a sphere: grey levels above ${
      measured.threshold.toFixed(0)
    } are the particle (outline in blue), ${
      measured.area_um2.toFixed(1)
    } µm²; the circle of the same area (dashed) has a radius of ${
      radius_um.toFixed(2)
    } µm, its sphere ${measured.volume_um3.toFixed(0)} µm³.`,
    origin,
    width_mm: 60,
    spec: {
      ...view,
      layer: [...view.layer, {
        data: {
          values: Array.from({ length: 73 }, (_, order) => ({
            order,
            x: x0 + radius_um * Math.cos(order * Math.PI / 36),
            y: y0 + radius_um * Math.sin(order * Math.PI / 36),
          })),
        },
        mark: { type: "line", color: wong.orange, strokeDash: [5, 4] },
        encoding: {
          x: position("x", null),
          y: position("y", null),
          order: { field: "order", type: "quantitative" },
        },
      }],
    },
  };
}

/** Errors of the volume at one aspect ratio. */
export interface VolumeErrors {
  /** Longest over shortest axis. */
  readonly aspect: number;
  /** Relative errors at the 5, 50 and 95 % quantiles of orientations. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/**
 * Fig. S5: error of the volume when ellipsoids are taken for spheres.
 *
 * @param errors Errors over the aspect ratio.
 * @param particles Errors of the particles of the set.
 */
export function sphereErrors(
  errors: readonly VolumeErrors[],
  particles: readonly { readonly aspect: number; readonly error: number }[],
): ChartPanel {
  const x = position("aspect", "Longest over shortest axis");
  const yTitle = "Error of the volume";
  const percent = { axis: { format: "+.0%" } };
  return {
    id: "pitt-figS5",
    caption:
      "Error of the volume when an ellipsoid, its three axes evenly apart, is taken for the sphere of its shadow: median (line) and 90 % of orientations (band). Points: the particles of this set, each in its own pose.",
    origin: "synthetic",
    width_mm: 80,
    spec: {
      width: 320,
      height: 200,
      layer: [
        {
          data: { values: errors },
          mark: { type: "area", color: wong.skyBlue, opacity: 0.4 },
          encoding: {
            x,
            y: { ...position("low", yTitle), ...percent },
            y2: { field: "high" },
          },
        },
        {
          data: { values: errors },
          mark: "line",
          encoding: { x, y: { ...position("median", yTitle), ...percent } },
        },
        {
          data: { values: particles },
          mark: { type: "point", color: wong.vermilion },
          encoding: { x, y: { ...position("error", yTitle), ...percent } },
        },
      ],
    },
  };
}

/** Fitted values of one step of one particle; null where the trace gives a limit only. */
export interface FittedStep {
  readonly particle: string;
  readonly voltage_V: number;
  readonly diffusivity_cm2_s: number | null;
  readonly exchange_A_cm2: number | null;
  readonly biot: number | null;
}

/**
 * Table S1 as a chart: diffusivity, exchange current density and Biot number of
 * every particle and voltage.
 *
 * @param steps Fitted values.
 * @param origin Where the traces come from.
 */
export function kineticsGrid(
  steps: readonly FittedStep[],
  origin: Origin,
): ChartPanel {
  const grid = (
    title: string,
    value: (step: FittedStep) => number | null,
    digits: number,
    first: boolean,
  ): Spec => {
    const rows = steps.map((step) => {
      const v = value(step);
      return {
        particle: step.particle,
        voltage: voltageName(step.voltage_V),
        value: v,
        text: v === null ? "–" : v.toFixed(digits),
      };
    });
    const least = Math.min(...rows.flatMap((r) => r.value ?? []));
    const most = Math.max(...rows.flatMap((r) => r.value ?? []));
    const encoding = {
      x: {
        field: "voltage",
        type: "nominal",
        sort: "descending",
        title: null,
        axis: { orient: "top", ticks: false, domain: false },
      },
      y: {
        field: "particle",
        type: "nominal",
        title: null,
        axis: first
          ? { ticks: false, domain: false }
          : { labels: false, ticks: false, domain: false },
      },
    };
    return {
      title: { text: title, fontWeight: "normal" },
      data: { values: rows },
      width: 215,
      height: 21 * 18,
      layer: [
        {
          mark: { type: "rect", stroke: "#FFFFFF" },
          encoding: {
            ...encoding,
            color: {
              field: "value",
              type: "quantitative",
              legend: null,
              scale: {
                type: "log",
                // Dark cells would hide their numbers.
                domain: [least, most ** 1.5 / least ** 0.5],
                range: damageStops,
                nice: false,
                interpolate: "rgb",
              },
            },
          },
        },
        {
          mark: { type: "text", fontSize: 10 },
          encoding: { ...encoding, text: { field: "text", type: "nominal" } },
        },
      ],
      resolve: { scale: { color: "independent" } },
    };
  };
  return {
    id: "pitt-tableS1",
    caption:
      "Fitted values of all particles and voltages (exact model, charge free); a dash where the trace bounds the value on one side only. These are our synthetic values, not those of the paper's Table S1.",
    origin,
    width_mm: 183,
    spec: {
      hconcat: [
        grid(
          "D (10⁻¹⁰ cm²/s)",
          (s) =>
            s.diffusivity_cm2_s === null ? null : 1e10 * s.diffusivity_cm2_s,
          1,
          true,
        ),
        grid(
          "j₀ (mA/cm²)",
          (s) => s.exchange_A_cm2 === null ? null : 1e3 * s.exchange_A_cm2,
          3,
          false,
        ),
        grid("Biot number", (s) => s.biot, 2, false),
      ],
      spacing: 14,
      resolve: { scale: { color: "independent" } },
    },
  };
}

function extentOf({ shape, spacing_um }: Slice): [number, number] {
  return [shape[0] * spacing_um[0], shape[1] * spacing_um[1]];
}
