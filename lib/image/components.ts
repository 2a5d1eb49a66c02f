/** Connected components. */
import { gridOf, type Image, type OnGridOf, onGridOf } from "../core/mod.ts";
import { findRuns, joinRuns } from "./runs.ts";

/**
 * Which voxels are neighbours: those that share a face (6 in a volume, an edge
 * and 4 in a slice), or also those that share only an edge or a corner (26 in
 * a volume, 8 in a slice).
 */
export type Connectivity = "faces" | "corners";

/** Result of {@linkcode connectedComponents}. */
export interface Components<I extends Image> {
  /** Component of each voxel, from 1; 0 outside the mask. */
  labels: OnGridOf<I, Uint32Array>;
  /** Number of components. */
  count: number;
}

/**
 * Connected components of a mask.
 *
 * Labels run from 1 in the order in which the scan along x, y, z meets the
 * components, as in SciPy. Works on runs of voxels along x, joined by
 * union-find with path halving.
 *
 * @param mask Voxels other than 0 are inside.
 * @param connectivity Which voxels are neighbours.
 *
 * @example Two pixels that touch by a corner
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSlice } from "../core/mod.ts";
 * import { connectedComponents } from "./components.ts";
 *
 * const mask = createSlice(Uint8Array.of(1, 0, 0, 1), [2, 2], [1, 1]);
 * assert.equal(connectedComponents(mask, "faces").count, 2);
 * assert.equal(connectedComponents(mask, "corners").count, 1);
 * ```
 */
export function connectedComponents<I extends Image<Uint8Array>>(
  mask: I,
  connectivity: Connectivity,
): Components<I> {
  const { height, width, size } = gridOf(mask);
  const runs = findRuns(mask.data, width, "inside");
  const reach = connectivity === "corners" ? 1 : 0;
  const { component, count } = joinRuns(runs, height, reach);
  const labels = new Uint32Array(size);
  const { first, start, end } = runs;
  for (let row = 0; row + 1 < first.length; row++) {
    const from = row * width, last = first[row + 1]!;
    for (let run = first[row]!; run < last; run++) {
      const label = component[run]!, to = from + end[run]!;
      for (let i = from + start[run]!; i < to; i++) labels[i] = label;
    }
  }
  return { labels: onGridOf(mask, labels), count };
}
