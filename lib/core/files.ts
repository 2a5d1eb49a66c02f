/** Files that are written whole or not at all. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
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
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `Cannot write the file as its place must be writable: ${reason}`,
      { file: path },
    );
  }
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
