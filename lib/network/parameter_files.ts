/** Parameter sets as JSON files in which every value has its source. */
import { DataError, projectPath } from "../core/mod.ts";
import type { NetworkParameters } from "./parameters.ts";

/** Where a value of a parameter set comes from. */
export interface ParameterSource {
  /** Place in the set, for example `interface.strength_Pa`; units are in the names. */
  readonly id: string;
  /** The value, in the unit of its name. */
  readonly value: number | string;
  /** Publication, or what begins with `ours` where the choice is our own. */
  readonly source: string;
}

/** A parameter set with the sources of its values. */
export interface SourcedParameters {
  /** The values. */
  readonly parameters: NetworkParameters;
  /** What the set is, in a sentence or two. */
  readonly about: string;
  /** Where each of them comes from. */
  readonly sources: readonly ParameterSource[];
}

type Rule = readonly [test: (value: number) => boolean, words: string];

const positive: Rule = [(v) => v > 0 && v < Infinity, "positive"];
const notNegative: Rule = [(v) => v >= 0 && v < Infinity, "0 or more"];
const share: Rule = [(v) => v >= 0 && v <= 1, "from 0 to 1"];
const inside: Rule = [(v) => v > 0 && v < 1, "between 0 and 1"];
const any: Rule = [Number.isFinite, "a number"];
const poisson: Rule = [(v) => v > -1 && v < 0.5, "between -1 and 0.5"];
const whole: Rule = [
  (v) => Number.isInteger(v) && v > 0,
  "a whole number above 0",
];
const even: Rule = [
  (v) => v >= 16 && Number.isInteger(v / 2),
  "an even whole number of 16 or more",
];
const switchRule: Rule = [(v) => v === 0 || v === 1, "0 or 1"];

/** What each value must be; `*` stands for the entries of a list. */
const rules: Record<string, Rule | readonly string[]> = {
  "layout.geometry": ["axisymmetric", "plane"],
  "layout.pitch_m": positive,
  "layout.width_m": positive,
  "layout.particles.*.radius_m": positive,
  "layout.particles.*.coverage": share,
  "activeMaterial.youngsModulus_Pa": positive,
  "activeMaterial.poissonRatio": poisson,
  "activeMaterial.maximumConcentration_mol_m3": positive,
  "activeMaterial.openCircuitVoltage.constant_V": any,
  "activeMaterial.openCircuitVoltage.slope_V": any,
  "activeMaterial.openCircuitVoltage.terms.*.amplitude_V": any,
  "activeMaterial.openCircuitVoltage.terms.*.steepness": any,
  "activeMaterial.openCircuitVoltage.terms.*.centre": any,
  "activeMaterial.openCircuitVoltage.end_V": notNegative,
  "activeMaterial.openCircuitVoltage.endWidth": positive,
  "activeMaterial.diffusivity.peak_m2_s": positive,
  "activeMaterial.diffusivity.dips.*.depth": notNegative,
  "activeMaterial.diffusivity.dips.*.centre": any,
  "activeMaterial.diffusivity.dips.*.width": positive,
  "activeMaterial.exchangeCurrent.reference_A_m2": positive,
  "activeMaterial.exchangeCurrent.lithiated": inside,
  "activeMaterial.exchangeCurrent.vacant": inside,
  "activeMaterial.volumeChange.slope": any,
  "activeMaterial.volumeChange.collapseSlope": any,
  "activeMaterial.volumeChange.collapseStart": any,
  "activeMaterial.volumeChange.collapseWidth": positive,
  "activeMaterial.stressCoupling": share,
  "carbonBinder.youngsModulus_Pa": positive,
  "carbonBinder.poissonRatio": poisson,
  "carbonBinder.highConductivity_S_m": positive,
  "carbonBinder.lowConductivity_S_m": positive,
  "interface.strength_Pa": positive,
  "interface.fractureEnergy_J_m2": positive,
  "interface.fatigueLength_m": positive,
  "interface.fatigueThreshold": notNegative,
  "interface.resistanceLaw": ["exponential", "rational"],
  "interface.resistance_Ohm_m2": notNegative,
  "interface.damageResistance_Ohm_m2": notNegative,
  "interface.resistanceSharpness": positive,
  "interface.feedback": share,
  "support.freeWall": switchRule,
  "operation.temperature_K": positive,
  "operation.period_s": positive,
  "operation.charged": inside,
  "operation.discharged": inside,
  "operation.upperVoltage_V": any,
  "operation.lowerVoltage_V": any,
  "operation.holdUntil": [(v) => v > 0 && v <= 1, "above 0 and at most 1"],
  "discretisation.edgesPerCircle": even,
  "discretisation.farSize_m": positive,
  "discretisation.stepsPerPhase": whole,
};

/** Lists that may be empty. */
const optionalLists = [
  "activeMaterial.openCircuitVoltage.terms",
  "activeMaterial.diffusivity.dips",
];

/**
 * Reads a complete parameter set.
 *
 * A file has the shape of `NetworkParameters`, every value written as
 * `{"value": ..., "source": "..."}`, and `name` and `about` in plain words.
 *
 * @param pathOrCase Path of a JSON file, or the name of a case of the project: `three`, `eight` or `three-plane`.
 * @throws {DataError} If the file is not JSON, a value is missing, unknown,
 * without source or breaks its rule; the message names the value.
 */
export async function readNetworkParameters(
  pathOrCase: string,
): Promise<SourcedParameters> {
  const file = pathOrCase.endsWith(".json")
    ? pathOrCase
    : projectPath("data", "parameters", `network-${pathOrCase}.json`);
  return parseNetworkParameters(await readJson(file), file);
}

/**
 * A parameter set from the content of its file; see {@linkcode readNetworkParameters}.
 *
 * @param content Parsed JSON.
 * @param file Name of the file for messages.
 * @throws {DataError} As {@linkcode readNetworkParameters}.
 */
export function parseNetworkParameters(
  content: unknown,
  file: string,
): SourcedParameters {
  const { name, about, values, sources } = parseSet(content, file);
  const patterns = new Set(sources.map(({ id }) => pattern(id)));
  for (const id of Object.keys(rules)) {
    const list = id.split(".*")[0]!;
    if (patterns.has(id) || optionalLists.includes(list)) continue;
    throw new DataError(
      `Cannot use the parameters as ${id} must be given: current value is missing`,
      { file },
    );
  }
  for (const list of optionalLists) {
    const [group, law, entries] = list.split(".");
    const held = (values as NestedLists)[group!]?.[law!]?.[entries!];
    if (!Array.isArray(held)) {
      throw new DataError(
        `Cannot use the parameters as ${list} must be a list: current value is ${held}`,
        { file },
      );
    }
  }
  const parameters = { name, ...values } as unknown as NetworkParameters;
  assertWindow(parameters, file);
  return { parameters, about, sources };
}

type NestedLists = Record<string, Record<string, Record<string, unknown>>>;

/**
 * A case with the values that another source gives in their place.
 *
 * @param parameters The case.
 * @param source Name of a set of the project, `chen2020` or `oregan2022`, or path of a JSON file that holds a part of a set.
 * @throws {DataError} If the file breaks a rule.
 */
export async function withParametersOf(
  parameters: NetworkParameters,
  source: string,
): Promise<NetworkParameters> {
  const file = source.endsWith(".json")
    ? source
    : projectPath("data", "parameters", `network-${source}.json`);
  const { values } = parseSet(await readJson(file), file);
  const merged: Record<string, unknown> = { ...parameters };
  for (const [group, replaced] of Object.entries(values)) {
    const kept = merged[group] as Record<string, unknown>;
    merged[group] = { ...kept, ...replaced as Record<string, unknown> };
  }
  return merged as unknown as NetworkParameters;
}

/**
 * Throws if a parameter set of any origin breaks a rule.
 *
 * @param parameters The set.
 * @throws {DataError} With the name of the value and the rule.
 */
export function assertNetworkParameters(parameters: NetworkParameters): void {
  const { name: _, ...groups } = parameters;
  const check = (value: unknown, id: string): void => {
    if (typeof value === "object" && value !== null) {
      const separator = id === "" ? "" : ".";
      for (const [key, inner] of Object.entries(value)) {
        check(inner, `${id}${separator}${key}`);
      }
    } else assertValue(id, value, undefined);
  };
  check(groups, "");
  assertWindow(parameters, undefined);
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `Cannot read the parameters as the file must be readable: ${reason}`,
      { file },
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(
      `Cannot read the parameters as the file must be JSON: ${
        (error as Error).message
      }`,
      { file },
    );
  }
}

function parseSet(content: unknown, file: string) {
  const sources: ParameterSource[] = [];
  if (!isRecord(content)) {
    throw new DataError(
      `Cannot use the parameters as the file must hold an object: current value is ${
        JSON.stringify(content)
      }`,
      { file },
    );
  }
  const { name, about, ...groups } = content;
  if (typeof name !== "string" || typeof about !== "string") {
    throw new DataError(
      `Cannot use the parameters as name and about must be given in words: current value is ${
        JSON.stringify([name, about])
      }`,
      { file },
    );
  }
  const strip = (node: unknown, id: string): unknown => {
    if (Array.isArray(node)) {
      return node.map((entry, k) => strip(entry, `${id}.${k}`));
    }
    if (isRecord(node) && !("value" in node)) {
      return Object.fromEntries(
        Object.entries(node).map(([key, inner]) => [
          key,
          strip(inner, id === "" ? key : `${id}.${key}`),
        ]),
      );
    }
    if (!isRecord(node) || typeof node.source !== "string") {
      throw new DataError(
        `Cannot use the parameters as ${id} must have a value and a source: current value is ${
          JSON.stringify(node)
        }`,
        { file },
      );
    }
    assertValue(id, node.value, file);
    sources.push({
      id,
      value: node.value as number | string,
      source: node.source,
    });
    return node.value;
  };
  const values = strip(groups, "") as Record<string, unknown>;
  return { name, about, values, sources };
}

function assertValue(
  id: string,
  value: unknown,
  file: string | undefined,
): void {
  const place = file === undefined ? {} : { file };
  const rule = rules[pattern(id)];
  if (rule === undefined) {
    throw new DataError(
      `Cannot use the parameters as there must be no values of unknown meaning: current value is ${id}`,
      place,
    );
  }
  if (typeof rule[0] === "string") {
    if ((rule as readonly unknown[]).includes(value)) return;
    throw new DataError(
      `Cannot use the parameters as ${id} must be ${
        rule.join(" or ")
      }: current value is ${JSON.stringify(value)}`,
      place,
    );
  }
  const [test, words] = rule as Rule;
  if (typeof value !== "number" || !test(value)) {
    throw new DataError(
      `Cannot use the parameters as ${id} must be ${words}: current value is ${
        JSON.stringify(value)
      }`,
      place,
    );
  }
}

function assertWindow(
  { operation }: NetworkParameters,
  file: string | undefined,
): void {
  const { charged, discharged, upperVoltage_V, lowerVoltage_V } = operation;
  const place = file === undefined ? {} : { file };
  if (!(charged < discharged)) {
    throw new DataError(
      `Cannot use the parameters as operation.charged must be below operation.discharged (${discharged}): current value is ${charged}`,
      place,
    );
  }
  if (!(lowerVoltage_V < upperVoltage_V)) {
    throw new DataError(
      `Cannot use the parameters as operation.lowerVoltage_V must be below operation.upperVoltage_V (${upperVoltage_V}): current value is ${lowerVoltage_V}`,
      place,
    );
  }
}

function pattern(id: string): string {
  return id.replace(/\.\d+(?=\.)/g, ".*");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
