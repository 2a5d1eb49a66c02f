/** LZW as TIFF files use it. */

const CLEAR = 256, END = 257, FIRST_FREE = 258, CODES = 4096;

/**
 * Decompresses a strip or tile.
 *
 * Codes of 9 to 12 bits stand most significant bit first and grow one code
 * early, as TIFF 6.0 (section 13) has it.
 *
 * @param source Compressed bytes.
 * @param target Takes the bytes; what does not fit is left out.
 * @returns How many bytes were written, or -1 if the codes make no sense.
 */
export function decompressLzw(source: Uint8Array, target: Uint8Array): number {
  // Entry c stands for the bytes target[starts[c]] to target[ends[c]]: all
  // strings of the table have been written before.
  const starts = new Uint32Array(CODES), ends = new Uint32Array(CODES);
  let width = 9, next = FIRST_FREE, previous = CLEAR;
  let bits = 0, bitCount = 0, written = 0, previousStart = 0;
  for (let read = 0; written < target.length;) {
    while (bitCount < width) {
      if (read === source.length) return written;
      bits = ((bits << 8) | source[read++]!) & 0xffffff;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bits >>> bitCount) & ((1 << width) - 1);
    if (code === END) return written;
    if (code === CLEAR) {
      width = 9;
      next = FIRST_FREE;
      previous = CLEAR;
      continue;
    }
    if (previous !== CLEAR && next < CODES) {
      // The previous string and the first byte of this one, which follows it.
      starts[next] = previousStart;
      ends[next] = written + 1;
      next++;
    }
    if (code >= next || (previous === CLEAR && code >= CLEAR)) return -1;
    const start = written;
    if (code < CLEAR) target[written++] = code;
    else {
      const end = ends[code]!;
      for (let i = starts[code]!; i < end && written < target.length; i++) {
        target[written++] = target[i]!;
      }
    }
    previousStart = start;
    previous = code;
    if (next === (1 << width) - 1 && width < 12) width++;
  }
  return written;
}
