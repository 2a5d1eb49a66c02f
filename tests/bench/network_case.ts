/** The cases of the cycles, and their operators as JSON for the peer. */
import {
  createModel,
  type NetworkModel,
  type NetworkParameters,
  readNetworkParameters,
  type SparseMatrix,
} from "@cathode/network/mod.ts";

/** A case of the project with 4,000 unknowns or more. */
export async function benchCase(name: string): Promise<NetworkParameters> {
  const { parameters } = await readNetworkParameters(name);
  const fine = name === "three"
    ? { edgesPerCircle: 96, farSize_m: 0.65e-6 }
    : {};
  return {
    ...parameters,
    discretisation: { ...parameters.discretisation, ...fine },
  };
}

function describe(model: NetworkModel) {
  const plain = (values: ArrayLike<number>) => Array.from(values);
  const sparse = ({ starts, columns, values }: SparseMatrix) =>
    [starts, columns, values].map(plain);
  return {
    parameters: model.parameters,
    fullCurrent: model.fullCurrent_A,
    nodeVolumes: plain(model.nodeVolumes),
    particleOf: plain(model.particleOf),
    areas: plain(model.interface.areas),
    owners: plain(model.interface.particles),
    surface: plain(model.surface),
    contact: plain(model.contact),
    mass: sparse(model.mass),
    diffusion: sparse(model.diffusion),
    conduction: sparse(model.conduction),
    elasticity: sparse(model.elasticity),
    jump: sparse(model.jump),
    forces: sparse(model.eigenstrainForces),
    mesh: {
      nodes: plain(model.mesh.nodes),
      triangles: plain(model.mesh.triangles),
      domains: plain(model.mesh.domains),
      particleNodes: plain(model.interface.particleNodes),
      binderNodes: plain(model.interface.binderNodes),
      size: model.mesh.size_m,
    },
  };
}

if (import.meta.main) {
  const model = createModel(await benchCase(Deno.args[0]!));
  console.log(JSON.stringify(describe(model)));
}
