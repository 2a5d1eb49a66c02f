/** Writes the files that io_written.py opens. */
import { join } from "node:path";
import { createVolume, sliceOf } from "@cathode/core/mod.ts";
import { writeImage } from "@cathode/io/mod.ts";

const folder = Deno.args[0]!;
const types = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  float32: Float32Array,
};
for (const [name, type] of Object.entries(types)) {
  const step = type === Float32Array ? 0.5 : 1;
  const data = new type(60);
  for (let i = 0; i < data.length; i++) data[i] = step * i;
  const volume = createVolume(data, [3, 4, 5], [0.3, 0.2, 0.1]);
  for (const ending of [".nii", ".nii.gz", ".tif"]) {
    await writeImage(join(folder, `${name}${ending}`), volume);
  }
  if (name !== "uint16") continue;
  for (const ending of [".nii.gz", ".tif", ".png"]) {
    await writeImage(join(folder, `slice${ending}`), sliceOf(volume, "z", 1));
  }
}
