/** What all commands share: arguments, help, errors, progress and records. */
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import {
  closest,
  createProvenance,
  isInputError,
  type Origin,
  type Progress,
  type ProvenanceOptions,
  testedDeno,
  writeProvenance,
} from "../core/mod.ts";
import type { Spacing } from "../io/mod.ts";
import { terminalProgress } from "./terminal_progress.ts";

/** An option `--name value`, or `--name` alone. */
export interface Option {
  /** What stands for the value in the help, for example `z,y,x`; none for an option without value. */
  value?: string;
  /** What it does, in a few words. */
  help: string;
  /** Value if the option is not given. */
  default?: string;
  /** Whether it must be given. */
  required?: true;
  /** The values that it may have. */
  choices?: readonly string[];
}

/** What the command line says. */
export interface Call {
  /** Arguments without a name, in order. */
  readonly operands: readonly string[];
  /** Values of the options that are given or have a default. */
  readonly values: Readonly<Record<string, string>>;
  /** Options without value that are given. */
  readonly flags: ReadonlySet<string>;
  /** Takes news of long work. */
  readonly progress: Progress;
}

/** A command as data, and what it does. */
export interface Command {
  /** Name of the task, for example `segment`. */
  readonly name: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /**
   * Names of the arguments, with what they are; a name that ends in `...` takes
   * one or more, one that ends in `?` may be left out, so `...?` takes any number.
   */
  readonly operands: Readonly<Record<string, string>>;
  /** Options by name. */
  readonly options: Readonly<Record<string, Option>>;
  /** Does it. */
  run(call: Call): Promise<void>;
}

/** Wrong use of a command. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Exit status after wrong use, bad input or output that cannot be written. */
const INPUT_ERROR = 2;

/**
 * Runs a command and sets the exit status: 0 if it did its work, 2 after wrong
 * use or bad input, which are told without a stack trace. A defect of the
 * program is thrown on.
 *
 * @param command The command.
 * @param args What the user typed after its name.
 */
export async function runCommand(
  command: Command,
  args: readonly string[] = Deno.args,
): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(helpOf(command));
    return;
  }
  if (Deno.version.deno !== testedDeno) {
    console.error(
      `This is Deno ${Deno.version.deno}; the project is tested with ${testedDeno}: npx -y deno@${testedDeno} task ${command.name}`,
    );
  }
  const { progress, clear } = terminalProgress();
  try {
    await command.run({ ...parseCall(command, args), progress });
    clear();
  } catch (error) {
    clear();
    if (error instanceof UsageError) {
      console.error(
        `${error.message}\nSee: deno task ${command.name} --help`,
      );
    } else if (isInputError(error)) console.error(error.message);
    else throw error;
    Deno.exitCode = INPUT_ERROR;
  }
}

/**
 * Arguments as a command declares them.
 *
 * @param command Declares operands and options.
 * @param args What the user typed.
 * @throws {UsageError} If an option is unknown, lacks its value or is missing,
 * or the number of operands is wrong.
 */
export function parseCall(
  command: Command,
  args: readonly string[],
): Omit<Call, "progress"> {
  const entries = Object.entries(command.options);
  const { values: found, positionals } = parse(command, args);
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  for (const [name, option] of entries) {
    const value = found[name] ?? option.default;
    if (value === true) flags.add(name);
    if (typeof value !== "string") {
      if (option.required) throw new UsageError(`Option --${name} is missing`);
      continue;
    }
    if (option.choices && !option.choices.includes(value)) {
      throw new UsageError(
        `Option --${name} must be ${
          option.choices.join(" or ")
        }: current value is ${value}`,
      );
    }
    values[name] = value;
  }
  const names = Object.keys(command.operands);
  const least = names.filter((name) => !name.endsWith("?")).length;
  const most = names.some((name) => /\.\.\.\??$/.test(name))
    ? Infinity
    : names.length;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(
      `${command.name} takes ${
        names.map(usageOf).join(" ") || "no arguments"
      }: current arguments are ${positionals.join(" ") || "none"}`,
    );
  }
  return { operands: positionals, values, flags };
}

/**
 * Help of a command.
 *
 * @param command The command.
 */
export function helpOf(command: Command): string {
  const operands = Object.entries(command.operands);
  const options = Object.entries(command.options);
  const required = options.filter(([, option]) => option.required)
    .map(([name, { value }]) => ` --${name} ${value}`).join("");
  const usage = operands.map(([name]) => ` ${usageOf(name)}`).join("");
  const rows = [
    ...operands.map(([name, help]) => [usageOf(name), help] as const),
    ...options.map(([name, option]) =>
      [
        `--${name}${option.value ? ` ${option.value}` : ""}`,
        option.help + (option.default ? ` (default ${option.default})` : ""),
      ] as const
    ),
    ["--help", "show this"] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    command.summary,
    "",
    `Usage: deno task ${command.name}${usage}${required} [options]`,
    "",
    ...rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`),
  ].join("\n");
}

/**
 * A number from the command line.
 *
 * @param call What the user typed.
 * @param name The option; it must be there.
 * @param rule What the number must be, in words, and the test of it.
 * @throws {UsageError} If it is none, or breaks the rule.
 */
export function numberOption(
  { values }: Pick<Call, "values">,
  name: string,
  rule: { words: string; holds: (value: number) => boolean },
): number {
  const text = values[name] ?? "";
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || !rule.holds(value)) {
    throw new UsageError(
      `Option --${name} must be ${rule.words}: current value is ${text}`,
    );
  }
  return value;
}

/** The rule of seeds. */
export const wholeNumber = {
  words: "a whole number",
  holds: Number.isSafeInteger,
};

/** The rule of numbers of things. */
export const positiveWholeNumber = {
  words: "a whole number, 1 or more",
  holds: (value: number) => Number.isSafeInteger(value) && value >= 1,
};

/** The rule of lengths. */
export const positiveNumber = {
  words: "a positive number",
  holds: (value: number) => value > 0,
};

/** The option `--seed`; its value is a {@linkcode wholeNumber}. */
export const seedOption: Option = {
  value: "n",
  help: "seed of the random numbers",
  default: "1",
};

/**
 * Names of electrodes: those of their tables without folder and extension.
 *
 * @param files The tables as the user gave them.
 * @throws {UsageError} If two have the same name.
 */
export function electrodeNames(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file, extname(file)));
  if (new Set(names).size < names.length) {
    throw new UsageError(
      `The tables must have different file names, which name the electrodes: current names are ${
        names.join(" and ")
      }`,
    );
  }
  return names;
}

/** The option `--spacing` of commands that read images. */
export const spacingOption: Option = {
  value: "z,y,x",
  help:
    "distance of voxel centres in micrometres (y,x for a slice), if the file does not state it",
};

/**
 * The value of {@linkcode spacingOption}, if given.
 *
 * @param call What the user typed.
 * @throws {UsageError} If it is not two or three positive numbers.
 */
export function spacingOf(
  { values: { spacing } }: Pick<Call, "values">,
): Spacing | undefined {
  if (spacing === undefined) return undefined;
  const numbers = spacing.split(",").map((part) =>
    part.trim() === "" ? NaN : Number(part)
  );
  const [a, b, c] = numbers;
  const valid = numbers.every((s) => Number.isFinite(s) && s > 0);
  if (valid && numbers.length === 2) return [a!, b!];
  if (valid && numbers.length === 3) return [a!, b!, c!];
  throw new UsageError(
    `Option --spacing must be z,y,x (y,x for a slice) in micrometres, as in 0.2,0.1,0.1: current value is ${spacing}`,
  );
}

/**
 * Writes the provenance record beside each of the results.
 *
 * @param results Paths of the results.
 * @param options What the record says; a folder among the inputs stands for the
 * files in it.
 * @throws {DataError} If an input cannot be read or the record not be written.
 */
export async function recordResults(
  results: readonly string[],
  options: ProvenanceOptions & { inputs: readonly string[]; origin: Origin },
): Promise<void> {
  const inputs = (await Promise.all(options.inputs.map(filesAt))).flat();
  const record = await createProvenance({ ...options, inputs });
  await Promise.all(results.map((result) => writeProvenance(result, record)));
}

/**
 * The file at a path, or the files in the folder there, by name.
 *
 * @param path A file or folder.
 */
export async function filesAt(path: string): Promise<string[]> {
  if (!(await Deno.stat(path)).isDirectory) return [path];
  return Array.from(Deno.readDirSync(path))
    .filter(({ isFile }) => isFile)
    .map(({ name }) => join(path, name))
    .sort();
}

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(command.options).map(([name, { value }]) => [
          name,
          { type: value === undefined ? "boolean" : "string" } as const,
        ]),
      ),
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /^Unknown option '--([^'=]+)/.exec(error.message)?.[1];
    const names = Object.keys(command.options);
    if (unknown === undefined || names.length === 0) {
      throw new UsageError(error.message);
    }
    throw new UsageError(
      `There is no option --${unknown}: did you mean --${
        closest(unknown, names)
      }?`,
    );
  }
}

function usageOf(name: string): string {
  return name.endsWith("?") ? `[${name.slice(0, -1)}]` : `<${name}>`;
}
