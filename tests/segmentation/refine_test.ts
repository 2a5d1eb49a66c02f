import assert from "node:assert/strict";
import { createSlice, Random } from "@cathode/core/mod.ts";
import { matching, refineLabels } from "@cathode/segmentation/mod.ts";

const SIDE = 120, SPACING_um = 0.15;

/** Values by a rule of the place in micrometres, from -9 to 9 along both axes. */
function made<T extends Uint8Array | Uint32Array>(
  type: { from(values: number[]): T },
  rule: (y: number, x: number) => number,
) {
  const place = (i: number) => (i + 0.5 - SIDE / 2) * SPACING_um;
  const values = Array.from(
    { length: SIDE * SIDE },
    (_, i) => rule(place(Math.floor(i / SIDE)), place(i % SIDE)),
  );
  return createSlice(
    type.from(values),
    [SIDE, SIDE],
    [SPACING_um, SPACING_um],
  );
}

const disc = (radius_um: number, x0 = 0) => (y: number, x: number) =>
  Math.hypot(y, x - x0) < radius_um;

function grey(solid: (y: number, x: number) => boolean, contrast = 95) {
  const random = new Random(1, "refine");
  return made(
    Uint8Array,
    (y, x) => (solid(y, x) ? 90 + contrast : 90) + 8 * random.normal(),
  );
}

const area = ({ data }: { data: Uint32Array }, label: number) =>
  data.reduce((n, l) => n + (l === label ? 1 : 0), 0);

for (const radius_um of [4.5, 4.8, 5, 5.4, 5.8]) {
  Deno.test(`refineLabels() brings a label of radius ${radius_um} um to the particle's 5 um`, async () => {
    const image = grey(disc(5));
    const rough = made(Uint32Array, (y, x) => disc(radius_um)(y, x) ? 3 : 0);
    const truth = made(Uint32Array, (y, x) => disc(5)(y, x) ? 1 : 0);
    const refined = await refineLabels(rough, image);
    const { meanMatchedIou } = matching(truth, refined, 0.5);
    assert.ok(meanMatchedIou > 0.97, `overlap ${meanMatchedIou}`);
    assert.equal(area(refined, 3) + area(refined, 0), SIDE * SIDE);
  });
}

Deno.test("refineLabels() keeps cracks and voids in their particle", async () => {
  const crack = (y: number, x: number) => Math.abs(y) < 0.4 && x > -1;
  const image = grey((y, x) => disc(5)(y, x) && !crack(y, x));
  const rough = made(Uint32Array, (y, x) => disc(5.2)(y, x) ? 1 : 0);
  const truth = made(Uint32Array, (y, x) => disc(5)(y, x) ? 1 : 0);
  const refined = await refineLabels(rough, image);
  assert.ok(matching(truth, refined, 0.5).meanMatchedIou > 0.96);
});

Deno.test("refineLabels() leaves the border between touching particles where it is", async () => {
  const image = grey((y, x) => disc(4, -4)(y, x) || disc(4, 4)(y, x));
  const rough = made(
    Uint32Array,
    (y, x) => disc(3.8, -4)(y, x) ? 1 : disc(4.4, 4)(y, x) ? 2 : 0,
  );
  const { data } = await refineLabels(rough, image);
  const truth = Math.PI * (4 / SPACING_um) ** 2;
  for (const label of [1, 2]) {
    assert.ok(Math.abs(area({ data }, label) / truth - 1) < 0.05);
  }
  rough.data.forEach((label, i) => {
    if (label > 0 && data[i]! > 0) assert.equal(data[i], label);
  });
});

Deno.test("refineLabels() keeps the outline of a particle without contrast", async () => {
  const image = grey(disc(5), -20);
  const rough = made(Uint32Array, (y, x) => disc(4)(y, x) ? 1 : 0);
  const refined = await refineLabels(rough, image);
  const { meanMatchedIou } = matching(rough, refined, 0.5);
  assert.ok(meanMatchedIou > 0.95, `overlap ${meanMatchedIou}`);
});

Deno.test("refineLabels() of no labels are none", async () => {
  const none = made(Uint32Array, () => 0);
  const refined = await refineLabels(none, grey(disc(5)));
  assert.ok(refined.data.every((label) => label === 0));
});
