import assert from "node:assert/strict";
import {
  combine,
  conjugateGradients,
  diagonalPreconditioner,
  elasticOperators,
  factorLdl,
  type Geometry,
  lameConstants,
  mapOf,
  massMatrix,
  measureTriangles,
  type Mesh,
  meshParticles,
  multiply,
  nestedDissection,
  nodesOnWall,
  solveLdl,
  type SparseMatrix,
  stiffnessMatrix,
  submatrix,
} from "@cathode/network/mod.ts";

const R = 1;

/** One particle of radius 1 in a box, finer with each level. */
function meshAt(geometry: Geometry, level: number): Mesh {
  return meshParticles({
    geometry,
    pitch_m: 3,
    width_m: geometry === "plane" ? 3 : 1.5,
    particles: [{ radius_m: R, coverage: 0.5 }],
  }, { edgesPerCircle: 24 * 2 ** level, farSize_m: 0.25 / 2 ** level });
}

/** Where the particle's centre is. */
function centreOf(mesh: Mesh): [number, number] {
  return mesh.geometry === "plane" ? [1.5, 1.5] : [0, 1.5];
}

function nodesIn(
  mesh: Mesh,
  isWanted: (domain: number) => boolean,
): Int32Array {
  const found = new Set<number>();
  mesh.triangles.forEach((node, e) => {
    if (isWanted(mesh.domains[Math.floor(e / 3)]!)) found.add(node);
  });
  return Int32Array.from([...found].sort((a, b) => a - b));
}

function solve(
  mesh: Mesh,
  matrix: SparseMatrix,
  nodes: Int32Array,
  b: Float64Array,
) {
  const xy = new Float64Array(2 * nodes.length);
  nodes.forEach((node, k) =>
    xy.set(mesh.nodes.subarray(2 * node, 2 * node + 2), 2 * k)
  );
  return solveLdl(factorLdl(matrix, nestedDissection(matrix, xy)), b);
}

/** Root mean square over the triangles' corners, weighted by volume. */
function norm(
  mesh: Mesh,
  values: (node: number) => number,
  isWanted: (d: number) => boolean,
) {
  const { volumes } = measureTriangles(mesh);
  let sum = 0, volume = 0;
  mesh.domains.forEach((domain, t) => {
    if (!isWanted(domain)) return;
    volume += volumes[t]!;
    for (let c = 0; c < 3; c++) {
      sum += volumes[t]! / 3 * values(mesh.triangles[3 * t + c]!) ** 2;
    }
  });
  return Math.sqrt(sum / volume);
}

function assertSecondOrder(errors: number[], what: string): void {
  for (let k = 1; k < errors.length; k++) {
    const order = Math.log2(errors[k - 1]! / errors[k]!);
    assert.ok(order > 1.75, `${what}: order ${order.toFixed(2)} of ${errors}`);
  }
}

for (const geometry of ["plane", "axisymmetric"] as const) {
  Deno.test(`massMatrix() and stiffnessMatrix() solve a manufactured diffusion problem to order 2, ${geometry}`, () => {
    // u = y (3 R^2 - r^2) has no flux through the surface; -lap u + u = f.
    const laplacian = geometry === "plane" ? 8 : 10;
    const errors = [0, 1, 2].map((level) => {
      const mesh = meshAt(geometry, level), [cx, cy] = centreOf(mesh);
      const isParticle = (domain: number) => domain >= 0;
      const nodes = nodesIn(mesh, isParticle);
      const exact = (node: number) => {
        const x = mesh.nodes[2 * node]! - cx,
          y = mesh.nodes[2 * node + 1]! - cy;
        return y * (3 * R ** 2 - x * x - y * y);
      };
      const mass = submatrix(massMatrix(mesh), nodes);
      const stiffness = submatrix(
        stiffnessMatrix(mesh, (d) => d >= 0 ? 1 : 0),
        nodes,
      );
      const f = Float64Array.from(
        nodes,
        (node) => exact(node) + laplacian * (mesh.nodes[2 * node + 1]! - cy),
      );
      const u = solve(
        mesh,
        combine(1, stiffness, 1, mass),
        nodes,
        multiply(mass, f),
      );
      const at = new Map(Array.from(nodes, (node, k) => [node, u[k]!]));
      return norm(mesh, (node) => at.get(node)! - exact(node), isParticle);
    });
    assertSecondOrder(errors, geometry);
  });

  Deno.test(`stiffnessMatrix() solves a manufactured conduction problem around a particle to order 2, ${geometry}`, () => {
    const k = Math.PI / 3;
    const errors = [0, 1, 2].map((level) => {
      const mesh = meshAt(geometry, level), isBinder = (d: number) => d < 0;
      // Zero on the collector, no flux through the other walls.
      const field = (
        x: number,
        y: number,
      ): [u: number, ux: number, uy: number, f: number] => {
        if (geometry === "axisymmetric") {
          const c = Math.cos(k * y), s = Math.sin(k * y), w = 1.5 ** 2 - x * x;
          return [w * c, -2 * x * c, -k * w * s, 4 * c + k * k * w * c];
        }
        const c = Math.cos(k * x), s = Math.sin(k * x);
        const sy = Math.sin(k * y / 2), cyy = Math.cos(k * y / 2);
        return [c * sy, -k * s * sy, k / 2 * c * cyy, 1.25 * k * k * c * sy];
      };
      const collector = new Set(
        nodesOnWall(mesh, geometry === "plane" ? "bottom" : "right"),
      );
      const nodes = nodesIn(mesh, isBinder).filter((node) =>
        !collector.has(node)
      );
      const load = new Float64Array(mesh.nodes.length / 2);
      const { volumes } = measureTriangles(mesh);
      mesh.domains.forEach((domain, t) => {
        if (domain >= 0) return;
        for (let c = 0; c < 3; c++) {
          const node = mesh.triangles[3 * t + c]!;
          load[node]! += volumes[t]! / 3 *
            field(mesh.nodes[2 * node]!, mesh.nodes[2 * node + 1]!)[3];
        }
      });
      mesh.interface.binderNodes.forEach((node, a) => {
        const [, ux, uy] = field(
          mesh.nodes[2 * node]!,
          mesh.nodes[2 * node + 1]!,
        );
        const { normals, areas } = mesh.interface;
        load[node]! -= areas[a]! *
          (ux * normals[2 * a]! + uy * normals[2 * a + 1]!);
      });
      const matrix = submatrix(
        stiffnessMatrix(mesh, (d) => d < 0 ? 1 : 0),
        nodes,
      );
      const u = solve(
        mesh,
        matrix,
        nodes,
        Float64Array.from(nodes, (node) => load[node]!),
      );
      const at = new Map(Array.from(nodes, (node, q) => [node, u[q]!]));
      return norm(
        mesh,
        (node) =>
          (at.get(node) ?? 0) -
          field(mesh.nodes[2 * node]!, mesh.nodes[2 * node + 1]!)[0],
        isBinder,
      );
    });
    assertSecondOrder(errors, geometry);
  });

  Deno.test(`elasticOperators() solves a manufactured displacement to order 2, ${geometry}`, () => {
    const solid = { youngsModulus_Pa: 3, poissonRatio: 0.3 };
    const { lambda, mu } = lameConstants(solid);
    const errors = [0, 1, 2].map((level) => {
      const mesh = meshAt(geometry, level), isParticle = (d: number) => d >= 0;
      // u = (x y^2, x^2 y), with the forces that it needs.
      const u = (node: number) => {
        const x = mesh.nodes[2 * node]!, y = mesh.nodes[2 * node + 1]!;
        return [x * y * y, x * x * y] as const;
      };
      const forces = (node: number) => {
        const x = mesh.nodes[2 * node]!, y = mesh.nodes[2 * node + 1]!;
        return geometry === "plane"
          ? [-(2 * lambda + 4 * mu) * x, -(2 * lambda + 4 * mu) * y]
          : [-(2 * lambda + 4 * mu) * x, -(4 * lambda + 8 * mu) * y];
      };
      const { stiffness } = elasticOperators(mesh, () => solid);
      const fixed = new Set(mesh.interface.particleNodes);
      const load = new Float64Array(mesh.nodes.length);
      const { volumes } = measureTriangles(mesh);
      mesh.domains.forEach((domain, t) => {
        if (domain < 0) return;
        for (let c = 0; c < 3; c++) {
          const node = mesh.triangles[3 * t + c]!, f = forces(node);
          load[2 * node]! += volumes[t]! / 3 * f[0]!;
          load[2 * node + 1]! += volumes[t]! / 3 * f[1]!;
        }
      });
      const prescribed = new Float64Array(mesh.nodes.length);
      const free: number[] = [];
      for (const node of nodesIn(mesh, isParticle)) {
        const onAxis = geometry === "axisymmetric" &&
          mesh.nodes[2 * node] === 0;
        for (const axis of [0, 1] as const) {
          if (fixed.has(node) || onAxis && axis === 0) {
            prescribed[2 * node + axis] = u(node)[axis];
          } else free.push(2 * node + axis);
        }
      }
      multiply(stiffness, prescribed).forEach((f, k) => load[k]! -= f);
      const kept = Int32Array.from(free);
      const matrix = submatrix(stiffness, kept);
      const moved = conjugateGradients(
        mapOf(matrix),
        Float64Array.from(kept, (k) => load[k]!),
        diagonalPreconditioner(matrix),
        1e-11,
      ).solution;
      const field = prescribed.slice();
      kept.forEach((dof, k) => field[dof] = moved[k]!);
      return norm(
        mesh,
        (node) =>
          Math.hypot(
            field[2 * node]! - u(node)[0],
            field[2 * node + 1]! - u(node)[1],
          ),
        isParticle,
      );
    });
    assertSecondOrder(errors, geometry);
  });

  Deno.test(`elasticOperators() leaves a freely swelling body without stress, ${geometry}`, () => {
    const mesh = meshAt(geometry, 0), nu = 0.3, strain = 1e-3;
    const { stiffness, eigenstrainForces } = elasticOperators(
      mesh,
      (domain) => ({
        youngsModulus_Pa: domain >= 0 ? 140 : 2,
        poissonRatio: nu,
      }),
    );
    // In plane strain the strain that is held along the axis adds by Poisson's ratio.
    const stretch = strain * (geometry === "plane" ? 1 + nu : 1);
    const inner = multiply(stiffness, mesh.nodes.map((c) => stretch * c));
    const outer = new Float64Array(mesh.nodes.length);
    mesh.domains.forEach((_, t) => {
      for (let i = 0; i < 6; i++) {
        outer[2 * mesh.triangles[3 * t + (i >> 1)]! + (i & 1)]! +=
          eigenstrainForces[6 * t + i]! * strain;
      }
    });
    const largest = Math.max(...outer.map(Math.abs));
    inner.forEach((f, k) => {
      // Across the axis of symmetry no balance is asked for.
      if (geometry === "axisymmetric" && mesh.nodes[k - k % 2] === 0) return;
      assert.ok(Math.abs(f - outer[k]!) < 1e-12 * largest);
    });
  });
}

Deno.test("massMatrix() gives the volume of a polygon turned about its axis", () => {
  const mesh = meshAt("axisymmetric", 1), mass = massMatrix(mesh);
  const { volumes } = measureTriangles(mesh);
  const expected = volumes.reduce(
    (sum, v, t) => mesh.domains[t]! >= 0 ? sum + v : sum,
    0,
  );
  const sum = mass.values.reduce((total, value) => total + value);
  assert.ok(Math.abs(sum / expected - 1) < 1e-13);
});

Deno.test("measureTriangles() throws if a triangle is clockwise", () => {
  const mesh = meshAt("plane", 0);
  const triangles = mesh.triangles.slice();
  [triangles[0], triangles[1]] = [triangles[1]!, triangles[0]!];
  assert.throws(
    () => measureTriangles({ ...mesh, triangles }),
    /must be counter-clockwise/,
  );
});
