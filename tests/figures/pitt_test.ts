import assert from "node:assert/strict";
import {
  blankShare,
  capacityAgainstVolume,
  type ChartPanel,
  chipPlan,
  coinCellOverlay,
  commonDiffusivity,
  commonExchange,
  concentrationSteps,
  crackedEntry,
  currentsAndFits,
  currentSliders,
  diameterDistribution,
  diffusionRateSweep,
  diffusionTimeAgainstSize,
  diffusivityAgainstLithium,
  diffusivityAgainstSize,
  electrodeArray,
  errorMap,
  exchangeAgainstLithium,
  exchangeAgainstSize,
  exchangeRateSweep,
  exponentChart,
  firstOverpotential,
  fitGallery,
  halfCycles,
  kineticsGrid,
  loadedElectrodes,
  materialPotential,
  micrographGallery,
  neededDurations,
  normalisedCurrents,
  nullFindings,
  type Panel,
  particleMicrograph,
  pinnedRates,
  potentialSlopes,
  radiusSweep,
  rawTimesAgainstSize,
  rawTimesAtVoltages,
  reactionTimeAgainstSize,
  repeatabilityChart,
  samplingTimes,
  scatterOfRates,
  settlingCharges,
  type Spec,
  sphereErrors,
  surfaceEntry,
  testPowers,
  thresholdedMicrograph,
  titrationStep,
  wholeRecord,
} from "@cathode/figures/mod.ts";
import { measureParticle, sizeDependence } from "@cathode/pitt/mod.ts";
import {
  fitLine,
  fitThroughOrigin,
  rSquaredInterval,
} from "@cathode/statistics/mod.ts";
import {
  pittParameters,
  synthesizeParticleImage,
  synthesizeParticles,
  synthesizeStep,
} from "@cathode/synthetic/mod.ts";
import { renderChecked } from "./support.ts";

const { chip } = pittParameters.published;
const particles = synthesizeParticles("cracked", 1);
const { image } = synthesizeParticleImage(particles[0]!, 1);
const { trace } = synthesizeStep(particles[0]!, 4.1, 1, 3e-13);
const voltages = [4.1, 4.0, 3.9, 3.8, 3.7];
const diameter_um = particles.map((p) => 2 * p.radius_um);

function rowsOf(spec: Spec): Record<string, unknown>[] {
  return (spec.data as { values: Record<string, unknown>[] }).values;
}

const layersOf = (panel: ChartPanel) => panel.spec.layer as Spec[];

Deno.test("chipPlan() draws as many microelectrodes, pads and wires as the paper has", () => {
  const layers = layersOf(chipPlan(chip));
  const boxes = layers.filter(({ data }) => data !== undefined)
    .flatMap(rowsOf);
  const count = (kind: string) => boxes.filter((b) => b.kind === kind).length;
  assert.deepEqual(
    ["microelectrode", "pad", "counter electrode"].map(count),
    [62, 62, 2],
  );
  const pieces = rowsOf(layers[1]!);
  assert.equal(pieces.length, 3 * 62);
});

Deno.test("chipPlan() keeps the published sizes and lets no pads overlap", () => {
  const boxes = layersOf(chipPlan(chip)).flatMap(rowsOf) as {
    kind?: string;
    left: number;
    right: number;
    top: number;
    bottom: number;
  }[];
  const squares = boxes.filter(({ kind }) => kind === "microelectrode")
    .sort((a, b) => a.top - b.top || a.left - b.left);
  assert.ok(Math.abs(squares[0]!.right - squares[0]!.left - 0.02) < 1e-9);
  assert.ok(Math.abs(squares[1]!.left - squares[0]!.right - 0.15) < 1e-9);
  const apart = boxes.filter(({ kind }) =>
    kind === "pad" || kind === "counter electrode"
  );
  apart.forEach((a, i) => {
    for (const b of apart.slice(i + 1)) {
      assert.ok(
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top ||
          b.bottom <= a.top,
      );
    }
  });
});

Deno.test("loadedElectrodes() draws particles to the scale of the electrodes", async () => {
  const panel = loadedElectrodes(chip, [10, 8, 6, 12]);
  const discs = rowsOf(layersOf(panel).at(-1)!) as {
    disc: number;
    x: number;
  }[];
  const first = discs.filter(({ disc }) => disc === 0).map(({ x }) => x);
  assert.ok(Math.abs(Math.max(...first) - Math.min(...first) - 0.01) < 1e-9);
  await renderChecked(panel);
});

Deno.test("particle images keep their scale when they are made smaller", async () => {
  const micrographs = particles.map((particle) => ({
    particle: particle.name,
    image,
  }));
  for (
    const panel of [
      particleMicrograph("pitt-fig1-d", image, "A particle.", "synthetic"),
      thresholdedMicrograph(image, measureParticle(image), "synthetic"),
    ]
  ) {
    assert.match((await renderChecked(panel)).svg, />5 µm</);
  }
  const { svg } = await renderChecked(
    micrographGallery(micrographs, "synthetic"),
  );
  assert.match(svg, />20 µm</);
  assert.match(svg, />P21</);
});

Deno.test("kineticsGrid() shows a dash for what is not identifiable", async () => {
  const { svg } = await renderChecked(kineticsGrid(
    [
      {
        particle: "P01",
        voltage_V: 4.1,
        diffusivity_cm2_s: 5.2e-10,
        exchange_A_cm2: 1.04e-4,
        biot: 1.5,
      },
      {
        particle: "P01",
        voltage_V: 3.7,
        diffusivity_cm2_s: null,
        exchange_A_cm2: 1e-5,
        biot: null,
      },
    ],
    "synthetic",
  ));
  for (const text of ["5.2", "0.104", "1.50", "–"]) {
    assert.match(svg, new RegExp(`>${text}<`));
  }
});

Deno.test("capacityAgainstVolume() tells slope, R² and its interval", async () => {
  const points = particles.map(({ volume_um3 }, i) => ({
    volume_um3,
    capacity_pAh: 0.6 * volume_um3 * (1 + 0.03 * (-1) ** i),
  }));
  const volumes = points.map((p) => p.volume_um3);
  const capacities = points.map((p) => p.capacity_pAh);
  const withInterval = <F extends { rSquared: number }>(fit: F) => ({
    ...fit,
    interval: rSquaredInterval(fit.rSquared, points.length),
  });
  const line = withInterval(fitLine(volumes, capacities));
  const origin = withInterval(fitThroughOrigin(volumes, capacities, 1));
  const panel = capacityAgainstVolume(points, line, origin, "synthetic");
  const { svg, caption } = await renderChecked(panel);
  const slope = (1000 * origin.coefficient).toFixed(0);
  assert.match(svg, new RegExp(`>${slope} mAh/cm³<`));
  assert.match(caption, /21 particles/);
});

/** Values ~ d^2 at five voltages. */
const sized = voltages.map((voltage_V) => {
  const values = diameter_um.map((d, i) =>
    0.05 * d * d * (1 + 0.1 * (-1) ** i)
  );
  return {
    voltage_V,
    diameter_um,
    values,
    dependence: sizeDependence(diameter_um, values),
  };
});

Deno.test("size charts tell R² of their curve and the exponent at every voltage", async () => {
  const { law, originParabola } = sized[0]!.dependence;
  const { svg } = await renderChecked(
    diffusivityAgainstSize(sized, "synthetic"),
  );
  assert.equal(svg.match(/>4\.1 V<|>3\.7 V</g)?.length, 2);
  assert.ok(svg.includes(`~ d^${law.exponent.toFixed(2)} [`));
  assert.ok(svg.includes(`R² ${originParabola.rSquared.toFixed(2)} [`));
});

Deno.test("size charts show a negative R² without an interval", async () => {
  const values = diameter_um.map((_, i) => 1 + 0.1 * (-1) ** i);
  const flat = voltages.map((voltage_V) => ({
    voltage_V,
    diameter_um,
    values,
    dependence: sizeDependence(diameter_um, values),
  }));
  const { svg } = await renderChecked(exchangeAgainstSize(flat, "synthetic"));
  assert.match(svg, />R² −\d+\.\d\d</);
});

Deno.test("rawTimesAtVoltages() counts the particles that do not get to 1/e", async () => {
  const panel = rawTimesAtVoltages(
    voltages.map((voltage_V) => ({
      voltage_V,
      diameter_um: [6, 8],
      time_s: [800, 900],
      slower_um: [9, 10, 11],
      exponent: null,
    })),
    1200,
    "synthetic",
  );
  assert.match((await renderChecked(panel)).svg, />3 of 5 do not get there</);
});

Deno.test("currentSliders() carries a slider for Biot number, diffusivity and window", () => {
  const tau = Float64Array.of(0.01, 0.1, 1);
  const { spec } = currentSliders(
    [{ biot: 1, tau, exact: tau, published: tau }],
    5,
  );
  const names = (spec.params as { name: string; bind: { input: string } }[])
    .map(({ name, bind }) => `${name} ${bind.input}`);
  assert.deepEqual(names, ["biotStep range", "lgD range", "window range"]);
});

Deno.test("fitGallery() keeps below the rows that a chart may carry for 105 traces", async () => {
  const traces = particles.flatMap(({ name }) =>
    voltages.map((voltage_V) => ({
      particle: name,
      voltage_V,
      trace,
      fitted_A: trace.current_A,
    }))
  );
  await renderChecked(fitGallery(traces, "synthetic"));
});

const curve = {
  name: "first charge",
  charge: Float64Array.of(0, 1, 2),
  voltage_V: Float64Array.of(3.5, 3.7, 4.1),
};
const curves = [curve, { ...curve, name: "second charge" }];
const record = {
  time_h: trace.time_s.map((t) => t / 3600),
  voltage_V: trace.time_s.map(() => 4.085),
  current_pA: trace.current_A.map((i) => 1e12 * i),
};
const sweep = [0.1, 1].map((radius_um) => ({
  voltage_V: 4.1,
  radius_um,
  diffusivity_cm2_s: 1e-11 * radius_um ** 2,
  exchange_A_cm2: 1e-5 * radius_um,
  diffusionRate_s: 1e-3,
  exchangePerRadius_A_cm3: 0.1,
}));
const times = {
  voltage_V: 4.1,
  diameter_um: [6, 8, 10],
  time_s: [80, 90, 100],
  slower_um: [],
  exponent: { exponent: 0.4, lower: -0.1, upper: 0.9 },
};
const relative = {
  particle: "P01",
  diameter_um: 10,
  time_s: Float64Array.of(0.1, 100, 600),
  relative: Float64Array.of(1, 0.4, 0.05),
};
const others: Panel[] = [
  electrodeArray(chip),
  diameterDistribution(diameter_um, "synthetic"),
  sphereErrors(
    [1, 1.5].map((aspect) => ({ aspect, low: -0.1, median: 0, high: 0.1 })),
    [{ aspect: 1.1, error: 0.02 }],
  ),
  halfCycles(curves, image, "a particle", "synthetic"),
  coinCellOverlay(curves, "synthetic"),
  blankShare([{ diameter_um: 10, capacity_pAh: 300 }], 0.2, "synthetic"),
  settlingCharges(curves, "synthetic"),
  firstOverpotential(curves, 0.8, "synthetic"),
  titrationStep(record, "synthetic"),
  wholeRecord(record, "synthetic"),
  currentsAndFits(
    [4.1, 3.9].map((voltage_V) => ({
      voltage_V,
      trace,
      fits: {
        "published protocol": trace.current_A,
        exact: trace.current_A,
      },
    })),
    "synthetic",
  ),
  exchangeAgainstLithium(
    [{ particle: "P01", fraction: 0.5, value: 0.1 }],
    "synthetic",
  ),
  diffusivityAgainstLithium(
    [{ particle: "P01", fraction: 0.5, value: null }, {
      particle: "P02",
      fraction: 0.5,
      value: 5,
    }],
    "synthetic",
  ),
  materialPotential({
    concentration_mol_cm3: Float64Array.of(0.02, 0.03),
    voltage_V: Float64Array.of(4.2, 3.9),
  }, "synthetic"),
  potentialSlopes({
    voltage_V: Float64Array.of(3.7, 4.1),
    slope_V_cm3_mol: Float64Array.of(16, 37),
  }, "synthetic"),
  concentrationSteps([{ voltage_V: 4.1, change: 0.008 }], "synthetic"),
  samplingTimes(trace, [1, 4, 9, 16], "synthetic"),
  repeatabilityChart(
    ["exact", "paper"].map((source) => ({
      quantity: "D",
      source,
      deviation: 0.01,
    })),
    "synthetic",
  ),
  errorMap({
    biots: [0.1, 1],
    taus: [0.1, 1],
    errors: Float64Array.of(1e-5, 0.6, 1e-5, 0.9),
    validUntil: [0.27, 0.26],
    fits: [{ biot: 0.5, tau: 0.8 }],
  }),
  pinnedRates(
    [1e-3, 2e-3].map((truth_s) => ({
      biot: 1,
      truth_s,
      fitted_s: 1e-3,
    })),
    1200,
  ),
  neededDurations([
    { voltage_V: 4.1, noise_pA: 0.3, duration_s: 600 },
    { voltage_V: 4.1, noise_pA: 3, duration_s: null },
  ], "D has a standard error of 5 %"),
  diffusionTimeAgainstSize(sized, "synthetic"),
  reactionTimeAgainstSize(sized, "synthetic"),
  exponentChart(
    ["D", "j₀", "diffusion time", "reaction time"].map((quantity) => ({
      quantity,
      series: "exact model",
      voltage_V: 4.1,
      exponent: 1,
      lower: 0.5,
      upper: 1.5,
    })),
    [{ quantity: "D", world: "surface", exponent: 0 }],
  ),
  nullFindings([{
    diffusivity_cm2_s: 1e-10,
    biotAt5um: 1,
    completeness: 0.8,
    quantity: "D",
    exponent: 1.9,
  }]),
  testPowers([5, 21].map((count) => ({
    particles: count,
    test: "exponent",
    exponent: 1,
    power: count / 21,
  }))),
  normalisedCurrents(
    [relative],
    [{ ...relative, particle: "10 µm" }],
    "D and j₀ constant",
    "synthetic",
  ),
  rawTimesAgainstSize(
    ["cracked world", "surface world"].map((name) => ({ name, times })),
    [{ name: "exact", diameter_um: [5, 15], time_s: [60, null] }],
    "synthetic",
  ),
  surfaceEntry(),
  crackedEntry(),
  commonDiffusivity(sized, "synthetic"),
  commonExchange(sized, "synthetic"),
  radiusSweep(sweep, "synthetic"),
  diffusionRateSweep(sweep, "synthetic"),
  exchangeRateSweep(sweep, "synthetic"),
  scatterOfRates(["a", "b"].map((cause) => ({
    cause,
    lnDiffusion: 0.1,
    lnExchange: 0.2,
  }))),
];

for (const panel of others) {
  Deno.test(`panel ${panel.id} draws as every panel must`, async () => {
    await renderChecked(panel);
  });
}
