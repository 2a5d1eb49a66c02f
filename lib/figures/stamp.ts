/** The stamp SYNTHETIC, which every figure from synthetic data carries. */
import type { Origin } from "../core/mod.ts";
import { fontName } from "./fonts.ts";
import type { Spec } from "./panel.ts";
import { textSize, units_per_pt } from "./theme.ts";

/** The stamp. */
export const syntheticStamp = "SYNTHETIC";

const stampColour = "#6B6B6B";

/**
 * Caption with the stamp in front if the data are synthetic.
 *
 * @param caption Says what is seen.
 * @param origin Where the data come from.
 */
export function stampCaption(caption: string, origin: Origin): string {
  return origin === "synthetic" ? `${syntheticStamp}. ${caption}` : caption;
}

/**
 * Specification with the stamp above the chart if the data are synthetic:
 * under the title where there is one, else at the upper corner.
 *
 * @param spec What to draw.
 * @param origin Where the data come from.
 */
export function stampSpec(spec: Spec, origin: Origin): Spec {
  if (origin !== "synthetic") return spec;
  const { title } = spec;
  if (title !== undefined) {
    const given = typeof title === "string" || Array.isArray(title)
      ? { text: title }
      : title as { text: unknown; subtitle?: string | string[] };
    return {
      ...spec,
      title: {
        subtitleFontSize: textSize.small,
        subtitleFontWeight: "bold",
        subtitleColor: stampColour,
        ...given,
        subtitle: [given.subtitle ?? [], syntheticStamp].flat(),
      },
    };
  }
  const single = "mark" in spec || "layer" in spec;
  return {
    ...spec,
    title: {
      text: syntheticStamp,
      fontSize: textSize.small,
      fontWeight: "bold",
      color: stampColour,
      offset: 4,
      frame: "bounds",
      // Vega-Lite places the title of composed views at the start only.
      anchor: single ? "end" : "start",
    },
  };
}

/** Height of the strip that holds the stamp of a drawing, in drawing units. */
export const stampStrip = textSize.small + 2 * units_per_pt;

/**
 * The stamp as SVG text at the upper right corner.
 *
 * @param width Width of the drawing in drawing units.
 */
export function stampSvg(width: number): string {
  return `<text x="${
    width - 2
  }" y="${textSize.small}" text-anchor="end" font-family="${fontName}" font-size="${textSize.small}px" font-weight="bold" fill="${stampColour}">${syntheticStamp}</text>`;
}
