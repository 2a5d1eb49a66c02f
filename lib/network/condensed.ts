/**
 * Time steps by condensation onto the interface.
 *
 * With constant diffusivity and linear elasticity all that is nonlinear sits
 * on the interface. The bulk operators are factorised once and reduced to
 * dense matrices between interface nodes; each step then solves for the
 * current densities and the openings there. The reduction is exact.
 */
import {
  factorLu,
  invert,
  type LuFactor,
  multiplyDense,
  solveLu,
} from "./dense.ts";
import {
  cohesiveResponse,
  cohesiveScale,
  emptyResponse,
  interfaceResistance,
} from "./interface_laws.ts";
import { gmres, type LinearMap } from "./krylov.ts";
import { factorLdl, type LdlFactor, solveLdl } from "./ldl.ts";
import { surfaceLaws, type WithSlope } from "./material.ts";
import { coordinatesOf, type NetworkModel } from "./model.ts";
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
  eigenstrains,
  type NetworkState,
  type Stepper,
} from "./state.ts";

const newtonLimit = 60;
/** Of the linear systems; what Newton's method leaves is of the order of its product with the last step. */
const solverTolerance = 1e-5;
/** Steps of Newton's method at which to stop, relative to the scale of an unknown. */
const smallStep = 1e-5;

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

/**
 * Solves systems whose matrix changes little from call to call: an old factor
 * serves as preconditioner until its iterations have cost more than a new one.
 */
class KeptFactor {
  #factor: LuFactor | undefined;
  #iterations = 0;

  solve(
    product: LinearMap,
    dense: () => Float64Array,
    rhs: Float64Array,
  ): Float64Array {
    // An iteration takes some 4 n^2 operations, a factor 2/3 n^3.
    if (this.#factor !== undefined && this.#iterations < rhs.length) {
      const kept = this.#factor;
      const { solution, residual, iterations } = gmres(
        product,
        rhs,
        (r) => solveLu(kept, r),
        solverTolerance,
        10,
      );
      this.#iterations += iterations;
      if (residual <= solverTolerance) return solution;
    }
    this.#factor = factorLu(dense(), rhs.length);
    this.#iterations = 0;
    return solveLu(this.#factor, rhs);
  }

  forget(): void {
    this.#factor = undefined;
  }
}

/** A dense matrix that couples only the interface nodes of one particle with each other. */
interface ParticleBlocks {
  readonly starts: readonly number[];
  readonly blocks: readonly Float64Array[];
}

function electrochemicalStep(model: NetworkModel): Stepper {
  const { parameters, surface, contact, mesh } = model;
  const { activeMaterial, interface: law, operation } = parameters;
  const { areas } = mesh.interface;
  const pairs = surface.length;
  const perFlux = 1 /
    (faraday_C_mol * activeMaterial.maximumConcentration_mol_m3);
  const thermal_V = gasConstant_J_mol_K * operation.temperature_K /
    faraday_C_mol;
  const scale = model.fullCurrent_A / areas.reduce((sum, a) => sum + a);

  const conduction = factor(model.conduction, model, model.binderNodes);
  const potentialByCurrent = new Float64Array(pairs * pairs);
  const load = new Float64Array(model.binderNodes.length);
  for (let j = 0; j < pairs; j++) {
    load[contact[j]!] = areas[j]!;
    const potential = solveLdl(conduction, load);
    load[contact[j]!] = 0;
    for (let i = 0; i < pairs; i++) {
      potentialByCurrent[i * pairs + j] = potential[contact[i]!]!;
    }
  }

  const diffusionByDuration = new Map<
    number,
    { factor: LdlFactor; byCurrent: ParticleBlocks }
  >();
  const diffusionOver = (duration_s: number) => {
    const known = diffusionByDuration.get(duration_s);
    if (known !== undefined) return known;
    const { mass, diffusion, particleNodes } = model;
    const matrix = combine(
      1 / duration_s,
      mass,
      activeMaterial.diffusivity.peak_m2_s,
      diffusion,
    );
    const made = factor(matrix, model, particleNodes);
    const entry = {
      factor: made,
      byCurrent: condenseDiffusion(model, made, perFlux),
    };
    diffusionByDuration.set(duration_s, entry);
    return entry;
  };

  const keptFactor = new KeptFactor();
  let lastKind = "";
  return (state, duration_s, control) => {
    const { factor: diffusion, byCurrent } = diffusionOver(duration_s);
    const kind = `${duration_s}, ${Object.keys(control)[0]}`;
    if (kind !== lastKind) keptFactor.forget();
    lastKind = kind;

    const past = multiply(model.mass, state.stoichiometry);
    for (let k = 0; k < past.length; k++) past[k]! /= duration_s;
    const free = solveLdl(diffusion, past);
    const resistance = state.damage.map((d) => interfaceResistance(law, d));

    // Unknowns: current densities, and the voltage as the last one.
    const unknowns = new Float64Array(pairs + 1);
    unknowns.set(state.currentDensity_A_m2);
    unknowns[pairs] = state.voltage_V;
    const concentrationPart = new Float64Array(pairs);
    const potentialPart = new Float64Array(pairs);
    const bySurface = new Float64Array(pairs),
      byCurrentHere = new Float64Array(pairs);
    const residual = new Float64Array(pairs + 1);
    const u: WithSlope = [0, 0], i0: WithSlope = [0, 0];

    const evaluate = () => {
      multiplyBlocks(byCurrent, unknowns, concentrationPart);
      multiplyDense(
        potentialByCurrent,
        unknowns.subarray(0, pairs),
        potentialPart,
      );
      const voltage = unknowns[pairs]!;
      let total = 0;
      for (let a = 0; a < pairs; a++) {
        const i = unknowns[a]!;
        surfaceLaws(
          activeMaterial,
          free[surface[a]!]! - concentrationPart[a]!,
          u,
          i0,
        );
        const s = i / (2 * i0[0]);
        const root = 2 * thermal_V / Math.sqrt(1 + s * s);
        residual[a] = voltage - potentialPart[a]! - u[0] -
          resistance[a]! * i - 2 * thermal_V * Math.asinh(s);
        bySurface[a] = -u[1] + root * s / i0[0] * i0[1];
        byCurrentHere[a] = -resistance[a]! - root / (2 * i0[0]);
        total += areas[a]! * i;
      }
      residual[pairs] = "current_A" in control
        ? (total - control.current_A) / scale
        : voltage - control.voltage_V;
    };
    const lastRow = "current_A" in control
      ? (v: Float64Array) => {
        let total = 0;
        for (let a = 0; a < pairs; a++) total += areas[a]! * v[a]!;
        return total / scale;
      }
      : (v: Float64Array) => v[pairs]!;
    const part = new Float64Array(pairs), otherPart = new Float64Array(pairs);
    const product = (v: Float64Array) => {
      multiplyBlocks(byCurrent, v, part);
      multiplyDense(potentialByCurrent, v.subarray(0, pairs), otherPart);
      const image = new Float64Array(pairs + 1);
      for (let a = 0; a < pairs; a++) {
        image[a] = v[pairs]! - otherPart[a]! - bySurface[a]! * part[a]! +
          byCurrentHere[a]! * v[a]!;
      }
      image[pairs] = lastRow(v);
      return image;
    };
    const dense = () => {
      const size = pairs + 1, matrix = new Float64Array(size * size);
      for (let a = 0; a < pairs; a++) {
        for (let b = 0; b < pairs; b++) {
          matrix[a * size + b] = -potentialByCurrent[a * pairs + b]!;
        }
        matrix[a * size + a]! += byCurrentHere[a]!;
        matrix[a * size + pairs] = 1;
      }
      byCurrent.blocks.forEach((block, p) => {
        const first = byCurrent.starts[p]!;
        const count = byCurrent.starts[p + 1]! - first;
        for (let a = 0; a < count; a++) {
          for (let b = 0; b < count; b++) {
            matrix[(first + a) * size + first + b]! -= bySurface[first + a]! *
              block[a * count + b]!;
          }
        }
      });
      if ("current_A" in control) {
        for (let b = 0; b < pairs; b++) {
          matrix[pairs * size + b] = areas[b]! / scale;
        }
      } else matrix[pairs * size + pairs] = 1;
      return matrix;
    };

    for (let iteration = 0;; iteration++) {
      evaluate();
      const step = keptFactor.solve(product, dense, residual);
      let largest = 0, at = 0;
      for (let a = 0; a < pairs; a++) {
        if (Math.abs(step[a]!) > largest) {
          [largest, at] = [Math.abs(step[a]!), a];
        }
      }
      if (!(iteration < newtonLimit && largest < Infinity)) {
        throw notConverged("reaction", model, at, largest / scale);
      }
      // A long step would leave the region where the linearisation holds.
      const damping = Math.min(1, 6 * scale / largest);
      for (let k = 0; k <= pairs; k++) unknowns[k]! -= damping * step[k]!;
      if (
        largest < smallStep * scale && Math.abs(step[pairs]!) < smallStep
      ) break;
    }

    const currentDensity_A_m2 = unknowns.slice(0, pairs);
    for (let a = 0; a < pairs; a++) {
      past[surface[a]!]! -= perFlux * areas[a]! * currentDensity_A_m2[a]!;
    }
    const stoichiometry = solveLdl(diffusion, past);
    assertSurfaceInRange(model, stoichiometry);
    return {
      ...state,
      time_s: state.time_s + duration_s,
      stoichiometry,
      currentDensity_A_m2,
      voltage_V: unknowns[pairs]!,
    };
  };
}

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
  const law = model.parameters.interface;
  const { areas } = model.interface;
  const pairs = areas.length, size = 2 * pairs;
  const { opening_m: scale, stiffness_Pa_m: spring } = cohesiveScale(law);
  const { sprung, compliance } = condenseElasticity(model);
  // Stiffness between openings; without the springs that made the bulk solvable.
  const stiffnessWithSprings = invert(compliance, size);
  const stiffness = stiffnessWithSprings.slice();
  for (let k = 0; k < size; k++) {
    stiffness[k * size + k]! -= areas[k >> 1]! * spring;
  }

  const keptFactor = new KeptFactor();
  const response = emptyResponse(pairs);
  const { traction_Pa, tangent_Pa_m } = response;
  const residual = new Float64Array(size), elastic = new Float64Array(size);
  const product = (v: Float64Array) => {
    const image = multiplyDense(stiffness, v);
    for (let a = 0; a < pairs; a++) {
      const n = v[2 * a]!, t = v[2 * a + 1]!, w = areas[a]!, k = 4 * a;
      image[2 * a]! += w * (tangent_Pa_m[k]! * n + tangent_Pa_m[k + 1]! * t);
      image[2 * a + 1]! += w *
        (tangent_Pa_m[k + 2]! * n + tangent_Pa_m[k + 3]! * t);
    }
    return image;
  };
  const dense = () => {
    const matrix = stiffness.slice();
    for (let a = 0; a < pairs; a++) {
      for (let q = 0; q < 4; q++) {
        const row = 2 * a + (q >> 1), column = 2 * a + (q & 1);
        matrix[row * size + column]! += areas[a]! * tangent_Pa_m[4 * a + q]!;
      }
    }
    return matrix;
  };

  return (state) => {
    const forces = multiply(
      model.eigenstrainForces,
      eigenstrains(model, state.stoichiometry),
    );
    const bonded = multiply(model.jump, solveLdl(sprung, forces));
    const driving = multiplyDense(stiffnessWithSprings, bonded);
    const opening_m = state.opening_m.slice();
    for (let iteration = 0;; iteration++) {
      cohesiveResponse(law, opening_m, state, response);
      multiplyDense(stiffness, opening_m, elastic);
      for (let k = 0; k < size; k++) {
        residual[k] = elastic[k]! + areas[k >> 1]! * traction_Pa[k]! -
          driving[k]!;
      }
      const step = keptFactor.solve(product, dense, residual);
      let largest = 0, at = 0;
      for (let k = 0; k < size; k++) {
        if (Math.abs(step[k]!) > largest) {
          [largest, at] = [Math.abs(step[k]!), k >> 1];
        }
      }
      if (!(iteration < newtonLimit && largest < Infinity)) {
        throw notConverged("opening", model, at, largest / scale);
      }
      const damping = Math.min(1, 0.3 * scale / largest);
      for (let k = 0; k < size; k++) opening_m[k]! -= damping * step[k]!;
      if (largest < smallStep * scale) break;
    }
    cohesiveResponse(law, opening_m, state, response);
    return {
      ...state,
      opening_m,
      effectiveOpening_m: response.effectiveOpening_m.slice(),
      damage: response.damage.slice(),
    };
  };
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

function notConverged(
  what: string,
  model: NetworkModel,
  pair: number,
  change: number,
): RangeError {
  return new RangeError(
    `Cannot solve the ${what} at the interface as Newton's method must converge within ${newtonLimit} iterations: current value is a change of ${
      change.toExponential(1)
    } of its scale at particle ${
      model.interface.particles[pair]! + 1
    }; use more steps per phase`,
  );
}
