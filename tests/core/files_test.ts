import assert from "node:assert/strict";
import { join } from "node:path";
import {
  assertWritable,
  DataError,
  sha256,
  writeWhole,
} from "@cathode/core/mod.ts";
import { inFolder, namesIn } from "../io/fixtures.ts";

Deno.test("writeWhole() writes text, bytes and streams, and makes folders", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "new", "deep", "a.txt");
    const bytes = new TextEncoder().encode("µm\n");
    for (
      const content of [
        "µm\n",
        bytes,
        ReadableStream.from([bytes.slice(0, 1), bytes.slice(1)]),
      ]
    ) {
      await writeWhole(path, content);
      assert.equal(await Deno.readTextFile(path), "µm\n");
    }
    assert.deepEqual(namesIn(join(folder, "new", "deep")), ["a.txt"]);
  });
});

Deno.test("writeWhole() keeps the old file and leaves no part if the content breaks off", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.txt");
    await writeWhole(path, "old");
    const broken = ReadableStream.from((function* () {
      yield new TextEncoder().encode("ne");
      throw new Error("power cut");
    })());
    await assert.rejects(writeWhole(path, broken), {
      name: "DataError",
      message:
        `${path}: Cannot write the file as its place must be writable: power cut`,
    });
    assert.deepEqual(namesIn(folder), ["a.txt"]);
    assert.equal(await Deno.readTextFile(path), "old");
  });
});

Deno.test("writeWhole() throws if the place cannot be written, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    await Deno.mkdir(join(folder, "folder", "inside"), { recursive: true });
    for (const name of ["file/a.txt", "folder"]) {
      await assert.rejects(writeWhole(join(folder, name), "x"), DataError);
    }
    assert.deepEqual(namesIn(folder), ["file", "folder"]);
  });
});

Deno.test("writeWhole() lets many write the same file at once: one of them stands whole", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.txt");
    const contents = Array.from(
      { length: 8 },
      (_, i) => String(i).repeat(10_000),
    );
    await Promise.all(contents.map((content) => writeWhole(path, content)));
    assert.ok(contents.includes(await Deno.readTextFile(path)));
    assert.deepEqual(namesIn(folder), ["a.txt"]);
  });
});

Deno.test("assertWritable() throws where writeWhole() would, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    await Deno.mkdir(join(folder, "folder"));
    for (const name of ["file/a.txt", "folder"]) {
      const path = join(folder, name);
      await assert.rejects(assertWritable(path), {
        name: "DataError",
        message: /: Cannot write the file as its place must be writable: /,
      });
      await assert.rejects(writeWhole(path, "x"), DataError);
    }
    for (const name of ["file", "new.txt", "deep/new.txt"]) {
      await assertWritable(join(folder, name));
    }
    assert.deepEqual(namesIn(folder), ["file", "folder"]);
  });
});

Deno.test("sha256() gives the published digests", async () => {
  // FIPS 180-4 examples: the empty message, "abc" and a million letters a.
  const digests = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ["a".repeat(1e6)]:
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  };
  await inFolder(async (folder) => {
    const path = join(folder, "a");
    for (const [text, digest] of Object.entries(digests)) {
      await Deno.writeTextFile(path, text);
      assert.equal(await sha256(path), digest);
    }
  });
});
