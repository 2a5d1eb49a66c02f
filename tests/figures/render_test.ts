import assert from "node:assert/strict";
import { decode } from "fast-png";
import {
  type ChartPanel,
  isDrawing,
  renderPanel,
  type Spec,
} from "@cathode/figures/mod.ts";
import { renderChecked } from "./support.ts";

function chart(spec: Spec, rest: Partial<ChartPanel> = {}): ChartPanel {
  return { id: "test", caption: "Test.", origin: "measured", spec, ...rest };
}

const values = Array.from({ length: 50 }, (_, i) => ({
  x: i,
  y: Math.sin(i),
  group: i % 2 === 0 ? "even" : "odd",
}));
const scatter: Spec = {
  width: 300,
  height: 200,
  data: { values },
  mark: "point",
  encoding: {
    x: { field: "x", type: "quantitative", title: "Distance (µm)" },
    y: { field: "y", type: "quantitative", title: "D (10⁻¹⁰ cm² s⁻¹)" },
    color: { field: "group", type: "nominal" },
  },
};

Deno.test("renderPanel() gives figures their width on the page and leaves the text as it is", async () => {
  for (const width_mm of [60, 89, 120, 183]) {
    await renderChecked(chart(scatter, { width_mm }));
  }
});

Deno.test("renderPanel() fits charts side by side, on top of each other, layered and faceted", async () => {
  const specs: Spec[] = [
    { hconcat: [{ ...scatter, title: "Left" }, { ...scatter, width: 150 }] },
    { vconcat: [scatter, { ...scatter, height: 60 }] },
    {
      ...scatter,
      layer: [{ mark: "line" }, { mark: "point" }],
      mark: undefined,
    },
    {
      data: { values },
      facet: { column: { field: "group", type: "nominal" } },
      spec: { ...scatter, data: undefined, width: 150 },
    },
  ];
  for (const spec of specs) {
    // Properties that are undefined are not part of a specification.
    const clean = JSON.parse(JSON.stringify(spec)) as Spec;
    await renderChecked(chart(clean, { width_mm: 183, origin: "synthetic" }));
  }
});

Deno.test("renderPanel() clips nothing: the edges of the page stay white", async () => {
  const long = {
    ...scatter,
    encoding: {
      x: { field: "x", type: "quantitative", title: "WWWWWWWWWWWWWWWWWWWWWW" },
      y: {
        field: "group",
        type: "nominal",
        title: "a title longer than the axis is high",
      },
    },
    height: 60,
  };
  const { png } = await renderPanel(chart(long));
  const { width, height, data, palette } = decode(png);
  const white = (x: number, y: number) =>
    palette![data[y * width + x]!]!.slice(0, 3).every((level) => level > 250);
  for (let y = 0; y < height; y++) {
    assert.ok(white(0, y) && white(width - 1, y));
  }
  for (let x = 0; x < width; x++) {
    assert.ok(white(x, 0) && white(x, height - 1));
  }
});

Deno.test("renderPanel() makes room for labels by their true width", async () => {
  const left = async (label: string) => {
    const { svg } = await renderPanel(chart({
      width: 200,
      height: 100,
      data: { values: [{ x: 1, label }] },
      mark: "point",
      encoding: {
        x: { field: "x", type: "quantitative" },
        y: { field: "label", type: "nominal", title: null },
      },
    }));
    return Number(/translate\(([\d.]+),/.exec(svg)![1]);
  };
  // Advance widths of W and i are 1933 and 455 of 2048; labels are 12 units high.
  const expected = 12 * 4 * (1933 - 455) / 2048;
  assert.ok(Math.abs(await left("WWWW") - await left("iiii") - expected) <= 1);
});

Deno.test("renderPanel() gives the same bytes whatever was drawn before", async () => {
  const ramp = chart({
    ...scatter,
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative", scale: { domain: [0, 1] } },
      color: { field: "x", type: "quantitative" },
    },
    mark: { type: "point", clip: true },
  });
  const first = await renderPanel(ramp);
  await renderPanel(chart(scatter));
  const second = await renderPanel(ramp);
  assert.equal(first.svg, second.svg);
  assert.deepEqual(first.png, second.png);
});

Deno.test("renderPanel() stamps synthetic panels in the chart, in the specification and in the caption", async () => {
  const { spec, caption } = await renderChecked(
    chart({ ...scatter, title: "Own title" }, { origin: "synthetic" }),
  );
  assert.equal(caption, "SYNTHETIC. Test.");
  const { text, subtitle } = spec!.title as Record<string, unknown>;
  assert.equal(text, "Own title");
  assert.deepEqual(subtitle, ["SYNTHETIC"]);
});

Deno.test("renderPanel() draws a drawing at its width, below the stamp", async () => {
  const drawing = {
    id: "ring",
    caption: "A ring.",
    origin: "synthetic",
    svg:
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5" viewBox="0 0 100 50"><circle cx="50" cy="25" r="20"/></svg>',
  } as const;
  assert.ok(isDrawing(drawing));
  const { svg, spec } = await renderChecked(drawing);
  assert.equal(spec, null);
  const height = Number(/height="([\d.]+)mm"/.exec(svg)![1]);
  assert.ok(Math.abs(height - 89 / 2 - 14 / (144 / 25.4)) < 0.02);
  assert.match(svg, /<circle cx="50" cy="25" r="20"\/>/);
});

Deno.test("renderPanel() writes the resolution into the PNG", async () => {
  const { png } = await renderPanel(chart(scatter), { resolution_dpi: 300 });
  const { width, resolution } = decode(png);
  assert.equal(width, Math.round(89 / 25.4 * 300));
  assert.deepEqual(resolution, { x: 11811, y: 11811, unit: 1 });
});

Deno.test("renderPanel() throws if a chart carries more than 5,000 rows", async () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, x) => ({ x }));
  const spec = (count: number): Spec => ({
    layer: [
      {
        data: { values: rows(count) },
        mark: "tick",
        encoding: { x: { field: "x", type: "quantitative" } },
      },
      {
        data: { name: "more" },
        mark: "tick",
        encoding: { x: { field: "x", type: "quantitative" } },
      },
    ],
    datasets: { more: rows(10) },
  });
  await renderPanel(chart(spec(4990)));
  await assert.rejects(renderPanel(chart(spec(4991))), {
    name: "RangeError",
    message:
      "Cannot draw panel test as a chart must carry at most 5000 rows (aggregate them first): current value is 5001",
  });
});

Deno.test("renderPanel() throws if Vega-Lite fails or warns", async () => {
  const dropped = { ...scatter.encoding as Spec, text: { field: "x" } };
  for (const wrong of [{ mark: "no such mark" }, { encoding: dropped }]) {
    await assert.rejects(renderPanel(chart({ ...scatter, ...wrong })), {
      name: "TypeError",
      message:
        /^Cannot draw panel test as Vega-Lite must accept its specification: /,
    });
  }
});

Deno.test("renderPanel() draws charts without rows and box plots without outliers", async () => {
  for (const mark of ["point", "boxplot"]) {
    const groups = values.map((row) => ({ ...row, y: row.x % 5 }));
    await renderChecked(chart({
      ...scatter,
      data: { values: mark === "boxplot" ? groups : [] },
      mark,
      encoding: {
        x: { field: "group", type: "nominal" },
        y: { field: "y", type: "quantitative" },
      },
    }));
  }
});

Deno.test("renderPanel() throws if the text leaves no room for the chart", async () => {
  await assert.rejects(renderPanel(chart(scatter), { width_mm: 20 }), {
    name: "RangeError",
    message:
      "Cannot draw panel test as its width must leave room for the chart beside the text: current value is 20 mm",
  });
});

Deno.test("renderPanel() throws if the width or the resolution is not positive", async () => {
  for (const options of [{ width_mm: 0 }, { resolution_dpi: NaN }]) {
    await assert.rejects(renderPanel(chart(scatter), options), RangeError);
  }
});

Deno.test("renderPanel() throws if a drawing has no viewBox", async () => {
  await assert.rejects(
    renderPanel({ id: "x", caption: "", origin: "measured", svg: "<svg/>" }),
    TypeError,
  );
});
