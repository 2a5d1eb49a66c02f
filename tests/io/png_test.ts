import assert from "node:assert/strict";
import { join } from "node:path";
import { createSlice, DataError } from "@cathode/core/mod.ts";
import { readPng, writePng } from "@cathode/io/mod.ts";
import { golden, inFolder, voxels } from "./fixtures.ts";

for (
  const name of [
    "grey.png",
    "grey_rgb.png",
    "grey_rgba.png",
    "palette_grey.png",
  ]
) {
  Deno.test(`readPng() reads ${name} as Pillow wrote it`, async () => {
    const { data, shape, spacing_um } = await readPng(golden(name), [0.2, 0.1]);
    assert.ok(data instanceof Uint8Array);
    assert.deepEqual(Array.from(data), voxels("uint8", 1));
    assert.deepEqual(shape, [4, 5]);
    assert.deepEqual(spacing_um, [0.2, 0.1]);
  });
}

Deno.test("readPng() reads 16 bits", async () => {
  const { data } = await readPng(golden("grey_16.png"), [1, 1]);
  assert.ok(data instanceof Uint16Array);
  assert.deepEqual(Array.from(data), voxels("uint16", 1));
});

Deno.test("readPng() throws if a pixel is coloured or transparent", async () => {
  await assert.rejects(readPng(golden("colour.png"), [1, 1]), {
    name: "DataError",
    message: `${
      golden("colour.png")
    }: Cannot read the image as its pixels must be grey and opaque: current values at row 0, column 0 are 80, 80, 81`,
  });
  await assert.rejects(
    readPng(golden("transparent.png"), [1, 1]),
    /are 80, 80, 80, 80$/,
  );
});

Deno.test("readPng() throws if pixels have one bit", async () => {
  await assert.rejects(
    readPng(golden("one_bit.png"), [1, 1]),
    /must have 8 or 16 bits: current value is 1$/,
  );
});

Deno.test("readPng() throws if no spacing is given", async () => {
  await assert.rejects(
    readPng(golden("grey.png")),
    /give it in micrometres with --spacing y,x$/,
  );
});

Deno.test("readPng() throws if the file is cut off anywhere or is no PNG", async () => {
  const whole = await Deno.readFile(golden("grey_16.png"));
  await inFolder(async (folder) => {
    const path = join(folder, "cut.png");
    for (let length = 0; length < whole.length; length++) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assert.rejects(readPng(path, [1, 1]), DataError, `${length} bytes`);
    }
  });
  await assert.rejects(readPng(golden("uint8.tif"), [1, 1]), DataError);
});

Deno.test("writePng() writes what readPng() reads", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.png");
    for (
      const data of [
        Uint8Array.of(0, 1, 200, 255, 7, 8),
        Uint16Array.of(0, 1, 256, 65535, 300, 9),
      ]
    ) {
      const slice = createSlice(data, [2, 3], [0.07, 0.14]);
      await writePng(path, slice);
      assert.deepEqual(await readPng(path, [0.07, 0.14]), slice);
    }
  });
});
