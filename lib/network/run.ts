/** Cycles of charge and discharge of any network, and what is recorded of them. */
import type { Fields } from "./fields.ts";
import type { NetworkParameters } from "./parameters.ts";
import {
  type Control,
  initialState,
  meanDamages,
  meanStoichiometries,
  type NetworkOutline,
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
  /** Share of the surface that touches the well conducting domain. */
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
  /** Number of the cycle, from 1. */
  readonly cycle: number;
  /** What the network does. */
  readonly phase: Phase;
}

/** Course of a network over cycles. */
export interface NetworkRun {
  /** The case. */
  readonly parameters: NetworkParameters;
  /** Time since the start of the first charge. */
  readonly time_s: number[];
  /** From 1; 0 at rest before the first charge. */
  readonly cycle: number[];
  /** What the network does. */
  readonly phase: Phase[];
  /** Voltage of the collector. */
  readonly voltage_V: number[];
  /** Current over the current that moves the whole capacity in one period; charging is positive. */
  readonly current: number[];
  /** One course per particle. */
  readonly particles: readonly ParticleCourse[];
  /** Fields at the end of the first and of the last charge. */
  readonly fields: FieldsAt[];
  /** Whether all cycles were run. */
  complete: boolean;
}

/** What a cycle of a run came to. */
export interface CycleSummary {
  /** Number of the cycle, from 1. */
  readonly cycle: number;
  /** Largest difference of mean C/Cmax among particles during the charge. */
  readonly concentrationSpread: number;
  /** Difference of mean C/Cmax among particles at the end of the charge. */
  readonly concentrationSpreadAtEnd: number;
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
      concentrationSpreadAtEnd: concentrationSpread(run, end),
      damageSpread: damageSpread(run, end),
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

/** A network at the end of a time step. */
export interface Moment {
  readonly state: NetworkState;
  readonly cycle: number;
  readonly phase: Phase;
  /** Whether the phase ends here. */
  readonly isLast: boolean;
  /** Share of the whole run that is done. */
  readonly share: number;
}

/** The moments of a run, that at rest before the first charge included. */
export function* cycleStates(
  network: NetworkOutline,
  advance: Stepper,
  cycles: number,
): Generator<Moment> {
  let state = initialState(network);
  yield { state, cycle: 0, phase: "rest", isLast: true, share: 0 };
  for (let cycle = 1; cycle <= cycles; cycle++) {
    for (const phase of ["charge", "discharge"] as const) {
      const before = cycle - (phase === "charge" ? 1 : 0.5);
      const steps = phaseSteps(network, advance, state, cycle, phase);
      for (const { done, ...moment } of steps) {
        state = moment.state;
        yield { ...moment, cycle, phase, share: (before + done / 2) / cycles };
      }
    }
  }
}

/** The steps of one phase; `done` is the share of the phase that is done. */
function* phaseSteps(
  network: NetworkOutline,
  advance: Stepper,
  start: NetworkState,
  cycle: number,
  phase: "charge" | "discharge",
): Generator<{ state: NetworkState; isLast: boolean; done: number }> {
  const { operation, discretisation } = network.parameters;
  const { charged, discharged, period_s, holdUntil } = operation;
  const sign = phase === "charge" ? 1 : -1;
  const target = phase === "charge" ? charged : discharged;
  const limit_V = phase === "charge"
    ? operation.upperVoltage_V
    : operation.lowerVoltage_V;
  const window = discharged - charged;
  const duration_s = window * period_s / discretisation.stepsPerPhase;
  const current_A = sign * network.fullCurrent_A;
  const tolerance = window / discretisation.stepsPerPhase / 2;
  const remaining = () =>
    sign * (overallStoichiometry(network, state) - target);
  let state = start, number = 0;
  const take = (control: Control) => {
    try {
      return advance(state, duration_s, control);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(
        `${error.message} (step ${number} of the ${phase} of cycle ${cycle})`,
        { cause: error },
      );
    }
  };
  for (let holding = false, isLast = remaining() <= tolerance; !isLast;) {
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
    const share = totalCurrent(network, state) / current_A;
    isLast = remaining() <= tolerance || holding && share <= holdUntil;
    yield { state, isLast, done: isLast ? 1 : 1 - remaining() / window };
  }
}

function overallStoichiometry(
  network: NetworkOutline,
  state: NetworkState,
): number {
  let sum = 0, volume = 0;
  for (let k = 0; k < network.nodeVolumes.length; k++) {
    sum += state.stoichiometry[k]! * network.nodeVolumes[k]!;
    volume += network.nodeVolumes[k]!;
  }
  return sum / volume;
}

function totalCurrent(network: NetworkOutline, state: NetworkState): number {
  return particleCurrents(network, state).reduce((sum, i) => sum + i, 0);
}

/** Collects the course of a run. */
export class Recorder {
  readonly run: NetworkRun;
  readonly #network: NetworkOutline;

  constructor(network: NetworkOutline) {
    this.#network = network;
    const { parameters } = network;
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

  add({ state, cycle, phase }: Moment): void {
    const { run } = this, network = this.#network;
    run.time_s.push(state.time_s);
    run.cycle.push(cycle);
    run.phase.push(phase);
    run.voltage_V.push(state.voltage_V);
    const currents = particleCurrents(network, state);
    const total = currents.reduce((sum, i) => sum + i, 0);
    run.current.push(total / network.fullCurrent_A);
    const volume = network.particleVolumes.reduce((sum, v) => sum + v);
    const means = meanStoichiometries(network, state);
    const damages = meanDamages(network, state);
    run.particles.forEach((particle, k) => {
      particle.meanConcentration.push(means[k]!);
      particle.damage.push(damages[k]!);
      const even = total * network.particleVolumes[k]! / volume;
      particle.currentShare.push(phase === "rest" ? 1 : currents[k]! / even);
    });
  }
}
