/** A case made ready to be solved: mesh, unknowns and the operators on them. */
import { elasticOperators, massMatrix, stiffnessMatrix } from "./elements.ts";
import {
  highConductivity,
  type Mesh,
  meshParticles,
  nodesOnWall,
  type ParticleInterface,
} from "./mesh.ts";
import { faraday_C_mol, type NetworkParameters } from "./parameters.ts";
import {
  type SparseMatrix,
  sparseMatrix,
  submatrix,
  transpose,
  Triplets,
} from "./sparse.ts";
import type { NetworkOutline } from "./state.ts";

/**
 * Operators of a case. Unknowns are stoichiometries at the nodes of particles,
 * potentials at the nodes of the carbon/binder off the collector, and
 * displacements that are not held; quantities of the interface have one value
 * per pair of nodes (two for openings: normal, tangential).
 */
export interface NetworkModel extends NetworkOutline {
  /** Nodes and triangles. */
  readonly mesh: Mesh;
  /** Surfaces of the particles. */
  readonly interface: ParticleInterface;
  /** Nodes of the mesh that carry a stoichiometry. */
  readonly particleNodes: Int32Array;
  /** Mass matrix between stoichiometries. */
  readonly mass: SparseMatrix;
  /** Diffusion matrix for a diffusivity of 1. */
  readonly diffusion: SparseMatrix;
  /** Stoichiometry unknown of each pair of the interface. */
  readonly surface: Int32Array;
  /** Nodes that carry a potential; the collector's are not among them. */
  readonly binderNodes: Int32Array;
  /** Conduction matrix between potentials. */
  readonly conduction: SparseMatrix;
  /** Potential unknown of each pair of the interface. */
  readonly contact: Int32Array;
  /** Displacements that are not held, as `2 node` (x) and `2 node + 1` (y). */
  readonly displacements: Int32Array;
  /** Elastic stiffness between displacements, the particles loose. */
  readonly elasticity: SparseMatrix;
  /** Openings of the interface from displacements (rectangular), and its transpose. */
  readonly jump: SparseMatrix;
  /** Forces on displacements from forces across the interface. */
  readonly jumpTransposed: SparseMatrix;
  /** Forces from the eigenstrains at the particle nodes (rectangular). */
  readonly eigenstrainForces: SparseMatrix;
}

/**
 * Meshes a case and assembles its operators.
 *
 * @param parameters The case; see `readNetworkParameters`.
 * @throws {RangeError} If the layout cannot be meshed.
 */
export function createModel(parameters: NetworkParameters): NetworkModel {
  const { layout, discretisation, activeMaterial, carbonBinder } = parameters;
  const mesh = meshParticles(layout, discretisation);
  const nodeCount = mesh.nodes.length / 2;
  const particleOfNode = new Int32Array(nodeCount).fill(-1);
  for (let e = 0; e < mesh.triangles.length; e++) {
    const domain = mesh.domains[Math.floor(e / 3)]!;
    if (domain >= 0) particleOfNode[mesh.triangles[e]!] = domain;
  }
  const nodes = Array.from({ length: nodeCount }, (_, k) => k);
  const collector = new Set(
    nodesOnWall(mesh, layout.geometry === "plane" ? "bottom" : "right"),
  );
  const particleNodes = Int32Array.from(
    nodes.filter((k) => particleOfNode[k]! >= 0),
  );
  const binderNodes = Int32Array.from(
    nodes.filter((k) => particleOfNode[k]! < 0 && !collector.has(k)),
  );
  const particleOf = particleNodes.map((k) => particleOfNode[k]!);

  const mass = submatrix(massMatrix(mesh), particleNodes);
  const nodeVolumes = new Float64Array(particleNodes.length);
  const particleVolumes = new Float64Array(mesh.particles);
  for (let row = 0; row < mass.size; row++) {
    for (let k = mass.starts[row]!; k < mass.starts[row + 1]!; k++) {
      nodeVolumes[row]! += mass.values[k]!;
    }
    particleVolumes[particleOf[row]!]! += nodeVolumes[row]!;
  }
  const { highConductivity_S_m, lowConductivity_S_m } = carbonBinder;
  const conductivity = (domain: number) =>
    domain >= 0
      ? 0
      : domain === highConductivity
      ? highConductivity_S_m
      : lowConductivity_S_m;
  const particleIndex = indexOf(particleNodes, nodeCount);
  const binderIndex = indexOf(binderNodes, nodeCount);
  return {
    parameters,
    mesh,
    interface: mesh.interface,
    particleNodes,
    particleOf,
    nodeVolumes,
    particleVolumes,
    mass,
    diffusion: submatrix(
      stiffnessMatrix(mesh, (domain) => domain >= 0 ? 1 : 0),
      particleNodes,
    ),
    surface: mesh.interface.particleNodes.map((k) => particleIndex[k]!),
    binderNodes,
    conduction: submatrix(stiffnessMatrix(mesh, conductivity), binderNodes),
    contact: mesh.interface.binderNodes.map((k) => binderIndex[k]!),
    ...mechanics(parameters, mesh, particleIndex, particleNodes.length),
    fullCurrent_A: faraday_C_mol * activeMaterial.maximumConcentration_mol_m3 *
      particleVolumes.reduce((sum, v) => sum + v) /
      parameters.operation.period_s,
  };
}

function mechanics(
  parameters: NetworkParameters,
  mesh: Mesh,
  particleIndex: Int32Array,
  particleNodes: number,
) {
  const { activeMaterial, carbonBinder, support, layout } = parameters;
  const { stiffness, eigenstrainForces } = elasticOperators(
    mesh,
    (domain) => domain >= 0 ? activeMaterial : carbonBinder,
  );
  const isPlane = layout.geometry === "plane";
  const heldNormal: [wall: "left" | "right" | "bottom" | "top", axis: 0 | 1][] =
    [["left", 0], ["bottom", 1]];
  // The ends of the row are mirror planes; the wall across may be free.
  heldNormal.push(isPlane ? ["right", 0] : ["top", 1]);
  if (support.freeWall === 0) {
    heldNormal.push(isPlane ? ["top", 1] : ["right", 0]);
  }
  const held = new Set(
    heldNormal.flatMap(([wall, axis]) =>
      Array.from(nodesOnWall(mesh, wall), (node) => 2 * node + axis)
    ),
  );
  const displacements = Int32Array.from(
    Array.from({ length: mesh.nodes.length }, (_, k) => k)
      .filter((k) => !held.has(k)),
  );
  const free = indexOf(displacements, mesh.nodes.length);

  const jumpEntries = new Triplets();
  const { particleNodes: inner, binderNodes: outer, normals } = mesh.interface;
  for (let a = 0; a < inner.length; a++) {
    const nx = normals[2 * a]!, ny = normals[2 * a + 1]!;
    for (const [sign, node] of [[1, outer[a]!], [-1, inner[a]!]] as const) {
      const x = free[2 * node]!, y = free[2 * node + 1]!;
      if (x >= 0) {
        jumpEntries.add(2 * a, x, sign * nx);
        jumpEntries.add(2 * a + 1, x, -sign * ny);
      }
      if (y >= 0) {
        jumpEntries.add(2 * a, y, sign * ny);
        jumpEntries.add(2 * a + 1, y, sign * nx);
      }
    }
  }
  const jump = sparseMatrix(
    2 * inner.length,
    jumpEntries,
    displacements.length,
  );

  const forceEntries = new Triplets();
  for (let t = 0; t < mesh.domains.length; t++) {
    if (mesh.domains[t]! < 0) continue;
    for (let i = 0; i < 6; i++) {
      const row = free[2 * mesh.triangles[3 * t + (i >> 1)]! + (i & 1)]!;
      if (row < 0) continue;
      // The eigenstrain of a triangle is the mean of its corners.
      for (let c = 0; c < 3; c++) {
        const column = particleIndex[mesh.triangles[3 * t + c]!]!;
        forceEntries.add(row, column, eigenstrainForces[6 * t + i]! / 3);
      }
    }
  }
  return {
    displacements,
    elasticity: submatrix(stiffness, displacements),
    jump,
    jumpTransposed: transpose(jump, displacements.length),
    eigenstrainForces: sparseMatrix(
      displacements.length,
      forceEntries,
      particleNodes,
    ),
  };
}

function indexOf(kept: Int32Array, size: number): Int32Array {
  const index = new Int32Array(size).fill(-1);
  kept.forEach((node, k) => index[node] = k);
  return index;
}

/** Coordinates of unknowns for nested dissection. */
export function coordinatesOf(mesh: Mesh, nodes: Int32Array): Float64Array {
  const coordinates = new Float64Array(2 * nodes.length);
  nodes.forEach((node, k) => {
    coordinates[2 * k] = mesh.nodes[2 * node]!;
    coordinates[2 * k + 1] = mesh.nodes[2 * node + 1]!;
  });
  return coordinates;
}
