/** Weights of networks in the safetensors format. */
import { DataError, writeWhole } from "../core/mod.ts";

/** Numbers in single or double precision with a shape. */
export interface StoredTensor {
  /** Values; the last axis runs fastest. */
  readonly data: Float32Array | Float64Array;
  /** Length of each axis; none for a single number. */
  readonly shape: readonly number[];
}

/** What a safetensors file holds. */
export interface TensorFile {
  /** Tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const types = { F32: Float32Array, F64: Float64Array } as const;

/** Longest header that is read, as in the reference implementation. */
const longestHeader = 100e6;

/**
 * Writes tensors as safetensors (https://github.com/huggingface/safetensors),
 * whole or not at all.
 *
 * @param path Where to.
 * @param file Tensors and texts.
 * @throws {RangeError} If the values of a tensor are not as many as its shape says.
 * @throws {DataError} If the place cannot be written.
 *
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { readSafetensors, writeSafetensors } from "./safetensors.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * const tensors = new Map([["bias", { data: Float32Array.of(1, 2), shape: [2] }]]);
 * await writeSafetensors(path, { tensors, metadata: { seed: "1" } });
 * assert.deepEqual(await readSafetensors(path), { tensors, metadata: { seed: "1" } });
 * ```
 */
export async function writeSafetensors(
  path: string,
  { tensors, metadata }: TensorFile,
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { data, shape }] of tensors) {
    if (data.length !== valuesIn(shape)) {
      throw new RangeError(
        `Cannot write tensor ${name} as it must have ${
          valuesIn(shape)
        } values: current value is ${data.length}`,
      );
    }
    const dtype = data instanceof Float32Array ? "F32" : "F64";
    const from = end;
    end += data.byteLength;
    header[name] = { dtype, shape, data_offsets: [from, end] };
  }
  const text = JSON.stringify(header);
  // Spaces bring the data to a multiple of 8 bytes.
  const head = new TextEncoder().encode(
    text.padEnd(Math.ceil(new TextEncoder().encode(text).length / 8) * 8),
  );
  const bytes = new Uint8Array(8 + head.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let at = 8 + head.length;
  for (const { data } of tensors.values()) {
    const { buffer, byteOffset, byteLength } = data;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  await writeWhole(path, bytes);
}

/**
 * Reads tensors in single or double precision from a safetensors file.
 *
 * @param path The file.
 * @throws {DataError} If the file is truncated or not in the format, or a tensor
 * has another type or values that are not finite.
 */
export async function readSafetensors(path: string): Promise<TensorFile> {
  const bytes = await Deno.readFile(path);
  const fail = (rule: string, value: string | number) =>
    new DataError(
      `Cannot read the weights as ${rule}: current value is ${value}`,
      { file: path },
    );
  const length = bytes.length < 8
    ? NaN
    : Number(new DataView(bytes.buffer).getBigUint64(0, true));
  if (!(length <= Math.min(bytes.length - 8, longestHeader))) {
    throw fail(
      "the file must be whole and in the safetensors format",
      `${bytes.length} bytes`,
    );
  }
  const start = 8 + length;
  const header = parseHeader(bytes.subarray(8, start));
  if (header === undefined) {
    throw fail("its header must be a JSON object", "something else");
  }
  const tensors = new Map<string, StoredTensor>();
  const { __metadata__: metadata = {}, ...entries } = header;
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = entry as HeaderEntry;
    if (!Array.isArray(shape) || !Array.isArray(offsets)) {
      throw fail(
        `tensor ${name} must have a shape and offsets`,
        JSON.stringify(entry),
      );
    }
    const type = types[dtype as keyof typeof types];
    if (type === undefined) {
      throw fail(`the type of tensor ${name} must be F32 or F64`, dtype);
    }
    const [from, to] = [start + offsets[0], start + offsets[1]];
    if (to > bytes.length) {
      throw fail(`the file must have at least ${to} bytes`, bytes.length);
    }
    if (to - from !== valuesIn(shape) * type.BYTES_PER_ELEMENT) {
      throw fail(
        `tensor ${name} must have ${valuesIn(shape)} values`,
        (to - from) / type.BYTES_PER_ELEMENT,
      );
    }
    const data = new type(bytes.slice(from, to).buffer);
    const bad = data.find((value) => !Number.isFinite(value));
    if (bad !== undefined) {
      throw fail(`the values of tensor ${name} must be finite`, bad);
    }
    tensors.set(name, { data, shape });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

/** Entry of a tensor in the header. */
interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [from: number, to: number];
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes));
    return typeof header === "object" && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}

function valuesIn(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
