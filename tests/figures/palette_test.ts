import assert from "node:assert/strict";
import {
  colourAt,
  coloursOf,
  damageStops,
  divergingStops,
  rgbOf,
  wong,
} from "@cathode/figures/mod.ts";

/** Lightness L* of a colour (CIE 1976, D65), 0 to 100. */
function lightness(colour: string): number {
  const [r, g, b] = rgbOf(colour).map((level) => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

Deno.test("the scale of damage darkens evenly and ends in vermilion", () => {
  const values = damageStops.map(lightness);
  for (let i = 1; i < values.length; i++) {
    const step = values[i - 1]! - values[i]!;
    assert.ok(step > 1 && step < 8, `${i}: ${step}`);
  }
  assert.equal(damageStops.at(-1), "#D55E00");
});

Deno.test("the diverging scale is white in the middle and as dark at both ends", () => {
  const values = divergingStops.map(lightness);
  assert.equal(divergingStops[4], "#FFFFFF");
  for (let i = 1; i <= 4; i++) {
    assert.ok(
      values[4 - i]! < values[5 - i]! && values[4 + i]! < values[3 + i]!,
    );
    assert.ok(Math.abs(values[4 - i]! - values[4 + i]!) < 10);
  }
});

Deno.test("coloursOf() gives the electrodes of the paper its colours and others their own", () => {
  assert.deepEqual(coloursOf(["10 cycles", "50 cycles"]), [
    wong.green,
    wong.blue,
  ]);
  const mixed = coloursOf(["mine", "50 cycles", "yours"]);
  assert.equal(mixed[1], wong.blue);
  assert.equal(new Set(mixed).size, 3);
});

Deno.test("colourAt() gives the stops at their places and the ends beyond", () => {
  for (const [i, stop] of damageStops.entries()) {
    const place = i / (damageStops.length - 1);
    assert.deepEqual(colourAt(damageStops, place), rgbOf(stop));
  }
  assert.deepEqual(colourAt(["#000000", "#646464"], 0.5), [50, 50, 50]);
  assert.deepEqual(colourAt(damageStops, -3), rgbOf(damageStops[0]!));
  assert.deepEqual(colourAt(damageStops, 7), rgbOf(wong.vermilion));
});

Deno.test("rgbOf() throws if a colour is not written #rrggbb", () => {
  assert.throws(() => rgbOf("red"), {
    name: "RangeError",
    message:
      "Cannot read the colour as it must be written #rrggbb: current value is red",
  });
});
