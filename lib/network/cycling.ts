/** Cycles of charge and discharge. */
import { mapInWorkers, type Progress, silent } from "../core/mod.ts";
import { condensedStepper } from "./condensed.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { createModel, type NetworkModel } from "./model.ts";
import { monolithicStepper } from "./monolithic.ts";
import { assertNetworkParameters } from "./parameter_files.ts";
import type { NetworkParameters } from "./parameters.ts";
import {
  type Control,
  initialState,
  meanDamages,
  meanStoichiometries,
  type NetworkState,
  particleCurrents,
  type Stepper,
} from "./state.ts";

/** What a network does at a time. */
export type Phase = "rest" | "charge" | "discharge";

/** Course of one particle; one value per time of the run. */
export interface ParticleCourse {
  /** Number of the particle, from 1. */
  readonly id: number;
  readonly coverage: number;
  /** Mean C/Cmax. */
  readonly meanConcentration: number[];
  /** Mean damage of the interface, 0 to 1. */
  readonly damage: number[];
  /** Current over that of an even share by volume; 1 for all where all are alike. */
  readonly currentShare: number[];
}

/** Fields at a named moment of a run. */
export interface FieldsAt extends Fields {
  readonly cycle: number;
  readonly phase: Phase;
}

/** Course of a network over cycles. */
export interface NetworkRun {
  readonly parameters: NetworkParameters;
  readonly time_s: number[];
  /** From 1; 0 at rest before the first charge. */
  readonly cycle: number[];
  readonly phase: Phase[];
  readonly voltage_V: number[];
  /** Current over the current that moves the whole capacity in one period; charging is positive. */
  readonly current: number[];
  readonly particles: readonly ParticleCourse[];
  /** Fields at the end of the first and of the last charge. */
  readonly fields: FieldsAt[];
  /** Whether all cycles were run. */
  complete: boolean;
}

/** Choices of {@linkcode runNetwork}. */
export interface RunOptions {
  /** Number of cycles. */
  readonly cycles: number;
  readonly progress?: Progress;
  /** Ends the run early; what there is by then is returned, marked as not complete. */
  readonly signal?: AbortSignal;
  /** Takes the run so far at the end of each cycle. */
  readonly onCycle?: (run: NetworkRun) => void | Promise<void>;
}

/**
 * Cycles a network: from the discharged state, charge and discharge between
 * two mean stoichiometries at constant current, within voltage limits.
 *
 * A phase ends at its mean stoichiometry, to within half a time step. Where a
 * voltage limit is reached before, the step is taken at the limit; the phase
 * ends with it, or holds the voltage until the current has fallen to a share
 * (`operation.holdUntil`).
 *
 * Time is divided into equal steps (backward Euler); in each, the damage of the
 * step before acts on the resistance. Voltages are of first order in the step.
 *
 * @param parameters The case.
 * @param options Number of cycles, progress, interruption.
 * @returns The course, with the state at rest as its first entry.
 * @throws {DataError} If a parameter breaks its rule.
 * @throws {RangeError} If the layout cannot be meshed, the number of cycles is
 * not a positive whole number, or a step does not converge; the message names
 * the step.
 *
 * @example One charge of a coarse network
 * ```ts
 * import assert from "node:assert/strict";
 * import { readNetworkParameters, runNetwork } from "./mod.ts";
 *
 * const { parameters } = await readNetworkParameters("three");
 * const coarse = { edgesPerCircle: 16, farSize_m: 2e-6, stepsPerPhase: 5 };
 * const run = await runNetwork({ ...parameters, discretisation: coarse }, { cycles: 1 });
 * assert.equal(run.time_s.length, 1 + 2 * 5);
 * ```
 */
export async function runNetwork(
  parameters: NetworkParameters,
  options: RunOptions,
): Promise<NetworkRun> {
  const { cycles, progress = silent, signal, onCycle } = options;
  assertNetworkParameters(parameters);
  if (!Number.isInteger(cycles) || cycles < 1) {
    throw new RangeError(
      `Cannot cycle the network as the number of cycles must be a positive whole number: current value is ${cycles}`,
    );
  }
  const step = `cycling ${parameters.name}`;
  progress(step, 0);
  const model = createModel(parameters);
  const recorder = new Recorder(model);
  const { run } = recorder;
  let state = initialState(model);
  recorder.add(state, 0, "rest");
  const advance = stepperFor(model);
  for (let cycle = 1; cycle <= cycles; cycle++) {
    for (const phase of ["charge", "discharge"] as const) {
      let inPhase = 0;
      for (const next of phaseStates(model, advance, state, cycle, phase)) {
        state = next;
        recorder.add(state, cycle, phase);
        if (inPhase++ % 5 === 0) {
          await breathe();
          if (signal?.aborted) return run;
        }
        const { stepsPerPhase } = parameters.discretisation;
        const half = Math.min(inPhase / stepsPerPhase, 1) / 2 +
          (phase === "charge" ? 0 : 0.5);
        progress(step, Math.min((cycle - 1 + half) / cycles, 0.999));
      }
      if (phase === "charge" && (cycle === 1 || cycle === cycles)) {
        run.fields.push({ ...fieldsOf(model, state), cycle, phase });
      }
    }
    if (cycle === cycles) run.complete = true;
    await onCycle?.(run);
  }
  progress(step, 1);
  return run;
}

/**
 * Cycles several networks side by side in workers; see {@linkcode runNetwork}.
 *
 * @param parameterSets The cases.
 * @param options Number of cycles and progress.
 * @returns One run per case, in their order.
 */
export async function runNetworks(
  parameterSets: readonly NetworkParameters[],
  options: Pick<RunOptions, "cycles" | "progress">,
): Promise<NetworkRun[]> {
  const { cycles, progress = silent } = options;
  return await mapInWorkers(
    { module: new URL(import.meta.url), name: "runNetworkItem" },
    parameterSets.map((parameters) => ({ parameters, cycles })),
    { progress, step: "cycling networks" },
  );
}

/** One item of {@linkcode runNetworks}, called in a worker. */
export function runNetworkItem(
  { parameters, cycles }: { parameters: NetworkParameters; cycles: number },
): Promise<NetworkRun> {
  return runNetwork(parameters, { cycles });
}

/** The condensed stepper where it is exact, the monolithic one elsewhere. */
function stepperFor(model: NetworkModel): Stepper {
  const { diffusivity, stressCoupling } = model.parameters.activeMaterial;
  return diffusivity.dips.length === 0 && stressCoupling === 0
    ? condensedStepper(model)
    : monolithicStepper(model);
}

/** Lets timers and signals have their turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The states at the ends of the steps of one phase. */
function* phaseStates(
  model: NetworkModel,
  advance: Stepper,
  start: NetworkState,
  cycle: number,
  phase: "charge" | "discharge",
): Generator<NetworkState> {
  const { operation, discretisation } = model.parameters;
  const { charged, discharged, period_s, holdUntil } = operation;
  const sign = phase === "charge" ? 1 : -1;
  const target = phase === "charge" ? charged : discharged;
  const limit_V = phase === "charge"
    ? operation.upperVoltage_V
    : operation.lowerVoltage_V;
  const duration_s = (discharged - charged) * period_s /
    discretisation.stepsPerPhase;
  const moved = duration_s / period_s;
  const current_A = sign * model.fullCurrent_A;
  let state = start, holding = false, number = 0;
  const take = (control: Control) => {
    try {
      return advance(state, duration_s, control);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(
        `Step ${number} of the ${phase} of cycle ${cycle}: ${error.message}`,
        { cause: error },
      );
    }
  };
  while (sign * (overallStoichiometry(model, state) - target) > moved / 2) {
    number++;
    if (number > 100 * discretisation.stepsPerPhase) {
      throw new RangeError(
        `Cannot end the ${phase} of cycle ${cycle} as the current must fall to ${holdUntil} of its full value while the voltage is held: current value is more than a hundred times the steps of a phase`,
      );
    }
    let next = holding ? state : take({ current_A });
    if (holding || sign * (next.voltage_V - limit_V) > 0) {
      holding = true;
      next = take({ voltage_V: limit_V });
    }
    state = next;
    yield state;
    if (
      holding &&
      sign * totalCurrent(model, state) <= holdUntil * Math.abs(current_A)
    ) {
      return;
    }
  }
}

function overallStoichiometry(
  model: NetworkModel,
  state: NetworkState,
): number {
  let sum = 0, volume = 0;
  state.stoichiometry.forEach((x, k) => {
    sum += x * model.nodeVolumes[k]!;
    volume += model.nodeVolumes[k]!;
  });
  return sum / volume;
}

function totalCurrent(model: NetworkModel, state: NetworkState): number {
  return particleCurrents(model, state).reduce((sum, i) => sum + i, 0);
}

/** Collects the course of a run. */
class Recorder {
  readonly run: NetworkRun;
  readonly #model: NetworkModel;

  constructor(model: NetworkModel) {
    this.#model = model;
    const { parameters } = model;
    this.run = {
      parameters,
      time_s: [],
      cycle: [],
      phase: [],
      voltage_V: [],
      current: [],
      particles: parameters.layout.particles.map(({ coverage }, k) => ({
        id: k + 1,
        coverage,
        meanConcentration: [],
        damage: [],
        currentShare: [],
      })),
      fields: [],
      complete: false,
    };
  }

  add(state: NetworkState, cycle: number, phase: Phase): void {
    const { run } = this, model = this.#model;
    run.time_s.push(state.time_s);
    run.cycle.push(cycle);
    run.phase.push(phase);
    run.voltage_V.push(state.voltage_V);
    const currents = particleCurrents(model, state);
    const total = currents.reduce((sum, i) => sum + i, 0);
    run.current.push(total / model.fullCurrent_A);
    const volume = model.particleVolumes.reduce((sum, v) => sum + v);
    const means = meanStoichiometries(model, state);
    const damages = meanDamages(model, state);
    run.particles.forEach((particle, k) => {
      particle.meanConcentration.push(means[k]!);
      particle.damage.push(damages[k]!);
      const even = total * model.particleVolumes[k]! / volume;
      particle.currentShare.push(phase === "rest" ? 1 : currents[k]! / even);
    });
  }
}

/** What a cycle of a run came to. */
export interface CycleSummary {
  readonly cycle: number;
  /** Largest difference of mean C/Cmax among particles during the charge. */
  readonly concentrationSpread: number;
  /** Difference of damage among particles at the end of the charge. */
  readonly damageSpread: number;
  /** Mean damage of the particles at the end of the charge. */
  readonly meanDamage: number;
  /** Highest voltage of the charge. */
  readonly highestVoltage_V: number;
  /** Charge passed in the charge, as a share of the whole capacity. */
  readonly capacity: number;
}

/**
 * Summary of each cycle whose charge is in the run: spreads, and beside them
 * mean damage, voltage and capacity, without which a spread cannot be judged.
 *
 * @param run A run, complete or not.
 */
export function summariseCycles(run: NetworkRun): CycleSummary[] {
  const cycles = Math.max(...run.cycle);
  return Array.from({ length: cycles }, (_, c) => {
    const charge = run.phase.flatMap((phase, k) =>
      phase === "charge" && run.cycle[k] === c + 1 ? [k] : []
    );
    const end = charge.at(-1)!;
    const damages = run.particles.map((particle) => particle.damage[end]!);
    const capacity = charge.reduce(
      (sum, k) => sum + run.current[k]! * (run.time_s[k]! - run.time_s[k - 1]!),
      0,
    ) / run.parameters.operation.period_s;
    return {
      cycle: c + 1,
      concentrationSpread: Math.max(
        ...charge.map((k) => concentrationSpread(run, k)),
      ),
      damageSpread: Math.max(...damages) - Math.min(...damages),
      meanDamage: damages.reduce((sum, d) => sum + d) / damages.length,
      highestVoltage_V: Math.max(...charge.map((k) => run.voltage_V[k]!)),
      capacity,
    };
  });
}

/**
 * Difference between the fullest and the emptiest particle, as C/Cmax.
 *
 * @param run A run.
 * @param k Index into the times of the run.
 */
export function concentrationSpread(run: NetworkRun, k: number): number {
  const values = run.particles.map((p) => p.meanConcentration[k]!);
  return Math.max(...values) - Math.min(...values);
}

/**
 * Difference between the most and the least damaged particle.
 *
 * @param run A run.
 * @param k Index into the times of the run.
 */
export function damageSpread(run: NetworkRun, k: number): number {
  const values = run.particles.map((p) => p.damage[k]!);
  return Math.max(...values) - Math.min(...values);
}
