import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createSlice,
  createVolume,
  projectPath,
  readOrigin,
  sliceOf,
  type Volume,
} from "@cathode/core/mod.ts";
import { readImage, readLabels, writeImage } from "@cathode/io/mod.ts";
import { shippedStarModel } from "@cathode/segmentation/mod.ts";
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
    // The weights are an input, too.
    assert.equal(record.inputs.length, 25);
    assert.equal(record.parameters.method, "star");
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
          /^Option --method must be star or watershed: current value is magic\n/,
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

/** Bright balls of radius 4 um every 12 um along x; voxels of 0.5 um. */
function row(): Volume<Uint8Array> {
  const data = new Uint8Array(24 * 24 * 144).fill(60);
  for (let i = 0; i < data.length; i++) {
    const x = i % 144, y = Math.floor(i / 144) % 24, z = Math.floor(i / 3456);
    if (Math.hypot(z - 12, y - 12, x % 24 - 12) <= 8) data[i] = 180;
  }
  return createVolume(data, [24, 24, 144], [0.5, 0.5, 0.5]);
}

Deno.test("segment writes the same bytes as a whole, in blocks, and in blocks one by one", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "row.nii"), row());
    const segment = (...args: string[]) =>
      run("segment", ["row.nii", ...args], folder);
    const whole = await segment("--out", "whole.nii.gz");
    assert.match(whole.stderr, /^6 particles in whole\.nii\.gz$/m);

    const all = await segment("--out", "all.nii.gz", "--blocks", "3");
    assert.equal(all.code, 0, all.stderr);
    assert.match(all.stderr, /^6 particles in all\.nii\.gz$/m);
    assert.ok(!namesIn(folder).includes("all.nii.gz.blocks"));

    const out = ["--out", "joined.nii.gz", "--blocks", "3"];
    for (const block of ["3", "1", "2"]) {
      const one = await segment(...out, "--block", block);
      assert.equal(one.code, 0, one.stderr);
      assert.match(
        one.stderr,
        new RegExp(`^block ${block} of 3 is done$`, "m"),
      );
    }
    const again = await segment(...out, "--block", "2");
    assert.match(again.stderr, /^block 2 of 3 was already done$/m);
    const joined = await segment(...out, "--stitch");
    assert.equal(joined.code, 0, joined.stderr);
    const bytes = await Deno.readFile(join(folder, "whole.nii.gz"));
    for (const name of ["all.nii.gz", "joined.nii.gz"]) {
      assert.deepEqual(await Deno.readFile(join(folder, name)), bytes);
    }
    const record = JSON.parse(
      await Deno.readTextFile(join(folder, "joined.nii.gz.provenance.json")),
    );
    assert.deepEqual(record.parameters.differing, []);
    assert.equal(record.parameters.blocks, 3);
  });
});

Deno.test("segment --blocks goes on after an interruption and refuses what does not belong together", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "row.nii"), row());
    const segment = (...args: string[]) =>
      run("segment", ["row.nii", "--out", "l.nii", ...args], folder);
    await segment("--blocks", "3", "--block", "2");
    const blocks = join(folder, "l.nii.blocks");
    const before = namesIn(folder), beforeBlocks = namesIn(blocks);
    assert.deepEqual(beforeBlocks, [
      "block-2.json",
      "block-2.nii.gz",
      "survey.json",
      "survey.nii",
    ]);
    for (
      const [args, message] of [
        [
          ["--blocks", "3", "--stitch"],
          /l\.nii\.blocks: Cannot join the blocks as all 3 must be done: missing are 1, 3\n$/,
        ],
        [
          ["--blocks", "4", "--block", "1"],
          /survey\.json: Cannot go on with the blocks as they must be of the same image/,
        ],
        [
          ["--blocks", "3", "--block", "4"],
          /^Option --block must be a whole number from 1 to 3, the number of blocks: current value is 4\n/,
        ],
        [
          ["--blocks", "0"],
          /^Option --blocks must be a whole number, 1 or more/,
        ],
        [["--block", "1"], /^Option --block needs --blocks/],
        [["--stitch"], /^Option --stitch needs --blocks/],
        [
          ["--blocks", "3", "--block", "1", "--stitch"],
          /^Options --block and --stitch must not be given together/,
        ],
        [
          ["--method", "watershed", "--model", "w"],
          /^Option --model is for --method star only/,
        ],
        [
          ["--method", "star", "--model", "none.safetensors"],
          /none\.safetensors/,
        ],
      ] as const
    ) {
      assertFails(await segment(...args), message);
      assert.deepEqual(namesIn(folder), before);
      assert.deepEqual(namesIn(blocks), beforeBlocks);
    }
    assertFails(
      await run("segment", [
        ...[golden("grey.png"), "--spacing", "1,1", "--blocks", "2"],
        ...["--out", "slice.tif"],
      ], folder),
      /must be a volume: current shape is/,
    );

    // A block that was cut off is told, not joined.
    await segment("--blocks", "3", "--block", "1");
    await segment("--blocks", "3", "--block", "3");
    const cut = join(blocks, "block-1.nii.gz");
    const whole = await Deno.readFile(cut);
    await Deno.writeFile(cut, whole.subarray(0, whole.length - 20));
    assertFails(
      await segment("--blocks", "3", "--stitch"),
      /block-1\.nii\.gz: Cannot read the image/,
    );
    await Deno.writeFile(cut, whole);
    const went = await segment("--blocks", "3");
    assert.match(went.stderr, /^6 particles in l\.nii$/m);
    assert.deepEqual(namesIn(folder), [
      ...["l.nii", "l.nii.provenance.json", "row.nii"],
    ]);
  });
});

Deno.test("segment --method star exits with 2 on black and saturated slices and on wrong weights, and writes nothing", async () => {
  await inFolder(async (folder) => {
    for (const [name, level] of [["black", 0], ["white", 255]] as const) {
      const data = new Uint8Array(40 * 40).fill(level);
      const slice = createSlice(data, [40, 40], [0.2, 0.2]);
      await writeImage(join(folder, `${name}.tif`), slice);
    }
    const weights = await Deno.readFile(shippedStarModel);
    const cut = weights.subarray(0, weights.length - 4000);
    await Deno.writeFile(join(folder, "cut.safetensors"), cut);
    const text = new TextDecoder("latin1").decode(weights);
    const wide = text.replace('channels\\":12', 'channels\\":14');
    await Deno.writeFile(
      join(folder, "wide.safetensors"),
      Uint8Array.from(wide, (c) => c.charCodeAt(0)),
    );
    const before = namesIn(folder);
    for (
      const [args, message] of [
        [
          ["black.tif"],
          /must have more than one grey level.*: current value is 0\n$/,
        ],
        [
          ["white.tif"],
          /must have more than one grey level.*: current value is 255\n$/,
        ],
        [
          ["black.tif", "--model", "cut.safetensors"],
          /cut\.safetensors: Cannot read the weights as the file must have at least/,
        ],
        [
          ["black.tif", "--model", "wide.safetensors"],
          /wide\.safetensors: Cannot use the weights as tensor stem\.filter/,
        ],
        [[golden("rgb.tif"), "--spacing", "0.2,0.2"], /rgb\.tif: Cannot read/],
      ] as [string[], RegExp][]
    ) {
      const options = ["--out", "labels.tif", "--spacing", "0.2,0.2"];
      assertFails(await run("segment", [...args, ...options], folder), message);
      assert.deepEqual(namesIn(folder), before);
    }
  });
});

Deno.test("segment too many blocks exits with 2", async () => {
  await inFolder(async (folder) => {
    await writeImage(join(folder, "row.nii"), row());
    assertFails(
      await run("segment", [
        ...["row.nii", "--out", "l.nii", "--blocks", "10"],
        ...["--method", "watershed"],
      ], folder),
      /must be a whole number from 1 to 9, .*: current value is 10\n$/,
    );
  });
});

Deno.test({
  name: "segment leaves nothing half-written if the disk is full",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      await writeImage(join(folder, "row.nii"), row());
      const module = projectPath("lib", "cli", "segment.ts");
      for (const blocks of [[], ["--blocks", "2"]]) {
        const args = ["row.nii", "--out", "labels.nii", ...blocks];
        // Files may not grow beyond 64 kB; the signal is ignored, so that writing fails.
        const { code, stderr } = await new Deno.Command("bash", {
          args: [
            "-c",
            'trap "" XFSZ; ulimit -f 64; exec "$@"',
            "bash",
            ...[Deno.execPath(), "run", "-A", "--quiet", "--no-check", module],
            ...args,
          ],
          env: { INIT_CWD: folder, NO_COLOR: "1" },
        }).output();
        const message = new TextDecoder().decode(stderr);
        assert.equal(code, 2, message);
        assert.match(
          message,
          /Cannot write the file as its place must be writable: File too large/,
        );
        assert.doesNotMatch(message, /\n\s+at /);
      }
      assert.deepEqual(
        namesIn(folder).filter((name) => !name.endsWith(".blocks")),
        ["row.nii"],
      );
      assert.deepEqual(namesIn(join(folder, "labels.nii.blocks")), []);
    }),
});
