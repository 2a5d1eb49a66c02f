import assert from "node:assert/strict";
import {
  createSlice,
  createTable,
  numbers,
  type Table,
} from "@cathode/core/mod.ts";
import {
  findSteps,
  measureParticle,
  particleRows,
  sphereVolumeErrors,
  titrationSteps,
  traceOf,
} from "@cathode/pitt/mod.ts";
import {
  synthesizeParticles,
  synthesizeRecord,
} from "@cathode/synthetic/mod.ts";

const [particle] = synthesizeParticles("cracked", 1);
const made = synthesizeRecord(particle!, 1);
const record = createTable([
  { id: "t", unit: "s", values: made.time_s },
  { id: "I", unit: "A", values: made.current_A },
  { id: "V", unit: "V", values: made.voltage_V },
  { id: "step", unit: "", values: made.sequence },
]);

function without(id: string): Table {
  return createTable(record.columns.filter((column) => column.id !== id));
}

Deno.test("findSteps() names galvanostatic steps, rests and potential steps", () => {
  const sequence = findSteps(record).map(({ technique }) => technique);
  const titration = ["galvanostatic", "rest", "potential step"];
  assert.deepEqual(sequence, [
    "galvanostatic",
    "galvanostatic",
    "galvanostatic",
    ...Array(6).fill(titration).flat(),
  ]);
});

Deno.test("titrationSteps() finds each step with its rest, height and trace", () => {
  const steps = titrationSteps(record);
  assert.equal(steps.length, 6);
  for (const [i, { rest_V, step_V, trace }] of steps.entries()) {
    const truth = made.steps[i]!;
    assert.ok(Math.abs(rest_V - truth.voltage_V) < 1e-3);
    assert.ok(Math.abs(step_V + 0.015) < 1e-4);
    assert.equal(trace.time_s.length, truth.trace.time_s.length);
    assert.ok(Math.abs(trace.time_s[0]! - 0.1) < 1e-6);
    assert.equal(trace.current_A[5], truth.trace.current_A[5]);
  }
});

Deno.test("findSteps() and titrationSteps() name what is missing", () => {
  assert.throws(() => findSteps(without("I")), {
    name: "DataError",
    message:
      "Cannot find the steps of the record as it must have time, current, voltage and step numbers: missing is I",
  });
  assert.throws(() => findSteps(without("step")), {
    message: /missing is step$/,
  });
  const charge = createTable(record.columns.map((column) => ({
    ...column,
    values: (column.values as Float64Array).slice(0, 50),
  })));
  assert.throws(() => titrationSteps(charge), {
    name: "DataError",
    message:
      "Cannot titrate as the record must have a potential step after a rest: current steps are galvanostatic",
  });
  const repeated = createTable(record.columns.map((column) => ({
    ...column,
    values: column.id === "t"
      ? numbers(record, "t").map((t, i) => i === 9 ? 0 : t)
      : column.values,
  })));
  assert.throws(() => findSteps(repeated), {
    name: "DataError",
    message: /times must rise: current value of sample 10/,
  });
});

const columns = {
  particle: { unit: "", values: ["P01", "P02"] },
  trace: { unit: "", values: ["a.csv", "b.csv"] },
  radius: { unit: "um", values: Float64Array.of(5, 4) },
  temperature: { unit: "K", values: Float64Array.of(302.15, 302.15) },
  dV: { unit: "V", values: Float64Array.of(-0.015, -0.015) },
  dVdC: { unit: "V cm3/mol", values: Float64Array.of(-37.5, -37.5) },
  voltage: { unit: "V", values: Float64Array.of(4.1, 3.9) },
};

function particles(changes: object = {}): Table {
  const entries = Object.entries({ ...columns, ...changes })
    .filter(([, column]) => column !== undefined);
  return createTable(entries.map(([id, column]) => ({ id, ...column })));
}

Deno.test("particleRows() reads the table, and traceOf() picks the step by its voltage", () => {
  const [first, second] = particleRows(particles());
  assert.equal(first!.radius_um, 5);
  assert.equal(second!.charge_C, null);
  const trace = traceOf(record, second!);
  assert.equal(trace.current_A[3], made.steps[2]!.trace.current_A[3]);
});

Deno.test("traceOf() throws if the step is ambiguous or of the other sign", () => {
  const [ambiguous] = particleRows(particles({ voltage: undefined }));
  assert.throws(() => traceOf(record, ambiguous!), {
    name: "DataError",
    message: /^a\.csv: Cannot choose among the 6 potential steps/,
  });
  const [upward] = particleRows(
    particles({ dV: { unit: "V", values: Float64Array.of(0.015, 0.015) } }),
  );
  assert.throws(() => traceOf(record, upward!), {
    name: "DataError",
    message: /must have the sign of the table's dV/,
  });
});

Deno.test("particleRows() names the row, the column and the value of what is wrong", () => {
  const bad = (changes: object) => () =>
    particleRows(particles(changes), "particles.csv");
  assert.throws(
    bad({ radius: { unit: "um", values: Float64Array.of(5, 0) } }),
    {
      name: "DataError",
      message:
        "particles.csv, row 3: Cannot use the particle table as radius must be positive: current value is 0",
    },
  );
  assert.throws(
    bad({ radius: { unit: "nm", values: Float64Array.of(5, 4) } }),
    {
      message: /column radius must be in um: current unit is nm/,
    },
  );
  assert.throws(bad({ dVdC: undefined }), {
    message: /must have a column dVdC/,
  });
  assert.throws(bad({ dV: { unit: "V", values: Float64Array.of(0, 1) } }), {
    message: /row 2: .* dV must not be zero/,
  });
});

/** Discs of given centres and radii in pixels. */
function discs(size: number, ...list: [number, number, number, number][]) {
  const data = new Uint8Array(size * size).fill(40);
  for (const [cy, cx, radius, level] of list) {
    for (let i = 0; i < data.length; i++) {
      const y = Math.floor(i / size), x = i % size;
      if (Math.hypot(y - cy, x - cx) <= radius) data[i] = level;
    }
  }
  return createSlice(data, [size, size], [0.05, 0.05]);
}

Deno.test("measureParticle() finds radius and volume of a disc, with debris and a dark spot", () => {
  const image = discs(
    300,
    [150, 150, 100, 180],
    [140, 160, 10, 40],
    [20, 20, 8, 200],
  );
  const { radius_um, volume_um3, area_um2 } = measureParticle(image);
  assert.ok(Math.abs(radius_um / 5 - 1) < 0.003);
  assert.ok(Math.abs(area_um2 / (Math.PI * 25) - 1) < 0.005);
  assert.ok(Math.abs(volume_um3 / (4 / 3 * Math.PI * 125) - 1) < 0.01);
});

Deno.test("measureParticle() throws if the particle touches the border or nothing is there", () => {
  assert.throws(() => measureParticle(discs(100, [5, 50, 30, 180])), {
    name: "DataError",
    message: /touches the border/,
  });
  assert.throws(() => measureParticle(discs(20)), { name: "RangeError" });
});

Deno.test("sphereVolumeErrors() are those of the shadows of an ellipsoid", () => {
  // Prolate 2:1:1 along its axis: shadow pi, volume 8/3 pi; across: shadow 2 pi.
  const errors = sphereVolumeErrors([2, 1, 1], 4000, 1);
  const low = Math.min(...errors), high = Math.max(...errors);
  assert.ok(low > 1 / 2 - 1 - 1e-12 && low < -0.49);
  assert.ok(high < 2 ** 1.5 / 2 - 1 + 1e-12 && high > 0.41);
  // Cauchy: the mean shadow is a quarter of the surface.
  const shadow = errors.reduce((sum, e) => sum + (2 * (1 + e)) ** (2 / 3), 0) /
    4000;
  const eccentricity = Math.sqrt(3) / 2;
  const surface = 2 * Math.PI *
    (1 + 2 / eccentricity * Math.asin(eccentricity));
  assert.ok(Math.abs(Math.PI * shadow / (surface / 4) - 1) < 0.01);
  assert.throws(() => sphereVolumeErrors([1, 0, 1], 1, 1), RangeError);
});
