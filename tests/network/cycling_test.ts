import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createModel,
  damageSpread,
  fieldsOf,
  initialState,
  type NetworkRun,
  readNetworkParameters,
  readNetworkRun,
  runNetwork,
  runNetworks,
  summariseCycles,
  withCoverages,
  withoutFeedback,
  writeNetworkRun,
} from "@cathode/network/mod.ts";
import { coarseCase } from "./cases.ts";

/** The case of Science Fig. 3 and its twin without feedback, at full resolution. */
const { parameters: three } = await readNetworkParameters("three");
let twins: Promise<NetworkRun[]> | undefined;
function runTwins(): Promise<NetworkRun[]> {
  return twins ??= runNetworks([three, withoutFeedback(three)], { cycles: 15 });
}

Deno.test("with feedback the particles go from asynchronous to synchronous, without it they do not", async () => {
  const [on, off] = (await runTwins()).map(summariseCycles);
  const spreads = on!.map((cycle) => cycle.concentrationSpread);
  assert.ok(spreads[0]! > 4 * spreads[4]!);
  for (const spread of spreads.slice(5, 10)) {
    assert.ok(spread < spreads[0]! / 2);
  }
  const relative = on!.map((cycle) => cycle.damageSpread / cycle.meanDamage);
  assert.ok(relative[14]! < relative[0]! * 2 / 3);

  const twin = off!.slice(1).map((cycle) => cycle.concentrationSpread);
  for (const spread of twin) assert.ok(Math.abs(spread / twin[0]! - 1) < 0.05);
  for (let k = 1; k < 15; k++) {
    assert.ok(off![k]!.damageSpread > off![k - 1]!.damageSpread);
  }
  const grown = off!.map((cycle) => cycle.damageSpread / cycle.meanDamage);
  assert.ok(grown[14]! > grown[0]!);
  // Not by dying: capacity is kept, damage far from complete, voltage within reach.
  for (const { capacity, meanDamage, highestVoltage_V } of on!) {
    assert.ok(
      Math.abs(capacity - 0.5) < 1e-9 && meanDamage < 0.6 &&
        highestVoltage_V < 4.6,
    );
  }
});

Deno.test("damages part near the end of the first charge, from equal particles", async () => {
  const [on] = await runTwins();
  const at = (share: number) =>
    on!.time_s.findIndex((t) => Math.abs(t / 720 - share) < 1e-9);
  assert.ok(damageSpread(on!, at(0.4)) < damageSpread(on!, at(0.5)) / 2);
  assert.equal(damageSpread(on!, 0), 0);
  // The better covered particle is used more and damaged more.
  const end = at(0.5);
  const damages = on!.particles.map((particle) => particle.damage[end]!);
  assert.deepEqual(damages, damages.toSorted((a, b) => b - a));
});

Deno.test("equal coverages show no spread above 1e-3", async () => {
  const run = await runNetwork(
    withCoverages(await coarseCase("three"), [0.5, 0.5, 0.5]),
    { cycles: 2 },
  );
  for (const cycle of summariseCycles(run)) {
    assert.ok(cycle.concentrationSpread < 1e-3 && cycle.damageSpread < 1e-3);
  }
});

Deno.test("plotted quantities converge with the mesh and with the time step", async () => {
  const plotted = (run: NetworkRun) => {
    const [first, second] = summariseCycles(run);
    return [
      first!.concentrationSpread,
      second!.concentrationSpread,
      first!.damageSpread,
      first!.meanDamage,
      first!.highestVoltage_V,
    ];
  };
  const runs = await runNetworks(
    [
      { edgesPerCircle: 32, farSize_m: 1.6e-6, stepsPerPhase: 25 },
      { edgesPerCircle: 64, farSize_m: 0.8e-6, stepsPerPhase: 25 },
      { edgesPerCircle: 96, farSize_m: 0.53e-6, stepsPerPhase: 25 },
      { edgesPerCircle: 32, farSize_m: 1.6e-6, stepsPerPhase: 50 },
      { edgesPerCircle: 32, farSize_m: 1.6e-6, stepsPerPhase: 100 },
    ].map((discretisation) => ({ ...three, discretisation })),
    { cycles: 2 },
  );
  const [coarse, medium, fine, half, quarter] = runs.map(plotted);
  // Concentrations and damages are numbers from 0 to 1, voltages are in V.
  const mesh = [0.001, 0.001, 0.002, 0.002, 0.005];
  const steps = [0.001, 0.002, 0.005, 0.002, 0.02];
  coarse!.forEach((_, k) => {
    assert.ok(Math.abs(fine![k]! - medium![k]!) < mesh[k]!, `mesh ${k}`);
    assert.ok(
      Math.abs(quarter![k]! - half![k]!) < steps[k]!,
      `steps ${k}: ${half![k]} ${quarter![k]}`,
    );
    assert.ok(
      Math.abs(quarter![k]! - half![k]!) <
        Math.abs(half![k]! - coarse![k]!) + 1e-4,
    );
  });
});

Deno.test("runNetwork() stops a phase at its voltage limit, and holds the voltage where asked to", async () => {
  const parameters = await coarseCase("three");
  const limited = {
    ...parameters,
    operation: {
      ...parameters.operation,
      upperVoltage_V: 4.1,
      lowerVoltage_V: 3.2,
    },
  };
  const held = {
    ...limited,
    operation: { ...limited.operation, holdUntil: 0.2 },
  };
  const [plain, short, long] = await Promise.all(
    [parameters, limited, held].map((p) => runNetwork(p, { cycles: 2 })),
  );
  for (const run of [short!, long!]) {
    assert.ok(Math.max(...run.voltage_V) <= 4.1 + 1e-9);
    assert.ok(Math.min(...run.voltage_V) >= 3.2 - 1e-9);
  }
  const capacity = (run: NetworkRun) => summariseCycles(run)[1]!.capacity;
  assert.ok(capacity(short!) < capacity(long!));
  assert.ok(capacity(long!) < capacity(plain!));
  const last = long!.current[long!.phase.lastIndexOf("charge")]!;
  assert.ok(last > 0 && last <= 0.2);
});

Deno.test("runNetworks() gives what runNetwork() gives", async () => {
  const parameters = await coarseCase("three", 8);
  const [inWorker] = await runNetworks([parameters], { cycles: 1 });
  assert.deepEqual(inWorker, await runNetwork(parameters, { cycles: 1 }));
});

Deno.test("runNetwork() that is interrupted leaves what there is, marked as not complete", async () => {
  const parameters = await coarseCase("three", 10);
  const interruption = new AbortController();
  const run = await runNetwork(parameters, {
    cycles: 3,
    signal: interruption.signal,
    onCycle: () => interruption.abort(),
  });
  assert.equal(run.complete, false);
  assert.ok(run.time_s.length > 20 && run.time_s.length < 41);
  const folder = await Deno.makeTempDir();
  const path = join(folder, "run.json");
  await writeNetworkRun(path, run);
  assert.deepEqual(await readNetworkRun(path), run);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readNetworkRun() throws if the file is no run or its series differ in length", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "run.json");
  const run = await runNetwork(await coarseCase("three", 5), { cycles: 1 });
  await writeNetworkRun(path, { ...run, time_s: run.time_s.slice(1) });
  await assert.rejects(
    readNetworkRun(path),
    /its series must be of one length: current value is 10, 11/,
  );
  await Deno.writeTextFile(path, "{}");
  await assert.rejects(readNetworkRun(path), /it must have parameters, series/);
  await Deno.writeTextFile(path, "{");
  await assert.rejects(readNetworkRun(path), { name: "DataError" });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runNetwork() names the step that does not converge", async () => {
  const parameters = await coarseCase("three", 4);
  const { activeMaterial, operation } = parameters;
  await assert.rejects(
    runNetwork({
      ...parameters,
      activeMaterial: {
        ...activeMaterial,
        diffusivity: { peak_m2_s: 2e-15, dips: [] },
      },
      operation: { ...operation, lowerVoltage_V: -1e3, upperVoltage_V: 1e3 },
    }, { cycles: 1 }),
    {
      name: "RangeError",
      message: /^Cannot .+ \(step \d of the charge of cycle 1\)$/,
    },
  );
});

Deno.test("runNetwork() throws if the number of cycles is not a positive whole number", async () => {
  await assert.rejects(runNetwork(await coarseCase("three"), { cycles: 0 }), {
    name: "RangeError",
    message:
      "Cannot cycle the network as the number of cycles must be a positive whole number: current value is 0",
  });
});

Deno.test("fieldsOf() meets the state: potential drops from the collector, displacements open the interface", async () => {
  const run = await runNetwork(await coarseCase("three"), { cycles: 1 });
  const model = createModel(run.parameters), [fields] = run.fields;
  const { interface: pairs } = model;
  const end = run.phase.lastIndexOf("charge");
  pairs.binderNodes.forEach((node, a) => {
    assert.ok(fields!.potential_V[node]! <= run.voltage_V[end]! + 1e-12);
    const at = (n: number, axis: 0 | 1) =>
      fields!.displacement_m[2 * n + axis]!;
    const inner = pairs.particleNodes[a]!;
    const opening = (at(node, 0) - at(inner, 0)) * pairs.normals[2 * a]! +
      (at(node, 1) - at(inner, 1)) * pairs.normals[2 * a + 1]!;
    assert.ok(Math.abs(opening - fields!.opening_m[a]!) < 1e-6 * 29e-9);
  });
  const rest = fieldsOf(model, initialState(model));
  assert.ok(rest.displacement_m.every((u) => u === 0));
});
