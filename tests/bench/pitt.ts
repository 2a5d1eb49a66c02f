/** A single fit of a current trace against scipy's least_squares, with the same model and offset prior. */
import { projectPath } from "@cathode/core/mod.ts";
import type { Benchmark } from "./harness.ts";

/** Fits at two voltages of the synthetic experiment; both programs give rate and Biot number. */
export const pittBenchmarks: Benchmark[] = ["4.1", "3.7"].map((voltage) => ({
  name: "pittFit",
  case: voltage,
  peer: "scipy least_squares",
  ours: projectPath("tests", "bench", "pitt_ours.ts"),
  peers: projectPath("tests", "bench", "pitt_peers.py"),
  equal: (ours, peer) => {
    const a = new Float64Array(ours.buffer), b = new Float64Array(peer.buffer);
    return a.length === b.length &&
      a.every((value, i) => Math.abs(value / b[i]! - 1) < 1e-4);
  },
}));
