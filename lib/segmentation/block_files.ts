/** Blocks of a volume in files, so that work can be interrupted and spread over machines. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type Box,
  boxShape,
  createVolume,
  DataError,
  onGridOf,
  type Progress,
  silent,
  type Volume,
  type VolumeSource,
  writeWhole,
  type ZYX,
} from "../core/mod.ts";
import type { FilterOptions } from "../image/mod.ts";
import { readImage, writeImage, writeLabels } from "../io/mod.ts";
import {
  type BlockLabels,
  joinBlocks,
  type JoinedLabels,
  planBlocks,
  segmentBlock,
  type StoredBlock,
  type VolumeMethod,
} from "./blocks.ts";
import { surveyVolume, type VolumeSurvey } from "./volume_survey.ts";

/** A volume that is worked on in blocks whose results go into files. */
export interface BlockRun {
  readonly source: VolumeSource;
  /** SHA-256 of the volume's file or files, which tells it from others. */
  readonly input: string;
  readonly method: VolumeMethod;
  /** Number of blocks. */
  readonly blocks: number;
  /** Where the files go. */
  readonly folder: string;
}

/** Choices that do not change what is in the files. */
export interface BlockRunOptions extends FilterOptions {
  /** Takes news of the work. */
  progress?: Progress;
}

/**
 * Finds the particles of one block and writes them into the folder of the run;
 * does nothing if that is done.
 *
 * Runs of different blocks share nothing but the folder and may go on at the
 * same time, on different machines too. The survey of the whole volume is made
 * by the first that needs it and kept in the folder; each file is written whole
 * or not at all.
 *
 * @param run The run.
 * @param index Number of the block, from 0.
 * @param options Workers, progress.
 * @returns Whether there was anything to do.
 * @throws {RangeError} If there is no such block.
 * @throws {DataError} If a file of the folder belongs to another image, method,
 * parameters or number of blocks, or cannot be read or written.
 */
export async function runBlock(
  run: BlockRun,
  index: number,
  options: BlockRunOptions = {},
): Promise<boolean> {
  const { progress = silent, ...workers } = options;
  assertIndex(run, index);
  if (await readRecord(run, index) !== undefined) return false;
  const step = `block ${index + 1} of ${run.blocks}`;
  progress(step, 0);
  const survey = await surveyOf(run, workers);
  progress(step, 0.2);
  const plan = planBlocks(
    run.source,
    run.method,
    survey.grey.shape,
    run.blocks,
  );
  const { labels, ...rest } = await segmentBlock(
    run.source,
    survey,
    plan,
    index,
    run.method,
    workers,
  );
  progress(step, 0.9);
  await writeLabels(labelsPath(run, index), labels);
  // The record goes last: where it is, the labels are.
  await writeJson(recordPath(run, index), { key: keyOf(run), ...rest });
  progress(step, 1);
  return true;
}

/**
 * Finds the particles of all blocks that are not yet in the folder, one after
 * the other.
 *
 * @param run The run.
 * @param options Workers, progress; the news tell about how much time is left.
 * @throws {RangeError | DataError} As {@linkcode runBlock}.
 */
export async function runBlocks(
  run: BlockRun,
  options: BlockRunOptions = {},
): Promise<void> {
  const { progress = silent, ...workers } = options;
  const { blocks } = run;
  const start_ms = performance.now();
  let worked = 0;
  for (let index = 0; index < blocks; index++) {
    const each_min = (performance.now() - start_ms) / 6e4 / worked;
    const left = worked === 0
      ? ""
      : `, about ${Math.ceil(each_min * (blocks - index))} min left`;
    const step = `block ${index + 1} of ${blocks}${left}`;
    const did = await runBlock(run, index, {
      ...workers,
      progress: (_, done) =>
        progress(step, Math.min(0.999, (index + done) / blocks)),
    });
    if (did) worked++;
  }
  progress(`block ${blocks} of ${blocks}`, 1);
}

/**
 * Joins the blocks in the folder of a run to the labels of the whole volume.
 *
 * @param run The run; all its blocks must be done.
 * @param options Progress.
 * @throws {DataError} If a block is missing, belongs to another image, method,
 * parameters or number of blocks, or cannot be read.
 */
export async function stitchBlocks(
  run: BlockRun,
  options: Pick<BlockRunOptions, "progress"> = {},
): Promise<JoinedLabels> {
  const { progress = silent } = options;
  const step = "joining the blocks";
  const records: BlockRecord[] = [], missing: number[] = [];
  for (let index = 0; index < run.blocks; index++) {
    const record = await readRecord(run, index);
    if (record === undefined) missing.push(index + 1);
    else records.push(record);
  }
  if (missing.length > 0) {
    throw new DataError(
      `Cannot join the blocks as all ${run.blocks} must be done: missing are ${
        missing.join(", ")
      }`,
      { file: run.folder },
    );
  }
  const stored = records.map((record, index): StoredBlock => ({
    ...record,
    labels: async () => {
      progress(step, index / run.blocks);
      return await readBlock(run, index, record.box);
    },
  }));
  const { shape, spacing_um } = run.source;
  const joined = await joinBlocks(
    stored,
    shape,
    spacing_um,
    run.method.parameters.smallest_um,
  );
  progress(step, 1);
  return joined;
}

/** What is known of a block but for its labels. */
type BlockRecord = Omit<BlockLabels, "labels">;

/** The survey, from the folder if it is there. */
async function surveyOf(
  run: BlockRun,
  workers: FilterOptions,
): Promise<VolumeSurvey> {
  const spacing_um = run.method.workingSpacing_um(run.source.spacing_um);
  const path = join(run.folder, "survey.json");
  const greyPath = join(run.folder, "survey.nii");
  const known = await readJson<SurveyRecord>(run, path);
  if (known !== undefined) {
    const image = await readImage(greyPath);
    const { slow, ...rest } = known;
    const grey = createVolume(
      image.data as Float32Array,
      image.shape as ZYX,
      spacing_um,
    );
    const levels = createVolume(
      Float32Array.from(slow.levels),
      slow.shape,
      slow.spacing_um,
    );
    return { ...rest, grey, slow: { levels, factors: slow.factors } };
  }
  const survey = await surveyVolume(
    run.source,
    spacing_um,
    run.method.parameters,
    workers,
  );
  const { grey, slow, levels, threshold } = survey;
  await writeImage(greyPath, grey);
  await writeJson(path, {
    key: keyOf(run),
    levels,
    threshold,
    slow: {
      factors: slow.factors,
      shape: slow.levels.shape,
      spacing_um: slow.levels.spacing_um,
      levels: [...slow.levels.data],
    },
  });
  return survey;
}

interface SurveyRecord extends Pick<VolumeSurvey, "levels" | "threshold"> {
  slow: {
    factors: number[];
    shape: ZYX;
    spacing_um: ZYX;
    levels: number[];
  };
}

async function readRecord(
  run: BlockRun,
  index: number,
): Promise<BlockRecord | undefined> {
  return await readJson<BlockRecord>(run, recordPath(run, index));
}

async function readBlock(
  run: BlockRun,
  index: number,
  box: Box,
): Promise<Volume<Uint16Array | Uint32Array>> {
  const file = labelsPath(run, index);
  const image = await readImage(file, "unused");
  const { data } = image, shape = boxShape(box);
  const holdsLabels = data instanceof Uint16Array ||
    data instanceof Uint32Array;
  if (!holdsLabels || image.shape.join() !== shape.join()) {
    throw new DataError(
      `Cannot join the block as it must hold labels of shape [${
        shape.join(", ")
      }]: current shape is [${image.shape.join(", ")}]`,
      { file },
    );
  }
  return onGridOf(image, data) as Volume<Uint16Array | Uint32Array>;
}

/** What tells the files of one run from those of another. */
function keyOf({ source, input, method, blocks }: BlockRun): string {
  const { shape, spacing_um } = source;
  const { name, settings } = method;
  const text = JSON.stringify({
    version: 1,
    input,
    shape,
    spacing_um,
    blocks,
    name,
    settings,
  });
  return createHash("sha256").update(text).digest("hex");
}

/** Content of a file of the run; undefined if there is none. */
async function readJson<T>(
  run: BlockRun,
  file: string,
): Promise<T | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  let content: T & { key?: unknown };
  try {
    content = JSON.parse(text);
  } catch {
    throw new DataError(
      "Cannot go on with the blocks as their records must be JSON: remove their folder to begin anew",
      { file },
    );
  }
  if (content.key !== keyOf(run)) {
    throw new DataError(
      "Cannot go on with the blocks as they must be of the same image, spacing, method, parameters and number of blocks: remove their folder to begin anew",
      { file },
    );
  }
  return content;
}

async function writeJson(path: string, content: unknown): Promise<void> {
  await writeWhole(path, JSON.stringify(content) + "\n");
}

function labelsPath({ folder, blocks }: BlockRun, index: number): string {
  return join(folder, `block-${numberOf(index, blocks)}.nii.gz`);
}

function recordPath({ folder, blocks }: BlockRun, index: number): string {
  return join(folder, `block-${numberOf(index, blocks)}.json`);
}

function numberOf(index: number, blocks: number): string {
  return String(index + 1).padStart(String(blocks).length, "0");
}

function assertIndex({ blocks }: BlockRun, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < blocks) return;
  throw new RangeError(
    `Cannot work on the block as its number must be a whole number from 1 to ${blocks}: current value is ${
      index + 1
    }`,
  );
}
