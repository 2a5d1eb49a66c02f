/** Passes of the distance transform, as the workers run them. */
import type { Range } from "./ranges.ts";

/** What both passes work on; squared distances are in units of the spacing along x. */
export interface DistanceItem {
  mask: Uint8Array;
  distance: Float32Array;
  depth: number;
  height: number;
  width: number;
  /** Squared ratio of the spacings along y and x. */
  weightY: number;
  /** Squared ratio of the spacings along z and x. */
  weightZ: number;
  /** Larger squared distances become Infinity. */
  limitSquared: number;
  /** Distance, or squared distance, of 1 in the result. */
  unit: number;
  /** Whether the result is squared. */
  squared: boolean;
}

/** Lines side by side that are gathered at once: a cache line of 32-bit numbers. */
const bundle = 16;

/** Squared distances along x, then y, in layers `from` to `to`. */
export function alongRowsAndColumns(item: DistanceItem & Range): void {
  const { distance, height, width, from, to } = item;
  const columns = scratchOf(height, item.weightY, item.limitSquared);
  for (let z = from; z < to; z++) {
    const layer = z * height * width;
    for (let y = 0; y < height; y++) alongRow(item, layer + y * width);
    for (let x = 0; x < width; x += bundle) {
      const count = Math.min(bundle, width - x), first = layer + x;
      if (gather(distance, first, width, count, columns)) {
        scatter(distance, first, width, count, columns);
      }
    }
  }
}

/** Distances along z on top of the other axes, in rows `from` to `to`. */
export function alongDepth(item: DistanceItem & Range): void {
  const { distance, depth, height, width, unit, squared, from, to } = item;
  const pillars = scratchOf(depth, item.weightZ, item.limitSquared);
  const layer = height * width;
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x += bundle) {
      const count = Math.min(bundle, width - x), first = y * width + x;
      if (!gather(distance, first, layer, count, pillars)) continue;
      const { lines } = pillars;
      for (let i = 0; i < count * depth; i++) {
        const d = lines[i]!;
        if (d !== 0) lines[i] = unit * (squared ? d : Math.sqrt(d));
      }
      scatter(distance, first, layer, count, pillars);
    }
  }
}

function alongRow(
  { mask, distance, width, limitSquared }: DistanceItem,
  first: number,
): void {
  const end = first + width;
  for (let i = first; i < end;) {
    if (mask[i] === 0) {
      i++;
      continue;
    }
    const start = i;
    while (i < end && mask[i] !== 0) i++;
    const openLeft = start === first, openRight = i === end;
    for (let j = start; j < i; j++) {
      const left = openLeft ? Infinity : j - start + 1;
      const right = openRight ? Infinity : i - j;
      const way = left < right ? left : right;
      distance[j] = way * way > limitSquared ? Infinity : way * way;
    }
  }
}

/** Memory for the lower envelope of parabolas along lines of one length. */
interface Scratch {
  length: number;
  weight: number;
  limitSquared: number;
  /** Lines one after the other; zero between bundles. */
  lines: Float32Array;
  /** Whether any of the lines is other than zero at a place. */
  filled: Uint8Array;
  /** Height and place of each parabola of the envelope. */
  heights: Float64Array;
  places: Float64Array;
}

function scratchOf(
  length: number,
  weight: number,
  limitSquared: number,
): Scratch {
  return {
    length,
    weight,
    limitSquared,
    lines: new Float32Array(length * bundle),
    filled: new Uint8Array(length),
    heights: new Float64Array(length + 1),
    places: new Float64Array(length + 1),
  };
}

/**
 * Copies neighbouring lines and takes each to the minimum, along it, of the
 * value plus the weighted square of the way; false if all are zero.
 */
function gather(
  data: Float32Array,
  first: number,
  step: number,
  count: number,
  scratch: Scratch,
): boolean {
  const { length, lines, filled } = scratch;
  let any = false;
  for (let q = 0, p = first; q < length; q++, p += step) {
    let sum = 0;
    for (let i = p; i < p + count; i++) sum += data[i]!;
    filled[q] = sum === 0 ? 0 : 1;
    if (sum === 0) continue;
    any = true;
    for (let l = 0, to = q; l < count; l++, to += length) {
      lines[to] = data[p + l]!;
    }
  }
  if (!any) return false;
  if (length === 1) return true;
  for (let l = 0; l < count; l++) {
    // A zero shields what lies behind it, so that runs between zeros stand alone.
    const start = l * length, end = start + length;
    for (let i = start; i < end;) {
      if (lines[i] === 0) {
        i++;
        continue;
      }
      const from = i;
      while (i < end && lines[i] !== 0) i++;
      replaceRun(scratch, from, i, from > start, i < end);
    }
  }
  return true;
}

/** Copies the lines back and leaves the scratch memory clean. */
function scatter(
  data: Float32Array,
  first: number,
  step: number,
  count: number,
  { length, lines, filled }: Scratch,
): void {
  for (let q = 0, p = first; q < length; q++, p += step) {
    if (filled[q] === 0) continue;
    for (let l = 0, at = q; l < count; l++, at += length) {
      data[p + l] = lines[at]!;
      lines[at] = 0;
    }
  }
}

/** One run `from` to `to`; the flags say whether zeros bound it. */
function replaceRun(
  { lines, weight, limitSquared, heights, places }: Scratch,
  from: number,
  to: number,
  zeroBefore: boolean,
  zeroAfter: boolean,
): void {
  const begin = zeroBefore ? from - 1 : from;
  const end = zeroAfter ? to + 1 : to;
  // The last two parabolas are held beside the arrays: most steps need no others.
  let last = -1, h0 = 0, p0 = 0, h1 = 0, p1 = 0;
  for (let q = begin; q < end; q++) {
    const h = lines[q]!;
    if (h === Infinity) continue;
    while (last > 0) {
      // The last parabola stays unless its neighbours hide it.
      const a = p1 - p0, b = q - p1, c = q - p0;
      if (c * h1 - b * h0 - a * h <= weight * a * b * c) break;
      last--;
      h1 = h0;
      p1 = p0;
      if (last > 0) {
        h0 = heights[last - 1]!;
        p0 = places[last - 1]!;
      }
    }
    last++;
    h0 = h1;
    p0 = p1;
    h1 = h;
    p1 = q;
    heights[last] = h;
    places[last] = q;
  }
  if (last < 0) return;
  heights[last + 1] = Infinity;
  let k = 0, here = heights[0]!, place = places[0]!;
  let nextHere = heights[1]!, nextPlace = places[1]!;
  for (let q = from; q < to; q++) {
    let way = q - place, d = here + weight * way * way;
    while (true) {
      way = q - nextPlace;
      const next = nextHere + weight * way * way;
      // Infinity ends the envelope.
      if (!(next <= d)) break;
      d = next;
      here = nextHere;
      place = nextPlace;
      k++;
      nextHere = heights[k + 1]!;
      nextPlace = places[k + 1]!;
    }
    lines[q] = d > limitSquared ? Infinity : d;
  }
}
