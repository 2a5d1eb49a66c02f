/** Scores of a segmentation against a truth. */
import {
  assertSameGrid,
  createTable,
  type Image,
  type Table,
} from "../core/mod.ts";
import { labelsAtBorder, labelStatistics } from "../image/mod.ts";
import { bestAssignment } from "../statistics/mod.ts";

/** How well labels match a truth, at one threshold of the overlap. */
export interface MatchingScores {
  /** Pairs that overlap enough; labels without, true particles without. */
  tp: number;
  fp: number;
  fn: number;
  /** `tp / (tp + fp)` */
  precision: number;
  /** `tp / (tp + fn)` */
  recall: number;
  /** `2 tp / (2 tp + fp + fn)` */
  f1: number;
  /** `tp / (tp + fp + fn)`, "accuracy" in StarDist. */
  averagePrecision: number;
  /** Mean overlap of the pairs ("mean matched score"). */
  meanMatchedIou: number;
  /** Sum of the pairs' overlaps over the number of true particles ("mean true score"). */
  meanTrueIou: number;
  /** Panoptic quality: sum of the pairs' overlaps over `tp + fp / 2 + fn / 2`. */
  pq: number;
}

/** Choices of {@linkcode matching}. */
export interface MatchingOptions {
  /** Labels without partner that touch the frame are not counted as wrong, since truths often leave out cut particles. */
  ignoreBorder?: boolean;
}

/** Overlaps of two label images, from which scores at any threshold follow. */
export interface Overlaps {
  /** True labels and labels to judge, ascending. */
  truth: Uint32Array;
  found: Uint32Array;
  /** Overlapping pairs: rows in `truth` and `found`, and intersection over union. */
  pairs: readonly { truth: number; found: number; iou: number }[];
  /** Whether each label to judge touches the frame. */
  atBorder: Uint8Array;
}

/** A pair of the best assignment. */
interface Pair {
  truth: number;
  found: number;
  iou: number;
}

/**
 * Scores of labels against a truth, by one-to-one pairs of particles.
 *
 * Pairs are those of the assignment with the most pairs above the threshold
 * and, among these, the largest overlap; the overlap is intersection over
 * union (IoU). All scores are those of StarDist's `matching`: U. Schmidt, M.
 * Weigert, C. Broaddus and G. Myers, MICCAI 2018,
 * doi:10.1007/978-3-030-00934-2_30; panoptic quality: A. Kirillov et al., CVPR
 * 2019, doi:10.1109/CVPR.2019.00963. A score whose denominator is 0 is 0.
 *
 * @param truth True labels.
 * @param found Labels to judge.
 * @param threshold Least overlap of a pair, above 0 and at most 1.
 * @param options Whether the border is ignored.
 * @throws {RangeError} If the grids differ or the threshold is out of range.
 *
 * @example One of two particles found
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { matching } from "./matching.ts";
 *
 * const truth = createSlice(Uint32Array.of(1, 1, 0, 2), [1, 4], [1, 1]);
 * const found = createSlice(Uint32Array.of(5, 5, 0, 0), [1, 4], [1, 1]);
 * const { tp, fn, f1 } = matching(truth, found, 0.5);
 * assert.deepEqual([tp, fn, f1], [1, 1, 2 / 3]);
 * ```
 */
export function matching(
  truth: Image<Uint32Array>,
  found: Image<Uint32Array>,
  threshold: number,
  options: MatchingOptions = {},
): MatchingScores {
  return scoresAt(overlapsOf(truth, found), threshold, options);
}

/**
 * Overlaps of two label images, for {@linkcode scoresAt} at several thresholds.
 *
 * @param truth True labels.
 * @param found Labels to judge.
 * @throws {RangeError} If the grids differ.
 */
export function overlapsOf(
  truth: Image<Uint32Array>,
  found: Image<Uint32Array>,
): Overlaps {
  assertSameGrid(truth, found, ["the truth", "the labels"]);
  const t = labelStatistics(truth), f = labelStatistics(found);
  const rowT = rowsOf(t.label), rowF = rowsOf(f.label);
  const shared = new Map<number, number>();
  for (let i = 0; i < truth.data.length; i++) {
    const a = truth.data[i]!, b = found.data[i]!;
    if (a === 0 || b === 0) continue;
    // Runs of one pair of labels are long, so they are counted before the map is asked.
    let j = i + 1;
    while (
      j < truth.data.length && truth.data[j] === a && found.data[j] === b
    ) j++;
    const key = rowT[a]! * f.label.length + rowF[b]!;
    shared.set(key, (shared.get(key) ?? 0) + j - i);
    i = j - 1;
  }
  const pairs = [...shared].map(([key, count]) => {
    const found = key % f.label.length;
    const truth = (key - found) / f.label.length;
    const union = t.count[truth]! + f.count[found]! - count;
    return { truth, found, iou: count / union };
  }).sort((a, b) => a.truth - b.truth || a.found - b.found);
  const border = labelsAtBorder(found);
  return {
    truth: t.label,
    found: f.label,
    pairs,
    atBorder: Uint8Array.from(f.label, (label) => border.has(label) ? 1 : 0),
  };
}

/**
 * Scores at one threshold; see {@linkcode matching}.
 *
 * @param overlaps Of {@linkcode overlapsOf}.
 * @param threshold Least overlap of a pair, above 0 and at most 1.
 * @param options Whether the border is ignored.
 * @throws {RangeError} If the threshold is out of range.
 */
export function scoresAt(
  overlaps: Overlaps,
  threshold: number,
  options: MatchingOptions = {},
): MatchingScores {
  const matched = assign(overlaps, threshold).filter(({ iou }) =>
    iou >= threshold
  );
  const tp = matched.length;
  const fn = overlaps.truth.length - tp;
  let fp = overlaps.found.length - tp;
  if (options.ignoreBorder) {
    const paired = new Set(matched.map(({ found }) => found));
    overlaps.atBorder.forEach((border, found) => {
      if (border === 1 && !paired.has(found)) fp--;
    });
  }
  const sum = matched.reduce((total, { iou }) => total + iou, 0);
  const ratio = (a: number, b: number) => b === 0 ? 0 : a / b;
  return {
    tp,
    fp,
    fn,
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    averagePrecision: ratio(tp, tp + fp + fn),
    meanMatchedIou: ratio(sum, tp),
    meanTrueIou: ratio(sum, tp + fn),
    pq: ratio(sum, tp + fp / 2 + fn / 2),
  };
}

/**
 * Which label found stands for which true particle.
 *
 * @param overlaps Of {@linkcode overlapsOf}.
 * @param threshold Least overlap of a pair, above 0 and at most 1.
 * @returns One row per true particle and per label without partner, with
 * columns `truth`, `found` (0 where there is none) and `iou` (0 where there is
 * no partner).
 * @throws {RangeError} If the threshold is out of range, or there is neither a
 * true particle nor a label.
 */
export function matchTable(overlaps: Overlaps, threshold: number): Table {
  const partner = new Map<number, Pair>();
  const free = new Set(overlaps.found.keys());
  for (const pair of assign(overlaps, threshold)) {
    if (pair.iou < threshold) continue;
    partner.set(pair.truth, pair);
    free.delete(pair.found);
  }
  const rows = [...overlaps.truth].map((label, row) => {
    const pair = partner.get(row);
    return pair === undefined
      ? [label, 0, 0]
      : [label, overlaps.found[pair.found]!, pair.iou];
  });
  for (const row of free) rows.push([0, overlaps.found[row]!, 0]);
  const values = (k: number) => Float64Array.from(rows, (row) => row[k]!);
  return createTable([
    { id: "truth", unit: "", values: values(0) },
    { id: "found", unit: "", values: values(1) },
    { id: "iou", unit: "", values: values(2) },
  ]);
}

/**
 * The best assignment, without pairs that do not overlap.
 *
 * Groups of particles that overlap with no other group are assigned by
 * themselves; as pairs without overlap bring nothing, the whole is the best.
 */
function assign(overlaps: Overlaps, threshold: number): Pair[] {
  if (!(threshold > 0 && threshold <= 1)) {
    throw new RangeError(
      `Cannot match labels as the threshold must be above 0 and at most 1: current value is ${threshold}`,
    );
  }
  const { truth, found } = overlaps;
  const fewer = Math.min(truth.length, found.length);
  return groupsOf(overlaps).flatMap((pairs) => {
    if (pairs.length === 1) return pairs;
    const ts = [...new Set(pairs.map((p) => p.truth))];
    const fs = [...new Set(pairs.map((p) => p.found))];
    const [short, long] = ts.length <= fs.length
      ? ["truth", "found"] as const
      : ["found", "truth"] as const;
    const [rows, columns] = short === "truth" ? [ts, fs] : [fs, ts];
    const rowAt = rowsOf(rows), columnAt = rowsOf(columns);
    const benefit = new Float64Array(rows.length * columns.length);
    const place = (p: Pair) =>
      rowAt[p[short]]! * columns.length + columnAt[p[long]]!;
    for (const p of pairs) {
      benefit[place(p)] = (p.iou >= threshold ? 1 : 0) + p.iou / (2 * fewer);
    }
    const columnOf = bestAssignment(benefit, rows.length, columns.length);
    return pairs.filter((p) =>
      columnOf[rowAt[p[short]]!] === columnAt[p[long]]
    );
  });
}

/** Pairs in groups that share no particle with another group. */
function groupsOf({ truth, pairs }: Overlaps): Pair[][] {
  const parent = new Map<number, number>();
  const root = (node: number): number => {
    while (parent.has(node) && parent.get(node) !== node) {
      node = parent.get(node)!;
    }
    return node;
  };
  // Labels to judge follow the true ones as nodes.
  for (const pair of pairs) {
    const a = root(pair.truth), b = root(truth.length + pair.found);
    if (a !== b) parent.set(Math.max(a, b), Math.min(a, b));
  }
  const groups = new Map<number, Pair[]>();
  for (const pair of pairs) {
    const node = root(pair.truth);
    const group = groups.get(node);
    if (group === undefined) groups.set(node, [pair]);
    else group.push(pair);
  }
  return [...groups.values()];
}

/** Place of each value in a list. */
function rowsOf(values: ArrayLike<number>): Record<number, number> {
  const rows: Record<number, number> = {};
  for (let i = 0; i < values.length; i++) rows[values[i]!] = i;
  return rows;
}
