/** What a network run needs to know, in SI units. */
import type { Layout } from "./mesh.ts";

/** `amplitude * tanh(steepness * (x - centre))`. */
export interface TanhTerm {
  readonly amplitude_V: number;
  readonly steepness: number;
  readonly centre: number;
}

/** Open-circuit voltage: `constant + slope * x + sum of tanh terms + end * (exp(-x / width) - exp(-(1 - x) / width))`. */
export interface OpenCircuitVoltage {
  readonly constant_V: number;
  readonly slope_V: number;
  readonly terms: readonly TanhTerm[];
  /** Height of the cliffs at either end of the range. */
  readonly end_V: number;
  /** Width of the cliffs in x. */
  readonly endWidth: number;
}

/** Diffusivity: `peak * 10 ** -sum(depth * exp(-((x - centre) ** 2) / width))`; constant without dips. */
export interface Diffusivity {
  readonly peak_m2_s: number;
  readonly dips: readonly {
    readonly depth: number;
    readonly centre: number;
    readonly width: number;
  }[];
}

/** Exchange current density: `reference * x ** lithiated * (1 - x) ** vacant`. */
export interface ExchangeCurrent {
  readonly reference_A_m2: number;
  readonly lithiated: number;
  readonly vacant: number;
}

/**
 * Change of volume against full lithiation: `-(slope * (1 - x) + collapseSlope
 * * width * ln(1 + exp((collapseStart - x) / width)))`.
 */
export interface VolumeChange {
  readonly slope: number;
  readonly collapseSlope: number;
  readonly collapseStart: number;
  readonly collapseWidth: number;
}

/** Elastic constants of an isotropic solid. */
export interface Elasticity {
  readonly youngsModulus_Pa: number;
  readonly poissonRatio: number;
}

/** The particles; x is the stoichiometry C/Cmax. */
export interface ActiveMaterial extends Elasticity {
  readonly maximumConcentration_mol_m3: number;
  readonly openCircuitVoltage: OpenCircuitVoltage;
  readonly diffusivity: Diffusivity;
  readonly exchangeCurrent: ExchangeCurrent;
  readonly volumeChange: VolumeChange;
  /** Share of the mechanical driving force of diffusion that acts: 0 is none, 1 is all of it. */
  readonly stressCoupling: number;
}

/** The two carbon/binder domains, soaked with electrolyte. */
export interface CarbonBinder extends Elasticity {
  readonly highConductivity_S_m: number;
  readonly lowConductivity_S_m: number;
}

/** How the resistance of the interface grows with damage D from its value without damage. */
export type ResistanceLaw = "exponential" | "rational";

/** Where particles and carbon/binder meet. */
export interface InterfaceParameters {
  readonly strength_Pa: number;
  readonly fractureEnergy_J_m2: number;
  /** Opening that, travelled above the threshold, takes one unit of damage: the smaller, the faster the fatigue. */
  readonly fatigueLength_m: number;
  /** Opening over characteristic opening below which there is no fatigue. */
  readonly fatigueThreshold: number;
  readonly resistanceLaw: ResistanceLaw;
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
  readonly temperature_K: number;
  /** Time in which the current would move the whole capacity; the time scale of the figures. */
  readonly period_s: number;
  /** Mean stoichiometry at the end of a charge. */
  readonly charged: number;
  /** Mean stoichiometry at the start, and at the end of a discharge. */
  readonly discharged: number;
  readonly upperVoltage_V: number;
  readonly lowerVoltage_V: number;
  /**
   * At a voltage limit, the voltage is held until the current has fallen to
   * this share (CC-CV); 1 ends the phase at once.
   */
  readonly holdUntil: number;
}

/** Steps in space and time. */
export interface Discretisation {
  readonly edgesPerCircle: number;
  readonly farSize_m: number;
  /** Time steps in one charge at full current. */
  readonly stepsPerPhase: number;
}

/** A complete parameter set. */
export interface NetworkParameters {
  readonly name: string;
  readonly layout: Layout;
  readonly activeMaterial: ActiveMaterial;
  readonly carbonBinder: CarbonBinder;
  readonly interface: InterfaceParameters;
  readonly support: Support;
  readonly operation: Operation;
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
