import assert from "node:assert/strict";
import fc from "fast-check";
import {
  capacitance_F_cm3,
  characteristicTimes,
  concentrationChange,
  diffusionTime_s,
  exchangeFromInitialCurrent_A_cm2,
  initialCurrent_A,
  kineticsOf,
  lithiumFractionAt,
  meanTime_s,
  potentialCurve,
  potentialSlope_V_cm3_mol,
  ratesOf,
  reactionTime_s,
  sweepRadius,
} from "@cathode/pitt/mod.ts";

const golden = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/pitt/pitt.json", import.meta.url)),
);
const [tauD, tauR, eqn2] = golden.formulas;

function assertClose(actual: number, expected: number, tolerance = 1e-12) {
  assert.ok(
    Math.abs(actual / expected - 1) < tolerance,
    `${actual} is not ${expected}`,
  );
}

const rates = fc.record({
  rate_s: fc.double({ min: 1e-5, max: 1, noNaN: true }),
  biot: fc.double({ min: 1e-2, max: 1e3, noNaN: true }),
});
const conditions = fc.record({
  radius_um: fc.double({ min: 0.1, max: 20, noNaN: true }),
  temperature_K: fc.double({ min: 250, max: 350, noNaN: true }),
  dVdC_V_cm3_mol: fc.double({ min: -500, max: -5, noNaN: true }),
});

Deno.test("the formulas give the reference values", () => {
  assertClose(diffusionTime_s(tauD.D, tauD.r_cm * 1e4), tauD.tau_D_s);
  assertClose(
    reactionTime_s(tauR.C_V_F_cm3, tauR.j0_A_cm2, tauR.r_cm * 1e4, tauR.T_K),
    tauR.tau_R_s,
  );
  const { exchange_A_cm2 } = kineticsOf(
    { rate_s: eqn2.D / eqn2.r_cm ** 2, biot: eqn2.B },
    {
      radius_um: eqn2.r_cm * 1e4,
      temperature_K: eqn2.T_K,
      dVdC_V_cm3_mol: eqn2.dVdC,
    },
  );
  assertClose(exchange_A_cm2, eqn2.j0_A_cm2);
});

Deno.test("kineticsOf() and ratesOf() undo one another", () => {
  fc.assert(fc.property(rates, conditions, (r, c) => {
    const back = ratesOf(kineticsOf(r, c), c);
    assertClose(back.rate_s, r.rate_s);
    assertClose(back.biot, r.biot);
  }));
});

Deno.test("the paper's reaction time is 1 / (3 k B), whatever radius and slope", () => {
  fc.assert(fc.property(rates, conditions, (r, c) => {
    const { diffusivity_cm2_s, exchange_A_cm2 } = kineticsOf(r, c);
    const { diffusion_s, reaction_s } = characteristicTimes(r);
    assertClose(
      reactionTime_s(
        capacitance_F_cm3(c.dVdC_V_cm3_mol),
        exchange_A_cm2,
        c.radius_um,
        c.temperature_K,
      ),
      reaction_s,
    );
    assertClose(diffusionTime_s(diffusivity_cm2_s, c.radius_um), diffusion_s);
    assertClose(meanTime_s(r), 4 / 15 * diffusion_s + reaction_s);
  }));
});

Deno.test("the two ways to the exchange current density agree if the charge is C_V volume dV", () => {
  fc.assert(fc.property(rates, conditions, (r, c) => {
    const volume_cm3 = 4 / 3 * Math.PI * (c.radius_um * 1e-4) ** 3;
    const charge_C = capacitance_F_cm3(c.dVdC_V_cm3_mol) * volume_cm3 * 0.015;
    assertClose(
      exchangeFromInitialCurrent_A_cm2(
        initialCurrent_A(r, charge_C),
        -0.015,
        c.radius_um,
        c.temperature_K,
      ),
      kineticsOf(r, c).exchange_A_cm2,
    );
  }));
});

Deno.test("sweepRadius() keeps D / r^2 and j0 / r", () => {
  fc.assert(fc.property(rates, conditions, (r, c) => {
    const sweep = sweepRadius(r, c, [0.1, 0.5, 2, 10]);
    for (const at of sweep) {
      assertClose(at.diffusionRate_s, r.rate_s);
      assertClose(
        at.exchangePerRadius_A_cm3,
        sweep[0]!.exchangePerRadius_A_cm3,
      );
    }
  }));
});

Deno.test("kineticsOf() throws if radius, temperature or slope have no meaning", () => {
  const good = { radius_um: 5, temperature_K: 300, dVdC_V_cm3_mol: -30 };
  const at = (bad: Partial<typeof good>) => () =>
    kineticsOf({ rate_s: 1e-3, biot: 1 }, { ...good, ...bad });
  assert.throws(at({ radius_um: 0 }), {
    name: "RangeError",
    message:
      "Cannot relate rates and kinetics as radius_um must be positive: current value is 0",
  });
  assert.throws(at({ temperature_K: -1 }), RangeError);
  assert.throws(at({ dVdC_V_cm3_mol: 0 }), RangeError);
});

// A coin cell whose potential falls with the lithium fraction x as V(x) = 5 - x - 0.5 x^3
const nmc532 = { molarMass_g_mol: 96.553, density_g_cm3: 4.77 };
const capacity = Float64Array.from({ length: 400 }, (_, i) => 150 * i / 399);
const fractions = capacity.map((q) => 0.95 - q * 3.6 * 96.553 / 96485.33212);
const curve = potentialCurve(
  capacity,
  fractions.map((x) => 5 - x - 0.5 * x ** 3),
  nmc532,
  0.95,
);

Deno.test("potentialSlope_V_cm3_mol() is within 1 % of the analytic slope", () => {
  for (const x of [0.5, 0.6, 0.7, 0.8]) {
    const voltage = 5 - x - 0.5 * x ** 3;
    const slope = (-1 - 1.5 * x ** 2) / (4.77 / 96.553);
    assertClose(potentialSlope_V_cm3_mol(curve, voltage, 0.05), slope, 1e-3);
    assertClose(lithiumFractionAt(curve, voltage, 0.05), x, 1e-4);
  }
});

Deno.test("a step of 15 mV changes the lithium fraction by C_V dV / (F c_full)", () => {
  const change = concentrationChange(-37.5, -0.015, 4.77 / 96.553);
  assertClose(
    change,
    capacitance_F_cm3(-37.5) * 0.015 / 96485.33212 / (4.77 / 96.553),
  );
  assert.ok(change < 0.04);
});

Deno.test("potentialCurve() and its slope throw on curves without meaning", () => {
  assert.throws(
    () => potentialCurve(capacity, capacity.slice(1), nmc532, 1),
    { name: "DataError" },
  );
  assert.throws(() => potentialCurve(capacity, capacity, nmc532, 0.1), {
    name: "DataError",
    message:
      /lithium fraction must lie between 0 and 1: current value of sample/,
  });
  assert.throws(() => potentialSlope_V_cm3_mol(curve, 2, 0.05), RangeError);
});
