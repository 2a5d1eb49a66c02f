import assert from "node:assert/strict";
import { createSlice, createVolume } from "@cathode/core/mod.ts";
import {
  chargeScale,
  distanceDistribution,
  renderPanel,
  scalarRaster,
  variancePanel,
  viewSolid,
} from "@cathode/figures/mod.ts";
import { cutParticles } from "@cathode/figures/cut_particles.ts";

Deno.test("cutParticles() keeps the particle, its place and a margin", () => {
  const data = new Uint32Array(1000);
  data[5 * 100 + 5 * 10 + 5] = 7;
  data[5 * 100 + 5 * 10 + 6] = 8;
  const labels = createVolume(data, [10, 10, 10], [1, 1, 1]);
  const { part, corner } = cutParticles(labels, new Set([7]));
  assert.deepEqual(corner, [3, 3, 3]);
  assert.deepEqual(part.shape, [5, 5, 5]);
  assert.deepEqual(
    [...part.data.entries()].filter(([, l]) => l !== 0),
    [[2 * 25 + 2 * 5 + 2, 7]],
  );
  assert.throws(
    () => cutParticles(labels, new Set([9])),
    /one of them must be in the volume: current labels are 9/,
  );
});

Deno.test("scalarRaster() has the ends of the scale, and white where nothing is shown", () => {
  const slice = createSlice(Float32Array.of(0, 1, 2), [1, 3], [1, 1]);
  const shown = createSlice(Uint8Array.of(1, 1, 0), [1, 3], [1, 1]);
  const scale = { stops: ["#000000", "#ff0000"], low: 0, high: 1 };
  const { rgba } = scalarRaster(slice, scale, shown);
  assert.deepEqual([...rgba], [
    0,
    0,
    0,
    255,
    255,
    0,
    0,
    255,
    255,
    255,
    255,
    255,
  ]);
});

Deno.test("viewSolid() shows a cube's three faces and trims the white", () => {
  const n = 16;
  const labels = createVolume(
    new Uint32Array(n ** 3).fill(1),
    [n, n, n],
    [0.5, 0.5, 0.5],
  );
  const values = createVolume(
    new Float32Array(n ** 3).fill(0.5),
    [n, n, n],
    [0.5, 0.5, 0.5],
  );
  const { raster, extent_um } = viewSolid({
    values,
    labels,
    from: [0, 0, 0],
    to: [n, n, n],
    label: 0,
    open: false,
    scale: { stops: ["#ffffff", "#000000"], low: 0, high: 1 },
    width: 120,
  });
  const shades = new Map<number, number>();
  for (let i = 0; i < raster.rgba.length; i += 4) {
    const shade = raster.rgba[i]!;
    shades.set(shade, (shades.get(shade) ?? 0) + 1);
  }
  // White ground and one shade per face.
  const faces = [...shades].filter(([shade, count]) =>
    shade < 250 && count > 200
  );
  assert.equal(faces.length, 3);
  assert.ok(extent_um[1] < 8 * Math.sqrt(3));
});

Deno.test("chargeScale() leaves the background out", () => {
  const charge = {
    data: Float32Array.from({ length: 2000 }, (_, i) => i < 1000 ? 0 : 0.6),
  };
  const shown = {
    data: Uint8Array.from({ length: 2000 }, (_, i) => i < 1000 ? 0 : 1),
  };
  const { low, high } = chargeScale(charge, shown);
  assert.ok(low >= 0.55 && high <= 0.65);
});

Deno.test("panels of distances and variance are drawn with their stamp", async () => {
  const curve = Float64Array.of(0, 0.5, 1);
  const panels = [
    distanceDistribution(
      [{
        electrode: "10 cycles",
        at: Float64Array.of(5, 10, 15),
        share: curve,
        lower: curve,
        upper: curve,
        expectedMedian_um: 11,
      }],
      3,
      "synthetic",
    ),
    variancePanel(
      "x",
      [{ map: "a", scale: "within grains", share: 1 }],
      ["within grains"],
      "synthetic",
    ),
  ];
  for (const panel of panels) {
    const { svg } = await renderPanel(panel);
    assert.match(svg, /SYNTHETIC/);
  }
});
