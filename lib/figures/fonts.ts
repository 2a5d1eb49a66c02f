/** The font that comes with the project, Arimo: the widths of Arial under an open licence. */
// Imported so that Deno fetches the package; its fonts are files, not modules.
import metadata from "@expo-google-fonts/arimo/metadata.json" with {
  type: "json",
};
import { create } from "fontkit";

/** Name of the font in SVG. */
export const fontName: string = metadata.family;

/** Weights that come with the project. */
export type FontWeight = "regular" | "bold";

/** What is used of a font of fontkit, which has no types of its own. */
interface Font {
  readonly unitsPerEm: number;
  layout(text: string): { readonly advanceWidth: number };
}

const files: Record<FontWeight, string> = {
  regular: "@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf",
  bold: "@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf",
};

/**
 * Content of a font file (TrueType).
 *
 * @param weight Regular or bold.
 */
export function fontBytes(weight: FontWeight): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(import.meta.resolve(files[weight])));
}

const fonts = new Map<FontWeight, Font>();
const widths = new Map<string, number>();

/**
 * Width of a line of text, kerning included, as a share of the font size.
 *
 * @param text The line.
 * @param weight Regular or bold.
 *
 * @example Narrow and wide letters
 * ```ts
 * import assert from "node:assert/strict";
 * import { textWidth } from "./fonts.ts";
 *
 * assert.equal(textWidth("W", "regular"), 1933 / 2048);
 * assert.equal(textWidth("i", "regular"), 455 / 2048);
 * ```
 */
export function textWidth(text: string, weight: FontWeight): number {
  const key = `${weight} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    const font = openFont(weight);
    width = font.layout(text).advanceWidth / font.unitsPerEm;
    widths.set(key, width);
  }
  return width;
}

function openFont(weight: FontWeight): Font {
  let font = fonts.get(weight);
  if (font === undefined) {
    font = create(fontBytes(weight)) as Font;
    fonts.set(weight, font);
  }
  return font;
}
