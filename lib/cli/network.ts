/** `network`: cycles a network of particles. */
import { DataError, userPath } from "../core/mod.ts";
import {
  type NetworkRun,
  readNetworkParameters,
  runNetwork,
  summariseCycles,
  withoutFeedback,
  writeNetworkRun,
} from "../network/mod.ts";
import {
  type Call,
  type Command,
  numberOption,
  recordResults,
  runCommand,
  UsageError,
} from "./command.ts";

/** Cases of the project. */
const CASES = ["three", "eight", "three-plane"];

/** `network --out run.json`. */
export const network: Command = {
  name: "network",
  summary:
    "Cycles a network of particles in carbon/binder (finite elements of reaction, stress and debonding) and writes its course.",
  operands: {},
  options: {
    case: {
      value: "name",
      help: `parameter set: ${CASES.join(", ")} or a .json file of that form`,
      default: "three",
    },
    cycles: { value: "n", help: "number of cycles", default: "10" },
    feedback: {
      value: "on|off",
      help: "whether damage acts on the resistance",
      choices: ["on", "off"],
      default: "on",
    },
    out: {
      value: "run.json",
      help: "where to write the course",
      required: true,
    },
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { values, progress } = call;
  const name = values.case!, isFile = name.endsWith(".json");
  if (!isFile && !CASES.includes(name)) {
    throw new UsageError(
      `Option --case must be ${
        CASES.join(", ")
      } or a .json file: current value is ${name}`,
    );
  }
  const cycles = numberOption(call, "cycles", {
    words: "a whole number above 0",
    holds: (value) => Number.isInteger(value) && value > 0,
  });
  const file = isFile ? userPath(name) : name;
  const { parameters: read } = await readNetworkParameters(file);
  const parameters = values.feedback === "on" ? read : withoutFeedback(read);
  const out = userPath(values.out!);

  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, interrupt);
  try {
    const result = await runNetwork(parameters, {
      cycles,
      progress,
      signal: interruption.signal,
      // So that even a crash leaves the cycles before it, marked as not complete.
      onCycle: (soFar) => writeNetworkRun(out, soFar),
    });
    await writeNetworkRun(out, result);
    await recordResults([out], {
      command: "network",
      parameters: { case: name, cycles, feedback: values.feedback! },
      seed: null,
      origin: "synthetic",
      inputs: isFile ? [file] : [],
    });
    if (!result.complete) {
      throw new DataError(
        `Cannot finish the run as it was interrupted: current value is ${
          result.time_s.length - 1
        } steps, written and marked as not complete`,
        { file: values.out! },
      );
    }
    console.log(tableOf(result));
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
  }
}

/** One row per cycle: spreads, and beside them what they cost. */
function tableOf(result: NetworkRun): string {
  const rows = summariseCycles(result).map((cycle) => [
    `${cycle.cycle}`,
    cycle.concentrationSpread.toFixed(4),
    cycle.damageSpread.toFixed(4),
    cycle.meanDamage.toFixed(3),
    cycle.highestVoltage_V.toFixed(3),
    cycle.capacity.toFixed(3),
  ]);
  const header = [
    "cycle",
    "spread of C/Cmax",
    "spread of damage",
    "mean damage",
    "highest V",
    "capacity",
  ];
  return [header, ...rows]
    .map((row) => row.map((cell, k) => cell.padStart(header[k]!.length)))
    .map((row) => row.join("  "))
    .join("\n");
}

if (import.meta.main) await runCommand(network);
