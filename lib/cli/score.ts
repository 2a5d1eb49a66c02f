/** `score`: compares labels with a truth. */
import { DataError, onGridOf, userPath } from "../core/mod.ts";
import { readLabels } from "../io/mod.ts";
import { overlapsOf, scoresAt } from "../segmentation/mod.ts";
import { type Call, type Command, runCommand } from "./command.ts";

/** Overlaps (intersection over union) at which labels are scored. */
const THRESHOLDS = [0.5, 0.7];

/** `score <labels> <truth>`. */
export const score: Command = {
  name: "score",
  summary:
    "Compares labels of particles with the truth and prints scores at an overlap (IoU) of 0.5 and 0.7 as JSON.",
  operands: {
    labels: "labels to judge: .nii, .nii.gz, .tif, .png or a folder of .tif",
    truth: "true labels of the same shape",
  },
  options: {},
  run,
};

async function run({ operands }: Call): Promise<void> {
  const [labelsFile = "", truthFile = ""] = operands;
  // Scores count voxels, and many label files state no spacing.
  const labels = await readLabels(userPath(labelsFile), "unused");
  const truth = await readLabels(userPath(truthFile), "unused");
  if (labels.shape.join() !== truth.shape.join()) {
    throw new DataError(
      `Cannot score the labels as their shape must be that of the truth, [${
        truth.shape.join(", ")
      }]: current value is [${labels.shape.join(", ")}]`,
      { file: labelsFile },
    );
  }
  const overlaps = overlapsOf(truth, onGridOf(truth, labels.data));
  const scores = THRESHOLDS.map((threshold) =>
    [threshold, scoresAt(overlaps, threshold)] as const
  );
  console.log(JSON.stringify(Object.fromEntries(scores), null, 2));
}

if (import.meta.main) await runCommand(score);
