import assert from "node:assert/strict";
import { join } from "node:path";
import {
  columnOf,
  numbers,
  readOrigin,
  type Table,
} from "@cathode/core/mod.ts";
import { figureOrder } from "@cathode/forest/mod.ts";
import { readTable, writeTable } from "@cathode/io/mod.ts";
import { synthesizeAttributeTable } from "@cathode/synthetic/mod.ts";
import { inFolder, namesIn } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

const tables = ([10, 50] as const).map((cycles) =>
  synthesizeAttributeTable({ cycles, rows: 120, seed: 1 }).table
);

async function writeBoth(folder: string, change = (table: Table) => table) {
  await writeTable(join(folder, "ten.csv"), change(tables[0]!));
  await writeTable(join(folder, "fifty.csv"), tables[1]!);
}

/** The table with one number replaced. */
function withValue(id: string, row: number, value: number) {
  return (table: Table): Table => ({
    ...table,
    columns: table.columns.map((column) =>
      column.id === id
        ? {
          ...column,
          values: numbers(table, id).map((v, i) => i === row ? value : v),
        }
        : column
    ),
  });
}

const both = ["ten.csv", "fifty.csv", "--out", "scores.csv", "--runs", "2"];

Deno.test("contributions writes a score per electrode, attribute and run, and what they sum up to", async () => {
  await inFolder(async (folder) => {
    await writeBoth(folder);
    await Deno.writeTextFile(
      join(folder, "fifty.csv.provenance.json"),
      '{"origin": "synthetic"}',
    );
    const { code, stderr } = await run("contributions", both, folder);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Subsets have 60 particles/);
    assert.match(stderr, /^ten: out-of-bag R2 0\.\d+ \(-?0\.\d+ with/m);
    const scores = await readTable(join(folder, "scores.csv"));
    assert.equal(scores.rows, 2 * 4 * 21);
    assert.deepEqual(
      columnOf(scores, "attribute").values.slice(0, 21),
      figureOrder,
    );
    assert.ok(numbers(scores, "score").every((score) => score >= 0));
    const summary = await readTable(join(folder, "scores.summary.csv"));
    const mean = (electrode: string, quantity: string, attribute: string) => {
      const rows = [...Array(summary.rows).keys()].filter((row) =>
        columnOf(summary, "electrode").values[row] === electrode &&
        columnOf(summary, "quantity").values[row] === quantity &&
        columnOf(summary, "attribute").values[row] === attribute
      );
      assert.equal(rows.length, 1);
      return numbers(summary, "mean")[rows[0]!]!;
    };
    const difference = mean("fifty - ten", "score", "Contact");
    const apart = mean("fifty", "score", "Contact") -
      mean("ten", "score", "Contact");
    assert.ok(Math.abs(difference - apart) < 1e-12);
    assert.ok(difference > 0);
    const shares = [
      "position",
      "chemistry",
      "particle structure",
      "local morphology",
    ]
      .map((group) => mean("ten", "group share", group));
    assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.ok(mean("ten", "out-of-bag R2", "") > 0.2);
    assert.ok(mean("ten", "out-of-bag R2, damage shuffled", "") < 0.1);
    for (const name of ["scores.csv", "scores.summary.csv"]) {
      assert.equal(await readOrigin(join(folder, name)), "synthetic");
    }
  });
});

Deno.test("contributions takes published names and can leave out attributes that leak", async () => {
  await inFolder(async (folder) => {
    await writeBoth(folder, (table) => ({
      ...table,
      columns: table.columns.map((column) => ({
        ...column,
        id: { OrientIso: "locOri", EDensity: "Edensity" }[column.id] ??
          column.id,
      })),
    }));
    const { code, stderr } = await run(
      "contributions",
      [...both, "--attributes", "no-leaks"],
      folder,
    );
    assert.equal(code, 0, stderr);
    const scores = await readTable(join(folder, "scores.csv"));
    const ids = new Set<number | string>(columnOf(scores, "attribute").values);
    assert.equal(ids.size, 15);
    assert.ok(ids.has("OrientIso") && !ids.has("EDensity"));
  });
});

Deno.test("contributions refuses gaps, or leaves out rows or columns and says so", async () => {
  await inFolder(async (folder) => {
    const gap = withValue("Volume", 3, NaN);
    await writeBoth(folder, gap);
    assertFails(
      await run("contributions", both, folder),
      /ten\.csv, row 5: Cannot score .* a value of Volume/,
    );
    const rows = await run(
      "contributions",
      [...both, "--missing", "rows"],
      folder,
    );
    assert.equal(rows.code, 0, rows.stderr);
    assert.match(rows.stderr, /ten\.csv: left out 1 particles .* rows 5$/m);
    const columns = await run(
      "contributions",
      [...both, "--missing", "columns"],
      folder,
    );
    assert.equal(columns.code, 0, columns.stderr);
    assert.match(columns.stderr, /left out columns .* both tables: Volume$/m);
    const scores = await readTable(join(folder, "scores.csv"));
    assert.equal(scores.rows, 2 * 4 * 20);
    await writeBoth(folder, (table) => ({
      ...table,
      columns: gap(table).columns.filter(({ id }) => id !== "Roll"),
    }));
    const absent = await run(
      "contributions",
      [...both, "--missing", "columns"],
      folder,
    );
    assert.equal(absent.code, 0, absent.stderr);
    assert.match(absent.stderr, /both tables: Roll, Volume$/m);
  });
});

Deno.test("contributions refuses tables that it cannot compare and leaves no file", async () => {
  await inFolder(async (folder) => {
    await writeBoth(folder);
    await Deno.writeTextFile(join(folder, "short.csv"), "Z,Damage\n1,0.1\n");
    await Deno.writeTextFile(
      join(folder, "twice.csv"),
      "locOri,OrientIso\n1,1\n",
    );
    const constant = tables[0]!.columns.map((column) =>
      column.id === "Damage"
        ? { ...column, values: new Float64Array(120).fill(0.1) }
        : column
    );
    await writeTable(join(folder, "constant.csv"), {
      columns: constant,
      rows: 120,
    });
    const before = namesIn(folder);
    for (
      const [a, b, message] of [
        ["ten.csv", "ten.csv", /must have different file names/],
        ["short.csv", "fifty.csv", /short\.csv: .* lacks Roll/],
        ["ten.csv", "twice.csv", /twice\.csv: .* locOri and OrientIso, both/],
        ["ten.csv", "none.csv", /none\.csv/],
        [
          "constant.csv",
          "ten.csv",
          /the target must vary: current value is 0\.1/,
        ],
      ] as const
    ) {
      assertFails(
        await run("contributions", [a, b, "--out", "s.csv"], folder),
        message,
      );
    }
    assertFails(
      await run("contributions", [...both, "--runs", "0"], folder),
      /--runs must be a whole number, 1 or more/,
    );
    assert.deepEqual(namesIn(folder), before);
  });
});
