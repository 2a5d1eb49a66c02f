import assert from "node:assert/strict";
import { numbers, WorkerPool } from "@cathode/core/mod.ts";
import { starNodeCount, starNodes } from "@cathode/geometry/mod.ts";
import {
  actingAttributes,
  particleAttributes,
} from "@cathode/synthetic/electrode_attributes.ts";
import {
  outlineResolution,
  type Particles,
} from "@cathode/synthetic/electrode_particles.ts";

const pitch_um = 7.5, radius_um = 3, perEdge = 7;
const nodeCount = starNodeCount(outlineResolution);
const middle = (perEdge ** 3 - 1) / 2;

/** A cubic lattice of balls, the one in the middle with another outline. */
function lattice(outline: (z: number, y: number, x: number) => number) {
  const count = perEdge ** 3, nodes = starNodes(outlineResolution);
  const centres = Float64Array.from({ length: 3 * count }, (_, i) => {
    const index = Math.floor(i / 3) / perEdge ** (2 - i % 3);
    return pitch_um * (Math.floor(index) % perEdge + 0.5);
  });
  const outlines = new Float32Array(count * nodeCount).fill(radius_um);
  for (let n = 0; n < nodeCount; n++) {
    outlines[middle * nodeCount + n] = outline(
      nodes[3 * n]!,
      nodes[3 * n + 1]!,
      nodes[3 * n + 2]!,
    );
  }
  const each = (value: number) => new Float64Array(count).fill(value);
  const particles: Particles = {
    count,
    slab_um: [0, perEdge * pitch_um],
    centre_um: centres,
    radius_um: each(radius_um),
    reach_um: each(radius_um + 1),
    outline_um: outlines,
    roughness_um: each(0.1),
    area_um2: each(4 * Math.PI * radius_um ** 2),
    centroid_um: centres,
    semiAxes_um: new Float64Array(3 * count).fill(radius_um),
    longAxis: new Float64Array(3 * count).map((_, i) => i % 3 === 0 ? 1 : 0),
    greyLevel: each(185),
    texture: each(18),
  };
  return particles;
}

async function attributesOf(particles: Particles) {
  using pool = new WorkerPool(2);
  return await particleAttributes(particles, pool, () => {});
}

Deno.test("particleAttributes() gives balls on a lattice their density, distances and shape", async () => {
  const table = await attributesOf(lattice(() => radius_um));
  const of = (id: string) => numbers(table, id)[middle]!;
  const ball = 4 / 3 * Math.PI * radius_um ** 3;
  // Four periods are the cube.
  assert.ok(Math.abs(of("PDensity") / (ball / pitch_um ** 3) - 1) < 0.01);
  // At the separator half of the cube has nothing to hold.
  const top = numbers(table, "PDensity")[(perEdge ** 2 - 1) / 2]!;
  assert.ok(Math.abs(top / (ball / pitch_um ** 3) - 1) < 0.1, `${top}`);
  assert.equal(of("DisNearest"), pitch_um);
  assert.ok(Math.abs(of("VSratio") - radius_um / 3) < 1e-12);
  assert.ok(Math.abs(of("Sphericity") - 1) < 1e-12);
  assert.ok(of("RoughOuter") < 1e-6 && of("Contact") === 0);
  assert.equal(of("OrientIso").toFixed(9), (0).toFixed(9));
});

Deno.test("particleAttributes() counts as roughness what spherical harmonics up to order 6 leave", async () => {
  // Legendre polynomials of degrees 2 and 8; that of 8 has the mean square 1 / 17.
  const p2 = (t: number) => (3 * t * t - 1) / 2;
  const p8 = (t: number) =>
    (6435 * t ** 8 - 12012 * t ** 6 + 6930 * t ** 4 - 1260 * t ** 2 + 35) / 128;
  const table = await attributesOf(
    lattice((z, y, x) => {
      const t = 0.36 * z + 0.48 * y + 0.8 * x;
      return radius_um + 0.3 * p2(t) + 0.2 * p8(t);
    }),
  );
  const rough = numbers(table, "RoughOuter")[middle]!;
  assert.ok(Math.abs(rough / (0.2 / Math.sqrt(17)) - 1) < 0.02, `${rough}`);
});

Deno.test("actingAttributes() takes the published ratio, the grains and the ball in place of the registry's definitions", async () => {
  const particles = lattice(() => radius_um);
  const table = await attributesOf(particles);
  const acting = actingAttributes(particles, table);
  const of = (id: string) => numbers(acting, id)[middle]!;
  // The published relation: VSratio^6 = sphericity^3 / (36 pi).
  assert.ok(Math.abs(of("VSratio") ** 6 * 36 * Math.PI - 1) < 1e-12);
  assert.equal(of("RoughOuter"), 0.1);
  // Lattice points within 12 um of the centre lie wholly in the ball of 15 um; farther ones are cut.
  assert.ok(of("PDensity") > 0.2 && of("PDensity") < 0.35);
  assert.deepEqual(numbers(acting, "Volume"), numbers(table, "Volume"));
});
