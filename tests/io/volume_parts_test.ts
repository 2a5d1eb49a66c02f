import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createSlice,
  createVolume,
  cutBox,
  type VoxelArray,
} from "@cathode/core/mod.ts";
import { openVolume, readImage, writeImage } from "@cathode/io/mod.ts";
import { golden, inFolder } from "./fixtures.ts";

const box = { from: [1, 2, 3], to: [4, 4, 9] };

for (
  const type of [Uint8Array, Uint16Array, Int16Array, Uint32Array, Float32Array]
) {
  Deno.test(`openVolume() reads parts of ${type.name}`, async () => {
    const data: VoxelArray = new type(5 * 6 * 9);
    for (let i = 0; i < data.length; i++) data[i] = i % 251;
    const volume = createVolume(data, [5, 6, 9], [0.3, 0.2, 0.1]);
    await inFolder(async (folder) => {
      for (const name of ["v.nii", "v.nii.gz", "v.tif"]) {
        const path = join(folder, name);
        await writeImage(path, volume);
        const source = await openVolume(path);
        assert.deepEqual(source.shape, volume.shape);
        assert.deepEqual(source.spacing_um, volume.spacing_um);
        assert.deepEqual(await source.read(box), cutBox(volume, box));
        await assert.rejects(
          () => source.read({ from: [0, 0, 0], to: [5, 7, 9] }),
          { name: "RangeError", message: /Cannot take a part of a volume/ },
        );
      }
    });
  });
}

Deno.test("openVolume() gives what readImage() gives, of any file", async () => {
  for (
    const [name, spacing_um] of [
      ["uint16.nii"],
      ["no_unit.nii", [1, 2, 3]],
      ["version_2.nii"],
      ["imagej.tif"],
    ] as const
  ) {
    const image = await readImage(golden(name), spacing_um);
    const { shape, spacing_um: found, read } = await openVolume(
      golden(name),
      spacing_um,
    );
    const whole = await read({ from: [0, 0, 0], to: shape });
    assert.deepEqual(whole.data, image.data);
    assert.deepEqual(found, image.spacing_um);
  }
});

Deno.test("openVolume() refuses slices, cut and overlong files, and numbers that are not finite", async () => {
  await inFolder(async (folder) => {
    const slice = join(folder, "slice.nii");
    await writeImage(slice, createSlice(Uint8Array.of(1, 2), [1, 2], [1, 1]));
    await assert.rejects(() => openVolume(slice), /it must be a volume/);
    const whole = await Deno.readFile(golden("uint16.nii"));
    const cut = join(folder, "cut.nii"), long = join(folder, "long.nii");
    await Deno.writeFile(cut, whole.subarray(0, whole.length - 2));
    await Deno.writeFile(long, Uint8Array.of(...whole, 0));
    await assert.rejects(() => openVolume(cut), /the file is cut off after/);
    await assert.rejects(() => openVolume(long), /the file holds more/);
    const real = join(folder, "real.nii");
    await writeImage(
      real,
      createVolume(Float32Array.of(1, NaN), [1, 1, 2], [1, 1, 1]),
    );
    const source = await openVolume(real);
    await assert.rejects(
      () => source.read({ from: [0, 0, 0], to: [1, 1, 2] }),
      /must be a finite number/,
    );
  });
});
