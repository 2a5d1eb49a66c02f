/** Speed of a single fit of a current trace against scipy's least_squares, in one run. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { estimateRates } from "@cathode/pitt/mod.ts";
import { median } from "@cathode/statistics/mod.ts";
import { synthesizePitt } from "@cathode/synthetic/mod.ts";

/** A pair of times, as in `data/out/bench.json`. */
export interface PittBench {
  name: string;
  case: string;
  peer: string;
  ours_s: number;
  peer_s: number;
  ratio: number;
  equal: boolean;
}

const repeats = 30;
const step_V = -0.015;

/**
 * Fits one trace at 4.1 V and one at 3.7 V with both; both see the same numbers,
 * fit the same model with the same offset prior, and must agree.
 *
 * @param python An interpreter with numpy and scipy (versions in pitt.py).
 */
export async function benchPitt(python: string): Promise<PittBench[]> {
  const { steps } = synthesizePitt({ world: "cracked", seed: 1 });
  // Evenly spaced samples only, so that sums of scipy's start are integrals.
  const traces = [4.1, 3.7].map((voltage) => {
    const { trace } = steps.find((step) => step.voltage_V === voltage)!;
    return {
      voltage,
      time_s: trace.time_s.slice(1),
      current_A: trace.current_A.slice(1),
    };
  });
  const peer = await run(python, {
    time_s: Array.from(traces[0]!.time_s),
    currents_A: traces.map(({ current_A }) =>
      Array.from(current_A, (current) => -current)
    ),
    repeats,
  });
  return traces.map((trace, i) => {
    const { rates } = estimateRates(trace, step_V);
    const theirs = peer[i]!;
    const equal = Math.abs(rates.rate_s / theirs.rate_s - 1) < 1e-4 &&
      Math.abs(rates.biot / theirs.biot - 1) < 1e-4;
    assert.ok(equal, `${JSON.stringify([rates, theirs.rate_s, theirs.biot])}`);
    for (let i = 0; i < repeats; i++) estimateRates(trace, step_V); // compile
    const seconds = Array.from({ length: repeats }, () => {
      const start = performance.now();
      estimateRates(trace, step_V);
      return (performance.now() - start) / 1000;
    });
    const ours_s = median(seconds), peer_s = median(theirs.seconds);
    return {
      name: "pitt",
      case: `one fit of ${trace.time_s.length} samples, ${trace.voltage} V`,
      peer: "scipy.optimize.least_squares",
      ours_s,
      peer_s,
      ratio: peer_s / ours_s,
      equal,
    };
  });
}

async function run(
  python: string,
  task: object,
): Promise<{ rate_s: number; biot: number; seconds: number[] }[]> {
  const script = fileURLToPath(new URL("./pitt.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [script],
    // One thread, as ours; small products only lose by more.
    env: { OPENBLAS_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(task)));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success, "the peer failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

if (import.meta.main) console.table(await benchPitt(Deno.args[0] ?? "python3"));
