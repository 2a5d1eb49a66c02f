/** `figures`: executes notebooks and writes their figures. */
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { projectPath, userPath } from "../core/mod.ts";
import { type FigureFormat, figureFormats } from "../figures/mod.ts";
import { type NotebookSize, runNotebooks } from "../notebook/mod.ts";

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: "string", default: "small" },
      out: { type: "string" },
      format: { type: "string" },
      width: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const names = [...Deno.readDirSync(projectPath("notebooks"))].map((e) =>
    e.name
  )
    .filter((name) =>
      name.endsWith(".ipynb") &&
      (positionals.length === 0 ||
        positionals.some((id) => name.startsWith(id)))
    ).sort();
  const width_mm = values.width === undefined ? null : Number(values.width);
  const seed = Number(values.seed);
  const results = await runNotebooks(
    names.map((name) => projectPath("notebooks", name)),
    {
      size: values.size as NotebookSize,
      seed,
      width_mm,
      formats: values.format?.split(",") as FigureFormat[] ?? figureFormats,
      figures: values.out === undefined
        ? projectPath("data", "out", "figures")
        : userPath(values.out),
      folder: values.size === "small" && seed === 1 && width_mm === null
        ? null
        : projectPath("data", "out", "notebooks"),
      cellLimit_s: 600,
      progress: (step, done) =>
        console.error(`${step} ${Math.round(done * 100)} %`),
    },
  );
  for (const result of results) {
    if ("error" in result) console.error(result.error.message);
    else {console.error(
        `${relative(Deno.cwd(), result.report.path)}: ${
          result.report.time_s.toFixed(1)
        } s`,
      );}
  }
  if (results.some((result) => "error" in result)) Deno.exit(1);
}
