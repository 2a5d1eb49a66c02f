import assert from "node:assert/strict";
import { createSlice, createTable } from "@cathode/core/mod.ts";
import {
  type ChartPanel,
  conditionCharts,
  judgedLabels,
  polygonsPanel,
  probabilityMaps,
  scoreCurves,
  type Spec,
  trainingCurve,
  wong,
  workChart,
} from "@cathode/figures/mod.ts";
import { renderChecked } from "./support.ts";

const shape = [40, 60] as const, spacing = [0.5, 0.5] as const;
const image = createSlice(
  Uint8Array.from({ length: 2400 }, (_, i) => i % 251),
  shape,
  spacing,
);

function charts(panel: ChartPanel): Spec[] {
  return panel.spec.hconcat as Spec[];
}

function rowsOf(chart: Spec): Record<string, unknown>[] {
  return (chart.data as { values: Record<string, unknown>[] }).values;
}

/** Two squares of labels 1 and 2, `shift` columns to the right. */
function squares(shift: number) {
  const data = new Uint32Array(2400);
  for (let y = 10; y < 20; y++) {
    for (let x = 5; x < 15; x++) {
      data[y * 60 + x + shift] = 1;
      data[y * 60 + x + 30 + shift] = 2;
    }
  }
  return createSlice(data, shape, spacing);
}

Deno.test("probabilityMaps() draws each map with its title, and one legend", async () => {
  const probability = createSlice(
    Float32Array.from({ length: 6 }, (_, i) => i / 5),
    [2, 3],
    [0.7, 0.7],
  );
  const maps = ["View xy", "Fused"].map((title) => ({ title, probability }));
  const panel = probabilityMaps("p", maps, "Maps.", "synthetic");
  const { svg } = await renderChecked(panel);
  assert.match(svg, />View xy</);
  assert.match(svg, />Fused</);
  assert.equal(svg.match(/>probability</g)?.length, 1);
  assert.throws(() => probabilityMaps("p", [], "", "synthetic"), RangeError);
});

Deno.test("polygonsPanel() keeps the corners of polygons within the slice", async () => {
  const polygon = {
    centre_um: [10, 15] as const,
    corners_um: [[5, 10], [5, 40], [15, 20]] as [number, number][],
  };
  const panel = polygonsPanel("p", image, [polygon], "Polygon.", "synthetic");
  await renderChecked(panel);
  const lines = rowsOf((panel.spec.layer as Spec[]).at(-2)!);
  const corners = lines.map(({ y, x }) => [y, x]);
  // The slice is 30 um wide.
  assert.deepEqual(corners, [[5, 10], [5, 30], [15, 20]]);
  assert.throws(() => polygonsPanel("p", image, [], "", "synthetic"));
});

Deno.test("judgedLabels() says what its colours mean and takes grids that agree only", async () => {
  const view = {
    title: "Found",
    slice: image,
    labels: squares(1),
    truth: squares(0),
    right: new Set([1]),
    met: new Set([1]),
  };
  const panel = judgedLabels("p", [view], "Labels.", "synthetic");
  const { caption } = await renderChecked(panel);
  assert.match(caption, /Blue: found, with a true partner/);
  const other = createSlice(new Uint32Array(4), [2, 2], [1, 1]);
  assert.throws(
    () => judgedLabels("p", [{ ...view, truth: other }], "", "synthetic"),
    RangeError,
  );
  assert.throws(() => judgedLabels("p", [], "", "synthetic"), RangeError);
});

Deno.test("charts give a method the same colour everywhere", async () => {
  const score = { f1: 0.9, pq: 0.8 };
  const curves = scoreCurves(
    "a",
    ["watershed", "three views"].flatMap((method) =>
      [0.5, 0.9].map((iou) => ({ method, iou, ...score }))
    ),
    "Scores.",
    "synthetic",
  );
  const work = workChart(
    "b",
    [{ method: "three views", work: 3, ...score }],
    0.6,
    "Work.",
    "synthetic",
  );
  for (const panel of [curves, work]) {
    const { svg } = await renderChecked(panel);
    assert.ok(svg.includes(`stroke="${wong.blue}"`));
    assert.match(svg, />Panoptic quality</);
  }
});

Deno.test("conditionCharts() has a chart per condition, its values in their order", async () => {
  const scores = [0.4, 0.1].flatMap((value) =>
    [0.9, 0.8].map((f1) => ({ method: "network", value, f1 }))
  );
  const panel = conditionCharts(
    "c",
    [{ title: "Voxel size (µm)", scores }, { title: "Noise", scores }],
    0.6,
    "Conditions.",
    "synthetic",
  );
  const { svg } = await renderChecked(panel);
  assert.match(svg, />Voxel size \(µm\)</);
  assert.ok(svg.indexOf(">0.4<") < svg.indexOf(">0.1<"));
});

Deno.test("trainingCurve() shows means over blocks of steps", async () => {
  const steps = 1000;
  const values = Float64Array.from({ length: steps }, (_, i) => i + 1);
  const table = createTable([
    { id: "step", unit: "", values },
    { id: "probability", unit: "", values },
    { id: "distance", unit: "px", values },
  ]);
  const panel = trainingCurve("t", table, "Losses.");
  const rows = rowsOf(charts(panel)[0]!);
  assert.equal(rows.length, 100);
  // 1000 steps in 100 blocks: 1 to 10 first, whose mean is 5.5.
  assert.deepEqual(rows[0], { step: 10, loss: 5.5 });
  assert.deepEqual(rows.at(-1), { step: 1000, loss: 995.5 });
  await renderChecked(panel);
});
