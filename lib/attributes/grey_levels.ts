/** Grey levels of a particle. */
import { gridOf, type Image, type ZYX } from "../core/mod.ts";
import { CRACK, type CutOut, SOLID } from "./particle.ts";
import { solidLevel, spreadAbove } from "./solid_level.ts";

/** Statistics of grey levels. */
export interface GreyLevels {
  readonly mean: number;
  /** Level at which they are densest, see {@linkcode solidLevel}. */
  readonly level: number;
  /** Their spread about that level, which cracks too thin to be seen leave alone, see {@linkcode spreadAbove}. */
  readonly spread: number;
  /** Divisor n - 1; 0 for a single voxel. */
  readonly deviation: number;
  /** Number of voxels. */
  readonly voxels: number;
}

/**
 * Grey levels of the solid, two voxels and more away from its surface, where
 * no voxel mixes with what is beside the solid.
 *
 * @param volume Grey levels.
 * @param particle The particle, with a margin of at least one voxel.
 * @returns Their statistics; `voxels` is 0 if the solid is nowhere that deep.
 */
export function deepGreyLevels(
  volume: Image,
  particle: CutOut,
): GreyLevels {
  const solid = particle.kind.map((k) => k === SOLID ? 1 : 0);
  const deep = erode(erode(solid, particle.shape), particle.shape);
  return greyLevels(volume, particle, (i) => deep[i] === 1);
}

/**
 * Grey levels of the voxels of a particle.
 *
 * @param volume Grey levels.
 * @param particle The particle.
 * @param kinds Whose voxels count: all of the particle, or its solid.
 */
export function particleGreyLevels(
  volume: Image,
  particle: CutOut,
  kinds: "filled" | "solid",
): GreyLevels {
  const { kind } = particle;
  return greyLevels(
    volume,
    particle,
    (i) => kind[i] === SOLID || (kinds === "filled" && kind[i] === CRACK),
  );
}

function greyLevels(
  volume: Image,
  { shape: [nz, ny, nx], origin }: CutOut,
  counts: (i: number) => boolean,
): GreyLevels {
  const { height, width } = gridOf(volume);
  const levels: number[] = [];
  let n = 0, mean = 0, squares = 0;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const start = ((z + origin[0]) * height + y + origin[1]) * width +
        origin[2];
      for (let x = 0; x < nx; x++, i++) {
        if (!counts(i)) continue;
        const level = volume.data[start + x]!;
        levels.push(level);
        const change = level - mean;
        mean += change / ++n;
        squares += change * (level - mean);
      }
    }
  }
  const level = solidLevel(levels);
  return {
    mean,
    level,
    spread: spreadAbove(levels, level),
    deviation: n < 2 ? 0 : Math.sqrt(squares / (n - 1)),
    voxels: n,
  };
}

/** Voxels of a mask whose six face neighbours belong to it too; the outermost layer counts as outside. */
function erode(mask: Uint8Array, [nz, ny, nx]: ZYX): Uint8Array {
  const result = new Uint8Array(mask.length), layer = ny * nx;
  for (let z = 1; z < nz - 1; z++) {
    for (let y = 1; y < ny - 1; y++) {
      for (let x = 1, i = (z * ny + y) * nx + 1; x < nx - 1; x++, i++) {
        result[i] = mask[i]! & mask[i - 1]! & mask[i + 1]! & mask[i - nx]! &
          mask[i + nx]! & mask[i - layer]! & mask[i + layer]!;
      }
    }
  }
  return result;
}
