/** `synthesize`: makes a synthetic electrode with known truth. */
import { join } from "node:path";
import { assertWritable, userPath } from "../core/mod.ts";
import { writeImage, writeLabels, writeTable } from "../io/mod.ts";
import { electrodeSizes, synthesizeElectrode } from "../synthetic/mod.ts";
import {
  type Call,
  type Command,
  numberOption,
  positiveNumber,
  recordResults,
  runCommand,
  seedOption,
  wholeNumber,
} from "./command.ts";

/** `synthesize --out dir`. */
export const synthesize: Command = {
  name: "synthesize",
  summary:
    "Makes an electrode as X-ray tomography shows it, with true labels and a true table of its particles.",
  operands: {},
  options: {
    out: {
      value: "dir",
      help: "folder for volume.nii.gz, labels.nii.gz and particles.csv",
      required: true,
    },
    cycles: {
      value: "n",
      help: "state of the electrode, 10 or 50 cycles",
      default: "10",
      choices: ["10", "50"],
    },
    size: {
      value: "name",
      help: "small (about 350 particles) or paper (more than 2,000)",
      default: "small",
      choices: Object.keys(electrodeSizes),
    },
    spacing: {
      value: "um",
      help: "edge of the voxels in micrometres, instead of the size's",
    },
    seed: seedOption,
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { values, progress } = call;
  const folder = userPath(values.out!);
  const size = values.size as keyof typeof electrodeSizes;
  const seed = numberOption(call, "seed", wholeNumber);
  const spacing = values.spacing === undefined
    ? {}
    : { spacing_um: numberOption(call, "spacing", positiveNumber) };
  const results = ["volume.nii.gz", "labels.nii.gz", "particles.csv"]
    .map((name) => join(folder, name));
  for (const result of results) await assertWritable(result);
  const { volume, labels, particles, parameters } = await synthesizeElectrode({
    cycles: values.cycles === "10" ? 10 : 50,
    size,
    seed,
    progress,
    ...spacing,
  });
  const step = "writing files";
  progress(step, 0);
  await writeImage(results[0]!, volume);
  progress(step, 1 / 3);
  await writeLabels(results[1]!, labels);
  progress(step, 2 / 3);
  await writeTable(results[2]!, particles);
  await recordResults(results, {
    command: "synthesize",
    parameters: { size, ...parameters },
    seed,
    origin: "synthetic",
    inputs: [],
  });
  progress(step, 1);
  console.error(`${particles.rows} particles in ${folder} (SYNTHETIC)`);
}

if (import.meta.main) await runCommand(synthesize);
