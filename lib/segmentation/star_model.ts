/** Trained star-convex networks in files. */
import { DataError, projectPath } from "../core/mod.ts";
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from "../io/mod.ts";
import {
  type StarArchitecture,
  weightCount,
  weightParts,
} from "./star_network.ts";
import { rayCount } from "./star_rays.ts";

/** A network with its weights. */
export interface StarModel {
  readonly architecture: StarArchitecture;
  /** As {@linkcode weightParts} divides them. */
  readonly weights: Float32Array;
}

/** The weights that ship, trained by `train-star` on synthetic electrodes only. */
export const shippedStarModel = projectPath(
  "data",
  "models",
  "star-32.safetensors",
);

/** Mark of our files among safetensors. */
const format = "cathode-notebooks star-convex network 1";

/**
 * Writes a network as safetensors, one tensor per filter and bias; the header
 * holds the architecture.
 *
 * @param path Where to.
 * @param model The network.
 * @throws {DataError} If the place cannot be written.
 */
export async function writeStarModel(
  path: string,
  { architecture, weights }: StarModel,
): Promise<void> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, from, to } of weightParts(architecture)) {
    tensors.set(name, { data: weights.slice(from, to), shape });
  }
  const metadata = { format, architecture: JSON.stringify(architecture) };
  await writeSafetensors(path, { tensors, metadata });
}

/**
 * Reads a network that {@linkcode writeStarModel} wrote.
 *
 * @param path The file.
 * @throws {DataError} If the file is missing, truncated, no star-convex network,
 * or its tensors do not belong to its architecture.
 */
export async function readStarModel(path: string): Promise<StarModel> {
  const { tensors, metadata } = await readSafetensors(path);
  const fail = (rule: string, value: string) =>
    new DataError(
      `Cannot use the weights as ${rule}: current value is ${value}`,
      { file: path },
    );
  if (metadata.format !== format) {
    throw fail(
      `their format must be "${format}"`,
      metadata.format ?? "none",
    );
  }
  const architecture = parseArchitecture(metadata.architecture);
  if (architecture === undefined) {
    throw fail(
      "their architecture must have a positive spacing_um and whole channels, depth and head",
      metadata.architecture ?? "none",
    );
  }
  const weights = new Float32Array(weightCount(architecture));
  const expected = weightParts(architecture);
  for (const { name, shape, from } of expected) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) {
      throw fail(
        `tensor ${name} of a network with ${rayCount} rays must have shape [${
          shape.join(", ")
        }]`,
        tensor ? `[${tensor.shape.join(", ")}]` : "missing",
      );
    }
    weights.set(tensor.data, from);
  }
  if (tensors.size !== expected.length) {
    throw fail(
      `they must have ${expected.length} tensors`,
      String(tensors.size),
    );
  }
  return { architecture, weights };
}

function parseArchitecture(
  text: string | undefined,
): StarArchitecture | undefined {
  let value: Partial<StarArchitecture>;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
  const { spacing_um = NaN, channels = NaN, depth = NaN, head = NaN } = value;
  const whole = [channels, depth, head].every((n) =>
    Number.isInteger(n) && n >= 1 && n <= 512
  );
  return whole && depth <= 6 && spacing_um > 0 && Number.isFinite(spacing_um)
    ? { spacing_um, channels, depth, head }
    : undefined;
}
