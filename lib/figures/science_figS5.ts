/** Science Table S1, Figs. S5 and S6: the attributes of particles. */
import {
  type Labels,
  numbers,
  type Origin,
  type Slice,
  sliceOf,
  type Table,
  type Volume,
  type ZYX,
} from "../core/mod.ts";
import { electrodeColour } from "./charts.ts";
import { cropSquare, type Square } from "./crop.ts";
import { divergingStops, rgbOf, wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import {
  clearRaster,
  enlarge,
  greyRaster,
  greyWindow,
  outlineLabels,
  rasterView,
  tintLabels,
} from "./raster.ts";

/** What a chart needs to know of an attribute. */
export interface AttributeName {
  readonly id: string;
  readonly unit: string;
}

/** A row of Table S1. */
export interface AttributeRow extends AttributeName {
  /** Number in the printed table. */
  readonly number: number;
  readonly group: string;
  readonly definition: string;
  /** Whether cracks take part. */
  readonly leaksDamage: boolean;
}

/** Columns of Table S1 and where they begin, in drawing units. */
const tableColumns = [
  ["number", "No.", 0],
  ["id", "Attribute", 34],
  ["group", "Group", 128],
  ["unit", "Unit", 254],
  ["definition", "Definition", 336],
] as const;

/**
 * Table S1: the attributes with their definitions.
 *
 * @param rows In the order of the table.
 * @param origin Where the data come from.
 */
export function attributeTable(
  rows: readonly AttributeRow[],
  origin: Origin,
): ChartPanel {
  const values = rows.flatMap((row, line) =>
    tableColumns.map(([column, , x]) => ({
      x,
      line: line + 1,
      text: column === "id" && row.leaksDamage
        ? `${row.id} *`
        : String(row[column]),
    }))
  );
  const header = tableColumns.map(([, text, x]) => ({ x, line: 0, text }));
  const text = (data: readonly unknown[], weight: string): Spec => ({
    data: { values: data },
    mark: { type: "text", align: "left", fontWeight: weight, fontSize: 10 },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        axis: null,
        scale: { domain: [0, 1000], nice: false },
      },
      y: {
        field: "line",
        type: "quantitative",
        axis: null,
        scale: {
          domain: [-0.5, rows.length + 0.5],
          reverse: true,
          nice: false,
        },
      },
      text: { field: "text", type: "nominal" },
    },
  });
  return {
    id: "science-tableS1",
    caption:
      "The attributes and their definitions. F is the particle with its cracks and voids C, P the particle without them; a star marks attributes in which cracks take part.",
    origin,
    width_mm: 183,
    spec: {
      width: 1000,
      height: 15 * (rows.length + 1),
      layer: [text(header, "bold"), text(values, "normal")],
    },
  };
}

/** A particle whose attributes are illustrated. */
export interface IllustratedParticle {
  readonly volume: Volume;
  readonly labels: Labels;
  readonly cracks: Volume<Uint8Array>;
  readonly label: number;
  /** Its centroid and those of its six nearest, as z, y, x in micrometres. */
  readonly centre_um: ZYX;
  readonly nearest_um: readonly ZYX[];
  /** Unit vector along its long axis, as z, y, x, and its half length in micrometres. */
  readonly axis: ZYX;
  readonly halfLength_um: number;
}

/**
 * Fig. S5: what the four groups of attributes measure, on one particle.
 *
 * @param particle The particle and its surroundings.
 * @param origin Where the data come from.
 */
export function attributeGroups(
  particle: IllustratedParticle,
  origin: Origin,
): ChartPanel {
  const { volume, labels, cracks, label, centre_um, nearest_um } = particle;
  const z = Math.floor(centre_um[0] / volume.spacing_um[0]);
  const near = window(labels, centre_um, 1.6 * particle.halfLength_um);
  const wide = window(labels, centre_um, 3.4 * particle.halfLength_um);
  const cut = (image: Volume, frame: Square) =>
    cropSquare(sliceOf(image, "z", z), frame);
  const base = (frame: Square) => {
    const grey = cut(volume, frame);
    const factor = Math.max(1, Math.round(300 / grey.shape[0]));
    const fine = enlarge(grey, factor);
    const mask = (keep: (i: number) => boolean): Slice<Uint32Array> => {
      const share = enlarge(
        {
          ...grey,
          data: Float32Array.from(grey.data, (_, i) => keep(i) ? 1 : 0),
        },
        factor,
      );
      return {
        ...share,
        data: Uint32Array.from(share.data, (v) => v >= 0.5 ? 1 : 0),
      };
    };
    const own = cut(labels, frame), open = cut(cracks, frame);
    return {
      grey: greyRaster(fine, greyWindow(grey)),
      particle: mask((i) => own.data[i] === label),
      cracks: mask((i) => own.data[i] === label && open.data[i] !== 0),
      others: mask((i) => own.data[i] !== label && own.data[i] !== 0),
      extent_um: [
        grey.shape[0] * grey.spacing_um[0],
        grey.shape[1] * grey.spacing_um[1],
      ] as const,
    };
  };
  const close = base(near), far = base(wide);
  const blue = rgbOf(wong.blue), vermilion = rgbOf(wong.vermilion);
  const green = rgbOf(wong.green);
  const point = (frame: Square, at: ZYX) => ({
    x: at[2] - frame.left * volume.spacing_um[2],
    y: at[1] - frame.top * volume.spacing_um[1],
  });
  const centre = point(near, centre_um);
  const end = (sign: number): ZYX =>
    centre_um.map((c, axis) =>
      c + sign * particle.halfLength_um * particle.axis[axis]!
    ) as unknown as ZYX;
  const [a, b] = [point(near, end(-1)), point(near, end(1))];
  const options = (extent_um: readonly [number, number], title: string) => ({
    extent_um,
    width: 190,
    title,
    frame: "bar" as const,
  });
  const lines = (
    values: readonly Record<string, number>[],
    colour: string,
  ) => ({
    data: { values },
    mark: { type: "rule", strokeWidth: 2.5, color: colour },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
      x2: { field: "x2" },
      y2: { field: "y2" },
    },
  });
  const dots = (values: readonly Record<string, number>[]) => ({
    data: { values },
    mark: { type: "point", size: 70, color: wong.orange },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
    },
  });
  const layered = (view: ReturnType<typeof rasterView>, ...more: Spec[]) => ({
    ...view,
    layer: [...view.layer, ...more],
  });
  const outline = outlineLabels(
    clearRaster(close.particle),
    close.particle,
    () => blue,
    3,
  );
  const far0 = point(wide, centre_um);
  return {
    id: "science-figS5",
    caption:
      "What the attributes measure, on one particle. Position: centroid (dot) and long axis (line). Chemistry: grey levels of the solid (green). Particle structure: outer surface (blue), inner surface around cracks and voids (vermilion). Local morphology: other particles (blue) and the six nearest, some of which lie above or below the section (lines).",
    origin,
    width_mm: 183,
    spec: {
      spacing: 14,
      hconcat: [
        layered(
          rasterView(
            [close.grey, outline],
            options(close.extent_um, "Position"),
          ),
          lines([{ x: a.x, y: a.y, x2: b.x, y2: b.y }], wong.orange),
          dots([centre]),
        ),
        rasterView(
          [tintLabels(
            close.grey,
            {
              ...close.particle,
              data: close.particle.data.map((v, i) =>
                v === 1 && close.cracks.data[i] === 0 ? 1 : 0
              ),
            },
            () => green,
            0.3,
          )],
          options(close.extent_um, "Chemistry"),
        ),
        rasterView(
          [
            close.grey,
            outlineLabels(outline, close.cracks, () => vermilion, 2),
          ],
          options(close.extent_um, "Particle structure"),
        ),
        layered(
          rasterView(
            [tintLabels(
              tintLabels(far.grey, far.others, () => blue, 0.3),
              far.particle,
              () => green,
              0.4,
            )],
            options(far.extent_um, "Local morphology"),
          ),
          lines(
            nearest_um.map((n) => {
              const to = point(wide, n);
              return {
                ...far0,
                x2: clampTo(to.x, far.extent_um[1]),
                y2: clampTo(to.y, far.extent_um[0]),
              };
            }),
            wong.orange,
          ),
          dots([far0]),
        ),
      ],
    },
  };
}

/** Ends of lines stay inside the picture. */
function clampTo(value: number, length: number): number {
  return Math.min(length, Math.max(0, value));
}

/** A square of voxels around a point, moved inside the volume. */
function window(
  { shape: [, height, width], spacing_um: [, dy, dx] }: Labels,
  [, y, x]: ZYX,
  half_um: number,
): Square {
  const side = Math.min(height, width, Math.round(2 * half_um / dx));
  const place = (at: number, length: number) =>
    Math.min(length - side, Math.max(0, Math.round(at - side / 2)));
  return { top: place(y / dy, height), left: place(x / dx, width), side };
}

/** The particles of one electrode. */
export interface NamedParticles {
  /** Name in the legend, for example `10 cycles`. */
  readonly electrode: string;
  readonly particles: Table;
}

const BINS = 24;

/**
 * Fig. S6: distribution of every attribute, electrodes on common bins that span
 * all but the outer 1 % of the values.
 *
 * @param electrodes One entry per electrode, in the order of the legend.
 * @param attributes Columns, in the order of the charts.
 * @param origin Where the data come from.
 */
export function attributeDistributions(
  electrodes: readonly NamedParticles[],
  attributes: readonly AttributeName[],
  origin: Origin,
): ChartPanel {
  const names = electrodes.map((e) => e.electrode);
  const chart = ({ id, unit }: AttributeName) => {
    const columns = electrodes.map((e) => numbers(e.particles, id));
    const all = Float64Array.from(columns.flatMap((c) => [...c])).sort();
    const at = (share: number) => all[Math.round(share * (all.length - 1))]!;
    const low = at(0.005), width = Math.max(at(0.995) - low, 1e-12) / BINS;
    const rows = columns.flatMap((values, e) => {
      const counts = new Float64Array(BINS);
      for (const value of values) {
        const bin = Math.floor((value - low) / width);
        if (bin >= 0 && bin < BINS) counts[bin]!++;
      }
      return Array.from(counts, (count, bin) => ({
        electrode: names[e]!,
        value: low + (bin + 0.5) * width,
        share: count / values.length,
      }));
    });
    return {
      width: 92,
      height: 62,
      title: { text: id, fontWeight: "normal", offset: 2 },
      data: { values: rows },
      mark: { type: "line", interpolate: "step", strokeWidth: 1.5 },
      encoding: {
        x: {
          field: "value",
          type: "quantitative",
          title: unit === "" ? " " : unit.replace("um", "µm").replace("^2", "²")
            .replace("^3", "³"),
          axis: { tickCount: 3, labelFlush: true, format: ".3~g" },
          scale: { nice: false, zero: false },
        },
        y: {
          field: "share",
          type: "quantitative",
          title: null,
          axis: { tickCount: 2, format: ".0%" },
        },
        color: electrodeColour("electrode", names, {
          orient: "top",
          symbolType: "stroke",
        }),
      },
    };
  };
  return {
    id: "science-figS6",
    caption:
      "Distributions of the attributes: share of the particles per bin, on bins that are the same for both electrodes.",
    origin,
    width_mm: 183,
    spec: {
      concat: attributes.map(chart),
      columns: 6,
      spacing: { row: 14, column: 16 },
      resolve: { legend: { color: "shared" } },
    },
  };
}

/** One correlation of two attributes. */
export interface CorrelationCell {
  readonly a: string;
  readonly b: string;
  readonly r: number;
}

/**
 * Correlations of the attributes: one coefficient above the diagonal, another
 * below it.
 *
 * @param ids Order of rows and columns.
 * @param above Coefficients above the diagonal (Pearson).
 * @param below Coefficients below it (Spearman).
 * @param leaks Attributes in which cracks take part, marked by a star.
 * @param origin Where the data come from.
 */
export function correlationMatrix(
  ids: readonly string[],
  above: readonly CorrelationCell[],
  below: readonly CorrelationCell[],
  leaks: ReadonlySet<string>,
  origin: Origin,
): ChartPanel {
  const name = (id: string) => leaks.has(id) ? `${id} *` : id;
  const rank = (id: string) => ids.indexOf(id);
  const cells = [
    ...above.filter(({ a, b }) => rank(a) < rank(b)),
    ...below.filter(({ a, b }) => rank(a) > rank(b)),
  ].map(({ a, b, r }) => ({ row: name(a), column: name(b), r }));
  const order = ids.map(name);
  return {
    id: "science-figS6-correlations",
    caption:
      "Correlations of the attributes: Pearson above the diagonal, Spearman below. A star marks attributes in which cracks take part.",
    origin,
    width_mm: 130,
    spec: {
      width: 420,
      height: 420,
      data: { values: cells },
      mark: { type: "rect" },
      encoding: {
        x: {
          field: "column",
          type: "nominal",
          sort: order,
          scale: { domain: order },
          title: null,
          axis: { labelAngle: -90, domain: false, ticks: false, orient: "top" },
        },
        y: {
          field: "row",
          type: "nominal",
          sort: order,
          scale: { domain: order },
          title: null,
          axis: { domain: false, ticks: false },
        },
        color: {
          field: "r",
          type: "quantitative",
          scale: { domain: [-1, 1], range: divergingStops },
          legend: { title: "r", gradientLength: 160 },
        },
      },
    },
  };
}
