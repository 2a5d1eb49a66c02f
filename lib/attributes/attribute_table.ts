/** Attribute tables from CSV files, ours or published. */
import { createTable, DataError, type Table } from "../core/mod.ts";
import { readTable } from "../io/mod.ts";
import { attributeId } from "./registry.ts";

/**
 * Reads an attribute table whose columns are named as here or as in the
 * published tables (`Edensity`, `locVolume`, ...); published names become ours.
 *
 * @param path CSV file, with or without units in its header.
 * @returns The table; blank cells are NaN, to be dealt with by the caller.
 * @throws {DataError} If the file is no table, or two columns are the same attribute.
 *
 * @example A published name
 * ```ts
 * import assert from "node:assert/strict";
 * import { numbers } from "../core/mod.ts";
 * import { readAttributeTable } from "./attribute_table.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "locOri,Damage\n0.4,0.1\n,0.2\n");
 * const table = await readAttributeTable(path);
 * assert.deepEqual([...numbers(table, "OrientIso")], [0.4, NaN]);
 * await Deno.remove(path);
 * ```
 */
export async function readAttributeTable(path: string): Promise<Table> {
  const table = await readTable(path, { blanks: "nan", words: ["flags"] });
  const taken = new Map<string, string>();
  return createTable(table.columns.map((column) => {
    const id = attributeId(column.id) ?? column.id;
    const other = taken.get(id);
    if (other !== undefined) {
      throw new DataError(
        `Cannot read the table as each attribute must have one column: current columns are ${other} and ${column.id}, both ${id}`,
        { file: path },
      );
    }
    taken.set(id, column.id);
    const { values } = column;
    // A column without any value has no word that could make it one of words.
    const empty = id !== "flags" && !(values instanceof Float64Array) &&
      values.every((value) => value === "");
    return {
      ...column,
      id,
      values: empty ? new Float64Array(table.rows).fill(NaN) : values,
    };
  }));
}
