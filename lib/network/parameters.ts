/** What a network run needs to know, in SI units. */
import type { Layout } from "./mesh.ts";

/** `amplitude * tanh(steepness * (x - centre))`. */
export interface TanhTerm {
  /** Half the height of the step. */
  readonly amplitude_V: number;
  /** Inverse width of the step in x. */
  readonly steepness: number;
  /** Place in x. */
  readonly centre: number;
}

/** Open-circuit voltage: `constant + slope * x + sum of tanh terms + end * (exp(-x / width) - exp(-(1 - x) / width))`. */
export interface OpenCircuitVoltage {
  /** Voltage at x = 0 without the other terms. */
  readonly constant_V: number;
  /** Change over the whole range of x. */
  readonly slope_V: number;
  /** Steps; there may be none. */
  readonly terms: readonly TanhTerm[];
  /** Height of the cliffs at either end of the range. */
  readonly end_V: number;
  /** Width of the cliffs in x. */
  readonly endWidth: number;
}

/** Diffusivity: `peak * 10 ** -sum(depth * exp(-((x - centre) ** 2) / width))`; constant without dips. */
export interface Diffusivity {
  /** Diffusivity away from the dips. */
  readonly peak_m2_s: number;
  /** Dips around stoichiometries; none for a constant diffusivity. */
  readonly dips: readonly {
    readonly depth: number;
    readonly centre: number;
    readonly width: number;
  }[];
}

/** Exchange current density: `reference * x ** lithiated * (1 - x) ** vacant`. */
export interface ExchangeCurrent {
  /** Scale of the current density. */
  readonly reference_A_m2: number;
  /** Exponent of x. */
  readonly lithiated: number;
  /** Exponent of 1 - x. */
  readonly vacant: number;
}

/**
 * Change of volume against full lithiation: `-(slope * (1 - x) + collapseSlope
 * * width * ln(1 + exp((collapseStart - x) / width)))`.
 */
export interface VolumeChange {
  /** Linear change over the whole range of x. */
  readonly slope: number;
  /** Slope that the collapse adds. */
  readonly collapseSlope: number;
  /** Stoichiometry below which the lattice collapses. */
  readonly collapseStart: number;
  /** Width in x over which the slope changes. */
  readonly collapseWidth: number;
}

/** Elastic constants of an isotropic solid. */
export interface Elasticity {
  /** Young's modulus. */
  readonly youngsModulus_Pa: number;
  /** Poisson's ratio. */
  readonly poissonRatio: number;
}

/** The particles; x is the stoichiometry C/Cmax. */
export interface ActiveMaterial extends Elasticity {
  /** Concentration of lithium at x = 1. */
  readonly maximumConcentration_mol_m3: number;
  /** Against lithium. */
  readonly openCircuitVoltage: OpenCircuitVoltage;
  /** Of lithium in the particles. */
  readonly diffusivity: Diffusivity;
  /** Of the reaction at the surface. */
  readonly exchangeCurrent: ExchangeCurrent;
  /** By delithiation; a third of it is the eigenstrain. */
  readonly volumeChange: VolumeChange;
  /** Share of the mechanical driving force of diffusion that acts: 0 is none, 1 is all of it. */
  readonly stressCoupling: number;
}

/** The two carbon/binder domains, soaked with electrolyte. */
export interface CarbonBinder extends Elasticity {
  /** Of the well conducting domain. */
  readonly highConductivity_S_m: number;
  /** Of the badly conducting domain. */
  readonly lowConductivity_S_m: number;
}

/** How the resistance of the interface grows with damage D from its value without damage. */
export type ResistanceLaw = "exponential" | "rational";

/** Where particles and carbon/binder meet. */
export interface InterfaceParameters {
  /** Largest traction. */
  readonly strength_Pa: number;
  /** Work of complete opening. */
  readonly fractureEnergy_J_m2: number;
  /** Opening that, travelled above the threshold, takes one unit of damage: the smaller, the faster the fatigue. */
  readonly fatigueLength_m: number;
  /** Opening over characteristic opening below which there is no fatigue. */
  readonly fatigueThreshold: number;
  /** How damage adds to the resistance. */
  readonly resistanceLaw: ResistanceLaw;
  /** Resistance without damage. */
  readonly resistance_Ohm_m2: number;
  /** Scale of the resistance that damage adds. */
  readonly damageResistance_Ohm_m2: number;
  /** `exponential`: added is `scale * (exp(sharpness * D) - 1)`. `rational`: `scale * D / (1 - D + 1 / sharpness)`. */
  readonly resistanceSharpness: number;
  /** 1: damage acts on the resistance; 0: the twin without feedback. */
  readonly feedback: number;
}

/** How the electrode is held. */
export interface Support {
  /** Whether the wall across from the collector's floor, or the outer wall of a stack of spheres, may move: 0 held, 1 free. */
  readonly freeWall: number;
}

/** How the electrode is cycled. */
export interface Operation {
  /** The same everywhere. */
  readonly temperature_K: number;
  /** Time in which the current would move the whole capacity; the time scale of the figures. */
  readonly period_s: number;
  /** Mean stoichiometry at the end of a charge. */
  readonly charged: number;
  /** Mean stoichiometry at the start, and at the end of a discharge. */
  readonly discharged: number;
  /** Limit of charges. */
  readonly upperVoltage_V: number;
  /** Limit of discharges. */
  readonly lowerVoltage_V: number;
  /**
   * At a voltage limit, the voltage is held until the current has fallen to
   * this share (CC-CV); 1 ends the phase at once.
   */
  readonly holdUntil: number;
}

/** Steps in space and time. */
export interface Discretisation {
  /** Edges that a full circle around a particle would have; even. */
  readonly edgesPerCircle: number;
  /** Largest edge away from the particles. */
  readonly farSize_m: number;
  /** Time steps in one charge at full current. */
  readonly stepsPerPhase: number;
}

/** A complete parameter set. */
export interface NetworkParameters {
  /** Name of the case. */
  readonly name: string;
  /** Particles and their cells. */
  readonly layout: Layout;
  /** The particles. */
  readonly activeMaterial: ActiveMaterial;
  /** What is around them. */
  readonly carbonBinder: CarbonBinder;
  /** Where they meet. */
  readonly interface: InterfaceParameters;
  /** How the electrode is held. */
  readonly support: Support;
  /** How it is cycled. */
  readonly operation: Operation;
  /** Steps in space and time. */
  readonly discretisation: Discretisation;
}

/** Faraday constant in C/mol, exact in the SI of 2019. */
export const faraday_C_mol = 96485.33212;
/** Molar gas constant in J/(mol K), exact in the SI of 2019. */
export const gasConstant_J_mol_K = 8.314462618;

/**
 * The same case without action of damage on the resistance.
 *
 * @param parameters The case.
 */
export function withoutFeedback(
  parameters: NetworkParameters,
): NetworkParameters {
  return {
    ...parameters,
    interface: { ...parameters.interface, feedback: 0 },
  };
}

/**
 * The same case with other coverages.
 *
 * @param parameters The case; all its particles have one size.
 * @param coverages One per particle; their number may differ from that of the case.
 * @throws {RangeError} If the particles of the case differ in size.
 */
export function withCoverages(
  parameters: NetworkParameters,
  coverages: readonly number[],
): NetworkParameters {
  const { particles } = parameters.layout;
  const { radius_m } = particles[0]!;
  const other = particles.find((particle) => particle.radius_m !== radius_m);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot set the coverages as all particles must have one radius: current value is ${other.radius_m} beside ${radius_m} m`,
    );
  }
  return {
    ...parameters,
    layout: {
      ...parameters.layout,
      particles: coverages.map((coverage) => ({ radius_m, coverage })),
    },
  };
}
