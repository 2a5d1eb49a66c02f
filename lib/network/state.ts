/** State of a network between time steps, and what steppers have in common. */
import { openCircuitVoltage, volumeChange } from "./material.ts";
import type { NetworkParameters } from "./parameters.ts";

/**
 * What cycling needs to know of a network, be it of finite elements or
 * reduced: its nodes with a stoichiometry, and the pieces of its interface.
 */
export interface NetworkOutline {
  /** The case. */
  readonly parameters: NetworkParameters;
  /** Particle of each node that carries a stoichiometry. */
  readonly particleOf: Int32Array;
  /** Volume of each of them; in m3, or m2 per m of depth. */
  readonly nodeVolumes: Float64Array;
  /** Volume of each particle. */
  readonly particleVolumes: Float64Array;
  /** Pieces of the interface: their particles and areas. */
  readonly interface: {
    readonly particles: Int32Array;
    readonly areas: Float64Array;
  };
  /** Current that would move the whole capacity in one period, in A (A/m in plane strain). */
  readonly fullCurrent_A: number;
}

/** All that the next step depends on. */
export interface NetworkState {
  /** Time since the start of the first charge. */
  readonly time_s: number;
  /** Stoichiometry C/Cmax at the particle nodes of the network. */
  readonly stoichiometry: Float64Array;
  /** Current density out of the particles at each pair of the interface in A/m2; charging is positive. */
  readonly currentDensity_A_m2: Float64Array;
  /** Potential of the collector against the electrolyte. */
  readonly voltage_V: number;
  /** Normal and tangential opening of each pair in metres. */
  readonly opening_m: Float64Array;
  /** Opening and sliding together, closing left out. */
  readonly effectiveOpening_m: Float64Array;
  /** Damage of each pair, 0 to 1. */
  readonly damage: Float64Array;
}

/** What is imposed during a step. */
export type Control =
  | { readonly current_A: number }
  | { readonly voltage_V: number };

/**
 * Advances a state by one implicit step of `duration_s`.
 *
 * @throws {RangeError} If the step does not converge, or a particle's surface
 * is emptied or filled beyond its range.
 */
export type Stepper = (
  state: NetworkState,
  duration_s: number,
  control: Control,
) => NetworkState;

/**
 * The state before the first charge: all particles alike, undamaged and at rest.
 *
 * @param network The network.
 */
export function initialState(network: NetworkOutline): NetworkState {
  const { activeMaterial, operation } = network.parameters;
  const pairs = network.interface.areas.length;
  const x = operation.discharged;
  return {
    time_s: 0,
    stoichiometry: new Float64Array(network.particleOf.length).fill(x),
    currentDensity_A_m2: new Float64Array(pairs),
    voltage_V: openCircuitVoltage(activeMaterial.openCircuitVoltage, x)[0],
    opening_m: new Float64Array(2 * pairs),
    effectiveOpening_m: new Float64Array(pairs),
    damage: new Float64Array(pairs),
  };
}

/** Linear eigenstrain at each particle node against the initial state. */
export function eigenstrains(
  network: NetworkOutline,
  stoichiometry: Float64Array,
): Float64Array {
  const { activeMaterial, operation } = network.parameters;
  const law = activeMaterial.volumeChange;
  const [initial] = volumeChange(law, operation.discharged);
  return stoichiometry.map((x) => (volumeChange(law, x)[0] - initial) / 3);
}

/** Mean stoichiometry of each particle. */
export function meanStoichiometries(
  network: NetworkOutline,
  state: NetworkState,
): Float64Array {
  const { particleOf, nodeVolumes, particleVolumes } = network;
  const means = new Float64Array(particleVolumes.length);
  for (let k = 0; k < particleOf.length; k++) {
    means[particleOf[k]!]! += state.stoichiometry[k]! * nodeVolumes[k]!;
  }
  for (let p = 0; p < means.length; p++) means[p]! /= particleVolumes[p]!;
  return means;
}

/** Mean damage of each particle's surface. */
export function meanDamages(
  network: NetworkOutline,
  state: NetworkState,
): Float64Array {
  const { particles, areas } = network.interface;
  const means = new Float64Array(network.particleVolumes.length);
  const total = new Float64Array(means.length);
  for (let a = 0; a < areas.length; a++) {
    means[particles[a]!]! += state.damage[a]! * areas[a]!;
    total[particles[a]!]! += areas[a]!;
  }
  for (let p = 0; p < means.length; p++) means[p]! /= total[p]!;
  return means;
}

/** Current of each particle in A (A/m in plane strain). */
export function particleCurrents(
  network: NetworkOutline,
  state: NetworkState,
): Float64Array {
  const { particles, areas } = network.interface;
  const sums = new Float64Array(network.particleVolumes.length);
  for (let a = 0; a < areas.length; a++) {
    sums[particles[a]!]! += state.currentDensity_A_m2[a]! * areas[a]!;
  }
  return sums;
}

/** Throws if a particle's surface is emptier than empty or fuller than full. */
export function assertSurfaceInRange(
  network: NetworkOutline & { readonly surface: Int32Array },
  stoichiometry: Float64Array,
): void {
  network.surface.forEach((node) => {
    const x = stoichiometry[node]!;
    if (!(x > 0 && x < 1)) {
      throw new RangeError(
        `Cannot advance the network as the surface stoichiometry of particle ${
          network.particleOf[node]! + 1
        } must stay between 0 and 1: current value is ${x}; narrow the window, lower the current or set voltage limits`,
      );
    }
  });
}
