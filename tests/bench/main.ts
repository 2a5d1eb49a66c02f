/**
 * Runs benchmarks in pairs, ours and the peer; a table on the terminal and
 * `data/out/bench.json`. Arguments are beginnings of names, or of a name and its case
 * (`"distance 256"`); without, all run.
 */
import { projectPath, writeWhole } from "@cathode/core/mod.ts";
import { forestBenchmarks } from "./forest.ts";
import { benchPython, type BenchResult, runPair } from "./harness.ts";
import { imageBenchmarks } from "./image.ts";
import { networkBenchmarks } from "./network.ts";
import { pittBenchmarks } from "./pitt.ts";

const benchmarks = [
  ...forestBenchmarks,
  ...imageBenchmarks,
  ...networkBenchmarks,
  ...pittBenchmarks,
];
const chosen = benchmarks.filter(({ name, case: on }) =>
  Deno.args.length === 0 ||
  Deno.args.some((word) => `${name} ${on}`.startsWith(word))
);
if (chosen.length === 0) {
  const names = new Set(benchmarks.map(({ name }) => name));
  console.error(
    `Cannot run benchmarks as a name must begin so: current value is ${
      Deno.args.join(" ")
    }; there are ${[...names].join(", ")}`,
  );
  Deno.exit(2);
}
const python = await benchPython();
if (python === undefined) {
  console.log("skipped: the peers need Python 3 (python3 with venv)");
  Deno.exit(0);
}
const results: BenchResult[] = [];
console.log(
  `threads on both sides: ${navigator.hardwareConcurrency} unless a case says so\n` +
    row([
      "name",
      "case",
      "peer",
      "ours s",
      "peer s",
      "ratio",
      "ours MB",
      "peer MB",
      "equal",
    ]),
);
for (const benchmark of chosen) {
  const { name, case: on, needs } = benchmark;
  if (needs !== undefined && !await exists(needs)) {
    console.log(`skipped: ${name} ${on} needs ${needs}`);
    continue;
  }
  const r = await runPair(benchmark, python);
  results.push(r);
  console.log(row([
    r.name,
    r.case,
    r.peer,
    r.ours_s.toFixed(3),
    r.peer_s.toFixed(3),
    r.ratio.toFixed(2),
    r.ours_mb.toFixed(0),
    r.peer_mb.toFixed(0),
    String(r.equal),
  ]));
}
await writeWhole(
  projectPath("data", "out", "bench.json"),
  JSON.stringify(results, null, 2) + "\n",
);
// A fast wrong answer fails.
if (results.some(({ equal }) => !equal)) Deno.exit(1);

async function exists(file: string): Promise<boolean> {
  return await Deno.stat(file).then(() => true, () => false);
}

function row(cells: string[]): string {
  const widths = [20, 24, 22, 8, 8, 7, 8, 8, 6];
  return cells.map((cell, i) => cell.padEnd(widths[i]!)).join("");
}
