/** Records of potentiostats: EC-Lab text exports, and CSV or TSV with units in the header. */
import { extname } from "node:path";
import {
  type Column,
  createTable,
  DataError,
  type Table,
} from "../core/mod.ts";
import { readTable } from "./csv.ts";

/** Seconds, amperes and volts per unit. */
const units: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t: { s: 1, ms: 1e-3, min: 60, h: 3600 },
  I: {
    A: 1,
    mA: 1e-3,
    uA: 1e-6,
    µA: 1e-6,
    μA: 1e-6,
    nA: 1e-9,
    pA: 1e-12,
    fA: 1e-15,
  },
  V: { V: 1, mV: 1e-3 },
};
/** Names of columns in the wild. */
const names: Readonly<Record<string, RegExp>> = {
  t: /^(t|time)$/i,
  I: /^(I|<I>|current)$/i,
  V: /^(V|E|Ewe|<Ewe>|voltage|potential)$/i,
  step: /^(step|Ns|sequence)$/i,
};
const quantities = { t: "time", I: "current", V: "voltage" } as const;

/**
 * Reads a record of time and current, and of voltage and technique numbers if
 * the file has them.
 *
 * `.mpt` is EC-Lab's text export (Latin-1, `Nb header lines`, decimal point or
 * comma, `I/mA` or `<I>/mA`, techniques numbered by `Ns`); `.tsv` and `.txt` are
 * tab-separated, anything else is CSV, both with units in the header as in
 * `t [h]`, `I [pA]`.
 *
 * @param path The file.
 * @returns Columns `t [s]`, `I [A]` and, if there, `V [V]` and `step`, in the
 * order of the file.
 * @throws {DataError} If time or current is missing, a unit is missing or
 * unknown, or a cell is not a number; with the line.
 *
 * @example Hours and picoamperes
 * ```ts
 * import assert from "node:assert/strict";
 * import { numbers } from "../core/mod.ts";
 * import { readRecord } from "./potentiostat.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "t [h],I [pA]\n0.5,-20\n1,-10\n");
 * const record = await readRecord(path);
 * assert.equal(numbers(record, "t")[1], 3600);
 * assert.equal(numbers(record, "I")[1], -1e-11);
 * await Deno.remove(path);
 * ```
 */
export async function readRecord(path: string): Promise<Table> {
  const extension = extname(path).toLowerCase();
  if (extension === ".mpt") return await readEcLab(path);
  const table = extension === ".tsv" || extension === ".txt"
    ? parseTabs((await Deno.readTextFile(path)).replace(/^\uFEFF/, ""), path, 0)
    : await readTable(path);
  return inBaseUnits(table, path);
}

async function readEcLab(path: string): Promise<Table> {
  const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
  const count = Number(/^Nb header lines\s*:\s*(\d+)/m.exec(text)?.[1]);
  if (!/^EC-Lab ASCII FILE/.test(text) || !(count >= 1)) {
    throw new DataError(
      `Cannot read the EC-Lab export as it must begin with EC-Lab ASCII FILE and state its number of header lines: current first line is ${
        text.slice(0, text.search(/\r|\n|$/))
      }`,
      { file: path },
    );
  }
  return inBaseUnits(parseTabs(text, path, count - 1), path);
}

/** Tab-separated columns of numbers, decimal point or comma, from the line of their names on. */
function parseTabs(text: string, file: string, header: number): Table {
  const lines = text.split(/\r\n|\n|\r/);
  const columns = (lines[header] ?? "").split("\t").map((cell) => cell.trim());
  // EC-Lab ends every line with a tab.
  if (columns.at(-1) === "") columns.pop();
  if (columns.length < 2) {
    throw new DataError(
      `Cannot read the record as its columns must be separated by tabs: current header is "${
        lines[header] ?? ""
      }"`,
      { file, row: header + 1 },
    );
  }
  const rows: { cells: string[]; row: number }[] = [];
  for (let i = header + 1; i < lines.length; i++) {
    if (lines[i]!.trim() === "") continue;
    const cells = lines[i]!.split("\t").map((cell) => cell.trim());
    if (cells.length < columns.length) {
      throw new DataError(
        `Cannot read the record as every row must have ${columns.length} cells: current value is ${cells.length}`,
        { file, row: i + 1 },
      );
    }
    rows.push({ cells, row: i + 1 });
  }
  const wanted = columns.map((name, i) => ({ ...nameAndUnit(name), i }))
    .filter(({ id }) => Object.values(names).some((rule) => rule.test(id)));
  // EC-Lab may export both the current and its mean; the first is taken.
  const distinct = wanted.filter(({ id }, k) =>
    wanted.findIndex((other) => other.id === id) === k
  );
  if (distinct.length === 0) {
    throw new DataError(
      `Cannot read the record as it must have columns of time and current: current columns are ${
        columns.join(", ")
      }`,
      { file, row: header + 1 },
    );
  }
  return createTable(distinct.map(({ id, unit, i }) => ({
    id,
    unit,
    values: Float64Array.from(rows, ({ cells, row }) => {
      const cell = cells[i]!;
      const value = cell === "" ? NaN : Number(cell.replace(",", "."));
      if (!Number.isFinite(value)) {
        throw new DataError(
          `Cannot read the record as every cell of column ${id} must be a number: current value is ${
            cell === "" ? "an empty cell" : cell
          }`,
          { file, row },
        );
      }
      return value;
    }),
  })));
}

/** `time/s` and `t [s]` alike. */
function nameAndUnit(text: string): { id: string; unit: string } {
  const match = /^(.*?)\s*(?:\[([^\]]*)\]|\/([^/]+))?$/.exec(text);
  return { id: match?.[1] ?? text, unit: match?.[2] ?? match?.[3] ?? "" };
}

function inBaseUnits(table: Table, file: string): Table {
  const columns = (["t", "I", "V"] as const).flatMap((name): Column[] => {
    const column = table.columns.find(({ id }) => names[name]!.test(id));
    const known = Object.keys(units[name]!).join(", ");
    if (column === undefined) {
      if (name === "V") return [];
      throw new DataError(
        `Cannot read the record as it must have a column of ${
          quantities[name]
        } such as ${name} [${
          Object.keys(units[name]!)[0]
        }]: current columns are ${
          table.columns.map(({ id }) => id).join(", ")
        }`,
        { file },
      );
    }
    const factor = units[name]![column.unit];
    if (factor === undefined) {
      throw new DataError(
        `Cannot read the record as the unit of column ${column.id} must be one of ${known}: current value is ${
          column.unit === "" ? "none" : column.unit
        }`,
        { file },
      );
    }
    if (!(column.values instanceof Float64Array)) {
      throw new DataError(
        `Cannot read the record as column ${column.id} must hold numbers: current value is ${
          column.values[0] ?? "no row"
        }`,
        { file },
      );
    }
    return [{
      id: name,
      unit: { t: "s", I: "A", V: "V" }[name],
      values: column.values.map((value) => value * factor),
    }];
  });
  const step = table.columns.find(({ id }) => names.step!.test(id));
  if (step?.values instanceof Float64Array) {
    columns.push({ id: "step", unit: "", values: step.values });
  }
  return createTable(columns);
}
