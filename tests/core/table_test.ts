import assert from "node:assert/strict";
import fc from "fast-check";
import {
  closest,
  columnOf,
  createTable,
  filterRows,
  hasColumn,
  numbers,
} from "@cathode/core/mod.ts";

const table = createTable([
  { id: "label", unit: "", values: Float64Array.of(1, 2, 3) },
  { id: "Volume", unit: "um^3", values: Float64Array.of(310, 450, 7) },
  { id: "flags", unit: "", values: ["", "border", ""] },
]);

Deno.test("createTable() throws if there is no column", () => {
  assert.throws(() => createTable([]), {
    name: "RangeError",
    message:
      "Cannot create a table as it must have at least one column: current value is 0",
  });
});

Deno.test("createTable() throws if two columns share an id", () => {
  const column = { id: "a", unit: "", values: Float64Array.of(1) };
  assert.throws(() => createTable([column, { ...column, unit: "um" }]), {
    name: "RangeError",
    message:
      "Cannot create a table as its columns must have distinct ids: current value is a twice",
  });
});

Deno.test("createTable() throws if lengths differ", () => {
  assert.throws(
    () =>
      createTable([
        { id: "a", unit: "", values: Float64Array.of(1, 2) },
        { id: "b", unit: "", values: ["x"] },
      ]),
    {
      name: "RangeError",
      message:
        "Cannot create a table as column b must have 2 values, as column a has: current value is 1",
    },
  );
});

Deno.test("numbers() gives the column itself", () => {
  assert.equal(numbers(table, "Volume"), table.columns[1]!.values);
  assert.equal(table.rows, 3);
});

Deno.test("numbers() throws if the column holds words", () => {
  assert.throws(() => numbers(table, "flags"), {
    name: "TypeError",
    message: /^Cannot use column flags as it must hold numbers/,
  });
});

Deno.test("columnOf() throws if there is no such column, and names the closest", () => {
  assert.throws(() => columnOf(table, "volumes"), {
    name: "RangeError",
    message: /did you mean Volume\? Current columns are label, Volume, flags$/,
  });
  assert.ok(hasColumn(table, "Volume"));
  assert.ok(!hasColumn(table, "volume"));
});

Deno.test("filterRows() keeps rows of all columns together", () => {
  assert.deepEqual(
    filterRows(table, (row) => row !== 1),
    createTable([
      { id: "label", unit: "", values: Float64Array.of(1, 3) },
      { id: "Volume", unit: "um^3", values: Float64Array.of(310, 7) },
      { id: "flags", unit: "", values: ["", ""] },
    ]),
  );
  assert.equal(filterRows(table, () => false).rows, 0);
});

Deno.test("closest() finds the word with the fewest changes", () => {
  // Levenshtein's own measure: kitten to sitting takes three changes.
  assert.equal(
    closest("kitten", ["kilometres", "sitting", "knitting yarn"]),
    "sitting",
  );
  assert.equal(closest("VOLUME", ["Yaw", "Volume"]), "Volume");
});

Deno.test("closest() finds a word that is in the list", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{0,8}$/), { minLength: 1 }),
      fc.nat(),
      (words, i) => {
        const word = words[i % words.length]!;
        assert.equal(closest(word, words), word);
      },
    ),
  );
});
