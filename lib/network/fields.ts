/** Fields over the mesh at one moment, for pictures and balances. */
import { factorSprung } from "./condensed.ts";
import { cohesiveScale } from "./interface_laws.ts";
import { factorLdl, solveLdl } from "./ldl.ts";
import { coordinatesOf, type NetworkModel } from "./model.ts";
import { nestedDissection } from "./ordering.ts";
import { multiply } from "./sparse.ts";
import { eigenstrains, type NetworkState } from "./state.ts";

/** Fields of a state; NaN where a field does not exist. */
export interface Fields {
  /** Time since the start of the first charge. */
  readonly time_s: number;
  /** C/Cmax at each node of the mesh; particles only. */
  readonly concentration: Float64Array;
  /** Potential at each node of the mesh; carbon/binder only. */
  readonly potential_V: Float64Array;
  /** Displacement of each node of the mesh, x and y. */
  readonly displacement_m: Float64Array;
  /** Normal opening of each pair of the interface. */
  readonly opening_m: Float64Array;
  /** Damage of each pair of the interface. */
  readonly damage: Float64Array;
  /** Current density of each pair of the interface; charging is positive. */
  readonly currentDensity_A_m2: Float64Array;
}

/**
 * Fields of a state over its mesh.
 *
 * @param model The case.
 * @param state A state after at least one step.
 */
export function fieldsOf(model: NetworkModel, state: NetworkState): Fields {
  const nodes = model.mesh.nodes.length / 2;
  const concentration = new Float64Array(nodes).fill(NaN);
  model.particleNodes.forEach((node, k) =>
    concentration[node] = state.stoichiometry[k]!
  );
  return {
    time_s: state.time_s,
    concentration,
    potential_V: potential(model, state),
    displacement_m: displacement(model, state),
    opening_m: state.opening_m.filter((_, k) => k % 2 === 0),
    damage: state.damage,
    currentDensity_A_m2: state.currentDensity_A_m2,
  };
}

function potential(model: NetworkModel, state: NetworkState): Float64Array {
  const { conduction, binderNodes, contact, mesh, particleNodes } = model;
  const field = new Float64Array(mesh.nodes.length / 2).fill(state.voltage_V);
  for (const node of particleNodes) field[node] = NaN;
  const sinks = new Float64Array(binderNodes.length);
  contact.forEach((unknown, a) =>
    sinks[unknown]! -= mesh.interface.areas[a]! * state.currentDensity_A_m2[a]!
  );
  const order = nestedDissection(conduction, coordinatesOf(mesh, binderNodes));
  const drop = solveLdl(factorLdl(conduction, order), sinks);
  binderNodes.forEach((node, k) => field[node]! += drop[k]!);
  return field;
}

function displacement(model: NetworkModel, state: NetworkState): Float64Array {
  const { displacements, jumpTransposed, mesh } = model;
  const { stiffness_Pa_m } = cohesiveScale(model.parameters.interface);
  const { areas } = mesh.interface;
  // What the springs of the factored matrix carry too much.
  const excess = state.opening_m.map((opening, k) => {
    const isClosed = k % 2 === 0 && opening <= 0;
    const lost = isClosed ? 0 : state.damage[k >> 1]!;
    return areas[k >> 1]! * stiffness_Pa_m * lost * opening;
  });
  const forces = multiply(
    model.eigenstrainForces,
    eigenstrains(model, state.stoichiometry),
  );
  multiply(jumpTransposed, excess).forEach((f, k) => forces[k]! += f);
  const moved = solveLdl(factorSprung(model), forces);
  const field = new Float64Array(mesh.nodes.length);
  displacements.forEach((k, i) => field[k] = moved[i]!);
  return field;
}
