/** Passes over an image, split into ranges of lines for the workers. */
import { coreCount, shared, type VoxelArray, WorkerPool } from "../core/mod.ts";

/** Lines that one call of a pass works on. */
export interface Range {
  /** First line. */
  from: number;
  /** Line after the last. */
  to: number;
}

/** One round of work: a function that fills its part of shared arrays. */
export interface Pass<I extends object> {
  /** Fills lines `from` to `to`; what it writes must not depend on how the lines are split. */
  run: (item: I & Range) => void;
  /** Number of lines. */
  count: number;
}

/** Choices of filters that use workers. */
export interface FilterOptions {
  /** Number of workers; by default one per core. The result does not depend on it. */
  workers?: number;
}

/** Images with fewer voxels are done before a worker has started. */
const smallestForWorkers = 2 ** 20;

/** Ranges per worker, so that one with little to do takes over from others. */
const rangesPerWorker = 4;

/**
 * Runs passes one after the other, each spread over the workers.
 *
 * @param module Address of the module that exports the functions.
 * @param item What they work on; arrays over shared memory are not copied.
 * @param size Number of voxels, which says whether workers pay.
 * @param passes What to run.
 * @param options Number of workers.
 */
export async function runPasses<I extends object>(
  module: URL,
  item: I,
  size: number,
  passes: readonly Pass<I>[],
  options: FilterOptions,
): Promise<void> {
  const { workers = coreCount() } = options;
  if (workers === 1 || size < smallestForWorkers) {
    for (const { run, count } of passes) run({ ...item, from: 0, to: count });
    return;
  }
  using pool = new WorkerPool(workers);
  for (const { run, count } of passes) {
    const parts = Math.min(count, workers * rangesPerWorker);
    const items = Array.from({ length: parts }, (_, i) => ({
      ...item,
      from: Math.floor(i * count / parts),
      to: Math.floor((i + 1) * count / parts),
    }));
    await pool.map({ module, name: run.name }, items);
  }
}

/** The array itself where workers can share it, else a shared copy. */
export function toShared<T extends VoxelArray>(data: T): T {
  if (data.buffer instanceof SharedArrayBuffer) return data;
  const type = data.constructor as unknown as {
    new (buffer: SharedArrayBuffer): T;
    readonly BYTES_PER_ELEMENT: number;
  };
  const copy = shared(type, data.length);
  copy.set(data);
  return copy;
}
