/** `pitt`: fits current traces of single particles. */
import { basename } from "node:path";
import {
  assertWritable,
  DataError,
  joinOrigins,
  readOrigin,
  type Table,
  userPath,
} from "../core/mod.ts";
import { readRecord, readTable, writeTable } from "../io/mod.ts";
import {
  fitTable,
  type FitTask,
  fitTraces,
  type ParticleRow,
  particleRows,
  traceOf,
} from "../pitt/mod.ts";
import {
  type Call,
  type Command,
  numberOption,
  positiveNumber,
  recordResults,
  runCommand,
} from "./command.ts";

/** `pitt <trace ...> --particles particles.csv --out fits.csv`. */
export const pitt: Command = {
  name: "pitt",
  summary:
    "Fits diffusion coefficient and exchange current density to the currents of single particles after a potential step.",
  operands: {
    "trace...":
      "traces (CSV or TSV with units, t [s] and I [A]) or EC-Lab exports (.mpt)",
  },
  options: {
    particles: {
      value: "file",
      help:
        "CSV: particle, trace (file name), radius [um], temperature [K], dV [V], dVdC [V cm3/mol], and if known charge [C], voltage [V]",
      required: true,
    },
    out: { value: "file", help: "table of fits", required: true },
    model: {
      value: "name",
      help:
        "exact (all samples, charge free) or published (eqn (1), charge of the window, 1, 4, 9, ... s)",
      default: "exact",
      choices: ["exact", "published"],
    },
    radius: {
      value: "um",
      help:
        "diffusion length for all particles in micrometres, or secondary for the radius of each",
      default: "secondary",
    },
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { operands, values, progress } = call;
  const radius_um = values.radius === "secondary"
    ? null
    : numberOption(call, "radius", {
      ...positiveNumber,
      words: "secondary or a positive number of micrometres",
    });
  const out = userPath(values.out!), particles = userPath(values.particles!);
  await assertWritable(out);
  const paths = operands.map(userPath);
  const rows = particleRows(
    await readTable(particles, { words: ["particle", "trace"] }),
    values.particles,
  );
  const files = match(paths, rows, values.particles!);
  const records = new Map<string, Table>();
  for (const path of paths) records.set(path, await readRecord(path));
  const tasks = rows.map((row, i): FitTask => ({
    trace: traceOf(records.get(files[i]!)!, row),
    step_V: row.step_V,
    file: row.trace,
    method: values.model === "exact" ? { model: "exact", region: false } : {
      model: "published",
      region: false,
      ...(row.charge_C !== null && { charge_C: row.charge_C }),
    },
  }));
  const fits = await fitTraces(tasks, { progress });
  const table = fitTable(fits.map((fit, i) => {
    const row = rows[i]!;
    return {
      particle: row.particle,
      trace: row.trace,
      fit,
      conditions: { ...row, radius_um: radius_um ?? row.radius_um },
    };
  }));
  await writeTable(out, table);
  const inputs = [particles, ...paths];
  await recordResults([out], {
    command: "pitt",
    parameters: { model: values.model, radius: values.radius },
    seed: null,
    origin: joinOrigins(await Promise.all(inputs.map(readOrigin))),
    inputs,
  });
}

/** The file of each row; every row must have one and every file a row. */
function match(
  paths: readonly string[],
  rows: readonly ParticleRow[],
  table: string,
): string[] {
  const names = paths.map((path) => basename(path));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new DataError(
      `Cannot match traces and particles as file names must differ: current value is ${twice} twice`,
    );
  }
  const unused = names.find((name) => !rows.some((row) => row.trace === name));
  if (unused !== undefined) {
    throw new DataError(
      `Cannot match traces and particles as every trace must have a row: current value without one is ${unused}`,
      { file: table },
    );
  }
  return rows.map(({ trace }, i) => {
    const found = names.indexOf(trace);
    if (found < 0) {
      throw new DataError(
        `Cannot match traces and particles as the trace of every row must be given: current value is ${trace}`,
        { file: table, row: i + 2 },
      );
    }
    return paths[found]!;
  });
}

if (import.meta.main) await runCommand(pitt);
