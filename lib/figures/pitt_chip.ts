/** EES Fig. 1a to c: the chip, drawn from its published dimensions. */
import { wong } from "./palette.ts";
import type { ChartPanel, Spec } from "./panel.ts";
import { position } from "./pitt_charts.ts";

/** Dimensions of the chip; what the paper does not tell (the layout of electrodes and pads) is ours. */
export interface ChipDimensions {
  /** Side of the chip in mm. */
  readonly side_mm: number;
  /** Number of microelectrodes, even. */
  readonly electrodes: number;
  /** Side of a microelectrode in micrometres. */
  readonly electrodeSide_um: number;
  /** Gap between neighbouring microelectrodes in micrometres. */
  readonly electrodeSeparation_um: number;
  /** Side of a pad in mm. */
  readonly padSide_mm: number;
  /** Sides of a counter electrode in mm, in falling order. */
  readonly counterElectrode_mm: readonly number[];
}

/** A rectangle in mm. */
interface Rectangle {
  readonly kind: "chip" | "pad" | "counter electrode" | "microelectrode";
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A straight piece of a wire in mm. */
interface WirePiece {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

/** Rectangles and wires of a chip. */
interface ChipPlan {
  readonly rectangles: readonly Rectangle[];
  readonly wires: readonly WirePiece[];
  /** Centres of the microelectrodes in mm. */
  readonly centres: readonly { readonly x: number; readonly y: number }[];
}

/**
 * Panel 1a: plan of the whole chip.
 *
 * @param chip Its dimensions.
 */
export function chipPlan(chip: ChipDimensions): ChartPanel {
  return {
    id: "pitt-fig1-a",
    caption:
      `Plan of the chip from its published dimensions: ${chip.electrodes} microelectrodes in the middle, each wired to a pad at the edge, and two large electrodes. How they are arranged is not told; the arrangement is ours.`,
    origin: "synthetic",
    spec: {
      ...planView(planOf(chip), [0, 0, chip.side_mm, chip.side_mm], 460, 2),
    },
  };
}

/**
 * Panel 1b: the microelectrodes between the two large electrodes; a drawing
 * where the paper has a photograph.
 *
 * @param chip Its dimensions.
 */
export function electrodeArray(chip: ChipDimensions): ChartPanel {
  const middle = chip.side_mm / 2;
  return {
    id: "pitt-fig1-b",
    caption:
      `The ${chip.electrodes} microelectrodes and the ends of the two large electrodes; a drawing where the paper has an optical image.`,
    origin: "synthetic",
    spec: planView(
      planOf(chip),
      [middle - 4.6, middle - 1.6, middle + 4.6, middle + 1.6],
      460,
      0.3,
    ),
  };
}

/**
 * Panel 1c: four microelectrodes, each with one particle.
 *
 * @param chip Its dimensions.
 * @param diameters_um Diameters of the four particles.
 */
export function loadedElectrodes(
  chip: ChipDimensions,
  diameters_um: readonly number[],
): ChartPanel {
  const plan = planOf(chip), perRow = chip.electrodes / 2;
  const first = Math.floor(perRow / 2) - 1;
  const centres = [first, first + 1, perRow + first, perRow + first + 1]
    .map((i) => plan.centres[i]!);
  const x = centres.reduce((sum, c) => sum + c.x, 0) / 4;
  const y = centres.reduce((sum, c) => sum + c.y, 0) / 4;
  const half = (chip.electrodeSide_um + chip.electrodeSeparation_um) * 0.95e-3;
  const view = planView(
    plan,
    [x - half, y - 0.75 * half, x + half, y + 0.75 * half],
    320,
    0.03,
  );
  return {
    id: "pitt-fig1-c",
    caption:
      "Four microelectrodes with one particle each, to scale; only the squares are free of silicon nitride. A drawing where the paper has a micrograph.",
    origin: "synthetic",
    width_mm: 70,
    spec: {
      ...view,
      layer: [...view.layer, {
        data: {
          values: centres.flatMap((centre, i) =>
            discStripes(centre, diameters_um[i]! * 0.5e-3, i)
          ),
        },
        mark: { type: "area", color: "#4D4D4D" },
        encoding: {
          x: position("x", null),
          y: position("top", null),
          y2: { field: "bottom" },
          detail: { field: "disc", type: "nominal" },
        },
      }],
    },
  };
}

/** Upper and lower edge of a disc over x, for an area. */
function discStripes(
  { x, y }: { readonly x: number; readonly y: number },
  radius: number,
  disc: number,
) {
  return Array.from({ length: 41 }, (_, i) => {
    const angle = Math.PI * i / 40, height = radius * Math.sin(angle);
    return {
      disc,
      x: x - radius * Math.cos(angle),
      top: y - height,
      bottom: y + height,
    };
  });
}

/** Electrodes in two rows, each with wires to its own side; pads in two staggered rows, so that no wires cross. */
function planOf(chip: ChipDimensions): ChipPlan {
  const { side_mm, electrodes, padSide_mm: pad } = chip;
  const perRow = electrodes / 2, middle = side_mm / 2;
  const half = chip.electrodeSide_um * 0.5e-3;
  const pitch = (chip.electrodeSide_um + chip.electrodeSeparation_um) * 1e-3;
  const gap = 0.2 * pad, step = (side_mm - 2 * pad) / (perRow - 1);
  const rectangles: Rectangle[] = [
    { kind: "chip", left: 0, right: side_mm, top: 0, bottom: side_mm },
  ];
  const wires: WirePiece[] = [], centres: { x: number; y: number }[] = [];
  for (let wire = 0; wire < electrodes; wire++) {
    const column = wire % perRow, below = wire >= perRow;
    // Written for the upper half; the lower one is its mirror image.
    const place = (y: number) => below ? side_mm - y : y;
    const padX = pad + step * column;
    const top = 2 * gap + column % 2 * (pad + gap);
    const x = middle + (column - (perRow - 1) / 2) * pitch;
    const y = middle - pitch / 2;
    const corners = [
      [padX, top + pad],
      [padX, 2 * (pad + gap) + 2 * gap],
      [x, y - 4 * pitch],
      [x, y],
    ];
    for (let i = 1; i < corners.length; i++) {
      const [from, to] = [corners[i - 1]!, corners[i]!];
      wires.push({
        x: from[0]!,
        y: place(from[1]!),
        x2: to[0]!,
        y2: place(to[1]!),
      });
    }
    centres.push({ x, y: place(y) });
    rectangles.push(
      rectangle("pad", padX, place(top + pad / 2), pad / 2, pad / 2),
      rectangle("microelectrode", x, place(y), half, half),
    );
  }
  const [long, short] = chip.counterElectrode_mm;
  for (const sign of [-1, 1]) {
    rectangles.push(rectangle(
      "counter electrode",
      middle + sign * (middle - 0.8 - long! / 2),
      middle,
      long! / 2,
      short! / 2,
    ));
  }
  return { rectangles, wires, centres };
}

function rectangle(
  kind: Rectangle["kind"],
  x: number,
  y: number,
  halfWidth: number,
  halfHeight: number,
): Rectangle {
  return {
    kind,
    left: x - halfWidth,
    right: x + halfWidth,
    top: y - halfHeight,
    bottom: y + halfHeight,
  };
}

/** A part of the plan in mm. */
type Window = readonly [
  left: number,
  top: number,
  right: number,
  bottom: number,
];

/** A part of the plan with a scale bar of some length in mm. */
function planView(
  { rectangles, wires }: ChipPlan,
  window: Window,
  width: number,
  bar_mm: number,
): Spec & { readonly layer: readonly Spec[] } {
  const [left, top, right, bottom] = window;
  const x = (field: string) => ({
    ...position(field, null, { domain: [left, right] }),
    axis: null,
  });
  const y = (field: string) => ({
    ...position(field, null, { domain: [top, bottom], reverse: true }),
    axis: null,
  });
  const corners = {
    x: x("left"),
    x2: { field: "right" },
    y: y("top"),
    y2: { field: "bottom" },
  };
  const boxes = (kinds: readonly Rectangle["kind"][], mark: Spec) => ({
    data: {
      values: rectangles.filter(({ kind }) => kinds.includes(kind))
        .flatMap((box) => clipRectangle(box, window) ?? []),
    },
    mark: { type: "rect", ...mark },
    encoding: corners,
  });
  const gold = "#D9A441", unit = (right - left) / width;
  const height = (bottom - top) / unit;
  // Free of wires and electrodes in all three panels.
  const middle = right - 0.13 * (right - left);
  const bottomOfBar = bottom - 0.3 * (bottom - top);
  const bar = {
    left: middle - bar_mm / 2,
    right: middle + bar_mm / 2,
    top: bottomOfBar - 4 * unit,
    bottom: bottomOfBar,
    middle,
  };
  return {
    width,
    height,
    layer: [
      boxes(["chip"], { color: "#E3E6EA" }),
      {
        data: { values: wires.flatMap((w) => clipPiece(w, window) ?? []) },
        mark: {
          type: "rule",
          color: gold,
          // Wires are 20 µm wide; thinner than half a unit they would vanish.
          strokeWidth: Math.max(0.7, 0.02 / unit),
        },
        encoding: {
          x: x("x"),
          y: y("y"),
          x2: { field: "x2" },
          y2: { field: "y2" },
        },
      },
      boxes(["pad", "counter electrode"], { color: gold }),
      boxes(["microelectrode"], { color: wong.vermilion }),
      {
        data: { values: [bar] },
        mark: { type: "rect", color: wong.black },
        encoding: corners,
      },
      {
        data: { values: [bar] },
        mark: {
          type: "text",
          text: bar_mm < 1 ? `${Math.round(bar_mm * 1000)} µm` : `${bar_mm} mm`,
          baseline: "bottom",
          dy: -2,
        },
        encoding: { x: x("middle"), y: y("top") },
      },
    ],
  };
}

/** The part of a rectangle in a window; null if there is none. */
function clipRectangle(
  box: Rectangle,
  [left, top, right, bottom]: Window,
): Rectangle | null {
  const part = {
    ...box,
    left: Math.max(box.left, left),
    right: Math.min(box.right, right),
    top: Math.max(box.top, top),
    bottom: Math.min(box.bottom, bottom),
  };
  return part.left < part.right && part.top < part.bottom ? part : null;
}

/** The part of a piece of wire in a window (Liang and Barsky); null if there is none. */
function clipPiece(
  { x, y, x2, y2 }: WirePiece,
  [left, top, right, bottom]: Window,
): WirePiece | null {
  const dx = x2 - x, dy = y2 - y;
  let from = 0, to = 1;
  for (
    const [slope, room] of [
      [-dx, x - left],
      [dx, right - x],
      [-dy, y - top],
      [dy, bottom - y],
    ] as const
  ) {
    if (slope === 0) {
      if (room < 0) return null;
    } else if (slope < 0) from = Math.max(from, room / slope);
    else to = Math.min(to, room / slope);
  }
  return from < to
    ? { x: x + from * dx, y: y + from * dy, x2: x + to * dx, y2: y + to * dy }
    : null;
}
