/** Pictures of fields on the triangles of a network's mesh. */
import type { Mesh } from "../network/mod.ts";
import type { Rgb } from "./palette.ts";
import type { Raster } from "./png.ts";

/** A picture of a mesh and its extent. */
export interface MeshPicture {
  /** The pixels; white where there is no triangle. */
  readonly raster: Raster;
  /** Height and width in micrometres. */
  readonly extent_um: readonly [height: number, width: number];
}

/** What to show of a mesh. */
export interface MeshView {
  /** Colour of a place in a domain; the value is that of `values` there, NaN without. */
  readonly colourOf: (domain: number, value: number) => Rgb;
  /** One value per node, between which it changes linearly. */
  readonly values?: Float64Array;
  /** Shift of each node along x and y, as it is to be drawn. */
  readonly shift_m?: Float64Array;
  /** Width of the picture in pixels. */
  readonly width: number;
}

/**
 * A section of a network, its row of particles from left to right. A mesh
 * around an axis is mirrored to the whole section.
 *
 * @param mesh The mesh.
 * @param view What to show.
 *
 * @example A particle in the middle of the picture
 * ```ts
 * import assert from "node:assert/strict";
 * import { meshParticles } from "../network/mod.ts";
 * import { viewMesh } from "./mesh_view.ts";
 *
 * const mesh = meshParticles({
 *   geometry: "axisymmetric",
 *   pitch_m: 12e-6,
 *   width_m: 6e-6,
 *   particles: [{ radius_m: 4e-6, coverage: 0.5 }],
 * }, { edgesPerCircle: 32, farSize_m: 2e-6 });
 * const { raster } = viewMesh(mesh, {
 *   colourOf: (domain) => domain === 0 ? [0, 0, 0] : [200, 200, 200],
 *   width: 20,
 * });
 * assert.equal(raster.height, 20);
 * assert.equal(raster.rgba[4 * (10 * 20 + 10)], 0);
 * ```
 */
export function viewMesh(mesh: Mesh, view: MeshView): MeshPicture {
  const { nodes, triangles, domains } = mesh;
  const extent_um = viewExtent(mesh);
  const { width, shift_m, values } = view;
  const height = 2 * Math.round(extent_um[0] / extent_um[1] * width / 2);
  const rgba = new Uint8Array(4 * width * height).fill(255);
  const perMicrometre = width / extent_um[1];
  const column = new Float64Array(nodes.length / 2);
  const row = new Float64Array(nodes.length / 2);
  for (let k = 0; k < column.length; k++) {
    const [across_um, down_um] = placeInView(
      mesh,
      nodes[2 * k]! + (shift_m?.[2 * k] ?? 0),
      nodes[2 * k + 1]! + (shift_m?.[2 * k + 1] ?? 0),
    );
    column[k] = across_um * perMicrometre;
    row[k] = down_um * perMicrometre;
  }
  const isMirrored = mesh.geometry === "axisymmetric";
  const lastRow = (isMirrored ? height / 2 : height) - 1;
  for (let t = 0; t < domains.length; t++) {
    const [a, b, c] = [0, 1, 2].map((i) => triangles[3 * t + i]!) as [
      number,
      number,
      number,
    ];
    const ax = column[a]!, ay = row[a]!;
    const bx = column[b]! - ax, by = row[b]! - ay;
    const cx = column[c]! - ax, cy = row[c]! - ay;
    const twice = bx * cy - cx * by;
    const top = Math.floor(ay + Math.min(0, by, cy));
    const bottom = Math.min(lastRow, Math.ceil(ay + Math.max(0, by, cy)));
    const left = Math.floor(ax + Math.min(0, bx, cx));
    const right = Math.min(width - 1, Math.ceil(ax + Math.max(0, bx, cx)));
    for (let y = Math.max(0, top); y <= bottom; y++) {
      for (let x = Math.max(0, left); x <= right; x++) {
        const dx = x + 0.5 - ax, dy = y + 0.5 - ay;
        const v = (dx * cy - cx * dy) / twice;
        const w = (bx * dy - dx * by) / twice;
        if (v < -1e-9 || w < -1e-9 || v + w > 1 + 1e-9) continue;
        const value = values === undefined
          ? NaN
          : (1 - v - w) * values[a]! + v * values[b]! + w * values[c]!;
        const [red, green, blue] = view.colourOf(domains[t]!, value);
        const pixel = 4 * (y * width + x);
        rgba[pixel] = red;
        rgba[pixel + 1] = green;
        rgba[pixel + 2] = blue;
      }
    }
  }
  if (isMirrored) {
    for (let y = 0; y <= lastRow; y++) {
      const from = 4 * y * width;
      rgba.copyWithin(4 * (height - 1 - y) * width, from, from + 4 * width);
    }
  }
  return { raster: { width, height, rgba }, extent_um };
}

/** Height and width of the picture of a mesh in micrometres. */
export function viewExtent(
  { geometry, size_m: [x, y] }: Mesh,
): [height: number, width: number] {
  return geometry === "axisymmetric" ? [2e6 * x, 1e6 * y] : [1e6 * y, 1e6 * x];
}

/**
 * Where a point of the mesh lies in its picture, in micrometres from the upper
 * left corner. Around an axis, a negative x is its mirror image.
 *
 * @param mesh The mesh.
 * @param x_m First coordinate.
 * @param y_m Second coordinate.
 */
export function placeInView(
  { geometry, size_m }: Mesh,
  x_m: number,
  y_m: number,
): [across_um: number, down_um: number] {
  return geometry === "axisymmetric"
    ? [1e6 * y_m, 1e6 * (size_m[0] - x_m)]
    : [1e6 * x_m, 1e6 * (size_m[1] - y_m)];
}
