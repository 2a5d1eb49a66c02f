/**
 * Reduced network model: ordinary differential equations, one mean
 * stoichiometry and one opening per particle, two pieces of interface. The
 * same laws as the finite elements at a thousandth of the cost, for maps over
 * the parameters.
 */
import { coreCount, mapInWorkers, type Progress } from "../core/mod.ts";
import { lameConstants } from "./elements.ts";
import {
  cohesiveResponse,
  cohesiveScale,
  emptyResponse,
  interfaceResistance,
} from "./interface_laws.ts";
import { factorLdl, solveLdl } from "./ldl.ts";
import { surfaceLaws, volumeChange, type WithSlope } from "./material.ts";
import { coordinatesOf, type NetworkModel } from "./model.ts";
import { nestedDissection } from "./ordering.ts";
import { assertNetworkParameters } from "./parameter_files.ts";
import {
  faraday_C_mol,
  gasConstant_J_mol_K,
  type NetworkParameters,
} from "./parameters.ts";
import {
  cycleStates,
  type CycleSummary,
  type NetworkRun,
  Recorder,
  summariseCycles,
} from "./run.ts";
import {
  type NetworkOutline,
  type NetworkState,
  particleCurrents,
  type Stepper,
} from "./state.ts";

/** A case of the reduced model. */
export interface ReducedCase {
  /** Mesh and elastic width of the layout play no part. */
  readonly parameters: NetworkParameters;
  /** Resistance of the carbon/binder between collector and either piece of interface. */
  readonly binderResistance_Ohm_m2: {
    readonly high: number;
    readonly low: number;
  };
}

/**
 * A case of the reduced model with the carbon/binder resistances that the
 * finite elements have under an even current density.
 *
 * @param model The finite-element model of the case.
 */
export function reduceNetwork(model: NetworkModel): ReducedCase {
  const { conduction, binderNodes, contact, mesh } = model;
  const { areas, highShares } = model.interface;
  const order = nestedDissection(conduction, coordinatesOf(mesh, binderNodes));
  const sinks = new Float64Array(binderNodes.length);
  contact.forEach((unknown, a) => sinks[unknown]! += areas[a]!);
  const drop = solveLdl(factorLdl(conduction, order), sinks);
  const mean = (shares: Float64Array) => {
    let sum = 0, area = 0;
    shares.forEach((share, a) => {
      sum += share * areas[a]! * drop[contact[a]!]!;
      area += share * areas[a]!;
    });
    return area > 0 ? sum / area : 0;
  };
  return {
    parameters: model.parameters,
    binderResistance_Ohm_m2: {
      high: mean(highShares),
      low: mean(highShares.map((share) => 1 - share)),
    },
  };
}

/**
 * Cycles a reduced network. The surface stoichiometry follows the current
 * density without delay (valid for steps and phases that are long against
 * `R ** 2 / (10 D)`), each particle shrinks by its mean stoichiometry in an
 * endless matrix, and its interface opens alike all around.
 *
 * @param reduced The case.
 * @param cycles Number of cycles.
 * @returns The course, without fields.
 * @throws {DataError} If a parameter breaks its rule.
 * @throws {RangeError} If a step does not converge; the message names it.
 *
 * @example All particles alike
 * ```ts
 * import assert from "node:assert/strict";
 * import { readNetworkParameters, runReducedNetwork, withCoverages } from "./mod.ts";
 *
 * const { parameters } = await readNetworkParameters("three");
 * const run = runReducedNetwork({
 *   parameters: withCoverages(parameters, [0.5, 0.5]),
 *   binderResistance_Ohm_m2: { high: 0, low: 0.02 },
 * }, 1);
 * const [first, second] = run.particles;
 * assert.deepEqual(first!.damage, second!.damage);
 * ```
 */
export function runReducedNetwork(
  reduced: ReducedCase,
  cycles: number,
): NetworkRun {
  assertNetworkParameters(reduced.parameters);
  const { diffusivity, stressCoupling } = reduced.parameters.activeMaterial;
  if (diffusivity.dips.length > 0 || stressCoupling !== 0) {
    throw new RangeError(
      `Cannot reduce the network as the diffusivity must be constant and free of stress: current value is ${diffusivity.dips.length} dips and a coupling of ${stressCoupling}`,
    );
  }
  const network = reducedOutline(reduced.parameters);
  const recorder = new Recorder(network), { run } = recorder;
  for (
    const moment of cycleStates(
      network,
      reducedStepper(reduced, network),
      cycles,
    )
  ) {
    recorder.add(moment);
  }
  run.complete = true;
  return run;
}

/** Two pieces of interface per particle: on the well and on the badly conducting side. */
function reducedOutline(parameters: NetworkParameters): NetworkOutline {
  const { layout, activeMaterial, operation } = parameters;
  const isPlane = layout.geometry === "plane";
  const radii = layout.particles.map(({ radius_m }) => radius_m);
  const particleVolumes = Float64Array.from(
    radii,
    (r) => isPlane ? Math.PI * r ** 2 : 4 / 3 * Math.PI * r ** 3,
  );
  return {
    parameters,
    particleOf: Int32Array.from(radii, (_, p) => p),
    nodeVolumes: particleVolumes,
    particleVolumes,
    interface: {
      particles: Int32Array.from(radii.flatMap((_, p) => [p, p])),
      areas: Float64Array.from(
        layout.particles.flatMap(({ radius_m: r, coverage }) => {
          const area = isPlane ? 2 * Math.PI * r : 4 * Math.PI * r ** 2;
          return [coverage * area, (1 - coverage) * area];
        }),
      ),
    },
    fullCurrent_A: faraday_C_mol * activeMaterial.maximumConcentration_mol_m3 *
      particleVolumes.reduce((sum, v) => sum + v) / operation.period_s,
  };
}

function reducedStepper(
  { parameters, binderResistance_Ohm_m2 }: ReducedCase,
  network: NetworkOutline,
): Stepper {
  const { activeMaterial, interface: law, operation, layout } = parameters;
  const { areas } = network.interface;
  const particles = network.particleOf.length, pieces = areas.length;
  const perFlux = 1 /
    (faraday_C_mol * activeMaterial.maximumConcentration_mol_m3);
  const thermal_V = gasConstant_J_mol_K * operation.temperature_K /
    faraday_C_mol;
  // From mean to surface in the quasi-steady profile of a sphere or cylinder.
  const profile = layout.geometry === "plane" ? 4 : 5;
  const toSurface = Float64Array.from(
    layout.particles,
    ({ radius_m }) =>
      radius_m * perFlux / (profile * activeMaterial.diffusivity.peak_m2_s),
  );
  const open = mechanicalResponse(parameters);
  const scale = network.fullCurrent_A / areas.reduce((sum, a) => sum + a);
  const u: WithSlope = [0, 0], i0: WithSlope = [0, 0];
  const residual = new Float64Array(pieces), own = new Float64Array(pieces);
  const shared = new Float64Array(pieces),
    resistance = new Float64Array(pieces);
  const byResidual = new Float64Array(particles);
  const byVoltage = new Float64Array(particles);

  return (state, duration_s, control) => {
    const current = state.currentDensity_A_m2.slice();
    let voltage = state.voltage_V;
    for (let s = 0; s < pieces; s++) {
      resistance[s] = interfaceResistance(law, state.damage[s]!) +
        (s % 2 === 0
          ? binderResistance_Ohm_m2.high
          : binderResistance_Ohm_m2.low);
    }
    for (let iteration = 0;; iteration++) {
      let total = 0, totalByResidual = 0, totalByVoltage = 0;
      for (let p = 0; p < particles; p++) {
        const perTotal = duration_s * perFlux / network.particleVolumes[p]!;
        const flow = areas[2 * p]! * current[2 * p]! +
          areas[2 * p + 1]! * current[2 * p + 1]!;
        total += flow;
        const mean = state.stoichiometry[p]! - perTotal * flow;
        let sumResidual = 0, sumVoltage = 0, sumShared = 1;
        for (let s = 2 * p; s < 2 * p + 2; s++) {
          const i = current[s]!, area = areas[s]!;
          surfaceLaws(activeMaterial, mean - toSurface[p]! * i, u, i0);
          const q = i / (2 * i0[0]);
          const root = 2 * thermal_V / Math.sqrt(1 + q * q);
          residual[s] = voltage - u[0] - resistance[s]! * i -
            2 * thermal_V * Math.asinh(q);
          const bySurface = -u[1] + root * q / i0[0] * i0[1];
          own[s] = -resistance[s]! - root / (2 * i0[0]) -
            bySurface * toSurface[p]!;
          shared[s] = -bySurface * perTotal;
          sumResidual -= area * residual[s]! / own[s]!;
          sumVoltage -= area / own[s]!;
          sumShared += area * shared[s]! / own[s]!;
        }
        // Change of the particle's current by the residuals and by the voltage.
        byResidual[p] = sumResidual / sumShared;
        byVoltage[p] = sumVoltage / sumShared;
        totalByResidual += byResidual[p]!;
        totalByVoltage += byVoltage[p]!;
      }
      const voltageStep = "current_A" in control
        ? (control.current_A - total - totalByResidual) / totalByVoltage
        : control.voltage_V - voltage;
      let largest = 0;
      for (let s = 0; s < pieces; s++) {
        const p = s >> 1;
        const flowStep = byResidual[p]! + byVoltage[p]! * voltageStep;
        residual[s] = (-residual[s]! - voltageStep - shared[s]! * flowStep) /
          own[s]!;
        largest = Math.max(largest, Math.abs(residual[s]!));
      }
      if (!(iteration < 60 && largest < Infinity)) {
        throw new RangeError(
          `Cannot solve the reaction as Newton's method must converge within 60 iterations: current value is a change of ${
            (largest / scale).toExponential(1)
          } of its scale; use more steps per phase`,
        );
      }
      const damping = Math.min(1, 6 * scale / largest);
      for (let s = 0; s < pieces; s++) current[s]! += damping * residual[s]!;
      voltage += damping * voltageStep;
      if (largest < 1e-7 * scale && Math.abs(voltageStep) < 1e-8) break;
    }
    const next: NetworkState = {
      ...state,
      time_s: state.time_s + duration_s,
      currentDensity_A_m2: current,
      voltage_V: voltage,
    };
    const stoichiometry = particleCurrents(network, next).map((flow, p) =>
      state.stoichiometry[p]! -
      duration_s * perFlux * flow / network.particleVolumes[p]!
    );
    return { ...next, stoichiometry, ...open(state, stoichiometry) };
  };
}

/** Opening and damage of particles that shrink in an endless matrix (Lame). */
function mechanicalResponse(parameters: NetworkParameters) {
  const { activeMaterial, carbonBinder, interface: law, layout, operation } =
    parameters;
  const { particles } = layout;
  const isPlane = layout.geometry === "plane";
  const { poissonRatio: nu, youngsModulus_Pa: e } = activeMaterial;
  // Stiffness against opening: particle and matrix in series.
  const compliance = isPlane
    ? (1 + nu) * (1 - 2 * nu) / e +
      (1 + carbonBinder.poissonRatio) / carbonBinder.youngsModulus_Pa
    : (1 - 2 * nu) / e + 1 / (4 * lameConstants(carbonBinder).mu);
  const stiffness = particles.map(({ radius_m }) =>
    1 / (radius_m * compliance)
  );
  // In plane strain the strain along the axis, which is held, adds to the others.
  const inflation = isPlane ? 1 + nu : 1;
  const [initial] = volumeChange(
    activeMaterial.volumeChange,
    operation.discharged,
  );
  const { opening_m: scale } = cohesiveScale(law);
  const pieces = 2 * particles.length;
  const response = emptyResponse(pieces);

  return (
    state: NetworkState,
    stoichiometry: Float64Array,
  ): Pick<NetworkState, "opening_m" | "effectiveOpening_m" | "damage"> => {
    const opening_m = state.opening_m.slice();
    const gap_m = stoichiometry.map((x, p) => {
      const [volume] = volumeChange(activeMaterial.volumeChange, x);
      return -(volume - initial) / 3 * inflation * particles[p]!.radius_m;
    });
    for (let iteration = 0;; iteration++) {
      cohesiveResponse(law, opening_m, state, response);
      let largest = 0;
      for (let s = 0; s < pieces; s++) {
        const p = s >> 1;
        const step = (stiffness[p]! * (opening_m[2 * s]! - gap_m[p]!) +
          response.traction_Pa[2 * s]!) /
          (stiffness[p]! + response.tangent_Pa_m[4 * s]!);
        const limited = Math.max(-0.3 * scale, Math.min(0.3 * scale, step));
        opening_m[2 * s]! -= limited;
        largest = Math.max(largest, Math.abs(step));
      }
      if (!(iteration < 60 && largest < Infinity)) {
        throw new RangeError(
          `Cannot solve the opening as Newton's method must converge within 60 iterations: current value is a change of ${largest} m; use more steps per phase`,
        );
      }
      if (largest < 1e-7 * scale) break;
    }
    cohesiveResponse(law, opening_m, state, response);
    return {
      opening_m,
      effectiveOpening_m: response.effectiveOpening_m.slice(),
      damage: response.damage.slice(),
    };
  };
}

/**
 * Cycles many reduced networks in workers and returns what each cycle came to.
 * A case whose steps do not converge ends the run with an error.
 *
 * @param cases The cases.
 * @param options Number of cycles, workers (the result does not depend on them) and progress.
 * @returns Summaries of the cycles of each case, in the order of the cases.
 */
export async function runReducedNetworks(
  cases: readonly ReducedCase[],
  options: {
    readonly cycles: number;
    readonly workers?: number;
    readonly progress?: Progress;
  },
): Promise<CycleSummary[][]> {
  const { cycles, workers = coreCount(), ...rest } = options;
  const size = 10;
  const items = Array.from(
    { length: Math.ceil(cases.length / size) },
    (_, k) => ({ cases: cases.slice(k * size, (k + 1) * size), cycles }),
  );
  const parts = await mapInWorkers<ReducedItem, CycleSummary[][]>(
    { module: new URL(import.meta.url), name: "runReducedItem" },
    items,
    { workers, step: "cycling reduced networks", ...rest },
  );
  return parts.flat();
}

/** Cases for one worker at a time. */
export interface ReducedItem {
  cases: ReducedCase[];
  cycles: number;
}

/** One item of {@linkcode runReducedNetworks}, called in a worker. */
export function runReducedItem(
  { cases, cycles }: ReducedItem,
): CycleSummary[][] {
  return cases.map((reduced) =>
    summariseCycles(runReducedNetwork(reduced, cycles))
  );
}
