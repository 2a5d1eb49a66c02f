import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createVolume,
  readOrigin,
  sliceOf,
  type Volume,
} from "@cathode/core/mod.ts";
import { readImage, readLabels, writeImage } from "@cathode/io/mod.ts";
import { golden, inFolder, namesIn } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

/** Two bright balls of radius 4 um at x = 6 and 16 um; voxels of 0.5 um. */
function twoBalls(): Volume<Uint8Array> {
  const data = new Uint8Array(24 * 24 * 44).fill(60);
  for (let z = 0, i = 0; z < 24; z++) {
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 44; x++, i++) {
        const nearest = Math.min(Math.abs(x - 12), Math.abs(x - 32));
        if (Math.hypot(z - 12, y - 12, nearest) <= 8) data[i] = 180;
      }
    }
  }
  return createVolume(data, [24, 24, 44], [0.5, 0.5, 0.5]);
}

Deno.test("segment finds the particles of a volume and passes its origin on", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "volume.nii.gz"), twoBalls());
    await Deno.writeTextFile(
      join(folder, "volume.nii.gz.provenance.json"),
      '{"origin": "synthetic"}',
    );
    const { code, stderr } = await run("segment", [
      "volume.nii.gz",
      "--out",
      "labels.nii.gz",
    ], folder);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^2 particles in labels\.nii\.gz$/m);
    const labels = await readLabels(join(folder, "labels.nii.gz"));
    assert.deepEqual(labels.shape, [24, 24, 44]);
    assert.deepEqual(labels.spacing_um, [0.5, 0.5, 0.5]);
    const at = (x: number) => labels.data[(12 * 24 + 12) * 44 + x]!;
    assert.deepEqual([at(12), at(32)].sort(), [1, 2]);
    assert.equal(await readOrigin(join(folder, "labels.nii.gz")), "synthetic");
    const record = JSON.parse(
      await Deno.readTextFile(join(folder, "labels.nii.gz.provenance.json")),
    );
    assert.equal(record.inputs[0].file, "volume.nii.gz");
    assert.deepEqual(record.parameters.spacing_um, [0.5, 0.5, 0.5]);
  });
});

Deno.test("segment finds the particles of a slice and of a folder of slices", async () => {
  const volume = twoBalls();
  await inFolder(async (folder) => {
    await writeImage(join(folder, "slice.png"), sliceOf(volume, "z", 12));
    for (let z = 0; z < 24; z++) {
      await writeImage(
        join(folder, "slices", `${z}.tif`),
        sliceOf(volume, "z", z),
      );
    }
    const slice = await run("segment", [
      "slice.png",
      "--spacing",
      "0.5,0.5",
      "--out",
      "slice.tif",
    ], folder);
    assert.match(slice.stderr, /^2 particles in slice\.tif$/m);
    assert.deepEqual((await readImage(join(folder, "slice.tif"))).spacing_um, [
      0.5,
      0.5,
    ]);
    const stack = await run("segment", [
      "slices",
      "--spacing",
      "0.5,0.5,0.5",
      "--out",
      "stack.tif",
    ], folder);
    assert.match(stack.stderr, /^2 particles in stack\.tif$/m);
    const record = JSON.parse(
      await Deno.readTextFile(join(folder, "stack.tif.provenance.json")),
    );
    assert.equal(record.inputs.length, 24);
    assert.equal(record.origin, "measured");
  });
});

Deno.test("segment exits with 2, says why and writes nothing if the input is bad", async () => {
  await inFolder(async (folder) => {
    const whole = await Deno.readFile(golden("uint16.nii"));
    await Deno.writeFile(join(folder, "cut.nii"), whole.subarray(0, 400));
    const before = namesIn(folder);
    for (
      const [args, message] of [
        [
          ["cut.nii"],
          /cut\.nii: Cannot read the image .* the file is cut off after 48\n$/,
        ],
        [[golden("two_times.nii")], /must have two or three axes/],
        [
          [golden("no_unit.nii")],
          /give it in micrometres with --spacing z,y,x\n$/,
        ],
        [[golden("grey.png")], /give it in micrometres with --spacing y,x\n$/],
        [
          [golden("grey.png"), "--spacing", "1,1,1"],
          /must have 2 positive numbers y,x in micrometres: current value is 1,1,1\n$/,
        ],
        [
          [golden("grey.png"), "--spacing", "0.1"],
          /^Option --spacing must be z,y,x/,
        ],
        [
          [golden("grey.png"), "--method", "magic"],
          /^Option --method must be watershed: current value is magic\n/,
        ],
        [
          [golden("uint32.nii")],
          /holds whole numbers of 32 bits, as labels do\n$/,
        ],
        [["none.nii"], /No such file or directory/],
        [[], /^segment takes <image>/],
      ] as const
    ) {
      assertFails(
        await run("segment", [...args, "--out", "labels.nii.gz"], folder),
        message,
      );
    }
    assert.deepEqual(namesIn(folder), before);
  });
});

Deno.test("segment exits with 2 and writes nothing if the labels have no place", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "volume.nii"), twoBalls());
    await Deno.mkdir(join(folder, "folder.nii"));
    for (
      const [out, message] of [
        [
          "labels.png",
          /labels\.png: Cannot write labels as the name of their file must end in/,
        ],
        [
          "volume.nii/labels.nii",
          /volume\.nii\/labels\.nii: Cannot write the file as its place must be writable/,
        ],
        [
          "folder.nii",
          /folder\.nii: Cannot write the file as its place must be writable: it is a folder/,
        ],
        ["./volume.nii", /^Option --out must not name the image itself/],
      ] as const
    ) {
      assertFails(
        await run("segment", ["volume.nii", "--out", out], folder),
        message,
      );
    }
    assertFails(
      await run("segment", ["volume.nii"], folder),
      /^Option --out is missing/,
    );
    assert.deepEqual(namesIn(folder), ["folder.nii", "volume.nii"]);
  });
});
