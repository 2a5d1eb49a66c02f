/** Reference values of `tests/golden/stats/stats.json`. */
import assert from "node:assert/strict";
import { projectPath } from "@cathode/core/mod.ts";

interface FactorCorrelations {
  n: number;
  r: number[];
  p: number[];
  log10p: number[];
  bh: number[];
}

interface StatisticsReference {
  small: {
    X: number[][];
    pairs: {
      i: number;
      j: number;
      pearson: number;
      p: number;
      ci95: number[];
      spearman: number;
      spearman_p: number;
    }[];
    bh: number[];
    by: number[];
    holm: number[];
  };
  bh1995: { p: number[]; bh: number[]; rejected_at_05: number };
  bh_ties_unsorted: { p: number[]; bh: number[]; holm: number[] };
  p_from_r: { r: number; n: number; p: number; log10p: number }[];
  diff_of_r: {
    r1: number;
    n1: number;
    r2: number;
    n2: number;
    z: number;
    p: number;
  }[];
  hungarian_max: { C: number[][]; col: number[]; total: number };
  procrustes: { A: number[][]; B: number[][]; R: number[][]; scale: number };
  factors_10: FactorCorrelations;
  factors_50: FactorCorrelations;
}

export const stats: StatisticsReference = JSON.parse(
  Deno.readTextFileSync(projectPath("tests/golden/stats/stats.json")),
);

/** Throws unless two numbers agree to a relative tolerance. */
export function assertClose(
  actual: number,
  expected: number,
  relative = 1e-9,
): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${actual} is not within ${relative} of ${expected}`,
  );
}
