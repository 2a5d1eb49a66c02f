import assert from "node:assert/strict";
import {
  durationNeeded_s,
  expectedErrors,
  isPinned,
  noiseNeeded_A,
  nullExperiment,
  protocolBias,
  publishedErrors,
  publishedValidUntil,
} from "@cathode/pitt/mod.ts";

const golden = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/pitt/pitt.json", import.meta.url)),
);

Deno.test("publishedErrors() and publishedValidUntil() give the table of the method notes", () => {
  // Relative error at B 0.25 and 1, tau 0.2, 0.5, 1
  const errors = publishedErrors([0.25, 1], [0.2, 0.5, 1]);
  for (
    const [i, expected] of [0.0023, 0.105, 0.683, 0.0026, 0.121, 0.883]
      .entries()
  ) assert.ok(Math.abs(errors[i]! - expected) < 6e-4);
  // Dimensionless time at which the error first exceeds 1 % and 5 %
  for (
    const [biot, one, five] of [
      [0.1, 0.27, 0.40],
      [0.5, 0.26, 0.39],
      [1, 0.26, 0.39],
      [2.5, 0.27, 0.43],
      [10, 0.23, 0.30],
      [100, 0.18, 0.23],
    ] as const
  ) {
    assert.ok(Math.abs(publishedValidUntil(biot, 0.01) - one) < 0.0061);
    assert.ok(Math.abs(publishedValidUntil(biot, 0.05) - five) < 0.0061);
  }
});

Deno.test("protocolBias() gives the reference biased fits to 1 %", () => {
  for (const row of golden.eqn1_protocol_reference.rows) {
    const [bias] = protocolBias(
      [{ rate_s: row.D_over_r2, biot: row.B }],
      1200,
    );
    const { rates } = bias!.fitted;
    assert.ok(Math.abs(rates.rate_s / row.fit_D_over_r2 - 1) < 1e-4);
    assert.ok(Math.abs(rates.biot / row.fit_B - 1) < 1e-4);
    assert.ok(Math.abs(bias!.completeness - row.Q1200_over_Qinf) < 1e-10);
    const initial = 3 * row.D_over_r2 * row.B;
    assert.ok(
      Math.abs(bias!.fitted.rms_A / initial / row.rms_over_I0 - 1) < 1e-2,
    );
  }
});

Deno.test("rates from the protocol follow the window where little charge passes", () => {
  const slow = protocolBias(
    [2e-4, 4e-4, 8e-4, 1.6e-3].map((rate_s) => ({ rate_s, biot: 0.25 })),
    1200,
  );
  // The truth moves by a factor of 8, the fits by less than 1.6.
  const fitted = slow.map((bias) => bias.fitted.rates.rate_s);
  assert.ok(Math.max(...fitted) / Math.min(...fitted) < 1.6);
  assert.ok(slow.every((bias) => isPinned(bias.fitted.rates, 1200)));
  assert.ok(slow.every((bias) => bias.fitted.rates.biot > 0.24));
  // Twice the window, half the rate
  const [longer] = protocolBias([{ rate_s: 2e-4, biot: 0.1 }], 2400);
  const [shorter] = protocolBias([{ rate_s: 2e-4, biot: 0.1 }], 1200);
  const ratio = shorter!.fitted.rates.rate_s / longer!.fitted.rates.rate_s;
  assert.ok(ratio > 1.8 && ratio < 2.3);
  assert.ok(!isPinned({ rate_s: 2e-3, biot: 1.8 }, 1200));
});

Deno.test("isPinned() tells where the fitted rate does not follow the true one", () => {
  let right = 0, cases = 0;
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 7; j++) {
      const rate_s = 2e-4 * 1.65 ** i, biot = 0.05 * 2 ** j;
      const [low, middle, high] = protocolBias(
        [0.9, 1, 1.1].map((factor) => ({ rate_s: rate_s * factor, biot })),
        1200,
      ).map((bias) => bias.fitted.rates);
      const follows = Math.log(high!.rate_s / low!.rate_s) /
        Math.log(1.1 / 0.9);
      if (isPinned(middle!, 1200) === follows < 0.5) right++;
      cases++;
    }
  }
  assert.ok(right / cases > 0.85, `${right} of ${cases}`);
});

Deno.test("protocolBias() turns a constant D into a trend with the Biot number", () => {
  // pitt.md section 2c: ratios of fitted to true D and j0 at k = 2e-3 1/s
  const rows = [
    [2.5, 1.01, 1.00],
    [1.5, 0.87, 1.02],
    [0.8, 0.57, 1.08],
    [0.4, 0.42, 1.17],
    [0.2, 0.47, 1.46],
  ] as const;
  for (const [biot, ofD, ofJ] of rows) {
    const [bias] = protocolBias([{ rate_s: 2e-3, biot }], 1200);
    const { rates } = bias!.fitted;
    assert.ok(Math.abs(rates.rate_s / 2e-3 - ofD) < 0.011);
    assert.ok(
      Math.abs(rates.rate_s * rates.biot / (2e-3 * biot) - ofJ) < 0.011,
    );
  }
});

Deno.test("nullExperiment() gives the exponents of the method notes within their scatter", () => {
  // pitt.md section 2b, single draws of 21 particles with 15 % scatter: D, biot at 5 um, exponents of D and j0
  const rows = [
    [1e-10, 0.05, 2.02, 0.97],
    [1e-10, 0.1, 2.04, 0.94],
    [1e-10, 0.25, 2.08, 0.88],
    [1e-10, 0.5, 2.15, 0.76],
    [1e-10, 1, 2.23, 0.52],
    [1e-10, 2, 1.97, 0.21],
    [2e-10, 0.05, 2.05, 0.93],
    [2e-10, 0.1, 2.1, 0.83],
    [2e-10, 0.25, 2.17, 0.72],
    [2e-10, 0.5, 2.25, 0.43],
    [2e-10, 1, 1.96, 0.3],
    [2e-10, 2, 0.75, 0.06],
    [5.2e-10, 0.05, 2.1, 0.84],
    [5.2e-10, 0.1, 2.24, 0.6],
    [5.2e-10, 0.25, 2.11, 0.27],
    [5.2e-10, 0.5, 1.53, 0.08],
    [5.2e-10, 1, 0.87, -0.11],
    [5.2e-10, 2, 0.35, -0.07],
  ] as const;
  const diameter_um = Array.from({ length: 21 }, (_, i) => 5 + i / 2);
  for (const [diffusivity_cm2_s, biotAt5um, ofD, ofJ] of rows) {
    const draws = [1, 2, 3, 4, 5, 6].map((seed) =>
      nullExperiment({
        diffusivity_cm2_s,
        biotAt5um,
        diameter_um,
        scatter: 0.15,
        duration_s: 1200,
        seed,
      })
    );
    for (
      const [expected, exponents] of [
        [ofD, draws.map((draw) => draw.diffusivity.law.exponent)],
        [ofJ, draws.map((draw) => draw.exchange.law.exponent)],
      ] as const
    ) {
      const mean = exponents.reduce((sum, e) => sum + e, 0) / 6;
      const spread = Math.sqrt(
        exponents.reduce((sum, e) => sum + (e - mean) ** 2, 0) / 5,
      );
      // A single draw against the mean of six; sizes differ between the two.
      assert.ok(
        Math.abs(expected - mean) < 3 * spread + 0.1,
        `D ${diffusivity_cm2_s}, B ${biotAt5um}: ${mean} +- ${spread}, expected ${expected}`,
      );
    }
    // Times are the mirror image: their exponents are 2 and 1 less the others.
    for (
      const { diffusivity, diffusionTime, exchange, reactionTime } of draws
    ) {
      assert.ok(
        Math.abs(diffusionTime.law.exponent + diffusivity.law.exponent - 2) <
          1e-9,
      );
      assert.ok(
        Math.abs(reactionTime.law.exponent + exchange.law.exponent - 1) < 1e-9,
      );
    }
  }
});

Deno.test("raw times show the size in the classical world where the protocol's diffusion time does not", () => {
  const { rawTime, rawTimes, diffusionTime } = nullExperiment({
    diffusivity_cm2_s: 5.2e-10,
    biotAt5um: 0.25,
    diameter_um: Array.from({ length: 21 }, (_, i) => 5 + i / 2),
    scatter: 0.15,
    duration_s: 1200,
    seed: 3,
  });
  assert.ok(rawTimes.time_s.length >= 20);
  assert.ok(rawTime!.law.lower > 0.5);
  assert.ok(diffusionTime.law.exponent < 0.5);
});

Deno.test("nullExperiment() throws on constants without meaning", () => {
  assert.throws(() =>
    nullExperiment({
      diffusivity_cm2_s: 0,
      biotAt5um: 1,
      diameter_um: [5, 6, 7, 8],
      scatter: 0.1,
      duration_s: 1200,
      seed: 1,
    }), {
    name: "RangeError",
    message:
      "Cannot make the classical world as diffusivity_cm2_s must be positive: current value is 0",
  });
});

const plan = {
  rates: { rate_s: 2e-3, biot: 0.25 },
  charge_C: 5.6e-12 * 3600,
  noise_A: 3e-13,
  interval_s: 1,
};

Deno.test("expectedErrors() gives the table of windows of the method notes", () => {
  // Coefficient of variation of k in per cent at B 0.25 and 1, charge free
  for (
    const [biot, duration_s, expected] of [
      [0.25, 125, 26.5],
      [0.25, 500, 8.56],
      [0.25, 1200, 7.21],
      [1, 60, 6.59],
      [1, 1200, 0.677],
    ] as const
  ) {
    const { lnDiffusion } = expectedErrors({
      ...plan,
      rates: { rate_s: 2e-3, biot },
      duration_s,
    });
    assert.ok(Math.abs(100 * lnDiffusion / expected - 1) < 0.01, `${biot}`);
  }
  const points = expectedErrors({
    ...plan,
    duration_s: 1200,
    sampling: "points",
  });
  assert.ok(Math.abs(points.lnDiffusion - 0.206) < 0.004);
});

Deno.test("durationNeeded_s() and noiseNeeded_A() reach the wanted precision and no more", () => {
  const duration_s = durationNeeded_s(plan, 0.1, 1e4)!;
  const error = (duration: number) =>
    expectedErrors({ ...plan, duration_s: duration }).lnDiffusion;
  assert.ok(error(duration_s) <= 0.1 && error(duration_s / 1.03) > 0.1);
  assert.equal(durationNeeded_s(plan, 0.01, 1e4), null);
  const noise_A = noiseNeeded_A({ ...plan, duration_s: 1200 }, 0.01);
  const { lnDiffusion } = expectedErrors({
    ...plan,
    noise_A,
    duration_s: 1200,
  });
  assert.ok(Math.abs(lnDiffusion - 0.01) < 1e-9);
  assert.throws(
    () => expectedErrors({ ...plan, duration_s: -1 }),
    RangeError,
  );
});
