import assert from "node:assert/strict";
import {
  cohesiveScale,
  condensedStepper,
  createModel,
  eigenstrains,
  faraday_C_mol,
  fieldsOf,
  initialState,
  lameConstants,
  meanDamages,
  meanStoichiometries,
  measureTriangles,
  monolithicStepper,
  multiply,
  type NetworkModel,
  type NetworkParameters,
  type NetworkState,
  particleCurrents,
  readNetworkParameters,
  reduceNetwork,
  runReducedNetwork,
  type Stepper,
  withCoverages,
  withParametersOf,
} from "@cathode/network/mod.ts";
import { coarseCase, relativeDifference, spread } from "./cases.ts";

/** States of one charge at full current. */
function charge(
  model: NetworkModel,
  advance: Stepper,
  steps: number,
): NetworkState[] {
  const { charged, discharged, period_s } = model.parameters.operation;
  const duration_s = (discharged - charged) * period_s / steps;
  const states = [initialState(model)];
  for (let k = 0; k < steps; k++) {
    states.push(
      advance(states.at(-1)!, duration_s, { current_A: model.fullCurrent_A }),
    );
  }
  return states;
}

for (const name of ["three", "three-plane"] as const) {
  Deno.test(`condensedStepper() equals monolithicStepper() to 1e-9, ${name}`, async () => {
    const model = createModel(await coarseCase(name, 8));
    const condensed = condensedStepper(model),
      monolithic = monolithicStepper(model);
    let a = initialState(model), b = a;
    // A charge, its reversal, and a step at held voltage.
    for (let k = 0; k < 12; k++) {
      const control = k < 11
        ? { current_A: (k < 8 ? 1 : -1) * model.fullCurrent_A }
        : { voltage_V: 3.9 };
      a = condensed(a, 45, control);
      b = monolithic(b, 45, control);
    }
    for (
      const key of [
        "stoichiometry",
        "currentDensity_A_m2",
        "opening_m",
        "damage",
      ] as const
    ) {
      const difference = relativeDifference(a[key], b[key]);
      assert.ok(difference < 1e-9, `${key}: ${difference}`);
    }
    assert.ok(Math.abs(a.voltage_V - b.voltage_V) < 1e-9);
  });

  Deno.test(`condensedStepper() conserves charge to 1e-12, ${name}`, async () => {
    const model = createModel(await coarseCase(name));
    const states = charge(model, condensedStepper(model), 20);
    const { activeMaterial, operation } = model.parameters;
    const content = (state: NetworkState) =>
      state.stoichiometry.reduce(
        (sum, x, k) => sum + x * model.nodeVolumes[k]!,
        0,
      );
    const taken = faraday_C_mol * activeMaterial.maximumConcentration_mol_m3 *
      (content(states[0]!) - content(states.at(-1)!));
    const passed = model.fullCurrent_A * operation.period_s *
      (operation.discharged - operation.charged);
    assert.ok(Math.abs(taken / passed - 1) < 1e-12, `${taken / passed - 1}`);
    for (const state of states.slice(1)) {
      const current = particleCurrents(model, state).reduce((sum, i) =>
        sum + i
      );
      assert.ok(Math.abs(current / model.fullCurrent_A - 1) < 1e-12);
    }
  });
}

/** Elastic energy of the bulk, and what unit growth of the eigenstrains adds to it at rest. */
function elasticEnergy(model: NetworkModel, state: NetworkState) {
  const strains = eigenstrains(model, state.stoichiometry);
  const field = fieldsOf(model, state).displacement_m;
  const u = Float64Array.from(model.displacements, (dof) => field[dof]!);
  const { lambda, mu } = lameConstants(model.parameters.activeMaterial);
  const bulk = 9 * (lambda + 2 * mu / 3);
  const { volumes } = measureTriangles(model.mesh);
  const at = new Int32Array(model.mesh.nodes.length / 2);
  model.particleNodes.forEach((node, k) => at[node] = k);
  const dot = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, v, k) => sum + v * b[k]!, 0);
  let energy = dot(u, multiply(model.elasticity, u)) / 2 -
    dot(u, multiply(model.eigenstrainForces, strains));
  const slope = new Float64Array(strains.length);
  const { starts, columns, values } = model.eigenstrainForces;
  u.forEach((value, row) => {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      slope[columns[k]!]! -= value * values[k]!;
    }
  });
  model.mesh.domains.forEach((domain, t) => {
    if (domain < 0) return;
    const nodes = [0, 1, 2].map((c) => at[model.mesh.triangles[3 * t + c]!]!);
    const mean = nodes.reduce((sum, k) => sum + strains[k]!, 0) / 3;
    energy += bulk * mean ** 2 * volumes[t]! / 2;
    for (const k of nodes) slope[k]! += bulk * mean * volumes[t]! / 3;
  });
  return { energy, slope, strains };
}

Deno.test("the work of the eigenstrains is stored in the bulk, stored in the interface or dissipated there", async () => {
  const model = createModel(await coarseCase("three"));
  const { areas } = model.interface;
  const { stiffness_Pa_m } = cohesiveScale(model.parameters.interface);
  const stiffness = (state: NetworkState, k: number) =>
    k % 2 === 0 && state.opening_m[k]! <= 0
      ? stiffness_Pa_m
      : (1 - state.damage[k >> 1]!) * stiffness_Pa_m;
  const states = charge(model, condensedStepper(model), 20);
  let supplied = 0, atInterface = 0, before = elasticEnergy(model, states[0]!);
  for (let n = 1; n < states.length; n++) {
    const old = states[n - 1]!, state = states[n]!;
    const now = elasticEnergy(model, state);
    // The trapezoidal rule is exact here: energy is quadratic, equilibrium linear.
    now.slope.forEach((s, k) =>
      supplied += (s + before.slope[k]!) / 2 *
        (now.strains[k]! - before.strains[k]!)
    );
    state.opening_m.forEach((opening, k) => {
      const traction = (stiffness(old, k) * old.opening_m[k]! +
        stiffness(state, k) * opening) / 2;
      atInterface += areas[k >> 1]! * traction * (opening - old.opening_m[k]!);
    });
    before = now;
  }
  const last = states.at(-1)!;
  const stored = last.opening_m.reduce(
    (sum, d, k) => sum + areas[k >> 1]! * stiffness(last, k) * d * d / 2,
    0,
  );
  const imbalance = before.energy + atInterface - supplied;
  assert.ok(Math.abs(imbalance) < 1e-10 * supplied, `${imbalance / supplied}`);
  assert.ok(stored > 0 && atInterface - stored > 0);
});

Deno.test("identical particles behave identically to 1e-10", async () => {
  for (const name of ["three", "three-plane"] as const) {
    const model = createModel(
      withCoverages(await coarseCase(name), [0.6, 0.6, 0.6]),
    );
    const state = charge(model, condensedStepper(model), 20).at(-1)!;
    assert.ok(spread(meanStoichiometries(model, state)) < 1e-10);
    assert.ok(spread(meanDamages(model, state)) < 1e-10);
  }
});

Deno.test("particles that are mirror images behave identically to 1e-10", async () => {
  const model = createModel(
    withCoverages(await coarseCase("three-plane"), [0.8, 0.3, 0.8]),
  );
  const state = charge(model, condensedStepper(model), 20).at(-1)!;
  const [a, , c] = meanStoichiometries(model, state),
    damages = meanDamages(model, state);
  assert.ok(Math.abs(a! - c!) < 1e-10);
  assert.ok(Math.abs(damages[0]! - damages[2]!) < 1e-10);
  assert.ok(spread(damages) > 0.01);
});

Deno.test("without contrast of conductivity the coverages make no difference above 1e-3", async () => {
  const parameters = await coarseCase("three");
  const { highConductivity_S_m } = parameters.carbonBinder;
  const model = createModel({
    ...parameters,
    carbonBinder: {
      ...parameters.carbonBinder,
      lowConductivity_S_m: highConductivity_S_m,
    },
  });
  for (const state of charge(model, condensedStepper(model), 20)) {
    assert.ok(spread(meanStoichiometries(model, state)) < 1e-3);
    assert.ok(spread(meanDamages(model, state)) < 1e-3);
  }
});

Deno.test("the better covered side of the surface reacts faster", async () => {
  const model = createModel(await coarseCase("three"));
  const { areas, highShares } = model.interface;
  for (const state of charge(model, condensedStepper(model), 20).slice(1, 10)) {
    const mean = (share: (a: number) => number) => {
      let sum = 0, area = 0;
      areas.forEach((w, a) => {
        sum += share(a) * w * state.currentDensity_A_m2[a]!;
        area += share(a) * w;
      });
      return sum / area;
    };
    assert.ok(mean((a) => highShares[a]!) > mean((a) => 1 - highShares[a]!));
  }
});

/** One sphere in well conducting carbon/binder, without damage. */
async function perfectSphere(
  edgesPerCircle: number,
): Promise<NetworkParameters> {
  const { parameters } = await readNetworkParameters("three");
  return {
    ...withCoverages(parameters, [1]),
    interface: { ...parameters.interface, feedback: 0 },
    discretisation: {
      edgesPerCircle,
      farSize_m: 2e-6 * 24 / edgesPerCircle,
      stepsPerPhase: 400,
    },
  };
}

Deno.test("a sphere without damage and contrast follows PyBaMM's particle", async () => {
  // PyBaMM 26.10.1.1; see tests/oracles/network_pybamm.py
  const { charge: golden } = JSON.parse(
    await Deno.readTextFile(
      new URL("../golden/network/pybamm.json", import.meta.url),
    ),
  );
  const model = createModel(await perfectSphere(80));
  const states = charge(model, condensedStepper(model), 400);
  golden.time_s.forEach((time: number, k: number) => {
    const state = states[Math.round(time / 360 * 400)]!;
    const surface = model.surface.reduce((sum, node) =>
      sum + state.stoichiometry[node]!, 0) /
      model.surface.length;
    assert.ok(
      Math.abs(surface - golden.surface[k]) < 1e-3,
      `${surface} ${golden.surface[k]}`,
    );
    assert.ok(Math.abs(state.voltage_V - golden.voltage_V[k]) < 2e-3);
  });
});

Deno.test("the reduced model agrees with the finite elements for one sphere in a wide box", async () => {
  const parameters = await perfectSphere(48);
  const wide = {
    ...parameters,
    layout: { ...parameters.layout, pitch_m: 50e-6, width_m: 25e-6 },
    discretisation: { ...parameters.discretisation, stepsPerPhase: 50 },
  };
  const model = createModel(wide);
  const states = charge(model, condensedStepper(model), 50);
  const run = runReducedNetwork(reduceNetwork(model), 1);
  // From the sixth step on: the profile in the particle has formed by then.
  for (let k = 6; k <= 50; k++) {
    assert.ok(Math.abs(states[k]!.voltage_V - run.voltage_V[k]!) < 0.01);
    assert.ok(
      Math.abs(
        meanDamages(model, states[k]!)[0]! - run.particles[0]!.damage[k]!,
      ) < 0.05,
    );
  }
});

Deno.test("monolithicStepper() takes a diffusivity that varies, and stress that drives diffusion", async () => {
  const parameters = await coarseCase("three", 12);
  const coupled = {
    ...parameters,
    activeMaterial: { ...parameters.activeMaterial, stressCoupling: 1 },
  };
  const unlike = await withParametersOf(parameters, "oregan2022");
  const plain = createModel(parameters);
  const reference = charge(plain, condensedStepper(plain), 12).at(-1)!;
  for (const [changed, least] of [[coupled, 1e-4], [unlike, 1e-2]] as const) {
    const model = createModel(changed);
    assert.throws(
      () => condensedStepper(model),
      /the diffusivity must be constant and free of stress/,
    );
    const state = charge(model, monolithicStepper(model), 12).at(-1)!;
    const difference = relativeDifference(
      state.stoichiometry,
      reference.stoichiometry,
    );
    assert.ok(difference > least && difference < 0.5, `${difference}`);
    // Charge is conserved whatever drives the flux.
    const mean = state.stoichiometry.reduce((sum, x, k) =>
      sum + x * model.nodeVolumes[k]!, 0) /
      model.particleVolumes.reduce((sum, v) =>
        sum + v
      );
    assert.ok(Math.abs(mean - parameters.operation.charged) < 1e-9);
  }
});

Deno.test("stress-driven diffusion evens out stress: tension fills, compression empties", async () => {
  const parameters = await coarseCase("three", 12);
  const plain = createModel(parameters);
  const coupled = createModel({
    ...parameters,
    activeMaterial: { ...parameters.activeMaterial, stressCoupling: 1 },
  });
  const contrast = (model: NetworkModel, state: NetworkState) => {
    let surface = 0, area = 0;
    model.surface.forEach((node, a) => {
      surface += model.interface.areas[a]! * state.stoichiometry[node]!;
      area += model.interface.areas[a]!;
    });
    return parameters.operation.charged - surface / area;
  };
  // A surface that shrinks first is in tension, which draws lithium to it.
  const without = charge(plain, condensedStepper(plain), 12).at(-1)!;
  const withStress = charge(coupled, monolithicStepper(coupled), 12).at(-1)!;
  assert.ok(contrast(coupled, withStress) < contrast(plain, without));
});

Deno.test("condensedStepper() throws and names the particle whose surface is emptied", async () => {
  const parameters = await coarseCase("three", 12);
  const { activeMaterial } = parameters;
  const model = createModel({
    ...parameters,
    activeMaterial: {
      ...activeMaterial,
      diffusivity: { peak_m2_s: 1e-15, dips: [] },
    },
  });
  assert.throws(
    () => charge(model, condensedStepper(model), 12),
    /as the surface stoichiometry of particle \d must stay between 0 and 1: current value is/,
  );
});
