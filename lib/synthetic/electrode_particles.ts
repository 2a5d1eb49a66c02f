/** Particles of the synthetic electrode: where they are and what shape they have. */
import type { Progress } from "../core/progress.ts";
import { Random } from "../core/random.ts";
import { shared, type WorkerPool } from "../core/workers.ts";
import type { ZYX } from "../core/volume.ts";
import { packSpheres } from "../geometry/packing.ts";
import {
  starMeasures,
  starNodeCount,
  starNodes,
} from "../geometry/star_surface.ts";
import type { Cycles } from "./damage_law.ts";
import { electrodeParameters } from "./electrode_parameters.ts";
import { randomWaves, waveField } from "./random_field.ts";

/** Cells along an edge of the cube maps that hold the outlines. */
export const outlineResolution = 32;

/** What sets an electrode. */
export interface ElectrodeKey {
  readonly seed: number;
  readonly cycles: Cycles;
}

/**
 * Particles in columns over shared memory, in the frame of the volume (z, y, x
 * in micrometres from the corner of the first voxel). Those in the margin
 * around the field of view are there as well.
 */
export interface Particles {
  readonly count: number;
  /** Thickness of the electrode: from, to in micrometres. */
  readonly slab_um: readonly [number, number];
  /** Centres of the outlines, triples z, y, x. */
  readonly centre_um: Float64Array;
  /** Radius of the ball of the same volume. */
  readonly radius_um: Float64Array;
  /** Distance of the outline's farthest point from the centre. */
  readonly reach_um: Float64Array;
  /** Radii of the outlines at the nodes of their cube maps, one after the other. */
  readonly outline_um: Float32Array;
  /** Root mean square of the grain-scale roughness. */
  readonly roughness_um: Float64Array;
  /** Outer surface. */
  readonly area_um2: Float64Array;
  /** Centroids, triples z, y, x. */
  readonly centroid_um: Float64Array;
  /** Semi-axes, longest first. */
  readonly semiAxes_um: Float64Array;
  /** Unit vector of the long axis, triples z, y, x; z is not negative. */
  readonly longAxis: Float64Array;
  /** Mean grey level of the solid. */
  readonly greyLevel: Float64Array;
  /** Standard deviation of the grey level within the solid. */
  readonly texture: Float64Array;
}

/** Item of {@linkcode shapeParticles}. */
interface ShapingItem {
  key: ElectrodeKey;
  particles: Particles;
  from: number;
  to: number;
}

/**
 * Packs particles and gives them their shapes.
 *
 * @param key Seed and state.
 * @param extent_um Field of view.
 * @param band_um Thickness of each band above and below; 0 if the view lies inside the electrode.
 * @param pool Workers.
 * @param progress Takes news of the work.
 */
export async function makeParticles(
  key: ElectrodeKey,
  extent_um: ZYX,
  band_um: number,
  pool: WorkerPool,
  progress: Progress,
): Promise<Particles> {
  const { margin_um } = electrodeParameters.geometry;
  // Without bands there is no wall in sight: the packing goes on beyond the view.
  const low = band_um > 0 ? band_um : -margin_um;
  const slab: ZYX = [
    extent_um[0] - 2 * low,
    extent_um[1] + 2 * margin_um,
    extent_um[2] + 2 * margin_um,
  ];
  progress("packing particles", 0);
  const { radii_um, centres_um } = pack(key, slab);
  progress("packing particles", 1);
  const count = radii_um.length;
  const column = (perParticle = 1) => shared(Float64Array, count * perParticle);
  const particles: Particles = {
    count,
    slab_um: [low, low + slab[0]],
    centre_um: column(3),
    radius_um: column(),
    reach_um: column(),
    outline_um: shared(Float32Array, count * starNodeCount(outlineResolution)),
    roughness_um: column(),
    area_um2: column(),
    centroid_um: column(3),
    semiAxes_um: column(3),
    longAxis: column(3),
    greyLevel: column(),
    texture: column(),
  };
  particles.radius_um.set(radii_um);
  for (let i = 0; i < count; i++) {
    particles.centre_um[3 * i] = centres_um[3 * i]! + low;
    particles.centre_um[3 * i + 1] = centres_um[3 * i + 1]! - margin_um;
    particles.centre_um[3 * i + 2] = centres_um[3 * i + 2]! - margin_um;
  }
  await pool.map(
    { module: new URL(import.meta.url), name: "shapeParticles" },
    batches(count, 64).map(([from, to]): ShapingItem => ({
      key,
      particles,
      from,
      to,
    })),
    { progress, step: "shaping particles" },
  );
  return particles;
}

/** Consecutive ranges of at most `size` that cover 0 to `count`. */
export function batches(count: number, size: number): [number, number][] {
  return Array.from(
    { length: Math.ceil(count / size) },
    (_, i) => [i * size, Math.min(count, (i + 1) * size)],
  );
}

function pack(key: ElectrodeKey, slab_um: ZYX) {
  const { diameter_um, fragments, solidFraction, ...geometry } =
    electrodeParameters.geometry;
  const random = new Random(key.seed, "electrode", key.cycles, "packing");
  const target = solidFraction * slab_um[0] * slab_um[1] * slab_um[2];
  const radii: number[] = [];
  for (let volume = 0; volume < target;) {
    const [least, most] = fragments.diameter_um;
    const diameter = random.uniform() < fragments.share
      ? random.between(least, most)
      : diameter_um.mean + diameter_um.sd * random.normal();
    // Ten standard deviations below the mean would be no particle.
    if (diameter < least) continue;
    radii.push(diameter / 2);
    volume += Math.PI / 6 * diameter ** 3;
  }
  const [shortest, longest] = geometry.textureWavelengths_um;
  const density = randomWaves(random, 24, shortest, longest);
  const start_um = new Float64Array(3 * radii.length);
  for (let i = 0; i < radii.length;) {
    const place = slab_um.map((length) => random.between(0, length)) as [
      number,
      number,
      number,
    ];
    // Keeps places in dense regions more often.
    const lure = geometry.densityContrast * waveField(density, ...place);
    if (random.uniform() > 1 / (1 + Math.exp(-2 * lure))) continue;
    start_um.set(place, 3 * i++);
  }
  const radii_um = Float64Array.from(radii);
  const centres_um = packSpheres({
    radii_um,
    start_um,
    extent_um: slab_um,
    tolerance_um: geometry.overlap_um,
  });
  return { radii_um, centres_um };
}

/** Outlines, measures and grey levels of some particles; runs in workers. */
export function shapeParticles(
  { key, particles, from, to }: ShapingItem,
): void {
  const { geometry, grey } = electrodeParameters;
  const nodes = starNodes(outlineResolution);
  const nodeCount = starNodeCount(outlineResolution);
  const grain = new Float64Array(nodeCount);
  // One field for all: neighbours lie alike.
  const director = new Random(key.seed, "electrode", key.cycles, "director");
  const [shortest, longest] = geometry.textureWavelengths_um;
  const directors = [0, 1, 2].map(() =>
    randomWaves(director, 24, shortest, longest)
  );
  const order = randomWaves(director, 24, shortest, longest);

  for (let p = from; p < to; p++) {
    const random = new Random(key.seed, "electrode", key.cycles, "shape", p);
    const radius = particles.radius_um[p]!;
    const centre = particles.centre_um.subarray(3 * p, 3 * p + 3);
    const [cz, cy, cx] = [centre[0]!, centre[1]!, centre[2]!];

    const factors = [0, 0, 0].map(() =>
      Math.exp(geometry.axisSpread * random.normal())
    ).sort((a, b) => b - a);
    const pull = Math.exp(waveField(order, cz, cy, cx));
    const long = unit(
      directors.map((waves) =>
        pull * waveField(waves, cz, cy, cx) + random.normal()
      ),
    );
    const mid = unit(cross(long, random.direction()));
    // Takes the ellipsoid to the unit ball.
    const stretch = Float64Array.from(
      [long, mid, cross(long, mid)].flatMap((axis, a) =>
        axis.map((component) => component / factors[a]!)
      ),
    );

    const lobes = randomWaves(random, 20, ...geometry.lobes.wavelengths);
    const lobeHeight = geometry.lobes.median *
      Math.exp(geometry.lobes.spread * random.normal());
    const { roughness_um } = geometry;
    const rough = randomWaves(random, 28, ...roughness_um.wavelengths);
    // Small fragments cannot be as rough as whole particles.
    const roughHeight = roughness_um.median *
      Math.exp(roughness_um.spread * random.normal()) *
      Math.min(1, 2 * radius / geometry.diameter_um.mean);

    const first = p * nodeCount;
    const outline = particles.outline_um;
    let grainSum = 0, grainSquares = 0;
    for (let n = 0; n < nodeCount; n++) {
      const z = nodes[3 * n]!, y = nodes[3 * n + 1]!, x = nodes[3 * n + 2]!;
      const a = stretch[0]! * z + stretch[1]! * y + stretch[2]! * x;
      const b = stretch[3]! * z + stretch[4]! * y + stretch[5]! * x;
      const c = stretch[6]! * z + stretch[7]! * y + stretch[8]! * x;
      const smooth = radius / Math.sqrt(a * a + b * b + c * c) *
        (1 + lobeHeight * waveField(lobes, z, y, x));
      const height = roughHeight *
        waveField(rough, radius * z, radius * y, radius * x);
      grain[n] = height;
      grainSum += height;
      grainSquares += height * height;
      outline[first + n] = Math.max(0.3 * radius, smooth + height);
    }

    const raw = starMeasures(outline, first, outlineResolution, nodes);
    const scale = radius / Math.cbrt(raw.volume_um3 * 3 / (4 * Math.PI));
    let reach = 0;
    for (let n = first; n < first + nodeCount; n++) {
      outline[n]! *= scale;
      reach = Math.max(reach, outline[n]!);
    }
    const axis = raw.axes[0][0] < 0 ? raw.axes[0].map((v) => -v) : raw.axes[0];
    particles.reach_um[p] = reach;
    particles.area_um2[p] = raw.area_um2 * scale ** 2;
    particles.centroid_um.set(
      raw.centroid_um.map((offset, a) => centre[a]! + scale * offset),
      3 * p,
    );
    particles.semiAxes_um.set(raw.semiAxes_um.map((a) => scale * a), 3 * p);
    particles.longAxis.set(axis, 3 * p);
    const grainMean = grainSum / nodeCount;
    particles.roughness_um[p] = scale *
      Math.sqrt(Math.max(0, grainSquares / nodeCount - grainMean ** 2));
    particles.greyLevel[p] = grey.solid + grey.solidSpread * random.normal();
    particles.texture[p] = grey.texture.median *
      Math.exp(grey.texture.spread * random.normal());
  }
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [
    a[1]! * b[2]! - a[2]! * b[1]!,
    a[2]! * b[0]! - a[0]! * b[2]!,
    a[0]! * b[1]! - a[1]! * b[0]!,
  ];
}

function unit(v: readonly number[]): number[] {
  const length = Math.hypot(v[0]!, v[1]!, v[2]!);
  return v.map((component) => component / length);
}
