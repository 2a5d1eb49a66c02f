/** Image primitives against SciPy, scikit-image and the C++ packages edt and cc3d. */
import { projectPath } from "@cathode/core/mod.ts";
import type { Benchmark } from "./harness.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const programs = {
  ours: projectPath("tests", "bench", "image_ours.ts"),
  peers: projectPath("tests", "bench", "image_peers.py"),
};

/** Largest relative difference of distances. */
const distanceTolerance = 1e-5;

const same = (a: Bytes, b: Bytes) => differing(a, b) === 0;

const pairs: Pick<Benchmark, "name" | "peer" | "equal">[] = [
  { name: "distance", peer: "edt 3.1.2", equal: closeDistances },
  { name: "distanceSciPy", peer: "SciPy 1.17.1", equal: closeDistances },
  { name: "components6", peer: "cc3d 4.1.1", equal: same },
  { name: "components26", peer: "cc3d 4.1.1", equal: same },
  { name: "components6SciPy", peer: "SciPy 1.17.1", equal: same },
  { name: "components26SciPy", peer: "SciPy 1.17.1", equal: same },
  { name: "watershed", peer: "scikit-image 0.26.0", equal: same },
  { name: "median8", peer: "SciPy 1.17.1", equal: same },
  { name: "median16", peer: "SciPy 1.17.1", equal: same },
  { name: "closing", peer: "SciPy 1.17.1", equal: same },
  { name: "fillHoles", peer: "SciPy 1.17.1", equal: same },
  { name: "surfaces", peer: "scikit-image 0.26.0", equal: closeSurfaces },
  { name: "statistics", peer: "scikit-image 0.26.0", equal: closeNumbers },
  { name: "places", peer: "cc3d 4.1.1", equal: closeNumbers },
];

/** Edge in voxels and percentage of solid. */
const cases = ["256 45", "256 13", "400 45", "400 13"];

export const imageBenchmarks: Benchmark[] = pairs.flatMap((pair) =>
  cases.map((name) => ({ ...pair, ...programs, case: name }))
);

/** Share of 32-bit words that differ. */
function differing(a: Bytes, b: Bytes): number {
  if (a.length !== b.length || a.length % 4 !== 0) return 1;
  const x = new Uint32Array(a.buffer), y = new Uint32Array(b.buffer);
  let count = 0;
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) count++;
  return count / x.length;
}

function closeDistances(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  const x = new Float32Array(a.buffer), y = new Float32Array(b.buffer);
  return x.every((d, i) => Math.abs(d - y[i]!) <= distanceTolerance * y[i]!);
}

/** Areas by the same formula with printed shares of the directions, and their sum by marching cubes, which see steps. */
function closeSurfaces(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  const x = new Float64Array(a.buffer), y = new Float64Array(b.buffer);
  return x.every((area, i) => {
    const tolerance = i === x.length - 1 ? 0.12 : 1e-3;
    return Math.abs(area / y[i]! - 1) <= tolerance;
  });
}

function closeNumbers(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  const x = new Float64Array(a.buffer), y = new Float64Array(b.buffer);
  return x.every((v, i) => Math.abs(v - y[i]!) <= 1e-6 * (1 + Math.abs(y[i]!)));
}
