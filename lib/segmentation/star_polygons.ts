/** Star-convex polygons: which to keep, and the pixels inside them. */
import { createSlice, type Slice, type SliceLabels } from "../core/mod.ts";
import { cellSize } from "./star_network.ts";
import type { StarPrediction } from "./star_prediction.ts";
import { rayCount, rayDirections } from "./star_rays.ts";

/** The outline of a particle's section. */
export interface StarPolygon {
  /** Object probability of the cell that it comes from. */
  readonly probability: number;
  /** Centre y, x in micrometres from the corner of the slice. */
  readonly centre_um: readonly [y: number, x: number];
  /** Distances from the centre to the outline along the rays, in micrometres. */
  readonly distances_um: Float32Array;
}

/** Which polygons {@linkcode starPolygons} keeps. */
export interface PolygonParameters {
  /** Least object probability. */
  readonly probability: number;
  /** Largest overlap with a polygon of higher probability, as a share of the smaller area. */
  readonly overlap: number;
  /** Diameter of the smallest section, in micrometres. */
  readonly smallest_um: number;
}

/** Usual choices: StarDist's probability and the overlap of the paper's configuration. */
export const polygonParameters: PolygonParameters = {
  probability: 0.5,
  overlap: 0.3,
  smallest_um: 3,
};

/**
 * The polygons of a prediction, one per particle, by non-maximum suppression:
 * the most probable first, none that overlaps one kept before too much.
 *
 * Equal probabilities are taken in the order of the cells, so that the result
 * is always the same. Source: U. Schmidt et al., MICCAI 2018,
 * doi:10.1007/978-3-030-00934-2_30.
 *
 * @param prediction What the network says.
 * @param parameters Which polygons are kept.
 * @returns Polygons, the most probable first.
 * @throws {RangeError} If a parameter is out of range.
 *
 * @example One particle
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { paintPolygons, starPolygons } from "./star_polygons.ts";
 * import { rayCount } from "./star_rays.ts";
 *
 * // One cell of 0.7 um in the middle of a slice, 4 um from the edge of its particle.
 * const probability = createSlice(new Float32Array(400), [20, 20], [0.7, 0.7]);
 * probability.data[10 * 20 + 10] = 0.9;
 * const distances_um = new Float32Array(400 * rayCount).fill(4);
 * const polygons = starPolygons({ probability, distances_um });
 * assert.equal(polygons.length, 1);
 * const slice = createSlice(new Uint8Array(140 ** 2), [140, 140], [0.1, 0.1]);
 * const area_um2 = paintPolygons(polygons, slice).data.reduce((a, b) => a + b) / 100;
 * assert.ok(Math.abs(area_um2 / (Math.PI * 16) - 1) < 0.02);
 * ```
 */
export function starPolygons(
  { probability, distances_um }: StarPrediction,
  parameters: Partial<PolygonParameters> = {},
): StarPolygon[] {
  const p = { ...polygonParameters, ...parameters };
  assertParameters(p);
  const [, columns] = probability.shape;
  const chances = probability.data;
  const candidates: number[] = [];
  for (let cell = 0; cell < chances.length; cell++) {
    if (chances[cell]! > p.probability) candidates.push(cell);
  }
  candidates.sort((a, b) => chances[b]! - chances[a]! || a - b);
  const spacing_um = probability.spacing_um[0] / cellSize;
  const smallest = Math.PI * (p.smallest_um / spacing_um / 2) ** 2;
  const kept: { polygon: StarPolygon; pixels: PolygonPixels }[] = [];
  for (const cell of candidates) {
    const row = Math.floor(cell / columns), column = cell - row * columns;
    const polygon: StarPolygon = {
      probability: chances[cell]!,
      centre_um: [
        (cellSize * row + 0.5) * spacing_um,
        (cellSize * column + 0.5) * spacing_um,
      ],
      distances_um: distances_um.subarray(
        cell * rayCount,
        (cell + 1) * rayCount,
      ),
    };
    const pixels = pixelsInside(polygon, [spacing_um, spacing_um]);
    if (pixels.count < smallest) continue;
    const covered = kept.some((other) =>
      sharedPixels(pixels, other.pixels) >
        p.overlap * Math.min(pixels.count, other.pixels.count)
    );
    if (!covered) kept.push({ polygon, pixels });
  }
  return kept.map(({ polygon }) => polygon);
}

function assertParameters(p: PolygonParameters): void {
  const rules = {
    probability: p.probability > 0 && p.probability < 1,
    overlap: p.overlap >= 0 && p.overlap <= 1,
    smallest_um: p.smallest_um >= 0 && p.smallest_um < Infinity,
  };
  for (const [name, holds] of Object.entries(rules)) {
    if (!holds) {
      throw new RangeError(
        `Cannot choose polygons as ${name} must be ${
          name === "smallest_um"
            ? "0 or more and finite"
            : "a share from 0 to 1"
        }: current value is ${p[name as keyof PolygonParameters]}`,
      );
    }
  }
}

/**
 * Labels of polygons: each pixel belongs to the most probable one that covers
 * its centre.
 *
 * @param polygons Polygons, the most probable first; the first gets label 1.
 * @param grid Slice whose grid the labels get.
 */
export function paintPolygons(
  polygons: readonly StarPolygon[],
  grid: Slice,
): SliceLabels {
  const [height, width] = grid.shape;
  const labels = new Uint32Array(height * width);
  for (const [i, polygon] of polygons.entries()) {
    const { top, left, rows, columns, mask } = pixelsInside(
      polygon,
      grid.spacing_um,
    );
    for (let r = Math.max(0, -top); r < Math.min(rows, height - top); r++) {
      const to = (top + r) * width + left;
      for (let c = Math.max(0, -left); c < columns && left + c < width; c++) {
        if (mask[r * columns + c] && labels[to + c] === 0) {
          labels[to + c] = i + 1;
        }
      }
    }
  }
  return createSlice(labels, grid.shape, grid.spacing_um);
}

/** Corners of a polygon as y, x in micrometres, in the order of the rays. */
export function cornersOf(
  { centre_um: [y, x], distances_um }: StarPolygon,
): [y: number, x: number][] {
  return rayDirections.map(([stepY, stepX], ray) => [
    y + stepY * distances_um[ray]!,
    x + stepX * distances_um[ray]!,
  ]);
}

/** Pixels whose centres are inside a polygon, in a box that may lie partly outside the slice. */
interface PolygonPixels {
  top: number;
  left: number;
  rows: number;
  columns: number;
  mask: Uint8Array;
  count: number;
}

function pixelsInside(
  polygon: StarPolygon,
  [spacingY, spacingX]: readonly [number, number],
): PolygonPixels {
  // In pixels, with whole numbers at the centres.
  const corners = cornersOf(polygon)
    .map(([y, x]) => [y / spacingY - 0.5, x / spacingX - 0.5] as const);
  const ys = corners.map(([y]) => y), xs = corners.map(([, x]) => x);
  const top = Math.ceil(Math.min(...ys)), left = Math.ceil(Math.min(...xs));
  const rows = Math.max(0, Math.floor(Math.max(...ys)) - top + 1);
  const columns = Math.max(0, Math.floor(Math.max(...xs)) - left + 1);
  const mask = new Uint8Array(rows * columns);
  let count = 0;
  const crossings: number[] = [];
  for (let r = 0; r < rows; r++) {
    const y = top + r;
    crossings.length = 0;
    let [y0, x0] = corners.at(-1)!;
    for (const [y1, x1] of corners) {
      if (y0 <= y !== y1 <= y) {
        crossings.push(x0 + (y - y0) / (y1 - y0) * (x1 - x0));
      }
      [y0, x0] = [y1, x1];
    }
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.ceil(crossings[k]!) - left;
      const to = Math.ceil(crossings[k + 1]!) - left;
      for (let c = Math.max(0, from); c < Math.min(columns, to); c++) {
        mask[r * columns + c] = 1;
        count++;
      }
    }
  }
  return { top, left, rows, columns, mask, count };
}

function sharedPixels(a: PolygonPixels, b: PolygonPixels): number {
  const top = Math.max(a.top, b.top), left = Math.max(a.left, b.left);
  const bottom = Math.min(a.top + a.rows, b.top + b.rows);
  const right = Math.min(a.left + a.columns, b.left + b.columns);
  let count = 0;
  for (let y = top; y < bottom; y++) {
    const inA = (y - a.top) * a.columns - a.left;
    const inB = (y - b.top) * b.columns - b.left;
    for (let x = left; x < right; x++) {
      count += a.mask[inA + x]! & b.mask[inB + x]!;
    }
  }
  return count;
}
