/** Particles whose damage nothing explains, measured in two ways: what leaks is an artefact. */
import { createTable, Random, type Table } from "../core/mod.ts";

/** Attribute tables of the same particles by the two definitions. */
export interface LeakTables {
  /** As in the public code: cracks count as surface, and their voxels into the grey levels. */
  readonly published: Table;
  /** Outer surface and solid voxels only. */
  readonly clean: Table;
}

/** Spread of the solid's grey level between particles, and of the crack surface per crack volume, relative. */
const greySpread = 0.03;
const crackSpread = 0.25;

/** Grey levels of the solid and of a crack, and of the noise of a voxel. */
const solidLevel = 140, crackLevel = 60, voxelNoise = 10;

/** Mean width of a crack in micrometres: its surface is twice its volume over it. */
const crackWidth_um = 0.4;

/**
 * Draws particles with damage that is pure noise and measures, by both
 * definitions, the attributes that cracks enter: `SurfInner`, `Sphericity`,
 * `VSratio`, `EDensity` and `Homogeneity`, beside `Volume` and `SurfOuter`.
 *
 * Nothing here causes damage, so every R2 above 0 is leakage. `SurfInner` is
 * made of cracks in either definition and thus in the published table only;
 * the clean one leaves it out.
 *
 * Definitions: Li et al., Science 376, 517 (2022), doi:10.1126/science.abm8962,
 * Table S1, and the authors' public code, doi:10.5281/zenodo.5888945.
 *
 * @param options Number of particles and seed.
 * @throws {RangeError} If there are fewer than two rows.
 *
 * @example Cracks make a published particle less of a ball
 * ```ts
 * import assert from "node:assert/strict";
 * import { numbers } from "../core/mod.ts";
 * import { pearson } from "../statistics/mod.ts";
 * import { synthesizeLeakTables } from "./leak_table.ts";
 *
 * const { published, clean } = synthesizeLeakTables({ rows: 500, seed: 1 });
 * const [leaky, honest] = [published, clean].map((table) =>
 *   pearson(numbers(table, "Sphericity"), numbers(table, "Damage")).r
 * );
 * assert.ok(leaky! < -0.5 && Math.abs(honest!) < 0.2);
 * ```
 */
export function synthesizeLeakTables(
  { rows, seed }: { readonly rows: number; readonly seed: number },
): LeakTables {
  if (!(Number.isInteger(rows) && rows >= 2)) {
    throw new RangeError(
      `Cannot draw the tables as they must have at least 2 rows: current value is ${rows}`,
    );
  }
  const random = new Random(seed, "leak tables");
  const particles = Array.from({ length: rows }, () => {
    const volume = (4 / 3) * Math.PI * random.between(3.5, 6) ** 3;
    // 1 is the surface of a ball.
    const outer = Math.cbrt(36 * Math.PI * volume ** 2) *
      (1.03 + 0.02 * Math.abs(random.normal()));
    const damage = Math.min(
      0.3,
      Math.max(0.005, 0.09 + 0.04 * random.normal()),
    );
    const inner = 2 * damage * volume / crackWidth_um *
      Math.exp(crackSpread * random.normal());
    const solid = solidLevel * (1 + greySpread * random.normal());
    return { volume, outer, damage, inner, solid };
  });
  type Particle = typeof particles[number];
  const table = (
    columns: Readonly<Record<string, (particle: Particle) => number>>,
  ) =>
    createTable(
      Object.entries(columns).map(([id, value]) => ({
        id,
        unit: units[id] ?? "",
        values: Float64Array.from(particles, value),
      })),
    );
  const whole = {
    Volume: (p: Particle) => p.volume,
    SurfOuter: (p: Particle) => p.outer,
    Damage: (p: Particle) => p.damage,
  };
  const surface = (p: Particle) => p.outer + p.inner;
  return {
    published: table({
      ...whole,
      SurfInner: (p) => p.inner,
      Sphericity: (p) => 36 * Math.PI * p.volume ** 2 / surface(p) ** 3,
      VSratio: (p) => Math.cbrt(p.volume) / Math.sqrt(surface(p)),
      EDensity: (p) => p.damage * crackLevel + (1 - p.damage) * p.solid,
      Homogeneity: (p) =>
        1 / Math.sqrt(
          voxelNoise ** 2 +
            p.damage * (1 - p.damage) * (p.solid - crackLevel) ** 2,
        ),
    }),
    clean: table({
      ...whole,
      Sphericity: (p) => Math.cbrt(36 * Math.PI * p.volume ** 2) / p.outer,
      VSratio: (p) => p.volume / p.outer,
      EDensity: (p) => p.solid,
      Homogeneity: () => 1 / (voxelNoise * (1 + greySpread * random.normal())),
    }),
  };
}

const units: Readonly<Record<string, string>> = {
  Volume: "um^3",
  SurfOuter: "um^2",
  SurfInner: "um^2",
  EDensity: "grey level",
  Homogeneity: "1/grey level",
};
