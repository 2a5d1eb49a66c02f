import assert from "node:assert/strict";
import { basename } from "node:path";
import { findNotebooks } from "@cathode/notebook/mod.ts";
import { notebookOf, TestFolder } from "./support.ts";

/** Names of the notebooks that are found in a folder with five. */
async function find(...ids: string[]): Promise<string[]> {
  await using folder = await TestFolder.make();
  for (
    const name of [
      "science-fig1-particles",
      "science-fig10",
      "science-figS1-a",
      "pitt-fig1",
      "pitt-fig1-extra",
    ]
  ) await folder.write(name, notebookOf());
  await Deno.writeTextFile(`${folder.path}/notes.md`, "");
  await Deno.mkdir(`${folder.path}/.ipynb_checkpoints`);
  const paths = await findNotebooks(ids, folder.path);
  return paths.map((path) => basename(path));
}

Deno.test("findNotebooks() finds all in alphabetical order if no name is given", async () => {
  assert.deepEqual(
    await find(),
    [
      "pitt-fig1-extra.ipynb",
      "pitt-fig1.ipynb",
      "science-fig1-particles.ipynb",
      "science-fig10.ipynb",
      "science-figS1-a.ipynb",
    ].sort((a, b) =>
      a.replace(".ipynb", "") < b.replace(".ipynb", "") ? -1 : 1
    ),
  );
});

Deno.test("findNotebooks() takes unique beginnings, in the given order and each once", async () => {
  assert.deepEqual(
    await find("science-figS", "science-fig1-", "science-figS1"),
    [
      "science-figS1-a.ipynb",
      "science-fig1-particles.ipynb",
    ],
  );
});

Deno.test("findNotebooks() prefers a whole name to a beginning", async () => {
  assert.deepEqual(await find("pitt-fig1"), ["pitt-fig1.ipynb"]);
});

Deno.test("findNotebooks() throws if a name fits several notebooks or none, and names them", async () => {
  await assert.rejects(find("science-fig1"), {
    name: "DataError",
    message:
      "Cannot find notebook science-fig1 as it must be the beginning of one name: it fits science-fig1-particles, science-fig10",
  });
  await assert.rejects(find("fig1"), {
    name: "DataError",
    message:
      /it fits none of pitt-fig1, pitt-fig1-extra, science-fig1-particles,/,
  });
});
