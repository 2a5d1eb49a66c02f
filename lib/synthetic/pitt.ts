/** A synthetic single-particle experiment: particles, galvanostatic cycles and potential steps with known truth. */
import { Random } from "../core/mod.ts";
import {
  capacitance_F_cm3,
  chargeFraction,
  erfc,
  faraday_C_mol,
  gas_J_mol_K,
  type Kinetics,
  type Rates,
  ratesOf,
  relativeCurrents,
  type StepConditions,
  type Trace,
} from "../pitt/mod.ts";
import parameters from "../../data/parameters/pitt.json" with { type: "json" };

/** Numbers of the experiment: published ones, and assumed ones marked as such. */
export const pittParameters = parameters;

/**
 * What the particles are like inside.
 *
 * `cracked` is the paper's picture: electrolyte fills the cracks, lithium
 * diffuses over one short length that all particles share. `surface` is the
 * classical picture: lithium enters at the outer surface, D and j0 are the same
 * for all sizes.
 */
export type World = "cracked" | "surface";

/** A particle on its electrode. */
export interface PittParticle {
  /** Name, `P01` to `P21`. */
  readonly name: string;
  /** Half axes of the ellipsoid in micrometres, in falling order. */
  readonly halfAxes_um: readonly [number, number, number];
  /** True volume in um^3. */
  readonly volume_um3: number;
  /** Radius of the sphere of that volume in micrometres. */
  readonly radius_um: number;
  /** Length over which lithium diffuses: the radius, or the common length of the cracked world. */
  readonly diffusionLength_um: number;
  /** Capacity per volume relative to the published slope. */
  readonly capacityFactor: number;
  /** Factors by which D and j0 differ from those of the material. */
  readonly factors: { readonly diffusivity: number; readonly exchange: number };
}

/** A potential step of one particle with its truth. */
export interface PittStep {
  /** Name of the particle. */
  readonly particle: string;
  /** Potential after the rest in V. */
  readonly voltage_V: number;
  /** The trace. */
  readonly trace: Trace;
  /** Height of the step in V, negative. */
  readonly step_V: number;
  /** Radius of the sphere of equal volume, temperature, slope of the potential. */
  readonly conditions: StepConditions;
  /** True rates. */
  readonly rates: Rates;
  /** True charge of the whole step in C. */
  readonly charge_C: number;
  /** True current offset in A. */
  readonly offset_A: number;
}

/** The experiment. */
export interface PittExperiment {
  /** Which world. */
  readonly world: World;
  /** Particles. */
  readonly particles: readonly PittParticle[];
  /** Steps, particle by particle, in the order of the voltages. */
  readonly steps: readonly PittStep[];
}

/** Choices of {@linkcode synthesizePitt}. */
export interface PittOptions {
  /** What the particles are like inside. */
  world: World;
  /** Seed of sizes, scatter and noise. */
  seed: number;
  /** Standard deviation of the white noise of one sample in A; also that of the offsets. */
  noise_A?: number;
}

const { published, assumed } = parameters;

/**
 * Makes the particles and potential steps of the experiment.
 *
 * Sizes, shapes, scatter and noise are drawn from the seed; both worlds share
 * them, so that they differ in nothing but the diffusion length. The first
 * particle has the published diameter of 10.1 um.
 *
 * @param options World and seed.
 * @throws {RangeError} If the noise is negative.
 *
 * @example A slow particle of the classical world
 * ```ts
 * import assert from "node:assert/strict";
 * import { synthesizePitt } from "./pitt.ts";
 *
 * const { particles, steps } = synthesizePitt({ world: "surface", seed: 1 });
 * assert.equal(particles.length, 21);
 * assert.equal(steps.length, 21 * 6);
 * ```
 */
export function synthesizePitt(
  { world, seed, noise_A = assumed.noise_A }: PittOptions,
): PittExperiment {
  if (!(noise_A >= 0)) {
    throw new RangeError(
      `Cannot make the experiment as the noise must not be negative: current value is ${noise_A} A`,
    );
  }
  const particles = synthesizeParticles(world, seed);
  const steps = particles.flatMap((particle) =>
    published.titration.voltage_V.map((voltage_V) =>
      synthesizeStep(particle, voltage_V, seed, noise_A)
    )
  );
  return { world, particles, steps };
}

/**
 * Particles of the experiment.
 *
 * @param world What they are like inside.
 * @param seed Seed of sizes, shapes and scatter.
 */
export function synthesizeParticles(
  world: World,
  seed: number,
): PittParticle[] {
  const { diameter_um: { median, lnSpread, range }, axisSpread } = assumed;
  return Array.from({ length: published.particles }, (_, i) => {
    const random = new Random(seed, "pitt particle", i);
    let diameter = 0;
    while (diameter < range[0]! || diameter > range[1]!) {
      diameter = median * Math.exp(lnSpread * random.normal());
    }
    if (i === 0) diameter = published.representativeDiameter_um;
    const stretches = [0, 1, 2].map(() => axisSpread * random.normal());
    const mean = (stretches[0]! + stretches[1]! + stretches[2]!) / 3;
    const halfAxes = stretches.map((s) => diameter / 2 * Math.exp(s - mean))
      .sort((a, b) => b - a) as [number, number, number];
    const radius_um = diameter / 2;
    return {
      name: `P${String(i + 1).padStart(2, "0")}`,
      halfAxes_um: halfAxes,
      volume_um3: 4 / 3 * Math.PI * radius_um ** 3,
      radius_um,
      diffusionLength_um: world === "surface"
        ? radius_um
        : published.effectiveRadius_um,
      capacityFactor: Math.exp(assumed.capacitySpread * random.normal()),
      factors: {
        diffusivity: Math.exp(assumed.kinetics.lnSpread * random.normal()),
        exchange: Math.exp(assumed.kinetics.lnSpread * random.normal()),
      },
    };
  });
}

/**
 * A potential step of a particle from rest.
 *
 * The current is that of the exact solution, with white noise and an offset
 * drawn from the same distribution as the noise; samples at 0.1 s and every
 * second.
 *
 * @param particle The particle.
 * @param voltage_V Potential after the rest.
 * @param seed Seed of the noise.
 * @param noise_A Standard deviation of noise and offset in A.
 */
export function synthesizeStep(
  particle: PittParticle,
  voltage_V: number,
  seed: number,
  noise_A: number,
): PittStep {
  const { step_V, duration_s, firstSample_s } = published.titration;
  const conditions = conditionsAt(particle.radius_um, voltage_V);
  const rates = trueRates(particle, voltage_V);
  const charge_C = capacitance_F_cm3(conditions.dVdC_V_cm3_mol) *
    particle.volume_um3 * 1e-12 * particle.capacityFactor * Math.abs(step_V);
  const random = new Random(seed, "pitt step", particle.name, voltage_V);
  const offset_A = noise_A * random.normal();
  const count = Math.floor(duration_s / assumed.sampling_s);
  const time_s = Float64Array.from(
    { length: count + 1 },
    (_, i) => i === 0 ? firstSample_s : i * assumed.sampling_s,
  );
  const current_A = relativeCurrents(rates.biot, rates.rate_s, time_s)
    .map((f) =>
      Math.sign(step_V) * 3 * rates.rate_s * charge_C * f + offset_A +
      noise_A * random.normal()
    );
  return {
    particle: particle.name,
    voltage_V,
    trace: { time_s, current_A },
    step_V,
    conditions,
    rates,
    charge_C,
    offset_A,
  };
}

/** True kinetics of a particle over its diffusion length. */
export function trueKinetics(
  { diffusionLength_um, factors, radius_um }: PittParticle,
  voltage_V: number,
): Kinetics {
  const { kinetics, referenceDiameter_um } = assumed;
  // The cracked world has the same rates as a surface particle of the reference diameter.
  const scale = diffusionLength_um === radius_um
    ? 1
    : diffusionLength_um / (referenceDiameter_um / 2);
  return {
    diffusivity_cm2_s: factors.diffusivity * scale ** 2 *
      interpolate(kinetics.voltage_V, kinetics.diffusivity_cm2_s, voltage_V),
    exchange_A_cm2: factors.exchange * scale *
      interpolate(kinetics.voltage_V, kinetics.exchange_A_cm2, voltage_V),
  };
}

/** True rates of a particle's trace. */
export function trueRates(particle: PittParticle, voltage_V: number): Rates {
  return ratesOf(
    trueKinetics(particle, voltage_V),
    conditionsAt(particle.diffusionLength_um, voltage_V),
  );
}

/** Temperature and slope of the potential at a voltage, with a radius. */
export function conditionsAt(
  radius_um: number,
  voltage_V: number,
): StepConditions {
  return {
    radius_um,
    temperature_K: published.temperature_K,
    dVdC_V_cm3_mol: materialSlope_V_cm3_mol(voltage_V),
  };
}

/** Lithium concentration of the full material in mol/cm^3. */
const fullConcentration = published.density_g_cm3 / assumed.molarMass_g_mol;

/** Change of lithium fraction per volt of the material, positive. */
function fractionPerVolt(voltage_V: number): number {
  const p = assumed.potential;
  return p.floor_V +
    p.plateau_V / (1 + Math.exp(-(voltage_V - p.edge_V) / p.width_V)) +
    p.peak_V * Math.exp(-(((voltage_V - p.peakCentre_V) / p.peakWidth_V) ** 2));
}

/**
 * Slope of the material's potential with lithium concentration in V cm^3/mol.
 *
 * @param voltage_V Potential against lithium.
 */
export function materialSlope_V_cm3_mol(voltage_V: number): number {
  return -1 / (fractionPerVolt(voltage_V) * fullConcentration);
}

/**
 * Lithium fraction of the material at a potential.
 *
 * @param voltage_V Potential against lithium.
 */
export function materialFraction(voltage_V: number): number {
  const p = assumed.potential;
  const integral = (v: number) =>
    p.floor_V * v +
    p.plateau_V * p.width_V * Math.log1p(Math.exp((v - p.edge_V) / p.width_V)) -
    p.peak_V * p.peakWidth_V * Math.sqrt(Math.PI) / 2 *
      erfc((v - p.peakCentre_V) / p.peakWidth_V);
  return p.fractionAtLowerCutoff -
    (integral(voltage_V) - integral(published.lowerCutoff_V));
}

/** Potential of the material at a lithium fraction. */
function materialPotential_V(fraction: number): number {
  let low = 0, high = 6;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (materialFraction(middle) > fraction) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The material's potential as a coin cell would record it: capacity extracted
 * from the lower cut-off against potential.
 *
 * @param samples Number of samples, evenly spaced in capacity.
 * @returns Capacity in mAh/g of active material and potential in V.
 */
export function synthesizeCoinCell(
  samples: number,
): { capacity_mAh_g: Float64Array; voltage_V: Float64Array } {
  const perFraction = faraday_C_mol / 3.6 / assumed.molarMass_g_mol;
  const full = materialFraction(published.lowerCutoff_V);
  const empty = materialFraction(published.upperCutoff_V);
  const capacity_mAh_g = Float64Array.from(
    { length: samples },
    (_, i) => (full - empty) * perFraction * i / (samples - 1),
  );
  const voltage_V = capacity_mAh_g.map((q) =>
    materialPotential_V(full - q / perFraction)
  );
  return { capacity_mAh_g, voltage_V };
}

/** A galvanostatic half cycle. */
export interface HalfCycle {
  /** Which one. */
  readonly name: "first charge" | "first discharge" | "second charge";
  /** Current in A; charging is positive. */
  readonly current_A: number;
  /** Time since its start in s. */
  readonly time_s: Float64Array;
  /** Charge passed since its start in pAh. */
  readonly capacity_pAh: Float64Array;
  /** Potential in V. */
  readonly voltage_V: Float64Array;
}

/**
 * First charge, first discharge and second charge of a particle at constant
 * current between the cut-offs.
 *
 * The potential is that of the lithium at the surface (a pseudo-steady profile
 * in a sphere) and the overpotential of symmetric Butler-Volmer kinetics. During
 * the first charge of the cracked world only part of the area reacts until the
 * first cracks open; that and the irreversible charge are put in by hand.
 *
 * @param particle The particle.
 */
export function synthesizeCycles(particle: PittParticle): HalfCycle[] {
  const { upperCutoff_V, lowerCutoff_V } = published;
  const { firstCharge } = assumed;
  const current = galvanostaticCurrent_A(particle);
  const isCracked = particle.diffusionLength_um !== particle.radius_um;
  let fraction = materialFraction(lowerCutoff_V);
  const halfCycle = (
    name: HalfCycle["name"],
    sign: 1 | -1,
    options: DriveOptions,
  ): HalfCycle => {
    const end_V = sign > 0 ? upperCutoff_V : lowerCutoff_V;
    const driven = drive(particle, fraction, sign, end_V, options);
    fraction = driven.fraction;
    return {
      name,
      current_A: sign * current,
      time_s: driven.time_s,
      capacity_pAh: driven.time_s.map((t) => current * t / 3.6e-9),
      voltage_V: driven.voltage_V,
    };
  };
  const opening = materialFraction(lowerCutoff_V) -
    firstCharge.cracksAtStateOfCharge;
  return [
    halfCycle("first charge", 1, {
      efficiency: 1 - firstCharge.irreversibleShare,
      areaShare: (x) =>
        isCracked && x > opening ? firstCharge.areaShareBefore : 1,
    }),
    halfCycle("first discharge", -1, {}),
    halfCycle("second charge", 1, {}),
  ];
}

/** What a potentiostat records of one particle. */
export interface PittRecord {
  /** Time since the start in s. */
  readonly time_s: Float64Array;
  /** Potential in V. */
  readonly voltage_V: Float64Array;
  /** Current in A, with noise. */
  readonly current_A: Float64Array;
  /** Number of the technique in the sequence, from 0. */
  readonly sequence: Float64Array;
  /** Steps of the titration in it, with their truth. */
  readonly steps: readonly PittStep[];
}

/**
 * The whole sequence of one particle: three half cycles, then at each voltage a
 * discharge, an hour of rest and the potential step.
 *
 * @param particle The particle.
 * @param seed Seed of the noise.
 * @param noise_A Standard deviation of noise and offset in A.
 */
export function synthesizeRecord(
  particle: PittParticle,
  seed: number,
  noise_A: number = assumed.noise_A,
): PittRecord {
  const { titration } = published;
  const random = new Random(seed, "pitt record", particle.name);
  const time_s: number[] = [], voltage_V: number[] = [];
  const current_A: number[] = [], sequence: number[] = [];
  let start = 0, number = 0;
  const append = (
    times: Float64Array,
    voltage: (i: number) => number,
    current: (i: number) => number,
  ) => {
    // A technique begins where the last one ended; that sample is recorded once.
    const first = number > 0 && times[0] === 0 ? 1 : 0;
    for (let i = first; i < times.length; i++) {
      time_s.push(start + times[i]!);
      voltage_V.push(voltage(i));
      current_A.push(current(i));
      sequence.push(number);
    }
    start += times.at(-1)!;
    number++;
  };
  const noise = () => noise_A * random.normal();
  for (const cycle of synthesizeCycles(particle)) {
    append(
      cycle.time_s,
      (i) => cycle.voltage_V[i]!,
      () => cycle.current_A + noise(),
    );
  }
  let fraction = materialFraction(published.upperCutoff_V);
  const current = -galvanostaticCurrent_A(particle);
  const steps = titration.voltage_V.map((target_V) => {
    const driven = drive(particle, fraction, -1, target_V, {});
    append(
      driven.time_s,
      (i) => driven.voltage_V[i]!,
      () => current + noise(),
    );
    const rest_V = materialPotential_V(driven.fraction);
    const { rate_s, biot } = trueRates(particle, rest_V);
    // Without current only the profile relaxes; its slowest mode in a closed sphere decays with 4.4934^2 k.
    const relaxation_s = 1 / (4.4934 ** 2 * rate_s);
    const rest_s = Float64Array.from(
      { length: titration.rest_s / assumed.galvanostaticSampling_s + 1 },
      (_, i) => i * assumed.galvanostaticSampling_s,
    );
    append(
      rest_s,
      (i) =>
        rest_V + (driven.surface_V - rest_V) *
          Math.exp(-rest_s[i]! / relaxation_s),
      noise,
    );
    const step = synthesizeStep(particle, rest_V, seed, noise_A);
    append(
      step.trace.time_s,
      () => rest_V + step.step_V,
      (i) => step.trace.current_A[i]!,
    );
    const passed = step.charge_C *
      chargeFraction(biot, rate_s * titration.duration_s);
    fraction = driven.fraction + passed / chargePerFraction_C(particle);
    return step;
  });
  return {
    time_s: Float64Array.from(time_s),
    voltage_V: Float64Array.from(voltage_V),
    current_A: Float64Array.from(current_A),
    sequence: Float64Array.from(sequence),
    steps,
  };
}

interface DriveOptions {
  /** Share of the current that moves lithium; 1 by default. */
  efficiency?: number;
  /** Share of the area that reacts at a lithium fraction; 1 by default. */
  areaShare?: (fraction: number) => number;
}

interface Driven {
  time_s: Float64Array;
  voltage_V: Float64Array;
  /** Lithium fraction at the end. */
  fraction: number;
  /** Potential of the lithium at the surface at the end in V. */
  surface_V: number;
}

/** Drives a particle by constant current from a lithium fraction to a potential. */
function drive(
  particle: PittParticle,
  fraction: number,
  sign: 1 | -1,
  end_V: number,
  { efficiency = 1, areaShare = () => 1 }: DriveOptions,
): Driven {
  const length_cm = particle.diffusionLength_um * 1e-4;
  // The reacting area is 3 / length per volume.
  const flux_A_cm2 = published.galvanostatic_A_cm3 * length_cm / 3;
  const perSecond = -sign * galvanostaticCurrent_A(particle) * efficiency /
    chargePerFraction_C(particle);
  const thermal_V = gas_J_mol_K * published.temperature_K / faraday_C_mol;
  const time_s: number[] = [], voltage_V: number[] = [];
  while (true) {
    const time = time_s.length * assumed.galvanostaticSampling_s;
    const x = fraction + perSecond * time;
    const { diffusivity_cm2_s, exchange_A_cm2 } = trueKinetics(
      particle,
      materialPotential_V(x),
    );
    const surface = x - sign * flux_A_cm2 * length_cm /
        (5 * faraday_C_mol * diffusivity_cm2_s * fullConcentration);
    const exchange = areaShare(x) * exchange_A_cm2;
    const surface_V = materialPotential_V(surface);
    const voltage = surface_V +
      sign * 2 * thermal_V * Math.asinh(flux_A_cm2 / (2 * exchange));
    time_s.push(time);
    voltage_V.push(voltage);
    if (sign * (voltage - end_V) >= 0) {
      return {
        time_s: Float64Array.from(time_s),
        voltage_V: Float64Array.from(voltage_V),
        fraction: x,
        surface_V,
      };
    }
  }
}

/** Current of the galvanostatic techniques in A, without sign. */
function galvanostaticCurrent_A({ volume_um3 }: PittParticle): number {
  return published.galvanostatic_A_cm3 * volume_um3 * 1e-12;
}

/** Charge of the whole particle per unit of lithium fraction in C. */
function chargePerFraction_C(
  { volume_um3, capacityFactor }: PittParticle,
): number {
  return faraday_C_mol * fullConcentration * volume_um3 * 1e-12 *
    capacityFactor;
}

/** Value at a place between given ones; the ends are kept beyond them. */
function interpolate(
  places: readonly number[],
  values: readonly number[],
  at: number,
): number {
  // Places fall, as the voltages of the titration do.
  if (at >= places[0]!) return values[0]!;
  for (let i = 1; i < places.length; i++) {
    if (at < places[i]!) continue;
    const share = (places[i - 1]! - at) / (places[i - 1]! - places[i]!);
    return values[i - 1]! * (values[i]! / values[i - 1]!) ** share;
  }
  return values.at(-1)!;
}
