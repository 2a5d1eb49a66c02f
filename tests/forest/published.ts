/** The published contribution scores, and the protocol that they come from, on synthetic tables. */
import { attributeId, ATTRIBUTES } from "@cathode/attributes/mod.ts";
import { numbers, type WorkerPool } from "@cathode/core/mod.ts";
import {
  type ContributionRun,
  contributionRuns,
  type Electrode,
  featuresOf,
  figureOrder,
  groupShares,
  scoreDifferences,
  scoreSpread,
} from "@cathode/forest/mod.ts";
import { spearman } from "@cathode/statistics/mod.ts";
import { synthesizeAttributeTable } from "@cathode/synthetic/mod.ts";
import { goldenText } from "./golden.ts";

/** Group of each attribute in the order of the figure. */
export const groups: readonly string[] = figureOrder.map((id) =>
  ATTRIBUTES.find((attribute) => attribute.id === id)!.group
);

const scores: { features: string[]; all20: Record<string, number[]> } = JSON
  .parse(goldenText("paper_scores"));

/** Published means over 20 runs after 10 or 50 cycles, in the order of the figure. */
export function publishedScores(cycles: 10 | 50): number[] {
  const ids = scores.features.map((name) => attributeId(name));
  const means = scores.all20[`cyc${cycles}_mean`]!;
  return figureOrder.map((id) => means[ids.indexOf(id)]!);
}

/** Both electrodes as synthetic tables. */
export function syntheticElectrodes(rows: number, seed: number): Electrode[] {
  return ([10, 50] as const).map((cycles) => {
    const { table } = synthesizeAttributeTable({ cycles, rows, seed });
    return {
      name: `${cycles} cycles`,
      features: featuresOf(table, figureOrder),
      target: numbers(table, "Damage"),
    };
  });
}

/** How scores agree with the published ones. */
export interface Agreement {
  /** Spearman's correlation after 10 and 50 cycles. */
  readonly correlation: readonly [number, number];
  /** Number of attributes whose difference has the published sign. */
  readonly signs: number;
  /** Whether the group shares have the published order after 10 and 50 cycles. */
  readonly order: readonly [boolean, boolean];
}

/** The published protocol on synthetic tables, held against the published scores. */
export async function agreement(
  rows: number,
  seed: number,
  pool: WorkerPool,
): Promise<Agreement & { readonly runs: readonly ContributionRun[] }> {
  const runs = await contributionRuns(
    syntheticElectrodes(rows, seed),
    { runs: 10, subset: 500, seed: 1 },
    pool,
  );
  const states = ([10, 50] as const).map((cycles) => {
    const found = scoreSpread(runs, `${cycles} cycles`).map(({ mean }) => mean);
    const paper = publishedScores(cycles);
    return {
      correlation: spearman(found, paper).r,
      order: groupOrder(found) === groupOrder(paper),
    };
  });
  const rise = publishedScores(50).map((score, f) =>
    score - publishedScores(10)[f]!
  );
  const signs = scoreDifferences(runs, "10 cycles", "50 cycles")
    .filter(({ mean }, f) => Math.sign(mean) === Math.sign(rise[f]!)).length;
  const [first, second] = states;
  return {
    runs,
    correlation: [first!.correlation, second!.correlation],
    signs,
    order: [first!.order, second!.order],
  };
}

function groupOrder(values: readonly number[]): string {
  return [...groupShares(values, groups)].sort((a, b) => b[1] - a[1])
    .map(([group]) => group).join();
}
