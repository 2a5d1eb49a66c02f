import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  createTrace,
  expectedErrors,
  type Fit,
  type FitOptions,
  fitPublished,
  fitTable,
  fitTrace,
  fitTraces,
  kineticsOfFit,
  predictCurrent,
  type Rates,
  regionContains,
  relativeCurrents,
  residualsOf,
  testResiduals,
  type Trace,
} from "@cathode/pitt/mod.ts";

function read(name: string) {
  return JSON.parse(
    Deno.readTextFileSync(new URL(`../golden/pitt/${name}`, import.meta.url)),
  );
}
// Origins in tests/golden/pitt/README.md
const golden = read("pitt.json"), scipy = read("scipy_fits.json");

const time_s = Float64Array.from({ length: 1200 }, (_, i) => i + 1);

function trace(
  { rate_s, biot }: Rates,
  charge_C: number,
  { noise_A = 0, offset_A = 0, lag_s = 0, seed = 1, sign = -1 } = {},
): Trace {
  const random = new Random(seed, "fit test");
  const current_A = relativeCurrents(
    biot,
    rate_s,
    time_s.map((t) => t + lag_s),
  ).map((f) =>
    sign * 3 * rate_s * charge_C * f + offset_A + noise_A * random.normal()
  );
  return { time_s, current_A };
}

function close(actual: number, expected: number, tolerance: number) {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.abs(expected),
    `${actual} is not ${expected} within ${tolerance}`,
  );
}

for (const reference of golden.traces) {
  const { truth, name } = reference;
  const measured = createTrace(time_s, Float64Array.from(reference.I_A));
  const fitted = fitTrace(measured, -reference.dV_V);

  Deno.test(`fitTrace() recovers ${name} within 4 Cramer-Rao standard deviations`, () => {
    const bound = reference.crlb_all_samples_Qfree;
    const { rate_s, biot } = fitted.rates;
    const errors = {
      D: Math.log(rate_s / truth.D_over_r2_per_s) / bound.sd_ln_D,
      BD: Math.log(rate_s * biot / truth.D_over_r2_per_s / truth.B) /
        bound.sd_ln_BD,
    };
    assert.ok(Math.abs(errors.D) < 4 && Math.abs(errors.BD) < 4, `${errors}`);
    assert.ok(
      regionContains(fitted.region!, {
        rate_s: truth.D_over_r2_per_s,
        biot: truth.B,
      }),
    );
    close(fitted.completeness, truth.charge_fraction_at_end, 0.03);
    assert.equal(
      fitted.flags.includes("incomplete"),
      truth.charge_fraction_at_end < 0.9,
    );
  });

  Deno.test(`fitTrace() agrees with the reference fits of ${name}, without offset and with a free one`, () => {
    const plain = fitTrace(measured, -0.015, { offset_A: 0, region: false });
    const expected = reference.reference_fit_exact_Qfree_all;
    close(plain.rates.rate_s, expected.D_over_r2, 1e-5);
    close(plain.rates.biot, expected.B, 1e-5);
    close(plain.charge_C, expected.Q_C, 1e-6);
    close(plain.rms_A, expected.rms_A, 1e-6);
    const free = fitTrace(measured, -0.015, {
      offset_A: Infinity,
      region: false,
    });
    const other = reference.reference_fit_exact_Qfree_offsetfree_all;
    close(free.rates.rate_s, other.D_over_r2, 1e-5);
    close(free.charge_C, other.Q_C, 1e-5);
    close(free.offset_A, other.offset_A, 1e-3);
  });

  Deno.test(`fitPublished() agrees with the reference fit of ${name} to 1 %`, () => {
    const fit = fitPublished(measured, -0.015);
    const expected = reference.reference_fit_eqn1_Q1200_sqrt34;
    close(fit.charge_C, expected.Q_C, 1e-6);
    close(fit.rates.rate_s, expected.D_over_r2, 1e-4);
    close(fit.rates.biot, expected.B, 1e-4);
    close(fit.rms_A, expected.rms_A, 1e-4);
    assert.ok(fit.flags.includes("truncated"));
    assert.equal(
      fit.flags.includes("pinned"),
      truth.charge_fraction_at_end < 0.9,
    );
  });
}

for (const reference of scipy.cases) {
  Deno.test(`fitTrace() agrees with scipy: ${reference.name}`, () => {
    const { offsetPrior, lagPrior_s, sign } = reference;
    const options: FitOptions = { lag_s: lagPrior_s, region: false };
    if (offsetPrior === 0) options.offset_A = 0;
    if (offsetPrior === "free") options.offset_A = Infinity;
    const { rates, charge_C, offset_A, lag_s } = fitTrace(
      createTrace(
        Float64Array.from(reference.time_s),
        Float64Array.from(reference.current_A),
      ),
      sign * 0.015,
      options,
    );
    const expected = reference.fit;
    close(rates.rate_s, expected.rate_s, 1e-4);
    close(rates.biot, expected.biot, 1e-4);
    close(charge_C, expected.charge_C, 1e-5);
    assert.ok(Math.abs(offset_A - expected.offset_A) < 1e-16);
    assert.ok(Math.abs(lag_s - expected.lag_s) < 1e-4);
  });
}

Deno.test("fitTrace() returns the rates of noise-free traces over the whole range", () => {
  for (const biot of [0.1, 0.25, 0.9, 1, 1.1, 3, 10, 50]) {
    for (const rate_s of [5e-4, 2e-3, 8e-3]) {
      const { rates, charge_C } = fitTrace(
        trace({ rate_s, biot }, 2e-8),
        -0.015,
        { offset_A: 0, region: false },
      );
      close(rates.rate_s, rate_s, 1e-4);
      close(rates.biot, biot, 1e-4);
      close(charge_C, 2e-8, 1e-4);
    }
  }
});

Deno.test("95 % regions and intervals cover the truth about as often as they say", async () => {
  // 120 draws: 95 % has a standard deviation of 2 %; tests/validate has 1,000.
  const truths = Array.from({ length: 120 }, (_, i): Rates => ({
    rate_s: 6e-4 * 8 ** ((i % 11) / 10),
    biot: 0.25 * 10 ** ((i % 7) / 6),
  }));
  const fits = await fitTraces(truths.map((truth, i) => ({
    trace: trace(truth, 1e-8, {
      noise_A: 3e-13,
      offset_A: 3e-13 * new Random(i, "offset").normal(),
      seed: i,
    }),
    step_V: -0.015,
    method: { model: "exact" },
  })));
  const share = (inside: (fit: Fit, truth: Rates) => boolean) =>
    fits.filter((fit, i) => inside(fit, truths[i]!)).length / fits.length;
  const region = share((fit, truth) => regionContains(fit.region!, truth));
  const reaction = share((fit, { rate_s, biot }) =>
    (fit.reactionRate_s.lower ?? 0) < rate_s * biot &&
    (fit.reactionRate_s.upper ?? Infinity) > rate_s * biot
  );
  assert.ok(region > 0.88 && reaction > 0.88, `${region}, ${reaction}`);
});

Deno.test("where surface kinetics hide diffusion only a lower limit of D is given, and it holds", () => {
  const truth = { rate_s: 0.03, biot: 0.01 };
  const fit = fitTrace(trace(truth, 2e-8, { noise_A: 3e-13 }), -0.015);
  assert.ok(fit.flags.includes("D-one-sided"));
  assert.equal(fit.diffusionRate_s.upper, null);
  assert.ok(fit.diffusionRate_s.lower! < truth.rate_s);
  assert.ok(fit.region!.open);
  close(fit.rates.rate_s * fit.rates.biot, 3e-4, 0.1);
  const kinetics = kineticsOfFit(fit, {
    radius_um: 5,
    temperature_K: 302.15,
    dVdC_V_cm3_mol: -37.5,
  });
  assert.equal(kinetics.diffusivity_cm2_s, null);
  assert.equal(kinetics.biot, null);
  assert.ok(kinetics.exchange_A_cm2! > 0);
});

Deno.test("where diffusion hides surface kinetics only a lower limit of j0 is given, and it holds", () => {
  const truth = { rate_s: 1e-4, biot: 1000 };
  const fit = fitTrace(trace(truth, 2e-9, { noise_A: 3e-13 }), -0.015);
  assert.ok(fit.flags.includes("j0-one-sided"));
  assert.equal(fit.reactionRate_s.upper, null);
  assert.ok(fit.reactionRate_s.lower! < 0.1);
});

Deno.test("fits do not depend on the sign of the step, the unit of charge or the number of workers", async () => {
  const truth = { rate_s: 2e-3, biot: 1.2 };
  const down = trace(truth, 2e-8, { noise_A: 3e-13 });
  const up = { time_s, current_A: down.current_A.map((i) => -i) };
  const big = { time_s, current_A: down.current_A.map((i) => 1e9 * i) };
  const expected = fitTrace(down, -0.015);
  assert.deepEqual(fitTrace(up, 0.015).rates, expected.rates);
  close(fitTrace(big, -0.015).rates.rate_s, expected.rates.rate_s, 1e-6);
  const tasks = [down, up].map((t, i) => ({
    trace: t,
    step_V: i === 0 ? -0.015 : 0.015,
    method: { model: "exact" as const },
  }));
  assert.deepEqual(
    await fitTraces(tasks, { workers: 2 }),
    await fitTraces(tasks, { workers: 1 }),
  );
});

Deno.test("bin means keep nearly all information, point samples a third of the precision", () => {
  const measured = trace({ rate_s: 2e-3, biot: 1 }, 2e-8, { noise_A: 3e-13 });
  const error = (options: FitOptions) =>
    fitTrace(measured, -0.015, { ...options, region: false }).errors
      .lnDiffusion;
  const all = error({});
  assert.ok(error({ sampling: "bins" }) < 1.3 * all);
  assert.ok(error({ sampling: "points" }) > 2 * all);
});

Deno.test("an offset, a lag and slow noise are flagged, a clean trace is not", () => {
  const truth = { rate_s: 2e-3, biot: 1 };
  const flags = (options: object) =>
    fitTrace(trace(truth, 2e-8, { noise_A: 3e-13, ...options }), -0.015, {
      region: false,
    }).flags;
  assert.deepEqual(flags({}), []);
  assert.ok(flags({ lag_s: 2 }).includes("lag"));
  assert.ok(flags({ offset_A: 2e-12 }).includes("offset"));
  const wave = trace(truth, 2e-8, { noise_A: 1e-13 });
  const slow = {
    time_s,
    current_A: wave.current_A.map((i, t) => i + 5e-13 * Math.sin(t / 15)),
  };
  assert.ok(fitTrace(slow, -0.015).flags.includes("residuals"));
});

Deno.test("a flat trace is flagged and bounds the rates from one side", () => {
  const random = new Random(1, "flat");
  const current_A = time_s.map(() => -1e-11 + 3e-13 * random.normal());
  const fit = fitTrace({ time_s, current_A }, -0.015, { region: false });
  assert.ok(fit.flags.includes("flat"));
  assert.ok(fit.flags.includes("incomplete"));
});

Deno.test("traces that hold next to nothing give a flag and no number that is not one", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = new Random(seed, "nothing");
    const noise = () => 3e-13 * random.normal();
    const nothing = {
      noise: time_s.map(() => -1e-13 + noise()),
      spike: time_s.map((t) => (t < 2 ? -1e-9 : -1e-14) + noise()),
      constant: time_s.map(() => -1e-11),
      rising: time_s.map((t) => -1e-14 * t + noise()),
      "below the noise": time_s.map((t) =>
        -2e-13 * Math.exp(-t / 300) + noise()
      ),
    };
    for (const [name, current_A] of Object.entries(nothing)) {
      const measured = { time_s, current_A };
      for (const fit of [fitTrace, fitPublished]) {
        const { flags, rates, rms_A, diffusionRate_s } = fit(measured, -0.015);
        assert.ok(flags.length > 0, `${name}, seed ${seed}`);
        const { lower, upper } = diffusionRate_s;
        for (const value of [rates.rate_s, rates.biot, rms_A, lower, upper]) {
          assert.ok(value === null || Number.isFinite(value), name);
        }
      }
    }
  }
});

Deno.test("fitTrace() takes traces of a second and of a day alike", () => {
  const scaled = (factor: number) => {
    const measured = trace({ rate_s: 2e-3, biot: 1 }, 2e-8, { noise_A: 3e-13 });
    const { rates } = fitTrace(
      {
        time_s: time_s.map((t) => t * factor),
        current_A: measured.current_A.map((current) => current / factor),
      },
      -0.015,
      { region: false },
    );
    return { rate: rates.rate_s * factor, biot: rates.biot };
  };
  const expected = scaled(1);
  for (const factor of [1e-3, 72]) {
    close(scaled(factor).rate, expected.rate, 1e-4);
    close(scaled(factor).biot, expected.biot, 1e-4);
  }
});

Deno.test("residualsOf() leaves noise, with the root mean square that the fit states", () => {
  const measured = trace({ rate_s: 2e-3, biot: 1 }, 2e-8, { noise_A: 3e-13 });
  const fit = fitTrace(measured, -0.015);
  const residuals = residualsOf(measured, -0.015, fit);
  const rms = Math.sqrt(
    residuals.reduce((sum, r) => sum + r * r, 0) / residuals.length,
  );
  close(rms, fit.rms_A, 1e-9);
  close(rms, 3e-13, 0.1);
  const { autocorrelation, runsScore } = testResiduals(residuals);
  assert.ok(Math.abs(autocorrelation) < 0.12 && Math.abs(runsScore) < 4);
  const current = predictCurrent(time_s, fit, -1);
  close(current[0]! + residuals[0]!, measured.current_A[0]!, 1e-12);
});

Deno.test("expectedErrors() gives the reference Cramer-Rao bounds and scales with noise over charge", () => {
  for (const { truth, crlb_all_samples_Qfree: bound } of golden.traces) {
    const errors = expectedErrors({
      rates: { rate_s: truth.D_over_r2_per_s, biot: truth.B },
      charge_C: truth.Q_inf_C,
      noise_A: truth.sigma_A,
      interval_s: 1,
      duration_s: 1200,
    });
    close(errors.lnDiffusion, bound.sd_ln_D, 1e-6);
    close(errors.lnBiot, bound.sd_ln_B, 1e-6);
    close(errors.lnReaction, bound.sd_ln_BD, 1e-6);
    close(errors.lnCharge, bound.sd_ln_Q, 1e-6);
    close(errors.correlation, bound.corr_lnD_lnB, 1e-6);
  }
});

Deno.test("fitTable() leaves cells empty where only a limit is known", () => {
  const fit = fitTrace(
    trace({ rate_s: 0.03, biot: 0.01 }, 2e-8, { noise_A: 3e-13 }),
    -0.015,
    { region: false },
  );
  const conditions = {
    radius_um: 5,
    temperature_K: 302.15,
    dVdC_V_cm3_mol: -37.5,
  };
  const table = fitTable([{
    particle: "P01",
    trace: "P01.csv",
    fit,
    conditions,
  }]);
  assert.deepEqual(
    table.columns.map(({ id }) => id),
    [
      "particle",
      "trace",
      "model",
      "radius",
      "D",
      "D lower",
      "D upper",
      "j0",
      "j0 lower",
      "j0 upper",
      "Biot",
      "charge",
      "offset",
      "tauD",
      "tauR",
      "rms",
      "flags",
    ],
  );
  const cell = (id: string) =>
    table.columns.find((column) => column.id === id)!.values[0] as number;
  assert.ok(Number.isNaN(cell("D")) && Number.isNaN(cell("Biot")));
  assert.ok(cell("D lower") > 0 && Number.isNaN(cell("D upper")));
  assert.ok(cell("j0 lower") < cell("j0") && cell("j0") < cell("j0 upper"));
});

Deno.test("createTrace() and the fits throw on bad traces", () => {
  const good = trace({ rate_s: 2e-3, biot: 1 }, 2e-8);
  const with_ = (index: number, time: number) =>
    good.time_s.map((t, i) => i === index ? time : t);
  assert.throws(() => createTrace(with_(4, 4), good.current_A, "a.csv"), {
    name: "DataError",
    message:
      "a.csv: Cannot use the trace as its times must not be negative and must rise: current value of sample 5 is 4 s after 4 s",
  });
  assert.throws(() => createTrace(with_(0, -1), good.current_A), {
    name: "DataError",
  });
  assert.throws(() => createTrace(with_(7, NaN), good.current_A), {
    name: "DataError",
  });
  assert.throws(
    () => createTrace(time_s.slice(0, 19), good.current_A.slice(0, 19)),
    {
      name: "DataError",
      message:
        "Cannot use the trace as it must have at least 20 samples: current value is 19",
    },
  );
  assert.throws(() => createTrace(time_s, good.current_A.slice(1)), {
    name: "DataError",
  });
  assert.throws(() => fitTrace(good, 0.015), {
    name: "DataError",
    message: /charge must have the sign of the potential step/,
  });
  assert.throws(() => fitTrace(good, 0), RangeError);
  assert.throws(() => fitTrace(good, -0.015, { offset_A: -1 }), RangeError);
  assert.throws(
    () => fitPublished(good, -0.015, { charge_C: 0 }),
    RangeError,
  );
});
