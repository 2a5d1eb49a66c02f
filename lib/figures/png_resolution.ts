/** Resolution of PNG images, so that other programs place them at their size on the page. */
import { crc32 } from "node:zlib";

/** Bytes of the PNG signature and of the header chunk, after which the resolution may stand. */
const afterHeader = 8 + 25;

/**
 * A PNG with its resolution written into it (chunk `pHYs`).
 *
 * @param png A PNG that does not state its resolution yet.
 * @param resolution_dpi Dots per inch.
 */
export function withResolution(
  png: Uint8Array,
  resolution_dpi: number,
): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const dotsPerMetre = Math.round(resolution_dpi / 0.0254);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, dotsPerMetre);
  view.setUint32(12, dotsPerMetre);
  chunk[16] = 1; // the unit is the metre
  view.setUint32(17, crc32(chunk.subarray(4, 17)));

  const result = new Uint8Array(png.length + chunk.length);
  result.set(png.subarray(0, afterHeader));
  result.set(chunk, afterHeader);
  result.set(png.subarray(afterHeader), afterHeader + chunk.length);
  return result;
}
