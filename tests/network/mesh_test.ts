import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Geometry,
  type Layout,
  measuredCoverage,
  measureTriangles,
  type Mesh,
  meshParticles,
  nodesOnWall,
} from "@cathode/network/mod.ts";

const resolution = { edgesPerCircle: 40, farSize_m: 1e-6 };

function layout(
  coverages: readonly number[],
  geometry: Geometry = "axisymmetric",
): Layout {
  return {
    geometry,
    pitch_m: 12e-6,
    width_m: geometry === "plane" ? 13e-6 : 7e-6,
    particles: coverages.map((coverage) => ({ radius_m: 5e-6, coverage })),
  };
}

/** Each edge of each side of the interface once or twice, and what is met once. */
function assertConforming(mesh: Mesh): void {
  const uses = new Map<string, number>();
  for (let e = 0; e < mesh.triangles.length; e++) {
    const a = mesh.triangles[e]!;
    const b = mesh.triangles[e % 3 === 2 ? e - 2 : e + 1]!;
    const key = `${Math.min(a, b)},${Math.max(a, b)}`;
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const onInterface = new Set([
    ...mesh.interface.particleNodes,
    ...mesh.interface.binderNodes,
  ]);
  const walls = (["left", "right", "bottom", "top"] as const)
    .map((wall) => new Set(nodesOnWall(mesh, wall)));
  for (const [key, count] of uses) {
    const [a, b] = key.split(",").map(Number);
    const isBorder = onInterface.has(a!) && onInterface.has(b!) ||
      walls.some((wall) => wall.has(a!) && wall.has(b!));
    assert.ok(count === 2 || count === 1 && isBorder, `edge ${key}: ${count}`);
  }
}

function smallestAngle(mesh: Mesh): number {
  let smallest = Infinity;
  for (let t = 0; t < mesh.domains.length; t++) {
    const at = [0, 1, 2].map((c) => 2 * mesh.triangles[3 * t + c]!);
    for (let c = 0; c < 3; c++) {
      const [a, b, d] = [at[c]!, at[(c + 1) % 3]!, at[(c + 2) % 3]!];
      const turn = [b, d].map((k) =>
        Math.atan2(
          mesh.nodes[k + 1]! - mesh.nodes[a + 1]!,
          mesh.nodes[k]! - mesh.nodes[a]!,
        )
      );
      const angle = Math.abs(turn[1]! - turn[0]!);
      smallest = Math.min(smallest, angle, 2 * Math.PI - angle);
    }
  }
  return smallest * 180 / Math.PI;
}

Deno.test("meshParticles() gives conforming meshes with the coverage asked for", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Geometry>("plane", "axisymmetric"),
      fc.array(
        fc.oneof(
          fc.constantFrom(0, 1),
          fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      fc.constantFrom(36, 40, 52),
      (geometry, coverages, edgesPerCircle) => {
        const mesh = meshParticles(layout(coverages, geometry), {
          edgesPerCircle,
          farSize_m: 1e-6,
        });
        assertConforming(mesh);
        const { volumes } = measureTriangles(mesh);
        const total = volumes.reduce((sum, v) => sum + v);
        const [x, y] = mesh.size_m;
        const expected = geometry === "plane" ? x * y : Math.PI * x * x * y;
        assert.ok(Math.abs(total / expected - 1) < 1e-12);
        measuredCoverage(mesh).forEach((measured, k) => {
          // Only the polygon in place of the circle makes a difference.
          assert.ok(Math.abs(measured - coverages[k]!) < 2e-3);
        });
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("meshParticles() has well-shaped triangles in the cases of the project", () => {
  assert.ok(
    smallestAngle(meshParticles(layout([0.85, 0.5, 0.15]), resolution)) > 20,
  );
  assert.ok(
    smallestAngle(
      meshParticles(layout([0.85, 0.5, 0.15], "plane"), resolution),
    ) > 10,
  );
});

Deno.test("meshParticles() approaches the surface and volume of spheres", () => {
  const mesh = meshParticles(layout([0.5]), {
    edgesPerCircle: 160,
    farSize_m: 1e-6,
  });
  const { volumes } = measureTriangles(mesh);
  const inside = volumes.reduce(
    (sum, v, t) => mesh.domains[t] === 0 ? sum + v : sum,
    0,
  );
  const area = mesh.interface.areas.reduce((sum, a) => sum + a);
  assert.ok(Math.abs(inside / (4 / 3 * Math.PI * 5e-6 ** 3) - 1) < 1e-3);
  assert.ok(Math.abs(area / (4 * Math.PI * 5e-6 ** 2) - 1) < 1e-3);
});

Deno.test("meshParticles() has the mirror symmetry of the layout", () => {
  const mesh = meshParticles(layout([0.7, 0.2, 0.7], "plane"), resolution);
  const [x] = mesh.size_m;
  const key = (px: number, py: number) =>
    `${Math.round(px * 1e14)},${Math.round(py * 1e14)}`;
  const places = new Set<string>();
  for (let k = 0; k < mesh.nodes.length; k += 2) {
    places.add(key(mesh.nodes[k]!, mesh.nodes[k + 1]!));
  }
  const centre = (t: number, mirrored: boolean) => {
    const at = [0, 1, 2].map((c) => 2 * mesh.triangles[3 * t + c]!);
    const px = at.reduce((sum, k) => sum + mesh.nodes[k]!, 0) / 3;
    const py = at.reduce((sum, k) => sum + mesh.nodes[k + 1]!, 0) / 3;
    return `${Math.round((mirrored ? x - px : px) * 1e12)},${
      Math.round(py * 1e12)
    }`;
  };
  const triangles = new Set<string>();
  for (let t = 0; t < mesh.domains.length; t++) triangles.add(centre(t, false));
  for (let k = 0; k < mesh.nodes.length; k += 2) {
    assert.ok(places.has(key(x - mesh.nodes[k]!, mesh.nodes[k + 1]!)));
  }
  let missing = 0;
  for (let t = 0; t < mesh.domains.length; t++) {
    if (!triangles.has(centre(t, true))) missing++;
  }
  // Rounding to the grid of keys may part a few.
  assert.ok(
    missing < 0.02 * mesh.domains.length,
    `${missing} without mirror image`,
  );
});

Deno.test("meshParticles() throws if particles overlap, and names them", () => {
  assert.throws(
    () => meshParticles({ ...layout([0.5, 0.5]), pitch_m: 9e-6 }, resolution),
    {
      name: "RangeError",
      message:
        "Cannot mesh the particles as particle 1 and particle 2 must not overlap: their centres are 0.000009 m apart: current value is a sum of radii of 0.00001 m",
    },
  );
});

Deno.test("meshParticles() throws if a coverage is outside 0 to 1, and names the particle", () => {
  assert.throws(() => meshParticles(layout([0.5, 1.2]), resolution), {
    name: "RangeError",
    message:
      "Cannot mesh the particles as the coverage of particle 2 must be from 0 to 1: current value is 1.2",
  });
});

Deno.test("meshParticles() throws if a particle comes too close to a wall, has no size or there is none", () => {
  assert.throws(
    () => meshParticles({ ...layout([0.5]), width_m: 5.1e-6 }, resolution),
    /particle 1 must be at least one edge/,
  );
  assert.throws(
    () =>
      meshParticles(
        { ...layout([]), particles: [{ radius_m: -1, coverage: 0.5 }] },
        resolution,
      ),
    /the radius of particle 1 must be positive: current value is -1/,
  );
  assert.throws(() => meshParticles(layout([]), resolution), /at least one/);
  assert.throws(
    () => meshParticles(layout([0.5]), { edgesPerCircle: 17, farSize_m: 1e-6 }),
    /edgesPerCircle must be an even whole number of 16 or more: current value is 17/,
  );
});
