/** What Science Fig. 4 says of single attributes, and how scores bear it out. */
import type { DifferenceInterval, ShadowFloor } from "./score_intervals.ts";

/** How a score is said to behave from the first electrode to the second. */
export type ScoreCourse = "falls" | "rises" | "matters in both";

/** A sentence of the paper about contribution scores. */
export interface ScoreClaim {
  /** In our words. */
  readonly sentence: string;
  readonly attributes: readonly string[];
  readonly course: ScoreCourse;
  /** Whether the first electrode is said not to depend on the attributes. */
  readonly negligibleAtFirst?: true;
}

/**
 * The sentences of Li et al., Science 376, 517 (2022),
 * doi:10.1126/science.abm8962, on Fig. 4 that name attributes, from 10 to 50
 * cycles.
 */
export const scoreClaims: readonly ScoreClaim[] = [
  {
    sentence: "Depth matters more after 10 cycles",
    attributes: ["Z"],
    course: "falls",
  },
  {
    sentence: "Electron density and its homogeneity matter throughout",
    attributes: ["EDensity", "Homogeneity"],
    course: "matters in both",
  },
  {
    sentence: "Size matters slightly less after 50 cycles",
    attributes: ["Volume"],
    course: "falls",
  },
  {
    sentence: "Evenness of neighbours' sizes matters more",
    attributes: ["VolumeStd"],
    course: "rises",
  },
  {
    sentence: "Elongation is high and falls",
    attributes: ["Elongation"],
    course: "falls",
  },
  {
    sentence: "Alignment of neighbours starts negligible and rises",
    attributes: ["OrientIso"],
    course: "rises",
    negligibleAtFirst: true,
  },
  {
    sentence: "Contact, nearest distance and packing gain",
    attributes: ["Contact", "DisNearest", "PDensity"],
    course: "rises",
  },
  {
    sentence: "The particle's own shape rules early and loses",
    attributes: ["VSratio", "Sphericity"],
    course: "falls",
  },
];

/** How a claim fares. */
export interface JudgedClaim {
  readonly claim: ScoreClaim;
  readonly attribute: string;
  readonly difference: number;
  readonly interval: readonly [lower: number, upper: number];
  /**
   * `holds` if the interval of the difference (or, for attributes that matter
   * in both electrodes, both scores beside their shadows) bears the claim out,
   * `undecided` if only the estimate does, else `fails`.
   */
  readonly verdict: "holds" | "undecided" | "fails";
}

/**
 * Judges every claim, attribute by attribute.
 *
 * @param claims The claims.
 * @param differences Intervals of the second electrode less the first.
 * @param first Scores of the first electrode beside those of shadows.
 * @param second Scores of the second.
 * @returns One entry per attribute that a claim names.
 * @throws {RangeError} If a claim names an attribute without a difference.
 *
 * @example A score that falls
 * ```ts
 * import assert from "node:assert/strict";
 * import { judgeClaims } from "./claims.ts";
 *
 * const noise = { scores: Float64Array.of(3), floor: Float64Array.of(1) };
 * const [judged] = judgeClaims(
 *   [{ sentence: "Depth loses", attributes: ["Z"], course: "falls" }],
 *   [{ attribute: "Z", difference: -2, interval: [-3, 0.1], p: 0.06, q: 0.06 }],
 *   noise,
 *   noise,
 * );
 * assert.equal(judged?.verdict, "undecided");
 * ```
 */
export function judgeClaims(
  claims: readonly ScoreClaim[],
  differences: readonly DifferenceInterval[],
  first: ShadowFloor,
  second: ShadowFloor,
): JudgedClaim[] {
  return claims.flatMap((claim) =>
    claim.attributes.map((attribute) => {
      const f = differences.findIndex((d) => d.attribute === attribute);
      const found = differences[f];
      if (found === undefined) {
        throw new RangeError(
          `Cannot judge a claim as its attribute must have a difference: current value is ${attribute}`,
        );
      }
      const aboveFloor = [first, second].map(({ scores, floor }) =>
        scores[f]! > floor[f]!
      ) as [boolean, boolean];
      return {
        claim,
        attribute,
        difference: found.difference,
        interval: found.interval,
        verdict: verdictOn(claim, found, aboveFloor),
      };
    })
  );
}

function verdictOn(
  { course, negligibleAtFirst }: ScoreClaim,
  { difference, interval: [lower, upper] }: DifferenceInterval,
  [atFirst, later]: readonly [boolean, boolean],
): JudgedClaim["verdict"] {
  if (course === "matters in both") return atFirst && later ? "holds" : "fails";
  const sign = course === "rises" ? 1 : -1;
  if (sign * difference <= 0 || (negligibleAtFirst && atFirst)) return "fails";
  return lower > 0 || upper < 0 ? "holds" : "undecided";
}
