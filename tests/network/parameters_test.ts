import assert from "node:assert/strict";
import { projectPath } from "@cathode/core/mod.ts";
import {
  assertNetworkParameters,
  createModel,
  parseNetworkParameters,
  readNetworkParameters,
  withCoverages,
  withParametersOf,
} from "@cathode/network/mod.ts";

const file = projectPath("data", "parameters", "network-three.json");
const text = await Deno.readTextFile(file);

/** The content of the file with one value changed; `undefined` takes it away. */
function changed(id: string, value: unknown): unknown {
  const content = JSON.parse(text);
  const path = id.split("."), last = path.pop()!;
  const parent = path.reduce((node, key) => node[key], content);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return content;
}

Deno.test("every parameter set of the project can be read, and every value has its source", async () => {
  for (const name of ["three", "eight", "three-plane"]) {
    const { parameters, sources, about } = await readNetworkParameters(name);
    assert.equal(parameters.name, name);
    assert.ok(about.length > 20 && sources.length > 50);
    for (const { id, source } of sources) {
      assert.match(
        source,
        /^ours|doi:10\.\d+|O'Regan|Chen/,
        `${id}: ${source}`,
      );
    }
    createModel(parameters);
  }
});

Deno.test("what the paper gives is in the parameter set as its own", async () => {
  const { sources } = await readNetworkParameters("three");
  const given = Object.fromEntries(
    sources.filter(({ source }) => source.startsWith("Li et al.")).map((
      { id, value },
    ) => [id, value]),
  );
  assert.deepEqual(given, {
    "activeMaterial.youngsModulus_Pa": 140e9,
    "carbonBinder.youngsModulus_Pa": 2e9,
    "interface.feedback": 1,
    "operation.period_s": 720,
  });
});

Deno.test("parseNetworkParameters() names the value that breaks its rule", () => {
  const cases: [id: string, value: unknown, message: string][] = [
    [
      "activeMaterial.youngsModulus_Pa",
      { value: -1, source: "x" },
      "activeMaterial.youngsModulus_Pa must be positive: current value is -1",
    ],
    [
      "layout.particles.1.coverage",
      { value: 1.5, source: "x" },
      "layout.particles.1.coverage must be from 0 to 1: current value is 1.5",
    ],
    [
      "operation.charged",
      { value: 1.2, source: "x" },
      "operation.charged must be between 0 and 1: current value is 1.2",
    ],
    [
      "operation.charged",
      { value: 0.95, source: "x" },
      "operation.charged must be below operation.discharged (0.9): current value is 0.95",
    ],
    [
      "operation.lowerVoltage_V",
      { value: 6, source: "x" },
      "operation.lowerVoltage_V must be below operation.upperVoltage_V (5): current value is 6",
    ],
    [
      "interface.resistanceLaw",
      { value: "linear", source: "x" },
      'interface.resistanceLaw must be exponential or rational: current value is "linear"',
    ],
    [
      "interface.strength_Pa",
      undefined,
      "interface.strength_Pa must be given: current value is missing",
    ],
    [
      "interface.strength_Pa",
      { value: 1 },
      "interface.strength_Pa must have a value and a source",
    ],
    [
      "interface.strength_Pa",
      3,
      "interface.strength_Pa must have a value and a source: current value is 3",
    ],
    [
      "interface.colour",
      { value: 1, source: "x" },
      "there must be no values of unknown meaning: current value is interface.colour",
    ],
    [
      "activeMaterial.diffusivity.dips",
      undefined,
      "activeMaterial.diffusivity.dips must be a list: current value is undefined",
    ],
    ["name", undefined, "name and about must be given in words"],
  ];
  for (const [id, value, message] of cases) {
    assert.throws(
      () => parseNetworkParameters(changed(id, value), "case.json"),
      (error: Error) =>
        error.name === "DataError" &&
        error.message.startsWith("case.json: Cannot use the parameters as ") &&
        error.message.includes(message),
      id,
    );
  }
});

Deno.test("readNetworkParameters() throws if there is no such file, or it is not JSON", async () => {
  await assert.rejects(readNetworkParameters("nowhere.json"), {
    name: "DataError",
    message:
      /^nowhere\.json: Cannot read the parameters as the file must be readable/,
  });
  const path = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(path, "{");
  await assert.rejects(readNetworkParameters(path), /must be JSON/);
  await Deno.remove(path);
});

Deno.test("withParametersOf() replaces what the source gives and keeps the rest", async () => {
  const { parameters } = await readNetworkParameters("three");
  const replaced = await withParametersOf(parameters, "chen2020");
  assert.equal(replaced.activeMaterial.maximumConcentration_mol_m3, 63104);
  assert.equal(replaced.activeMaterial.youngsModulus_Pa, 140e9);
  assertNetworkParameters(replaced);
  assert.equal(
    (await withParametersOf(parameters, "oregan2022")).activeMaterial
      .diffusivity.dips.length,
    3,
  );
});

Deno.test("withCoverages() throws if the particles differ in size", async () => {
  const { parameters } = await readNetworkParameters("three");
  const particles = [...parameters.layout.particles, {
    radius_m: 1e-6,
    coverage: 0.5,
  }];
  assert.throws(
    () =>
      withCoverages({
        ...parameters,
        layout: { ...parameters.layout, particles },
      }, [0.5]),
    /all particles must have one radius: current value is 0\.000001 beside 0\.0000045 m/,
  );
});
