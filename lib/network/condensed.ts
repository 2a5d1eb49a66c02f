/**
 * Time steps by condensation onto the interface.
 *
 * With constant diffusivity and linear elasticity all that is nonlinear sits
 * on the interface. The bulk operators are factorised once and reduced to
 * dense matrices between interface nodes; each step then solves for the
 * current densities and the openings there. The reduction is exact.
 */
import { invert, multiplyDense } from "./dense.ts";
import {
  type CohesiveResponse,
  cohesiveResponse,
  cohesiveScale,
  emptyResponse,
  type InterfaceHistory,
  interfaceResistance,
} from "./interface_laws.ts";
import { factorLdl, type LdlFactor, solveLdl } from "./ldl.ts";
import { surfaceLaws, type WithSlope } from "./material.ts";
import { coordinatesOf, type NetworkModel } from "./model.ts";
import { type InterfaceProblem, InterfaceSolver } from "./newton.ts";
import { nestedDissection } from "./ordering.ts";
import { faraday_C_mol, gasConstant_J_mol_K } from "./parameters.ts";
import {
  combine,
  multiply,
  type SparseMatrix,
  sparseMatrix,
  Triplets,
} from "./sparse.ts";
import {
  assertSurfaceInRange,
  type Control,
  eigenstrains,
  type NetworkState,
  type Stepper,
} from "./state.ts";

/**
 * Stepper that is exact and fast for constant diffusivity without stress
 * coupling.
 *
 * Backward Euler; within a step first the electrochemistry with the damage of
 * the step before, then the mechanics with damage that grows implicitly.
 *
 * @param model The case.
 * @throws {RangeError} If the diffusivity varies with the stoichiometry or is
 * coupled to stress: use `monolithicStepper`.
 */
export function condensedStepper(model: NetworkModel): Stepper {
  const { diffusivity, stressCoupling } = model.parameters.activeMaterial;
  if (diffusivity.dips.length > 0 || stressCoupling !== 0) {
    throw new RangeError(
      `Cannot condense the network as the diffusivity must be constant and free of stress: current value is ${diffusivity.dips.length} dips and a coupling of ${stressCoupling}`,
    );
  }
  const electrochemistry = electrochemicalStep(model);
  const mechanics = mechanicalStep(model);
  return (state, duration_s, control) =>
    mechanics(electrochemistry(state, duration_s, control));
}

/** A dense matrix that couples only the interface nodes of one particle with each other. */
interface ParticleBlocks {
  readonly starts: readonly number[];
  readonly blocks: readonly Float64Array[];
}

/** Diffusion over one length of step: its factors, and the fall of the surface by unit currents. */
interface CondensedDiffusion {
  readonly factor: LdlFactor;
  readonly byCurrent: ParticleBlocks;
}

function electrochemicalStep(model: NetworkModel): Stepper {
  const { surface, parameters } = model, { areas } = model.interface;
  const material = parameters.activeMaterial;
  const perFlux = 1 / (faraday_C_mol * material.maximumConcentration_mol_m3);
  const potentialByCurrent = condenseConduction(model);
  const known = new Map<number, CondensedDiffusion>();
  const diffusionOver = (duration_s: number): CondensedDiffusion => {
    let entry = known.get(duration_s);
    if (entry === undefined) {
      const matrix = combine(
        1 / duration_s,
        model.mass,
        material.diffusivity.peak_m2_s,
        model.diffusion,
      );
      const made = factor(matrix, model, model.particleNodes);
      entry = {
        factor: made,
        byCurrent: condenseDiffusion(model, made, perFlux),
      };
      known.set(duration_s, entry);
    }
    return entry;
  };

  const solver = new InterfaceSolver();
  let lastKind = "";
  return (state, duration_s, control) => {
    const diffusion = diffusionOver(duration_s);
    const kind = `${duration_s}, ${Object.keys(control)[0]}`;
    if (kind !== lastKind) solver.forget();
    lastKind = kind;

    const past = multiply(model.mass, state.stoichiometry);
    for (let k = 0; k < past.length; k++) past[k]! /= duration_s;
    const reaction = new Reaction(
      model,
      potentialByCurrent,
      diffusion.byCurrent,
      solveLdl(diffusion.factor, past),
      state,
      control,
    );
    const unknowns = reaction.start(state);
    solver.solve(reaction, unknowns);

    const currentDensity_A_m2 = unknowns.slice(0, areas.length);
    surface.forEach((node, a) =>
      past[node]! -= perFlux * areas[a]! * currentDensity_A_m2[a]!
    );
    const stoichiometry = solveLdl(diffusion.factor, past);
    assertSurfaceInRange(model, stoichiometry);
    return {
      ...state,
      time_s: state.time_s + duration_s,
      stoichiometry,
      currentDensity_A_m2,
      voltage_V: reaction.voltageOf(unknowns),
    };
  };
}

/**
 * Current densities, and the voltage as the last unknown: at each pair the
 * voltage is what conduction, equilibrium, resistance and reaction take. The
 * voltage counts in units that make one volt as large as the mean current
 * density at full current.
 */
class Reaction implements InterfaceProblem {
  readonly name = "reaction";
  readonly scale: number;
  readonly longestStep = 6;
  readonly #model: NetworkModel;
  readonly #potentialByCurrent: Float64Array;
  readonly #surfaceByCurrent: ParticleBlocks;
  /** Stoichiometries at the end of the step if no current flowed. */
  readonly #free: Float64Array;
  readonly #resistance: Float64Array;
  readonly #control: Control;
  readonly #thermal_V: number;
  readonly #residual: Float64Array;
  /** Derivatives of the residual by the surface stoichiometry, negative, and by the current density there. */
  readonly #bySurface: Float64Array;
  readonly #byCurrent: Float64Array;
  readonly #surfacePart: Float64Array;
  readonly #potentialPart: Float64Array;

  constructor(
    model: NetworkModel,
    potentialByCurrent: Float64Array,
    surfaceByCurrent: ParticleBlocks,
    free: Float64Array,
    state: NetworkState,
    control: Control,
  ) {
    const { interface: law, operation } = model.parameters;
    const { areas } = model.interface, pairs = areas.length;
    this.#model = model;
    this.#potentialByCurrent = potentialByCurrent;
    this.#surfaceByCurrent = surfaceByCurrent;
    this.#free = free;
    this.#resistance = state.damage.map((d) => interfaceResistance(law, d));
    this.#control = control;
    this.#thermal_V = gasConstant_J_mol_K * operation.temperature_K /
      faraday_C_mol;
    this.scale = model.fullCurrent_A / areas.reduce((sum, a) => sum + a);
    this.#residual = new Float64Array(pairs + 1);
    this.#bySurface = new Float64Array(pairs);
    this.#byCurrent = new Float64Array(pairs);
    this.#surfacePart = new Float64Array(pairs);
    this.#potentialPart = new Float64Array(pairs);
  }

  start(state: NetworkState): Float64Array {
    const unknowns = new Float64Array(this.#residual.length);
    unknowns.set(state.currentDensity_A_m2);
    unknowns[unknowns.length - 1] = state.voltage_V * this.scale;
    return unknowns;
  }

  voltageOf(unknowns: Float64Array): number {
    return unknowns.at(-1)! / this.scale;
  }

  particleOf(unknown: number): string {
    const particle = this.#model.interface.particles[unknown];
    return particle === undefined
      ? "the collector"
      : `particle ${particle + 1}`;
  }

  evaluate(unknowns: Float64Array): Float64Array {
    const { surface, parameters } = this.#model;
    const { areas } = this.#model.interface, pairs = areas.length;
    const thermal_V = this.#thermal_V, control = this.#control;
    const u: WithSlope = [0, 0], i0: WithSlope = [0, 0];
    const voltage = this.voltageOf(unknowns);
    this.#applyBulk(unknowns);
    let total = 0;
    for (let a = 0; a < pairs; a++) {
      const i = unknowns[a]!, resistance = this.#resistance[a]!;
      const x = this.#free[surface[a]!]! - this.#surfacePart[a]!;
      surfaceLaws(parameters.activeMaterial, x, u, i0);
      const s = i / (2 * i0[0]);
      const root = 2 * thermal_V / Math.sqrt(1 + s * s);
      this.#residual[a] = voltage - this.#potentialPart[a]! - u[0] -
        resistance * i - 2 * thermal_V * Math.asinh(s);
      this.#bySurface[a] = -u[1] + root * s / i0[0] * i0[1];
      this.#byCurrent[a] = -resistance - root / (2 * i0[0]);
      total += areas[a]! * i;
    }
    this.#residual[pairs] = "current_A" in control
      ? (total - control.current_A) / this.scale
      : voltage - control.voltage_V;
    return this.#residual;
  }

  product(vector: Float64Array): Float64Array {
    const { areas } = this.#model.interface, pairs = areas.length;
    const image = new Float64Array(pairs + 1);
    const voltage = this.voltageOf(vector);
    this.#applyBulk(vector);
    let total = 0;
    for (let a = 0; a < pairs; a++) {
      image[a] = voltage - this.#potentialPart[a]! -
        this.#bySurface[a]! * this.#surfacePart[a]! +
        this.#byCurrent[a]! * vector[a]!;
      total += areas[a]! * vector[a]!;
    }
    image[pairs] = "current_A" in this.#control ? total / this.scale : voltage;
    return image;
  }

  dense(): Float64Array {
    const { areas } = this.#model.interface, pairs = areas.length;
    const size = pairs + 1, matrix = new Float64Array(size * size);
    for (let a = 0; a < pairs; a++) {
      for (let b = 0; b < pairs; b++) {
        matrix[a * size + b] = -this.#potentialByCurrent[a * pairs + b]!;
      }
      matrix[a * size + a]! += this.#byCurrent[a]!;
      matrix[a * size + pairs] = 1 / this.scale;
    }
    const { starts, blocks } = this.#surfaceByCurrent;
    blocks.forEach((block, p) => {
      const first = starts[p]!, count = starts[p + 1]! - first;
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          matrix[(first + a) * size + first + b]! -=
            this.#bySurface[first + a]! * block[a * count + b]!;
        }
      }
    });
    if ("current_A" in this.#control) {
      areas.forEach((area, b) => matrix[pairs * size + b] = area / this.scale);
    } else matrix[pairs * size + pairs] = 1 / this.scale;
    return matrix;
  }

  /** Fall of the surface stoichiometries and potentials by the currents of a vector. */
  #applyBulk(vector: Float64Array): void {
    const currents = vector.subarray(0, vector.length - 1);
    multiplyDense(this.#potentialByCurrent, currents, this.#potentialPart);
    multiplyBlocks(this.#surfaceByCurrent, currents, this.#surfacePart);
  }
}

/** Drop of the potential at each pair by a unit of current density at each other. */
function condenseConduction(model: NetworkModel): Float64Array {
  const { contact } = model, { areas } = model.interface;
  const conduction = factor(model.conduction, model, model.binderNodes);
  const pairs = areas.length, byCurrent = new Float64Array(pairs * pairs);
  const load = new Float64Array(model.binderNodes.length);
  for (let j = 0; j < pairs; j++) {
    load[contact[j]!] = areas[j]!;
    const potential = solveLdl(conduction, load);
    load[contact[j]!] = 0;
    for (let i = 0; i < pairs; i++) {
      byCurrent[i * pairs + j] = potential[contact[i]!]!;
    }
  }
  return byCurrent;
}

/** Fall of the stoichiometry at each pair by a unit of current density at each other of the particle. */
function condenseDiffusion(
  model: NetworkModel,
  diffusion: LdlFactor,
  perFlux: number,
): ParticleBlocks {
  const { particles, areas } = model.interface;
  const starts = [0];
  particles.forEach((particle, a) => {
    if (a > 0 && particle !== particles[a - 1]) starts.push(a);
  });
  starts.push(particles.length);
  const load = new Float64Array(model.particleNodes.length);
  const blocks = starts.slice(1).map((end, p) => {
    const first = starts[p]!, count = end - first;
    const block = new Float64Array(count * count);
    for (let b = 0; b < count; b++) {
      load[model.surface[first + b]!] = areas[first + b]! * perFlux;
      const x = solveLdl(diffusion, load);
      load[model.surface[first + b]!] = 0;
      for (let a = 0; a < count; a++) {
        block[a * count + b] = x[model.surface[first + a]!]!;
      }
    }
    return block;
  });
  return { starts, blocks };
}

function multiplyBlocks(
  { starts, blocks }: ParticleBlocks,
  vector: Float64Array,
  out: Float64Array,
): void {
  blocks.forEach((block, p) => {
    const from = starts[p]!, to = starts[p + 1]!;
    multiplyDense(block, vector.subarray(from, to), out.subarray(from, to));
  });
}

function mechanicalStep(
  model: NetworkModel,
): (state: NetworkState) => NetworkState {
  const { areas } = model.interface, size = 2 * areas.length;
  const { stiffness_Pa_m } = cohesiveScale(model.parameters.interface);
  const { sprung, compliance } = condenseElasticity(model);
  // Stiffness between openings; without the springs that made the bulk solvable.
  const stiffnessWithSprings = invert(compliance, size);
  const stiffness = stiffnessWithSprings.slice();
  for (let k = 0; k < size; k++) {
    stiffness[k * size + k]! -= areas[k >> 1]! * stiffness_Pa_m;
  }
  const solver = new InterfaceSolver();
  return (state) => {
    const forces = multiply(
      model.eigenstrainForces,
      eigenstrains(model, state.stoichiometry),
    );
    const bonded = multiply(model.jump, solveLdl(sprung, forces));
    const driving = multiplyDense(stiffnessWithSprings, bonded);
    const opening_m = state.opening_m.slice();
    const opening = new Opening(model, stiffness, driving, state);
    solver.solve(opening, opening_m);
    const { effectiveOpening_m, damage } = opening.respond(opening_m);
    return { ...state, opening_m, effectiveOpening_m, damage };
  };
}

/** Openings at which the forces of bulk and interface balance those of the eigenstrains. */
class Opening implements InterfaceProblem {
  readonly name = "opening";
  readonly scale: number;
  readonly longestStep = 0.3;
  readonly #model: NetworkModel;
  readonly #stiffness: Float64Array;
  readonly #driving: Float64Array;
  readonly #history: InterfaceHistory;
  readonly #response: CohesiveResponse;
  readonly #residual: Float64Array;

  constructor(
    model: NetworkModel,
    stiffness: Float64Array,
    driving: Float64Array,
    history: InterfaceHistory,
  ) {
    this.#model = model;
    this.#stiffness = stiffness;
    this.#driving = driving;
    this.#history = history;
    this.scale = cohesiveScale(model.parameters.interface).opening_m;
    this.#response = emptyResponse(model.interface.areas.length);
    this.#residual = new Float64Array(driving.length);
  }

  particleOf(unknown: number): string {
    return `particle ${this.#model.interface.particles[unknown >> 1]! + 1}`;
  }

  /** Tractions and damage at given openings. */
  respond(opening_m: Float64Array): CohesiveResponse {
    const law = this.#model.parameters.interface;
    return cohesiveResponse(law, opening_m, this.#history, this.#response);
  }

  evaluate(opening_m: Float64Array): Float64Array {
    const { areas } = this.#model.interface;
    const { traction_Pa } = this.respond(opening_m);
    multiplyDense(this.#stiffness, opening_m, this.#residual);
    for (let k = 0; k < opening_m.length; k++) {
      this.#residual[k]! += areas[k >> 1]! * traction_Pa[k]! -
        this.#driving[k]!;
    }
    return this.#residual;
  }

  product(vector: Float64Array): Float64Array {
    const { areas } = this.#model.interface;
    const { tangent_Pa_m } = this.#response;
    const image = multiplyDense(this.#stiffness, vector);
    for (let a = 0; a < areas.length; a++) {
      const n = vector[2 * a]!, t = vector[2 * a + 1]!;
      const w = areas[a]!, k = 4 * a;
      image[2 * a]! += w * (tangent_Pa_m[k]! * n + tangent_Pa_m[k + 1]! * t);
      image[2 * a + 1]! += w *
        (tangent_Pa_m[k + 2]! * n + tangent_Pa_m[k + 3]! * t);
    }
    return image;
  }

  dense(): Float64Array {
    const { areas } = this.#model.interface, size = 2 * areas.length;
    const { tangent_Pa_m } = this.#response;
    const matrix = this.#stiffness.slice();
    for (let a = 0; a < areas.length; a++) {
      for (let q = 0; q < 4; q++) {
        const row = 2 * a + (q >> 1), column = 2 * a + (q & 1);
        matrix[row * size + column]! += areas[a]! * tangent_Pa_m[4 * a + q]!;
      }
    }
    return matrix;
  }
}

/** Bulk with springs on the interface, and the openings by unit forces on it. */
function condenseElasticity(
  model: NetworkModel,
): { sprung: LdlFactor; compliance: Float64Array } {
  const { jump, jumpTransposed } = model;
  const sprung = factorSprung(model);
  const size = jump.size;
  const compliance = new Float64Array(size * size);
  const load = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    load[j] = 1;
    const opening = multiply(
      jump,
      solveLdl(sprung, multiply(jumpTransposed, load)),
    );
    load[j] = 0;
    for (let i = 0; i < size; i++) compliance[i * size + j] = opening[i]!;
    // Sliding at a pole is held by symmetry: any stiffness serves where no force acts.
    if (opening[j] === 0) compliance[j * size + j] = compliance[0]!;
  }
  return { sprung, compliance };
}

/**
 * Factors of the elastic stiffness with the initial springs of the cohesive
 * interface, which hold the particles in place.
 *
 * @param model The case.
 */
export function factorSprung(model: NetworkModel): LdlFactor {
  const { stiffness_Pa_m } = cohesiveScale(model.parameters.interface);
  const springs = interfaceSprings(
    model,
    model.interface.areas.map((area) => area * stiffness_Pa_m),
  );
  return factor(
    combine(1, model.elasticity, 1, springs),
    model,
    model.displacements.map((k) => k >> 1),
  );
}

/** `B^T k B` with the jump operator B and one stiffness per pair. */
function interfaceSprings(
  { jump, elasticity }: NetworkModel,
  stiffness: Float64Array,
): SparseMatrix {
  const entries = new Triplets();
  for (let row = 0; row < jump.size; row++) {
    for (let p = jump.starts[row]!; p < jump.starts[row + 1]!; p++) {
      for (let q = jump.starts[row]!; q < jump.starts[row + 1]!; q++) {
        entries.add(
          jump.columns[p]!,
          jump.columns[q]!,
          stiffness[row >> 1]! * jump.values[p]! * jump.values[q]!,
        );
      }
    }
  }
  return sparseMatrix(elasticity.size, entries);
}

/** Factors of a matrix whose unknowns sit at nodes of the mesh. */
function factor(
  matrix: SparseMatrix,
  model: NetworkModel,
  nodes: Int32Array,
): LdlFactor {
  const coordinates = coordinatesOf(model.mesh, nodes);
  return factorLdl(matrix, nestedDissection(matrix, coordinates));
}
