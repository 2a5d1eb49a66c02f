/** Passes of the distance transform, as the workers run them. */
import type { Range } from "./ranges.ts";

/** What both passes work on; squared distances are in units of the spacing along x. */
export interface DistanceItem extends Range {
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
export function alongRowsAndColumns(item: DistanceItem): void {
  const { distance, height, width, from, to } = item;
  const columns = new Envelope(height, item.weightY, item.limitSquared);
  for (let z = from; z < to; z++) {
    const layer = z * height * width;
    for (let y = 0; y < height; y++) alongRow(item, layer + y * width);
    for (let x = 0; x < width; x += bundle) {
      const lines = Math.min(bundle, width - x);
      columns.replace(distance, layer + x, width, lines);
    }
  }
}

/** Distances along z on top of the other axes, in rows `from` to `to`. */
export function alongDepth(item: DistanceItem): void {
  const { distance, depth, height, width, from, to } = item;
  const { unit, squared } = item;
  const pillars = new Envelope(depth, item.weightZ, item.limitSquared);
  for (let y = from; y < to; y++) {
    if (depth > 1) {
      for (let x = 0; x < width; x += bundle) {
        const lines = Math.min(bundle, width - x);
        pillars.replace(distance, y * width + x, height * width, lines);
      }
    }
    for (let z = 0; z < depth; z++) {
      const first = (z * height + y) * width;
      for (let i = first; i < first + width; i++) {
        const d = distance[i]!;
        if (d !== 0) distance[i] = unit * (squared ? d : Math.sqrt(d));
      }
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
      const d = left < right ? left * left : right * right;
      distance[j] = d > limitSquared ? Infinity : d;
    }
  }
}

/** Lower envelope of parabolas along lines of one length. */
class Envelope {
  /** Lines one after the other, gathered from the image. */
  readonly #lines: Float32Array;
  /** Height and place of the parabolas of the envelope. */
  readonly #height: Float64Array;
  readonly #place: Int32Array;

  constructor(
    readonly length: number,
    readonly weight: number,
    readonly limitSquared: number,
  ) {
    this.#lines = new Float32Array(length * bundle);
    this.#height = new Float64Array(length + 1);
    this.#place = new Int32Array(length + 1);
  }

  /** Takes neighbouring lines, `count` of them, to the minimum over each line of the value plus the weighted square of the way. */
  replace(
    data: Float32Array,
    first: number,
    step: number,
    count: number,
  ): void {
    const { length } = this;
    const lines = this.#lines;
    let any = 0;
    for (let q = 0, p = first; q < length; q++, p += step) {
      for (let l = 0, to = q; l < count; l++, to += length) {
        const value = data[p + l]!;
        any += value;
        lines[to] = value;
      }
    }
    if (any === 0) return;
    for (let l = 0; l < count; l++) this.#runs(l * length);
    for (let q = 0, p = first; q < length; q++, p += step) {
      for (let l = 0, at = q; l < count; l++, at += length) {
        data[p + l] = lines[at]!;
      }
    }
  }

  /** The runs of one line: a zero shields what lies behind it. */
  #runs(start: number): void {
    const lines = this.#lines, end = start + this.length;
    for (let i = start; i < end;) {
      if (lines[i] === 0) {
        i++;
        continue;
      }
      const from = i;
      while (i < end && lines[i] !== 0) i++;
      this.#run(from, i, from > start, i < end);
    }
  }

  /** One run `from` to `to`; `zeroBefore` and `zeroAfter` say whether zeros bound it. */
  #run(
    from: number,
    to: number,
    zeroBefore: boolean,
    zeroAfter: boolean,
  ): void {
    const { weight, limitSquared } = this;
    const lines = this.#lines, height = this.#height, place = this.#place;
    let last = -1;
    const begin = zeroBefore ? from - 1 : from;
    const end = zeroAfter ? to + 1 : to;
    for (let q = begin; q < end; q++) {
      const h = lines[q]!;
      if (h === Infinity) continue;
      while (last > 0) {
        // The last parabola is hidden by its neighbours on both sides.
        const a = place[last]! - place[last - 1]!;
        const b = q - place[last]!;
        const c = a + b;
        const hidden = c * height[last]! - b * height[last - 1]! - a * h >
          weight * a * b * c;
        if (!hidden) break;
        last--;
      }
      last++;
      height[last] = h;
      place[last] = q;
    }
    if (last < 0) return;
    let k = 0, way = from - place[0]!;
    for (let q = from; q < to; q++) {
      way = q - place[k]!;
      let d = height[k]! + weight * way * way;
      while (k < last) {
        way = q - place[k + 1]!;
        const next = height[k + 1]! + weight * way * way;
        if (next > d) break;
        d = next;
        k++;
      }
      lines[q] = d > limitSquared ? Infinity : d;
    }
  }
}
