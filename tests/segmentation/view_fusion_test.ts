import assert from "node:assert/strict";
import {
  createSlice,
  createVolume,
  cutBox,
  type Labels,
  onGridOf,
  Random,
  type Slice,
  sliceOf,
  sourceOf,
  type Volume,
} from "@cathode/core/mod.ts";
import {
  ballVoxels,
  brighterThan,
  distanceTransform,
  gaussianFilter,
  labelStatistics,
  relabel,
} from "@cathode/image/mod.ts";
import {
  clusterCentres,
  fuseProbabilities,
  fuseViews,
  matching,
  publishedFusion,
  segmentVolume,
  viewMethod,
  type Views,
} from "@cathode/segmentation/mod.ts";
import { synthesizeElectrode } from "@cathode/synthetic/mod.ts";

const spacing_um = 0.35;
const { volume, labels } = await synthesizeElectrode({
  cycles: 10,
  seed: 51,
  extent_um: [28, 42, 56],
  spacing_um,
  band_um: 0,
});
const distances = await perfectViews(labels);
const views = await blurred(
  distances.map((view, axis) => shares(view, labels, axis)) as unknown as Views,
);
const solid = createVolume(
  Uint8Array.from(labels.data, (label) => label === 0 ? 0 : 1),
  labels.shape,
  labels.spacing_um,
);
const truth = large(labels);

/** Particles of at least 3 um; the frame leaves smaller pieces of some. */
function large(all: Labels): Labels {
  const { label, count } = labelStatistics(all), least = ballVoxels(all, 3);
  const kept = new Set(label.filter((_, i) => count[i]! >= least));
  return relabel(all, (value) => kept.has(value)).labels;
}

/** For each view the distance of each voxel to the edge of its section, as a network without errors gives it. */
async function perfectViews(all: Labels): Promise<Views> {
  const made = [];
  for (const axis of ["z", "y", "x"] as const) {
    const view = onGridOf(all, new Float32Array(all.data.length));
    const length = all.shape[["z", "y", "x"].indexOf(axis)]!;
    for (let i = 0; i < length; i++) {
      const section = sliceOf(all, axis, i), inside = interior(section);
      const { data } = await distanceTransform(inside, { workers: 1 });
      put(view, axis, i, data.map((d) => d === Infinity ? 0 : d));
    }
    made.push(view);
  }
  return made as unknown as Views;
}

/** Pixels of a label all of whose neighbours have the same one. */
function interior({ data, shape, spacing_um }: Slice<Uint32Array>) {
  const [height, width] = shape;
  const at = (y: number, x: number) =>
    data[
      Math.min(height - 1, Math.max(0, y)) * width +
      Math.min(width - 1, Math.max(0, x))
    ];
  const inside = Uint8Array.from(data, (label, i) => {
    const x = i % width, y = (i - x) / width;
    const alone = [at(y - 1, x), at(y + 1, x), at(y, x - 1), at(y, x + 1)]
      .some((other) => other !== label);
    return label === 0 || alone ? 0 : 1;
  });
  return createSlice(inside, shape, spacing_um);
}

function put(
  view: Volume<Float32Array>,
  axis: "z" | "y" | "x",
  index: number,
  values: Float32Array,
) {
  const [depth, height, width] = view.shape;
  const [rows, columns] = {
    z: [height, width],
    y: [depth, width],
    x: [depth, height],
  }[axis] as [number, number];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [z, y, x] = {
        z: [index, r, c],
        y: [r, index, c],
        x: [r, c, index],
      }[
        axis
      ] as [number, number, number];
      view.data[(z * height + y) * width + x] = values[r * columns + c]!;
    }
  }
}

/** Distances as shares of the largest one in the section of each particle: what the network learns. */
function shares(view: Volume<Float32Array>, labels: Labels, axisIndex: number) {
  const [, height, width] = view.shape;
  const deepest = new Map<string, number>();
  const keyOf = (i: number) => {
    const x = i % width, y = Math.floor(i / width) % height;
    const z = Math.floor(i / width / height);
    return `${labels.data[i]} ${[z, y, x][axisIndex]}`;
  };
  view.data.forEach((d, i) => {
    if (d > 0) deepest.set(keyOf(i), Math.max(d, deepest.get(keyOf(i)) ?? 0));
  });
  return onGridOf(
    view,
    view.data.map((d, i) => d > 0 ? d / deepest.get(keyOf(i))! : 0),
  );
}

/** Probabilities as a network gives them: smooth, and a little wrong. */
async function blurred(perfect: Views): Promise<Views> {
  const random = new Random(7, "views");
  const made = [];
  for (const view of perfect) {
    const noisy = view.data.map((p) =>
      Math.min(1, Math.max(0, p + 0.15 * random.normal()))
    );
    made.push(await gaussianFilter(onGridOf(view, noisy), 0.3));
  }
  return made as unknown as Views;
}

Deno.test("fuseViews() finds particles that touch", async () => {
  const found = await fuseViews(views, solid);
  // Against all particles, as one that is a little too small for the truth may be found a little larger.
  assert.ok(matching(truth, found.labels, 0.5).recall >= 0.97);
  assert.ok(matching(labels, large(found.labels), 0.5).precision >= 0.97);
  // Each marker lies in its own particle.
  const { label } = labelStatistics(found.labels);
  for (const value of label) {
    assert.equal(found.labels.data[found.marker[value]!], value);
  }
});

Deno.test("fuseViews() tells balls apart that lie one above the other, which one view cannot", async () => {
  // Two balls of radius 4 um whose centres are 5.25 um apart along z.
  const side = 31, depth = 45, spacing = [0.35, 0.35, 0.35] as const;
  const balls = createVolume(
    Uint32Array.from({ length: depth * side * side }, (_, i) => {
      const x = i % side, y = Math.floor(i / side) % side;
      const z = Math.floor(i / side / side);
      const ball = z < 22 ? 1 : 2, centre = ball === 1 ? 14 : 29;
      const r = Math.hypot(x - 15, y - 15, z - centre) * 0.35;
      return r < 4 ? ball : 0;
    }),
    [depth, side, side],
    spacing,
  );
  const mask = onGridOf(balls, Uint8Array.from(balls.data, (b) => b ? 1 : 0));
  const [z, y, x] = (await perfectViews(balls)).map((view, axis) =>
    shares(view, balls, axis)
  ) as unknown as Views;
  const count = async (views: Views) =>
    labelStatistics((await fuseViews(views, mask)).labels).label.length;
  assert.equal(await count([z, z, z]), 1);
  assert.equal(await count([z, y, x]), 2);
});

Deno.test("fuseViews() beats the published fusion", async () => {
  const published = publishedFusion(distances, solid);
  const { f1 } = matching(truth, large(published), 0.5);
  const fused = large((await fuseViews(views, solid)).labels);
  assert.ok(f1 < matching(truth, fused, 0.5).f1);
  assert.ok(f1 > 0.3, `F1 ${f1}`);
});

Deno.test("viewMethod() in blocks gives what the whole gives", async () => {
  const zoom = (part: Volume<Float32Array>) =>
    // Bright is likely: crude, but it depends on nothing beyond the voxel.
    onGridOf(part, part.data.map((g) => Math.min(1, Math.max(0, g / 255))));
  const method = viewMethod({
    name: "test",
    spacing_um,
    reach_um: 0,
    settings: {},
    views: async (grey) => {
      const p = await gaussianFilter(zoom(grey), 1);
      return [p, p, p];
    },
  }, { rise: 0.02 });
  const source = sourceOf(
    cutBox(volume, { from: [0, 0, 0], to: [48, 64, 160] }),
  );
  const whole = await segmentVolume(source, method);
  const two = await segmentVolume(source, method, { blocks: 3 });
  assert.ok(whole.count > 5);
  assert.deepEqual(two.labels.data, whole.labels.data);
});

Deno.test("fuseProbabilities() is the geometric mean, 0 where a view is", () => {
  const view = (...p: number[]) =>
    createVolume(Float32Array.from(p), [1, 1, 3], [1, 1, 1]);
  const { data } = fuseProbabilities([
    view(1, 0.8, 0.125),
    view(1, 0, 1),
    view(1, 1, 1),
  ]);
  assert.deepEqual([...data], [1, 0, 0.5]);
  assert.throws(
    () => fuseProbabilities([view(1, 1, 1), view(1, 1, 1), views[0]]),
    RangeError,
  );
});

Deno.test("publishedFusion() takes components of the highest two clusters", () => {
  // The flood from 12 reaches what lies between two particles before that from 9.
  // Sums 0, 3, 6, 9, 12 in equal numbers are their own clusters; 9 and 12 are middles.
  const row = [0, 9, 12, 9, 6, 12, 3, 0, 6, 3].map((sum) => sum / 3);
  const view = createVolume(Float32Array.from(row), [1, 1, 10], [1, 1, 1]);
  const solid = brighterThan(view, 0);
  assert.deepEqual([...publishedFusion([view, view, view]).data], [
    ...[0, 1, 1, 1, 0, 2, 0, 0, 0, 0],
  ]);
  assert.deepEqual([...publishedFusion([view, view, view], solid).data], [
    ...[0, 1, 1, 1, 2, 2, 2, 0, 0, 0],
  ]);
});

Deno.test("clusterCentres() finds groups and refuses more clusters than numbers", () => {
  const random = new Random(3, "clusters");
  const groups = [0, 10, 25, 50, 90];
  const values = Float32Array.from(
    { length: 5000 },
    (_, i) => groups[i % 5]! + random.normal(),
  );
  clusterCentres(values, 5).forEach((centre, i) =>
    assert.ok(Math.abs(centre - groups[i]!) < 0.15)
  );
  assert.throws(() => clusterCentres(Float32Array.of(1, 1, 2), 3), {
    name: "RangeError",
    message: /from 1 to 2 clusters.*current value is 3/,
  });
});
