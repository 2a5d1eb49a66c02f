import assert from "node:assert/strict";
import { numbers, Random, type Table } from "@cathode/core/mod.ts";
import {
  type Electrode,
  electrodeParameters,
  synthesizeElectrode,
} from "@cathode/synthetic/mod.ts";

const corner = {
  cycles: 50,
  seed: 7,
  extent_um: [14, 16, 15],
  spacing_um: 0.5,
  band_um: 0,
} as const;

let fineElectrode: Promise<Electrode> | undefined;
/** A strip through the whole electrode at the pixel size of the measured slices. */
function fine(): Promise<Electrode> {
  return fineElectrode ??= synthesizeElectrode({
    cycles: 10,
    seed: 1,
    extent_um: [48, 2.1, 42],
    spacing_um: 0.07,
  });
}

const wideElectrodes = new Map<number, Promise<Electrode>>();
/** Many particles on few voxels: enough for all that the table alone shows. */
function wide(cycles: 10 | 50): Promise<Electrode> {
  const made = wideElectrodes.get(cycles) ?? synthesizeElectrode({
    cycles,
    seed: 2,
    extent_um: [48, 110, 110],
    spacing_um: 1,
  });
  wideElectrodes.set(cycles, made);
  return made;
}

function counts({ labels, cracks, particles }: Electrode) {
  const voxels = new Float64Array(particles.rows + 1);
  const open = new Float64Array(particles.rows + 1);
  for (const [v, label] of labels.data.entries()) {
    voxels[label]! += 1;
    open[label]! += cracks.data[v]!;
  }
  return { voxels, open };
}

Deno.test("synthesizeElectrode() gives the same bytes for 1, 2 and 3 workers", async () => {
  const [one, ...others] = await Promise.all(
    [1, 2, 3].map((workers) => synthesizeElectrode({ ...corner, workers })),
  );
  for (const other of others) {
    assert.ok(equalBytes(one!.volume.data, other.volume.data));
    assert.ok(equalBytes(one!.labels.data, other.labels.data));
    assert.ok(equalBytes(one!.cracks.data, other.cracks.data));
    assert.deepEqual(one!.particles, other.particles);
  }
});

function equalBytes(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((v, i) => v === b[i]);
}

Deno.test("synthesizeElectrode() gives other bytes for another seed and another state", async () => {
  const [a, b, c] = await Promise.all([
    synthesizeElectrode(corner),
    synthesizeElectrode({ ...corner, seed: 8 }),
    synthesizeElectrode({ ...corner, cycles: 10 }),
  ]);
  assert.ok(!equalBytes(a.labels.data, b.labels.data));
  assert.ok(!equalBytes(a.labels.data, c.labels.data));
});

Deno.test("synthesizeElectrode() numbers particles from 1 without gaps, and cracks only particles", async () => {
  for (const electrode of [await wide(10), await wide(50), await fine()]) {
    const { voxels, open } = counts(electrode);
    const { particles, labels } = electrode;
    assert.equal(voxels.length - 1, particles.rows);
    assert.ok(voxels.every((n) => n > 0));
    assert.equal(open[0], 0);
    const voxel_um3 = labels.spacing_um[0] ** 3;
    const share = numbers(particles, "Damage");
    const volume = numbers(particles, "VolumeVoxels");
    for (let n = 0; n < particles.rows; n++) {
      assert.equal(numbers(particles, "label")[n], n + 1);
      assert.equal(share[n], open[n + 1]! / voxels[n + 1]!);
      assert.ok(
        Math.abs(volume[n]! / (voxels[n + 1]! * voxel_um3) - 1) < 1e-12,
      );
    }
  }
});

Deno.test("synthesizeElectrode() opens cracks until the damage is the law's, to one voxel", async () => {
  for (const electrode of [await wide(10), await wide(50), await fine()]) {
    const { voxels, open } = counts(electrode);
    const intended = numbers(electrode.particles, "DamageIntended");
    for (let n = 0; n < intended.length; n++) {
      assert.ok(Math.abs(open[n + 1]! - intended[n]! * voxels[n + 1]!) <= 1);
    }
  }
});

Deno.test("synthesizeElectrode() fills half of the electrode with particles", async () => {
  // Areal fraction of the measured slices inside the electrode: 0.51.
  const { labels } = await wide(10);
  const inside = labels.data.subarray(6 * 110 * 110, 42 * 110 * 110);
  const filled = inside.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0);
  assert.ok(Math.abs(filled / inside.length - 0.51) < 0.04);
});

Deno.test("synthesizeElectrode() flags the particles that touch a face of the volume", async () => {
  const { labels, particles } = await wide(50);
  const border = numbers(particles, "border");
  const touching = new Set<number>();
  for (let z = 0, v = 0; z < 48; z++) {
    for (let y = 0; y < 110; y++) {
      for (let x = 0; x < 110; x++, v++) {
        if (y % 109 === 0 || x % 109 === 0) touching.add(labels.data[v]!);
      }
    }
  }
  for (let n = 0; n < border.length; n++) {
    assert.equal(border[n], touching.has(n + 1) ? 1 : 0);
  }
});

Deno.test("synthesizeElectrode() voxelises the volumes and centroids of its outlines", async () => {
  const { labels, particles } = await synthesizeElectrode({
    cycles: 10,
    seed: 3,
    extent_um: [30, 32, 32],
    spacing_um: 0.4,
    band_um: 0,
  });
  const sums = new Float64Array(4 * (particles.rows + 1));
  const [depth, height, width] = labels.shape;
  for (let z = 0, v = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, v++) {
        const at = 4 * labels.data[v]!;
        sums[at]! += 1;
        sums[at + 1]! += (z + 0.5) * 0.4;
        sums[at + 2]! += (y + 0.5) * 0.4;
        sums[at + 3]! += (x + 0.5) * 0.4;
      }
    }
  }
  let whole = 0;
  for (let n = 0; n < particles.rows; n++) {
    if (numbers(particles, "border")[n] === 1) continue;
    if (numbers(particles, "Volume")[n]! < 100) continue;
    // Outlines that overlap are cut where they touch, by a few per cent at most.
    const at = 4 * (n + 1);
    const ratio = sums[at]! * 0.4 ** 3 / numbers(particles, "Volume")[n]!;
    assert.ok(ratio < 1.02 && ratio > 0.85, `particle ${n + 1}: ${ratio}`);
    for (const [axis, id] of ["Z", "Y", "X"].entries()) {
      const centroid = sums[at + 1 + axis]! / sums[at]!;
      assert.ok(Math.abs(centroid - numbers(particles, id)[n]!) < 0.4);
    }
    whole++;
  }
  assert.ok(whole > 5);
});

Deno.test("synthesizeElectrode() makes the same particles at any voxel size", async () => {
  const coarse = await synthesizeElectrode({ ...corner, spacing_um: 1 });
  const { particles } = await synthesizeElectrode(corner);
  const key = (table: Table, row: number) =>
    ["Z", "Y", "X", "DamageIntended", "Contact", "SurfOuter"].map((id) =>
      numbers(table, id)[row]
    ).join();
  const known = new Set(
    Array.from({ length: particles.rows }, (_, row) => key(particles, row)),
  );
  for (let row = 0; row < coarse.particles.rows; row++) {
    assert.ok(known.has(key(coarse.particles, row)));
  }
});

Deno.test("attributes lie within their bounds and orders", async () => {
  const { particles } = await wide(50);
  const column = (id: string) => numbers(particles, id);
  for (let n = 0; n < particles.rows; n++) {
    assert.ok(column("Sphericity")[n]! > 0.4 && column("Sphericity")[n]! <= 1);
    assert.ok(column("Elongation")[n]! >= 1);
    assert.ok(column("axisMid")[n]! <= column("axisLong")[n]!);
    assert.ok(column("Contact")[n]! >= 0 && column("Contact")[n]! < 1);
    assert.ok(column("OrientIso")[n]! >= 0 && column("OrientIso")[n]! <= 1);
    assert.ok(column("PDensity")[n]! > 0 && column("PDensity")[n]! < 0.74);
    const length = Math.hypot(
      column("axisZ")[n]!,
      column("axisY")[n]!,
      column("axisX")[n]!,
    );
    assert.ok(Math.abs(length - 1) < 1e-12);
    const ratio = column("Volume")[n]! / column("SurfOuter")[n]!;
    assert.ok(Math.abs(column("VSratio")[n]! / ratio - 1) < 1e-12);
    assert.ok(column("RoughOuter")[n]! > 0 && column("RoughOuter")[n]! < 1);
  }
});

Deno.test("damage follows the particle after 10 cycles and the neighbourhood after 50", async () => {
  const rank = async (cycles: 10 | 50) => {
    const { particles } = await wide(cycles);
    const damage = numbers(particles, "Damage");
    return (id: string) => spearman(numbers(particles, id), damage);
  };
  const after10 = await rank(10), after50 = await rank(50);
  assert.ok(after10("Sphericity") < -0.5);
  assert.ok(after10("Elongation") > 0.15 && after10("Volume") > 0.15);
  assert.ok(after10("EDensity") < -0.1 && after10("Z") > 0.1);
  for (const id of ["OrientIso", "ElongStd", "SphericityStd"]) {
    assert.ok(Math.abs(after10(id)) < 0.15, id);
  }
  assert.ok(after50("Contact") > 0.25 && after50("PDensity") > 0.1);
  assert.ok(after50("OrientIso") > 0.1 && after50("ElongStd") > 0.1);
  assert.ok(Math.abs(after50("Sphericity")) < Math.abs(after10("Sphericity")));
});

function spearman(a: Float64Array, b: Float64Array): number {
  const ranks = (values: Float64Array) => {
    const order = Array.from(values.keys()).sort((i, j) =>
      values[i]! - values[j]!
    );
    const rank = new Float64Array(values.length);
    for (const [r, i] of order.entries()) rank[i] = r;
    return rank;
  };
  const n = a.length, ra = ranks(a), rb = ranks(b);
  const squares = ra.reduce((sum, r, i) => sum + (r - rb[i]!) ** 2, 0);
  return 1 - 6 * squares / (n * (n * n - 1));
}

Deno.test("severely damaged particles cluster after 50 cycles and not after 10", async () => {
  for (const cycles of [10, 50] as const) {
    const { particles } = await wide(cycles);
    const { severe } = electrodeParameters.damage;
    const damage = numbers(particles, "DamageIntended");
    const chosen = Array.from(damage.keys()).filter((n) =>
      damage[n]! >= severe
    );
    const observed = nearestDistance(particles, chosen);
    // Random labelling: the same number of any particles.
    const random = new Random(1, "labelling"), rounds = 199;
    let closer = 1;
    for (let r = 0; r < rounds; r++) {
      const drawn = Array.from(
        random.permutation(particles.rows).subarray(0, chosen.length),
      );
      if (nearestDistance(particles, drawn) <= observed) closer++;
    }
    const p = closer / (rounds + 1);
    assert.ok(cycles === 50 ? p <= 0.01 : p > 0.05, `${cycles} cycles: ${p}`);
  }
});

/** Mean distance to the nearest other of some particles. */
function nearestDistance(particles: Table, rows: number[]): number {
  const [z, y, x] = ["Z", "Y", "X"].map((id) => numbers(particles, id));
  const nearest = rows.map((i) =>
    Math.min(
      ...rows.filter((j) => j !== i).map((j) =>
        Math.hypot(z![i]! - z![j]!, y![i]! - y![j]!, x![i]! - x![j]!)
      ),
    )
  );
  return nearest.reduce((a, b) => a + b, 0) / nearest.length;
}

Deno.test("severely damaged particles are rare after 10 cycles and common after 50", async () => {
  const share = async (cycles: 10 | 50) => {
    const { particles } = await wide(cycles);
    const severe = numbers(particles, "severe");
    return severe.reduce((a, b) => a + b, 0) / severe.length;
  };
  assert.ok(await share(10) < 0.05);
  assert.ok(await share(50) > 0.1 && await share(50) < 0.25);
});

Deno.test("mean damage is that of the law", async () => {
  for (const [cycles, mean] of [[10, 0.09], [50, 0.13]] as const) {
    const damage = numbers((await wide(cycles)).particles, "DamageIntended");
    const found = damage.reduce((a, b) => a + b, 0) / damage.length;
    assert.ok(Math.abs(found - mean) < 0.012, `${found}`);
  }
});

// Measured on holotomography slices with 70 nm pixels (Li et al. 2022, doi:10.5281/zenodo.5888945):
// mean and standard deviation of grey levels in filled particles, solid, matrix and bands.
Deno.test("grey levels at 70 nm spread as in the measured slices", async () => {
  const { volume, labels, cracks } = await fine();
  const [, height, width] = labels.shape;
  const levels: Record<string, number[]> = {
    filled: [],
    solid: [],
    matrix: [],
    top: [],
    bottom: [],
  };
  // Particles were measured from 2 pixels inside their edge, the solid well away from edges.
  const axes = [1, width, height * width];
  const near = axes.flatMap((step) => [-2 * step, 2 * step]);
  const around = axes.flatMap((step) => [-5 * step, 5 * step]);
  for (const [v, level] of volume.data.entries()) {
    const z = Math.floor(v / (height * width)) * 0.07;
    const label = labels.data[v]!;
    const solid = (i: number) =>
      labels.data[i] === label && cracks.data[i] === 0;
    const filled = near.every((step) => labels.data[v + step] === label);
    if (label > 0 && filled) levels.filled!.push(level);
    if (label === 0 && z > 8 && z < 40) levels.matrix!.push(level);
    if (label > 0 && solid(v) && around.every((step) => solid(v + step))) {
      levels.solid!.push(level);
    }
    if (z < 3) levels.top!.push(level);
    if (z > 45) levels.bottom!.push(level);
  }
  // Shading moves the mean of so narrow a strip by a few grey levels.
  const expected: [string, number, number, number][] = [
    ["solid", 185, 14.4, 4],
    ["filled", 174.5, 25, 5],
    ["matrix", 90.8, 24.5, 4],
    ["top", 108, 13, 6],
    ["bottom", 87.5, 8.4, 6],
  ];
  for (const [name, mean, sd, tolerance] of expected) {
    const found = moments(levels[name]!);
    assert.ok(
      Math.abs(found.mean - mean) < tolerance && Math.abs(found.sd - sd) < 5,
      `${name}: ${found.mean} +- ${found.sd}`,
    );
  }
});

function moments(values: number[]): { mean: number; sd: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / values.length) };
}

Deno.test("noise at 70 nm is correlated over a few pixels, farther along x than along z", async () => {
  // Measured in a band at lag 3: 0.38 down and 0.52 across; at lag 1 0.85 and 0.90.
  const { volume } = await fine();
  const [, height, width] = volume.shape;
  const along = (step: number) => {
    const pairs: [number, number][] = [];
    for (let z = 640; z < 680; z++) {
      for (let x = 0; x < width - 10; x++) {
        const v = (z * height + 15) * width + x;
        pairs.push([volume.data[v]!, volume.data[v + step]!]);
      }
    }
    const a = moments(pairs.map((p) => p[0])),
      b = moments(pairs.map((p) => p[1]));
    const product = pairs.reduce(
      (s, [p, q]) => s + (p - a.mean) * (q - b.mean),
      0,
    );
    return product / pairs.length / (a.sd * b.sd);
  };
  const down = height * width;
  assert.ok(
    Math.abs(along(1) - 0.9) < 0.1 && Math.abs(along(down) - 0.85) < 0.1,
  );
  assert.ok(Math.abs(along(3) - 0.52) < 0.2);
  assert.ok(Math.abs(along(3 * down) - 0.38) < 0.2);
  assert.ok(along(3) > along(3 * down));
});

Deno.test("appearance changes the image and nothing else", async () => {
  const plain = await synthesizeElectrode(corner);
  const faint = await synthesizeElectrode({
    ...corner,
    appearance: { gain: 0.5, noise: 0 },
  });
  assert.ok(equalBytes(plain.labels.data, faint.labels.data));
  assert.ok(equalBytes(plain.cracks.data, faint.cracks.data));
  const spread = (e: Electrode) => moments(Array.from(e.volume.data)).sd;
  assert.ok(Math.abs(spread(faint) / spread(plain) - 0.5) < 0.05);
});

Deno.test("synthesizeElectrode() throws if a parameter is out of range", async () => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ cycles: 20 }, "its cycles must be 10 or 50: current value is 20"],
    [
      { size: "huge" },
      "its size must be small or paper: current value is huge",
    ],
    [
      { spacing_um: 0 },
      "its voxels must be above 0 and at most 2 um: current value is 0",
    ],
    [
      { extent_um: [1, 20, NaN] },
      "its extent must be three lengths from 4 voxels to 2000 um: current value is [1, 20, NaN]",
    ],
    [
      { band_um: 4 },
      "its bands must be 0 or leave at least 20 um between them: current value is 4",
    ],
    [
      { appearance: { gamma: 0 } },
      "its gamma must be above 0 and at most 10: current value is 0",
    ],
    [
      { appearance: { noise: -1 } },
      "its noise must be at least 0 and at most 10: current value is -1",
    ],
  ];
  for (const [change, rule] of wrong) {
    await assert.rejects(synthesizeElectrode({ ...corner, ...change }), {
      name: "RangeError",
      message: `Cannot make an electrode as ${rule}`,
    });
  }
  await assert.rejects(
    synthesizeElectrode({ ...corner, seed: 1.5 }),
    /the seed must be a whole number/,
  );
});
