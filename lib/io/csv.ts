/** Tables as CSV files. */
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import {
  type Column,
  createTable,
  DataError,
  type Table,
  writeWhole,
} from "../core/mod.ts";

/** Choices of {@linkcode readTable}. */
export interface ReadTableOptions {
  /**
   * What to do with a cell of a column of numbers that is blank or `NA` or
   * `NaN`: refuse the table, or read it as NaN. By default `refuse`.
   */
  blanks?: "refuse" | "nan";
  /** Ids of columns to be read as words even if they hold numbers, such as names of particles. */
  words?: readonly string[];
}

interface Row {
  readonly cells: readonly string[];
  /** Line of the file on which the row ends, counted from 1. */
  readonly line: number;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const BLANK = /^(|na|nan)$/i;

/**
 * Reads a table from a CSV file: comma-separated, UTF-8, with a header of
 * `id [unit]` or `id` alone.
 *
 * A column is one of numbers if any of its cells is a number (or if all are
 * blank and it has a unit), else one of words. Every cell of a column of numbers
 * must then be a finite number.
 *
 * @param path The file.
 * @param options How to take blanks and which columns are words.
 * @throws {DataError} If a column has no id or one that is there twice, a row
 * has too few or too many cells, or a cell of a column of numbers is none; with
 * the line of the file.
 */
export async function readTable(
  path: string,
  options: ReadTableOptions = {},
): Promise<Table> {
  const { blanks = "refuse", words = [] } = options;
  const [header, ...rows] = parseRows(await Deno.readTextFile(path), path);
  if (header === undefined) {
    throw new DataError(
      "Cannot read the table as it must have a header: the file is empty",
      { file: path },
    );
  }
  const names = header.cells.map((cell) => parseName(cell, header.line, path));
  const ids = names.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new DataError(
      `Cannot read the table as its columns must have distinct ids: current header has ${twice} twice`,
      { file: path, row: header.line },
    );
  }
  return createTable(names.map(({ id, unit }, i): Column => {
    const cells = rows.map((row) => row.cells[i]!);
    const ofNumbers = !words.includes(id) &&
      (rows.length === 0 || cells.some((cell) => NUMBER.test(cell)) ||
        (unit !== "" && cells.every((cell) => BLANK.test(cell))));
    if (!ofNumbers) return { id, unit, values: cells };
    const values = new Float64Array(rows.length);
    for (const [j, cell] of cells.entries()) {
      const value = BLANK.test(cell) && blanks === "nan"
        ? NaN
        : NUMBER.test(cell)
        ? Number(cell)
        : undefined;
      if (value === undefined || Math.abs(value) === Infinity) {
        throw new DataError(
          `Cannot read the table as every cell of column ${id} must be a finite number: current value is ${
            cell === "" ? "an empty cell" : cell
          }`,
          { file: path, row: rows[j]!.line },
        );
      }
      values[j] = value;
    }
    return { id, unit, values };
  }));
}

/**
 * Writes a table as a CSV file, whole or not at all. Numbers are written so that
 * reading gives the same ones; NaN is written as an empty cell.
 *
 * @param path Where to.
 * @param table The table.
 * @throws {RangeError} If a number is infinite.
 * @throws {DataError} If the place cannot be written.
 *
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { readTable, writeTable } from "./csv.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * const table = createTable([
 *   { id: "Volume", unit: "um^3", values: Float64Array.of(310.5, 0.1 + 0.2) },
 *   { id: "flags", unit: "", values: ["border", "pieces, border"] },
 * ]);
 * await writeTable(path, table);
 * assert.deepEqual(await readTable(path), table);
 * await Deno.remove(path);
 * ```
 */
export async function writeTable(path: string, table: Table): Promise<void> {
  const header = table.columns.map(({ id, unit }) =>
    unit === "" ? id : `${id} [${unit}]`
  );
  const rows = Array.from(
    { length: table.rows },
    (_, i) =>
      table.columns.map(({ id, values }) => formatCell(values[i]!, id, i)),
  );
  // Quoted, since blanks around words are not part of them otherwise.
  await writeWhole(
    path,
    stringify([header, ...rows], { quoted_match: /^\s|\s$/ }),
  );
}

function parseRows(text: string, file: string): Row[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({
      cells: record,
      line: info.lines,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(
      `Cannot read the table as it must be well-formed CSV: ${error.message}`,
      { file },
    );
  }
}

function parseName(
  cell: string,
  row: number,
  file: string,
): { id: string; unit: string } {
  const [, id = "", unit = ""] = /^(.*?)\s*(?:\[([^\]]*)\])?$/.exec(cell) ?? [];
  if (id === "") {
    throw new DataError(
      `Cannot read the table as every column must have an id, as in "radius [um]": current header is "${cell}"`,
      { file, row },
    );
  }
  if (/[;\t]/.test(id)) {
    throw new DataError(
      `Cannot read the table as its cells must be separated by commas: current header is ${cell}`,
      { file, row },
    );
  }
  return { id, unit };
}

function formatCell(value: number | string, id: string, row: number): string {
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot write the table as the numbers of column ${id} must be finite or NaN: current value is ${value} in row ${row}`,
    );
  }
  return Object.is(value, -0) ? "-0" : String(value);
}
