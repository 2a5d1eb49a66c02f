/** Convexity of particles in a slice. */
import { onGridOf, type SliceLabels } from "../core/mod.ts";

/** Corner points x, y of a convex polygon, one after the other, in pixels. */
export type Polygon = readonly (readonly [x: number, y: number])[];

/**
 * Convex hull of points (monotone chain of A. M. Andrew, Inf. Process. Lett.
 * 9, 216 (1979), doi:10.1016/0020-0190(79)90072-3).
 *
 * @param points Points x, y.
 * @returns Corners in order around the polygon; points on its edges are left out.
 *
 * @example A square with a point inside
 * ```ts
 * import assert from "node:assert/strict";
 * import { convexHull, polygonArea } from "./convex.ts";
 *
 * const hull = convexHull([[0, 0], [2, 0], [1, 1], [2, 2], [0, 2]]);
 * assert.equal(hull.length, 4);
 * assert.equal(polygonArea(hull), 4);
 * ```
 */
export function convexHull(points: Polygon): Polygon {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (ordered: Polygon) => {
    const hull: (readonly [number, number])[] = [];
    for (const p of ordered) {
      while (hull.length > 1 && turn(hull.at(-2)!, hull.at(-1)!, p) <= 0) {
        hull.pop();
      }
      hull.push(p);
    }
    return hull.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

function turn(
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
  [cx, cy]: readonly [number, number],
): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** Area of a polygon, in square pixels. */
export function polygonArea(polygon: Polygon): number {
  let twice = 0;
  polygon.forEach(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length]!;
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/** Pixels of a label and their convex hull. */
interface Piece {
  pixels: number;
  hull: Polygon;
}

/**
 * Joins neighbouring pieces that make a convex particle together.
 *
 * Two pieces are joined if they fill, gaps between them included, at least the
 * share `solidity` of the convex hull of both; the pair with the highest share
 * goes first. Whole particles that touch fill less: two equal discs 0.88.
 *
 * @param labels Pieces.
 * @param reach Pieces grown over the gaps between them: those that touch here are neighbours.
 * @param solidity Least share of the hull, 0 to 1.
 * @returns Labels; a joined particle has the lowest label of its pieces.
 */
export function joinConvex(
  labels: SliceLabels,
  reach: SliceLabels,
  solidity: number,
): SliceLabels {
  const pieces = piecesOf(reach);
  const neighbours = neighboursOf(reach);
  const into = new Map<number, number>();
  const union = (a: number, b: number): Piece => {
    const p = pieces.get(a)!, q = pieces.get(b)!;
    return {
      pixels: p.pixels + q.pixels,
      hull: convexHull([...p.hull, ...q.hull]),
    };
  };
  while (true) {
    let best = solidity, pair: [number, number] | undefined;
    for (const [a, others] of neighbours) {
      for (const b of others) {
        if (b < a) continue;
        const { pixels, hull } = union(a, b);
        const share = pixels / polygonArea(hull);
        if (share >= best) [best, pair] = [share, [a, b]];
      }
    }
    if (pair === undefined) break;
    const [a, b] = pair;
    pieces.set(a, union(a, b));
    into.set(b, a);
    for (const c of neighbours.get(b)!) {
      neighbours.get(c)!.delete(b);
      if (c === a) continue;
      neighbours.get(c)!.add(a);
      neighbours.get(a)!.add(c);
    }
    neighbours.delete(b);
  }
  const root = (label: number): number => {
    const next = into.get(label);
    return next === undefined ? label : root(next);
  };
  return onGridOf(labels, labels.data.map(root));
}

/**
 * Labels grown to their convex hulls, where no other label stands.
 *
 * @param labels Particles whose outlines cracks have notched.
 */
export function fillHulls(labels: SliceLabels): SliceLabels {
  const [height, width] = labels.shape;
  const data = labels.data.slice();
  for (const [label, { hull }] of piecesOf(labels)) {
    const [low, high] = rowSpans(hull, height);
    for (let y = 0; y < height; y++) {
      const first = Math.ceil(low[y]! - 0.5), last = high[y]! - 0.5;
      for (let x = Math.max(0, first); x < width && x < last; x++) {
        if (data[y * width + x] === 0) data[y * width + x] = label;
      }
    }
  }
  return onGridOf(labels, data);
}

/** Share of their hulls that parts must fill more than the whole to replace it. */
const convexityGain = 0.02;

/** Parts that fill this share of their hulls, and leave this share of the hull of the whole out, replace it anyhow. */
const convexShare = 0.94, leftOut = 0.12;

/**
 * Replaces particles by their parts where the parts are the more convex.
 *
 * Where filled holes have joined particles around a gap, the parts found
 * without filling it are more convex than the whole, or, where many particles
 * have joined to a whole that is convex again, are convex and leave the gaps
 * out. Where a void was filled inside one particle, neither holds.
 *
 * @param whole Labels found with large holes filled.
 * @param parts Labels found without.
 */
export function preferConvex(
  whole: SliceLabels,
  parts: SliceLabels,
): SliceLabels {
  const owner = new Map<number, number>();
  parts.data.forEach((part, i) => {
    if (part !== 0 && whole.data[i] !== 0) owner.set(part, whole.data[i]!);
  });
  const pixels = new Map<number, number>(), hulls = new Map<number, number>();
  for (const [part, piece] of piecesOf(parts)) {
    const label = owner.get(part);
    if (label === undefined) continue;
    pixels.set(label, (pixels.get(label) ?? 0) + piece.pixels);
    hulls.set(label, (hulls.get(label) ?? 0) + polygonArea(piece.hull));
  }
  const split = new Set<number>();
  for (const [label, piece] of piecesOf(whole)) {
    const covered = hulls.get(label);
    if (covered === undefined) continue;
    const hull = polygonArea(piece.hull);
    const share = pixels.get(label)! / covered;
    if (
      share > piece.pixels / hull + convexityGain ||
      share >= convexShare && covered < (1 - leftOut) * hull
    ) split.add(label);
  }
  const highest = whole.data.reduce((a, b) => Math.max(a, b), 0);
  const data = whole.data.map((label, i) => {
    if (!split.has(label)) return label;
    const part = parts.data[i]!;
    return part === 0 ? 0 : highest + part;
  });
  return onGridOf(whole, data);
}

/** Where a convex polygon begins and ends on the centre line of each row. */
function rowSpans(hull: Polygon, height: number): [Float64Array, Float64Array] {
  const low = new Float64Array(height).fill(Infinity);
  const high = new Float64Array(height).fill(-Infinity);
  hull.forEach(([ax, ay], i) => {
    const [bx, by] = hull[(i + 1) % hull.length]!;
    const from = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5));
    const to = Math.min(height - 1, Math.max(ay, by) - 0.5);
    for (let y = from; y <= to; y++) {
      const x = ax === bx || ay === by
        ? ax
        : ax + (bx - ax) * (y + 0.5 - ay) / (by - ay);
      low[y] = Math.min(low[y]!, x);
      high[y] = Math.max(high[y]!, x);
    }
  });
  return [low, high];
}

function piecesOf(labels: SliceLabels): Map<number, Piece> {
  const [height, width] = labels.shape;
  const pixels = new Map<number, number>();
  const corners = new Map<number, [number, number][]>();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width;) {
      const label = labels.data[y * width + x]!, start = x;
      while (x < width && labels.data[y * width + x] === label) x++;
      if (label === 0) continue;
      pixels.set(label, (pixels.get(label) ?? 0) + x - start);
      const points = corners.get(label) ?? [];
      points.push([start, y], [x, y], [start, y + 1], [x, y + 1]);
      corners.set(label, points);
    }
  }
  return new Map(
    [...corners].map(([label, points]) => [
      label,
      { pixels: pixels.get(label)!, hull: convexHull(points) },
    ]),
  );
}

function neighboursOf(labels: SliceLabels): Map<number, Set<number>> {
  const [height, width] = labels.shape;
  const { data } = labels;
  const neighbours = new Map<number, Set<number>>();
  for (const label of data) {
    if (label !== 0 && !neighbours.has(label)) neighbours.set(label, new Set());
  }
  const meet = (i: number, j: number) => {
    const a = data[i]!, b = data[j]!;
    if (a === 0 || b === 0 || a === b) return;
    neighbours.get(a)!.add(b);
    neighbours.get(b)!.add(a);
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + 1 < width) meet(i, i + 1);
      if (y + 1 < height) meet(i, i + width);
    }
  }
  return neighbours;
}
