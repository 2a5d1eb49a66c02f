/** Star-convex outlines: distances from a point to the edge of its particle along rays. */
import type { SliceLabels } from "../core/mod.ts";

/** Number of rays of an outline, as in the paper. */
export const rayCount = 32;

/** Steps along y and x of each ray; ray 0 points along x, ray 8 along y. */
export const rayDirections: readonly (readonly [y: number, x: number])[] = Array
  .from({ length: rayCount }, (_, ray) => {
    const angle = 2 * Math.PI * ray / rayCount;
    return [Math.sin(angle), Math.cos(angle)];
  });

/**
 * Distances from the centre of a pixel to the edge of its particle along the
 * rays, in pixels.
 *
 * A ray ends where it enters a pixel of another label or leaves the image; the
 * crossing is exact. Source: U. Schmidt, M. Weigert, C. Broaddus and G. Myers,
 * MICCAI 2018, doi:10.1007/978-3-030-00934-2_30.
 *
 * @param labels Particles.
 * @param y Row of the pixel.
 * @param x Column of the pixel.
 * @param distances Where the {@linkcode rayCount} distances go.
 * @param from Index of the first one.
 *
 * @example A pixel alone is half a pixel wide to each side
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { rayCount, starDistances } from "./star_rays.ts";
 *
 * const labels = createSlice(Uint32Array.of(0, 3, 0), [1, 3], [1, 1]);
 * const distances = new Float32Array(rayCount);
 * starDistances(labels, 0, 1, distances, 0);
 * assert.deepEqual([distances[0], distances[8]], [0.5, 0.5]);
 * ```
 */
export function starDistances(
  { data, shape: [height, width] }: SliceLabels,
  y: number,
  x: number,
  distances: Float32Array,
  from: number,
): void {
  const label = data[y * width + x]!;
  for (let ray = 0; ray < rayCount; ray++) {
    const [stepY, stepX] = rayDirections[ray]!;
    // Crossings of pixel borders come every 1 / |step| along the ray (Amanatides and Woo).
    const perRow = 1 / Math.abs(stepY), perColumn = 1 / Math.abs(stepX);
    const downwards = stepY > 0 ? 1 : -1, rightwards = stepX > 0 ? 1 : -1;
    let nextRow = perRow / 2, nextColumn = perColumn / 2;
    let row = y, column = x, distance = 0;
    while (
      row >= 0 && row < height && column >= 0 && column < width &&
      data[row * width + column] === label
    ) {
      if (nextRow < nextColumn) {
        distance = nextRow;
        nextRow += perRow;
        row += downwards;
      } else {
        distance = nextColumn;
        nextColumn += perColumn;
        column += rightwards;
      }
    }
    distances[from + ray] = distance;
  }
}
