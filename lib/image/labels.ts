/** Renumbering of labels. */
import { type Image, type OnGridOf, onGridOf } from "../core/mod.ts";

/** Result of {@linkcode relabel}. */
export interface Relabelled<I extends Image> {
  /** Labels 1 to the number of labels kept. */
  labels: OnGridOf<I, Uint32Array>;
  /** Former label of each new one; entry 0 is 0. */
  former: Uint32Array;
}

/**
 * Labels renumbered from 1 without gaps, in the order of the former ones.
 *
 * @param image Labels; 0 stays 0.
 * @param keep Which labels stay; the others become 0. By default all.
 *
 * @example A gap is closed
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { relabel } from "./labels.ts";
 *
 * const image = createSlice(Uint32Array.of(0, 9, 4), [1, 3], [1, 1]);
 * const { labels, former } = relabel(image);
 * assert.deepEqual([...labels.data], [0, 2, 1]);
 * assert.deepEqual([...former], [0, 4, 9]);
 * ```
 */
export function relabel<I extends Image<Uint32Array>>(
  image: I,
  keep: (label: number) => boolean = () => true,
): Relabelled<I> {
  const { data } = image;
  const kept = labelsOf(image).filter((label) => keep(label));
  const now = new Map<number, number>([[0, 0]]);
  kept.forEach((label, i) => now.set(label, i + 1));
  const labels = new Uint32Array(data.length);
  for (let i = 0, last = 0, lastNow = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label !== last) [last, lastNow] = [label, now.get(label) ?? 0];
    labels[i] = lastNow;
  }
  return {
    labels: onGridOf(image, labels),
    former: Uint32Array.of(0, ...kept),
  };
}

/** The labels that occur in an image, ascending, without 0. */
export function labelsOf(image: Image<Uint32Array>): Uint32Array {
  const found = new Set<number>();
  let last = 0;
  for (let i = 0; i < image.data.length; i++) {
    const label = image.data[i]!;
    if (label === last) continue;
    last = label;
    found.add(label);
  }
  found.delete(0);
  return Uint32Array.from(found).sort();
}
