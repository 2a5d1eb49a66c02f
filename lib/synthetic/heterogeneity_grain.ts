/** A single grain that charges around its line defects. */
import { createSlice, Random, type Slice } from "../core/mod.ts";

/** What {@linkcode synthesizeGrain} makes. */
export interface GrainOptions {
  /** Seed; the same one gives the same bytes. */
  seed: number;
  /** Number of line defects (edge dislocations); 0 for a perfect grain. */
  defects: number;
  /** How much slower lithium moves at a defect: D = D0 / (1 + slowing * density). */
  slowing: number;
}

/** A plate-like grain seen from above. */
export interface Grain {
  /** Density of defects, 1 at the core of one. */
  readonly defects: Slice<Float32Array>;
  /** State of charge, 0 to 1. */
  readonly charge: Slice<Float32Array>;
}

const SIDE_voxels = 120, PIXEL_um = 0.02;
/** Spread of a defect's strain field. */
const CORE_um = 0.05;
/** Time of charging over the time of diffusion across the grain. */
const CHARGED = 0.05;

/**
 * Charges a square grain from its four sides, with slower diffusion where
 * dislocations are dense.
 *
 * Solves Fick's second law in the plane (explicit finite volumes, harmonic means
 * of the diffusivity at faces); the state of charge is 1 at the sides and 0 at
 * the start. The defects and all their numbers are choices.
 *
 * @throws {RangeError} If the number of defects or the slowing is negative.
 *
 * @example The middle charges last
 * ```ts
 * import assert from "node:assert/strict";
 * import { synthesizeGrain } from "./heterogeneity_grain.ts";
 *
 * const { charge } = synthesizeGrain({ seed: 1, defects: 0, slowing: 20 });
 * assert.ok(charge.data[60 * 120 + 60]! < charge.data[60 * 120 + 2]!);
 * ```
 */
export function synthesizeGrain(
  { seed, defects, slowing }: GrainOptions,
): Grain {
  if (!(Number.isInteger(defects) && defects >= 0 && slowing >= 0)) {
    throw new RangeError(
      `Cannot make a grain as its number of defects and their slowing must not be negative: current values are ${defects} and ${slowing}`,
    );
  }
  const n = SIDE_voxels;
  const density = defectDensity(new Random(seed, "grain"), defects);
  const diffusivity = density.map((d) => 1 / (1 + slowing * d));
  const face = (i: number, j: number) =>
    2 * diffusivity[i]! * diffusivity[j]! /
    (diffusivity[i]! + diffusivity[j]!);
  let charge = new Float32Array(n * n), next = new Float32Array(n * n);
  const step = 0.2; // of a pixel's diffusion time; stable below 0.25
  const steps = Math.round(CHARGED * n * n / step);
  const right = density.map((_, i) => i % n < n - 1 ? face(i, i + 1) : 0);
  const below = density.map((_, i) => i < n * (n - 1) ? face(i, i + n) : 0);
  for (let t = 0; t < steps; t++) {
    for (let y = 0, i = 0; y < n; y++) {
      for (let x = 0; x < n; x++, i++) {
        const here = charge[i]!;
        // Outside the sides the charge is 1, half a pixel away.
        const flux = (x > 0
          ? left(charge, right, i, here)
          : 2 * diffusivity[i]! * (1 - here)) +
          (x < n - 1
            ? right[i]! * (charge[i + 1]! - here)
            : 2 * diffusivity[i]! * (1 - here)) +
          (y > 0
            ? below[i - n]! * (charge[i - n]! - here)
            : 2 * diffusivity[i]! * (1 - here)) +
          (y < n - 1
            ? below[i]! * (charge[i + n]! - here)
            : 2 * diffusivity[i]! * (1 - here));
        next[i] = here + step * flux;
      }
    }
    [charge, next] = [next, charge];
  }
  const spacing = [PIXEL_um, PIXEL_um] as const;
  return {
    defects: createSlice(density, [n, n], spacing),
    charge: createSlice(charge, [n, n], spacing),
  };
}

function left(
  charge: Float32Array,
  right: Float32Array,
  i: number,
  here: number,
): number {
  return right[i - 1]! * (charge[i - 1]! - here);
}

/** Dislocations end on the plate in walls: points along a few lines, each with a strain field around it. */
function defectDensity(random: Random, defects: number): Float32Array {
  const n = SIDE_voxels, core = CORE_um / PIXEL_um;
  const density = new Float32Array(n * n);
  const walls = Array.from({ length: 3 }, () => {
    const angle = random.between(0, Math.PI);
    return {
      y: random.between(0.25, 0.75) * n,
      x: random.between(0.25, 0.75) * n,
      dy: Math.sin(angle),
      dx: Math.cos(angle),
    };
  });
  for (let d = 0; d < defects; d++) {
    const wall = walls[d % walls.length]!;
    const along = random.between(-0.45, 0.45) * n;
    const cy = wall.y + along * wall.dy + 2 * random.normal();
    const cx = wall.x + along * wall.dx + 2 * random.normal();
    for (let y = 0, i = 0; y < n; y++) {
      for (let x = 0; x < n; x++, i++) {
        const square = (y + 0.5 - cy) ** 2 + (x + 0.5 - cx) ** 2;
        density[i]! += Math.exp(-square / (2 * core * core));
      }
    }
  }
  return density;
}
