import assert from "node:assert/strict";
import { createVolume, type Labels, type ZYX } from "@cathode/core/mod.ts";
import { type Raster, type Rgb, viewVolume } from "@cathode/figures/mod.ts";

const above = { azimuth_deg: 90, elevation_deg: 90 };

/** A ball of radius 6 um at the centre of a box of 16 um. */
function ball(spacing_um: ZYX): Labels {
  const shape = spacing_um.map((d) => Math.round(16 / d)) as unknown as ZYX;
  const data = new Uint32Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        const [dz, dy, dx] = [z, y, x].map((v, a) =>
          (v + 0.5) * spacing_um[a]! - 8
        );
        if (Math.hypot(dz!, dy!, dx!) <= 6) data[i] = 1;
      }
    }
  }
  return createVolume(data, shape, spacing_um);
}

function covered({ rgba }: Raster): number {
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) if (rgba[i + 1]! < 250) count++;
  return count;
}

function colourAt({ width, rgba }: Raster, row: number, column: number): Rgb {
  const i = 4 * (row * width + column);
  return [rgba[i]!, rgba[i + 1]!, rgba[i + 2]!];
}

Deno.test("viewVolume() shows a ball as a disc of its radius, from any side and at any spacing", () => {
  for (const spacing of [[0.25, 0.25, 0.25], [0.5, 0.25, 0.2]] as ZYX[]) {
    for (const camera of [above, { azimuth_deg: 30, elevation_deg: 20 }]) {
      const view = viewVolume(ball(spacing), {
        colourOf: () => [150, 30, 0],
        width: 160,
        camera,
      });
      const pixel = view.extent_um[1] / 160;
      const radius = Math.sqrt(covered(view.raster) * pixel ** 2 / Math.PI);
      assert.ok(Math.abs(radius - 6) < 0.15, `${radius}`);
    }
  }
});

Deno.test("viewVolume() lights the upper left of a ball more than its lower right", () => {
  const { raster } = viewVolume(ball([0.25, 0.25, 0.25]), {
    colourOf: () => [150, 150, 150],
    width: 100,
    camera: above,
  });
  const light = colourAt(raster, 35, 35)[0], dark = colourAt(raster, 65, 65)[0];
  assert.ok(light > 1.3 * dark, `${light} ${dark}`);
});

Deno.test("viewVolume() hides what lies behind, and not what is left out", () => {
  const data = new Uint32Array(20 * 20 * 20);
  data.fill(1, 0, 10 * 400); // upper half
  data.fill(2, 10 * 400);
  const labels = createVolume(data, [20, 20, 20], [1, 1, 1]);
  const view = (colourOf: (label: number) => Rgb | null) =>
    colourAt(
      viewVolume(labels, { colourOf, width: 40, camera: above }).raster,
      20,
      20,
    );
  const colours: Record<number, Rgb> = { 1: [200, 0, 0], 2: [0, 0, 200] };
  const [red, , hidden] = view((label) => colours[label]!);
  assert.ok(red > 100 && hidden < 60);
  const [, , blue] = view((label) => label === 2 ? colours[2]! : null);
  assert.ok(blue > 100);
});

Deno.test("viewVolume() keeps the order of rows and columns when seen from above", () => {
  const data = new Uint32Array(10 * 10 * 10);
  for (let z = 0; z < 10; z++) data[z * 100 + 2 * 10 + 7] = 1; // y 2, x 7
  const labels = createVolume(data, [10, 10, 10], [1, 1, 1]);
  const { raster, extent_um, project } = viewVolume(labels, {
    colourOf: () => [200, 0, 0],
    width: 100,
    camera: above,
  });
  const [down, across] = project([0, 2.5, 7.5]);
  const margin = (extent_um[1] - 10) / 2;
  assert.ok(Math.abs(across - 7.5 - margin) < 1e-9);
  assert.ok(Math.abs(down - 2.5 - margin) < 1e-9);
  const [row, column] = [down, across].map((p) =>
    Math.floor(p / extent_um[1] * 100)
  );
  assert.ok(colourAt(raster, row!, column!)[1] < 100);
  assert.deepEqual(colourAt(raster, column!, row!), [255, 255, 255]);
});

Deno.test("viewVolume() throws if the width or the elevation is out of range", () => {
  const labels = ball([1, 1, 1]);
  const colourOf = () => [0, 0, 0] as const;
  assert.throws(() => viewVolume(labels, { colourOf, width: 0 }), RangeError);
  assert.throws(() =>
    viewVolume(labels, {
      colourOf,
      width: 10,
      camera: { azimuth_deg: 0, elevation_deg: 91 },
    }), RangeError);
});
