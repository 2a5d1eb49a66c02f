import assert from "node:assert/strict";
import { DataError, isInputError } from "@cathode/core/mod.ts";

Deno.test("DataError puts the place before the message", () => {
  const message =
    "Cannot read the table as it must have rows: current value is 0";
  const of = (place: ConstructorParameters<typeof DataError>[1]) =>
    new DataError(message, place).message;
  assert.equal(of({}), message);
  assert.equal(of({ file: "a.csv" }), `a.csv: ${message}`);
  assert.equal(of({ file: "a.csv", row: 7 }), `a.csv, row 7: ${message}`);
  assert.equal(of({ file: "a.nii", label: 0 }), `a.nii, label 0: ${message}`);
});

Deno.test("DataError keeps the place as fields", () => {
  const { place, name } = new DataError("Cannot", { file: "a.csv", row: 7 });
  assert.deepEqual(place, { file: "a.csv", row: 7 });
  assert.equal(name, "DataError");
});

Deno.test("isInputError() tells what the user can mend from defects", () => {
  const fromWorker = Object.assign(new Error("Cannot"), { name: "DataError" });
  const mendable = [
    new DataError("Cannot"),
    new RangeError("Cannot draw as it must be 1: current value is 0"),
    new TypeError("Cannot draw as it must be a number: current value is a"),
    fromWorker,
    new Deno.errors.NotFound(),
    new Deno.errors.PermissionDenied(),
  ];
  for (const error of mendable) assert.ok(isInputError(error), error.name);
  for (
    const other of [
      new Error("defect"),
      new RangeError("Invalid array length"),
      new TypeError("Cannot read properties of undefined (reading 'x')"),
      "text",
      undefined,
      { name: "DataError" },
    ]
  ) {
    assert.ok(!isInputError(other));
  }
});
