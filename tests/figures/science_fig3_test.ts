import assert from "node:assert/strict";
import {
  chargingNetwork,
  type ChartPanel,
  concentrationCourse,
  concentrationVariation,
  damageCourse,
  damageDeviation,
  interfaceOpening,
  moreParticles,
  networkFields,
  placeInView,
  type Spec,
  spreadsOfCases,
  synchronisationMap,
  viewMesh,
} from "@cathode/figures/mod.ts";
import {
  type CycleSummary,
  meshParticles,
  type NetworkParameters,
  readNetworkParameters,
  runNetwork,
  withoutFeedback,
} from "@cathode/network/mod.ts";
import { renderChecked } from "./support.ts";

async function coarse(name: string): Promise<NetworkParameters> {
  const { parameters } = await readNetworkParameters(name);
  return {
    ...parameters,
    discretisation: {
      edgesPerCircle: name === "three-plane" ? 36 : 24,
      farSize_m: 2e-6,
      stepsPerPhase: 10,
    },
  };
}

async function twins(name: string) {
  const parameters = await coarse(name);
  const [on, off] = await Promise.all([
    runNetwork(parameters, { cycles: 3 }),
    runNetwork(withoutFeedback(parameters), { cycles: 3 }),
  ]);
  return { on, off };
}

const parameters = await coarse("three");
const mesh = meshParticles(parameters.layout, parameters.discretisation);
const runs = await twins("three");

/** Rows of all data sets of a panel. */
function rowsOf(part: unknown): Record<string, unknown>[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === "values" && Array.isArray(value) && typeof value[0] === "object"
      ? value
      : rowsOf(value)
  );
}

function viewOf(panel: ChartPanel, index: number): Spec {
  return (panel.spec.hconcat as Spec[])[index]!;
}

Deno.test("viewMesh() shows a mirrored section of spheres, and cylinders as they are", () => {
  for (const geometry of ["axisymmetric", "plane"] as const) {
    const particles = [{ radius_m: 4e-6, coverage: 0.5 }];
    const layout = {
      geometry,
      pitch_m: 12e-6,
      width_m: geometry === "plane" ? 12e-6 : 6e-6,
      particles,
    };
    const mesh = meshParticles(layout, { edgesPerCircle: 36, farSize_m: 2e-6 });
    const { raster, extent_um } = viewMesh(mesh, {
      colourOf: (domain) => domain === 0 ? [0, 0, 0] : [200, 200, 200],
      width: 120,
    });
    const { width, height, rgba } = raster;
    assert.deepEqual([width, height], [120, 120]);
    assert.ok(Math.abs(extent_um[0] - 12) < 1e-9);
    let black = 0;
    for (let i = 0; i < width * height; i++) {
      assert.ok(rgba[4 * i]! <= 200, "no pixel is left white");
      if (rgba[4 * i] === 0) black++;
    }
    // A polygon of 36 edges has 0.995 of the area of its circle.
    assert.ok(Math.abs(black / (Math.PI * 40 ** 2) - 0.995) < 0.01);
  }
});

Deno.test("viewMesh() interpolates values between the nodes", () => {
  const values = new Float64Array(mesh.nodes.length / 2)
    .map((_, k) => mesh.nodes[2 * k + 1]! / mesh.size_m[1]);
  const { raster } = viewMesh(mesh, {
    values,
    colourOf: (_, value) => [Math.round(200 * value), 0, 0],
    width: 100,
  });
  for (let x = 0; x < 100; x++) {
    const red = raster.rgba[4 * (3 * 100 + x)]!;
    assert.ok(Math.abs(red - 200 * (x + 0.5) / 100) <= 1, `${red} at ${x}`);
  }
});

Deno.test("placeInView() puts the axis in the middle", () => {
  const [across, down] = placeInView(mesh, 0, 3e-6);
  assert.ok(Math.abs(across - 3) < 1e-9);
  assert.ok(Math.abs(down - 1e6 * mesh.size_m[0]) < 1e-9);
});

Deno.test("chargingNetwork() draws a bar for each pair on either side of the axis, and the coverages", async () => {
  const currentDensity_A_m2 = mesh.interface.areas.map((_, k) => 5 + k % 3);
  const panel = chargingNetwork(
    { mesh, currentDensity_A_m2, periods: 0.1 },
    "synthetic",
  );
  const { svg } = await renderChecked(panel);
  const bars = rowsOf(panel.spec).filter((row) => "x2" in row);
  assert.equal(bars.length, 2 * currentDensity_A_m2.length);
  assert.match(svg, />1: 8\d %</);
  assert.match(panel.caption, /the longest 7 A\/m²/);
});

Deno.test("the panels of courses show the twins and what they cost", async () => {
  const panels = [
    concentrationCourse(runs, "synthetic"),
    concentrationVariation(runs, "synthetic"),
    damageCourse(runs, "synthetic"),
    damageDeviation(runs, "synthetic"),
  ];
  for (const [k, panel] of panels.entries()) {
    assert.equal(panel.id, `science-fig3-${"bcde"[k]}`);
    const { svg } = await renderChecked(panel);
    assert.match(svg, />feedback on</);
    assert.match(svg, />feedback off</);
    if (k > 0) {
      for (const price of ["Voltage (V)", "Capacity", "Mean damage"]) {
        assert.ok(svg.includes(`>${price}<`), `${panel.id}: ${price}`);
      }
    }
  }
});

Deno.test("damageDeviation() shows deviations that sum to zero at all times", () => {
  const panel = damageDeviation(runs, "synthetic");
  for (const index of [0, 1]) {
    const rows = rowsOf(viewOf(panel, index)).filter((row) => "x" in row);
    const sums = Map.groupBy(rows, (row) => `${row.feedback} ${row.x}`);
    for (const group of sums.values()) {
      assert.equal(group.length, 3);
      const sum = group.reduce((total, row) => total + Number(row.value), 0);
      assert.ok(Math.abs(sum) < 2e-4, `${sum}`);
    }
  }
});

Deno.test("concentrationVariation() begins with no spread and has one value per cycle", () => {
  const panel = concentrationVariation(runs, "synthetic");
  const first = rowsOf(viewOf(panel, 0)).filter((row) => row.x === 0);
  assert.equal(first.length, 2);
  for (const { value } of first) assert.ok(Math.abs(Number(value)) < 1e-12);
  const cycles = rowsOf(viewOf(panel, 1)).map((row) => row.x);
  assert.deepEqual(cycles, [1, 2, 3, 1, 2, 3]);
});

Deno.test("moreParticles() names their number and gives each a colour", async () => {
  const eight = await coarse("eight");
  const on = await runNetwork(eight, { cycles: 1 });
  const panel = moreParticles({ on, off: on }, "synthetic");
  const { svg, caption } = await renderChecked(panel);
  assert.match(caption, /each of 8 particles/);
  const strokes = [...svg.matchAll(/stroke="(rgb\([^)]*\)|#[0-9a-f]{6})"/gi)]
    .map(([, colour]) => colour);
  assert.ok(new Set(strokes).size >= 8);
});

Deno.test("networkFields() and interfaceOpening() show the ends of the first and last charge", async () => {
  const fields = networkFields(mesh, runs.on, "synthetic");
  assert.equal(fields.id, "science-fig3-fields-on");
  assert.equal(
    networkFields(mesh, runs.off, "synthetic").id,
    "science-fig3-fields-off",
  );
  const { svg } = await renderChecked(fields);
  assert.match(svg, />End of charge 1, \d+ nm at the widest gap</);
  assert.match(svg, />End of charge 3, \d+ nm at the widest gap</);
  await renderChecked(interfaceOpening(mesh, runs, "synthetic"));
});

Deno.test("spreadsOfCases() compares spheres with cylinders", async () => {
  const { svg } = await renderChecked(spreadsOfCases(
    "science-fig3-geometry",
    "Spheres and cylinders.",
    [
      { name: "spheres", runs },
      { name: "cylinders", runs: await twins("three-plane") },
    ],
    "synthetic",
  ));
  assert.match(svg, />cylinders</);
});

Deno.test("synchronisationMap() tells synchrony from even starts and from loss", async () => {
  const cycle = (
    concentrationSpreadAtEnd: number,
    damageSpread: number,
    capacity: number,
  ): CycleSummary => ({
    cycle: 1,
    concentrationSpread: concentrationSpreadAtEnd,
    concentrationSpreadAtEnd,
    damageSpread,
    meanDamage: 0.4,
    highestVoltage_V: 4.3,
    capacity,
  });
  const first = cycle(0.1, 0.2, 0.5);
  const outcomes = [
    [cycle(0.01, 0.2, 0.5), cycle(0.01, 0.2, 0.5)],
    [first, cycle(0.09, 0.1, 0.5)],
    [first, cycle(0.02, 0.19, 0.5)],
    [first, cycle(0.02, 0.1, 0.5)],
    [first, cycle(0.02, 0.1, 0.1)],
  ];
  const panel = synchronisationMap(
    [{
      x: "x",
      y: "y",
      marked: [2, 2],
      fields: outcomes.map((cycles, k) => ({
        x: [10 ** k, 10 ** (k + 1)],
        y: [1, 10],
        cycles,
      })),
    }],
    2,
    "synthetic",
  );
  assert.deepEqual(
    rowsOf(panel.spec).flatMap((row) => row.outcome ?? []),
    [
      "even from the start",
      "stays out of step",
      "C/Cmax in step",
      "C/Cmax and damage in step",
      "capacity or interface lost",
    ],
  );
  await renderChecked(panel);
});
