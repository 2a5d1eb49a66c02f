/** Passes over an image, split into ranges of lines for the workers. */
import {
  coreCount,
  shared,
  type VoxelArray,
  WorkerPool,
  type WorkerTask,
} from "../core/mod.ts";

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
const rangesPerWorker = 8;

/**
 * Runs passes one after the other, each spread over the workers.
 *
 * The calling thread is one of the workers: it has begun before the others
 * have started.
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
  const helpers = size < smallestForWorkers ? 0 : workers - 1;
  using pool = new WorkerPool(helpers);
  const takeShare: WorkerTask = {
    module: new URL("./ranges.ts", import.meta.url),
    name: "takeShareOf",
  };
  for (const { run, count } of passes) {
    const share: Share = {
      module: module.href,
      name: run.name,
      item,
      count,
      lines: Math.ceil(count / (workers * rangesPerWorker)),
      next: shared(Int32Array, 1),
    };
    const helped = pool.map(takeShare, Array(helpers).fill(share));
    takeRanges(run, share);
    await helped;
  }
}

/** A pass as it is sent to a worker. */
interface Share {
  module: string;
  name: string;
  item: object;
  /** Number of lines, and of lines in a range. */
  count: number;
  lines: number;
  /** First line that nobody has taken yet; shared. */
  next: Int32Array;
}

/** Does ranges of a pass until none is left; called in workers. */
export async function takeShareOf(share: Share): Promise<void> {
  const { [share.name]: run } = await import(share.module);
  takeRanges(run, share);
}

function takeRanges<I extends object>(
  run: Pass<I>["run"],
  { item, count, lines, next }: Share,
): void {
  while (true) {
    const from = Atomics.add(next, 0, lines);
    if (from >= count) return;
    run({ ...item as I, from, to: Math.min(count, from + lines) });
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
