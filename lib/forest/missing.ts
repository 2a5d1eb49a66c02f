/** Tables with gaps. */
import { filterRows, numbers, type Table } from "../core/mod.ts";

/** What is left out where values are missing. */
export type Missing = "rows" | "columns";

/** A table without gaps in some of its columns. */
export interface Complete {
  /** Rows that are kept, with all columns. */
  readonly table: Table;
  /** Columns of those asked for that have no gap. */
  readonly ids: readonly string[];
  /** Rows left out, counted from 0. */
  readonly droppedRows: readonly number[];
  /** Columns left out. */
  readonly droppedColumns: readonly string[];
}

/**
 * Leaves out the rows, or the columns, in which values are not finite.
 *
 * @param table The table.
 * @param ids Columns that must be complete.
 * @param missing What is left out.
 * @throws {RangeError} If a column is not there or nothing is left.
 * @throws {TypeError} If a column holds words.
 *
 * @example One empty cell
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { withoutMissing } from "./missing.ts";
 *
 * const table = createTable([
 *   { id: "Z", unit: "um", values: Float64Array.of(3, 9) },
 *   { id: "Volume", unit: "um^3", values: Float64Array.of(310, NaN) },
 * ]);
 * assert.deepEqual(withoutMissing(table, ["Z", "Volume"], "rows").droppedRows, [1]);
 * assert.deepEqual(withoutMissing(table, ["Z", "Volume"], "columns").ids, ["Z"]);
 * ```
 */
export function withoutMissing(
  table: Table,
  ids: readonly string[],
  missing: Missing,
): Complete {
  const gaps = (id: string) =>
    [...numbers(table, id).keys()].filter((i) =>
      !Number.isFinite(numbers(table, id)[i])
    );
  if (missing === "columns") {
    const droppedColumns = ids.filter((id) => gaps(id).length > 0);
    const kept = ids.filter((id) => !droppedColumns.includes(id));
    assertLeft(kept.length, "columns");
    return { table, ids: kept, droppedRows: [], droppedColumns };
  }
  const dropped = new Set(ids.flatMap(gaps));
  assertLeft(table.rows - dropped.size, "rows");
  return {
    table: filterRows(table, (i) => !dropped.has(i)),
    ids,
    droppedRows: [...dropped].sort((a, b) => a - b),
    droppedColumns: [],
  };
}

function assertLeft(left: number, what: Missing): void {
  if (left === 0) {
    throw new RangeError(
      `Cannot leave out ${what} with missing values as some must be complete: current value is 0`,
    );
  }
}
