import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { createTable } from "@cathode/core/mod.ts";
import {
  readTable,
  type ReadTableOptions,
  writeTable,
} from "@cathode/io/mod.ts";
import { inFolder, namesIn } from "./fixtures.ts";

async function read(text: string, options?: ReadTableOptions) {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, text);
    return await readTable(path, options);
  } catch (error) {
    assert.ok(error instanceof Error);
    error.message = error.message.replace(path, "a.csv");
    throw error;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readTable() reads ids, units, numbers and words", async () => {
  const table = await read(
    '\ufefflabel,Volume [um^3],dVdC [V cm3/mol],flags\r\n1, 3.5e2,-.5,\r\n2,310,+4.,"border, pieces"\r\n',
  );
  assert.deepEqual(
    table,
    createTable([
      { id: "label", unit: "", values: Float64Array.of(1, 2) },
      { id: "Volume", unit: "um^3", values: Float64Array.of(350, 310) },
      { id: "dVdC", unit: "V cm3/mol", values: Float64Array.of(-0.5, 4) },
      { id: "flags", unit: "", values: ["", "border, pieces"] },
    ]),
  );
});

Deno.test("readTable() reads a header alone as columns of numbers without rows", async () => {
  const { columns, rows } = await read("a [s],b\n");
  assert.equal(rows, 0);
  assert.deepEqual(columns.map(({ values }) => values), [
    new Float64Array(),
    new Float64Array(),
  ]);
});

Deno.test("readTable() reads the columns named as words", async () => {
  const { columns } = await read("particle,radius [um]\nP1,5\n12,6\n", {
    words: ["particle"],
  });
  assert.deepEqual(columns[0]!.values, ["P1", "12"]);
  assert.deepEqual(columns[1]!.values, Float64Array.of(5, 6));
});

Deno.test("readTable() reads blanks as NaN if asked to", async () => {
  const { columns } = await read("a,b [m],c\n1,,\n,NaN,\nNA,,\n", {
    blanks: "nan",
  });
  assert.deepEqual(columns.map(({ values }) => values), [
    Float64Array.of(1, NaN, NaN),
    Float64Array.of(NaN, NaN, NaN),
    ["", "", ""],
  ]);
});

for (
  const [what, text, message] of [
    [
      "the header has an id twice",
      "label,Volume [um^3],Volume [px]\n1,2,3\n",
      "a.csv, row 1: Cannot read the table as its columns must have distinct ids: current header has Volume twice",
    ],
    [
      "a cell of a column of numbers is a word",
      "label,Volume\n1,2\n2,n/a\n",
      "a.csv, row 3: Cannot read the table as every cell of column Volume must be a finite number: current value is n/a",
    ],
    [
      "a cell of a column of numbers is empty",
      "label,Volume\n1,2\n2,\n3,4\n",
      "a.csv, row 3: Cannot read the table as every cell of column Volume must be a finite number: current value is an empty cell",
    ],
    [
      "a number is infinite",
      "a\n1\n1e999\n",
      "a.csv, row 3: Cannot read the table as every cell of column a must be a finite number: current value is 1e999",
    ],
    [
      "a column with a unit is empty",
      "a [m],b\n,1\n",
      "a.csv, row 2: Cannot read the table as every cell of column a must be a finite number: current value is an empty cell",
    ],
    [
      "a column has no id",
      ",a\n0,1\n",
      'a.csv, row 1: Cannot read the table as every column must have an id, as in "radius [um]": current header is ""',
    ],
    [
      "cells are separated by semicolons",
      "a;b\n1;2\n",
      "a.csv, row 1: Cannot read the table as its cells must be separated by commas: current header is a;b",
    ],
    [
      "the file is empty",
      "",
      "a.csv: Cannot read the table as it must have a header: the file is empty",
    ],
  ] as const
) {
  Deno.test(`readTable() throws if ${what}`, async () => {
    await assert.rejects(read(text), { name: "DataError", message });
  });
}

Deno.test("readTable() throws with the line if rows are ragged or quotes are open", async () => {
  await assert.rejects(
    read("a,b\n1,2\n3\n"),
    /a\.csv: Cannot read the table as it must be well-formed CSV: .*on line 3$/,
  );
  await assert.rejects(read("a,b\n1,2\n3,4,5\n"), /on line 3$/);
  await assert.rejects(read('a,b\n1,"2\n'), /line/);
});

Deno.test("readTable() counts lines, not rows, where a cell has line breaks", async () => {
  await assert.rejects(
    read('note,a\n"two\nlines",1\nx,y\n'),
    /^DataError: a\.csv, row 4: /,
  );
});

Deno.test("writeTable() writes what readTable() reads, to the last bit", async () => {
  const word = fc.string({ unit: "grapheme", maxLength: 6 })
    .filter((text) => !/^[\ufeff]/.test(text));
  await inFolder(async (folder) => {
    const path = join(folder, "a.csv");
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.double({ noDefaultInfinity: true, noNaN: true }), word),
          { minLength: 1, maxLength: 8 },
        ),
        async (rows) => {
          const table = createTable([
            {
              id: "Edge length",
              unit: "um",
              values: Float64Array.from(rows, ([x]) => x),
            },
            { id: "flags", unit: "", values: rows.map(([, text]) => text) },
          ]);
          await writeTable(path, table);
          assert.deepEqual(await readTable(path, { words: ["flags"] }), table);
        },
      ),
      { numRuns: 200 },
    );
  });
});

Deno.test("writeTable() writes NaN as an empty cell", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.csv");
    const table = createTable([
      { id: "D", unit: "cm2/s", values: Float64Array.of(1e-11, NaN) },
      { id: "label", unit: "", values: Float64Array.of(1, 2) },
    ]);
    await writeTable(path, table);
    assert.equal(
      await Deno.readTextFile(path),
      "D [cm2/s],label\n1e-11,1\n,2\n",
    );
    assert.deepEqual(await readTable(path, { blanks: "nan" }), table);
  });
});

Deno.test("writeTable() throws if a number is infinite, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    const table = createTable([{
      id: "a",
      unit: "",
      values: Float64Array.of(Infinity),
    }]);
    await assert.rejects(writeTable(join(folder, "a.csv"), table), RangeError);
    assert.deepEqual(namesIn(folder), []);
  });
});
