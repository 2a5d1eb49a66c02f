/**
 * Time steps by Newton's method on all unknowns at once: stoichiometries,
 * potentials and displacements, and the hydrostatic stress where it drives
 * diffusion. Slower than condensation, but without its limits: diffusivity may
 * vary with the stoichiometry, and stress may drive diffusion. Where both
 * apply they agree, which is a test of either.
 */
import {
  lameConstants,
  measureTriangles,
  strainMatrix,
  type Triangles,
} from "./elements.ts";
import {
  type CohesiveResponse,
  cohesiveResponse,
  emptyResponse,
  interfaceResistance,
} from "./interface_laws.ts";
import {
  diffusivity,
  surfaceLaws,
  volumeChange,
  type WithSlope,
} from "./material.ts";
import { coordinatesOf, type NetworkModel } from "./model.ts";
import { nestedDissection } from "./ordering.ts";
import { faraday_C_mol, gasConstant_J_mol_K } from "./parameters.ts";
import {
  multiply,
  type SparseMatrix,
  sparseMatrix,
  submatrix,
  Triplets,
} from "./sparse.ts";
import { factorSparseLu, solveSparseLu } from "./sparse_lu.ts";
import {
  assertSurfaceInRange,
  type Control,
  eigenstrains,
  type NetworkState,
  type Stepper,
} from "./state.ts";

const newtonLimit = 40;
/** The unit of the stress unknowns, which keeps all unknowns near 1. */
const stressUnit_Pa = 1e6;
/** The unit of the displacement unknowns. */
const lengthUnit_m = 1e-9;

/** Where each kind of unknown starts. */
interface Blocks {
  readonly stress: number;
  readonly potential: number;
  readonly voltage: number;
  readonly displacement: number;
  readonly size: number;
}

/**
 * Stepper for any diffusivity, and for diffusion driven by stress.
 *
 * Backward Euler; the damage of the step before acts on the resistance, all
 * else is implicit. The flux is `-D(x) (grad x - coupling * x * Omega(x) / (R T)
 * * grad s)`, with the hydrostatic stress s averaged to the nodes and the
 * partial molar volume Omega from the slope of the volume change (R. Purkayastha
 * and R. M. McMeeking, Comput. Mech. 50, 209 (2012),
 * doi:10.1007/s00466-012-0724-8). The small shift of the open-circuit voltage
 * by stress (about 1 mV per 100 MPa) is left out.
 *
 * @param model The case.
 */
export function monolithicStepper(model: NetworkModel): Stepper {
  const { parameters, particleNodes, binderNodes, displacements } = model;
  const isCoupled = parameters.activeMaterial.stressCoupling > 0;
  const nodes = particleNodes.length;
  const potential = isCoupled ? 2 * nodes : nodes;
  const voltage = potential + binderNodes.length;
  const blocks: Blocks = {
    stress: nodes,
    potential,
    voltage,
    displacement: voltage + 1,
    size: voltage + 1 + displacements.length,
  };
  const system = new NetworkSystem(model, blocks, isCoupled);
  let order: Int32Array | undefined;
  // Displacements are no part of a state: the last ones are a good start.
  let lastDisplacement = new Float64Array(displacements.length);

  return (state, duration_s, control) => {
    const unknowns = new Float64Array(blocks.size);
    unknowns.set(state.stoichiometry);
    unknowns[voltage] = state.voltage_V;
    unknowns.set(lastDisplacement, blocks.displacement);
    const current = state.currentDensity_A_m2.slice();
    for (let iteration = 0;; iteration++) {
      const { residual, jacobian } = system.linearise(
        unknowns,
        current,
        state,
        duration_s,
        control,
      );
      order ??= eliminationOrder(model, blocks, jacobian, isCoupled);
      const step = solveSparseLu(factorSparseLu(jacobian, order), residual);
      const { largest, damping } = measureStep(step, blocks);
      if (!(iteration < newtonLimit && largest < Infinity)) {
        throw new RangeError(
          `Cannot solve the network as Newton's method must converge within ${newtonLimit} iterations: current value is a change of ${
            largest.toExponential(1)
          }; use more steps per phase`,
        );
      }
      for (let k = 0; k < blocks.size; k++) unknowns[k]! -= damping * step[k]!;
      if (largest < 1e-7) break;
    }
    // Once more for the currents and the damage at the solution.
    system.linearise(unknowns, current, state, duration_s, control);
    const stoichiometry = unknowns.slice(0, nodes);
    assertSurfaceInRange(model, stoichiometry);
    lastDisplacement = unknowns.slice(blocks.displacement);
    return {
      time_s: state.time_s + duration_s,
      stoichiometry,
      currentDensity_A_m2: current,
      voltage_V: unknowns[voltage]!,
      opening_m: system.opening_m.slice(),
      effectiveOpening_m: system.response.effectiveOpening_m.slice(),
      damage: system.response.damage.slice(),
    };
  };
}

/** Residual and Jacobian of a step. */
class NetworkSystem {
  readonly opening_m: Float64Array;
  readonly response: CohesiveResponse;
  readonly #model: NetworkModel;
  readonly #blocks: Blocks;
  readonly #isCoupled: boolean;
  readonly #triangles: Triangles;
  readonly #particleIndex: Int32Array;
  readonly #free: Int32Array;

  constructor(model: NetworkModel, blocks: Blocks, isCoupled: boolean) {
    this.#model = model;
    this.#blocks = blocks;
    this.#isCoupled = isCoupled;
    const pairs = model.surface.length, { mesh } = model;
    this.opening_m = new Float64Array(2 * pairs);
    this.response = emptyResponse(pairs);
    this.#triangles = measureTriangles(mesh);
    this.#particleIndex = new Int32Array(mesh.nodes.length / 2).fill(-1);
    model.particleNodes.forEach((node, k) => this.#particleIndex[node] = k);
    this.#free = new Int32Array(mesh.nodes.length).fill(-1);
    model.displacements.forEach((dof, k) => this.#free[dof] = k);
  }

  /** Also sets `current` to the current densities at these unknowns. */
  linearise(
    unknowns: Float64Array,
    current: Float64Array,
    state: NetworkState,
    duration_s: number,
    control: Control,
  ): { residual: Float64Array; jacobian: SparseMatrix } {
    const { size } = this.#blocks;
    const residual = new Float64Array(size), entries = new Triplets();
    this.#diffusion(unknowns, state, duration_s, residual, entries);
    this.#conduction(unknowns, residual, entries);
    this.#reaction(unknowns, current, state, control, residual, entries);
    this.#mechanics(unknowns, state, residual, entries);
    if (this.#isCoupled) this.#stress(unknowns, residual, entries);
    return { residual, jacobian: sparseMatrix(size, entries) };
  }

  #diffusion(
    unknowns: Float64Array,
    state: NetworkState,
    duration_s: number,
    residual: Float64Array,
    entries: Triplets,
  ): void {
    const { mass, mesh, parameters } = this.#model;
    const { activeMaterial, operation } = parameters;
    const nodes = mass.size, { stress } = this.#blocks;
    const change = unknowns.slice(0, nodes);
    change.forEach((x, k) =>
      change[k] = (x - state.stoichiometry[k]!) / duration_s
    );
    multiply(mass, change).forEach((rate, k) => residual[k]! += rate);
    addMatrix(entries, mass, 1 / duration_s, 0, 0);

    const { volumes, gradients } = this.#triangles;
    const d: WithSlope = [0, 0], swelling: WithSlope = [0, 0];
    const bySwelling = activeMaterial.stressCoupling * stressUnit_Pa /
      (gasConstant_J_mol_K * operation.temperature_K *
        activeMaterial.maximumConcentration_mol_m3);
    for (let t = 0; t < mesh.domains.length; t++) {
      if (mesh.domains[t]! < 0) continue;
      const at = [0, 1, 2].map((c) =>
        this.#particleIndex[mesh.triangles[3 * t + c]!]!
      );
      const mean = at.reduce((sum, k) => sum + unknowns[k]!, 0) / 3;
      diffusivity(activeMaterial.diffusivity, mean, d);
      let gx = 0, gy = 0, sx = 0, sy = 0;
      for (let c = 0; c < 3; c++) {
        const dx = gradients[6 * t + c]!, dy = gradients[6 * t + 3 + c]!;
        gx += dx * unknowns[at[c]!]!;
        gy += dy * unknowns[at[c]!]!;
        if (this.#isCoupled) {
          sx += dx * unknowns[stress + at[c]!]!;
          sy += dy * unknowns[stress + at[c]!]!;
        }
      }
      volumeChange(activeMaterial.volumeChange, mean, swelling);
      const drive = this.#isCoupled ? bySwelling * mean * swelling[1] : 0;
      // The slope of the swelling is taken as constant in the derivative.
      const driveSlope = this.#isCoupled ? bySwelling * swelling[1] : 0;
      const fx = gx - drive * sx, fy = gy - drive * sy;
      for (let i = 0; i < 3; i++) {
        const vx = gradients[6 * t + i]!, vy = gradients[6 * t + 3 + i]!;
        const row = at[i]!, volume = volumes[t]!;
        residual[row]! += volume * d[0] * (vx * fx + vy * fy);
        const byMean = volume / 3 *
          (d[1] * (vx * fx + vy * fy) -
            d[0] * driveSlope * (vx * sx + vy * sy));
        for (let j = 0; j < 3; j++) {
          const along = volume * d[0] *
            (vx * gradients[6 * t + j]! + vy * gradients[6 * t + 3 + j]!);
          entries.add(row, at[j]!, along + byMean);
          if (this.#isCoupled) {
            entries.add(row, stress + at[j]!, -drive * along);
            entries.add(stress + at[j]!, row, 0);
          }
        }
      }
    }
  }

  #conduction(
    unknowns: Float64Array,
    residual: Float64Array,
    entries: Triplets,
  ): void {
    const { potential, voltage } = this.#blocks;
    const { conduction } = this.#model;
    // Unknown is the drop against the collector.
    multiply(conduction, unknowns.subarray(potential, voltage))
      .forEach((sum, k) => residual[potential + k]! += sum);
    addMatrix(entries, conduction, 1, potential, potential);
  }

  #reaction(
    unknowns: Float64Array,
    current: Float64Array,
    state: NetworkState,
    control: Control,
    residual: Float64Array,
    entries: Triplets,
  ): void {
    const { surface, contact, mesh, parameters } = this.#model;
    const { activeMaterial, interface: law, operation } = parameters;
    const { areas } = mesh.interface;
    const { potential, voltage } = this.#blocks;
    const thermal_V = gasConstant_J_mol_K * operation.temperature_K /
      faraday_C_mol;
    const perFlux = 1 /
      (faraday_C_mol * activeMaterial.maximumConcentration_mol_m3);
    const u: WithSlope = [0, 0], i0: WithSlope = [0, 0];
    const isGalvanostatic = "current_A" in control;
    const unit = this.#model.fullCurrent_A;
    let total = 0;
    for (let a = 0; a < surface.length; a++) {
      const x = surface[a]!, drop = potential + contact[a]!;
      surfaceLaws(activeMaterial, unknowns[x]!, u, i0);
      const drive = unknowns[voltage]! + unknowns[drop]! - u[0];
      const resistance = interfaceResistance(law, state.damage[a]!);
      const i = current[a] = reactionCurrent(
        drive,
        resistance,
        i0[0],
        thermal_V,
        current[a]!,
      );
      const s = i / (2 * i0[0]);
      const root = 2 * thermal_V / Math.sqrt(1 + s * s);
      const byPotential = 1 / (resistance + root / (2 * i0[0]));
      const bySurface = byPotential * (-u[1] + root * s / i0[0] * i0[1]);
      const w = areas[a]!;
      total += w * i;
      for (const [row, factor] of [[x, perFlux], [drop, 1]] as const) {
        residual[row]! += w * factor * i;
        entries.add(row, x, w * factor * bySurface);
        entries.add(row, drop, w * factor * byPotential);
        entries.add(row, voltage, w * factor * byPotential);
      }
      const weight = isGalvanostatic ? w / unit : 0;
      entries.add(voltage, x, weight * bySurface);
      entries.add(voltage, drop, weight * byPotential);
      entries.add(voltage, voltage, weight * byPotential);
    }
    if (isGalvanostatic) residual[voltage] = (total - control.current_A) / unit;
    else {
      residual[voltage] = unknowns[voltage]! - control.voltage_V;
      entries.add(voltage, voltage, 1);
    }
  }

  #mechanics(
    unknowns: Float64Array,
    state: NetworkState,
    residual: Float64Array,
    entries: Triplets,
  ): void {
    const model = this.#model, { displacement } = this.#blocks;
    const { parameters, elasticity, eigenstrainForces, jump, mesh } = model;
    const { areas } = mesh.interface;
    const moved = unknowns.slice(displacement).map((u) => u * lengthUnit_m);
    const forces = multiply(elasticity, moved);
    const stoichiometry = unknowns.slice(0, model.particleNodes.length);
    multiply(eigenstrainForces, eigenstrains(model, stoichiometry))
      .forEach((f, k) => forces[k]! -= f);
    multiply(jump, moved, this.opening_m);
    cohesiveResponse(
      parameters.interface,
      this.opening_m,
      state,
      this.response,
    );
    const { traction_Pa, tangent_Pa_m } = this.response;
    multiply(
      model.jumpTransposed,
      traction_Pa.map((t, k) => t * areas[k >> 1]!),
    ).forEach((f, k) => forces[k]! += f);
    forces.forEach((f, k) => residual[displacement + k]! += f);

    addMatrix(entries, elasticity, lengthUnit_m, displacement, displacement);
    for (let a = 0; a < areas.length; a++) {
      for (let q = 0; q < 4; q++) {
        const stiffness = areas[a]! * tangent_Pa_m[4 * a + q]! * lengthUnit_m;
        const to = 2 * a + (q >> 1), from = 2 * a + (q & 1);
        for (let p = jump.starts[to]!; p < jump.starts[to + 1]!; p++) {
          for (let r = jump.starts[from]!; r < jump.starts[from + 1]!; r++) {
            entries.add(
              displacement + jump.columns[p]!,
              displacement + jump.columns[r]!,
              stiffness * jump.values[p]! * jump.values[r]!,
            );
          }
        }
      }
    }
    const law = parameters.activeMaterial.volumeChange;
    const { starts, columns, values } = eigenstrainForces;
    for (let row = 0; row < elasticity.size; row++) {
      for (let k = starts[row]!; k < starts[row + 1]!; k++) {
        const x = columns[k]!;
        const slope = volumeChange(law, unknowns[x]!)[1] / 3;
        entries.add(displacement + row, x, -values[k]! * slope);
        entries.add(x, displacement + row, 0);
      }
    }
  }

  /** Hydrostatic stress at the particle nodes: volume means over the triangles around. */
  #stress(
    unknowns: Float64Array,
    residual: Float64Array,
    entries: Triplets,
  ): void {
    const { mesh, parameters } = this.#model;
    const { stress, displacement } = this.#blocks;
    const { lambda, mu } = lameConstants(parameters.activeMaterial);
    const bulk = lambda + 2 * mu / 3;
    const strains = eigenstrains(
      this.#model,
      unknowns.slice(0, this.#model.particleNodes.length),
    );
    const law = parameters.activeMaterial.volumeChange;
    // Rows are divided by the volume of a typical node, to be near 1.
    const unit = this.#model.nodeVolumes.reduce((sum, v) => sum + v) /
      this.#model.nodeVolumes.length;
    const b = new Float64Array(24);
    for (let t = 0; t < mesh.domains.length; t++) {
      if (mesh.domains[t]! < 0) continue;
      const corners = [0, 1, 2].map((c) => mesh.triangles[3 * t + c]!);
      const at = corners.map((node) => this.#particleIndex[node]!);
      strainMatrix(this.#triangles, t, b);
      const trace = Array.from(
        { length: 6 },
        (_, i) => b[i]! + b[6 + i]! + b[18 + i]!,
      );
      const free = trace.map((_, i) =>
        this.#free[2 * corners[i >> 1]! + (i & 1)]!
      );
      let dilation = 0;
      free.forEach((dof, i) => {
        if (dof >= 0) {
          dilation += trace[i]! * unknowns[displacement + dof]! * lengthUnit_m;
        }
      });
      dilation -= at.reduce((sum, k) => sum + strains[k]!, 0);
      const share = this.#triangles.volumes[t]! / 3 / unit;
      const factor = share * bulk / stressUnit_Pa;
      for (const node of at) {
        const row = stress + node;
        residual[row]! += share * unknowns[row]! - factor * dilation;
        entries.add(row, row, share);
        at.forEach((k) => {
          const slope = volumeChange(law, unknowns[k]!)[1] / 3;
          entries.add(row, k, factor * slope);
          entries.add(k, row, 0);
        });
        free.forEach((dof, i) => {
          if (dof < 0) return;
          const column = displacement + dof;
          entries.add(row, column, -factor * trace[i]! * lengthUnit_m);
          entries.add(column, row, 0);
        });
      }
    }
  }
}

/** Current density that the driving voltage sends through resistance and reaction in series. */
function reactionCurrent(
  drive_V: number,
  resistance_Ohm_m2: number,
  exchange_A_m2: number,
  thermal_V: number,
  start_A_m2: number,
): number {
  let i = start_A_m2;
  for (let iteration = 0; iteration < 60; iteration++) {
    const s = i / (2 * exchange_A_m2);
    const excess = drive_V - resistance_Ohm_m2 * i -
      2 * thermal_V * Math.asinh(s);
    const slope = resistance_Ohm_m2 +
      thermal_V / (exchange_A_m2 * Math.sqrt(1 + s * s));
    const step = excess / slope;
    i += step;
    if (Math.abs(step) <= 1e-14 * Math.abs(i)) break;
  }
  return i;
}

function addMatrix(
  entries: Triplets,
  matrix: SparseMatrix,
  factor: number,
  row: number,
  column: number,
): void {
  for (let r = 0; r < matrix.size; r++) {
    for (let k = matrix.starts[r]!; k < matrix.starts[r + 1]!; k++) {
      entries.add(
        row + r,
        column + matrix.columns[k]!,
        factor * matrix.values[k]!,
      );
    }
  }
}

/** Nested dissection by place in the mesh; the voltage, which meets all reactions, comes last. */
function eliminationOrder(
  model: NetworkModel,
  blocks: Blocks,
  jacobian: SparseMatrix,
  isCoupled: boolean,
): Int32Array {
  const { mesh, particleNodes, binderNodes, displacements } = model;
  const nodes = Int32Array.from([
    ...particleNodes,
    ...(isCoupled ? particleNodes : []),
    ...binderNodes,
    ...displacements.map((dof) => dof >> 1),
  ]);
  const others = Int32Array.from(
    { length: blocks.size - 1 },
    (_, k) => k < blocks.voltage ? k : k + 1,
  );
  const order = nestedDissection(
    submatrix(jacobian, others),
    coordinatesOf(mesh, nodes),
  );
  return Int32Array.from([...order.map((k) => others[k]!), blocks.voltage]);
}

/** Size of a Newton step against what is small for each kind of unknown, and how much of it to take. */
function measureStep(
  step: Float64Array,
  blocks: Blocks,
): { largest: number; damping: number } {
  const over = (from: number, to: number) => {
    let largest = 0;
    for (let k = from; k < to; k++) {
      const size = Math.abs(step[k]!);
      if (!(size <= largest)) largest = size;
    }
    return largest;
  };
  const stoichiometry = over(0, blocks.stress);
  const potential = over(blocks.potential, blocks.displacement);
  const displacement = over(blocks.displacement, blocks.size);
  return {
    largest: Math.max(stoichiometry, potential, displacement / 100),
    damping: Math.min(
      1,
      0.2 / stoichiometry,
      0.5 / potential,
      30 / displacement,
    ),
  };
}
