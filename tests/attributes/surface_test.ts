import assert from "node:assert/strict";
import {
  croftonDirections,
  type Direction,
  surfaceAreas,
} from "@cathode/attributes/surface.ts";
import {
  CRACK,
  type CutOut,
  OTHER,
  OUTSIDE,
  SOLID,
} from "@cathode/attributes/particle.ts";
import type { ZYX } from "@cathode/core/mod.ts";
import { draws } from "../image/draws.ts";

/** Areas from the definition, voxel by voxel and line by line. */
function areasByDefinition(
  { kind, shape }: CutOut,
  directions: readonly Direction[],
  contactGap_um: number,
) {
  const at = (place: ZYX) =>
    place.every((p, axis) => p >= 0 && p < shape[axis]!)
      ? kind[(place[0] * shape[1] + place[1]) * shape[2] + place[2]]!
      : undefined;
  const isOwn = (k?: number) => k === SOLID || k === CRACK;
  const sums = { outer_um2: 0, inner_um2: 0, contact_um2: 0 };
  for (const direction of directions) {
    const { step, length_um, areaPerCrossing_um2: area_um2 } = direction;
    const counts = { outer_um2: 0, inner_um2: 0, contact_um2: 0 };
    for (let i = 0; i < kind.length; i++) {
      const row = Math.floor(i / shape[2]);
      const here: ZYX = [
        Math.floor(row / shape[1]),
        row % shape[1],
        i % shape[2],
      ];
      for (const sign of [1, -1]) {
        const along = (n: number) =>
          at(here.map((p, axis) => p + n * sign * step[axis]!) as [
            number,
            number,
            number,
          ]);
        if (!isOwn(kind[i]) || along(1) === undefined) continue;
        if (isOwn(along(1))) {
          // Once, not from both ends.
          if (sign === 1 && along(1) !== kind[i]) counts.inner_um2++;
          continue;
        }
        counts.outer_um2++;
        let n = 1;
        const reach = 1 + Math.floor(contactGap_um / length_um);
        while (n < reach && along(n) === OUTSIDE) n++;
        if (along(n) === OTHER) counts.contact_um2++;
      }
    }
    sums.outer_um2 += counts.outer_um2 * area_um2;
    sums.inner_um2 += counts.inner_um2 * area_um2;
    sums.contact_um2 += counts.contact_um2 * area_um2;
  }
  return sums;
}

Deno.test("surfaceAreas() counts the crossings of its definition, at any width, gap and place of the particle", () => {
  const spacings: ZYX[] = [[0.35, 0.35, 0.35], [0.5, 0.35, 0.3], [1, 1, 1]];
  const shapes: ZYX[] = [
    [1, 1, 1],
    [4, 5, 7],
    [3, 4, 31],
    [3, 4, 32],
    [
      3,
      3,
      33,
    ],
    [2, 3, 65],
    [5, 1, 40],
  ];
  const nothing = { outer_um2: 0, inner_um2: 0, contact_um2: 0 };
  let seed = 1;
  for (const spacing_um of spacings) {
    const directions = croftonDirections(spacing_um);
    for (const shape of shapes) {
      for (const contactGap_um of [0, 0.65, 13]) {
        const size = shape[0] * shape[1] * shape[2];
        // Stretches of a kind, so that some gaps are wide.
        const random = draws(2 * size, seed++);
        const kind = new Uint8Array(size);
        for (let i = 0; i < size; i++) {
          kind[i] = i > 0 && random[2 * i]! < 0.6
            ? kind[i - 1]!
            : Math.floor(4 * random[2 * i + 1]!);
        }
        const particle = {
          kind,
          shape,
          origin: [0, 0, 0] as const,
          spacing_um,
        };
        assert.deepEqual(
          surfaceAreas(particle, directions, contactGap_um),
          areasByDefinition(particle, directions, contactGap_um),
        );
        assert.deepEqual(
          surfaceAreas(
            { ...particle, kind: new Uint8Array(size).fill(OTHER) },
            directions,
            contactGap_um,
          ),
          nothing,
        );
      }
    }
  }
});
