/** Our side of the pairs of `network.ts`: name, words of the case, output file. */
import {
  condensedStepper,
  createModel,
  factorLdl,
  initialState,
  meanDamages,
  meanStoichiometries,
  nestedDissection,
  solveLdl,
  sparseMatrix,
  Triplets,
} from "@cathode/network/mod.ts";
import { peakMegabytes } from "./memory.ts";
import { benchCase } from "./network_case.ts";

const [name, word] = Deno.args as [string, string];
const { seconds, result } = name === "sparseSolve"
  ? solveGrid(Number(word))
  : await cycle(word);
const mb = peakMegabytes();
await Deno.writeFile(
  Deno.args.at(-1)!,
  Uint8Array.from(new Uint8Array(result.buffer)),
);
console.log(JSON.stringify({ seconds, mb }));

/** Laplacian of a triangulated grid: order, factors and solution. */
function solveGrid(edge: number) {
  const size = edge ** 2, entries = new Triplets();
  const places = new Float64Array(2 * size);
  const steps = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]] as const;
  for (let k = 0; k < size; k++) {
    const x = k % edge, y = Math.floor(k / edge);
    places.set([x, y], 2 * k);
    entries.add(k, k, 6);
    for (const [dx, dy] of steps) {
      const nx = x + dx, ny = y + dy;
      const isInside = nx >= 0 && ny >= 0 && nx < edge && ny < edge;
      if (isInside) entries.add(k, ny * edge + nx, -1);
    }
  }
  const matrix = sparseMatrix(size, entries);
  const ones = new Float64Array(size).fill(1);
  const seconds: number[] = [];
  let result: Float64Array = ones;
  for (let repetition = 0; repetition < 7; repetition++) {
    const start = performance.now();
    const order = nestedDissection(matrix, places);
    result = solveLdl(factorLdl(matrix, order), ones);
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds, result };
}

/** Cycles of 100 steps: time of each, and the state after them. */
async function cycle(word: string) {
  const model = createModel(await benchCase(word));
  const { charged, discharged, period_s } = model.parameters.operation;
  const advance = condensedStepper(model);
  const duration_s = (discharged - charged) * period_s / 50;
  const seconds: number[] = [];
  let state = initialState(model);
  for (let repetition = 0; repetition < 5; repetition++) {
    const start = performance.now();
    for (let k = 0; k < 100; k++) {
      const current_A = (k < 50 ? 1 : -1) * model.fullCurrent_A;
      state = advance(state, duration_s, { current_A });
    }
    seconds.push((performance.now() - start) / 1000);
  }
  const result = Float64Array.of(
    state.voltage_V,
    ...meanStoichiometries(model, state),
    ...meanDamages(model, state),
  );
  return { seconds, result };
}
