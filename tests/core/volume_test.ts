import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertSameGrid,
  createSlice,
  createVolume,
  gridOf,
  isVolume,
  onGridOf,
  sliceOf,
  type ZYX,
} from "@cathode/core/mod.ts";

const shapes = fc.tuple(
  ...[0, 1, 2].map(() => fc.integer({ min: 1, max: 5 })),
) as fc.Arbitrary<[number, number, number]>;

function counted(shape: ZYX) {
  const data = Float32Array.from(
    { length: shape[0] * shape[1] * shape[2] },
    (_, i) => i,
  );
  return createVolume(data, shape, [0.3, 0.2, 0.1]);
}

Deno.test("createVolume() keeps the values without a copy", () => {
  const data = Uint8Array.of(1, 2);
  assert.equal(createVolume(data, [1, 1, 2], [1, 1, 1]).data, data);
});

for (
  const [what, make, message] of [
    [
      "a length is not a positive whole number",
      () => createVolume(new Uint8Array(0), [0, 1, 1], [1, 1, 1]),
      /shape must be 3 positive whole numbers: current value is \[0, 1, 1\]$/,
    ],
    [
      "a spacing is zero",
      () => createVolume(new Uint8Array(1), [1, 1, 1], [1, 0, 1]),
      /spacing must be 3 positive numbers in micrometres: current value is \[1, 0, 1\]$/,
    ],
    [
      "a spacing is not finite",
      () => createSlice(new Uint8Array(1), [1, 1], [NaN, 1]),
      /spacing must be 2 positive numbers/,
    ],
    [
      "values are missing",
      () => createVolume(new Uint8Array(5), [1, 2, 3], [1, 1, 1]),
      /^Cannot create a volume of shape \[1, 2, 3\] as it must have 6 values: current value is 5$/,
    ],
    [
      "a slice is given three axes",
      () =>
        createSlice(
          new Uint8Array(1),
          [1, 1, 1] as unknown as [number, number],
          [1, 1],
        ),
      /^Cannot create a slice as its shape must be 2/,
    ],
  ] as const
) {
  Deno.test(`createVolume() and createSlice() throw if ${what}`, () => {
    assert.throws(make, { name: "RangeError", message });
  });
}

Deno.test("gridOf() takes a slice as one layer", () => {
  const slice = createSlice(new Uint8Array(6), [2, 3], [0.2, 0.1]);
  assert.deepEqual(gridOf(slice), {
    depth: 1,
    height: 2,
    width: 3,
    size: 6,
    spacing_um: [1, 0.2, 0.1],
  });
  assert.deepEqual(gridOf(counted([2, 3, 4])), {
    depth: 2,
    height: 3,
    width: 4,
    size: 24,
    spacing_um: [0.3, 0.2, 0.1],
  });
  assert.ok(!isVolume(slice));
  assert.ok(isVolume(counted([1, 1, 1])));
});

Deno.test("onGridOf() keeps shape and spacing", () => {
  const volume = counted([1, 2, 2]);
  const mask = onGridOf(volume, new Uint8Array(4));
  assert.deepEqual([mask.shape, mask.spacing_um], [
    volume.shape,
    volume.spacing_um,
  ]);
  assert.throws(() => onGridOf(volume, new Uint8Array(3)), {
    name: "RangeError",
    message:
      "Cannot put values on the grid as there must be 4: current value is 3",
  });
});

Deno.test("sliceOf() gives the voxels with that index along the axis", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.constantFrom("z", "y", "x"),
      fc.nat(),
      (shape, axis, n) => {
        const volume = counted(shape);
        const across = { z: 0, y: 1, x: 2 }[axis];
        const index = n % shape[across]!;
        const slice = sliceOf(volume, axis, index);
        const rest = [0, 1, 2].filter((a) => a !== across);
        assert.deepEqual(
          slice.shape,
          rest.map((a) => shape[a]),
        );
        assert.deepEqual(
          slice.spacing_um,
          rest.map((a) => volume.spacing_um[a]),
        );
        for (let row = 0; row < slice.shape[0]; row++) {
          for (let column = 0; column < slice.shape[1]; column++) {
            const place = {
              z: [index, row, column],
              y: [row, index, column],
              x: [row, column, index],
            }[axis];
            const [z, y, x] = place as [number, number, number];
            assert.equal(
              slice.data[row * slice.shape[1] + column],
              (z * shape[1] + y) * shape[2] + x,
            );
          }
        }
      },
    ),
  );
});

Deno.test("sliceOf() copies", () => {
  const volume = counted([2, 2, 2]);
  for (const axis of ["z", "y", "x"] as const) {
    sliceOf(volume, axis, 0).data.fill(99);
  }
  assert.deepEqual(volume, counted([2, 2, 2]));
});

Deno.test("sliceOf() throws if the index is outside the volume", () => {
  for (const index of [-1, 3, 0.5, NaN]) {
    assert.throws(() => sliceOf(counted([2, 3, 4]), "y", index), {
      name: "RangeError",
      message:
        `Cannot cut a slice as its index along y must be a whole number from 0 to 2: current value is ${index}`,
    });
  }
});

Deno.test("assertSameGrid() throws if shapes or spacings differ", () => {
  const a = counted([2, 2, 2]), names = ["the labels", "the volume"] as const;
  assert.throws(() => assertSameGrid(counted([2, 2, 3]), a, names), {
    name: "RangeError",
    message:
      "Cannot use the labels with the volume as their shapes must be the same: current values are [2, 2, 3] and [2, 2, 2]",
  });
  const coarse = { ...a, spacing_um: [0.3, 0.2, 0.11] as const };
  assert.throws(
    () => assertSameGrid(a, coarse, names),
    /spacings must be the same: .* and \[0\.3, 0\.2, 0\.11\] um$/,
  );
});

Deno.test("assertSameGrid() allows the rounding of single precision", () => {
  const a = counted([2, 2, 2]);
  const [z, y, x] = a.spacing_um;
  assertSameGrid(a, {
    ...a,
    spacing_um: [Math.fround(z), Math.fround(y), Math.fround(x)],
  }, ["a", "b"]);
});
