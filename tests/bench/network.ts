/** Network model against SciPy: the sparse direct solver, and cycles of the condensed model. */
import { projectPath } from "@cathode/core/mod.ts";
import type { Benchmark } from "./harness.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Folder of the Python prototype (`fem.py`), which is no part of the project. */
const prototype = Deno.env.get("CATHODE_PROTOTYPE") ??
  projectPath("..", "shared", "prototypes", "fem");

const programs = {
  ours: projectPath("tests", "bench", "network_ours.ts"),
  peers: projectPath("tests", "bench", "network_peers.py"),
};

/** Edges of the grids: 19,881, 50,176 and 99,856 unknowns. */
const grids = ["141", "224", "316"];

export const networkBenchmarks: Benchmark[] = [
  ...["COLAMD", "MMD"].flatMap((order) =>
    grids.map((grid) => ({
      ...programs,
      name: "sparseSolve",
      case: `${grid} ${order}`,
      peer: `SuperLU ${order}`,
      equal: close(1e-9),
    }))
  ),
  ...["three", "eight"].map((name) => ({
    ...programs,
    name: "networkCycle",
    case: name,
    peer: "SciPy, condensed",
    equal: close(1e-6),
  })),
  ...["three", "eight"].map((name) => ({
    ...programs,
    name: "networkPrototype",
    case: name,
    peer: "prototype in Python",
    needs: `${prototype}/fem.py`,
    equal: close(1e-6),
  })),
];

/** Whether numbers agree relative to the largest of them. */
function close(tolerance: number): (a: Bytes, b: Bytes) => boolean {
  return (a, b) => {
    const x = new Float64Array(a.buffer), y = new Float64Array(b.buffer);
    const largest = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return x.length === y.length &&
      x.every((v, k) => Math.abs(v - y[k]!) <= tolerance * largest);
  };
}
