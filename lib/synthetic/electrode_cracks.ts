/** Cracks and voids inside the particles of the synthetic electrode. */
import { Random } from "../core/random.ts";
import { starNodeCount, starRadius } from "../geometry/star_surface.ts";
import type { VoxelGrid } from "./electrode_labels.ts";
import { electrodeParameters } from "./electrode_parameters.ts";
import {
  type ElectrodeKey,
  outlineResolution,
  type Particles,
} from "./electrode_particles.ts";
import { randomWaves, waveField, type Waves } from "./random_field.ts";

/** Item of {@linkcode crackParticles}. */
export interface CrackingItem {
  key: ElectrodeKey;
  particles: Particles;
  grid: VoxelGrid;
  /** Label per particle. */
  labelOf: Uint32Array;
  /** Damage wanted per particle. */
  damage: Float64Array;
  labels: Uint32Array;
  /** Whole volume over shared memory: share of the voxel that is open, 128 or more where its centre is. */
  open: Uint8Array;
  /** Particles to crack. */
  chosen: Uint32Array;
}

/** Voxels of a particle. */
export interface Cracked {
  /** Number of voxels with its label. */
  voxels: number;
  /** Number of them in cracks and voids. */
  open: number;
}

/** A crack that runs outwards from near the centre of its particle. */
interface Sheet {
  normal: readonly number[];
  /** In the plane of the crack, towards its middle. */
  towards: readonly number[];
  offset_um: number;
  bend: Waves;
  bend_um: number;
  halfWidth_um: number;
  /** Where it begins and ends, relative to the outline. */
  begin: number;
  end: number;
  /** Cosine of its half opening angle around `towards`. */
  spread: number;
}

/** Facets between grains: they open in shattered particles, and elsewhere when all else is wide. */
interface Grains {
  /** Centres of the pieces, triples z, y, x in micrometres. */
  sites: Float64Array;
  /** Direction along which pieces are thin. */
  thin: readonly number[];
  thinness: number;
  /** Half width at which they count as open. */
  halfWidth_um: number;
  /** Regions that hold together in spite of it. */
  held: Waves;
}

/** The features of a particle. */
interface Features {
  /** Central void: radius relative to the outline; `null` in solid particles. */
  hollow: { radius: number; walls: Waves } | null;
  sheets: Sheet[];
  /** Makes the walls of the sheets uneven. */
  ragged: Waves;
  grains: Grains;
}

/**
 * Opens cracks and voids in some particles; runs in workers.
 *
 * Each particle has a crack field in micrometres, negative inside its features
 * at their natural width and growing with the distance from them. All voxels
 * below a level are open, and the level is the one at which their share is the
 * damage wanted: features open or close together until it is met to one voxel.
 *
 * @returns Voxels per chosen particle.
 */
export function crackParticles(
  { key, particles, grid, labelOf, damage, labels, open, chosen }: CrackingItem,
): Cracked[] {
  return Array.from(chosen, (p) => {
    const voxels = voxelsOf(p, particles, grid, labelOf[p]!, labels);
    const features = makeFeatures(key, p, particles.radius_um[p]!, damage[p]!);
    const field = crackField(p, particles, grid, features, voxels);
    const wanted = Math.round(damage[p]! * voxels.length);
    const ordered = field.slice().sort();
    const level = wanted > 0 ? ordered[wanted - 1]! : -Infinity;
    let opened = 0;
    for (const [n, v] of voxels.entries()) {
      const depth = level - field[n]!;
      const share = Math.min(1, Math.max(0, depth / grid.spacing_um + 0.5));
      const byte = Math.round(255 * share);
      if (depth >= 0) opened++;
      open[v] = depth >= 0 ? Math.max(128, byte) : Math.min(127, byte);
    }
    return { voxels: voxels.length, open: opened };
  });
}

/** Indices of the voxels of a particle. */
function voxelsOf(
  p: number,
  { centre_um, reach_um }: Particles,
  { depth, height, width, spacing_um: h }: VoxelGrid,
  label: number,
  labels: Uint32Array,
): Uint32Array {
  const reach = reach_um[p]!;
  const [z0, z1] = span(centre_um[3 * p]!, reach, h, depth);
  const [y0, y1] = span(centre_um[3 * p + 1]!, reach, h, height);
  const [x0, x1] = span(centre_um[3 * p + 2]!, reach, h, width);
  const found = new Uint32Array(
    Math.max(0, z1 - z0) * Math.max(0, y1 - y0) * Math.max(0, x1 - x0),
  );
  let count = 0;
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const row = (z * height + y) * width;
      for (let x = x0; x < x1; x++) {
        if (labels[row + x] === label) found[count++] = row + x;
      }
    }
  }
  return found.subarray(0, count);
}

function span(
  centre: number,
  reach: number,
  spacing: number,
  length: number,
): [number, number] {
  return [
    Math.max(0, Math.floor((centre - reach) / spacing)),
    Math.min(length, Math.ceil((centre + reach) / spacing) + 1),
  ];
}

function makeFeatures(
  key: ElectrodeKey,
  p: number,
  radius: number,
  damage: number,
): Features {
  const random = new Random(key.seed, "electrode", key.cycles, "cracks", p);
  const { hollow, voidRadius, severe, whole_um, cracks } =
    electrodeParameters.damage;
  const isWhole = 2 * radius > whole_um;
  const isHollow = isWhole && random.uniform() < hollow;
  const fewest = isHollow
    ? cracks.hollow
    : isWhole
    ? cracks.solid
    : cracks.broken;
  // Small pieces have room for few cracks.
  const room = isWhole ? 1 : 0.3;
  const count = fewest +
    random.poisson(room * (cracks.extra + cracks.perDamage * damage));
  return {
    hollow: isHollow
      ? {
        radius: random.between(voidRadius[0], voidRadius[1]),
        walls: randomWaves(random, 20, 1, 3),
      }
      : null,
    sheets: Array.from(
      { length: count },
      () => makeSheet(random, radius, damage),
    ),
    ragged: randomWaves(random, 10, 0.7, 2.5),
    grains: makeGrains(random, radius, isWhole && damage >= severe),
  };
}

function makeSheet(random: Random, radius: number, damage: number): Sheet {
  const { least, base, slope } = electrodeParameters.damage.crackHalfWidth_um;
  const normal = random.direction();
  const towards = perpendicular(normal, random.direction());
  return {
    normal,
    towards,
    offset_um: 0.06 * radius * random.normal(),
    bend: randomWaves(random, 4, 0.6 * radius, 2.2 * radius),
    bend_um: 0.08 * radius,
    halfWidth_um: least + random.gamma(2, (base + slope * damage) / 2),
    begin: random.between(0, 0.25),
    end: random.uniform() < 0.8 ? random.between(0.4, 1) : 1.05,
    spread: random.between(-0.2, 0.75),
  };
}

function makeGrains(
  random: Random,
  radius: number,
  shattered: boolean,
): Grains {
  const { grainHalfWidth_um } = electrodeParameters.damage;
  const sites = new Float64Array(3 * (12 + random.index(24)));
  for (let s = 0; s < sites.length; s += 3) {
    const distance = radius * Math.cbrt(random.uniform());
    sites.set(random.direction().map((u) => distance * u), s);
  }
  return {
    sites,
    thin: random.direction(),
    thinness: random.between(1, 3),
    halfWidth_um: shattered
      ? grainHalfWidth_um.shattered
      : grainHalfWidth_um.others,
    held: randomWaves(random, 8, 3, 8),
  };
}

/** Unit vector at a right angle to `normal`, on the side of `other`. */
function perpendicular(
  normal: readonly number[],
  other: readonly number[],
): number[] {
  const dot = normal.reduce((sum, n, a) => sum + n * other[a]!, 0);
  const across = other.map((o, a) => o - dot * normal[a]!);
  const length = Math.hypot(...across);
  return across.map((c) => c / length);
}

/** Crack field at the voxels of a particle, in micrometres. */
function crackField(
  p: number,
  particles: Particles,
  { height, width, spacing_um: h }: VoxelGrid,
  { hollow, sheets, ragged, grains }: Features,
  voxels: Uint32Array,
): Float32Array {
  const first = p * starNodeCount(outlineResolution);
  const cz = particles.centre_um[3 * p]!, cy = particles.centre_um[3 * p + 1]!;
  const cx = particles.centre_um[3 * p + 2]!;
  const field = new Float32Array(voxels.length);
  for (let n = 0; n < voxels.length; n++) {
    const v = voxels[n]!, row = Math.floor(v / width);
    const z = (Math.floor(row / height) + 0.5) * h - cz;
    const y = (row % height + 0.5) * h - cy;
    const x = (v % width + 0.5) * h - cx;
    // A hair off the centre, where there is no direction.
    const distance = Math.max(1e-6, Math.sqrt(z * z + y * y + x * x));
    const outline = starRadius(
      particles.outline_um,
      first,
      outlineResolution,
      z,
      y,
      x + 1e-9,
    );
    const s = distance / outline;
    const uneven_um = 0.05 * waveField(ragged, z, y, x);
    let least = Infinity;
    for (const sheet of sheets) {
      least = Math.min(
        least,
        sheetField(sheet, z, y, x, distance, outline, least - uneven_um) +
          uneven_um,
      );
    }
    if (hollow !== null) {
      // Walls wander by 0.24 um about a sphere, hardly ever by three times that.
      const sphere = 0.6 * (s / hollow.radius - 1);
      if (sphere - 0.8 < least) {
        least = Math.min(
          least,
          sphere + 0.24 * waveField(hollow.walls, z, y, x),
        );
      }
    }
    if (least > -grains.halfWidth_um) {
      const facet = facetDistance(grains, z, y, x) - grains.halfWidth_um;
      if (facet < least) {
        const held = 0.3 * (waveField(grains.held, z, y, x) - 0.3);
        least = Math.min(least, Math.max(facet, held, (s - 0.97) * outline));
      }
    }
    field[n] = least;
  }
  return field;
}

/**
 * Distance from the surface of an open sheet, negative inside; infinite where it
 * cannot be below `least`.
 */
function sheetField(
  sheet: Sheet,
  z: number,
  y: number,
  x: number,
  distance: number,
  outline: number,
  least: number,
): number {
  const { normal, towards, bend_um } = sheet;
  const along = towards[0]! * z + towards[1]! * y + towards[2]! * x;
  const edges = Math.max(
    sheet.begin * outline - distance,
    distance - sheet.end * outline,
    sheet.spread * distance - along,
  );
  if (edges >= least) return Infinity;
  const plane = normal[0]! * z + normal[1]! * y + normal[2]! * x -
    sheet.offset_um;
  const taper = Math.min(1.2, Math.max(0.3, 1.25 - 0.6 * distance / outline));
  const halfWidth = sheet.halfWidth_um * taper;
  // A sum of four waves stays below three standard deviations.
  if (Math.abs(plane) - 3 * bend_um - halfWidth >= least) return Infinity;
  const gap = Math.abs(plane + bend_um * waveField(sheet.bend, z, y, x));
  return Math.max(edges, gap - halfWidth);
}

/** Distance to the nearest facet between two pieces, in micrometres. */
function facetDistance(
  { sites, thin, thinness }: Grains,
  z: number,
  y: number,
  x: number,
): number {
  let nearest = Infinity, second = Infinity;
  for (let s = 0; s < sites.length; s += 3) {
    const dz = z - sites[s]!, dy = y - sites[s + 1]!, dx = x - sites[s + 2]!;
    const across = thin[0]! * dz + thin[1]! * dy + thin[2]! * dx;
    const square = dz * dz + dy * dy + dx * dx +
      (thinness * thinness - 1) * across * across;
    if (square < nearest) second = nearest, nearest = square;
    else if (square < second) second = square;
  }
  return (Math.sqrt(second) - Math.sqrt(nearest)) / (1 + thinness);
}
