import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  createTrace,
  kineticsOf,
  lowestSignalToNoise,
  rawDecayTime_s,
  relativeCurrents,
  repeatability,
  signalToNoise,
  sizeDependence,
} from "@cathode/pitt/mod.ts";

const golden = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/pitt/pitt.json", import.meta.url)),
);

Deno.test("rawDecayTime_s() finds the reference 1/e times of exact currents", () => {
  const rate_s = 1e-3;
  for (const { B, tau_1e_exact } of golden.characteristic_time_1e) {
    const expected = tau_1e_exact / rate_s;
    const time_s = Float64Array.from(
      { length: 4001 },
      (_, i) => 1.5 * expected * i / 4000,
    );
    const current_A = relativeCurrents(B, rate_s, time_s).map((f) =>
      -1e-12 * f
    );
    const time = rawDecayTime_s({ time_s, current_A }, 0, 1)!;
    assert.ok(Math.abs(time / expected - 1) < 1e-4, `B ${B}`);
  }
});

Deno.test("rawDecayTime_s() is null where the current does not get there", () => {
  const time_s = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  const current_A = time_s.map((t) => Math.exp(-t / 1000));
  assert.equal(rawDecayTime_s({ time_s, current_A }), null);
  assert.throws(
    () => rawDecayTime_s({ time_s, current_A }, 0.1, 2),
    RangeError,
  );
});

Deno.test("rawDecayTime_s() is hardly moved by noise", () => {
  const random = new Random(1, "raw times");
  const time_s = Float64Array.from({ length: 600 }, (_, i) => i + 1);
  const current_A = time_s.map((t) =>
    -1e-10 * Math.exp(-t / 150) + 1e-12 * random.normal()
  );
  const time = rawDecayTime_s({ time_s, current_A })!;
  // The initial sample is at 1 s and has noise of 1 %.
  assert.ok(Math.abs(time - 151) < 8, `${time}`);
});

Deno.test("sizeDependence() gives the reference fits, intervals and exponents", () => {
  const { d_um, D_cm2_s, tau_D_s, D, tauD } = golden.regression_example;
  const diffusivity = sizeDependence(d_um, D_cm2_s);
  assert.ok(
    Math.abs(
      diffusivity.originParabola.coefficient / D.origin_quadratic.coef - 1,
    ) < 1e-10,
  );
  assert.ok(
    Math.abs(
      diffusivity.originParabola.interval!.lower - D.origin_quadratic.lo,
    ) < 1e-10,
  );
  assert.ok(!diffusivity.independent.equivalent);
  const time = sizeDependence(d_um, tau_D_s);
  assert.ok(time.originLine.rSquared < 0);
  assert.equal(time.originLine.interval, null);
  assert.ok(Math.abs(time.law.exponent - tauD.loglog.exponent) < 1e-10);
  // Interval -0.35 to 0.50 of the reference: not shown to be within 0.3, but within 0.6
  assert.ok(!sizeDependence(d_um, tau_D_s, 0.3).independent.equivalent);
  assert.ok(sizeDependence(d_um, tau_D_s, 0.6).independent.equivalent);
});

Deno.test("constant rates with scatter look like D ~ d^2 and j0 ~ d, by algebra alone", () => {
  // pitt.md section 4: with 20 % scatter the median R2 is 0.86 for D and 0.67 for j0.
  const r2: { diffusivity: number[]; exchange: number[] } = {
    diffusivity: [],
    exchange: [],
  };
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed, "algebra");
    const diameter = Array.from({ length: 21 }, () => random.between(5, 15));
    const kinetics = diameter.map((d) =>
      kineticsOf({
        rate_s: 2e-3 * Math.exp(0.2 * random.normal()),
        biot: 1.5,
      }, {
        radius_um: d / 2,
        temperature_K: 302.15,
        dVdC_V_cm3_mol: -37.5,
      })
    );
    r2.diffusivity.push(
      sizeDependence(diameter, kinetics.map((k) => k.diffusivity_cm2_s))
        .originParabola.rSquared,
    );
    r2.exchange.push(
      sizeDependence(diameter, kinetics.map((k) => k.exchange_A_cm2))
        .originLine.rSquared,
    );
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[100]!;
  assert.ok(Math.abs(middle(r2.diffusivity) - 0.86) < 0.05);
  assert.ok(Math.abs(middle(r2.exchange) - 0.67) < 0.07);
});

Deno.test("repeatability() is the mean of the relative standard deviations", () => {
  // SDs of (1, 3) and (2, 2): sqrt(2) over a mean of 2, and 0
  assert.ok(
    Math.abs(repeatability([[1, 3], [2, 2]]) - Math.SQRT2 / 4) < 1e-15,
  );
  assert.throws(() => repeatability([[1]]), RangeError);
  assert.throws(() => repeatability([]), RangeError);
});

Deno.test("signalToNoise() is the first current over the noise of a sample", () => {
  const random = new Random(2, "signal");
  const time_s = Float64Array.from({ length: 1200 }, (_, i) => i + 1);
  const at = (signal: number) =>
    signalToNoise(
      createTrace(
        time_s,
        time_s.map((t) => -signal * Math.exp(-t / 1e4) + random.normal()),
      ),
      -0.015,
    );
  assert.ok(Math.abs(at(50) / 50 - 1) < 0.15);
  assert.ok(at(50) > lowestSignalToNoise && at(8) < lowestSignalToNoise);
});
