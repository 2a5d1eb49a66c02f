/** Files that are written whole or not at all. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { DataError } from "./errors.ts";

/**
 * Writes a file beside its place and renames it, so that a reader never sees
 * half of it and an interrupted run leaves the old one.
 *
 * Folders on the way are made.
 *
 * @param path Where to.
 * @param content Bytes, or text in UTF-8, or bytes as they come.
 * @throws {DataError} If the place cannot be written, with the path and the reason.
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | string | ReadableStream<Uint8Array>,
): Promise<void> {
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await (typeof content === "string"
      ? Deno.writeTextFile(beside, content)
      : Deno.writeFile(beside, content));
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw unwritable(path, error);
  }
}

/**
 * Throws unless {@linkcode writeWhole} can write a file, so that long work is
 * not done in vain. Leaves nothing behind, folders neither.
 *
 * @param path Where the file is to go.
 * @throws {DataError} If the place cannot be written, with the path and the reason.
 */
export async function assertWritable(path: string): Promise<void> {
  const found = await statIfAny(path);
  if (found?.isDirectory) throw unwritable(path, "it is a folder");
  let folder = dirname(path);
  while (await statIfAny(folder) === undefined) folder = dirname(folder);
  const probe = join(folder, `${crypto.randomUUID().slice(0, 8)}.part`);
  try {
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function statIfAny(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch {
    return undefined; // not there, or below a file
  }
}

function unwritable(file: string, error: unknown): DataError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DataError(
    `Cannot write the file as its place must be writable: ${reason}`,
    { file },
  );
}

/**
 * SHA-256 of a file, in hexadecimal digits, read in pieces.
 *
 * @param path The file.
 */
export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const piece of file.readable) hash.update(piece);
  return hash.digest("hex");
}
