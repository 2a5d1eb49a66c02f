/** What workers_test.ts has workers do. */
import { DataError, Random } from "@cathode/core/mod.ts";

export function draw(item: { seed: number; key: number }): number {
  return new Random(item.seed, item.key).normal();
}

export function fill(
  item: { values: Float64Array; from: number; to: number },
): void {
  for (let i = item.from; i < item.to; i++) item.values[i] = i * i;
}

export function fail(item: number): number {
  if (item === 3) throw new DataError("Cannot use the item", { row: item });
  if (item === 5) throw new RangeError("Cannot use five");
  return item;
}

/** Answers late if the item is even. */
export async function wait(item: number): Promise<number> {
  if (item % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  if (item === 1) throw new RangeError("Cannot use one");
  return item;
}

let calls = 0;

/** How often this worker was called so. */
export function countCalls(_: unknown): number {
  return ++calls;
}
