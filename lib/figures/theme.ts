/**
 * Look of the figures: column widths, text of 5 to 7 pt, no grid, thin axes.
 *
 * Follows the guide to figures of Nature Research
 * (https://research-figure-guide.nature.com).
 */
import { categories, damageStops, divergingStops, wong } from "./palette.ts";

/** Width of one column of a journal in millimetres. */
export const oneColumn_mm = 89;

/** Width of a page of a journal in millimetres. */
export const twoColumns_mm = 183;

/**
 * Drawing units in a point.
 *
 * With two, the text sizes of screens (10 to 14 pixels) become those of print
 * (5 to 7 pt), and one specification serves both.
 */
export const units_per_pt = 2;

/** Drawing units in a millimetre. */
export const units_per_mm: number = units_per_pt * 72 / 25.4;

/** Text sizes in drawing units. */
export const textSize = {
  /** 5 pt: the stamp, notes inside a chart. */
  small: 10,
  /** 6 pt: labels of axes and legends. */
  label: 12,
  /** 7 pt: titles. */
  title: 14,
} as const;

/** Fonts in order of preference; the first comes with the project and has the widths of the second. */
export const fontFamily = "Arimo, Arial, Helvetica, sans-serif";

const title = {
  titleFontSize: textSize.title,
  titleFontWeight: "normal",
  titleColor: wong.black,
  titleLimit: 0,
};
const label = {
  labelFontSize: textSize.label,
  labelColor: wong.black,
  labelLimit: 0,
};

/** Vega-Lite configuration of every chart. */
export const theme: Readonly<Record<string, unknown>> = {
  background: "#FFFFFF",
  // Labels for screen readers would repeat every row, and every image, in the SVG.
  aria: false,
  font: fontFamily,
  padding: 2,
  view: { stroke: null, continuousWidth: 300, continuousHeight: 200 },
  axis: {
    ...title,
    ...label,
    grid: false,
    domainColor: wong.black,
    domainWidth: 1,
    tickColor: wong.black,
    tickWidth: 1,
    tickSize: 5,
    labelPadding: 3,
    titlePadding: 6,
    labelFlush: false,
  },
  axisQuantitative: { tickCount: 5 },
  axisXBand: { labelAngle: 0 },
  axisXPoint: { labelAngle: 0 },
  legend: {
    ...title,
    ...label,
    symbolSize: 60,
    symbolStrokeWidth: 2,
    rowPadding: 2,
    labelOffset: 4,
    gradientLabelOffset: 4,
    titlePadding: 4,
    offset: 10,
    gradientThickness: 10,
    gradientStrokeColor: null,
  },
  header: {
    ...title,
    ...label,
    labelFontSize: textSize.title,
    titlePadding: 4,
    labelPadding: 4,
  },
  title: {
    fontSize: textSize.title,
    fontWeight: "bold",
    color: wong.black,
    offset: 6,
    limit: 0,
    subtitleFontSize: textSize.label,
    subtitleColor: wong.black,
    subtitlePadding: 3,
  },
  mark: { color: wong.blue },
  text: { fontSize: textSize.label, color: wong.black },
  line: { strokeWidth: 2 },
  rule: { strokeWidth: 1, color: wong.black },
  point: { size: 20, filled: true, opacity: 1 },
  range: {
    category: [...categories],
    ramp: [...damageStops],
    heatmap: [...damageStops],
    diverging: [...divergingStops],
  },
};
