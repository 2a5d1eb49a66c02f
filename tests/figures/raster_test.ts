import assert from "node:assert/strict";
import fc from "fast-check";
import { createSlice, type Slice } from "@cathode/core/mod.ts";
import {
  clearRaster,
  enlarge,
  greyRaster,
  greyWindow,
  labelColour,
  outlineLabels,
  type Raster,
  rasterView,
  type Rgb,
  scaleBarLength,
  shrinkGrey,
  shrinkLabels,
  type Spec,
  tintLabels,
} from "@cathode/figures/mod.ts";
import { renderChecked } from "./support.ts";

const red: Rgb = [255, 0, 0];

function slice(rows: number[][]): Slice<Float32Array> {
  return createSlice(
    Float32Array.from(rows.flat()),
    [rows.length, rows[0]!.length],
    [0.5, 0.5],
  );
}

function square(): Slice<Uint32Array> {
  const data = new Uint32Array(10 * 10);
  for (let y = 2; y < 8; y++) data.fill(7, 10 * y + 2, 10 * y + 8);
  return createSlice(data, [10, 10], [0.5, 0.5]);
}

function redPixels({ rgba }: Raster): number {
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i] === 255 && rgba[i + 1] === 0 && rgba[i + 3] === 255) count++;
  }
  return count;
}

Deno.test("greyRaster() maps the window to black and white and what is beyond to its ends", () => {
  const { rgba } = greyRaster(slice([[-5, 10, 15, 20, 99]]), {
    black: 10,
    white: 20,
  });
  const shades = [0, 1, 2, 3, 4].map((i) => rgba[4 * i]);
  assert.deepEqual(shades, [0, 0, 130, 255, 255]);
});

Deno.test("greyWindow() leaves out the tails and never is empty", () => {
  const levels = Float32Array.from({ length: 1001 }, (_, i) => i);
  const window = greyWindow(createSlice(levels, [1, 1001], [1, 1]), 0.1);
  assert.deepEqual(window, { black: 100, white: 900 });
  assert.deepEqual(greyWindow(slice([[4, 4]])), { black: 4, white: 5 });
});

Deno.test("outlineLabels() draws the inner edge of a particle", () => {
  const labels = square();
  const outline = (thickness?: number) =>
    redPixels(outlineLabels(clearRaster(labels), labels, () => red, thickness));
  assert.equal(outline(), 4 * (6 - 1));
  assert.equal(outline(2), 4 * (6 - 1) + 4 * (4 - 1));
});

Deno.test("tintLabels() colours particles and nothing else", () => {
  const labels = square();
  const black = greyRaster(createSlice(new Uint8Array(100), [10, 10], [1, 1]), {
    black: 0,
    white: 1,
  });
  assert.equal(redPixels(tintLabels(black, labels, () => red, 1)), 36);
  assert.equal(redPixels(tintLabels(black, labels, () => null, 1)), 0);
});

Deno.test("tintLabels() throws if the sizes differ", () => {
  const small = greyRaster(slice([[1, 2]]));
  assert.throws(() => tintLabels(small, square(), () => red, 1), RangeError);
});

Deno.test("labelColour() tells most neighbours in number apart", () => {
  let same = 0;
  for (let label = 1; label < 1000; label++) {
    if (labelColour(label).join() === labelColour(label + 1).join()) same++;
  }
  assert.ok(same < 200, `${same}`);
});

Deno.test("shrinkGrey() keeps the mean and the extent of whole blocks", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 255 }), {
      minLength: 36,
      maxLength: 36,
    }),
    (levels) => {
      const large = createSlice(Uint8Array.from(levels), [6, 6], [0.1, 0.2]);
      const small = shrinkGrey(large, 3);
      const mean = ({ data }: Slice) =>
        Float64Array.from(data).reduce((a, b) => a + b) / data.length;
      assert.deepEqual(small.shape, [3, 3]);
      assert.deepEqual(small.spacing_um, [0.2, 0.4]);
      assert.ok(Math.abs(mean(small) - mean(large)) < 1e-4);
    },
  ));
});

Deno.test("shrinkGrey() and shrinkLabels() leave small slices alone and agree in size", () => {
  const labels = square();
  assert.equal(shrinkLabels(labels, 10), labels);
  const small = shrinkLabels(labels, 4);
  assert.deepEqual(small.shape, shrinkGrey(labels, 4).shape);
  assert.equal(small.data[4], 7);
});

Deno.test("enlarge() keeps a linear ramp linear and the extent the same", () => {
  const ramp = slice([[0, 1, 2, 3], [0, 1, 2, 3]]);
  const large = enlarge(ramp, 4);
  assert.deepEqual(large.shape, [8, 16]);
  assert.deepEqual(large.spacing_um, [0.125, 0.125]);
  for (let x = 2; x < 14; x++) {
    assert.ok(Math.abs(large.data[x]! - ((x + 0.5) / 4 - 0.5)) < 1e-6);
  }
});

Deno.test("scaleBarLength() is 1, 2 or 5 times a power of ten, a tenth to three tenths of the width", () => {
  fc.assert(fc.property(
    fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
    (width) => {
      const length = scaleBarLength(width);
      const lead = Number(length.toExponential().split("e")[0]);
      assert.ok([1, 2, 5].includes(Math.round(lead * 1e6) / 1e6));
      assert.ok(length / width > 0.1 && length / width < 0.3);
    },
  ));
});

Deno.test("rasterView() puts pixels where the axes say", async () => {
  const spec = rasterView([greyRaster(slice([[0, 1], [2, 3], [4, 5]]))], {
    extent_um: [30, 20],
    width: 200,
    frame: { x: "x (µm)", y: "depth (µm)" },
  });
  assert.equal(spec.height, 300);
  const { svg } = await renderChecked({
    id: "raster",
    caption: "",
    origin: "measured",
    spec,
  });
  const [, width, height] = /<image [^>]*width="([\d.]+)" height="([\d.]+)"/
    .exec(svg)!;
  assert.ok(Math.abs(Number(height) / Number(width) - 1.5) < 0.01);
});

Deno.test("rasterView() draws a bar of the length that its label says", async () => {
  const spec = rasterView([greyRaster(slice([[0, 1], [2, 3]]))], {
    extent_um: [80, 80],
    width: 200,
    frame: "bar",
  });
  const bar = (spec.layer as Spec[])
    .map((layer) => (layer.data as { values: Record<string, unknown>[] }))
    .map((data) => data.values[0]!)
    .find((row) => row.label !== undefined)!;
  assert.equal(bar.label, "20 µm");
  assert.equal((bar.right as number) - (bar.left as number), 20);
  const { svg } = await renderChecked({
    id: "raster",
    caption: "",
    origin: "measured",
    spec,
  });
  assert.match(svg, />20 µm</);
});
