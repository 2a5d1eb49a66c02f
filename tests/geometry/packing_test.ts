import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import { type PackingInput, packSpheres } from "@cathode/geometry/mod.ts";

function slab(fraction: number, extent_um: [number, number, number]) {
  const random = new Random(3, "slab");
  const radii: number[] = [];
  const target = fraction * extent_um[0] * extent_um[1] * extent_um[2];
  for (let volume = 0; volume < target;) {
    const radius = random.between(1, 5);
    radii.push(radius);
    volume += 4 / 3 * Math.PI * radius ** 3;
  }
  const start_um = Float64Array.from(
    { length: 3 * radii.length },
    (_, i) => random.between(0, extent_um[i % 3]!),
  );
  return {
    radii_um: Float64Array.from(radii),
    start_um,
    extent_um,
    tolerance_um: 0.002,
  };
}

/** Largest overlap, pair by pair, with the nearest periodic image. */
function worstOverlap(input: PackingInput, centres: Float64Array): number {
  const { radii_um, extent_um: [, ly, lx] } = input;
  let worst = 0;
  for (let i = 0; i < radii_um.length; i++) {
    for (let j = 0; j < i; j++) {
      const dz = centres[3 * j]! - centres[3 * i]!;
      let dy = Math.abs(centres[3 * j + 1]! - centres[3 * i + 1]!);
      let dx = Math.abs(centres[3 * j + 2]! - centres[3 * i + 2]!);
      dy = Math.min(dy, ly - dy);
      dx = Math.min(dx, lx - dx);
      const gap = Math.sqrt(dz * dz + dy * dy + dx * dx) - radii_um[i]! -
        radii_um[j]!;
      worst = Math.max(worst, -gap);
    }
  }
  return worst;
}

Deno.test("packSpheres() leaves no overlap above the tolerance and stays between the walls", () => {
  const input = slab(0.55, [36, 90, 70]);
  const centres = packSpheres(input);
  assert.ok(worstOverlap(input, centres) <= 0.002);
  for (const [i, radius] of input.radii_um.entries()) {
    assert.ok(centres[3 * i]! >= radius && centres[3 * i]! <= 36 - radius);
    assert.ok(centres[3 * i + 1]! >= 0 && centres[3 * i + 1]! < 90);
    assert.ok(centres[3 * i + 2]! >= 0 && centres[3 * i + 2]! < 70);
  }
});

Deno.test("packSpheres() leaves alone what does not overlap", () => {
  const start_um = Float64Array.of(2, 2, 2, 2, 6, 6);
  const centres = packSpheres({
    radii_um: Float64Array.of(1, 1.5),
    start_um,
    extent_um: [4, 10, 10],
    tolerance_um: 0.001,
  });
  assert.deepEqual(centres, start_um);
});

Deno.test("packSpheres() parts spheres across the period and on the same spot", () => {
  const input: PackingInput = {
    radii_um: Float64Array.of(1, 1, 1),
    start_um: Float64Array.of(3, 0.2, 5, 3, 9.9, 5, 3, 0.2, 5),
    extent_um: [6, 10, 10],
    tolerance_um: 0.001,
  };
  assert.ok(worstOverlap(input, packSpheres(input)) <= 0.001);
});

Deno.test("packSpheres() throws if the spheres jam", () => {
  assert.throws(
    () => packSpheres(slab(0.8, [12, 12, 12])),
    /^RangeError: Cannot pack the spheres as their volume fraction must be below about 0.6: current value is 0\.\d+$/,
  );
});

Deno.test("packSpheres() throws on spheres that cannot be in the slab", () => {
  const good = slab(0.1, [12, 12, 12]);
  assert.throws(
    () => packSpheres({ ...good, extent_um: [1.9, 12, 12] }),
    RangeError,
  );
  assert.throws(
    () => packSpheres({ ...good, radii_um: good.radii_um.subarray(1) }),
    RangeError,
  );
  assert.throws(() => packSpheres({ ...good, tolerance_um: 0 }), RangeError);
  assert.throws(
    () => packSpheres({ ...good, start_um: good.start_um.map(() => NaN) }),
    RangeError,
  );
});
