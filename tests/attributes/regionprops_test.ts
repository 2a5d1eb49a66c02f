import assert from "node:assert/strict";
import { measureAttributes } from "@cathode/attributes/mod.ts";
import { cutOut } from "@cathode/attributes/particle.ts";
import { momentsOf } from "@cathode/attributes/shape.ts";
import { createVolume, numbers, type ZYX } from "@cathode/core/mod.ts";
import { labelStatistics } from "@cathode/image/mod.ts";
import { noCracks } from "./shapes.ts";

interface Golden {
  rows: {
    label: number;
    volume_um3: number;
    centroid_um: [number, number, number];
    inertia_um2: [number, number, number][];
    box: number[];
    mean: number;
  }[];
}

const golden: Golden = JSON.parse(Deno.readTextFileSync(
  new URL("../golden/attributes/regionprops.json", import.meta.url),
));
const shape: ZYX = [20, 22, 26], spacing_um: ZYX = [0.5, 0.35, 0.3];

/** As in tests/oracles/attributes.py. */
function mix(z: number, y: number, x: number, salt: number): number {
  let h = Math.imul(z, 73856093) ^ Math.imul(y, 19349663) ^
    Math.imul(x, 83492791) ^ Math.imul(salt, 2654435761);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

function fill(value: (z: number, y: number, x: number) => number): number[] {
  const [nz, ny, nx] = shape;
  return Array.from(
    { length: nz * ny * nx },
    (_, i) => value(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx),
  );
}

const labels = createVolume(
  Uint32Array.from(fill((z, y, x) =>
    mix(
      Math.floor(z / 3),
      Math.floor(y / 4),
      Math.floor(x / 5),
      1,
    ) % 9
  )),
  shape,
  spacing_um,
);
const grey = createVolume(
  Uint8Array.from(fill((z, y, x) => mix(z, y, x, 2) % 251)),
  shape,
  spacing_um,
);

Deno.test("volume, centroid, inertia tensor, box and mean grey level of random labels agree with scikit-image to 1e-9", async () => {
  const table = await measureAttributes(grey, labels, noCracks(labels), {
    definitions: "published",
    workers: 1,
  });
  const statistics = labelStatistics(labels, grey);
  assert.equal(table.rows, golden.rows.length);
  for (const [row, expected] of golden.rows.entries()) {
    assert.equal(numbers(table, "label")[row], expected.label);
    close(numbers(table, "Volume")[row]!, expected.volume_um3);
    close(numbers(table, "EDensity")[row]!, expected.mean);
    for (const [axis, id] of ["Z", "Y", "X"].entries()) {
      // Ours run from the corner of the volume, theirs from the centre of its first voxel.
      close(
        numbers(table, id)[row]! - spacing_um[axis]! / 2,
        expected.centroid_um[axis]!,
      );
    }
    const from = [...statistics.boxMin.subarray(3 * row, 3 * row + 3)];
    const to = [...statistics.boxMax.subarray(3 * row, 3 * row + 3)];
    assert.deepEqual([...from, ...to.map((t) => t + 1)], expected.box);

    const box = {
      from: expected.box.slice(0, 3) as unknown as ZYX,
      to: expected.box.slice(3) as unknown as ZYX,
    };
    const particle = cutOut(
      labels,
      noCracks(labels),
      expected.label,
      box,
      [1, 1, 1],
    );
    const [zz, yy, xx, zy, zx, yx] = momentsOf(particle, false).second_um2;
    // Theirs counts voxels as points.
    const [vz, vy, vx] = [zz, yy, xx].map((v, axis) =>
      v! - spacing_um[axis]! ** 2 / 12
    ) as [number, number, number];
    const inertia = [
      [vy + vx, -zy, -zx],
      [-zy, vz + vx, -yx],
      [-zx, -yx, vz + vy],
    ];
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        const scale = expected.inertia_um2[a]![a]!;
        assert.ok(
          Math.abs(inertia[a]![b]! - expected.inertia_um2[a]![b]!) <
            1e-9 * scale,
        );
      }
    }
  }
});

function close(value: number, expected: number): void {
  assert.ok(
    Math.abs(value - expected) <= 1e-9 * Math.abs(expected),
    `${value} against ${expected}`,
  );
}
