/** Linear triangles, in plane strain or around an axis: matrices of the elements and their sums. */
import type { Mesh } from "./mesh.ts";
import type { Elasticity } from "./parameters.ts";
import { type SparseMatrix, sparseMatrix, Triplets } from "./sparse.ts";

/** Measures of the triangles. */
export interface Triangles {
  /** Volume of each: area, times the way around the axis where there is one; m3, or m2 per m of depth. */
  readonly volumes: Float64Array;
  /** Derivatives of the three shape functions by x, then by y; six per triangle. */
  readonly gradients: Float64Array;
  /** Distance of the centre from the axis in metres; infinite in plane strain. */
  readonly radii: Float64Array;
}

/**
 * Volumes and gradients of all triangles.
 *
 * @param mesh The mesh.
 * @throws {RangeError} If a triangle is degenerate or clockwise.
 */
export function measureTriangles(mesh: Mesh): Triangles {
  const { nodes, triangles, geometry } = mesh;
  const count = triangles.length / 3;
  const volumes = new Float64Array(count), radii = new Float64Array(count);
  const gradients = new Float64Array(6 * count);
  for (let t = 0; t < count; t++) {
    const [a, b, c] = [0, 1, 2].map((i) => 2 * triangles[3 * t + i]!);
    const xa = nodes[a!]!, ya = nodes[a! + 1]!, xb = nodes[b!]!;
    const yb = nodes[b! + 1]!, xc = nodes[c!]!, yc = nodes[c! + 1]!;
    const twiceArea = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya);
    if (!(twiceArea > 0)) {
      throw new RangeError(
        `Cannot use the mesh as its triangles must be counter-clockwise: current value is an area of ${
          twiceArea / 2
        } m2 of triangle ${t}`,
      );
    }
    gradients.set(
      [yb - yc, yc - ya, ya - yb, xc - xb, xa - xc, xb - xa].map((d) =>
        d / twiceArea
      ),
      6 * t,
    );
    const radius = (xa + xb + xc) / 3;
    radii[t] = geometry === "plane" ? Infinity : radius;
    volumes[t] = twiceArea / 2 *
      (geometry === "plane" ? 1 : 2 * Math.PI * radius);
  }
  return { volumes, gradients, radii };
}

/**
 * Mass matrix of the triangles in particles, exact for linear shape functions.
 *
 * @param mesh The mesh.
 * @returns Matrix over all nodes of the mesh, in m3 (m2 in plane strain).
 */
export function massMatrix(mesh: Mesh): SparseMatrix {
  const { nodes, triangles, domains, geometry } = mesh;
  const { volumes, radii } = measureTriangles(mesh);
  const entries = new Triplets();
  for (let t = 0; t < domains.length; t++) {
    if (domains[t]! < 0) continue;
    const at = [0, 1, 2].map((i) => triangles[3 * t + i]!);
    // Weight of each corner: its distance from the axis over the mean distance.
    const w = at.map((node) =>
      geometry === "plane" ? 1 : nodes[2 * node]! / radii[t]!
    );
    const sum = w[0]! + w[1]! + w[2]!;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        // Integrals of products of three shape functions: 6/60, 2/60 or 1/60.
        const share = i === j ? 2 * sum + 4 * w[i]! : sum + w[i]! + w[j]!;
        entries.add(at[i]!, at[j]!, volumes[t]! * share / 60);
      }
    }
  }
  return sparseMatrix(nodes.length / 2, entries);
}

/**
 * Matrix of `integral of k grad u . grad v`.
 *
 * @param mesh The mesh.
 * @param coefficient `k` by the domain of a triangle; 0 leaves it out.
 * @returns Matrix over all nodes of the mesh.
 */
export function stiffnessMatrix(
  mesh: Mesh,
  coefficient: (domain: number) => number,
): SparseMatrix {
  const { triangles, domains } = mesh;
  const { volumes, gradients } = measureTriangles(mesh);
  const entries = new Triplets();
  for (let t = 0; t < domains.length; t++) {
    const k = coefficient(domains[t]!) * volumes[t]!;
    if (k === 0) continue;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        entries.add(
          triangles[3 * t + i]!,
          triangles[3 * t + j]!,
          k * (gradients[6 * t + i]! * gradients[6 * t + j]! +
            gradients[6 * t + 3 + i]! * gradients[6 * t + 3 + j]!),
        );
      }
    }
  }
  return sparseMatrix(mesh.nodes.length / 2, entries);
}

/** Lame's constants in Pa. */
export function lameConstants(
  { youngsModulus_Pa: e, poissonRatio: nu }: Elasticity,
): { lambda: number; mu: number } {
  return {
    lambda: e * nu / ((1 + nu) * (1 - 2 * nu)),
    mu: e / (2 * (1 + nu)),
  };
}

/**
 * Strain of each degree of freedom of a triangle: rows xx, yy, xy (engineering)
 * and around the axis, columns ux, uy of the three corners; 24 numbers.
 */
export function strainMatrix(
  { gradients, radii }: Triangles,
  t: number,
  out: Float64Array,
): Float64Array {
  out.fill(0);
  for (let i = 0; i < 3; i++) {
    const dx = gradients[6 * t + i]!, dy = gradients[6 * t + 3 + i]!;
    out[2 * i] = dx;
    out[6 + 2 * i + 1] = dy;
    out[12 + 2 * i] = dy;
    out[12 + 2 * i + 1] = dx;
    // One point of integration, at the centre.
    out[18 + 2 * i] = 1 / (3 * radii[t]!);
  }
  return out;
}

/** Operators of linear elasticity over all displacements: node `a` has the unknowns `2a` (x) and `2a + 1` (y). */
export interface ElasticOperators {
  /** Stiffness in N/m (N/m2 in plane strain). */
  readonly stiffness: SparseMatrix;
  /**
   * Forces by eigenstrain: `forces[6 t + i]` is the force on degree of freedom
   * `i` of triangle `t` by a unit of isotropic eigenstrain in it.
   */
  readonly eigenstrainForces: Float64Array;
}

/**
 * Stiffness and eigenstrain forces of isotropic solids at small strain.
 *
 * @param mesh The mesh.
 * @param elasticity Elastic constants by the domain of a triangle.
 */
export function elasticOperators(
  mesh: Mesh,
  elasticity: (domain: number) => Elasticity,
): ElasticOperators {
  const { triangles, domains } = mesh;
  const measures = measureTriangles(mesh);
  const entries = new Triplets();
  const eigenstrainForces = new Float64Array(6 * domains.length);
  const b = new Float64Array(24), stress = new Float64Array(24);
  for (let t = 0; t < domains.length; t++) {
    const { lambda, mu } = lameConstants(elasticity(domains[t]!));
    const volume = measures.volumes[t]!;
    strainMatrix(measures, t, b);
    for (let i = 0; i < 6; i++) {
      const trace = b[i]! + b[6 + i]! + b[18 + i]!;
      stress[i] = lambda * trace + 2 * mu * b[i]!;
      stress[6 + i] = lambda * trace + 2 * mu * b[6 + i]!;
      stress[12 + i] = mu * b[12 + i]!;
      stress[18 + i] = lambda * trace + 2 * mu * b[18 + i]!;
      eigenstrainForces[6 * t + i] = (3 * lambda + 2 * mu) * volume * trace;
    }
    for (let i = 0; i < 6; i++) {
      const row = 2 * triangles[3 * t + (i >> 1)]! + (i & 1);
      for (let j = 0; j < 6; j++) {
        let sum = 0;
        for (let r = 0; r < 24; r += 6) sum += b[r + i]! * stress[r + j]!;
        entries.add(
          row,
          2 * triangles[3 * t + (j >> 1)]! + (j & 1),
          volume * sum,
        );
      }
    }
  }
  return {
    stiffness: sparseMatrix(mesh.nodes.length, entries),
    eigenstrainForces,
  };
}
