import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSlice, createVolume, type ZYX } from "@cathode/core/mod.ts";
import { distanceTransform } from "@cathode/image/mod.ts";
import { draws } from "./draws.ts";

/** Distance to the nearest empty voxel by trying all. */
function bruteForce(mask: Uint8Array, shape: ZYX, spacing_um: ZYX) {
  const place = (i: number) => {
    const x = i % shape[2], row = Math.floor(i / shape[2]);
    return [Math.floor(row / shape[1]), row % shape[1], x];
  };
  const empty = [...mask.keys()].filter((i) => mask[i] === 0).map(place);
  return Array.from(mask, (inside, i) => {
    if (inside === 0) return 0;
    const p = place(i);
    const ways = empty.map((q) =>
      Math.hypot(...q.map((c, axis) => (c - p[axis]!) * spacing_um[axis]!))
    );
    return Math.min(Infinity, ...ways);
  });
}

for (const spacing_um of [[1, 1, 1], [0.3, 0.1, 0.2], [0.1, 2, 0.5]] as const) {
  for (const share of [0.02, 0.5, 0.9, 0.998]) {
    Deno.test(`distanceTransform() equals brute force with spacing ${spacing_um} and ${share} solid`, async () => {
      const shape = [7, 18, 19] as const;
      const mask = Uint8Array.from(
        draws(7 * 18 * 19, 5),
        (u) => u < share ? 1 : 0,
      );
      const volume = createVolume(mask, shape, spacing_um);
      const { data } = await distanceTransform(volume);
      bruteForce(mask, shape, spacing_um).forEach((expected, i) => {
        assert.ok(Math.abs(data[i]! - expected) <= 1e-6 * expected);
      });
    });
  }
}

Deno.test("distanceTransform() of a mask without outside is Infinity", async () => {
  const solid = createVolume(new Uint8Array(24).fill(1), [2, 3, 4], [1, 1, 1]);
  assert.ok((await distanceTransform(solid)).data.every((d) => d === Infinity));
});

Deno.test("distanceTransform() of an empty mask is 0", async () => {
  const empty = createSlice(new Uint8Array(12), [3, 4], [1, 1]);
  assert.ok((await distanceTransform(empty)).data.every((d) => d === 0));
});

Deno.test("distanceTransform() gives squares and keeps to its limit", async () => {
  const row = createSlice(Uint8Array.of(0, 1, 1, 1), [1, 4], [1, 0.5]);
  const { data } = await distanceTransform(row, { squared: true, limit_um: 1 });
  assert.deepEqual([...data], [0, 0.25, 1, Infinity]);
});

Deno.test("distanceTransform() does not depend on the number of workers", async () => {
  const size = 104 ** 3;
  const mask = Uint8Array.from(draws(size, 9), (u) => u < 0.97 ? 1 : 0);
  const volume = createVolume(mask, [104, 104, 104], [0.2, 0.1, 0.1]);
  const one = await distanceTransform(volume, { workers: 1 });
  const three = await distanceTransform(volume, { workers: 3 });
  assert.ok(
    Buffer.from(one.data.buffer).equals(Buffer.from(three.data.buffer)),
  );
});

Deno.test("distanceTransform() throws if the limit is not positive", async () => {
  const row = createSlice(new Uint8Array(4), [1, 4], [1, 1]);
  await assert.rejects(() => distanceTransform(row, { limit_um: 0 }), {
    name: "RangeError",
    message:
      "Cannot measure distances as the limit must be positive: current value is 0 um",
  });
});
