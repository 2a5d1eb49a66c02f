import assert from "node:assert/strict";
import {
  concentrationChange,
  type Fit,
  fitTraces,
  kineticsOf,
  lowestSignalToNoise,
  measureParticle,
  potentialCurve,
  potentialSlope_V_cm3_mol,
  rawDecayTime_s,
  signalToNoise,
  type SizeDependence,
  sizeDependence,
} from "@cathode/pitt/mod.ts";
import { fitLine, median } from "@cathode/statistics/mod.ts";
import {
  conditionsAt,
  materialSlope_V_cm3_mol,
  type PittExperiment,
  pittParameters,
  type PittStep,
  synthesizeCoinCell,
  synthesizeCycles,
  synthesizeParticleImage,
  synthesizeParticles,
  synthesizePitt,
} from "@cathode/synthetic/mod.ts";

const { published, assumed } = pittParameters;
const cracked = synthesizePitt({ world: "cracked", seed: 1 });
const surface = synthesizePitt({ world: "surface", seed: 1 });

Deno.test("synthesizePitt() is set by its seed; both worlds share particles and noise", () => {
  assert.deepEqual(synthesizePitt({ world: "cracked", seed: 1 }), cracked);
  const other = synthesizePitt({ world: "cracked", seed: 2 });
  assert.notEqual(
    other.particles[3]!.radius_um,
    cracked.particles[3]!.radius_um,
  );
  for (const [i, particle] of surface.particles.entries()) {
    assert.equal(particle.volume_um3, cracked.particles[i]!.volume_um3);
    assert.equal(particle.diffusionLength_um, particle.radius_um);
  }
  assert.throws(
    () => synthesizePitt({ world: "cracked", seed: 1, noise_A: -1 }),
    RangeError,
  );
});

Deno.test("particles have the published number, one the published size, all within the range", () => {
  assert.equal(cracked.particles.length, 21);
  assert.equal(cracked.steps.length, 21 * 6);
  assert.equal(2 * cracked.particles[0]!.radius_um, 10.1);
  for (const { radius_um, halfAxes_um, volume_um3 } of cracked.particles) {
    assert.ok(2 * radius_um >= 5 && 2 * radius_um <= 15);
    const [a, b, c] = halfAxes_um;
    assert.ok(Math.abs(4 / 3 * Math.PI * a * b * c / volume_um3 - 1) < 1e-12);
  }
});

Deno.test("the material has the published capacity, the assumed slope at 4.1 V, and steps below 4 %", () => {
  assert.ok(Math.abs(materialSlope_V_cm3_mol(4.1) / -37.5 - 1) < 1e-3);
  const { capacity_mAh_g, voltage_V } = synthesizeCoinCell(2000);
  const perVolume = capacity_mAh_g.at(-1)! * published.density_g_cm3;
  assert.ok(Math.abs(perVolume / published.capacity_mAh_cm3 - 1) < 0.04);
  const curve = potentialCurve(
    capacity_mAh_g,
    voltage_V,
    { molarMass_g_mol: assumed.molarMass_g_mol, density_g_cm3: 4.77 },
    assumed.potential.fractionAtLowerCutoff,
  );
  for (const voltage of published.titration.voltage_V.slice(0, 5)) {
    const slope = potentialSlope_V_cm3_mol(curve, voltage, 0.02);
    assert.ok(Math.abs(slope / materialSlope_V_cm3_mol(voltage) - 1) < 0.01);
    assert.ok(
      concentrationChange(slope, 0.015, curve.fullConcentration_mol_cm3) < 0.04,
    );
  }
});

Deno.test("the particle of 10.1 um cycles as the published one", () => {
  const cycles = synthesizeCycles(cracked.particles[0]!);
  const [firstCharge, firstDischarge, secondCharge] = cycles;
  assert.ok(
    Math.abs(Math.abs(firstDischarge!.current_A) / 118.7e-12 - 1) < 1e-3,
  );
  const capacity = firstDischarge!.capacity_pAh.at(-1)!;
  assert.ok(capacity > 250 && capacity < 356, `${capacity} pAh`);
  // Durations of Methods: about 4, 3 and 3 h
  for (
    const [cycle, hours] of [[firstCharge, 4], [firstDischarge, 3], [
      secondCharge,
      3,
    ]] as const
  ) {
    assert.ok(Math.abs(cycle!.time_s.at(-1)! / 3600 / hours - 1) < 0.3);
  }
  assert.ok(firstDischarge!.voltage_V.at(-1)! <= 2.9);
  assert.ok(firstCharge!.voltage_V.at(-1)! >= 4.2);
  // Before the first cracks the potential is higher than after.
  const classical = synthesizeCycles(surface.particles[0]!)[0]!;
  assert.ok(firstCharge!.voltage_V[0]! > classical.voltage_V[0]! + 0.03);
});

Deno.test("capacity is proportional to the volume of the images, near 600 mAh/cm3", () => {
  for (const seed of [1, 2]) {
    const particles = synthesizeParticles("cracked", seed);
    const volume_cm3 = particles.map((particle) => {
      const { image, area_um2 } = synthesizeParticleImage(particle, seed);
      const measured = measureParticle(image);
      assert.ok(Math.abs(measured.area_um2 / area_um2 - 1) < 0.01);
      return measured.volume_um3 * 1e-12;
    });
    const capacity_mAh = particles.map((particle) =>
      synthesizeCycles(particle)[1]!.capacity_pAh.at(-1)! * 1e-9
    );
    const { slope, rSquared } = fitLine(volume_cm3, capacity_mAh);
    assert.ok(rSquared >= 0.95, `R2 ${rSquared}`);
    assert.ok(Math.abs(slope / 600 - 1) < 0.05, `slope ${slope}`);
  }
});

Deno.test("the rule on signal to noise leaves out 3.6 V and keeps 3.7 V", () => {
  for (const { steps } of [cracked, surface]) {
    for (const voltage of published.titration.voltage_V) {
      const signal = median(
        steps.filter((step) => step.voltage_V === voltage)
          .map(({ trace, step_V }) => signalToNoise(trace, step_V)),
      );
      assert.equal(signal >= lowestSignalToNoise, voltage !== 3.6);
    }
  }
});

/** Steps of an experiment at 4.1 V, their exact fits and the size dependence of what follows. */
async function analyse({ particles, steps }: PittExperiment) {
  const high = steps.filter((step) => step.voltage_V === 4.1);
  const fits = await fitTraces(high.map(({ trace, step_V }) => ({
    trace,
    step_V,
    method: { model: "exact", region: false },
  })));
  const diameter_um = particles.map(({ radius_um }) => 2 * radius_um);
  const of = (value: (fit: Fit, step: PittStep) => number): SizeDependence =>
    sizeDependence(diameter_um, fits.map((fit, i) => value(fit, high[i]!)));
  return {
    fits,
    diffusivity: of(({ rates }, { conditions }) =>
      kineticsOf(rates, conditions).diffusivity_cm2_s
    ),
    exchange: of(({ rates }, { conditions }) =>
      kineticsOf(rates, conditions).exchange_A_cm2
    ),
    diffusionTime: of(({ rates }) => 1 / (4 * rates.rate_s)),
    reactionTime: of(({ rates }) => 1 / (3 * rates.rate_s * rates.biot)),
    common: of(({ rates }) =>
      kineticsOf(rates, conditionsAt(published.effectiveRadius_um, 4.1))
        .diffusivity_cm2_s
    ),
    rawTime: sizeDependence(
      diameter_um,
      high.map(({ trace }) => rawDecayTime_s(trace)!),
    ),
  };
}

function holds({ law }: SizeDependence, exponent: number): boolean {
  return law.lower < exponent && law.upper > exponent;
}

Deno.test("in the cracked world the paper's findings come out", async () => {
  const found = await analyse(cracked);
  assert.ok(holds(found.diffusivity, 2));
  assert.ok(holds(found.exchange, 1));
  assert.ok(holds(found.diffusionTime, 0) && holds(found.reactionTime, 0));
  assert.ok(holds(found.rawTime, 0));
  assert.ok(holds(found.common, 0));
  assert.ok(found.diffusivity.originParabola.interval!.lower > 0);
});

Deno.test("in the classical world the exact fit and the raw times show the size", async () => {
  const found = await analyse(surface);
  assert.ok(holds(found.diffusionTime, 2) && holds(found.reactionTime, 1));
  assert.ok(holds(found.diffusivity, 0) && holds(found.exchange, 0));
  assert.ok(found.rawTime.law.lower > 0);
});
