/** `segment`: finds the particles of a volume or slice. */
import {
  assertWritable,
  DataError,
  type Image,
  isVolume,
  readOrigin,
  userPath,
} from "../core/mod.ts";
import type { GreyLevels } from "../image/mod.ts";
import { assertLabelsName, readImage, writeLabels } from "../io/mod.ts";
import {
  sliceParameters,
  volumeParameters,
  watershedSegmentation,
} from "../segmentation/mod.ts";
import {
  type Call,
  type Command,
  recordResults,
  runCommand,
  spacingOf,
  spacingOption,
  UsageError,
} from "./command.ts";

/** `segment <image> --out labels`. */
export const segment: Command = {
  name: "segment",
  summary: "Finds the particles of a volume or slice and writes their labels.",
  operands: {
    image: ".nii, .nii.gz, .tif (one or many pages), .png or a folder of .tif",
  },
  options: {
    out: {
      value: "labels",
      help: "where the labels go: .nii, .nii.gz or .tif",
      required: true,
    },
    spacing: spacingOption,
    method: {
      value: "name",
      help: "how particles are found",
      default: "watershed",
      choices: ["watershed"],
    },
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { operands: [operand = ""], values, progress } = call;
  const input = userPath(operand), out = userPath(values.out!);
  if (input === out) {
    throw new UsageError("Option --out must not name the image itself");
  }
  const spacing_um = spacingOf(call);
  assertLabelsName(out);
  await assertWritable(out);
  progress("reading the image", 0);
  const image = await readImage(input, spacing_um);
  const origin = await readOrigin(input);
  if (!holdsGreyLevels(image)) {
    throw new DataError(
      "Cannot segment the image as its grey levels must have 8 or 16 bits or be real: it holds whole numbers of 32 bits, as labels do",
      { file: operand },
    );
  }
  progress("reading the image", 1);
  const labels = await watershedSegmentation<Image<GreyLevels>>(image, {}, {
    progress,
  });
  await writeLabels(out, labels);
  await recordResults([out], {
    command: "segment",
    parameters: {
      method: values.method,
      spacing_um: image.spacing_um,
      ...(isVolume(image) ? volumeParameters : sliceParameters),
    },
    seed: null,
    origin,
    inputs: [input],
  });
  const particles = labels.data.reduce((a, b) => Math.max(a, b), 0);
  console.error(`${particles} particles in ${values.out}`);
}

function holdsGreyLevels(image: Image): image is Image<GreyLevels> {
  return !(image.data instanceof Uint32Array);
}

if (import.meta.main) await runCommand(segment);
