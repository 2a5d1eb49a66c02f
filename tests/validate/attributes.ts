/** Long acceptance of cracks and attributes against the truth of synthetic electrodes. */
import { findCracks, measureAttributes } from "@cathode/attributes/mod.ts";
import { numbers, type ZYX } from "@cathode/core/mod.ts";
import { mean, spearman } from "@cathode/statistics/mod.ts";
import { type Cycles, synthesizeElectrode } from "@cathode/synthetic/mod.ts";

/** Fewest voxels of a particle that counts. */
const FEWEST_VOXELS = 300;

interface Case {
  cycles: Cycles;
  spacing_um: number;
  extent_um: ZYX;
  band_um: number;
}

const cases: readonly Case[] = [
  { cycles: 10, spacing_um: 0.4, extent_um: [48, 88, 88], band_um: 6 },
  { cycles: 50, spacing_um: 0.4, extent_um: [48, 88, 88], band_um: 6 },
  { cycles: 50, spacing_um: 0.2, extent_um: [44, 50, 50], band_um: 6 },
  { cycles: 50, spacing_um: 0.1, extent_um: [40, 46, 46], band_um: 0 },
];

/** Attributes with a truth; that of Homogeneity is the contrast before blur, so that only its rank counts. */
const compared = [
  "EDensity",
  "Homogeneity",
  "SurfOuter",
  "Volume",
  "Elongation",
  "Sphericity",
  "VSratio",
  "RoughOuter",
  "Contact",
  "PDensity",
  "DisNearest",
  "ElongStd",
  "VolumeStd",
  "SphericityStd",
  "OrientIso",
];

/**
 * Damage within 10 % of the truth on average and ranked with 0.9 and more, at
 * three voxel sizes; prints bias and rank correlation of the other attributes,
 * and checks that shading and noise alone keep the electron density from its
 * true order.
 */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  let passed = await checkDensityWithoutNoise(report);
  for (const one of cases) {
    const { volume, labels, particles } = await synthesizeElectrode({
      ...one,
      seed: 3,
    });
    const { mask, subvoxelShare } = await findCracks(volume, labels);
    const table = await measureAttributes(volume, labels, mask);
    const voxel_um3 = one.spacing_um ** 3;
    const rows = [...numbers(table, "label").keys()].filter((row) =>
      numbers(table, "Volume")[row]! > FEWEST_VOXELS * voxel_um3
    );
    const pick = (values: Float64Array) => rows.map((row) => values[row]!);
    const truth = pick(numbers(particles, "Damage"));
    const name = `${one.cycles} cycles, ${one.spacing_um} um`;
    report(`${name}: ${rows.length} particles`);
    for (
      const [what, measured] of [
        ["Damage", pick(numbers(table, "Damage"))],
        [
          "DamageSubvoxel",
          rows.map((row) => subvoxelShare[numbers(table, "label")[row]!]!),
        ],
      ] as const
    ) {
      const bias = mean(measured) / mean(truth) - 1;
      const { r } = spearman(measured, truth);
      const good = Math.abs(bias) < 0.1 && r >= 0.9;
      passed &&= good;
      report(
        `  ${what}: bias ${(100 * bias).toFixed(1)} %, rank ${r.toFixed(3)}${
          good ? "" : " FAILED"
        }`,
      );
    }
    const whole = rows.filter((row) => numbers(table, "border")[row] === 0);
    for (const id of compared) {
      const a = whole.map((row) => numbers(table, id)[row]!);
      const b = whole.map((row) => numbers(particles, id)[row]!);
      const bias = mean(a) / mean(b) - 1;
      report(
        `  ${id}: bias ${(100 * bias).toFixed(1)} %, rank ${
          spearman(a, b).r.toFixed(2)
        }`,
      );
    }
  }
  return passed;
}

/** Rank correlation of the electron density with the truth, with shading and noise and without. */
async function checkDensityWithoutNoise(
  report: (line: string) => void,
): Promise<boolean> {
  const ranks: number[] = [];
  for (const noise of [1, 0]) {
    const { volume, labels, particles } = await synthesizeElectrode({
      ...cases[1]!,
      seed: 3,
      appearance: { noise },
    });
    const { solidLevel } = await findCracks(volume, labels);
    const rows = [...numbers(particles, "label").keys()].filter((row) =>
      numbers(particles, "border")[row] === 0 &&
      numbers(particles, "Volume")[row]! > 100
    );
    ranks.push(
      spearman(
        rows.map((row) => solidLevel[numbers(particles, "label")[row]!]!),
        rows.map((row) => numbers(particles, "EDensity")[row]!),
      ).r,
    );
  }
  const good = ranks[1]! >= 0.93;
  report(
    `rank of the electron density: ${
      ranks[0]!.toFixed(2)
    }, without shading and noise ${ranks[1]!.toFixed(2)}${
      good ? "" : " FAILED"
    }`,
  );
  return good;
}
