import assert from "node:assert/strict";
import {
  createModel,
  judgeSynchronisation,
  readNetworkParameters,
  reducedCaseAt,
  reduceNetwork,
  runNetwork,
  runReducedNetwork,
  runReducedNetworks,
  sampleScan,
  scanRanges,
  summariseCycles,
  withoutFeedback,
} from "@cathode/network/mod.ts";

const { parameters } = await readNetworkParameters("three");

Deno.test("runReducedNetwork() agrees with the finite elements on spreads, damage and voltage", async () => {
  const model = createModel(parameters);
  const full = summariseCycles(await runNetwork(parameters, { cycles: 5 }));
  const reduced = summariseCycles(runReducedNetwork(reduceNetwork(model), 5));
  full.forEach((cycle, k) => {
    const other = reduced[k]!;
    assert.ok(
      Math.abs(cycle.concentrationSpread - other.concentrationSpread) < 0.01,
    );
    assert.ok(Math.abs(cycle.damageSpread - other.damageSpread) < 0.02);
    assert.ok(Math.abs(cycle.meanDamage - other.meanDamage) < 0.01);
    assert.ok(Math.abs(cycle.highestVoltage_V - other.highestVoltage_V) < 0.05);
    assert.ok(Math.abs(cycle.capacity - other.capacity) < 1e-9);
  });
});

Deno.test("runReducedNetwork() conserves charge", () => {
  const run = runReducedNetwork({
    parameters,
    binderResistance_Ohm_m2: { high: 0, low: 0.02 },
  }, 1);
  const end = run.phase.lastIndexOf("charge");
  const mean =
    run.particles.reduce((sum, p) => sum + p.meanConcentration[end]!, 0) / 3;
  assert.ok(Math.abs(mean - 0.4) < 1e-12);
});

Deno.test("runReducedNetworks() does not depend on the number of workers", async () => {
  const cases = sampleScan(12, 3).map((point) =>
    reducedCaseAt(parameters, point)
  );
  const [one, two] = await Promise.all(
    [1, 2].map((workers) => runReducedNetworks(cases, { cycles: 2, workers })),
  );
  assert.deepEqual(one, two);
  assert.deepEqual(one![7], summariseCycles(runReducedNetwork(cases[7]!, 2)));
});

Deno.test("over the scan, concentrations fall into step with feedback in some cases and without it in none", async () => {
  const points = sampleScan(60, 1);
  const quick = {
    ...parameters,
    discretisation: { ...parameters.discretisation, stepsPerPhase: 30 },
  };
  const share = async (feedback: boolean) => {
    const cases = points
      .map((point) => reducedCaseAt(quick, point))
      .map((reduced) =>
        feedback
          ? reduced
          : { ...reduced, parameters: withoutFeedback(reduced.parameters) }
      );
    const judged = (await runReducedNetworks(cases, { cycles: 15 })).map(
      judgeSynchronisation,
    );
    const visible = judged.filter(({ isVisible }) => isVisible);
    return visible.filter(({ concentrations }) => concentrations).length /
      visible.length;
  };
  const [on, off] = await Promise.all([share(true), share(false)]);
  assert.ok(on > 0.1, `${on}`);
  assert.equal(off, 0);
});

Deno.test("runReducedNetwork() throws if the diffusivity varies", () => {
  const { activeMaterial } = parameters;
  const dips = [{ depth: 1, centre: 0.5, width: 0.1 }];
  assert.throws(
    () =>
      runReducedNetwork({
        parameters: {
          ...parameters,
          activeMaterial: {
            ...activeMaterial,
            diffusivity: { peak_m2_s: 3e-14, dips },
          },
        },
        binderResistance_Ohm_m2: { high: 0, low: 0 },
      }, 1),
    /the diffusivity must be constant and free of stress: current value is 1 dips/,
  );
});

Deno.test("sampleScan() draws once from each slice of every range, as the seed says", () => {
  const points = sampleScan(20, 5);
  for (const { id, low, high, isLogarithmic } of scanRanges) {
    const slices = points.map((point) =>
      Math.floor(
        20 * (isLogarithmic
          ? Math.log(point[id] / low) / Math.log(high / low)
          : (point[id] - low) / (high - low)),
      )
    );
    assert.deepEqual(
      slices.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, k) => k),
    );
  }
  assert.deepEqual(points, sampleScan(20, 5));
  assert.notDeepEqual(points, sampleScan(20, 6));
});

Deno.test("judgeSynchronisation() tells synchrony from death, and throws if there is one cycle", () => {
  const cycle = {
    cycle: 1,
    concentrationSpread: 0.1,
    concentrationSpreadAtEnd: 0.1,
    damageSpread: 0.2,
    meanDamage: 0.4,
    highestVoltage_V: 4.3,
    capacity: 0.5,
  };
  const last = {
    ...cycle,
    concentrationSpreadAtEnd: 0.04,
    damageSpread: 0.1,
    meanDamage: 0.95,
  };
  assert.deepEqual(judgeSynchronisation([cycle, last]), {
    isVisible: true,
    concentrations: true,
    damages: true,
    isDying: true,
  });
  assert.throws(
    () => judgeSynchronisation([cycle]),
    /two cycles or more: current value is 1/,
  );
});
