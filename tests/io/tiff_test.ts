import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { decode } from "tiff";
import {
  createSlice,
  createVolume,
  DataError,
  type VoxelArray,
} from "@cathode/core/mod.ts";
import { readTiff, readTiffFolder, writeTiff } from "@cathode/io/mod.ts";
import {
  arrayOf,
  golden,
  inFolder,
  SHAPE,
  SPACING_UM,
  voxels,
} from "./fixtures.ts";

const types = Object.keys(arrayOf).filter((type) => !type.endsWith("int64"));
for (const type of types) {
  for (const name of [`${type}.tif`, `${type}_big_endian.tif`]) {
    Deno.test(`readTiff() reads ${name} as tifffile wrote it`, async () => {
      const { data, shape, spacing_um } = await readTiff(golden(name), [
        3,
        2,
        1,
      ]);
      assert.equal(data.constructor.name, arrayOf[type]);
      assert.deepEqual(Array.from(data), voxels(type));
      assert.deepEqual(shape, SHAPE);
      assert.deepEqual(spacing_um, [3, 2, 1]);
    });
  }
}

for (const name of ["imagej", "imagej_micro", "imagej_default_axes"]) {
  Deno.test(`readTiff() takes the spacing from ImageJ's description in ${name}.tif`, async () => {
    const { data, shape, spacing_um } = await readTiff(golden(`${name}.tif`));
    assert.deepEqual(Array.from(data), voxels("uint16"));
    assert.deepEqual(shape, SHAPE);
    assert.deepEqual(spacing_um, SPACING_UM);
  });
}

Deno.test("readTiff() takes the spacing of a slice from ImageJ's description", async () => {
  const slice = await readTiff(golden("imagej_slice.tif"));
  assert.deepEqual(slice.shape, [4, 5]);
  assert.deepEqual(slice.spacing_um, [0.2, 0.1]);
  assert.deepEqual(Array.from(slice.data), voxels("uint16", 1));
});

Deno.test("readTiff() throws if the spacing is unknown or in inches", async () => {
  for (const name of ["imagej_inch.tif", "uint16.tif"]) {
    await assert.rejects(readTiff(golden(name)), {
      name: "DataError",
      message: `${
        golden(name)
      }: Cannot read the image as its voxel spacing must be known and the file does not state it: give it in micrometres with --spacing z,y,x`,
    });
  }
});

for (
  const name of [
    "plain",
    "lzw",
    "lzw_predictor",
    "deflate",
    "deflate_predictor",
    "deflate_predictor_big_endian",
    "tiled",
    "tiled_deflate_predictor",
  ]
) {
  Deno.test(`readTiff() reads strips and tiles: ${name}`, async () => {
    const { data, shape } = await readTiff(golden(`texture_${name}.tif`), [
      1,
      1,
    ]);
    assert.deepEqual(shape, [64, 80]);
    const texture = Uint16Array.from({ length: 64 * 80 }, (_, i) => {
      const y = Math.floor(i / 80), x = i % 80;
      return (x * 7919 + y * y * 104729) % 65521;
    });
    assert.deepEqual(data, texture);
  });
}

Deno.test("readTiff() reads long runs in LZW", async () => {
  const { data } = await readTiff(golden("runs_lzw.tif"), [1, 1]);
  const runs = Uint8Array.from(
    { length: 64 * 80 },
    (_, i) => Math.floor((i % 80) / 40) + 2 * Math.floor(i / 80 / 32),
  );
  assert.deepEqual(data, runs);
});

Deno.test("readTiff() reverses grey levels whose zero is white", async () => {
  const { data } = await readTiff(golden("white_is_zero.tif"), [1, 1]);
  assert.deepEqual(Array.from(data), voxels("uint8", 1));
});

for (
  const [name, message] of [
    ["rgb.tif", /must hold grey levels, not colours/],
    ["palette.tif", /must hold grey levels, not colours/],
    ["one_bit.tif", /must have 8, 16, 32 or 64 bits: current value is 1 bits/],
    ["bigtiff.tif", /must be a classic TIFF: it is a BigTIFF/],
    [
      "packbits.tif",
      /must be none, LZW or Deflate: current TIFF code is 32773/,
    ],
    [
      "two_sizes.tif",
      /must be 4 x 5 of type uint8, as the first is: slice 2 is 3 x 5 of type uint8/,
    ],
    ["imagej_hyperstack.tif", /channels, slices and frames are 2, 3, 1/],
    ["uint8.nii", /must be a whole TIFF file/],
  ] as const
) {
  Deno.test(`readTiff() throws if the file is ${name}`, async () => {
    const path = golden(name);
    await assert.rejects(readTiff(path, [1, 1, 1]), (error) => {
      assert.ok(error instanceof DataError);
      assert.ok(error.message.startsWith(`${path}: Cannot read the image as `));
      assert.match(error.message, message);
      return true;
    });
  });
}

for (
  const name of [
    "uint16.tif",
    "texture_tiled.tif",
    "texture_lzw_predictor.tif",
    "texture_deflate_predictor.tif",
  ]
) {
  Deno.test(`readTiff() throws if ${name} is cut off anywhere before its last pixel`, async () => {
    const whole = await Deno.readFile(golden(name));
    const [first] = decode(whole, { ignoreImageData: true });
    const spacing = name === "uint16.tif"
      ? [1, 1, 1] as const
      : [1, 1] as const;
    const tiles = first!.tiled;
    const offsets = tiles ? first!.tileOffsets : first!.stripOffsets;
    const counts = tiles ? first!.tileByteCounts : first!.stripByteCounts;
    const end = Math.max(...Array.from(offsets, (o, i) => o + counts[i]!));
    await inFolder(async (folder) => {
      const path = join(folder, "cut.tif");
      for (let length = 0; length < end; length += Math.ceil(end / 100)) {
        await Deno.writeFile(path, whole.subarray(0, length));
        await assert.rejects(
          readTiff(path, spacing),
          DataError,
          `${length} bytes`,
        );
      }
    });
  });
}

Deno.test("readTiff() reads arbitrary bytes after a TIFF mark or throws a DataError", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "noise.tif");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        await Deno.writeFile(
          path,
          Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, ...noise),
        );
        await readTiff(path, [1, 1]).catch((error) =>
          assert.ok(error instanceof DataError, error)
        );
      }),
      { numRuns: 200 },
    );
  });
});

Deno.test("readTiffFolder() reads slices in the order of their numbers", async () => {
  const { data, shape, spacing_um } = await readTiffFolder(
    golden("slices"),
    SPACING_UM,
  );
  assert.deepEqual(Array.from(data), voxels("uint16"));
  assert.deepEqual(shape, SHAPE);
  assert.deepEqual(spacing_um, SPACING_UM);
});

Deno.test("readTiffFolder() passes over files of other kinds and hidden ones", async () => {
  await inFolder(async (folder) => {
    for (const z of [9, 10, 11]) {
      await Deno.copyFile(
        golden(`slices/s${z}.tif`),
        join(folder, `s${z}.tif`),
      );
    }
    await Deno.writeTextFile(join(folder, "notes.txt"), "x");
    await Deno.writeTextFile(join(folder, "._s12.tif"), "x");
    const { data } = await readTiffFolder(folder, SPACING_UM);
    assert.deepEqual(Array.from(data), voxels("uint16"));
  });
});

for (
  const [what, names, message] of [
    [
      "a number is missing",
      ["s9.tif", "s11.tif"],
      /without gaps, .*: after s9\.tif comes s11\.tif$/,
    ],
    ["a number is there twice", ["s9.tif", "s09.tif"], /comes/],
    [
      "names differ elsewhere",
      ["a1.tif", "b2.tif"],
      /after a1\.tif comes b2\.tif$/,
    ],
    [
      "two numbers change",
      ["a1_1.tif", "a2_2.tif"],
      /after a1_1\.tif comes a2_2\.tif$/,
    ],
    [
      "there is no slice",
      [],
      /must hold slices in files \.tif or \.tiff: there is none$/,
    ],
  ] as const
) {
  Deno.test(`readTiffFolder() throws if ${what}`, async () => {
    await inFolder(async (folder) => {
      for (const name of names) {
        await Deno.copyFile(golden("slices/s9.tif"), join(folder, name));
      }
      await assert.rejects(readTiffFolder(folder, SPACING_UM), {
        name: "DataError",
        message,
      });
    });
  });
}

Deno.test("readTiffFolder() throws if slices differ or hold several pages", async () => {
  await inFolder(async (folder) => {
    await Deno.copyFile(golden("slices/s9.tif"), join(folder, "1.tif"));
    await Deno.copyFile(golden("white_is_zero.tif"), join(folder, "2.tif"));
    await assert.rejects(
      readTiffFolder(folder, SPACING_UM),
      /2\.tif: .* of type uint16, as the first is: slice 2 is 4 x 5 of type uint8$/,
    );
    await Deno.copyFile(golden("uint16.tif"), join(folder, "2.tif"));
    await assert.rejects(
      readTiffFolder(folder, SPACING_UM),
      /2\.tif: .* must hold one slice: current number of pages is 3$/,
    );
  });
});

Deno.test("writeTiff() writes what readTiff() reads, for every type and shape", async () => {
  const arrays = [
    Uint8Array,
    Uint16Array,
    Int16Array,
    Uint32Array,
    Float32Array,
  ];
  const length = fc.integer({ min: 1, max: 5 });
  await inFolder(async (folder) => {
    const path = join(folder, "a.tif");
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(length, length, length),
        fc.constantFrom(...arrays),
        fc.tuple(
          ...[0, 1, 2].map(() =>
            fc.integer({ min: 1, max: 99999 }).map((s) => s / 1e4)
          ),
        ),
        async ([depth, height, width], type, [dz, dy, dx]) => {
          const data: VoxelArray = new type(depth * height * width);
          data.forEach((_, i) =>
            data[i] = i * 37 - (type === Int16Array ? 99 : 0)
          );
          const volume = createVolume(data, [depth, height, width], [
            dz!,
            dy!,
            dx!,
          ]);
          await writeTiff(path, volume);
          assert.deepEqual(await readTiff(path), volume);
          const slice = createSlice(data, [depth * height, width], [dy!, dx!]);
          await writeTiff(path, slice);
          assert.deepEqual(await readTiff(path), slice);
        },
      ),
      { numRuns: 60 },
    );
  });
});

Deno.test("writeTiff() writes what another reader reads", async () => {
  const data = Uint16Array.from({ length: 60 }, (_, i) => 1000 * i);
  const volume = createVolume(data, SHAPE, SPACING_UM);
  await inFolder(async (folder) => {
    const path = join(folder, "a.tif");
    await writeTiff(path, volume);
    const pages = decode(await Deno.readFile(path));
    assert.deepEqual(
      pages.flatMap((page) => Array.from(page.data)),
      voxels("uint16"),
    );
    const { width, height, xResolution, yResolution, imageDescription } =
      pages[0]!;
    assert.deepEqual([height, width], [4, 5]);
    assert.deepEqual([xResolution, yResolution], [10, 5]);
    assert.match(
      imageDescription!,
      /^ImageJ=.*\nimages=3\nslices=3\nspacing=0\.3\nunit=micron\n/,
    );
  });
});
