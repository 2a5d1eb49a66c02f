import assert from "node:assert/strict";
import { runNetwork } from "@cathode/network/mod.ts";
import { coarseCase } from "./cases.ts";

// scikit-fem 12.0.2 with SciPy 1.17.1 on the same meshes; see tests/oracles/network_scikit_fem.py
const golden = JSON.parse(
  await Deno.readTextFile(
    new URL("../golden/network/first_charge.json", import.meta.url),
  ),
);

/** Largest differences of the first charge, in V, C/Cmax and damage. */
async function differences(name: "three" | "three-plane") {
  const run = await runNetwork(await coarseCase(name, 10), { cycles: 1 });
  const { time_s, voltage_V, concentration, damage } = golden[name];
  let voltages = 0, concentrations = 0, damages = 0;
  time_s.forEach((time: number, n: number) => {
    const k = n + 1;
    assert.ok(Math.abs(run.time_s[k]! - time) < 1e-9);
    voltages = Math.max(voltages, Math.abs(run.voltage_V[k]! - voltage_V[n]));
    run.particles.forEach((particle, p) => {
      concentrations = Math.max(
        concentrations,
        Math.abs(particle.meanConcentration[k]! - concentration[n][p]),
      );
      damages = Math.max(
        damages,
        Math.abs(particle.damage[k]! - damage[n][p]),
      );
    });
  });
  return { voltages, concentrations, damages };
}

Deno.test("the first charge agrees with scikit-fem to rounding in plane strain", async () => {
  const { voltages, concentrations, damages } = await differences(
    "three-plane",
  );
  assert.ok(voltages < 1e-8, `${voltages}`);
  assert.ok(concentrations < 1e-8, `${concentrations}`);
  assert.ok(damages < 1e-8, `${damages}`);
});

Deno.test("the first charge of spheres agrees with scikit-fem to the order of the mesh", async () => {
  const { voltages, concentrations, damages } = await differences("three");
  // The strain around the axis has one point of integration here, more there.
  assert.ok(voltages < 2e-3, `${voltages}`);
  assert.ok(concentrations < 5e-4, `${concentrations}`);
  assert.ok(damages < 4e-3, `${damages}`);
});
