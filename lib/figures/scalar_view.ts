/** Images of a quantity in colours: sections, and solids seen from a corner. */
import type { Labels, Slice, Volume, ZYX } from "../core/mod.ts";
import { colourAt } from "./palette.ts";
import type { Spec } from "./panel.ts";
import type { Raster } from "./png.ts";

/** State of charge, from 0 to 1; darkens all the way. */
export const chargeStops: readonly string[] = [
  "#F6F1DC",
  "#CFE0DC",
  "#93C4D6",
  "#4C97C4",
  "#0F63A3",
  "#062E5C",
];

/** Values of a scale of colours. */
export interface ColourScale {
  /** At least two colours, evenly spaced. */
  readonly stops: readonly string[];
  /** Value of the first colour. */
  readonly low: number;
  /** Value of the last colour. */
  readonly high: number;
}

/**
 * A slice in the colours of a scale; white where `shown` is 0.
 *
 * @param slice Values.
 * @param scale Colours.
 * @param shown Not 0 where the value counts; everywhere by default.
 */
export function scalarRaster(
  slice: Slice,
  scale: ColourScale,
  shown?: Slice,
): Raster {
  const [height, width] = slice.shape;
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < slice.data.length; i++) {
    if (shown !== undefined && shown.data[i] === 0) continue;
    rgba.set(colourOf(slice.data[i]!, scale), 4 * i);
  }
  return { width, height, rgba };
}

/**
 * Layer that shows nothing but the legend of a scale of colours, for images
 * whose pixels carry the colours already.
 *
 * @param title Of the legend, a line each.
 * @param scale Colours.
 * @param length Of the legend in drawing units.
 * @param format Of the numbers, as in d3-format.
 */
export function scaleLegend(
  title: readonly string[],
  { stops, low, high }: ColourScale,
  length: number,
  format = ".2~f",
): Spec {
  return {
    data: { values: [{ value: low }, { value: high }] },
    mark: { type: "point", opacity: 0 },
    encoding: {
      color: {
        field: "value",
        type: "quantitative",
        scale: { domain: [low, high], range: stops, nice: false },
        legend: {
          title,
          format,
          values: [low, (low + high) / 2, high],
          gradientLength: length,
          gradientOpacity: 1,
        },
      },
    },
  };
}

/** What a solid is cut from and how it is coloured. */
export interface SolidView {
  /** Values, with cubic voxels. */
  readonly values: Volume<Float32Array>;
  /** Particles on the same grid. */
  readonly labels: Labels;
  /** Part of the volume seen: first voxel and one past the last along z, y, x. */
  readonly from: ZYX;
  readonly to: ZYX;
  /** Particle shown; 0 shows all. */
  readonly label: number;
  /** Whether the octant towards the viewer is cut away. */
  readonly open: boolean;
  readonly scale: ColourScale;
  /** Columns of the image. */
  readonly width: number;
}

/** Step along a ray. */
const STEP_voxels = 0.4;
/** Direction from which light comes, as z, y, x. */
const lightFrom: ZYX = [-0.85, 0.2, 0.49];
/** Direction to the viewer, as z, y, x; z points down. */
const toViewer: ZYX = [-0.5, 0.5, Math.SQRT1_2];

/**
 * A solid in the colours of a quantity, seen from above a corner by parallel
 * rays. Faces differ in brightness by their direction.
 *
 * @param view What to show.
 * @returns The image, white where the solid is not, and its extent in micrometres.
 */
export function viewSolid(
  view: SolidView,
): { raster: Raster; extent_um: readonly [number, number] } {
  const { values, labels, from, to, label, scale, width } = view;
  const [, height, columns] = labels.shape;
  const middle = from.map((f, axis) => (f + to[axis]!) / 2);
  const size = from.map((f, axis) => to[axis]! - f);
  const radius = Math.hypot(...size) / 2;
  const [across, down] = imageAxes();
  const rows = width;
  const rgba = new Uint8Array(4 * width * rows).fill(255);
  const cut = (z: number, y: number, x: number): boolean =>
    z < from[0] || y < from[1] || x < from[2] || z >= to[0] || y >= to[1] ||
    x >= to[2] ||
    view.open && z < middle[0]! && y > middle[1]! && x > middle[2]!;
  const inside = (z: number, y: number, x: number): number => {
    if (cut(z, y, x)) return -1;
    const voxel = (Math.floor(z) * height + Math.floor(y)) * columns +
      Math.floor(x);
    const found = labels.data[voxel]!;
    return found !== 0 && (label === 0 || found === label) ? voxel : -1;
  };
  for (let r = 0, pixel = 0; r < rows; r++) {
    const v = ((r + 0.5) / rows - 0.5) * 2 * radius;
    for (let c = 0; c < width; c++, pixel++) {
      const u = ((c + 0.5) / width - 0.5) * 2 * radius;
      const start = [0, 1, 2].map((axis) =>
        middle[axis]! + u * across[axis]! + v * down[axis]! +
        radius * toViewer[axis]!
      );
      for (let t = 0; t < 2 * radius; t += STEP_voxels) {
        const at = start.map((s, axis) =>
          s - t * toViewer[axis]!
        ) as unknown as ZYX;
        const voxel = inside(...at);
        if (voxel < 0) continue;
        const light = 0.62 +
          0.38 * Math.max(0, dot(lightFrom, normalAt(at, cut, inside)));
        const rgb = colourOf(values.data[voxel]!, scale);
        for (let k = 0; k < 3; k++) {
          rgba[4 * pixel + k] = Math.round(rgb[k]! * light);
        }
        break;
      }
    }
  }
  const raster = trim({ width, height: rows, rgba });
  const pixel_um = 2 * radius * values.spacing_um[2] / width;
  return {
    raster,
    extent_um: [raster.height * pixel_um, raster.width * pixel_um],
  };
}

/** Outward direction at a point where a ray has entered: across the cut, or away from where the solid is around. */
function normalAt(
  at: ZYX,
  cut: (z: number, y: number, x: number) => boolean,
  inside: (z: number, y: number, x: number) => number,
): ZYX {
  for (let axis = 0; axis < 3; axis++) {
    const before = [...at];
    before[axis]! += STEP_voxels * toViewer[axis]!;
    if (cut(before[0]!, before[1]!, before[2]!)) {
      return [0, 1, 2].map((a) =>
        a === axis ? Math.sign(toViewer[axis]!) : 0
      ) as unknown as ZYX;
    }
  }
  const reach = 3;
  const n = [0, 1, 2].map((axis) => {
    const [ahead, behind] = [1, -1].map((sign) => {
      const beside = [...at];
      beside[axis]! += sign * reach;
      return inside(beside[0]!, beside[1]!, beside[2]!) >= 0 ? 1 : 0;
    });
    return behind! - ahead!;
  });
  const length = Math.hypot(...n);
  return length === 0 ? toViewer : n.map((c) => c / length) as unknown as ZYX;
}

/** Cuts the white around a picture off, but for a margin and room for a scale bar below. */
function trim({ width, height, rgba }: Raster): Raster {
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const white = rgba[4 * i] === 255 && rgba[4 * i + 1] === 255 &&
        rgba[4 * i + 2] === 255;
      if (white) continue;
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
    }
  }
  const margin = Math.round(0.02 * width);
  const from = [Math.max(0, top - margin), Math.max(0, left - margin)] as const;
  const to = [
    Math.min(height, bottom + 1 + 6 * margin),
    Math.min(width, right + 1 + margin),
  ] as const;
  const trimmed = {
    width: to[1] - from[1],
    height: to[0] - from[0],
    rgba: new Uint8Array(4 * (to[0] - from[0]) * (to[1] - from[1])),
  };
  for (let y = 0; y < trimmed.height; y++) {
    const start = 4 * ((y + from[0]) * width + from[1]);
    trimmed.rgba.set(
      rgba.subarray(start, start + 4 * trimmed.width),
      4 * y * trimmed.width,
    );
  }
  return trimmed;
}

function dot(a: ZYX, b: ZYX): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Right and down of the image, as z, y, x. */
function imageAxes(): [ZYX, ZYX] {
  const [vz, vy, vx] = toViewer;
  const level = Math.hypot(vy, vx);
  const across: ZYX = [0, vx / level, -vy / level];
  // Perpendicular to both, and down where z is.
  const down: ZYX = [level, -vz * vy / level, -vz * vx / level];
  return [across, down];
}

function colourOf(
  value: number,
  { stops, low, high }: ColourScale,
): readonly number[] {
  return colourAt(stops, (value - low) / (high - low));
}
