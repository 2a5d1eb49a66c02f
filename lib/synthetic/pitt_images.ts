/** Electron images of the particles of the synthetic experiment. */
import { createSlice, Random, type Slice } from "../core/mod.ts";
import { pittParameters, type PittParticle } from "./pitt.ts";

/** An image with its truth. */
export interface ParticleImage {
  /** Secondary-electron image from above; rows are y, columns x. */
  readonly image: Slice<Uint8Array>;
  /** True area of the shadow in um^2. */
  readonly area_um2: number;
}

/**
 * Grey levels: gold around the particle, the particle's middle, what its
 * rim is brighter by, spread of the grains, what gaps between them are darker by, noise.
 */
const grey = {
  gold: 62,
  particle: 138,
  rim: 70,
  grains: 16,
  gap: 38,
  noise: 9,
};
/** Spacing of the cracks in a section in micrometres. */
const crackSpacing_um = 2.2;
/** Roughness of the outline by primary particles, relative to the radius. */
const roughness = 0.012;

/**
 * Image of a particle on its gold electrode as a scanning electron microscope
 * shows it: an ellipsoid in a random pose, rough by its primary particles,
 * bright at the rim where secondary electrons escape most easily.
 *
 * @param particle The particle.
 * @param seed Seed of pose, texture and noise.
 *
 * @example Its area gives the radius
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureParticle } from "../pitt/mod.ts";
 * import { synthesizeParticles } from "./pitt.ts";
 * import { synthesizeParticleImage } from "./pitt_images.ts";
 *
 * const [particle] = synthesizeParticles("cracked", 1);
 * const { image, area_um2 } = synthesizeParticleImage(particle!, 1);
 * assert.ok(Math.abs(measureParticle(image).area_um2 / area_um2 - 1) < 0.02);
 * ```
 */
export function synthesizeParticleImage(
  particle: PittParticle,
  seed: number,
): ParticleImage {
  const { pixel_um, field_um } = pittParameters.assumed.image;
  const random = new Random(seed, "pitt image", particle.name);
  const shadow = shadowOf(particle.halfAxes_um, random);
  const outlines = outlineOf(random);
  const size = Math.round(field_um / pixel_um);
  const data = new Uint8Array(size * size);
  const centre = [size / 2 - 0.5, size / 2 - 0.5] as const;
  const grains = grainsOf(random, field_um);
  let inside = 0;
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i++) {
      const x = (column - centre[1]) * pixel_um;
      const y = (row - centre[0]) * pixel_um;
      const outline = outlines[outlineIndex(y, x)]!;
      // Distance from the centre in units of the outline.
      const reach = Math.sqrt(
        shadow.xx * x * x + 2 * shadow.xy * x * y + shadow.yy * y * y,
      ) /
        outline;
      let level = grey.gold;
      if (reach < 1) {
        inside++;
        // Height of the surface; the slope makes the rim bright.
        const height = Math.sqrt(1 - reach * reach);
        level = grey.particle + grey.rim * (1 - height) ** 2 +
          toneOf(
            grains,
            nearestGrain(grains, x + field_um / 2, y + field_um / 2),
          );
      }
      data[i] = Math.max(
        0,
        Math.min(255, Math.round(level + grey.noise * random.normal())),
      );
    }
  }
  return {
    image: createSlice(data, [size, size], [pixel_um, pixel_um]),
    area_um2: inside * pixel_um * pixel_um,
  };
}

/**
 * Image of a polished section through a particle: primary particles, and cracks
 * between groups of them.
 *
 * A stand-in for a photograph; how the cracks lie is ours, and no analysis uses
 * it.
 *
 * @param particle The particle.
 * @param seed Seed of grains, cracks and noise.
 */
export function synthesizeParticleSection(
  particle: PittParticle,
  seed: number,
): Slice<Uint8Array> {
  const { pixel_um, field_um } = pittParameters.assumed.image;
  const random = new Random(seed, "pitt section", particle.name);
  const outlines = outlineOf(random), grains = grainsOf(random, field_um);
  const groups = grainsOf(random, field_um, crackSpacing_um);
  const size = Math.round(field_um / pixel_um);
  const data = new Uint8Array(size * size);
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i++) {
      const x = (column - size / 2 + 0.5) * pixel_um;
      const y = (row - size / 2 + 0.5) * pixel_um;
      const outline = outlines[outlineIndex(y, x)]!;
      let level = grey.gold;
      if (Math.hypot(x, y) < particle.radius_um * outline) {
        const atX = x + field_um / 2, atY = y + field_um / 2;
        const grain = nearestGrain(grains, atX, atY);
        // Cracks follow the boundaries of the primary particles, so a whole one lies on either side.
        const group = nearestGrain(
          groups,
          grains.x[grain.index]!,
          grains.y[grain.index]!,
        );
        const isCrack = group.toGap * groups.pitch_um < grains.pitch_um / 2;
        level = isCrack && grain.toGap < 0.35
          ? grey.gold / 2
          : grey.particle + toneOf(grains, grain);
      }
      data[i] = Math.max(
        0,
        Math.min(255, Math.round(level + grey.noise * random.normal())),
      );
    }
  }
  return createSlice(data, [size, size], [pixel_um, pixel_um]);
}

/** Quadratic form that is 1 on the outline of an ellipsoid's shadow in a random pose. */
function shadowOf(
  halfAxes_um: readonly [number, number, number],
  random: Random,
): { xx: number; xy: number; yy: number } {
  // A random rotation from two random directions.
  const u = random.direction();
  const w = random.direction();
  const along = u[0] * w[0] + u[1] * w[1] + u[2] * w[2];
  const rest = w.map((value, i) => value - along * u[i]!);
  const length = Math.hypot(...rest);
  const v = rest.map((value) => value / length);
  const t = [
    u[1] * v[2]! - u[2] * v[1]!,
    u[2] * v[0]! - u[0] * v[2]!,
    u[0] * v[1]! - u[1] * v[0]!,
  ];
  // Shadow of sum a_i^2 e_i e_i^T: the part of the matrix in the plane.
  let xx = 0, xy = 0, yy = 0;
  for (const [i, axis] of [u, v, t].entries()) {
    const square = halfAxes_um[i]! ** 2;
    xx += square * axis[2]! * axis[2]!;
    xy += square * axis[2]! * axis[1]!;
    yy += square * axis[1]! * axis[1]!;
  }
  const determinant = xx * yy - xy * xy;
  return {
    xx: yy / determinant,
    xy: -xy / determinant,
    yy: xx / determinant,
  };
}

/** Primary particles on a jittered grid. */
interface Grains {
  readonly pitch_um: number;
  readonly perRow: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly tone: Float64Array;
}

function grainsOf(
  random: Random,
  field_um: number,
  pitch_um = primaryPitch_um(),
): Grains {
  const perRow = Math.ceil(field_um / pitch_um) + 1;
  const place = (cell: number) => (cell + random.uniform()) * pitch_um;
  return {
    pitch_um,
    perRow,
    x: Float64Array.from({ length: perRow ** 2 }, (_, i) => place(i % perRow)),
    y: Float64Array.from(
      { length: perRow ** 2 },
      (_, i) => place(Math.floor(i / perRow)),
    ),
    tone: Float64Array.from(
      { length: perRow ** 2 },
      () => grey.grains * random.normal(),
    ),
  };
}

/** Middle of the published range of primary particles. */
function primaryPitch_um(): number {
  const [smallest, largest] = pittParameters.published.primaryParticle_um;
  return (smallest! + largest!) / 2;
}

/** A grain and how far a place is from its gaps, in units of their spacing. */
interface GrainAt {
  readonly index: number;
  readonly toGap: number;
}

/** The grain at a place. */
function nearestGrain(
  { pitch_um, perRow, x, y }: Grains,
  atX: number,
  atY: number,
): GrainAt {
  const column = Math.floor(atX / pitch_um), row = Math.floor(atY / pitch_um);
  let nearest = Infinity, second = Infinity, grain = 0;
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = column - 1; c <= column + 1; c++) {
      if (r < 0 || c < 0 || r >= perRow || c >= perRow) continue;
      const i = r * perRow + c;
      const distance = Math.hypot(x[i]! - atX, y[i]! - atY);
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
        grain = i;
      } else if (distance < second) second = distance;
    }
  }
  return { index: grain, toGap: (second - nearest) / pitch_um };
}

/** Tone of the grain at a place, dark where two meet. */
function toneOf({ tone }: Grains, { index, toGap }: GrainAt): number {
  return tone[index]! - grey.gap * Math.exp(-((toGap / 0.2) ** 2));
}

/** Index of the outline at an angle. */
function outlineIndex(y: number, x: number): number {
  return Math.floor((Math.atan2(y, x) / (2 * Math.PI) + 0.5) * 2047);
}

/** Distance of the outline over that of the smooth ellipse, at 2,048 angles once round. */
function outlineOf(random: Random): Float64Array {
  const outline = new Float64Array(2048).fill(1), lobes = 12;
  for (let lobe = 0; lobe < lobes; lobe++) {
    const order = 4 + random.index(20), phase = random.between(0, 2 * Math.PI);
    for (let i = 0; i < outline.length; i++) {
      outline[i]! += roughness * Math.sqrt(2 / lobes) *
        Math.cos(order * 2 * Math.PI * i / 2047 + phase);
    }
  }
  return outline;
}
