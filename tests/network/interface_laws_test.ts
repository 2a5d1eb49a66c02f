import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cohesiveResponse,
  cohesiveScale,
  diffusivity,
  emptyResponse,
  exchangeCurrent,
  interfaceResistance,
  openCircuitVoltage,
  readNetworkParameters,
  surfaceLaws,
  volumeChange,
  withParametersOf,
  type WithSlope,
} from "@cathode/network/mod.ts";

const { parameters } = await readNetworkParameters("three");
const law = parameters.interface, material = parameters.activeMaterial;
const fresh = {
  damage: Float64Array.of(0),
  effectiveOpening_m: Float64Array.of(0),
};

/** Without fatigue, of which the monotonic law knows nothing. */
const monotonic = { ...law, fatigueThreshold: 1e9 };

Deno.test("cohesiveResponse() has the strength as peak and the fracture energy as integral", () => {
  const { opening_m } = cohesiveScale(law), out = emptyResponse(1);
  let peak = 0, integral = 0;
  const steps = 40_000, longest = 40 * opening_m;
  for (let k = 0; k < steps; k++) {
    const opening = Float64Array.of((k + 0.5) / steps * longest, 0);
    const traction = cohesiveResponse(monotonic, opening, fresh, out)
      .traction_Pa[0]!;
    peak = Math.max(peak, traction);
    integral += traction * longest / steps;
  }
  assert.ok(Math.abs(peak / law.strength_Pa - 1) < 1e-6);
  assert.ok(Math.abs(integral / law.fractureEnergy_J_m2 - 1) < 1e-6);
});

Deno.test("cohesiveResponse() gives the derivatives of its tractions", () => {
  const { opening_m: scale } = cohesiveScale(law);
  const number = (min: number, max: number) =>
    fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(
      number(-2, 3),
      number(-2, 2),
      number(0, 0.9),
      number(0, 2),
      (normal, sliding, damage, before) => {
        const history = {
          damage: Float64Array.of(damage),
          effectiveOpening_m: Float64Array.of(before * scale),
        };
        const at = (dn: number, dt: number) =>
          cohesiveResponse(
            law,
            Float64Array.of((normal + dn) * scale, (sliding + dt) * scale),
            history,
            emptyResponse(1),
          );
        const effective = Math.hypot(Math.max(normal, 0), sliding);
        const here = at(0, 0), h = 1e-6;
        // At the kinks of the law there is no derivative.
        const isKink = [
          normal,
          effective - before,
          effective - law.fatigueThreshold,
          effective,
        ]
          .some((distance) => Math.abs(distance) < 1e-4);
        const growth = [at(h, 0), at(-h, 0), at(0, h), at(0, -h)].map((r) =>
          r.damage[0]! > damage
        );
        fc.pre(!isKink && new Set(growth).size === 1);
        const unit = cohesiveScale(law).stiffness_Pa_m;
        const numeric = [
          at(h, 0).traction_Pa[0]! - at(-h, 0).traction_Pa[0]!,
          at(0, h).traction_Pa[0]! - at(0, -h).traction_Pa[0]!,
          at(h, 0).traction_Pa[1]! - at(-h, 0).traction_Pa[1]!,
          at(0, h).traction_Pa[1]! - at(0, -h).traction_Pa[1]!,
        ].map((difference) => difference / (2 * h * scale));
        numeric.forEach((slope, q) => {
          // Where damage passes from one law to the other the slope may jump.
          const error = Math.abs(slope - here.tangent_Pa_m[q]!) / unit;
          assert.ok(error < 1e-4, `${q}: ${error}`);
        });
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

Deno.test("cohesiveResponse() never heals, and resists closing with its full stiffness", () => {
  const { opening_m: scale, stiffness_Pa_m } = cohesiveScale(law);
  const history = {
    damage: Float64Array.of(0.7),
    effectiveOpening_m: Float64Array.of(scale),
  };
  const closed = cohesiveResponse(
    law,
    Float64Array.of(-scale, 0),
    history,
    emptyResponse(1),
  );
  assert.equal(closed.damage[0], 0.7);
  assert.equal(closed.traction_Pa[0], -scale * stiffness_Pa_m);
});

Deno.test("cohesiveResponse() takes damage by fatigue on reopening below the largest opening", () => {
  const { opening_m: scale } = cohesiveScale(law);
  const opening = Float64Array.of(scale, 0);
  const history = {
    damage: Float64Array.of(0.9),
    effectiveOpening_m: Float64Array.of(0),
  };
  const { damage } = cohesiveResponse(law, opening, history, emptyResponse(1));
  // Backward Euler of the fatigue law by hand.
  const increment = scale / law.fatigueLength_m * (1 - law.fatigueThreshold);
  assert.ok(Math.abs(damage[0]! - (0.9 + increment) / (1 + increment)) < 1e-15);
});

Deno.test("interfaceResistance() has its value without damage at 0 and grows by either law", () => {
  for (const resistanceLaw of ["exponential", "rational"] as const) {
    const chosen = { ...law, resistanceLaw };
    assert.equal(interfaceResistance(chosen, 0), law.resistance_Ohm_m2);
    assert.ok(
      interfaceResistance(chosen, 0.5) > interfaceResistance(chosen, 0.4),
    );
    assert.equal(
      interfaceResistance({ ...chosen, feedback: 0 }, 0.9),
      law.resistance_Ohm_m2,
    );
  }
  const rational = { ...law, resistanceLaw: "rational" as const };
  assert.ok(
    Math.abs(
      interfaceResistance(rational, 1) -
        (law.resistance_Ohm_m2 +
          law.damageResistance_Ohm_m2 * law.resistanceSharpness),
    ) < 1e-15,
  );
});

Deno.test("the laws of the material give their own derivatives", async () => {
  const oregan =
    (await withParametersOf(parameters, "oregan2022")).activeMaterial;
  const laws: [string, (x: number) => WithSlope][] = [
    ["voltage", (x) => openCircuitVoltage(material.openCircuitVoltage, x)],
    ["exchange", (x) => exchangeCurrent(material.exchangeCurrent, x)],
    [
      "diffusivity",
      (x) =>
        diffusivity(oregan.diffusivity, x).map((v) => v * 1e14) as WithSlope,
    ],
    ["volume", (x) => volumeChange(material.volumeChange, x)],
  ];
  for (const [name, at] of laws) {
    for (let x = 0.05; x < 0.96; x += 0.013) {
      const numeric = (at(x + 1e-6)[0] - at(x - 1e-6)[0]) / 2e-6;
      const [, slope] = at(x);
      assert.ok(
        Math.abs(numeric - slope) < 1e-6 * (1 + Math.abs(slope)),
        `${name} at ${x}`,
      );
    }
  }
});

Deno.test("the laws of the material agree with PyBaMM", async () => {
  // PyBaMM 26.10.1.1, parameter sets Chen2020 and ORegan2022; see tests/oracles/network_pybamm.py
  const golden = JSON.parse(
    await Deno.readTextFile(
      new URL("../golden/network/pybamm.json", import.meta.url),
    ),
  );
  const oregan =
    (await withParametersOf(parameters, "oregan2022")).activeMaterial;
  const chen = (await withParametersOf(parameters, "chen2020")).activeMaterial;
  const plain = { ...chen.openCircuitVoltage, end_V: 0 };
  const close = (a: number, b: number) =>
    assert.ok(Math.abs(a / b - 1) < 1e-4, `${a} ${b}`);
  golden.laws.x.forEach((x: number, k: number) => {
    close(openCircuitVoltage(plain, x)[0], golden.laws.chen_ocp_V[k]);
    close(
      diffusivity(oregan.diffusivity, x)[0],
      golden.laws.oregan_diffusivity_m2_s[k],
    );
    close(
      exchangeCurrent(oregan.exchangeCurrent, x)[0],
      golden.laws.oregan_exchange_A_m2[k],
    );
    close(
      exchangeCurrent(chen.exchangeCurrent, x)[0],
      golden.laws.chen_exchange_A_m2[k],
    );
  });
});

Deno.test("volumeChange() falls with delithiation without a break", () => {
  let before = volumeChange(material.volumeChange, 1)[0];
  for (let x = 0.99; x > 0; x -= 0.01) {
    const [value] = volumeChange(material.volumeChange, x);
    assert.ok(value < before);
    before = value;
  }
});

Deno.test("surfaceLaws() go on beyond empty and full without overflow", () => {
  const u: WithSlope = [0, 0], i0: WithSlope = [0, 0];
  for (const x of [-3, 0, 1, 4]) {
    surfaceLaws(material, x, u, i0);
    assert.ok([...u, ...i0].every(Number.isFinite) && i0[0] > 0 && u[1] < 0);
  }
});
