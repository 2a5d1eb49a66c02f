/** Files of other programs (see tests/oracles/io.py) and what is in them. */
import type { ZYX } from "@cathode/core/mod.ts";
import { projectPath } from "@cathode/core/mod.ts";

/** Shape and spacing of all golden stacks. */
export const SHAPE: ZYX = [3, 4, 5];
export const SPACING_UM: ZYX = [0.3, 0.2, 0.1];

/** Voxel number i of the golden stack of each type. */
export const valueAt: Record<string, (i: number) => number> = {
  int8: (i) => i - 10,
  uint8: (i) => 4 * i,
  int16: (i) => 1000 * i - 30000,
  uint16: (i) => 1000 * i,
  int32: (i) => 1000 * i - 10,
  uint32: (i) => 70_000_000 * i,
  int64: (i) => 70_000_000 * i,
  uint64: (i) => i,
  float32: (i) => 0.5 * i - 3,
  float64: (i) => 0.5 * i - 3,
};

/** Typed array that voxels of each type are read into. */
export const arrayOf: Record<string, string> = {
  int8: "Int16Array",
  uint8: "Uint8Array",
  int16: "Int16Array",
  uint16: "Uint16Array",
  int32: "Float32Array", // up to 58,990 and below 0: neither 16 bits nor unsigned
  uint32: "Uint32Array",
  int64: "Uint32Array",
  uint64: "Uint16Array", // up to 59: as small as it may be
  float32: "Float32Array",
  float64: "Float32Array",
};

/** Path of a golden file. */
export function golden(name: string): string {
  return projectPath("tests", "golden", "io", name);
}

/** All voxels of a golden stack, or those of one layer. */
export function voxels(type: string, layer?: number): number[] {
  const all = Array.from({ length: 60 }, (_, i) => valueAt[type]!(i));
  return layer === undefined ? all : all.slice(20 * layer, 20 * layer + 20);
}

/** Runs a function with a temporary folder that is gone afterwards. */
export async function inFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
