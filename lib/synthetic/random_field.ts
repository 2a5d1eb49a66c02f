/** Smooth random fields with zero mean and unit variance. */
import { Random } from "../core/random.ts";

/**
 * Waves of a field that is a sum of cosines: four numbers per wave, its wave
 * vector along z, y, x and its phase. Points may be asked in any order, at a
 * cost that grows with the number of waves.
 */
export type Waves = Float64Array;

/**
 * Waves in random directions.
 *
 * @param random Source of random numbers.
 * @param count Number of waves; the field is close to normal from about 8 on.
 * @param shortest Shortest wavelength, in the unit of the coordinates.
 * @param longest Longest wavelength; wave numbers between the two are equally likely.
 */
export function randomWaves(
  random: Random,
  count: number,
  shortest: number,
  longest: number,
): Waves {
  const waves = new Float64Array(4 * count);
  for (let i = 0; i < waves.length; i += 4) {
    const [z, y, x] = random.direction();
    const k = random.between(2 * Math.PI / longest, 2 * Math.PI / shortest);
    waves.set([k * z, k * y, k * x, random.between(0, 2 * Math.PI)], i);
  }
  return waves;
}

/**
 * Value of a field of cosines at a point.
 *
 * @param waves From {@linkcode randomWaves}.
 * @param z Coordinate along z.
 * @param y Coordinate along y.
 * @param x Coordinate along x.
 */
export function waveField(
  waves: Waves,
  z: number,
  y: number,
  x: number,
): number {
  let sum = 0;
  for (let i = 0; i < waves.length; i += 4) {
    const phase = waves[i]! * z + waves[i + 1]! * y + waves[i + 2]! * x +
      waves[i + 3]!;
    sum += cosines[Math.floor(phase * cosinesPerRadian) & lastCosine]!;
  }
  return sum * Math.sqrt(8 / waves.length);
}

// A table is ten times as fast as Math.cos; its steps of 0.001 vanish in a sum.
const lastCosine = 0x1fff;
const cosinesPerRadian = (lastCosine + 1) / (2 * Math.PI);
const cosines = Float32Array.from(
  { length: lastCosine + 1 },
  (_, i) => Math.cos((i + 0.5) / cosinesPerRadian),
);

/** A field on a grid of voxels: white noise through a Gaussian filter. */
export interface GridField {
  /** Standard deviation of the Gaussian filter along z, y, x in micrometres. */
  readonly filter_um: readonly [z: number, y: number, x: number];
  /** Whole number that sets the noise; see {@linkcode fieldSeed}. */
  readonly seed: number;
}

/** Part of a grid of cubic voxels: the layers from `from` to before `to`. */
export interface Layers {
  /** Number of voxels along y and x. */
  readonly height: number;
  readonly width: number;
  /** Distance of voxel centres in micrometres, the same along all axes. */
  readonly spacing_um: number;
  /** First layer; may be negative. */
  readonly from: number;
  /** First layer that no longer belongs to the part. */
  readonly to: number;
}

/** Seed of a {@linkcode GridField} from the seed of the run and what the field is for. */
export function fieldSeed(seed: number, ...keys: (string | number)[]): number {
  return new Random(seed, ...keys).int32();
}

/**
 * Values of a grid field in some layers, z, y, x order.
 *
 * Each value depends on the field and its place alone, not on the layers asked
 * for, so that parts made by different workers fit together. The values are
 * averages over voxels: where voxels are larger than the filter, they spread
 * less than 1 and neighbours are hardly correlated, as if a fine image were
 * binned.
 *
 * @param field The field.
 * @param layers Where.
 */
export function gridField(field: GridField, layers: Layers): Float32Array {
  const { height, width, spacing_um: h, from, to } = layers;
  const [sz, sy, sx] = field.filter_um;
  const z = axisOf(sz, h, from, to);
  const y = axisOf(sy, h, 0, height);
  const x = axisOf(sx, h, 0, width);

  // Nodes carry white noise on a margin that the filter eats up.
  const gain = z.gain * y.gain * x.gain;
  let nodes = whiteNoise(field.seed, z, y, x, gain);
  nodes = filterAxis(nodes, z.kernel, 1, z.padded, y.padded * x.padded);
  nodes = filterAxis(nodes, y.kernel, z.nodes, y.padded, x.padded);
  nodes = filterAxis(nodes, x.kernel, z.nodes * y.nodes, x.padded, 1);

  const values = new Float32Array((to - from) * height * width);
  const row = new Float32Array(x.nodes);
  for (let k = 0, at = 0; k < to - from; k++) {
    const z0 = z.index[k]!, wz = z.weight[k]!;
    for (let j = 0; j < height; j++) {
      const y0 = y.index[j]!, wy = y.weight[j]!;
      const a = (z0 * y.nodes + y0) * x.nodes;
      const down = wz > 0 ? y.nodes * x.nodes : 0, right = wy > 0 ? x.nodes : 0;
      for (let i = 0; i < x.nodes; i++) {
        const top = nodes[a + i]! +
          wy * (nodes[a + right + i]! - nodes[a + i]!);
        const low = nodes[a + down + i]! +
          wy * (nodes[a + down + right + i]! - nodes[a + down + i]!);
        row[i] = top + wz * (low - top);
      }
      for (let i = 0; i < width; i++) {
        const n = x.index[i]!, w = x.weight[i]!;
        values[at++] = w > 0 ? row[n]! + w * (row[n + 1]! - row[n]!) : row[n]!;
      }
    }
  }
  return values;
}

/** Nodes along one axis, and how voxels lie between them. */
interface NodeAxis {
  /** Number of the first node, its margin included. */
  first: number;
  /** Nodes with and without margin. */
  padded: number;
  nodes: number;
  kernel: Float64Array;
  /** Standard deviation that averaging over a voxel leaves. */
  gain: number;
  /** Per voxel: node before it and weight of the node after it. */
  index: Int32Array;
  weight: Float64Array;
}

/** Nodes per standard deviation of the filter: two keep the interpolated field even. */
const nodesPerFilter = 2;

function axisOf(
  filter_um: number,
  spacing_um: number,
  from: number,
  to: number,
): NodeAxis {
  const pitch = Math.max(1, filter_um / nodesPerFilter / spacing_um);
  const lowest = Math.floor(from / pitch);
  const highest = Math.ceil((to - 1) / pitch) + (pitch > 1 ? 1 : 0);
  const kernel = unitEnergyKernel(filter_um / spacing_um / pitch);
  const margin = (kernel.length - 1) / 2;
  const nodes = highest - lowest + 1;
  const index = new Int32Array(to - from), weight = new Float64Array(to - from);
  for (let i = 0; i < index.length; i++) {
    const place = (from + i) / pitch;
    index[i] = Math.floor(place) - lowest;
    weight[i] = place - Math.floor(place);
  }
  return {
    first: lowest - margin,
    padded: nodes + 2 * margin,
    nodes,
    kernel,
    gain: Math.sqrt(averagedVariance(filter_um, spacing_um)),
    index,
    weight,
  };
}

/** A Gaussian that keeps the variance of white noise. */
function unitEnergyKernel(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from(
    { length: 2 * radius + 1 },
    (_, i) => sigma > 0 ? Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)) : 1,
  );
  const energy = kernel.reduce((sum, weight) => sum + weight * weight, 0);
  return kernel.map((weight) => weight / Math.sqrt(energy));
}

/**
 * Variance of the mean over a length `h` of filtered noise of unit variance,
 * whose autocorrelation is `exp(-d^2 / (4 sigma^2))`.
 */
function averagedVariance(sigma: number, h: number): number {
  const steps = 200;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const share = (i + 0.5) / steps;
    const d = share * h;
    sum += (1 - share) * Math.exp(-d * d / (4 * sigma * sigma));
  }
  return 2 * sum / steps;
}

/** Nearly normal noise (a sum of four uniform numbers) that is a function of the node. */
function whiteNoise(
  seed: number,
  z: NodeAxis,
  y: NodeAxis,
  x: NodeAxis,
  gain: number,
): Float32Array {
  const noise = new Float32Array(z.padded * y.padded * x.padded);
  const scale = gain * Math.sqrt(3) / 0x10000;
  for (let k = 0, at = 0; k < z.padded; k++) {
    const layer = mix(seed ^ Math.imul(z.first + k, 0x9e3779b1));
    for (let j = 0; j < y.padded; j++) {
      const line = mix(layer ^ Math.imul(y.first + j, 0x85ebca77));
      for (let i = 0; i < x.padded; i++) {
        const a = mix(line ^ Math.imul(x.first + i, 0xc2b2ae3d));
        const b = mix(a ^ 0x27d4eb2f);
        const sum = (a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16);
        noise[at++] = scale * (sum - 0x1fffe);
      }
    }
  }
  return noise;
}

/** Finaliser of MurmurHash3: every bit of the input changes half of the output. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Filters along the middle axis of an array `[outer, length, inner]`; the ends
 * without full support are left out.
 */
function filterAxis(
  values: Float32Array,
  kernel: Float64Array,
  outer: number,
  length: number,
  inner: number,
): Float32Array {
  if (kernel.length === 1) return values;
  const kept = length - kernel.length + 1;
  const filtered = new Float32Array(outer * kept * inner);
  for (let o = 0; o < outer; o++) {
    for (let n = 0; n < kept; n++) {
      const to = (o * kept + n) * inner;
      const from = (o * length + n) * inner;
      if (inner === 1) {
        let sum = 0;
        for (let k = 0; k < kernel.length; k++) {
          sum += kernel[k]! * values[from + k]!;
        }
        filtered[to] = sum;
        continue;
      }
      for (let k = 0; k < kernel.length; k++) {
        const weight = kernel[k]!, shifted = from + k * inner;
        for (let i = 0; i < inner; i++) {
          filtered[to + i]! += weight * values[shifted + i]!;
        }
      }
    }
  }
  return filtered;
}
