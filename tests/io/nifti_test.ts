import assert from "node:assert/strict";
import { join } from "node:path";
import { readHeader, readImage as rawImage } from "nifti-reader-js";
import fc from "fast-check";
import {
  createSlice,
  createVolume,
  DataError,
  type VoxelArray,
} from "@cathode/core/mod.ts";
import { readNifti, writeNifti } from "@cathode/io/mod.ts";
import {
  arrayOf,
  golden,
  inFolder,
  namesIn,
  SHAPE,
  SPACING_UM,
  voxels,
} from "./fixtures.ts";

for (const type of Object.keys(arrayOf)) {
  Deno.test(`readNifti() reads ${type} as nibabel wrote it`, async () => {
    const { data, shape, spacing_um } = await readNifti(golden(`${type}.nii`));
    assert.equal(data.constructor.name, arrayOf[type]);
    assert.deepEqual(Array.from(data), voxels(type));
    assert.deepEqual(shape, SHAPE);
    assert.deepEqual(spacing_um, SPACING_UM);
  });
}

for (
  const name of [
    "compressed.nii.gz",
    "big_endian.nii",
    "version_2.nii",
    "millimetres.nii",
    "metres.nii",
    "one_time.nii",
    "extension.nii",
  ]
) {
  Deno.test(`readNifti() reads ${name} as it reads the plain file`, async () => {
    assert.deepEqual(
      await readNifti(golden(name)),
      await readNifti(golden("uint16.nii")),
    );
  });
}

Deno.test("readNifti() tells gzip by the content, not by the name", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "compressed.nii");
    await Deno.copyFile(golden("compressed.nii.gz"), path);
    assert.deepEqual(
      Array.from((await readNifti(path)).data),
      voxels("uint16"),
    );
  });
});

Deno.test("readNifti() reads a file of two axes as a slice", async () => {
  const slice = await readNifti(golden("slice.nii"));
  assert.deepEqual(slice.shape, [4, 5]);
  assert.deepEqual(slice.spacing_um, [0.2, 0.1]);
  assert.deepEqual(Array.from(slice.data), voxels("uint16", 1));
});

Deno.test("readNifti() applies slope and intercept", async () => {
  const { data } = await readNifti(golden("scaled.nii"));
  assert.ok(data instanceof Float32Array);
  assert.deepEqual(Array.from(data), voxels("uint16").map((v) => 0.5 * v - 3));
});

Deno.test("readNifti() takes the caller's spacing before the file's", async () => {
  const { spacing_um } = await readNifti(golden("uint16.nii"), [3, 2, 1]);
  assert.deepEqual(spacing_um, [3, 2, 1]);
});

Deno.test("readNifti() throws if the unit is unknown and no spacing is given", async () => {
  const path = golden("no_unit.nii");
  await assert.rejects(readNifti(path), {
    name: "DataError",
    message:
      `${path}: Cannot read the image as its voxel spacing must be known and the file does not state it: give it in micrometres with --spacing z,y,x`,
  });
  const { spacing_um } = await readNifti(path, [0.3, 0.2, 0.1]);
  assert.deepEqual(spacing_um, [0.3, 0.2, 0.1]);
});

Deno.test("readNifti() throws if the spacing given does not suit the image", async () => {
  for (const spacing_um of [[0.2, 0.1], [0.3, 0.2, 0]] as const) {
    await assert.rejects(
      readNifti(golden("uint16.nii"), spacing_um as [number, number]),
      {
        name: "RangeError",
        message:
          `Cannot use the spacing as an image of shape [3, 4, 5] must have 3 positive numbers z,y,x in micrometres: current value is ${spacing_um}`,
      },
    );
  }
});

Deno.test("readNifti() throws if the image has four axes", async () => {
  await assert.rejects(readNifti(golden("two_times.nii")), {
    name: "DataError",
    message: /must have two or three axes: .* are 5, 4, 3, 2$/,
  });
});

Deno.test("readNifti() throws if the voxels are complex", async () => {
  await assert.rejects(
    readNifti(golden("complex.nii")),
    /must be whole or real numbers: current NIfTI data type is 32$/,
  );
});

Deno.test("readNifti() throws if a plain file is cut off anywhere", async () => {
  const whole = await Deno.readFile(golden("uint16.nii"));
  await inFolder(async (folder) => {
    const path = join(folder, "cut.nii");
    for (let length = 0; length < whole.length; length += 7) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assert.rejects(readNifti(path), DataError, `${length} bytes`);
    }
    await Deno.writeFile(path, whole.subarray(0, 400));
    await assert.rejects(
      readNifti(path),
      /cut\.nii: .* must take 120 bytes, as its header says: the file is cut off after 48$/,
    );
  });
});

Deno.test("readNifti() throws if a compressed file is cut off anywhere", async () => {
  const whole = await Deno.readFile(golden("compressed.nii.gz"));
  await inFolder(async (folder) => {
    const path = join(folder, "cut.nii.gz");
    for (let length = 0; length < whole.length; length++) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assert.rejects(readNifti(path), DataError, `${length} bytes`);
    }
  });
});

Deno.test("readNifti() throws if the checksum of a compressed file is wrong", async () => {
  const bytes = await Deno.readFile(golden("compressed.nii.gz"));
  bytes[bytes.length - 5]! ^= 1; // the last byte of the CRC
  await inFolder(async (folder) => {
    const path = join(folder, "wrong.nii.gz");
    await Deno.writeFile(path, bytes);
    await assert.rejects(readNifti(path), /compressed data must be whole/);
  });
});

Deno.test("readNifti() throws if the file holds more than its header says", async () => {
  const whole = await Deno.readFile(golden("uint16.nii"));
  await inFolder(async (folder) => {
    const path = join(folder, "long.nii");
    await Deno.writeFile(path, Uint8Array.from([...whole, 0]));
    await assert.rejects(readNifti(path), /the file holds more$/);
  });
});

Deno.test("readNifti() throws if the header asks for more memory than any file of its size can hold", async () => {
  const bytes = await Deno.readFile(golden("uint16.nii"));
  for (const axis of [1, 2, 3]) {
    new DataView(bytes.buffer).setInt16(40 + 2 * axis, 32767, true);
  }
  await inFolder(async (folder) => {
    const path = join(folder, "huge.nii");
    await Deno.writeFile(path, bytes);
    await assert.rejects(
      readNifti(path),
      new RegExp(`must take ${2 * 32767 ** 3} bytes`),
    );
  });
});

Deno.test("readNifti() throws if a voxel is not finite", async () => {
  const bytes = await Deno.readFile(golden("float32.nii"));
  new DataView(bytes.buffer).setFloat32(352 + 4 * 17, NaN, true);
  await inFolder(async (folder) => {
    const path = join(folder, "nan.nii");
    await Deno.writeFile(path, bytes);
    await assert.rejects(
      readNifti(path),
      /must be a finite number in single precision: current value is NaN at voxel number 17$/,
    );
  });
});

Deno.test("readNifti() throws if whole numbers fit no type of voxel", async () => {
  const bytes = await Deno.readFile(golden("int32.nii"));
  new DataView(bytes.buffer).setInt32(352, 2 ** 24 + 1, true);
  new DataView(bytes.buffer).setInt32(356, -1, true);
  await inFolder(async (folder) => {
    const path = join(folder, "wide.nii");
    await Deno.writeFile(path, bytes);
    await assert.rejects(
      readNifti(path),
      /current values are -1 to 16777217$/,
    );
  });
});

Deno.test("readNifti() throws if the file is no NIfTI", async () => {
  for (const name of ["grey.png", "uint8.tif"]) {
    await assert.rejects(readNifti(golden(name)), {
      name: "DataError",
      message: /must start with a NIfTI header/,
    });
  }
});

Deno.test("writeNifti() writes what readNifti() reads, for every type and shape", async () => {
  const types = [
    Uint8Array,
    Uint16Array,
    Int16Array,
    Uint32Array,
    Float32Array,
  ];
  await inFolder(async (folder) => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 4 }),
        ),
        fc.constantFrom(...types),
        fc.constantFrom(".nii", ".nii.gz"),
        async (shape, type, ending) => {
          const data: VoxelArray = new type(shape[0] * shape[1] * shape[2]);
          data.forEach((_, i) =>
            data[i] = i * 37 - (type === Int16Array ? 99 : 0)
          );
          const volume = createVolume(data, shape, [0.2405, 0.07, 1.5]);
          const path = join(folder, `a${ending}`);
          await writeNifti(path, volume);
          assert.deepEqual(await readNifti(path), volume);
        },
      ),
      { numRuns: 40 },
    );
  });
});

Deno.test("writeNifti() writes what another reader reads", async () => {
  const volume = createVolume(
    Int16Array.from({ length: 24 }, (_, i) => i - 9),
    [4, 3, 2],
    [0.3, 0.2, 0.1],
  );
  await inFolder(async (folder) => {
    const path = join(folder, "a.nii");
    await writeNifti(path, volume);
    const { buffer } = await Deno.readFile(path);
    const header = readHeader(buffer);
    assert.deepEqual(header.dims.slice(0, 4), [3, 2, 3, 4]);
    assert.deepEqual(
      header.pixDims.slice(1, 4),
      [0.1, 0.2, 0.3].map(Math.fround),
    );
    assert.deepEqual(header.affine.map((row, i) => row[i]), [
      ...[0.1, 0.2, 0.3].map(Math.fround),
      1,
    ]);
    assert.equal(header.getUnitsCodeString(header.xyzt_units), "Microns");
    assert.deepEqual(new Int16Array(rawImage(header, buffer)), volume.data);
  });
});

Deno.test("writeNifti() writes voxels that workers share", async () => {
  const data = new Uint16Array(new SharedArrayBuffer(8));
  data.set([1, 2, 3, 4]);
  await inFolder(async (folder) => {
    for (const ending of [".nii", ".nii.gz"]) {
      const path = join(folder, `a${ending}`);
      await writeNifti(path, createSlice(data, [2, 2], [1, 1]));
      assert.deepEqual(Array.from((await readNifti(path)).data), [1, 2, 3, 4]);
    }
  });
});

Deno.test("writeNifti() writes part of an array and the same bytes each time", async () => {
  const data = Uint16Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5);
  const slice = createSlice(data, [2, 2], [1, 1]);
  await inFolder(async (folder) => {
    const paths = ["a.nii.gz", "b.nii.gz"].map((name) => join(folder, name));
    for (const path of paths) await writeNifti(path, slice);
    const [a, b] = paths.map((path) => Deno.readFileSync(path));
    assert.deepEqual(a, b);
    assert.deepEqual(Array.from((await readNifti(paths[0]!)).data), [
      1,
      2,
      3,
      4,
    ]);
  });
});

Deno.test("writeNifti() throws if an axis is too long, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    const row = createSlice(new Uint8Array(40000), [1, 40000], [1, 1]);
    await assert.rejects(writeNifti(join(folder, "a.nii"), row), {
      name: "RangeError",
      message:
        "Cannot write a NIfTI-1 image as no axis may be longer than 32767: current shape is [1, 40000]",
    });
    assert.deepEqual(namesIn(folder), []);
  });
});
