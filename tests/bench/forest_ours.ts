/** Our side of the forest benchmarks: name, words of the case, output file. */
import { projectPath, WorkerPool } from "@cathode/core/mod.ts";
import {
  createFeatures,
  type Criterion,
  interactionValues,
  publishedSettings,
  readForest,
  type Samples,
  shapValues,
  trainForest,
  trainForestInWorkers,
} from "@cathode/forest/mod.ts";
import { peakMegabytes } from "./memory.ts";

const attributes = 21;
const [name, ...words] = Deno.args;
const output = words.pop()!, rows = Number(words[0]);
const { result, seconds } =
  await (name === "forest"
    ? fit(words[1] as Criterion, Number(words[2]))
    : explain(name === "interactions"));
Deno.writeFileSync(output, new Uint8Array(Float64Array.from(result).buffer));
console.log(JSON.stringify({ seconds, mb: peakMegabytes() }));

async function fit(criterion: Criterion, threads: number) {
  const samples = madeSamples();
  const settings = {
    ...publishedSettings,
    criterion,
    // In units of the target for the absolute error only.
    minImpurityDecrease: criterion === "absolute_error" ? 1.02e-5 : 0,
    seed: 1,
  };
  using pool = new WorkerPool(threads > 1 ? threads : 0);
  return await repeated(rows > 50000 ? 3 : 7, async () => {
    const { outOfBag } = threads > 1
      ? await trainForestInWorkers(samples, settings, pool)
      : trainForest(samples, settings);
    return Float64Array.of(outOfBag!.r2);
  });
}

async function explain(pairs: boolean) {
  const { forest } = await readForest(
    projectPath("tests/golden/forests/08_paper_settings_10cyc.json"),
  );
  const features = { ...madeSamples().features, ids: forest.features };
  const { result, seconds } = await repeated(
    rows > 50000 ? 3 : 7,
    () =>
      Promise.resolve(
        (pairs ? interactionValues : shapValues)(forest, features).values,
      ),
  );
  // The peer has the values of a sample together.
  const each = result.length / rows;
  const bySample = result.map((_, at) => {
    const i = Math.floor(at / each);
    return result[at % each * rows + i]!;
  });
  return { result: bySample, seconds };
}

async function repeated(
  times: number,
  run: () => Promise<Float64Array>,
) {
  let result: Float64Array = new Float64Array();
  const seconds: number[] = [];
  for (let repetition = 0; repetition < times; repetition++) {
    const start = performance.now();
    result = await run();
    seconds.push((performance.now() - start) / 1000);
  }
  return { result, seconds };
}

/** Attributes from a hash of their place; the target is made of sums and products only, so that both sides have the same bytes. */
function madeSamples(): Samples {
  const columns = Array.from(
    { length: attributes },
    (_, f) =>
      Float32Array.from({ length: rows }, (_, i) => {
        const place = 4 * (f * rows + i);
        return share(place) + share(place + 1) + share(place + 2) - 1.5;
      }),
  );
  const limited = (x: number) => Math.max(-1, Math.min(1, 3 * x));
  const target = Float64Array.from({ length: rows }, (_, i) => {
    const x = (f: number) => columns[f]![i]!;
    const noise = share(4 * (attributes * rows + i)) - 0.5;
    return 0.09 + 0.02 * limited(x(0)) - 0.01 * limited(x(3)) +
      0.01 * x(5) * x(7) + 0.02 * noise;
  });
  const ids = columns.map((_, f) => `x${f}`);
  return { features: createFeatures(ids, columns), target };
}

/** A number from 0 to 1 for a place: the finish of MurmurHash3. */
function share(place: number): number {
  let h = Math.imul(place ^ place >>> 16, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return ((h ^ h >>> 16) >>> 0) / 2 ** 32;
}
