import assert from "node:assert/strict";
import {
  starMeasures,
  starNodeCount,
  starNodes,
  starRadius,
} from "@cathode/geometry/mod.ts";

const resolution = 48;
const nodes = starNodes(resolution);

/** Radii of an ellipsoid whose axes lie along the orthonormal rows of a frame. */
function ellipsoid(axes: number[], frame: number[][]): Float32Array {
  return Float32Array.from({ length: starNodeCount(resolution) }, (_, n) => {
    let inverse = 0;
    for (const [a, row] of frame.entries()) {
      const along = row.reduce((sum, r, k) => sum + r * nodes[3 * n + k]!, 0);
      inverse += (along / axes[a]!) ** 2;
    }
    return 1 / Math.sqrt(inverse);
  });
}

// Turns by 30 degrees about z, then by 45 about x: any frame without symmetry will do.
const [c, s, h] = [Math.cos(Math.PI / 6), 0.5, Math.SQRT1_2];
const frame = [[h, h * s, h * c], [-h, h * s, h * c], [0, c, -s]];

Deno.test("starMeasures() gives volume, area and axes of a prolate spheroid", () => {
  const [a, b] = [6, 4];
  const { volume_um3, area_um2, semiAxes_um, axes, centroid_um } = starMeasures(
    ellipsoid([a, b, b], frame),
    0,
    resolution,
    nodes,
  );
  const e = Math.sqrt(1 - (b / a) ** 2);
  const area = 2 * Math.PI * b * b * (1 + a / (b * e) * Math.asin(e));
  assert.ok(Math.abs(volume_um3 / (4 / 3 * Math.PI * a * b * b) - 1) < 0.002);
  assert.ok(Math.abs(area_um2 / area - 1) < 0.001);
  for (const [k, axis] of [a, b, b].entries()) {
    assert.ok(Math.abs(semiAxes_um[k]! / axis - 1) < 0.002);
  }
  const along = axes[0].reduce((sum, v, k) => sum + v * frame[0]![k]!, 0);
  assert.ok(Math.abs(along) > 0.99999);
  for (const offset of centroid_um) assert.ok(Math.abs(offset) < 1e-3);
});

Deno.test("starMeasures() orders the axes of a general ellipsoid", () => {
  const { semiAxes_um } = starMeasures(
    ellipsoid([3, 5, 4], frame),
    0,
    resolution,
    nodes,
  );
  for (const [k, axis] of [5, 4, 3].entries()) {
    assert.ok(Math.abs(semiAxes_um[k]! / axis - 1) < 0.002);
  }
});

Deno.test("starMeasures() finds the centroid of a ball seen from elsewhere", () => {
  // A ball of radius 3 whose centre lies at d = (0.6, 0, -0.3) from the rays' origin.
  const d = [0.6, 0, -0.3];
  const radii = Float32Array.from(
    { length: starNodeCount(resolution) },
    (_, n) => {
      const along = d.reduce((sum, v, k) => sum + v * nodes[3 * n + k]!, 0);
      return along + Math.sqrt(along ** 2 - 0.45 + 9);
    },
  );
  const { centroid_um } = starMeasures(radii, 0, resolution, nodes);
  for (const [k, offset] of d.entries()) {
    assert.ok(Math.abs(centroid_um[k]! - offset) < 2e-3);
  }
});

Deno.test("starRadius() returns the radius at every node, at any length of the direction", () => {
  const radii = Float32Array.from(
    { length: starNodeCount(8) },
    // Depends on the direction only, so that nodes shared by faces agree.
    (_, n) => {
      const [z, y, x] = starNodes(8).subarray(3 * n, 3 * n + 3);
      return 2 + 0.3 * z! - 0.2 * y! + 0.1 * x!;
    },
  );
  const directions = starNodes(8);
  for (let n = 0; n < radii.length; n++) {
    const [z, y, x] = directions.subarray(3 * n, 3 * n + 3);
    const found = starRadius(radii, 0, 8, 7 * z!, 7 * y!, 7 * x!);
    assert.ok(Math.abs(found - radii[n]!) < 1e-6);
  }
});

Deno.test("starRadius() reads from where the surface starts", () => {
  const two = new Float32Array(2 * starNodeCount(2)).fill(1);
  two.fill(5, starNodeCount(2));
  assert.equal(starRadius(two, starNodeCount(2), 2, 0, 1, 1), 5);
});

Deno.test("starNodes() throws if the resolution is not a positive whole number", () => {
  assert.throws(() => starNodes(0), {
    name: "RangeError",
    message:
      "Cannot place nodes as the resolution must be a positive whole number: current value is 0",
  });
});
