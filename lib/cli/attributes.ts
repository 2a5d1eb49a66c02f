/** `attributes`: measures the particles of a labelled volume. */
import {
  type Definitions,
  findCracks,
  measureAttributes,
} from "../attributes/mod.ts";
import {
  assertWritable,
  createTable,
  isVolume,
  joinOrigins,
  numbers,
  readOrigin,
  userPath,
} from "../core/mod.ts";
import { readImage, readLabels, writeTable } from "../io/mod.ts";
import {
  type Call,
  type Command,
  recordResults,
  runCommand,
  spacingOf,
  spacingOption,
  UsageError,
} from "./command.ts";

/** `attributes <volume> <labels> --out table.csv`. */
export const attributes: Command = {
  name: "attributes",
  summary: "Measures the 24 attributes and the damage of every particle.",
  operands: {
    volume: "grey levels: .nii, .nii.gz, multi-page or folder of .tif",
    labels: "particles on the same grid, cracks and voids included",
  },
  options: {
    out: { value: "table.csv", help: "one row per particle", required: true },
    definitions: {
      value: "name",
      help:
        "clean (unbiased, physical units) or published (as the authors' code)",
      default: "clean",
      choices: ["clean", "published"],
    },
    spacing: spacingOption,
  },
  run,
};

async function run(call: Call): Promise<void> {
  const { operands, values, progress } = call;
  const [volumePath, labelsPath] = operands.map(userPath) as [string, string];
  const out = userPath(values.out!);
  const definitions = values.definitions as Definitions;
  await assertWritable(out);
  const spacing = spacingOf(call);
  const volume = await readImage(volumePath, spacing);
  const labels = await readLabels(labelsPath, spacing);
  if (!isVolume(volume) || !isVolume(labels)) {
    throw new UsageError(
      "The attributes are those of particles in space, so a volume must be given: current images are slices",
    );
  }
  const { mask, subvoxelShare } = await findCracks(volume, labels, {
    progress,
  });
  const table = await measureAttributes(volume, labels, mask, {
    definitions,
    progress,
  });
  const damageSubvoxel = {
    id: "DamageSubvoxel",
    unit: "",
    values: numbers(table, "label").map((label) => subvoxelShare[label]!),
  };
  await writeTable(
    out,
    createTable([
      ...table.columns.slice(0, -1),
      damageSubvoxel,
      ...table.columns.slice(-1),
    ]),
  );
  await recordResults([out], {
    command: "attributes",
    parameters: { definitions, spacing_um: labels.spacing_um },
    seed: null,
    origin: joinOrigins([
      await readOrigin(volumePath),
      await readOrigin(labelsPath),
    ]),
    inputs: [volumePath, labelsPath],
  });
  console.error(`${table.rows} particles in ${values.out}`);
}

if (import.meta.main) await runCommand(attributes);
