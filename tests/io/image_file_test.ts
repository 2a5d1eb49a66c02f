import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createSlice,
  createVolume,
  DataError,
  Random,
} from "@cathode/core/mod.ts";
import {
  assertLabelsName,
  readImage,
  readLabels,
  writeImage,
  writeLabels,
} from "@cathode/io/mod.ts";
import {
  golden,
  inFolder,
  namesIn,
  SHAPE,
  SPACING_UM,
  voxels,
} from "./fixtures.ts";

for (
  const name of ["uint16.nii", "compressed.nii.gz", "uint16.tif", "slices"]
) {
  Deno.test(`readImage() chooses the reader of ${name}`, async () => {
    const { data, shape } = await readImage(golden(name), SPACING_UM);
    assert.deepEqual(shape, SHAPE);
    assert.deepEqual(Array.from(data), voxels("uint16"));
  });
}

Deno.test("readImage() chooses the reader of a slice", async () => {
  const { data } = await readImage(golden("grey.png"), [0.2, 0.1]);
  assert.deepEqual(Array.from(data), voxels("uint8", 1));
});

Deno.test("readImage() throws if there is no such file or the format is unknown", async () => {
  await assert.rejects(
    readImage(golden("none.nii"), SPACING_UM),
    Deno.errors.NotFound,
  );
  await inFolder(async (folder) => {
    const path = join(folder, "a.raw");
    await Deno.writeTextFile(path, "x");
    await assert.rejects(readImage(path), {
      name: "DataError",
      message:
        `${path}: Cannot read the image as its name must end in .nii, .nii.gz, .tif, .tiff or .png`,
    });
  });
});

Deno.test("readLabels() reads whole numbers of any type", async () => {
  for (const type of ["uint8", "uint16", "uint32", "uint64"]) {
    const { data } = await readLabels(golden(`${type}.nii`));
    assert.deepEqual(data, Uint32Array.from(voxels(type)));
  }
});

Deno.test("readLabels() throws if a voxel is negative or not whole", async () => {
  await assert.rejects(readLabels(golden("int16.nii")), {
    name: "DataError",
    message: `${
      golden("int16.nii")
    }: Cannot read labels as every voxel must be a whole number from 0 to 4294967295: current value is -30000 at voxel number 0`,
  });
  await inFolder(async (folder) => {
    const path = join(folder, "a.nii");
    await writeImage(
      path,
      createSlice(Float32Array.of(0, 1, 1.5, 2), [2, 2], [1, 1]),
    );
    await assert.rejects(
      readLabels(path),
      /current value is 1\.5 at voxel number 2$/,
    );
  });
});

Deno.test("writeLabels() writes 16 bits where they suffice, else 32", async () => {
  await inFolder(async (folder) => {
    for (
      const [highest, type] of [[65535, Uint16Array], [
        65536,
        Uint32Array,
      ]] as const
    ) {
      for (const ending of [".nii", ".nii.gz", ".tif", ".tiff"]) {
        const path = join(folder, `a${ending}`);
        const labels = createVolume(
          Uint32Array.of(0, 1, highest, 7),
          [2, 1, 2],
          SPACING_UM,
        );
        await writeLabels(path, labels);
        assert.ok((await readImage(path)).data instanceof type);
        assert.deepEqual(await readLabels(path), labels);
      }
    }
  });
});

Deno.test("writeImage() throws if the format cannot hold the image", async () => {
  const volume = createVolume(Uint8Array.of(1, 2), [2, 1, 1], SPACING_UM);
  const real = createSlice(Float32Array.of(1, 2), [2, 1], [1, 1]);
  await inFolder(async (folder) => {
    for (const image of [volume, real]) {
      await assert.rejects(
        writeImage(join(folder, "a.png"), image),
        /PNG must hold slices of 8 or 16 bits/,
      );
      await assert.rejects(
        writeImage(join(folder, "a.jpg"), image),
        /its name must end in/,
      );
    }
    assert.deepEqual(namesIn(folder), []);
  });
});

Deno.test("writeImage() throws if the place cannot be written, and leaves nothing", async () => {
  const volume = createVolume(Uint8Array.of(1, 2), [2, 1, 1], SPACING_UM);
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    for (const ending of [".nii", ".nii.gz", ".tif"]) {
      await assert.rejects(
        writeImage(join(folder, "file", `a${ending}`), volume),
        DataError,
      );
    }
    assert.deepEqual(namesIn(folder), ["file"]);
  });
});

Deno.test("writeLabels() throws if the name is of no format for labels, and leaves nothing", async () => {
  for (const name of ["a.nii", "b.NII.GZ", "c.tif", "d.tiff"]) {
    assertLabelsName(name);
  }
  const labels = createSlice(Uint32Array.of(0, 1), [1, 2], [1, 1]);
  await inFolder(async (folder) => {
    for (const name of ["a.png", "a.gz", "a"]) {
      const path = join(folder, name);
      const error = {
        name: "DataError",
        message:
          `${path}: Cannot write labels as the name of their file must end in .nii, .nii.gz, .tif or .tiff`,
      };
      assert.throws(() => assertLabelsName(path), error);
      await assert.rejects(writeLabels(path, labels), error);
    }
    assert.deepEqual(namesIn(folder), []);
  });
});

Deno.test("readLabels() needs no spacing where it is unused", async () => {
  const unknown = await readLabels(golden("uint16.tif"), "unused");
  assert.deepEqual(unknown.spacing_um, [1, 1, 1]);
  const stated = await readLabels(golden("uint16.nii"), "unused");
  assert.deepEqual(stated.spacing_um, SPACING_UM);
});

Deno.test("readImage() reads a damaged file or throws an error that blames it", async () => {
  const random = new Random(1, "damage");
  await inFolder(async (folder) => {
    for (const name of namesIn(golden("."))) {
      const { isFile, size } = await Deno.stat(golden(name));
      if (!isFile || size > 2000) continue;
      const whole = await Deno.readFile(golden(name));
      const path = join(folder, `damaged${name.slice(name.indexOf("."))}`);
      for (let trial = 0; trial < 12; trial++) {
        const damaged = whole.slice();
        for (let i = random.index(4); i >= 0; i--) {
          damaged[random.index(damaged.length)] = random.index(256);
        }
        await Deno.writeFile(path, damaged);
        await readImage(path, "unused").catch((error) =>
          assert.ok(error instanceof DataError, `${name}: ${error}`)
        );
      }
    }
  });
});
