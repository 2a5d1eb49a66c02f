/** Forests and Shapley values against scikit-learn and shap. */
import { projectPath } from "@cathode/core/mod.ts";
import type { Benchmark } from "./harness.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const programs = {
  ours: projectPath("tests", "bench", "forest_ours.ts"),
  peers: projectPath("tests", "bench", "forest_peers.py"),
};

/** Largest difference of the out-of-bag R2: in these settings it scatters by 0.03 between seeds, of ours as of scikit-learn's forests. */
const qualityTolerance = 0.1;

/** Largest difference of Shapley values, in units of the target. */
const valueTolerance = 1e-12;

const fits: Benchmark[] = [2000, 16000, 100000].flatMap((rows) =>
  ["absolute_error", "squared_error"].flatMap((criterion) =>
    [1, 2].map((threads): Benchmark => ({
      name: "forest",
      case: `${rows} ${criterion} ${threads}`,
      peer: "scikit-learn 1.9.1",
      equal: within(qualityTolerance),
      ...programs,
    }))
  )
);

const explanations: Benchmark[] = [
  { name: "shap", case: "2000" },
  { name: "shap", case: "100000" },
  { name: "interactions", case: "2000" },
].map((pair) => ({
  ...pair,
  peer: "shap 0.51.0",
  equal: within(valueTolerance),
  ...programs,
}));

/** Fits in the paper's settings by rows, criterion and threads; values of its forest by rows. */
export const forestBenchmarks: Benchmark[] = [...fits, ...explanations];

function within(tolerance: number): (a: Bytes, b: Bytes) => boolean {
  return (a, b) => {
    if (a.length !== b.length) return false;
    const x = new Float64Array(a.buffer), y = new Float64Array(b.buffer);
    return x.every((value, i) => Math.abs(value - y[i]!) <= tolerance);
  };
}
