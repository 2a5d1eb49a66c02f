/** What a panel of a figure is, before it is drawn. */
import type { Origin } from "../core/mod.ts";

/**
 * A Vega-Lite specification, without theme and schema address, which are added
 * where it is drawn.
 *
 * Lengths are in drawing units of half a point, so that the usual pixel sizes
 * of Vega-Lite give the text of a journal; see `units_per_mm`.
 */
export type Spec = Readonly<Record<string, unknown>>;

/** What every panel has. */
export interface PanelHead {
  /** Name of its files and its place in the registry, for example `science-fig1-b`. */
  readonly id: string;
  /** Says what is seen; the stamp SYNTHETIC is added where it is drawn. */
  readonly caption: string;
  /** Whether the data are synthetic or measured. */
  readonly origin: Origin;
  /** Width on the page in millimetres; one column (89) by default. */
  readonly width_mm?: number;
}

/** A panel drawn from a Vega-Lite specification. */
export interface ChartPanel extends PanelHead {
  /** What to draw. Its widths and heights are proportions: all are scaled together until the figure has its width on the page. */
  readonly spec: Spec;
}

/** A panel that is drawn already, where Vega-Lite has no marks for it (ribbons of a circular plot). */
export interface DrawingPanel extends PanelHead {
  /** An SVG document with a `viewBox` in drawing units. */
  readonly svg: string;
}

/** A panel: one letter of a published figure, or a chart of our own. */
export type Panel = ChartPanel | DrawingPanel;

/** Whether a panel is drawn already. */
export function isDrawing(panel: Panel): panel is DrawingPanel {
  return "svg" in panel;
}
