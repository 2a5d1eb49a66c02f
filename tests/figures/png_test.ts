import assert from "node:assert/strict";
import { decode } from "fast-png";
import { encodePng, type Raster } from "@cathode/figures/mod.ts";

function decoded(raster: Raster): number[][] {
  const { data, palette } = decode(encodePng(raster));
  return Array.from(data, (place) => palette![place]!);
}

Deno.test("encodePng() keeps up to 256 colours exactly, transparent ones too", () => {
  const rgba = new Uint8Array(4 * 256);
  for (let i = 0; i < 256; i++) {
    rgba.set([i, 255 - i, (37 * i) % 256, i % 3 === 0 ? 0 : 255], 4 * i);
  }
  for (
    const [i, colour] of decoded({ width: 16, height: 16, rgba }).entries()
  ) {
    assert.deepEqual(colour, [...rgba.subarray(4 * i, 4 * i + 4)]);
  }
});

Deno.test("encodePng() joins similar colours where there are more than 256", () => {
  const side = 64;
  const rgba = new Uint8Array(4 * side * side);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++) rgba.set([4 * x, 4 * y, 128, 255], 4 * i++);
  }
  const colours = decoded({ width: side, height: side, rgba });
  let worst = 0;
  for (const [i, colour] of colours.entries()) {
    for (let c = 0; c < 3; c++) {
      worst = Math.max(worst, Math.abs(colour[c]! - rgba[4 * i + c]!));
    }
  }
  // 256 colours over a plane of 256 x 256 levels: boxes of 16 x 16 at best.
  assert.ok(worst <= 16, `${worst}`);
});
