import assert from "node:assert/strict";
import { createVolume, numbers, Random } from "@cathode/core/mod.ts";
import { gaussianFilter } from "@cathode/image/mod.ts";
import { measureDamage } from "@cathode/segmentation/mod.ts";

/** Four balls of radius 4.5 um with central voids of known share, blurred, with noise. */
async function balls(spacing_um: number, shares: readonly number[]) {
  const shape = [10, 20, 20].map((l) => Math.round(l / spacing_um)) as [
    number,
    number,
    number,
  ];
  const [, height, width] = shape;
  const grey = new Float32Array(shape[0] * height * width);
  const labels = new Uint32Array(grey.length);
  const levels = [185, 175, 190, 181];
  for (let i = 0; i < grey.length; i++) {
    const x = i % width, row = Math.floor(i / width);
    const place = [Math.floor(row / height), row % height, x].map((v) =>
      (v + 0.5) * spacing_um
    );
    const quarter = (place[1]! < 10 ? 0 : 2) + (place[2]! < 10 ? 0 : 1);
    const way = Math.hypot(
      place[0]! - 5,
      place[1]! % 10 - 5,
      place[2]! % 10 - 5,
    );
    const radius = 4.5 * Math.cbrt(shares[quarter]!);
    if (way < 4.5) labels[i] = 10 * quarter + 3;
    grey[i] = way >= 4.5 ? 91 : way < radius ? 70 : levels[quarter]!;
  }
  const spacing = [spacing_um, spacing_um, spacing_um] as const;
  const sharp = createVolume(grey, shape, spacing);
  const { data } = await gaussianFilter(sharp, 0.16);
  const random = new Random(3, "noise");
  return {
    image: createVolume(
      Uint8Array.from(data, (level) => Math.round(level + 8 * random.normal())),
      shape,
      spacing,
    ),
    labels: createVolume(labels, shape, spacing),
  };
}

for (const spacing_um of [0.15, 0.25]) {
  Deno.test(`measureDamage() finds the share of central voids at ${spacing_um} um`, async () => {
    const shares = [0.02, 0.05, 0.1, 0.2];
    const { image, labels } = await balls(spacing_um, shares);
    const { particles, mask } = await measureDamage(image, labels);
    assert.deepEqual([...numbers(particles, "label")], [3, 13, 23, 33]);
    for (const [row, share] of shares.entries()) {
      for (const id of ["Damage", "DamageSubvoxel"]) {
        const found = numbers(particles, id)[row]!;
        const bound = 0.006 + 0.05 * share;
        assert.ok(
          Math.abs(found - share) < bound,
          `${id} is ${found}, not ${share}`,
        );
      }
    }
    const inside = mask.data.every((v, i) => v === 0 || labels.data[i] !== 0);
    assert.ok(inside);
  });
}

Deno.test("measureDamage() throws without labels", async () => {
  const image = createVolume(new Uint8Array(8), [2, 2, 2], [1, 1, 1]);
  const labels = createVolume(new Uint32Array(8), [2, 2, 2], [1, 1, 1]);
  await assert.rejects(() => measureDamage(image, labels), {
    name: "RangeError",
    message:
      "Cannot measure damage as there must be at least one label: current value is 0",
  });
});

Deno.test("measureDamage() throws if particles are too small to have a core", async () => {
  const image = createVolume(new Uint8Array(8), [2, 2, 2], [0.2, 0.2, 0.2]);
  const labels = createVolume(
    new Uint32Array(8).fill(1),
    [2, 2, 2],
    [0.2, 0.2, 0.2],
  );
  labels.data[0] = 0;
  await assert.rejects(() => measureDamage(image, labels), {
    name: "DataError",
  });
});
