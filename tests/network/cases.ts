/** Small cases for tests, and norms. */
import {
  type NetworkParameters,
  readNetworkParameters,
} from "@cathode/network/mod.ts";

/** A case of the project on a mesh that is coarse enough for tests. */
export async function coarseCase(
  name: "three" | "eight" | "three-plane",
  steps = 20,
): Promise<NetworkParameters> {
  const { parameters } = await readNetworkParameters(name);
  const edgesPerCircle = parameters.layout.geometry === "plane" ? 36 : 24;
  return {
    ...parameters,
    discretisation: { edgesPerCircle, farSize_m: 1.6e-6, stepsPerPhase: steps },
  };
}

/** Largest difference over the largest value. */
export function relativeDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): number {
  let difference = 0, size = 0;
  for (let k = 0; k < a.length; k++) {
    difference = Math.max(difference, Math.abs(a[k]! - b[k]!));
    size = Math.max(size, Math.abs(a[k]!));
  }
  return difference / size;
}

/** Largest minus smallest. */
export function spread(values: Iterable<number>): number {
  const all = [...values];
  return Math.max(...all) - Math.min(...all);
}
