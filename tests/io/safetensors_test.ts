import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "@cathode/core/mod.ts";
import { readSafetensors, writeSafetensors } from "@cathode/io/mod.ts";
import { golden, inFolder } from "./fixtures.ts";

const reference = golden("reference.safetensors");

Deno.test("readSafetensors() reads what the reference implementation wrote", async () => {
  const { tensors, metadata } = await readSafetensors(reference);
  assert.deepEqual(metadata, {
    format: "reference",
    architecture: '{"depth": 3}',
  });
  assert.deepEqual(tensors.get("filter"), {
    data: Float32Array.from({ length: 12 }, (_, i) => i / 8),
    shape: [2, 3, 2],
  });
  assert.deepEqual(tensors.get("moments"), {
    data: Float64Array.of(1e-300, Math.PI),
    shape: [2],
  });
});

Deno.test("readSafetensors() refuses truncated files wherever they end", async () => {
  const whole = await Deno.readFile(reference);
  await inFolder(async (folder) => {
    const path = join(folder, "short.safetensors");
    for (const length of [0, 7, 8, 40, whole.length - 1]) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assert.rejects(
        readSafetensors(path),
        (error: unknown) =>
          error instanceof DataError && error.message.startsWith(path),
      );
    }
  });
});

Deno.test("readSafetensors() refuses what is no safetensors file, other types and numbers that are not finite", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "bad.safetensors");
    const file = (header: unknown, bytes: number) => {
      const head = new TextEncoder().encode(JSON.stringify(header));
      const content = new Uint8Array(8 + head.length + bytes);
      new DataView(content.buffer).setBigUint64(0, BigInt(head.length), true);
      content.set(head, 8);
      return content;
    };
    const entry = (dtype: string, shape: number[], end: number) => ({
      a: { dtype, shape, data_offsets: [0, end] },
    });
    const nan = file(entry("F32", [1], 4), 4);
    nan.set([0, 0, 192, 127], nan.length - 4);
    const cases: [Uint8Array, RegExp][] = [
      [new TextEncoder().encode("not weights at all"), /must be whole/],
      [file([1], 0), /offsets/],
      [file("text", 0), /JSON object/],
      [file(entry("BF16", [2], 4), 4), /type of tensor a must be F32 or F64/],
      [file(entry("F32", [2], 4), 4), /tensor a must have 2 values/],
      [file(entry("F32", [2], 8), 4), /at least/],
      [file({ a: 3 }, 0), /must have a shape and offsets/],
      [nan, /must be finite.*NaN/],
    ];
    for (const [content, message] of cases) {
      await Deno.writeFile(path, content);
      await assert.rejects(readSafetensors(path), message);
    }
  });
});

Deno.test("writeSafetensors() refuses values that are not as many as the shape says, and leaves nothing behind", async () => {
  await inFolder(async (folder) => {
    const tensors = new Map([["a", { data: new Float32Array(3), shape: [2] }]]);
    await assert.rejects(
      writeSafetensors(join(folder, "a.safetensors"), {
        tensors,
        metadata: {},
      }),
      /tensor a as it must have 2 values: current value is 3/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
