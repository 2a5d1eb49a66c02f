/** Circular plots: quantities on a circle, ribbons between those that are correlated. */
// @ts-types="@types/d3-chord"
import { ribbon } from "d3-chord";
import { fontName, textWidth } from "./fonts.ts";
import { wong } from "./palette.ts";
import { textSize } from "./theme.ts";

/** A quantity on the circle. */
export interface CircleNode {
  /** Short text inside its arc; may be empty. */
  readonly label: string;
  /** Text outside; may be empty. */
  readonly name: string;
}

/** A ribbon between two quantities. */
export interface CircleRibbon {
  /** Index of one node. */
  readonly a: number;
  /** Index of the other. */
  readonly b: number;
  /** Correlation: its size is the width, its sign the colour. */
  readonly r: number;
  /** Whether it is drawn strongly; others are faded. */
  readonly highlighted: boolean;
}

/** One circle and where it stands. */
export interface CircularPlot {
  readonly nodes: readonly CircleNode[];
  readonly ribbons: readonly CircleRibbon[];
  /** Line above the circle. */
  readonly title: string;
  /** Centre in drawing units. */
  readonly centre: readonly [x: number, y: number];
  /** Outer radius of the arcs in drawing units. */
  readonly radius: number;
}

/** Colour of ribbons of positive and of negative correlations. */
export const ribbonColours = {
  positive: wong.vermilion,
  negative: wong.blue,
} as const;

const arcColour = "#4D4D4D";
/** Distance of the names from the arcs in drawing units. */
const nameGap = 5;
const gap = 0.06, fadedOpacity = 0.25, opacity = 0.85;

/** Where a ribbon meets the circle. */
interface End {
  startAngle: number;
  endAngle: number;
  radius: number;
}

/**
 * Draws one circle as SVG elements.
 *
 * Arcs are of equal length and start at the top, clockwise. A ribbon is as wide
 * as the correlation is strong; its sign stands on it if there is room.
 *
 * @param plot What to draw.
 * @throws {RangeError} If a ribbon leads to a node that is not there.
 *
 * @example Two nodes and a ribbon
 * ```ts
 * import assert from "node:assert/strict";
 * import { drawCircularPlot } from "./circular_plot.ts";
 *
 * const svg = drawCircularPlot({
 *   nodes: [{ label: "1", name: "Volume" }, { label: "2", name: "Contact" }],
 *   ribbons: [{ a: 0, b: 1, r: -0.4, highlighted: true }],
 *   title: "10 cycles",
 *   centre: [100, 100],
 *   radius: 60,
 * });
 * assert.match(svg, />−</);
 * ```
 */
export function drawCircularPlot(
  { nodes, ribbons, title, centre: [x, y], radius }: CircularPlot,
): string {
  const wrong = ribbons.flatMap(({ a, b }) => [a, b])
    .find((node) => nodes[node] === undefined);
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot draw the ribbon as its ends must be nodes 0 to ${
        nodes.length - 1
      }: current value is ${wrong}`,
    );
  }
  const thickness = Math.max(8, radius * 0.12);
  const inner = radius - thickness - 1;
  const ends = ribbonEnds(nodes.length, ribbons, inner);
  const shape = ribbon<void, { source: End; target: End }, End>();
  // Faded ones first, so that they do not cover the others.
  const order = [...ribbons.keys()].sort((i, j) =>
    Number(ribbons[i]!.highlighted) - Number(ribbons[j]!.highlighted)
  );
  const elements = order.flatMap((i) => {
    const { r, highlighted } = ribbons[i]!;
    const { source, target } = ends[i]!;
    const colour = r < 0 ? ribbonColours.negative : ribbonColours.positive;
    const path = round(
      shape({ source, target }) as unknown as string | null ?? "",
    );
    return [
      `<path d="${path}" fill="${colour}" fill-opacity="${
        highlighted ? opacity : fadedOpacity
      }"/>`,
    ];
  });
  const signs = order.flatMap((i) => signsOf(ribbons[i]!, ends[i]!));
  const step = 2 * Math.PI / nodes.length;
  const arcs = nodes.flatMap(({ label, name }, k) => {
    const from = k * step + gap / 2, to = (k + 1) * step - gap / 2;
    const middle = (from + to) / 2;
    return [
      `<path d="${
        ringPart(from, to, radius - thickness, radius)
      }" fill="${arcColour}"/>`,
      ...(label === "" ? [] : [
        text(label, at(middle, radius - thickness / 2), {
          size: textSize.small,
          fill: "#FFFFFF",
          bold: true,
        }),
      ]),
      ...(name === "" ? [] : [outsideText(name, middle, radius + nameGap)]),
    ];
  });
  return `<g transform="translate(${x} ${y})">${
    [...elements, ...signs, ...arcs].join("")
  }${
    text(title, [0, -radius - nameMargin(nodes) - textSize.label], {
      size: textSize.label,
      fill: wong.black,
      bold: true,
    })
  }</g>`;
}

/**
 * Room that the names of nodes take outside the circle, in drawing units.
 *
 * @param nodes The nodes.
 */
export function nameMargin(nodes: readonly Pick<CircleNode, "name">[]): number {
  const widest = Math.max(
    ...nodes.map(({ name }) => textWidth(name, "regular")),
  );
  return nameGap + textSize.small * widest;
}

/**
 * Places along each arc, in the order of the partners round the circle, so that
 * ribbons of one node do not cross.
 */
function ribbonEnds(
  count: number,
  ribbons: readonly CircleRibbon[],
  radius: number,
): { source: End; target: End }[] {
  const step = 2 * Math.PI / count, room = step - 2 * gap;
  const sums = new Float64Array(count);
  for (const { a, b, r } of ribbons) {
    sums[a]! += Math.abs(r);
    sums[b]! += Math.abs(r);
  }
  const perUnit = room / Math.max(1, ...sums);
  const starts = Array.from(
    sums,
    (sum, k) => (k + 0.5) * step - sum * perUnit / 2,
  );
  const ends = ribbons.map(() => new Map<number, End>());
  for (let node = 0; node < count; node++) {
    const steps = (i: number) => {
      const { a, b } = ribbons[i]!;
      return (a + b - 2 * node + count) % count; // steps clockwise to the partner
    };
    const own = [...ribbons.keys()]
      .filter((i) => ribbons[i]!.a === node || ribbons[i]!.b === node)
      .sort((i, j) => steps(j) - steps(i));
    let angle = starts[node]!;
    for (const i of own) {
      const startAngle = angle;
      angle += Math.abs(ribbons[i]!.r) * perUnit;
      ends[i]!.set(node, { startAngle, endAngle: angle, radius });
    }
  }
  return ribbons.map(({ a, b }, i) => ({
    source: ends[i]!.get(a)!,
    target: ends[i]!.get(b)!,
  }));
}

/** The sign near both ends of a ribbon, on its middle line; none where it is narrower than a sign. */
function signsOf(
  { r, highlighted }: CircleRibbon,
  { source, target }: { source: End; target: End },
): string[] {
  const width = (source.endAngle - source.startAngle) * source.radius;
  if (width < textSize.title / 2) return [];
  const [from, to] = [source, target].map(({ startAngle, endAngle, radius }) =>
    at((startAngle + endAngle) / 2, radius)
  ) as [Point, Point];
  // The middle line is a quadratic curve through the ends, bent towards the centre.
  const along = (t: number): Point => [
    (1 - t) ** 2 * from[0] + t ** 2 * to[0],
    (1 - t) ** 2 * from[1] + t ** 2 * to[1],
  ];
  return [0.12, 0.88].map((t) =>
    text(r < 0 ? "−" : "+", along(t), {
      size: textSize.title,
      fill: highlighted ? wong.black : "#7F7F7F",
      bold: true,
    })
  );
}

type Point = readonly [x: number, y: number];

/** Point at an angle clockwise from the top. */
function at(angle: number, radius: number): Point {
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
}

function ringPart(
  from: number,
  to: number,
  inner: number,
  outer: number,
): string {
  const large = to - from > Math.PI ? 1 : 0;
  const [a, b] = [at(from, outer), at(to, outer)];
  const [c, d] = [at(to, inner), at(from, inner)];
  return round(
    `M${a}A${outer},${outer},0,${large},1,${b}L${c}A${inner},${inner},0,${large},0,${d}Z`,
  );
}

/** Text that runs outwards along the radius, readable from below. */
function outsideText(words: string, angle: number, radius: number): string {
  const left = angle > Math.PI;
  const degrees = angle * 180 / Math.PI + (left ? 90 : -90);
  const [x, y] = at(angle, radius);
  return text(words, [x, y], {
    size: textSize.small,
    fill: wong.black,
    anchor: left ? "end" : "start",
    rotate: degrees,
  });
}

function text(
  words: string,
  [x, y]: Point,
  { size, fill, bold = false, anchor = "middle", rotate = 0 }: {
    size: number;
    fill: string;
    bold?: boolean;
    anchor?: "start" | "middle" | "end";
    rotate?: number;
  },
): string {
  const place = round(`${x} ${y}`);
  // Digits and capitals are about 0.72 of the size high.
  return `<text transform="translate(${place}) rotate(${
    round(String(rotate))
  })" y="${
    round(String(0.36 * size))
  }" text-anchor="${anchor}" font-family="${fontName}" font-size="${size}px"${
    bold ? ' font-weight="bold"' : ""
  } fill="${fill}">${escapeXml(words)}</text>`;
}

/** Numbers to two decimals. */
function round(path: string): string {
  return path.replaceAll(
    /-?\d+\.\d+(e-?\d+)?/g,
    (number) => String(Math.round(Number(number) * 100) / 100),
  );
}

function escapeXml(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
