/** Where in the range of parameters particles fall into step. */
import { Random } from "../core/mod.ts";
import type { NetworkParameters } from "./parameters.ts";
import type { ReducedCase } from "./reduced.ts";
import type { CycleSummary } from "./run.ts";

/** Range of one parameter of a scan. */
export interface ScanRange {
  /** Name of the parameter. */
  readonly id: string;
  /** Its unit; empty where there is none. */
  readonly unit: string;
  /** Lower end of the range. */
  readonly low: number;
  /** Upper end of the range. */
  readonly high: number;
  /** Whether the logarithm is spread evenly. */
  readonly isLogarithmic: boolean;
}

/** The parameters that a scan varies, and how far; our choice. */
export const scanRanges = [
  range("lowResistance", "Ohm m2", 3e-3, 1e-1, true),
  range("damageResistance", "Ohm m2", 1e-6, 1e-3, true),
  range("resistanceSharpness", "", 5, 12, false),
  range("fatigueLength", "m", 3e-8, 3e-6, true),
  range("fractureEnergy", "J/m2", 0.1, 1, true),
  range("fatigueThreshold", "", 0, 0.8, false),
  range("coverageSpread", "", 0.1, 0.45, false),
  range("diffusivity", "m2/s", 1e-14, 1e-13, true),
  range("collapseSlope", "", 0.06, 0.2, false),
  range("exchangeCurrent", "A/m2", 2, 10, true),
] as const;

function range<I extends string>(
  id: I,
  unit: string,
  low: number,
  high: number,
  isLogarithmic: boolean,
) {
  return { id, unit, low, high, isLogarithmic };
}

/** Values of the varied parameters, by their ids in {@linkcode scanRanges}. */
export type ScanPoint = Record<(typeof scanRanges)[number]["id"], number>;

/**
 * Points spread evenly over the ranges: each of `count` equal slices of every
 * range is drawn from once (Latin hypercube; M. D. McKay, R. J. Beckman and W.
 * J. Conover, Technometrics 21, 239 (1979), doi:10.1080/00401706.1979.10489755).
 *
 * @param count Number of points.
 * @param seed Seed of the draw.
 *
 * @example Every slice once
 * ```ts
 * import assert from "node:assert/strict";
 * import { sampleScan } from "./scan.ts";
 *
 * const spreads = sampleScan(2, 1).map((point) => point.coverageSpread).sort();
 * assert.ok(spreads[0]! < 0.275 && spreads[1]! >= 0.275);
 * ```
 */
export function sampleScan(count: number, seed: number): ScanPoint[] {
  const points = Array.from({ length: count }, () => ({} as ScanPoint));
  for (const { id, low, high, isLogarithmic } of scanRanges) {
    const random = new Random(seed, "network scan", id);
    const slices = random.permutation(count);
    points.forEach((point, k) => {
      const share = (slices[k]! + random.uniform()) / count;
      point[id] = isLogarithmic
        ? low * (high / low) ** share
        : low + (high - low) * share;
    });
  }
  return points;
}

/**
 * Three particles at a point of the scan, with coverages of one half and of
 * one half plus and minus the spread.
 *
 * @param parameters The case; all that the point does not set stays.
 * @param point Values of the varied parameters.
 */
export function reducedCaseAt(
  parameters: NetworkParameters,
  point: ScanPoint,
): ReducedCase {
  const { activeMaterial, interface: law, layout } = parameters;
  const { radius_m } = layout.particles[0]!;
  const spread = point.coverageSpread;
  return {
    parameters: {
      ...parameters,
      layout: {
        ...layout,
        particles: [0.5 + spread, 0.5, 0.5 - spread].map((coverage) => ({
          radius_m,
          coverage,
        })),
      },
      activeMaterial: {
        ...activeMaterial,
        diffusivity: { peak_m2_s: point.diffusivity, dips: [] },
        exchangeCurrent: {
          ...activeMaterial.exchangeCurrent,
          reference_A_m2: point.exchangeCurrent,
        },
        volumeChange: {
          ...activeMaterial.volumeChange,
          collapseSlope: point.collapseSlope,
        },
      },
      interface: {
        ...law,
        fractureEnergy_J_m2: point.fractureEnergy,
        fatigueLength_m: point.fatigueLength,
        fatigueThreshold: point.fatigueThreshold,
        damageResistance_Ohm_m2: point.damageResistance,
        resistanceSharpness: point.resistanceSharpness,
      },
    },
    binderResistance_Ohm_m2: { high: 2e-5, low: point.lowResistance },
  };
}

/** How the spreads of a run over cycles went. */
export interface Synchronisation {
  /** Whether the first charge ends with a spread of C/Cmax above 0.02. */
  readonly isVisible: boolean;
  /** Last spread of C/Cmax at the end of charge below half the first. */
  readonly concentrations: boolean;
  /** Last spread of damage at the end of charge below 0.7 of its peak. */
  readonly damages: boolean;
  /** Last mean damage above 0.9, or last capacity below 0.8 of the first: particles then meet because they are lost. */
  readonly isDying: boolean;
}

/**
 * Judges whether particles fell into step. The thresholds are ours; compare
 * with the twin without feedback, whose first spread falls a little too.
 *
 * @param cycles Summaries of a run, from its first cycle.
 * @throws {RangeError} If there are fewer than two cycles.
 */
export function judgeSynchronisation(
  cycles: readonly CycleSummary[],
): Synchronisation {
  const first = cycles[0], last = cycles.at(-1);
  if (first === undefined || last === undefined || cycles.length < 2) {
    throw new RangeError(
      `Cannot judge a run as it must have two cycles or more: current value is ${cycles.length}`,
    );
  }
  const peak = Math.max(...cycles.map((cycle) => cycle.damageSpread));
  return {
    isVisible: first.concentrationSpreadAtEnd > 0.02,
    concentrations: last.concentrationSpreadAtEnd <
      0.5 * first.concentrationSpreadAtEnd,
    damages: last.damageSpread < 0.7 * peak,
    isDying: last.meanDamage > 0.9 || last.capacity < 0.8 * first.capacity,
  };
}
