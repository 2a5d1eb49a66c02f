/** State of charge of the layers of a volume, as the workers compute it. */
import { Random, type ZYX } from "../core/mod.ts";
import type { ChargeParameters } from "./heterogeneity.ts";

/** Cells along the edge of a face of the cube onto which directions are mapped. */
const FACE_CELLS = 48;
/** Radial bundles of grains per particle. */
export const BUNDLES = 160;

/** Item of {@linkcode chargeLayers}. */
export interface ChargingItem {
  seed: number;
  shape: ZYX;
  spacing_um: number;
  centre_um: Float64Array;
  radius_um: Float64Array;
  /** Logit of each particle. */
  offset: Float64Array;
  /** Logit of each grain: particle by particle, bundle by bundle, from the core outwards. */
  grainLogit: Float64Array;
  /** Grains per bundle. */
  segments: number;
  grainLength_um: number;
  parameters: ChargeParameters;
  /** Whole volumes over shared memory, to be filled. */
  charge: Float32Array;
  labels: Uint32Array;
  grains: Uint32Array;
  from: number;
  to: number;
}

/** Fills the layers `from` to before `to`; runs in workers. */
export function chargeLayers(item: ChargingItem): void {
  const { shape: [, height, width], spacing_um: h, centre_um, radius_um } =
    item;
  const bundles = new Map<number, Uint8Array>();
  for (let z = item.from; z < item.to; z++) {
    // One source per layer, so that noise does not depend on who fills it.
    const random = new Random(item.seed, "charge", "noise", z);
    const dz = (z + 0.5) * h;
    for (let p = 0; p < radius_um.length; p++) {
      const radius = radius_um[p]!, rz = dz - centre_um[3 * p]!;
      const reach2 = radius * radius - rz * rz;
      if (reach2 <= 0) continue;
      let map = bundles.get(p);
      if (map === undefined) {
        map = bundleMap(new Random(item.seed, "charge", "bundles", p));
        bundles.set(p, map);
      }
      const cy = centre_um[3 * p + 1]!, cx = centre_um[3 * p + 2]!;
      const reach = Math.sqrt(reach2);
      const y0 = Math.max(0, Math.floor((cy - reach) / h));
      const y1 = Math.min(height - 1, Math.floor((cy + reach) / h));
      for (let y = y0; y <= y1; y++) {
        const ry = (y + 0.5) * h - cy;
        const half2 = reach2 - ry * ry;
        if (half2 <= 0) continue;
        const half = Math.sqrt(half2);
        const x0 = Math.max(0, Math.ceil((cx - half) / h - 0.5));
        const x1 = Math.min(width - 1, Math.floor((cx + half) / h - 0.5));
        fillRow(item, p, map, random, z, y, x0, x1, rz, ry, cx);
      }
    }
  }
}

function fillRow(
  { shape: [, height, width], spacing_um: h, radius_um, ...item }: ChargingItem,
  p: number,
  map: Uint8Array,
  random: Random,
  z: number,
  y: number,
  x0: number,
  x1: number,
  rz: number,
  ry: number,
  cx: number,
): void {
  const { segments, grainLength_um, parameters } = item;
  const radius = radius_um[p]!;
  const row = (z * height + y) * width;
  for (let x = x0; x <= x1; x++) {
    const rx = (x + 0.5) * h - cx;
    const r = Math.sqrt(rz * rz + ry * ry + rx * rx);
    const bundle = map[cellOf(rz, ry, rx)]!;
    // Bundles are cut at depths of their own.
    const cut = (bundle * 0.618034) % 1;
    const segment = Math.floor(r / grainLength_um + cut);
    const grain = (p * BUNDLES + bundle) * segments +
      Math.min(segments - 1, segment);
    const logit = parameters.mean + item.offset[p]! + item.grainLogit[grain]! +
      parameters.shellToCore * ((r / radius) ** 2 - 0.6) +
      parameters.noise * random.normal();
    const i = row + x;
    item.charge[i] = 1 / (1 + Math.exp(-logit));
    item.labels[i] = p + 1;
    item.grains[i] = grain + 1;
  }
}

/** Cell of the cube map in the direction of a vector. */
function cellOf(z: number, y: number, x: number): number {
  const az = Math.abs(z), ay = Math.abs(y), ax = Math.abs(x);
  let face: number, u: number, v: number, w: number;
  if (az >= ay && az >= ax) [face, u, v, w] = [z < 0 ? 0 : 1, y, x, az];
  else if (ay >= ax) [face, u, v, w] = [y < 0 ? 2 : 3, z, x, ay];
  else [face, u, v, w] = [x < 0 ? 4 : 5, z, y, ax];
  if (w === 0) return 0;
  const cell = (t: number) =>
    Math.min(FACE_CELLS - 1, Math.floor((t / w + 1) / 2 * FACE_CELLS));
  return (face * FACE_CELLS + cell(u)) * FACE_CELLS + cell(v);
}

/** Bundle of each cell of the cube map: the nearest of random directions. */
function bundleMap(random: Random): Uint8Array {
  const seeds = Array.from({ length: BUNDLES }, () => random.direction());
  const map = new Uint8Array(6 * FACE_CELLS ** 2);
  for (let i = 0; i < map.length; i++) {
    const face = Math.floor(i / FACE_CELLS ** 2);
    const u = (Math.floor(i / FACE_CELLS) % FACE_CELLS + 0.5) / FACE_CELLS * 2 -
      1;
    const v = (i % FACE_CELLS + 0.5) / FACE_CELLS * 2 - 1;
    const w = face % 2 === 0 ? -1 : 1;
    const [z, y, x] = face < 2 ? [w, u, v] : face < 4 ? [u, w, v] : [u, v, w];
    const length = Math.hypot(z, y, x);
    let best = -Infinity;
    for (const [b, [sz, sy, sx]] of seeds.entries()) {
      const cos = (sz * z + sy * y + sx * x) / length;
      if (cos > best) [best, map[i]] = [cos, b];
    }
  }
  return map;
}
