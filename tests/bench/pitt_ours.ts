/** Our side of the pairs of `pitt.ts`: name, voltage, output file; leaves the trace beside it for the peer. */
import { dirname, join } from "node:path";
import { estimateRates } from "@cathode/pitt/mod.ts";
import { synthesizePitt } from "@cathode/synthetic/mod.ts";
import { peakMegabytes } from "./memory.ts";

const repeats = 30;
const step_V = -0.015;
const [, voltage, out] = Deno.args as [string, string, string];

const { trace } = synthesizePitt({ world: "cracked", seed: 1 }).steps
  .find(({ voltage_V }) => voltage_V === Number(voltage))!;
// Evenly spaced samples only, so that sums of scipy's start are integrals.
const even = {
  time_s: trace.time_s.slice(1),
  current_A: trace.current_A.slice(1),
};
await Deno.writeTextFile(
  join(dirname(out), "trace.json"),
  JSON.stringify({
    time_s: Array.from(even.time_s),
    current_A: Array.from(even.current_A, (current) => -current),
    repeats,
  }),
);
for (let i = 0; i < repeats; i++) estimateRates(even, step_V); // compile
const seconds: number[] = [];
for (let i = 0; i < repeats; i++) {
  const start = performance.now();
  estimateRates(even, step_V);
  seconds.push((performance.now() - start) / 1000);
}
const { rates: { rate_s, biot } } = estimateRates(even, step_V);
await Deno.writeFile(
  out,
  new Uint8Array(Float64Array.of(rate_s, biot).buffer),
);
console.log(JSON.stringify({ seconds, mb: peakMegabytes() }));
