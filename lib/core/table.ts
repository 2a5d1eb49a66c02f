/** Columnar tables. */

/** A column: numbers, or words such as names and flags. */
export interface Column<
  V extends Float64Array | readonly string[] = Float64Array | readonly string[],
> {
  /** Name without unit, for example `Volume`. */
  readonly id: string;
  /** Unit as written in brackets in a header, for example `um^3`; empty where there is none. */
  readonly unit: string;
  /** One value per row. */
  readonly values: V;
}

/** Columns of equal length with distinct ids. */
export interface Table {
  /** Columns in the order in which they are written. */
  readonly columns: readonly Column[];
  /** Number of rows. */
  readonly rows: number;
}

/**
 * A table from its columns.
 *
 * @param columns At least one column.
 * @throws {RangeError} If there is no column, two share an id, or the lengths differ.
 *
 * @example Two particles
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable, numbers } from "./table.ts";
 *
 * const table = createTable([
 *   { id: "label", unit: "", values: Float64Array.of(1, 2) },
 *   { id: "Volume", unit: "um^3", values: Float64Array.of(310, 450) },
 * ]);
 * assert.equal(numbers(table, "Volume")[1], 450);
 * ```
 */
export function createTable(columns: readonly Column[]): Table {
  const first = columns[0];
  if (first === undefined) {
    throw new RangeError(
      "Cannot create a table as it must have at least one column: current value is 0",
    );
  }
  const seen = new Set<string>();
  for (const { id, values } of columns) {
    if (seen.has(id)) {
      throw new RangeError(
        `Cannot create a table as its columns must have distinct ids: current value is ${id} twice`,
      );
    }
    seen.add(id);
    if (values.length !== first.values.length) {
      throw new RangeError(
        `Cannot create a table as column ${id} must have ${first.values.length} values, as column ${first.id} has: current value is ${values.length}`,
      );
    }
  }
  return { columns, rows: first.values.length };
}

/**
 * The values of a numeric column.
 *
 * @param table The table.
 * @param id Name of the column, without unit.
 * @throws {RangeError} If there is no such column; the message names the closest.
 * @throws {TypeError} If the column holds words.
 */
export function numbers(table: Table, id: string): Float64Array {
  const { values } = columnOf(table, id);
  if (!(values instanceof Float64Array)) {
    throw new TypeError(
      `Cannot use column ${id} as it must hold numbers: current value is ${
        values[0] ?? "no row"
      }`,
    );
  }
  return values;
}

/**
 * A column by its id.
 *
 * @param table The table.
 * @param id Name of the column, without unit.
 * @throws {RangeError} If there is no such column; the message names the closest.
 */
export function columnOf(table: Table, id: string): Column {
  const column = table.columns.find((c) => c.id === id);
  if (column === undefined) {
    const ids = table.columns.map((c) => c.id);
    throw new RangeError(
      `Cannot find column ${id} as it must be one of the table's: did you mean ${
        closest(id, ids)
      }? Current columns are ${ids.join(", ")}`,
    );
  }
  return column;
}

/**
 * Whether a table has a column.
 *
 * @param table The table.
 * @param id Name of the column, without unit.
 */
export function hasColumn(table: Table, id: string): boolean {
  return table.columns.some((c) => c.id === id);
}

/**
 * The rows of a table for which a rule holds, copied.
 *
 * @param table The table.
 * @param keep Whether to keep the row of this index.
 */
export function filterRows(
  table: Table,
  keep: (row: number) => boolean,
): Table {
  const rows = Array.from({ length: table.rows }, (_, i) => i).filter(keep);
  return createTable(table.columns.map((column) => ({
    ...column,
    values: column.values instanceof Float64Array
      ? Float64Array.from(rows, (i) => column.values[i] as number)
      : rows.map((i) => column.values[i] as string),
  })));
}

/**
 * The word of a list that differs from a given one by the fewest letters
 * (Levenshtein distance, upper and lower case alike), for "did you mean".
 *
 * @param word What the user wrote.
 * @param words At least one word to choose from.
 */
export function closest(word: string, words: readonly string[]): string {
  const distances = words.map((w) =>
    editDistance(word.toLowerCase(), w.toLowerCase())
  );
  return words[distances.indexOf(Math.min(...distances))]!;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(
        next[j - 1]! + 1,
        row[j]! + 1,
        row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      ));
    }
    row = next;
  }
  return row[b.length]!;
}
