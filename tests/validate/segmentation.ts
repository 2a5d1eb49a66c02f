/** Long acceptance of the identification of particles on electrodes that nothing was trained or tuned on. */
import { findCracks, measureAttributes } from "@cathode/attributes/mod.ts";
import {
  numbers,
  Random,
  type Slice,
  sliceOf,
  sourceOf,
  type Volume,
} from "@cathode/core/mod.ts";
import { ballVoxels, labelStatistics, relabel } from "@cathode/image/mod.ts";
import {
  matching,
  overlapsOf,
  readStarModel,
  scoresAt,
  sectionsOf,
  segmentVolume,
  shippedStarModel,
  starMethod,
  starSegmentation,
  watershedSegmentation,
} from "@cathode/segmentation/mod.ts";
import { mean, spearman, standardDeviation } from "@cathode/statistics/mod.ts";
import { type Cycles, synthesizeElectrode } from "@cathode/synthetic/mod.ts";

/** Sections and particles below this diameter do not count, in micrometres. */
const SMALLEST_um = 3;

/** Voxel edges of the electrodes, one seed each. */
const SPACINGS_um = [0.1, 0.15, 0.2, 0.3, 0.35, 0.4];

/** Means that must be reached at overlaps of 0.5 and 0.7. */
const marks = {
  "slices, star-convex": [0.95, 0],
  "slices, watershed": [0.85, 0],
  "volumes, star-convex": [0.97, 0.93],
  "volumes, watershed": [0.88, 0],
} as const;

type Method = keyof typeof marks;

/** An electrode that looks as its seed says. */
function electrode(n: number, spacing_um: number, volume: boolean) {
  const random = new Random(700 + n, "validate segmentation");
  const cycles: Cycles = n % 2 === 0 ? 50 : 10;
  const side = spacing_um < 0.2 ? 36 : volume ? 60 : 70;
  return synthesizeElectrode({
    cycles,
    seed: 700_000 + n,
    spacing_um,
    extent_um: [spacing_um < 0.2 ? 36 : 48, side, side],
    appearance: {
      gain: random.between(0.75, 1.2),
      gamma: Math.exp(random.between(-0.3, 0.3)),
      noise: random.between(0.5, 1.6),
      blur_um: random.between(0.12, 0.26),
    },
  });
}

/** Slices across the middle of each axis. */
function middleSlices<T extends Uint8Array | Uint32Array>(
  volume: Volume<T>,
): Slice<T>[] {
  return (["z", "y", "x"] as const).map((axis, i) =>
    sliceOf(volume, axis, volume.shape[i]! >> 1)
  );
}

/**
 * F1 over six electrodes with other seeds, voxel sizes from 0.1 to 0.4 um and
 * varied grey levels, in slices and in volumes; damage per particle of
 * segmented volumes against the truth at 0.1 and 0.2 um.
 */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  const model = await readStarModel(shippedStarModel);
  const scores = new Map<Method, [number[], number[]]>();
  const add = (method: Method, at50: number, at70: number) => {
    const [a, b] = scores.get(method) ?? [[], []];
    scores.set(method, [[...a, at50], [...b, at70]]);
  };
  let passed = true;
  for (const [n, spacing_um] of SPACINGS_um.entries()) {
    const { volume, labels, particles } = await electrode(n, spacing_um, true);
    const grey = middleSlices(volume), truths = middleSlices(labels);
    const found: Record<"star" | "watershed", [number[], number[]]> = {
      star: [[], []],
      watershed: [[], []],
    };
    for (const [i, image] of grey.entries()) {
      const truth = sectionsOf(truths[i]!, SMALLEST_um);
      for (
        const [name, result] of [
          ["star", await starSegmentation(image, model)],
          ["watershed", await watershedSegmentation(image)],
        ] as const
      ) {
        found[name][0].push(matching(truth, result, 0.5).f1);
        found[name][1].push(matching(truth, result, 0.7).f1);
      }
    }
    add("slices, star-convex", mean(found.star[0]), mean(found.star[1]));
    add(
      "slices, watershed",
      mean(found.watershed[0]),
      mean(found.watershed[1]),
    );
    const truth = large(labels);
    const star = await segmentVolume(sourceOf(volume), starMethod(model));
    const overlaps = overlapsOf(truth, star.labels);
    add(
      "volumes, star-convex",
      scoresAt(overlaps, 0.5).f1,
      scoresAt(overlaps, 0.7).f1,
    );
    const flooded = overlapsOf(truth, await watershedSegmentation(volume));
    add(
      "volumes, watershed",
      scoresAt(flooded, 0.5).f1,
      scoresAt(flooded, 0.7).f1,
    );
    report(
      `${spacing_um} um: ${
        [...scores].map(([method, [at50, at70]]) =>
          `${method} ${at50.at(-1)!.toFixed(3)} / ${at70.at(-1)!.toFixed(3)}`
        ).join("; ")
      }`,
    );
    if (spacing_um !== 0.1 && spacing_um !== 0.2) continue;
    const { mask } = await findCracks(volume, star.labels);
    const table = await measureAttributes(volume, star.labels, mask);
    const pairs = overlapsOf(labels, star.labels);
    const measured: number[] = [], expected: number[] = [];
    for (const { truth, found, iou } of pairs.pairs) {
      if (iou < 0.5) continue;
      const row = numbers(table, "label").indexOf(pairs.found[found]!);
      measured.push(numbers(table, "Damage")[row]!);
      expected.push(numbers(particles, "Damage")[pairs.truth[truth]! - 1]!);
    }
    const bias = mean(measured) / mean(expected) - 1;
    const { r } = spearman(measured, expected);
    const good = Math.abs(bias) < 0.1 && r >= 0.9;
    passed &&= good;
    report(
      `  damage of ${measured.length} particles found: bias ${
        (100 * bias).toFixed(1)
      } %, rank ${r.toFixed(3)}${good ? "" : " FAILED"}`,
    );
  }
  for (const [method, [at50, at70]] of scores) {
    const [least50, least70] = marks[method];
    const good = mean(at50) >= least50 && mean(at70) >= least70;
    passed &&= good;
    report(
      `${method}: F1 ${mean(at50).toFixed(3)} +- ${
        standardDeviation(at50).toFixed(3)
      } at 0.5 (${least50}), ${mean(at70).toFixed(3)} +- ${
        standardDeviation(at70).toFixed(3)
      } at 0.7 (${least70})${good ? "" : " FAILED"}`,
    );
  }
  return passed;
}

/** Labels without particles of which the frame leaves less than a small one. */
function large(labels: Volume<Uint32Array>): Volume<Uint32Array> {
  const { label, count } = labelStatistics(labels);
  const smallest = ballVoxels(labels, SMALLEST_um);
  const kept = new Set(label.filter((_, i) => count[i]! >= smallest));
  return relabel(labels, (value) => kept.has(value)).labels;
}
