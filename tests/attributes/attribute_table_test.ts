import assert from "node:assert/strict";
import { join } from "node:path";
import { ATTRIBUTES, readAttributeTable } from "@cathode/attributes/mod.ts";
import { columnOf, numbers } from "@cathode/core/mod.ts";
import { inFolder } from "../io/fixtures.ts";

async function read(text: string) {
  let table: Awaited<ReturnType<typeof readAttributeTable>> | undefined;
  await inFolder(async (folder) => {
    const path = join(folder, "table.csv");
    await Deno.writeTextFile(path, text);
    table = await readAttributeTable(path);
  });
  return table!;
}

Deno.test("readAttributeTable() takes every published name, with and without unit", async () => {
  for (const { id, aliases } of ATTRIBUTES) {
    for (const name of [id, ...aliases]) {
      for (const header of [name, `${name} [um]`]) {
        assert.deepEqual([...numbers(await read(`${header}\n2\n`), id)], [2]);
      }
    }
  }
});

Deno.test("readAttributeTable() reads gaps as NaN, also where a column has nothing else", async () => {
  const table = await read("label,Z,Volume,flags\n1,,5,none\n2,,NA,border\n");
  assert.deepEqual([...numbers(table, "Z")], [NaN, NaN]);
  assert.deepEqual([...numbers(table, "Volume")], [5, NaN]);
  assert.deepEqual(columnOf(table, "flags").values, ["none", "border"]);
});

Deno.test("readAttributeTable() throws if two columns are the same attribute", async () => {
  await assert.rejects(read("EDensity,Edensity\n1,1\n"), {
    name: "DataError",
    message: /current columns are EDensity and Edensity, both EDensity/,
  });
});
