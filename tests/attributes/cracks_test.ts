import assert from "node:assert/strict";
import { findCracks, measureAttributes } from "@cathode/attributes/mod.ts";
import {
  createVolume,
  type Labels,
  numbers,
  Random,
  type Volume,
  type ZYX,
} from "@cathode/core/mod.ts";
import { gaussianFilter } from "@cathode/image/mod.ts";
import { spearman } from "@cathode/statistics/mod.ts";
import { synthesizeElectrode } from "@cathode/synthetic/mod.ts";
import { digitise } from "./shapes.ts";

/** A ball with four radial cracks, half-discs of given thickness, as a blurred and noisy image. */
async function crackedBall(
  spacing_um: ZYX,
  thickness_um: number,
): Promise<{ volume: Volume<Float32Array>; labels: Labels; share: number }> {
  const radius = 5, centre = 6.1;
  const shape = spacing_um.map((s) => Math.ceil(12.2 / s)) as unknown as ZYX;
  const inBall = (z: number, y: number, x: number) =>
    Math.hypot(z - centre, y - centre, x - centre) <= radius;
  const inCrack = (z: number, y: number, x: number) => {
    const [u, v, w] = [y - centre, x - centre, z - centre];
    const r = Math.hypot(u, v);
    return r > 1 && r < 4 && Math.abs(w) < 3.5 &&
      (Math.abs(u) < thickness_um / 2 || Math.abs(v) < thickness_um / 2);
  };
  const labels = digitise(
    shape,
    spacing_um,
    (z, y, x) => inBall(z, y, x) ? 1 : 0,
  );
  const cracks = digitise(
    shape,
    spacing_um,
    (z, y, x) => inBall(z, y, x) && inCrack(z, y, x) ? 1 : 0,
  );
  const random = new Random(3, "cracked ball");
  const sharp = createVolume(
    Float32Array.from(
      labels.data,
      (l, i) => l === 0 ? 85 : cracks.data[i] === 1 ? 70 : 185,
    ),
    shape,
    spacing_um,
  );
  const volume = await gaussianFilter(sharp, 0.16, { workers: 1 });
  for (let i = 0; i < volume.data.length; i++) {
    volume.data[i]! += 6 * random.normal();
  }
  const count = (of: Labels) => of.data.reduce((n, v) => n + v, 0);
  return { volume, labels, share: count(cracks) / count(labels) };
}

for (const spacing_um of [[0.2, 0.2, 0.2], [0.3, 0.2, 0.2]] as const) {
  Deno.test(`findCracks() measures known radial cracks within 0.5 percentage points at ${spacing_um.join(" x ")} um`, async () => {
    const { volume, labels, share } = await crackedBall(spacing_um, 0.8);
    const { mask, subvoxelShare } = await findCracks(volume, labels, {
      workers: 1,
    });
    const table = await measureAttributes(volume, labels, mask, { workers: 1 });
    const damage = numbers(table, "Damage")[0]!;
    assert.ok(Math.abs(damage - share) < 0.005, `${damage} for ${share}`);
    assert.ok(
      Math.abs(subvoxelShare[1]! - share) < 0.005,
      `${subvoxelShare[1]} for ${share}`,
    );
  });
}

Deno.test("findCracks() finds next to nothing in a whole ball", async () => {
  const { volume, labels } = await crackedBall([0.2, 0.2, 0.2], 0);
  const { mask, subvoxelShare, solidLevel } = await findCracks(volume, labels, {
    workers: 1,
  });
  const cracked = mask.data.reduce((n, v) => n + v, 0) /
    labels.data.reduce((n, v) => n + v, 0);
  assert.ok(cracked < 0.002, `${cracked}`);
  assert.ok(Math.abs(subvoxelShare[1]!) < 0.002);
  assert.ok(Math.abs(solidLevel[1]! - 185) < 1, `${solidLevel[1]}`);
});

Deno.test("findCracks() ranks the particles of an electrode by their true damage, without bias", async () => {
  const { volume, labels, particles } = await synthesizeElectrode({
    cycles: 50,
    seed: 11,
    extent_um: [32, 40, 40],
    spacing_um: 0.4,
    band_um: 0,
    workers: 2,
  });
  const { mask, subvoxelShare } = await findCracks(volume, labels, {
    workers: 2,
  });
  const voxels = new Float64Array(particles.rows + 1);
  const open = new Float64Array(particles.rows + 1);
  for (let i = 0; i < labels.data.length; i++) {
    voxels[labels.data[i]!]!++;
    open[labels.data[i]!]! += mask.data[i]!;
  }
  const rows = Array.from({ length: particles.rows }, (_, row) => row)
    .filter((row) => voxels[row + 1]! > 300);
  const truth = rows.map((row) => numbers(particles, "Damage")[row]!);
  const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
  for (
    const measured of [
      rows.map((row) => open[row + 1]! / voxels[row + 1]!),
      rows.map((row) => subvoxelShare[row + 1]!),
    ]
  ) {
    assert.ok(Math.abs(mean(measured) / mean(truth) - 1) < 0.1);
    const { r } = spearman(measured, truth);
    assert.ok(r > 0.8, `${r}`);
  }
});

Deno.test("findCracks() does not depend on the number of workers", async () => {
  const { volume, labels } = await crackedBall([0.3, 0.3, 0.3], 0.8);
  const one = await findCracks(volume, labels, { workers: 1 });
  const three = await findCracks(volume, labels, { workers: 3 });
  assert.deepEqual(one, three);
});

Deno.test("findCracks() throws without particles, without background, and if particles are dark", async () => {
  const { volume, labels } = await crackedBall([0.5, 0.5, 0.5], 0.8);
  const empty = { ...labels, data: new Uint32Array(labels.data.length) };
  await assert.rejects(findCracks(volume, empty), /voxels of the particles/);
  const full = { ...labels, data: new Uint32Array(labels.data.length).fill(1) };
  await assert.rejects(findCracks(volume, full), /voxels of the background/);
  const dark = { ...volume, data: volume.data.map((v) => 255 - v) };
  await assert.rejects(
    findCracks(dark, labels),
    /particles must be brighter than the background/,
  );
});
