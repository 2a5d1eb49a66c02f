import assert from "node:assert/strict";
import {
  beeswarmChart,
  type ChartPanel,
  contributionChart,
  correlationChart,
  dependenceChart,
  endToEndChart,
  groupShareChart,
  leakChart,
  maxRows,
  predictionChart,
  type Spec,
  waterfallChart,
} from "@cathode/figures/mod.ts";
import {
  type ContributionRun,
  contributionScores,
  publishedSettings,
  shapValues,
  trainForest,
} from "@cathode/forest/mod.ts";
import { randomSamples } from "../forest/golden.ts";
import { assertSameDrawing, renderChecked } from "./support.ts";

const names = ["10 cycles", "50 cycles"] as const;
const attributes = [
  { id: "Z", group: "position" },
  { id: "Volume", group: "particle structure" },
  { id: "Contact", group: "local morphology" },
];

/** Scores that rise by 1, 2, 3 thousandths from one electrode to the other. */
const runs: ContributionRun[] = names.flatMap((electrode, e) =>
  (["seed", "subset"] as const).flatMap((kind, k) =>
    [0, 1].map((run) => ({
      electrode,
      kind,
      run,
      scores: Float64Array.of(1, 2, 3).map((s) =>
        1e-3 * (s * (1 + e) + 0.1 * run + 0.2 * k)
      ),
      outOfBagR2: 0.7,
      testR2: 0.7,
    }))
  )
);

function parts(panel: ChartPanel, key: string): Spec[] {
  return panel.spec[key] as Spec[];
}

function rowsOf(spec: Spec): Record<string, unknown>[] {
  return (spec.data as { values: Record<string, unknown>[] }).values;
}

Deno.test("contributionChart() draws a bar per attribute and electrode, a symbol per run and the differences", async () => {
  const panel = contributionChart(runs, names, attributes, "synthetic");
  const [strip, bars] = parts(panel, "vconcat");
  const layer = (spec: Spec, i: number) => rowsOf((spec.layer as Spec[])[i]!);
  assert.deepEqual(
    layer(strip!, 3).map(({ value }) => Number((value as number).toFixed(9))),
    [1, 2, 3],
  );
  assert.equal(layer(bars!, 1).length, 6);
  assert.equal(layer(bars!, 2).length, 2 * 4 * 3);
  const { svg, caption } = await renderChecked(panel);
  for (const text of ["Contact", "random seeds", "local morphology"]) {
    assert.ok(svg.includes(`>${text}<`), text);
  }
  assert.match(caption, /N = 4/);
  assertSameDrawing("science-fig4", svg);
});

Deno.test("correlationChart() drops signs, and ends an interval that holds 0 there", async () => {
  const panel = correlationChart(
    [
      {
        electrode: names[0],
        r: [-0.5, 0.1, 0.2],
        interval: [[-0.6, -0.4], [-0.1, 0.3], [0.1, 0.3]],
      },
      {
        electrode: names[1],
        r: [0.5, 0.1, 0.4],
        interval: [[0.4, 0.6], [-0.1, 0.3], [0.3, 0.5]],
      },
    ],
    attributes,
    "measured",
  );
  const [strip, bars] = parts(panel, "vconcat");
  const marks = rowsOf((bars!.layer as Spec[])[2]!);
  assert.deepEqual(
    marks.slice(0, 2).map(({ value, lower, upper }) => [value, lower, upper]),
    [[0.5, 0.4, 0.6], [0.1, 0, 0.3]],
  );
  const differences = rowsOf((strip!.layer as Spec[])[3]!);
  assert.equal(differences[0]!.value, 0);
  assert.ok(Math.abs(differences[2]!.value as number - 0.2) < 1e-12);
  await renderChecked(panel);
});

Deno.test("groupShareChart() stacks shares up to the whole", async () => {
  const shares = new Map([["position", 0.25], ["local morphology", 0.75]]);
  const panel = groupShareChart([{ name: "10 cycles", shares }], "synthetic");
  const { svg } = await renderChecked(panel);
  for (const text of ["25%", "75%", "local morphology"]) {
    assert.ok(svg.includes(`>${text}<`), text);
  }
});

const samples = randomSamples(120, 12, 1);
const { forest, outOfBag } = trainForest(samples, {
  ...publishedSettings,
  minImpurityDecrease: 0,
  seed: 1,
});
const shap = shapValues(forest, samples.features);
const explained = names.map((electrode) => ({
  electrode,
  features: samples.features,
  shap,
}));

Deno.test("predictionChart() leaves out particles without a prediction", async () => {
  const panel = predictionChart(
    [{
      electrode: names[0],
      measured: Float64Array.of(0.1, 0.2, 0.3),
      predicted: Float64Array.of(0.1, NaN, 0.2),
      r2: 0.5,
    }],
    "synthetic",
  );
  const { svg, caption } = await renderChecked(panel);
  assert.match(caption, / 2 particles after 10 cycles/);
  assert.match(svg, /R² = 0\.50/);
  assert.ok(outOfBag!.r2 > 0);
});

Deno.test("waterfallChart() climbs from the mean prediction to that of the particle", async () => {
  const panel = waterfallChart(
    "particle",
    "One particle",
    samples.features,
    shap,
    7,
    "synthetic",
  );
  const bars = rowsOf(parts(panel, "layer")[1]!);
  const own = shap.ids.reduce(
    (sum, _, f) => sum + shap.values[f * shap.rows + 7]!,
    shap.base,
  );
  assert.equal(bars.length, 10);
  assert.equal(bars[0]!.from, shap.base);
  assert.ok(Math.abs(bars.at(-1)!.to as number - own) < 1e-12);
  for (const [k, bar] of bars.slice(1).entries()) {
    assert.equal(bar.from, bars[k]!.to);
  }
  await renderChecked(panel);
  assert.throws(
    () => waterfallChart("p", "", samples.features, shap, 120, "synthetic"),
    { name: "RangeError", message: /from 0 to 119: current value is 120/ },
  );
});

Deno.test("beeswarmChart() puts the attributes of the highest scores on top", async () => {
  const panel = beeswarmChart(explained, 3, "synthetic");
  const { svg } = await renderChecked(panel);
  const scores = contributionScores(shap);
  const order = [...scores.keys()].sort((f, g) => scores[g]! - scores[f]!);
  for (const [place, f] of order.entries()) {
    assert.equal(svg.includes(`>${shap.ids[f]}<`), place < 3);
  }
  assert.equal(shap.ids[order[0]!], "x0");
});

Deno.test("dependenceChart() holds all attributes and shows the one chosen", async () => {
  const panel = dependenceChart(explained, "x0", "synthetic");
  assert.ok(rowsOf(panel.spec).length <= maxRows);
  assert.equal(new Set(rowsOf(panel.spec).map(({ a }) => a)).size, 12);
  const { svg } = await renderChecked(panel);
  assert.match(svg, />x0</);
});

Deno.test("leakChart() and endToEndChart() draw", async () => {
  const entry = {
    attributes: ["Z"],
    r2: 0.8,
    shuffledR2: -0.1,
    scores: Float64Array.of(1),
  };
  const { svg } = await renderChecked(leakChart(
    [{ electrode: names[0], entries: [{ name: "as published", ...entry }] }],
    "synthetic",
  ));
  assert.match(svg, />as published</);
  const scores = {
    electrode: names[0],
    attributes: ["Z", "Contact"],
    truth: [0.001, 0.01],
    measured: [0.002, 0.009],
  };
  const panel = endToEndChart([scores], "synthetic");
  const named = (await renderChecked(panel)).svg;
  assert.match(named, />Contact</);
  assert.doesNotMatch(named, />Z</);
});
