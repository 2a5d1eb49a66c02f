import assert from "node:assert/strict";
import { createTable, createVolume, sliceOf } from "@cathode/core/mod.ts";
import {
  type ChartPanel,
  damageDistribution,
  damageScaleEnd,
  labelsPanel,
  particlesAtQuantiles,
  particleSection,
  renderedElectrode,
  slicePanel,
  type Spec,
  wong,
} from "@cathode/figures/mod.ts";
import { assertSameDrawing, balls, renderChecked } from "./support.ts";

const window = { black: 50, white: 220 };

Deno.test("renderedElectrode() draws the particles, a scale bar, the box and the legend", async () => {
  const { labels, damage } = balls();
  const panel = renderedElectrode({ labels, damage }, 0.3, "synthetic");
  const { svg } = await renderChecked(panel);
  assert.match(svg, />Degree of</);
  assert.match(svg, />30%</);
  assert.match(svg, />\d+ µm</);
  assert.doesNotMatch(panel.caption, /Grey/);
});

Deno.test("renderedElectrode() says what is grey and what is beyond the scale", async () => {
  const { labels } = balls();
  const damage = new Map([[1, 0.9], [2, 0.1]]);
  const panel = renderedElectrode({ labels, damage }, 0.2, "measured");
  const { svg, caption } = await renderChecked(panel);
  assert.match(caption, /Grey: damage not measured/);
  assert.match(svg, />≥ 20%</);
});

Deno.test("damageScaleEnd() leaves at most one particle in twenty beyond it", () => {
  const damage = Array.from({ length: 100 }, (_, i) => i < 95 ? 0.15 : 0.9);
  assert.equal(damageScaleEnd(damage), 0.2);
  assert.equal(damageScaleEnd([0.6, 0.7]), 1);
  assert.equal(damageScaleEnd([]), 0.1);
});

function rowsOf(panel: ChartPanel, layer: number): Record<string, unknown>[] {
  const data = (panel.spec.layer as Spec[])[layer]!.data;
  return (data as { values: Record<string, unknown>[] }).values;
}

const electrodes = [
  {
    electrode: "10 cycles",
    damage: Float64Array.from({ length: 400 }, (_, i) => 0.2 * (i / 400) ** 2),
  },
  {
    electrode: "50 cycles",
    damage: Float64Array.from({ length: 300 }, (_, i) => 0.3 * (i / 300)),
  },
];

Deno.test("damageDistribution() gives shares that sum to 1 in bins that both electrodes share", async () => {
  const panel = damageDistribution(electrodes, "synthetic");
  for (const { electrode, damage } of electrodes) {
    const rows = rowsOf(panel, 0).filter((row) => row.electrode === electrode);
    const sum = rows.reduce((total, row) => total + (row.share as number), 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
    // Counted anew, bin by bin of 5 %.
    for (const row of rows.slice(1)) {
      const from = row.damage as number;
      const count = damage.filter((d) =>
        d >= from - 1e-9 && d < from + 0.05 - 1e-9
      ).length;
      assert.ok(Math.abs((row.share as number) * damage.length - count) < 1e-9);
    }
  }
  const { svg } = await renderChecked(panel);
  assert.match(svg, />Share of particles per 5% of damage</);
  assert.match(svg, />10 cycles \(n = 400\)</);
  assert.ok(svg.includes(`stroke="${wong.green}"`));
  assert.ok(svg.includes(`stroke="${wong.blue}"`));
  assertSameDrawing("science-fig1-b", svg);
});

Deno.test("damageDistribution() puts dashed lines at the means", () => {
  const panel = damageDistribution([
    { electrode: "a", damage: Float64Array.of(0.1, 0.2, 0.6) },
  ], "measured");
  assert.ok(Math.abs((rowsOf(panel, 1)[0]!.damage as number) - 0.3) < 1e-12);
});

Deno.test("damageDistribution() takes electrodes all of whose particles are alike", async () => {
  await renderChecked(damageDistribution([
    { electrode: "sound", damage: new Float64Array(20) },
    { electrode: "dust", damage: new Float64Array(20).fill(1) },
  ], "measured"));
});

Deno.test("damageDistribution() throws if damage is not from 0 to 1 or an electrode has no particle", () => {
  for (const damage of [[], [0.1, NaN], [12]]) {
    assert.throws(
      () =>
        damageDistribution([
          { electrode: "x", damage: Float64Array.from(damage) },
        ], "measured"),
      { name: "RangeError", message: /^Cannot show the damage of x as/ },
    );
  }
});

Deno.test("particlesAtQuantiles() picks by rank of damage", () => {
  const table = createTable([
    { id: "label", unit: "", values: Float64Array.of(10, 20, 30, 40, 50) },
    {
      id: "Damage",
      unit: "",
      values: Float64Array.of(0.5, 0.1, 0.4, 0.2, 0.3),
    },
  ]);
  assert.deepEqual(particlesAtQuantiles(table, [0, 0.5, 1]), [
    { label: 20, damage: 0.1, quantile: 0 },
    { label: 50, damage: 0.3, quantile: 0.5 },
    { label: 10, damage: 0.5, quantile: 1 },
  ]);
  assert.throws(() => particlesAtQuantiles(table, [1.1]), RangeError);
});

Deno.test("particleSection() cuts the particle at its widest, with outline, cracks and scale bar", async () => {
  const { volume, labels, cracks, damage } = balls();
  const source = { volume, labels, cracks, window };
  const picked = { label: 3, damage: damage.get(3)!, quantile: 1 };
  const panel = particleSection("science-fig1-f", source, picked, "synthetic");
  const { svg, caption } = await renderChecked(panel);
  // Share of a slab of 1 um through the middle of a ball of radius 4 um:
  // 3 h / (4 R) - h^3 / (16 R^3).
  assert.ok(Math.abs(picked.damage - (3 / 16 - 1 / 1024)) < 0.01);
  assert.ok(svg.includes(`>Damage ${(100 * picked.damage).toFixed(1)}%<`));
  assert.match(svg, />\d µm</);
  assert.match(caption, /particle 3,/);
  assert.equal([...svg.matchAll(/<image /g)].length, 2);
});

Deno.test("particleSection() throws if there is no such particle or the grids differ", () => {
  const { volume, labels, cracks } = balls();
  const picked = { label: 99, damage: 0, quantile: 0 };
  assert.throws(
    () =>
      particleSection(
        "x",
        { volume, labels, cracks, window },
        picked,
        "measured",
      ),
    {
      name: "RangeError",
      message:
        "Cannot cut the particle as its label must be in the volume: current value is 99",
    },
  );
  const other = createVolume(new Uint8Array(8), [2, 2, 2], [1, 1, 1]);
  assert.throws(
    () =>
      particleSection(
        "x",
        { volume: other, labels, cracks, window },
        picked,
        "measured",
      ),
    /Cannot use the volume with the labels/,
  );
});

Deno.test("slicePanel() and labelsPanel() draw a slice with its scale bar", async () => {
  const { volume, labels } = balls();
  const grey = sliceOf(volume, "z", 8), particles = sliceOf(labels, "z", 8);
  const plain = await renderChecked(
    slicePanel("start-here-slice", grey, "Slice.", "synthetic"),
  );
  const tinted = await renderChecked(
    labelsPanel("start-here-labels", grey, particles, "Labels.", "synthetic"),
  );
  assert.match(plain.svg, />2 µm</);
  assert.notEqual(plain.svg, tinted.svg);
  assert.throws(
    () => labelsPanel("x", sliceOf(volume, "y", 0), particles, "", "measured"),
    RangeError,
  );
});
