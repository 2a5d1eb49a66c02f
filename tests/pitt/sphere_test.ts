import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chargeFraction,
  eigenvalues,
  erfc,
  erfcx,
  publishedRelativeCurrent,
  relativeCurrent,
  relativeCurrents,
} from "@cathode/pitt/mod.ts";

// 40-digit values; origin in tests/golden/pitt/README.md
const golden = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/pitt/pitt.json", import.meta.url)),
);

const biots = fc.double({
  min: Math.log(0.01),
  max: Math.log(1000),
  noNaN: true,
})
  .map(Math.exp);
const taus = fc.double({ min: Math.log(1e-5), max: Math.log(10), noNaN: true })
  .map(Math.exp);

function relative(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

Deno.test("relativeCurrent() agrees with the reference to 1e-11 for B 0.01 to 1000 and tau 1e-5 to 10", () => {
  for (const { B, tau, f_exact } of golden.grid) {
    assert.ok(
      relative(relativeCurrent(B, tau), f_exact) < 1e-11,
      `B ${B}, tau ${tau}`,
    );
  }
});

Deno.test("chargeFraction() agrees with the reference to 1e-11", () => {
  for (const { B, tau, charge_fraction } of golden.grid) {
    if (charge_fraction === null) continue;
    assert.ok(
      relative(chargeFraction(B, tau), charge_fraction) < 1e-11,
      `B ${B}, tau ${tau}`,
    );
  }
});

Deno.test("eigenvalues() agrees with the reference to 1e-12", () => {
  for (const { B, beta } of golden.roots) {
    const roots = eigenvalues(B, beta.length);
    for (const [n, expected] of beta.entries()) {
      assert.ok(relative(roots[n]!, expected) < 1e-12, `B ${B}, root ${n + 1}`);
    }
  }
});

Deno.test("eigenvalues() solve their equation in rising order", () => {
  fc.assert(fc.property(biots, (biot) => {
    const roots = eigenvalues(biot, 20);
    for (const [n, beta] of roots.entries()) {
      const value = beta * Math.cos(beta) + (biot - 1) * Math.sin(beta);
      assert.ok(Math.abs(value) < 1e-11 * (1 + biot) * (1 + beta));
      assert.ok(n === 0 || beta > roots[n - 1]! + 1);
    }
  }));
});

Deno.test("erfc() and erfcx() agree with the reference", () => {
  for (const row of golden.special_functions) {
    assert.ok(relative(erfcx(row.x), row.erfcx) < 1e-14, `erfcx(${row.x})`);
    // Below 1e-307 numbers lose digits.
    if (row.erfc > 1e-307) {
      assert.ok(relative(erfc(row.x), row.erfc) < 1e-14, `erfc(${row.x})`);
    }
  }
});

Deno.test("publishedRelativeCurrent() agrees with eqn (1) to 1e-8 B, also at B = 1 and where its raw form is not a number", () => {
  for (const { B, tau, f_eqn1_printed } of golden.grid) {
    if (f_eqn1_printed === null) continue;
    assert.ok(
      Math.abs(publishedRelativeCurrent(B, tau) - f_eqn1_printed) < 1e-8 * B,
      `B ${B}, tau ${tau}`,
    );
  }
  // exp(b^2 tau) overflows in the raw form from b sqrt(tau) = 26.6 on.
  for (const [biot, tau] of [[100, 0.1], [20, 2], [1000, 10]] as const) {
    assert.ok(Number.isFinite(publishedRelativeCurrent(biot, tau)));
  }
});

Deno.test("relativeCurrent() starts at B, falls, and three times its integral is the charge", () => {
  fc.assert(
    fc.property(biots, taus, (biot, tau) => {
      assert.equal(relativeCurrent(biot, 0), biot);
      const now = relativeCurrent(biot, tau);
      assert.ok(now > 0 && now < biot);
      // Derivative of the charge by differences of the other function
      const h = 1e-4 * tau;
      const slope =
        (chargeFraction(biot, tau + h) - chargeFraction(biot, tau - h)) /
        (2 * h);
      const rounding = 3e-15 / h;
      assert.ok(Math.abs(slope - 3 * now) < 1e-6 * 3 * now + rounding);
    }),
    { numRuns: 300 },
  );
});

Deno.test("the forms for short and long times join", () => {
  fc.assert(fc.property(biots, (biot) => {
    const before = relativeCurrent(biot, 0.15 * (1 - 1e-12));
    assert.ok(relative(relativeCurrent(biot, 0.15), before) < 1e-10);
    const charge = chargeFraction(biot, 0.025 * (1 - 1e-12));
    assert.ok(relative(chargeFraction(biot, 0.025), charge) < 1e-10);
  }));
});

Deno.test("the mean time is 1/15 + 1/(3 B) in units of r^2 / D", () => {
  for (const { B, mean_tau_exact } of golden.identities.moments) {
    // Integral of 1 - M over the logarithm of time, by the trapezoidal rule
    let sum = 0;
    const steps = 4000,
      low = Math.log(1e-9),
      high = Math.log(400 / Math.min(B, 1));
    for (let i = 0; i <= steps; i++) {
      const tau = Math.exp(low + (high - low) * i / steps);
      sum += (i === 0 || i === steps ? 0.5 : 1) * tau *
        (1 - chargeFraction(B, tau)) * (high - low) / steps;
    }
    assert.ok(relative(sum, mean_tau_exact) < 1e-5, `B ${B}`);
  }
});

Deno.test("relativeCurrents() gives what relativeCurrent() gives", () => {
  const time_s = Float64Array.of(0, 1, 10, 100, 1000);
  const values = relativeCurrents(0.7, 2e-3, time_s);
  for (const [i, time] of time_s.entries()) {
    assert.equal(values[i], relativeCurrent(0.7, 2e-3 * time));
  }
});

Deno.test("the sphere throws on values without meaning", () => {
  assert.throws(() => relativeCurrent(0, 1), {
    name: "RangeError",
    message:
      "Cannot solve the sphere as the Biot number must be positive and finite: current value is 0",
  });
  assert.throws(() => chargeFraction(1, -1), RangeError);
  assert.throws(() => relativeCurrent(1, NaN), RangeError);
  assert.throws(() => eigenvalues(Infinity, 1), RangeError);
  assert.throws(() => publishedRelativeCurrent(-1, 1), RangeError);
});
