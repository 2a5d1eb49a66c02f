/** Passes that carry labels to a finer grid, as the workers run them. */
import type { GreyLevels } from "../image/mod.ts";

/** Of each voxel along an axis, the voxels of a coarser grid before and after it and the weight of the latter; both are the same where their centres meet. */
export interface Neighbours {
  low: Int32Array;
  high: Int32Array;
  upper: Float64Array;
}

/** What the pass works on. */
export interface FinerLabelsItem {
  /** Labels on the working grid, with their numbers of rows and columns. */
  labels: Uint32Array;
  labelRows: number;
  labelColumns: number;
  z: Neighbours;
  y: Neighbours;
  x: Neighbours;
  /** Smoothed grey levels on the fine grid, their numbers of rows and columns, and the place of the first labelled voxel in them. */
  grey: GreyLevels;
  greyRows: number;
  greyColumns: number;
  greyFirst: readonly number[];
  /** Slow part of the grey levels, as {@linkcode Neighbours} see it. */
  slow: Float32Array;
  slowRows: number;
  slowColumns: number;
  slowZ: Neighbours;
  slowY: Neighbours;
  slowX: Neighbours;
  threshold: number;
  /** Labels to be written; those of the first layer stand at `resultFirst`. */
  result: Uint32Array;
  resultFirst: number;
}

/** Labels layers `from` to `to`. */
export function labelFiner(
  item: FinerLabelsItem & { from: number; to: number },
): void {
  const { labels, z, y, x, result, from, to } = item;
  const rows = y.low.length, columns = x.low.length;
  const { labelRows, labelColumns } = item;
  const ends = runEnds(x);
  const starts = new Int32Array(4), sides = new Float64Array(4);
  const bright = brightness(item);
  const vote = voter(labels);
  for (let k = from; k < to; k++) {
    for (let r = 0; r < rows; r++) {
      const first = item.resultFirst + (k * rows + r) * columns;
      for (let s = 0; s < 4; s++) {
        const layer = (s & 2) === 0 ? z.low[k]! : z.high[k]!;
        const row = (s & 1) === 0 ? y.low[r]! : y.high[r]!;
        starts[s] = (layer * labelRows + row) * labelColumns;
        sides[s] = ((s & 2) === 0 ? 1 - z.upper[k]! : z.upper[k]!) *
          ((s & 1) === 0 ? 1 - y.upper[r]! : y.upper[r]!);
      }
      for (let c = 0; c < columns;) {
        const end = ends[c]!, low = x.low[c]!, high = x.high[c]!;
        if (isUniform(labels, starts, low, high)) {
          result.fill(labels[starts[0]! + low]!, first + c, first + end);
          c = end;
          continue;
        }
        for (; c < end; c++) {
          const label = vote(starts, sides, low, high, x.upper[c]!);
          const kept = label > 0 || bright(k, r, c);
          result[first + c] = kept ? Math.abs(label) : 0;
        }
      }
    }
  }
}

/** For each column the end of the run of columns between the same neighbours. */
function runEnds({ low, high }: Neighbours): Int32Array {
  const ends = new Int32Array(low.length);
  for (let c = low.length - 1; c >= 0; c--) {
    const goesOn = c + 1 < low.length && low[c] === low[c + 1] &&
      high[c] === high[c + 1];
    ends[c] = goesOn ? ends[c + 1]! : c + 1;
  }
  return ends;
}

function isUniform(
  labels: Uint32Array,
  starts: Int32Array,
  low: number,
  high: number,
): boolean {
  const label = labels[starts[0]! + low]!;
  for (let s = 0; s < 4; s++) {
    const start = starts[s]!;
    if (labels[start + low] !== label || labels[start + high] !== label) {
      return false;
    }
  }
  return true;
}

/**
 * The label other than 0 with the most weight among eight neighbours, the lower
 * one of equals; negative if the background is among them.
 */
function voter(labels: Uint32Array) {
  const found = new Float64Array(8), weights = new Float64Array(8);
  return (
    starts: Int32Array,
    sides: Float64Array,
    low: number,
    high: number,
    upper: number,
  ): number => {
    let count = 0, background = false;
    for (let corner = 0; corner < 8; corner++) {
      const s = corner >> 1, isUpper = (corner & 1) === 1;
      const label = labels[starts[s]! + (isUpper ? high : low)]!;
      if (label === 0) {
        background = true;
        continue;
      }
      const weight = sides[s]! * (isUpper ? upper : 1 - upper);
      let i = 0;
      while (i < count && found[i] !== label) i++;
      if (i === count) {
        found[count++] = label;
        weights[i] = 0;
      }
      weights[i]! += weight;
    }
    let best = found[0]!, most = weights[0]!;
    for (let i = 1; i < count; i++) {
      const weight = weights[i]!, label = found[i]!;
      if (weight > most || weight === most && label < best) {
        best = label;
        most = weight;
      }
    }
    return background ? -best : best;
  };
}

/** Whether a voxel is brighter than the threshold, the slow part taken away. */
function brightness(item: FinerLabelsItem) {
  const { grey, greyRows, greyColumns, greyFirst, threshold } = item;
  const { slow, slowRows, slowColumns, slowZ, slowY, slowX } = item;
  const [z0, y0, x0] = greyFirst as [number, number, number];
  const row = new Float64Array(slowColumns);
  let rowOf = -1;
  return (k: number, r: number, c: number): boolean => {
    const at = k * slowY.low.length + r;
    if (at !== rowOf) {
      rowOf = at;
      row.fill(0);
      for (let s = 0; s < 4; s++) {
        const weight = ((s & 2) === 0 ? 1 - slowZ.upper[k]! : slowZ.upper[k]!) *
          ((s & 1) === 0 ? 1 - slowY.upper[r]! : slowY.upper[r]!);
        const layer = (s & 2) === 0 ? slowZ.low[k]! : slowZ.high[k]!;
        const line = (s & 1) === 0 ? slowY.low[r]! : slowY.high[r]!;
        const start = (layer * slowRows + line) * slowColumns;
        for (let i = 0; i < slowColumns; i++) {
          row[i]! += weight * slow[start + i]!;
        }
      }
    }
    const low = row[slowX.low[c]!]!, high = row[slowX.high[c]!]!;
    const level = low + slowX.upper[c]! * (high - low);
    const place = ((z0 + k) * greyRows + y0 + r) * greyColumns + x0 + c;
    return grey[place]! - level > threshold;
  };
}
