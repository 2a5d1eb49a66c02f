/** Long acceptance of contribution scores: many synthetic electrodes, and the coverage of intervals. */
import { WorkerPool } from "@cathode/core/mod.ts";
import { differenceIntervals, scoreDifferences } from "@cathode/forest/mod.ts";
import { agreement, syntheticElectrodes } from "../forest/published.ts";

/**
 * Checks the scores against the published ones on tables of several seeds and
 * sizes, and how often the bootstrap interval of one pair of tables holds the
 * mean difference over fresh tables.
 *
 * @param report Takes the figures, line by line.
 * @returns Whether all figures are within their bounds.
 */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  using pool = new WorkerPool();
  let good = true;
  const differences: number[][] = [];
  for (const rows of [700, 2000]) {
    for (let seed = 1; seed <= 6; seed++) {
      const { correlation, signs, order, runs } = await agreement(
        rows,
        seed,
        pool,
      );
      // The published number of particles is of the order of 2,000; with 700 the
      // floor of noise lifts the smaller groups.
      const held = rows === 2000
        ? correlation.every((r) => r >= 0.9) && signs >= 19 &&
          order.every(Boolean)
        : correlation.every((r) => r >= 0.85) && signs >= 18;
      good &&= held;
      report(
        `${rows} particles, seed ${seed}: Spearman ${
          correlation.map((r) => r.toFixed(3)).join(" and ")
        }, ${signs} of 21 signs, group order ${order.join(" and ")}${
          held ? "" : " (outside the bounds)"
        }`,
      );
      if (rows === 700) {
        differences.push(
          scoreDifferences(runs, "10 cycles", "50 cycles").map((d) => d.mean),
        );
      }
    }
  }
  const [a, b] = syntheticElectrodes(700, 1);
  const intervals = await differenceIntervals(
    a!,
    b!,
    { resamples: 200, seed: 1 },
    pool,
  );
  const covered = intervals.filter(({ interval: [lower, upper] }, f) => {
    const mean = differences.reduce(
      (sum, d) => sum + d[f]! / differences.length,
      0,
    );
    return lower <= mean && mean <= upper;
  }).length;
  report(
    `bootstrap intervals hold the mean over fresh tables for ${covered} of 21`,
  );
  // 95 % intervals: fewer than 17 of 21 would come up in 1 of 250 validations.
  return good && covered >= 17;
}
