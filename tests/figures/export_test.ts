import assert from "node:assert/strict";
import { join } from "node:path";
import { createProvenance } from "@cathode/core/mod.ts";
import {
  type ChartPanel,
  type ExportOptions,
  exportPanel,
} from "@cathode/figures/mod.ts";
import { assertValidSpec } from "./support.ts";

const panel: ChartPanel = {
  id: "three-points",
  caption: "Three points.",
  origin: "synthetic",
  spec: {
    data: { values: [{ x: 1 }, { x: 2 }, { x: 3 }] },
    mark: "point",
    encoding: { x: { field: "x", type: "quantitative" } },
  },
};
const provenance = await createProvenance({
  command: "test",
  parameters: {},
  seed: 1,
  origin: "synthetic",
});

async function exported(
  what: ChartPanel,
  options?: ExportOptions,
): Promise<{ folder: string; names: string[] }> {
  const folder = join(await Deno.makeTempDir(), "figures");
  await exportPanel(what, folder, provenance, options);
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  return { folder, names: names.sort() };
}

Deno.test("exportPanel() writes SVG, PNG, specification and provenance, and nothing else", async () => {
  const { folder, names } = await exported(panel);
  assert.deepEqual(names, [
    "three-points.png",
    "three-points.provenance.json",
    "three-points.svg",
    "three-points.vl.json",
  ]);
  const read = (name: string) =>
    JSON.parse(Deno.readTextFileSync(join(folder, name)));
  const spec = read("three-points.vl.json");
  assertValidSpec(spec);
  assert.equal(spec.description, "SYNTHETIC. Three points.");
  const record = read("three-points.provenance.json");
  assert.equal(record.origin, "synthetic");
  assert.equal(record.seed, 1);
  assert.equal(record.caption, "SYNTHETIC. Three points.");
});

Deno.test("exportPanel() writes the formats asked for, at the width asked for", async () => {
  const { folder, names } = await exported(panel, {
    formats: ["svg"],
    width_mm: 183,
  });
  assert.deepEqual(names, ["three-points.provenance.json", "three-points.svg"]);
  const svg = Deno.readTextFileSync(join(folder, "three-points.svg"));
  assert.match(svg, /width="183mm"/);
});

Deno.test("exportPanel() leaves what is there if the panel cannot be drawn", async () => {
  const { folder } = await exported(panel);
  const before = Deno.readTextFileSync(join(folder, "three-points.svg"));
  const broken = { ...panel, spec: { ...panel.spec, mark: "none" } };
  await assert.rejects(exportPanel(broken, folder, provenance), TypeError);
  assert.equal(
    Deno.readTextFileSync(join(folder, "three-points.svg")),
    before,
  );
  assert.equal([...Deno.readDirSync(folder)].length, 4);
});

Deno.test("exportPanel() throws if the folder cannot be written", async () => {
  const file = await Deno.makeTempFile();
  await assert.rejects(exportPanel(panel, file, provenance), {
    name: "DataError",
    message: /Cannot write the figure as its folder must be writable/,
  });
});
