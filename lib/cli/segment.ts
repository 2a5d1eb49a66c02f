/** `segment`: finds the particles of a volume or slice. */
import { createHash } from "node:crypto";
import {
  assertWritable,
  DataError,
  type Image,
  isVolume,
  readOrigin,
  sha256,
  sourceOf,
  userPath,
} from "../core/mod.ts";
import type { GreyLevels } from "../image/mod.ts";
import {
  assertLabelsName,
  openVolume,
  readImage,
  writeLabels,
} from "../io/mod.ts";
import {
  type BlockRun,
  type JoinedLabels,
  polygonParameters,
  readStarModel,
  refinementParameters,
  runBlock,
  runBlocks,
  segmentVolume,
  shippedStarModel,
  sliceParameters,
  starMethod,
  type StarModel,
  starSegmentation,
  stitchBlocks,
  type VolumeMethod,
  watershedMethod,
  watershedSegmentation,
} from "../segmentation/mod.ts";
import {
  type Call,
  type Command,
  filesAt,
  numberOption,
  positiveWholeNumber,
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
      default: "star",
      choices: ["star", "watershed"],
    },
    model: {
      value: "weights",
      help:
        "weights of method star, as train-star writes them, instead of ours",
    },
    blocks: {
      value: "n",
      help:
        "work on a volume in n blocks, which are kept beside the labels in <labels>.blocks until all is done; a run that was interrupted goes on from there; blocks overlap, so few are faster",
    },
    block: {
      value: "i",
      help: "of the blocks, do only this one, from 1; others may run elsewhere",
    },
    stitch: { help: "only join the blocks, which are all done" },
  },
  run,
};

/** What the command line asks for. */
interface Task {
  readonly call: Call;
  readonly input: string;
  readonly out: string;
  readonly name: "star" | "watershed";
  /** The network and its file, for method star. */
  readonly model?: StarModel;
  readonly modelFile?: string;
}

async function run(call: Call): Promise<void> {
  const { operands: [operand = ""], values } = call;
  const input = userPath(operand), out = userPath(values.out!);
  if (input === out) {
    throw new UsageError("Option --out must not name the image itself");
  }
  const blocks = blockOptions(call);
  spacingOf(call);
  assertLabelsName(out);
  await assertWritable(out);
  const task = { call, input, out, ...await methodOf(call) };
  if (blocks === undefined) await segmentWhole(task);
  else await segmentInBlocks(task, blocks);
}

/** Which blocks are asked for. */
interface BlockChoice {
  readonly blocks: number;
  /** Number of the only block to work on, from 1. */
  readonly only?: number;
  readonly stitch: boolean;
}

function blockOptions(call: Call): BlockChoice | undefined {
  const { values, flags } = call;
  const stitch = flags.has("stitch");
  if (values.blocks === undefined) {
    for (const name of ["block", "stitch"]) {
      if (values[name] === undefined && !flags.has(name)) continue;
      throw new UsageError(
        `Option --${name} needs --blocks, the number of all blocks`,
      );
    }
    return undefined;
  }
  const blocks = numberOption(call, "blocks", positiveWholeNumber);
  if (values.block === undefined) return { blocks, stitch };
  if (stitch) {
    throw new UsageError(
      "Options --block and --stitch must not be given together: blocks are joined when all are done",
    );
  }
  const only = numberOption(call, "block", {
    words: `a whole number from 1 to ${blocks}, the number of blocks`,
    holds: (value) =>
      Number.isSafeInteger(value) && value >= 1 && value <= blocks,
  });
  return { blocks, only, stitch };
}

async function methodOf(
  { values }: Call,
): Promise<Pick<Task, "name" | "model" | "modelFile">> {
  const name = values.method as Task["name"];
  if (name === "star") {
    const modelFile = values.model === undefined
      ? shippedStarModel
      : userPath(values.model);
    return { name, model: await readStarModel(modelFile), modelFile };
  }
  if (values.model !== undefined) {
    throw new UsageError("Option --model is for --method star only");
  }
  return { name };
}

async function segmentWhole(task: Task): Promise<void> {
  const { call, input, model } = task, { progress } = call;
  progress("reading the image", 0);
  const image = await readImage(input, spacingOf(call));
  if (!holdsGreyLevels(image)) throw notGrey(call);
  progress("reading the image", 1);
  if (isVolume(image)) {
    const method = volumeMethod(task);
    const joined = await segmentVolume(sourceOf(image), method, { progress });
    return await finish(task, joined.labels, method.settings, joined);
  }
  const labels = model
    ? await starSegmentation(image, model, { progress })
    : await watershedSegmentation(image, {}, { progress });
  const settings = model
    ? {
      architecture: model.architecture,
      polygons: polygonParameters,
      refinement: refinementParameters,
    }
    : { ...sliceParameters };
  await finish(task, labels, settings);
}

async function segmentInBlocks(
  task: Task,
  { blocks, only, stitch }: BlockChoice,
): Promise<void> {
  const { call, input, out } = task, { progress } = call;
  progress("reading the image", 0);
  const source = await openVolume(input, spacingOf(call));
  const corner = { from: [0, 0, 0], to: [1, 1, 1] };
  if (!holdsGreyLevels(await source.read(corner))) throw notGrey(call);
  const folder = `${out}.blocks`;
  const blockRun: BlockRun = {
    source,
    input: await hashOf(input),
    method: volumeMethod(task),
    blocks,
    folder,
  };
  progress("reading the image", 1);
  if (only !== undefined) {
    const did = await runBlock(blockRun, only - 1, { progress });
    console.error(
      `block ${only} of ${blocks} ${did ? "is" : "was already"} done`,
    );
    return;
  }
  if (!stitch) await runBlocks(blockRun, { progress });
  const joined = await stitchBlocks(blockRun, { progress });
  const { settings } = blockRun.method;
  await finish(task, joined.labels, { ...settings, blocks }, joined);
  if (!stitch) await Deno.remove(folder, { recursive: true });
}

function volumeMethod({ model }: Task): VolumeMethod {
  return model ? starMethod(model) : watershedMethod();
}

/** Writes the labels and the record, and says how many particles there are. */
async function finish(
  { call, input, out, name, modelFile }: Task,
  labels: Image<Uint32Array>,
  settings: Readonly<Record<string, unknown>>,
  joined?: JoinedLabels,
): Promise<void> {
  call.progress("writing the labels", 0);
  await writeLabels(out, labels);
  await recordResults([out], {
    command: "segment",
    parameters: {
      method: name,
      spacing_um: labels.spacing_um,
      ...settings,
      ...joined && { differing: joined.differing },
    },
    seed: null,
    origin: await readOrigin(input),
    inputs: modelFile === undefined ? [input] : [input, modelFile],
  });
  call.progress("writing the labels", 1);
  let particles = joined?.count ?? 0;
  if (joined === undefined) {
    for (const label of labels.data) particles = Math.max(particles, label);
  }
  console.error(`${particles} particles in ${call.values.out}`);
  const differing = joined?.differing ?? [];
  if (differing.length > 0) {
    console.error(
      `${differing.length} of them lie across blocks that see them differently: ${
        differing.slice(0, 20).join(", ")
      }${differing.length > 20 ? ", ..." : ""}`,
    );
  }
}

/** SHA-256 of a file, or of those of all files in a folder. */
async function hashOf(path: string): Promise<string> {
  const files = await filesAt(path);
  if (files.length === 1) return await sha256(files[0]!);
  const all = createHash("sha256");
  for (const file of files) all.update(await sha256(file));
  return all.digest("hex");
}

function notGrey({ operands: [file = ""] }: Call): DataError {
  return new DataError(
    "Cannot segment the image as its grey levels must have 8 or 16 bits or be real: it holds whole numbers of 32 bits, as labels do",
    { file },
  );
}

function holdsGreyLevels(image: Image): image is Image<GreyLevels> {
  return !(image.data instanceof Uint32Array);
}

if (import.meta.main) await runCommand(segment);
