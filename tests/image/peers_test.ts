// Answers of SciPy and scikit-image: tests/oracles/image.py.
import assert from "node:assert/strict";
import {
  createSlice,
  createVolume,
  type Image,
  type VoxelArray,
} from "@cathode/core/mod.ts";
import {
  connectedComponents,
  distanceTransform,
  fillHoles,
  gaussianFilter,
  medianFilter,
  otsuThreshold,
  watershed,
} from "@cathode/image/mod.ts";
import peers from "../golden/image/peers.json" with { type: "json" };
import { draws } from "./draws.ts";

for (const peer of peers.cases) {
  const { shape, spacing_um, seed } = peer;
  const size = shape.reduce((a, b) => a * b);
  const image = <T extends VoxelArray>(data: T) =>
    (shape.length === 3
      ? createVolume(
        data,
        shape as [number, number, number],
        spacing_um as [number, number, number],
      )
      : createSlice(
        data,
        shape as [number, number],
        spacing_um as [number, number],
      )) as Image<T>;
  const grey = image(Uint8Array.from(draws(size, seed), (u) => 256 * u));
  const real = image(Float32Array.from(draws(size, seed + 100)));
  const mask = image(Uint8Array.from(peer.mask));
  const where = `on ${shape.join(" x ")} voxels`;

  Deno.test(`medianFilter() agrees with SciPy ${where}`, async () => {
    assert.deepEqual([...(await medianFilter(grey)).data], peer.median);
  });

  Deno.test(`medianFilter() treats all types alike ${where}`, async () => {
    for (const type of [Uint16Array, Int16Array, Float32Array]) {
      const same = image(type.from(grey.data));
      assert.deepEqual([...(await medianFilter(same)).data], peer.median);
    }
  });

  Deno.test(`gaussianFilter() agrees with SciPy ${where}`, async () => {
    assertClose((await gaussianFilter(real, 0.2)).data, peer.gaussian, 1e-6);
  });

  Deno.test(`connectedComponents() agrees with SciPy ${where}`, () => {
    for (const connectivity of ["faces", "corners"] as const) {
      const { labels, count } = connectedComponents(mask, connectivity);
      assert.deepEqual([...labels.data], peer[connectivity]);
      assert.equal(count, Math.max(...peer[connectivity]));
    }
  });

  Deno.test(`fillHoles() agrees with SciPy ${where}`, () => {
    assert.deepEqual([...fillHoles(mask).data], peer.filled);
  });

  Deno.test(`watershed() agrees with scikit-image ${where}`, () => {
    const markers = image(Uint32Array.from(peer.markers));
    assert.deepEqual(
      [...watershed(real, markers, mask).data],
      peer.watershed,
    );
    const steps = image(
      real.data.map((u, i) =>
        peer.markers[i] === 0 ? Math.floor(4 * u) : -peer.markers[i]!
      ),
    );
    assert.deepEqual(
      [...watershed(steps, markers, mask).data],
      peer.watershedSteps,
    );
  });

  if (peer.distance !== undefined) {
    Deno.test(`distanceTransform() agrees with SciPy ${where}`, async () => {
      assertClose((await distanceTransform(mask)).data, peer.distance, 1e-6);
    });
  }
  if (peer.otsu !== undefined) {
    Deno.test(`otsuThreshold() agrees with scikit-image ${where}`, () => {
      assert.equal(otsuThreshold(grey.data), peer.otsu);
      assertClose([otsuThreshold(real.data)], [peer.otsuFloat], 1e-6);
    });
  }
}

function assertClose(
  found: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
): void {
  expected.forEach((value, i) => {
    const difference = Math.abs(found[i]! - value);
    assert.ok(difference <= tolerance, `${found[i]} is not ${value} at ${i}`);
  });
}
