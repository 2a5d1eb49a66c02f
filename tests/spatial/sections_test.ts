import assert from "node:assert/strict";
import { createVolume, Random, type ZYX } from "@cathode/core/mod.ts";
import {
  type Plane,
  sectionArea,
  sectionEstimates,
  sectionImage,
  sectionParticles,
  surfaceDamage,
} from "@cathode/spatial/mod.ts";
import { digitise } from "../attributes/shapes.ts";

const spacing: ZYX = [0.3, 0.3, 0.3], shape: ZYX = [60, 60, 60];

/** A ball of 6 um with a round void of 3 um in its middle, 9 um from each face. */
const ball = digitise(
  shape,
  spacing,
  (z, y, x) => Math.hypot(z - 9, y - 9, x - 9) <= 6 ? 1 : 0,
);
const hollow = createVolume(
  Uint8Array.from(
    digitise(
      shape,
      spacing,
      (z, y, x) => Math.hypot(z - 9, y - 9, x - 9) <= 3 ? 1 : 0,
    ).data,
  ),
  shape,
  spacing,
);

Deno.test("sectionParticles() gives the circles of a hollow ball in planes of any direction", () => {
  const random = new Random(1, "planes");
  for (const offset of [0, 1.5, 4]) {
    for (let n = 0; n < 4; n++) {
      const normal = n === 0 ? [1, 0, 0] as const : random.direction();
      const plane: Plane = {
        normal,
        point_um: normal.map((c) => 9 + offset * c) as unknown as ZYX,
      };
      const [section] = sectionParticles(ball, hollow, plane);
      const circle = (radius: number) =>
        Math.PI * Math.max(0, radius ** 2 - offset ** 2);
      assert.ok(Math.abs(section!.area_um2 / circle(6) - 1) < 0.04);
      assert.ok(Math.abs(section!.crackArea_um2 - circle(3)) < 2.2);
    }
  }
});

Deno.test("sectionEstimates() is unbiased for the volume when planes are spread evenly (Delesse)", () => {
  let open = 0, all = 0, planes = 0;
  for (let z = 0.15; z < 18; z += 0.3) {
    const [section] = sectionParticles(ball, hollow, {
      normal: [1, 0, 0],
      point_um: [z, 0, 0],
    });
    open += section?.crackArea_um2 ?? 0;
    all += section?.area_um2 ?? 0;
    planes++;
  }
  const count = (data: ArrayLike<number>) =>
    Array.from(data).reduce((n, v) => n + (v !== 0 ? 1 : 0), 0);
  assert.ok(planes === 60);
  const share = count(hollow.data) / count(ball.data);
  assert.ok(Math.abs(open / all - share) < 1e-9, `${open / all} ${share}`);
});

Deno.test("sectionEstimates() weights particles by one over their diameter", () => {
  const section = [
    { label: 1, area_um2: 10, crackArea_um2: 1 },
    { label: 2, area_um2: 30, crackArea_um2: 9 },
  ];
  const e = sectionEstimates(section, 100, new Map([[1, 2], [2, 6]]), 0.2);
  assert.ok(Math.abs(e.areaWeighted - 0.25) < 1e-12);
  assert.ok(Math.abs(e.numberMean - 0.2) < 1e-12);
  assert.ok(Math.abs(e.correctedMean - 0.15) < 1e-12);
  assert.equal(e.shareAbove, 0.5);
  assert.throws(
    () => sectionEstimates(section, 100, new Map([[1, 2]]), 0.2),
    /each particle must have a diameter: current value is none for label 2/,
  );
});

Deno.test("sectionArea() and sectionImage() of an upright plane have the size of the volume", () => {
  const plane: Plane = { normal: [0, 1, 0], point_um: [0, 9, 0] };
  assert.ok(Math.abs(sectionArea(ball, plane) - 18 * 18) < 1e-6);
  const image = sectionImage(ball, plane);
  assert.deepEqual(image.shape, [60, 60]);
  const middle = Array.from({ length: 3600 }, (_, i) => {
    const z = Math.floor(i / 60), x = i % 60;
    return ball.data[(z * 60 + 30) * 60 + x]!;
  });
  assert.deepEqual([...image.data], middle);
});

Deno.test("sections throw on planes without direction and planes that miss", () => {
  assert.throws(
    () => sectionArea(ball, { normal: [0, 0, 0], point_um: [0, 0, 0] }),
    /the normal must not be zero/,
  );
  assert.throws(
    () => sectionArea(ball, { normal: [1, 0, 0], point_um: [99, 0, 0] }),
    /the plane must pass through it/,
  );
});

Deno.test("surfaceDamage() sees cracks at the surface and none inside", async () => {
  const inside = await surfaceDamage(ball, hollow, 1, { workers: 1 });
  assert.equal(inside.shell[1], 0);
  assert.equal(inside.fromAbove[1], 0);
  // The upper half of the ball is crack: half of the shell, all of the view from above.
  const above = createVolume(
    Uint8Array.from(ball.data, (_, i) => Math.floor(i / 3600) < 30 ? 1 : 0),
    shape,
    spacing,
  );
  const seen = await surfaceDamage(ball, above, 1, { workers: 1 });
  assert.ok(Math.abs(seen.shell[1]! - 0.5) < 0.01);
  assert.ok(seen.fromAbove[1]! > 0.95);
});
