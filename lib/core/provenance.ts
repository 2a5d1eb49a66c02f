/** Records of how a result was made. */
import { basename, relative } from "node:path";
import { DataError } from "./errors.ts";
import { sha256, writeWhole } from "./files.ts";
import { projectPath, projectRoot } from "./paths.ts";

/** Whether data were made by us with known truth, or measured. */
export type Origin = "synthetic" | "measured";

/** A file that went into a result. */
export interface ProvenanceInput {
  /** Name of the file, without folders. */
  file: string;
  /** SHA-256 of its content, in hexadecimal digits. */
  sha256: string;
}

/** How a result was made: enough to make it again, and to tell whether it is the same. */
export interface Provenance {
  /** Command or notebook that made the result. */
  command: string;
  /** Parameters that set the result, defaults included. */
  parameters: Record<string, unknown>;
  /** Seed of the random numbers; null where none are drawn. */
  seed: number | null;
  /** Whether the data are synthetic or measured. */
  origin: Origin;
  /** Files that were read. */
  inputs: ProvenanceInput[];
  /** State of the project. */
  code: {
    /** Git commit, or null outside a checkout. */
    commit: string | null;
    /** Whether files differ from the commit; untracked files count. Null outside a checkout. */
    dirty: boolean | null;
    /** Version of Deno. */
    deno: string;
    /** SHA-256 of `deno.lock`, which pins every package. */
    lock: string;
  };
  /** When the record was made, in UTC (ISO 8601). */
  time: string;
}

/** What the maker of a result says of it. */
export interface ProvenanceOptions {
  /** Command or notebook that makes the result. */
  command: string;
  /** Parameters that set the result, defaults included. */
  parameters: Record<string, unknown>;
  /** Seed of the random numbers; null where none are drawn. */
  seed: number | null;
  /** Whether the data are synthetic or measured. */
  origin: Origin;
  /** Paths of the files that were read; none by default. */
  inputs?: readonly string[];
}

/**
 * A provenance record of a result made now.
 *
 * @param options What the maker says of the result.
 * @throws {DataError} If an input cannot be read.
 */
export async function createProvenance(
  options: ProvenanceOptions,
): Promise<Provenance> {
  const { command, parameters, seed, origin, inputs = [] } = options;
  return {
    command,
    parameters,
    seed,
    origin,
    inputs: await Promise.all(inputs.map(describeInput)),
    code: {
      ...await codeState(),
      deno: Deno.version.deno,
      lock: await sha256(projectPath("deno.lock")),
    },
    time: new Date().toISOString(),
  };
}

/** Path of the record that belongs to a result. */
export function provenancePath(result: string): string {
  return `${result}.provenance.json`;
}

/**
 * Writes the record beside its result.
 *
 * @param result Path of the result.
 * @param record The record.
 * @throws {DataError} If it cannot be written.
 */
export async function writeProvenance(
  result: string,
  record: Provenance,
): Promise<void> {
  await writeWhole(
    provenancePath(result),
    JSON.stringify(record, null, 2) + "\n",
  );
}

/**
 * Whether a result is synthetic, by the record beside it, so that the stamp
 * SYNTHETIC travels with the data. A file without a record counts as measured.
 *
 * @param result Path of the result.
 * @throws {DataError} If there is a record and it does not say.
 */
export async function readOrigin(result: string): Promise<Origin> {
  const file = provenancePath(result);
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "measured";
    throw error;
  }
  const origin = parseOrigin(text);
  if (origin !== "synthetic" && origin !== "measured") {
    throw new DataError(
      `Cannot tell the origin of ${
        basename(result)
      } as its record must say synthetic or measured: current value is ${origin}`,
      { file },
    );
  }
  return origin;
}

/**
 * Origin of a result that is made from several: synthetic if one of them is.
 *
 * @param origins Origins of the inputs.
 */
export function joinOrigins(origins: readonly Origin[]): Origin {
  return origins.includes("synthetic") ? "synthetic" : "measured";
}

function parseOrigin(text: string): unknown {
  try {
    return (JSON.parse(text) as Partial<Provenance>).origin;
  } catch {
    return "not JSON";
  }
}

async function describeInput(path: string): Promise<ProvenanceInput> {
  try {
    return { file: basename(path), sha256: await sha256(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `Cannot record the input as it must be a readable file: ${reason}`,
      { file: relative(Deno.cwd(), path) },
    );
  }
}

async function codeState(): Promise<
  { commit: string | null; dirty: boolean | null }
> {
  const commit = await git("rev-parse", "HEAD");
  const changes = await git("status", "--porcelain");
  return {
    commit,
    dirty: changes === null ? null : changes !== "",
  };
}

async function git(...args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args,
      cwd: projectRoot,
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null; // no git here
    throw error;
  }
}
