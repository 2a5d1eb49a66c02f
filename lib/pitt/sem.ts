/** Size of a particle from its image. */
import { DataError, Random, type Slice } from "../core/mod.ts";
import {
  brighterThan,
  connectedComponents,
  otsuThreshold,
} from "../image/mod.ts";

/** A particle as its image shows it. */
export interface ImagedParticle {
  /** Mask of the particle, holes filled; 1 inside. */
  readonly mask: Slice<Uint8Array>;
  /** Grey level above which a pixel counts. */
  readonly threshold: number;
  /** Projected area in um^2. */
  readonly area_um2: number;
  /** Radius of the circle of that area in um. */
  readonly radius_um: number;
  /** Volume of the sphere of that radius in um^3. */
  readonly volume_um3: number;
}

/**
 * Projected area of the brightest large object of an image, and radius and
 * volume of the sphere of that area: `area = pi r^2`, `volume = 4/3 pi r^3`.
 *
 * The image is thresholded between its two classes of grey (Otsu); the largest
 * connected object is the particle; holes in it are filled.
 *
 * Source of the procedure: J. Min et al., Energy Environ. Sci. 16, 3847 (2023),
 * doi:10.1039/d3ee00953j, Methods.
 *
 * @param image Secondary-electron image; the particle is brighter than its surroundings.
 * @returns The particle.
 * @throws {DataError} If the particle touches the border, so that its area is not known.
 *
 * @example A square of 4 by 4 pixels of 0.5 um
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { measureParticle } from "./sem.ts";
 *
 * const inside = (i: number) => i >= 2 && i < 6;
 * const data = Uint8Array.from(
 *   { length: 64 },
 *   (_, i) => inside(i % 8) && inside(Math.floor(i / 8)) ? 200 : 40,
 * );
 * const { area_um2 } = measureParticle(createSlice(data, [8, 8], [0.5, 0.5]));
 * assert.equal(area_um2, 4);
 * ```
 */
export function measureParticle(image: Slice<Uint8Array>): ImagedParticle {
  const threshold = otsuThreshold(image.data);
  const { labels, count } = connectedComponents(
    brighterThan(image, threshold),
    "faces",
  );
  const sizes = new Uint32Array(count + 1);
  for (const label of labels.data) sizes[label]! += 1;
  sizes[0] = 0;
  const particle = sizes.indexOf(Math.max(...sizes));
  const outside = labels.data.map((label) => label === particle ? 0 : 1);
  const background = connectedComponents(
    { ...image, data: Uint8Array.from(outside) },
    "faces",
  ).labels;
  const [height, width] = image.shape;
  const border = new Set<number>();
  for (let y = 0; y < height; y++) {
    const isEdge = y === 0 || y === height - 1;
    for (let x = 0; x < width; x += isEdge ? 1 : width - 1) {
      border.add(background.data[y * width + x]!);
      if (width === 1) break;
    }
  }
  if (border.has(0)) {
    throw new DataError(
      "Cannot measure the particle as it must lie within the image: it touches the border",
    );
  }
  const mask = new Uint8Array(height * width);
  let pixels = 0;
  for (let i = 0; i < mask.length; i++) {
    mask[i] = border.has(background.data[i]!) ? 0 : 1;
    pixels += mask[i]!;
  }
  const area_um2 = pixels * image.spacing_um[0] * image.spacing_um[1];
  const radius_um = Math.sqrt(area_um2 / Math.PI);
  return {
    mask: { ...image, data: mask },
    threshold,
    area_um2,
    radius_um,
    volume_um3: 4 / 3 * Math.PI * radius_um ** 3,
  };
}

/**
 * Relative error of the volume when an ellipsoid is taken for a sphere of its
 * projected area, over random orientations.
 *
 * @param halfAxes Half axes of the ellipsoid, in any unit.
 * @param orientations How many orientations to draw.
 * @param seed Seed of the orientations.
 * @returns `V_sphere / V - 1` for each orientation.
 * @throws {RangeError} If a half axis is not positive.
 *
 * @example A sphere has none
 * ```ts
 * import assert from "node:assert/strict";
 * import { sphereVolumeErrors } from "./sem.ts";
 *
 * assert.ok(Math.abs(sphereVolumeErrors([2, 2, 2], 1, 1)[0]!) < 1e-12);
 * ```
 */
export function sphereVolumeErrors(
  halfAxes: readonly [number, number, number],
  orientations: number,
  seed: number,
): Float64Array {
  const bad = halfAxes.find((axis) => !(axis > 0));
  if (bad !== undefined) {
    throw new RangeError(
      `Cannot project the ellipsoid as its half axes must be positive: current value is ${bad}`,
    );
  }
  const [a, b, c] = halfAxes, random = new Random(seed, "projections");
  return Float64Array.from({ length: orientations }, () => {
    const [z, y, x] = random.direction();
    // Shadow of an ellipsoid along a unit vector u: pi sqrt(sum (a_j a_k u_i)^2).
    const shadow = Math.hypot(b * c * x, a * c * y, a * b * z);
    return shadow ** 1.5 / (a * b * c) - 1;
  });
}
