/** Our side of the pairs of `image.ts`: name, edge, percentage of solid, output file. */
import { cutOut } from "@cathode/attributes/particle.ts";
import {
  croftonDirections,
  surfaceAreas,
} from "@cathode/attributes/surface.ts";
import {
  createVolume,
  shared,
  type Volume,
  type ZYX,
} from "@cathode/core/mod.ts";
import {
  closing,
  connectedComponents,
  distanceTransform,
  fillHoles,
  type LabelStatistics,
  labelStatistics,
  medianFilter,
  watershed,
} from "@cathode/image/mod.ts";
import { peakMegabytes } from "./memory.ts";

const repetitions = 5;

const [name, edgeWord, percent, output] = Deno.args as [
  string,
  string,
  string,
  string,
];
const edge = Number(edgeWord);
const onGrid = <
  T extends Uint8Array | Uint16Array | Uint32Array | Float32Array,
>(
  data: T,
) => createVolume(data, [edge, edge, edge], [1, 1, 1]) as Volume<T>;

const solidShare = Number(percent) / 100;
const mask = onGrid(balls(solidShare));
const run = await prepared(name.replace(/SciPy$/, ""));
const seconds: number[] = [];
let result: ArrayBufferView = new Uint8Array();
// Of one call: when later ones find the memory of earlier results free is chance.
let mb = NaN;
for (let i = 0; i < repetitions; i++) {
  const start = performance.now();
  result = await run();
  seconds.push((performance.now() - start) / 1000);
  if (i === 0) mb = peakMegabytes();
}
const bytes = new Uint8Array(
  result.buffer,
  result.byteOffset,
  result.byteLength,
);
await Deno.writeFile(output, bytes.slice());
console.log(JSON.stringify({ seconds, mb }));

/** The task, its input made beforehand. */
async function prepared(
  name: string,
): Promise<() => Promise<ArrayBufferView> | ArrayBufferView> {
  switch (name) {
    case "distance":
      return async () => (await distanceTransform(mask)).data;
    case "components6":
      return () => connectedComponents(mask, "faces").labels.data;
    case "components26":
      return () => connectedComponents(mask, "corners").labels.data;
    case "median8": {
      const noise = onGrid(texture(Uint8Array));
      return async () => (await medianFilter(noise)).data;
    }
    case "median16": {
      const noise = onGrid(texture(Uint16Array));
      return async () => (await medianFilter(noise)).data;
    }
    case "closing":
      return async () => (await closing(mask, 10)).data;
    case "fillHoles": {
      const porous = onGrid(porousBalls());
      return () => fillHoles(porous).data;
    }
    case "surfaces": {
      const labels = onGrid(numberedBalls(solidShare));
      const noCracks = onGrid(new Uint8Array(edge ** 3));
      return () => surfaces(labels, noCracks);
    }
    case "statistics": {
      const labels = blocks();
      const grey = onGrid(texture(Uint8Array));
      return () => {
        const s = labelStatistics(labels, grey);
        return Float64Array.of(...places(s), ...inertia(s), ...s.mean);
      };
    }
    case "places": {
      const labels = blocks();
      return () => Float64Array.from(places(labelStatistics(labels)));
    }
    case "watershed": {
      const distance = (await distanceTransform(mask)).data;
      const image = onGrid(distance.map((d) => -d));
      const markers = blockMarkers();
      separate(image.data, markers.data);
      return () => watershed(image, markers, mask).data;
    }
  }
  throw new RangeError(`no benchmark is called ${name}`);
}

/** Outer surface of each ball, found and cut out, and their sum. */
function surfaces(
  labels: Volume<Uint32Array>,
  noCracks: Volume<Uint8Array>,
): Float64Array {
  const directions = croftonDirections(labels.spacing_um);
  const { label, boxMin, boxMax } = labelStatistics(labels);
  const areas = Array.from(label, (which, k) => {
    const from: ZYX = [boxMin[3 * k]!, boxMin[3 * k + 1]!, boxMin[3 * k + 2]!];
    const last: ZYX = [boxMax[3 * k]!, boxMax[3 * k + 1]!, boxMax[3 * k + 2]!];
    const to: ZYX = [last[0] + 1, last[1] + 1, last[2] + 1];
    const particle = cutOut(labels, noCracks, which, { from, to }, [1, 1, 1]);
    return surfaceAreas(particle, directions, 0).outer_um2;
  });
  return Float64Array.of(...areas, areas.reduce((a, b) => a + b, 0));
}

/** Volumes, boxes (the end is outside) and centroids. */
function places(s: LabelStatistics): number[] {
  const boxEnd = s.boxMax.map((last) => last + 1);
  return [...s.count, ...s.boxMin, ...boxEnd, ...s.centroid_um];
}

/** Moments of inertia per voxel about the centroid: zz, yy, xx of each label. */
function inertia({ covariance_um2, count }: LabelStatistics): number[] {
  return Array.from(count).flatMap((_, i) => {
    const [zz, yy, xx] = covariance_um2.subarray(6 * i, 6 * i + 3);
    return [yy! + xx!, zz! + xx!, zz! + yy!];
  });
}

/** Balls of 10 to 22 voxels with this share of the volume. */
function balls(share: number): Uint8Array {
  // Where workers read it without a copy.
  const mask = shared(Uint8Array, edge ** 3);
  drawBalls(1, 10, 13, share, (i) => {
    if (mask[i] === 1) return false;
    mask[i] = 1;
    return true;
  });
  return mask;
}

/** The same balls, numbered; a voxel belongs to the first that covers it. */
function numberedBalls(share: number): Uint32Array {
  const labels = new Uint32Array(edge ** 3);
  drawBalls(1, 10, 13, share, (i, ball) => {
    if (labels[i] !== 0) return false;
    labels[i] = ball;
    return true;
  });
  return labels;
}

/** The balls with pores of 2 to 5 voxels, 2 % of the volume. */
function porousBalls(): Uint8Array {
  const porous = mask.data.slice();
  drawBalls(2, 2, 4, 0.02, (i) => {
    if (porous[i] === 0) return false;
    porous[i] = 0;
    return true;
  });
  return porous;
}

/**
 * Draws balls by a generator that `image_peers.py` repeats, until they have
 * changed a share of the voxels.
 *
 * @param seed Of places and radii.
 * @param smallest Smallest radius in voxels.
 * @param radii Number of radii.
 * @param share Of the voxels.
 * @param paint Takes a voxel and the number of the ball; whether it changes.
 */
function drawBalls(
  seed: number,
  smallest: number,
  radii: number,
  share: number,
  paint: (voxel: number, ball: number) => boolean,
): void {
  let state = seed, painted = 0;
  const draw = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let ball = 1; painted < share * edge ** 3; ball++) {
    const centre = [0, 0, 0].map(() => Math.floor(edge * draw()));
    const [cz, cy, cx] = centre as [number, number, number];
    const r = smallest + Math.floor(radii * draw());
    for (let z = Math.max(0, cz - r); z <= Math.min(edge - 1, cz + r); z++) {
      for (let y = Math.max(0, cy - r); y <= Math.min(edge - 1, cy + r); y++) {
        for (
          let x = Math.max(0, cx - r);
          x <= Math.min(edge - 1, cx + r);
          x++
        ) {
          const way = (z - cz) ** 2 + (y - cy) ** 2 + (x - cx) ** 2;
          const i = (z * edge + y) * edge + x;
          if (way <= r * r && paint(i, ball)) painted++;
        }
      }
    }
  }
}

/** Noise on the balls: a multiplicative hash of the place. */
function texture<T extends Uint8Array | Uint16Array>(type: {
  new (length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}): T {
  const data = new type(edge ** 3);
  const shift = 32 - 8 * type.BYTES_PER_ELEMENT;
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.imul(i ^ (i >>> 15), 2654435769) >>> shift;
  }
  return data;
}

/** Solid voxels, labelled by the block of 32 voxels that they are in. */
function blocks(): Volume<Uint32Array> {
  const labels = onGrid(new Uint32Array(edge ** 3));
  const side = Math.ceil(edge / 32);
  for (let i = 0; i < labels.data.length; i++) {
    if (mask.data[i] === 0) continue;
    const x = i % edge >> 5, row = Math.floor(i / edge);
    const y = row % edge >> 5, z = Math.floor(row / edge) >> 5;
    labels.data[i] = (z * side + y) * side + x + 1;
  }
  return labels;
}

/** A marker at the first solid voxel inside each block after its middle, with all its neighbours in the block. */
function blockMarkers(): Volume<Uint32Array> {
  const labels = blocks(), seen = new Set<number>();
  const markers = onGrid(new Uint32Array(edge ** 3));
  for (let i = 0; i < labels.data.length; i++) {
    const label = labels.data[i]!;
    if (label === 0 || seen.has(label)) continue;
    const row = Math.floor(i / edge);
    const [x, y, z] = [i % edge & 31, row % edge & 31, row / edge & 31];
    if ([x, y, z].some((at) => at === 0 || at === 31) || z < 16) continue;
    seen.add(label);
    markers.data[i] = label;
  }
  return markers;
}

/**
 * Gives each marker and its neighbours a level of their own: scikit-image
 * takes markers of one level in no order that could be repeated.
 */
function separate(levels: Float32Array, markers: Uint32Array): void {
  for (let i = 0; i < markers.length; i++) {
    if (markers[i] === 0) continue;
    const lower = markers[i]! / 2 ** 18;
    levels[i]! -= lower;
    for (const step of [1, edge, edge * edge]) {
      levels[i - step]! -= lower;
      levels[i + step]! -= lower;
    }
  }
}
