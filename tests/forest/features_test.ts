import assert from "node:assert/strict";
import { createTable } from "@cathode/core/mod.ts";
import {
  createFeatures,
  featureColumn,
  featuresOf,
  selectRows,
  withoutMissing,
} from "@cathode/forest/mod.ts";

const table = createTable([
  { id: "label", unit: "", values: Float64Array.of(1, 2, 3) },
  { id: "Z", unit: "um", values: Float64Array.of(5, NaN, 7) },
  { id: "Volume", unit: "um^3", values: Float64Array.of(300, 310, 320) },
  { id: "flags", unit: "", values: ["", "border", ""] },
]);

Deno.test("featuresOf() throws if a column is missing, asked for twice, of words or not finite", () => {
  assert.throws(() => featuresOf(table, ["Volum"]), {
    name: "RangeError",
    message: /did you mean Volume\?/,
  });
  assert.throws(() => featuresOf(table, ["Volume", "Volume"]), {
    name: "RangeError",
    message: /each must have a name of its own: current value is Volume twice/,
  });
  assert.throws(() => featuresOf(table, ["flags"]), { name: "TypeError" });
  assert.throws(() => featuresOf(table, ["Z"]), {
    name: "DataError",
    message:
      "Cannot use attribute Z as its values must be finite in single precision: current value is NaN for sample 1, counted from 0",
  });
  assert.throws(() => featuresOf(table, []), { name: "RangeError" });
});

Deno.test("createFeatures() throws if a value does not fit into single precision", () => {
  assert.throws(() => createFeatures(["x"], [[1, 1e39]]), {
    name: "DataError",
    message: /current value is 1e\+39 for sample 1/,
  });
  assert.throws(() => createFeatures(["x", "y"], [[1, 2], [1]]), {
    message:
      /attribute y as it must have 2 values, as x has: current value is 1/,
  });
});

Deno.test("selectRows() takes samples in the order asked for, with repeats", () => {
  const features = createFeatures(["a", "b"], [[1, 2, 3], [4, 5, 6]]);
  const some = selectRows(features, [2, 0, 2]);
  assert.deepEqual([...featureColumn(some, 0)], [3, 1, 3]);
  assert.deepEqual([...featureColumn(some, 1)], [6, 4, 6]);
});

Deno.test("withoutMissing() reports what it leaves out and throws if nothing is left", () => {
  const byRows = withoutMissing(table, ["Z", "Volume"], "rows");
  assert.equal(byRows.table.rows, 2);
  assert.deepEqual(byRows.droppedRows, [1]);
  const byColumns = withoutMissing(table, ["Z", "Volume"], "columns");
  assert.deepEqual(byColumns.ids, ["Volume"]);
  assert.deepEqual(byColumns.droppedColumns, ["Z"]);
  assert.equal(byColumns.table.rows, 3);
  assert.throws(() => withoutMissing(table, ["Z"], "columns"), {
    name: "RangeError",
    message:
      "Cannot leave out columns with missing values as some must be complete: current value is 0",
  });
});
