/** Runs on disk. */
import { DataError, writeWhole } from "../core/mod.ts";
import type { FieldsAt, NetworkRun } from "./run.ts";
import { assertNetworkParameters } from "./parameter_files.ts";

/** Names of the fields that are arrays of numbers. */
const fieldArrays = [
  "concentration",
  "potential_V",
  "displacement_m",
  "opening_m",
  "damage",
  "currentDensity_A_m2",
] as const;

/**
 * Writes a run as JSON, whole or not at all. A run that was interrupted is
 * written as it is, with `complete` false. The mesh of the fields follows from
 * the parameters (`meshParticles`).
 *
 * @param path Where to.
 * @param run The run.
 * @throws {DataError} If the place cannot be written.
 */
export async function writeNetworkRun(
  path: string,
  run: NetworkRun,
): Promise<void> {
  const fields = run.fields.map((at) => ({
    ...at,
    ...Object.fromEntries(
      // NaN, where a field does not exist, becomes null.
      fieldArrays.map((name) => [name, Array.from(at[name])]),
    ),
  }));
  await writeWhole(path, JSON.stringify({ ...run, fields }) + "\n");
}

/**
 * Reads a run, complete or not.
 *
 * @param path A file written by {@linkcode writeNetworkRun}.
 * @throws {DataError} If the file is not a run, or its series differ in length.
 */
export async function readNetworkRun(path: string): Promise<NetworkRun> {
  const wrong = (rule: string, value: unknown) =>
    new DataError(
      `Cannot read the run as ${rule}: current value is ${value}`,
      { file: path },
    );
  let run: NetworkRun;
  try {
    run = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw wrong("the file must be JSON", error.message);
  }
  const { parameters, time_s, cycle, phase, voltage_V, current, particles } =
    run;
  const series = [time_s, cycle, phase, voltage_V, current];
  if (
    parameters === undefined || !Array.isArray(particles) ||
    !Array.isArray(run.fields) || typeof run.complete !== "boolean" ||
    !series.every(Array.isArray)
  ) {
    throw wrong(
      "it must have parameters, series, particles, fields and complete",
      Object.keys(run).join(", "),
    );
  }
  assertNetworkParameters(parameters);
  for (const { meanConcentration, damage, currentShare } of particles) {
    series.push(meanConcentration, damage, currentShare);
  }
  const lengths = new Set(series.map((values) => values?.length));
  if (lengths.size !== 1) {
    throw wrong("its series must be of one length", [...lengths].join(", "));
  }
  const fields = run.fields.map((at) => ({
    ...at,
    ...Object.fromEntries(
      fieldArrays.map((name) => [
        name,
        Float64Array.from(
          at[name] as unknown as (number | null)[],
          (value) => value ?? NaN,
        ),
      ]),
    ),
  })) as FieldsAt[];
  return { ...run, fields };
}
