import assert from "node:assert/strict";
import { join } from "node:path";
import { numbers } from "@cathode/core/mod.ts";
import { readRecord } from "@cathode/io/mod.ts";

const folder = await Deno.makeTempDir();

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await Deno.writeTextFile(path, text);
  return path;
}

/** An EC-Lab export as the program writes it: header with its own length, tab-separated, Latin-1. */
async function ecLab(rows: string[], columns: string): Promise<string> {
  const text = [
    "EC-Lab ASCII FILE",
    "Nb header lines : 5                         ",
    "",
    "Temp\xe9rature : 29 \xb0C",
    columns,
    ...rows,
    "",
  ].join("\r\n");
  const path = join(folder, `${crypto.randomUUID()}.mpt`);
  await Deno.writeFile(
    path,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
  return path;
}

Deno.test("readRecord() reads EC-Lab exports with decimal commas, mA and technique numbers", async () => {
  const path = await ecLab([
    "2\t0\t1,000E+000\t4,1000000\t0,00000E+000\t",
    "2\t1\t2,500E+000\t4,0850000\t-1,2345678E-007\t",
  ], "mode\tNs\ttime/s\tEwe/V\t<I>/mA\t");
  const record = await readRecord(path);
  assert.deepEqual(
    record.columns.map(({ id, unit }) => `${id} [${unit}]`),
    ["t [s]", "I [A]", "V [V]", "step []"],
  );
  assert.deepEqual([...numbers(record, "t")], [1, 2.5]);
  assert.ok(Math.abs(numbers(record, "I")[1]! / -1.2345678e-10 - 1) < 1e-12);
  assert.deepEqual([...numbers(record, "V")], [4.1, 4.085]);
  assert.deepEqual([...numbers(record, "step")], [0, 1]);
});

Deno.test("readRecord() reads I/mA and decimal points alike", async () => {
  const path = await ecLab(["1.5\t-2.0E-8\t4.1"], "time/s\tI/mA\tEwe/V");
  const record = await readRecord(path);
  assert.ok(Math.abs(numbers(record, "I")[0]! + 2e-11) < 1e-25);
});

Deno.test("readRecord() converts the units of CSV and TSV headers", async () => {
  const csv = await readRecord(
    await write("a.csv", "time [min],current [nA],Ewe [mV]\n1,-2,4100\n"),
  );
  assert.equal(numbers(csv, "t")[0], 60);
  assert.equal(numbers(csv, "I")[0], -2e-9);
  assert.ok(Math.abs(numbers(csv, "V")[0]! - 4.1) < 1e-12);
  const tsv = await readRecord(
    await write("a.tsv", "t [s]\tI [uA]\n0,5\t-2,5\n"),
  );
  assert.equal(numbers(tsv, "t")[0], 0.5);
  assert.ok(Math.abs(numbers(tsv, "I")[0]! + 2.5e-6) < 1e-18);
});

for (
  const [what, name, text, message] of [
    [
      "the current is missing",
      "b.csv",
      "t [s],V [V]\n1,4.1\n",
      /b\.csv: .* must have a column of current such as I \[A\]: current columns are t, V$/,
    ],
    [
      "a unit is missing",
      "c.csv",
      "t [s],I\n1,2\n",
      /unit of column I must be one of A, mA, .*: current value is none$/,
    ],
    [
      "a unit is unknown",
      "d.csv",
      "t [fortnight],I [A]\n1,2\n",
      /unit of column t must be one of s, ms, min, h: current value is fortnight$/,
    ],
    [
      "commas are both decimal and between cells",
      "e.csv",
      "t [s],I [pA]\n1,5,2,5\n",
      /e\.csv/,
    ],
    ["cells are words", "f.csv", "t [s],I [A]\n1,high\n", /f\.csv/],
    [
      "a row of a TSV is short",
      "g.tsv",
      "t [s]\tI [A]\n1\n",
      /g\.tsv, row 2: .* must have 2 cells: current value is 1$/,
    ],
    [
      "an .mpt is no EC-Lab export",
      "h.mpt",
      "something else\n1\t2\n",
      /must begin with EC-Lab ASCII FILE .*: current first line is something else$/,
    ],
  ] as const
) {
  Deno.test(`readRecord() throws if ${what}`, async () => {
    await assert.rejects(readRecord(await write(name, text)), {
      name: "DataError",
      message,
    });
  });
}
