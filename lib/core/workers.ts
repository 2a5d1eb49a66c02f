/** Work spread over the cores, with results that do not depend on how many there are. */
import { type Progress, silent } from "./progress.ts";

/** What {@linkcode mapInWorkers} calls: an exported function of a module. */
export interface WorkerTask {
  /** Address of the module, usually `new URL("./work.ts", import.meta.url)`. */
  module: URL;
  /** Name of the exported function; it takes one item and returns, or promises, its result. */
  name: string;
}

/** Choices of {@linkcode mapInWorkers}. */
export interface WorkerOptions {
  /** Number of workers; by default one per core. The result does not depend on it. */
  workers?: number;
  /** Takes news of the work. */
  progress?: Progress;
  /** Name of the step in the news. */
  step?: string;
}

/**
 * Calls a function once per item, in workers, and returns the results in the
 * order of the items.
 *
 * Items and results are copied as by `postMessage`; typed arrays over a
 * `SharedArrayBuffer` (see {@linkcode shared}) are not copied, so that workers
 * can read and fill one volume together. Items start in their order; each must
 * be independent of the others, and draw random numbers from a stream keyed by
 * itself.
 *
 * @typeParam I An item.
 * @typeParam R A result.
 * @param task The function.
 * @param items What it is called with.
 * @param options Number of workers and progress.
 * @throws {Error} What the function throws, with its name and message; the
 * remaining items are not started.
 */
export async function mapInWorkers<I, R>(
  task: WorkerTask,
  items: readonly I[],
  options: WorkerOptions = {},
): Promise<R[]> {
  using pool = new WorkerPool(
    Math.min(options.workers ?? coreCount(), items.length),
  );
  return await pool.map<I, R>(task, items, options);
}

/**
 * Workers that stay for several rounds of work; see {@linkcode mapInWorkers},
 * which makes one for a single round.
 *
 * @example Squares
 * ```ts
 * import assert from "node:assert/strict";
 * import { WorkerPool } from "./workers.ts";
 *
 * const module = new URL(
 *   "data:text/javascript,export const square = (x) => x * x;",
 * );
 * using pool = new WorkerPool(2);
 * assert.deepEqual(await pool.map({ module, name: "square" }, [1, 2, 3]), [1, 4, 9]);
 * ```
 */
export class WorkerPool implements Disposable {
  readonly #workers: KeptWorker[];

  /**
   * @param workers Number of workers, by default one per core.
   * @throws {RangeError} If it is not a whole number, 0 or more.
   */
  constructor(workers: number = coreCount()) {
    if (!Number.isInteger(workers) || workers < 0) {
      throw new RangeError(
        `Cannot start workers as their number must be a whole number: current value is ${workers}`,
      );
    }
    this.#workers = Array.from(
      { length: workers },
      () => idleWorkers.pop() ?? new KeptWorker(),
    );
    for (const worker of this.#workers) worker.take();
  }

  /** Number of workers. */
  get size(): number {
    return this.#workers.length;
  }

  /**
   * Calls a function once per item; see {@linkcode mapInWorkers}.
   *
   * @param task The function.
   * @param items What it is called with.
   * @param options Progress; the number of workers is the pool's.
   * @throws {RangeError} If there are items but no worker.
   */
  async map<I, R>(
    task: WorkerTask,
    items: readonly I[],
    options: Pick<WorkerOptions, "progress" | "step"> = {},
  ): Promise<R[]> {
    const { progress = silent, step = task.name } = options;
    const results = new Array<R>(items.length);
    if (this.size === 0 && items.length > 0) {
      throw new RangeError(
        `Cannot work on ${items.length} items as there must be at least one worker: current value is 0`,
      );
    }
    let next = 0, done = 0, failed = false;
    progress(step, 0);
    // Settled, since a worker that is still busy would answer the next round.
    const ends = await Promise.allSettled(this.#workers.map(async (worker) => {
      while (next < items.length && !failed) {
        const i = next++;
        try {
          results[i] = await worker.call<I, R>(task, items[i]!);
        } catch (error) {
          failed = true;
          throw error;
        }
        progress(step, ++done / items.length);
      }
    }));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return results;
  }

  /** Gives the workers back: they end unless another pool takes them at once. */
  [Symbol.dispose](): void {
    for (const worker of this.#workers.splice(0)) worker.giveBack();
  }
}

/** Workers without a pool. */
const idleWorkers: KeptWorker[] = [];

/**
 * How long a worker waits for another pool. It saves the start and, more, the
 * compilation of what it runs; but Deno's workers keep a process from ending,
 * so that a command ends later by this time.
 */
const idleTime_ms = 100;

/**
 * Bytes of shared memory after which a worker is not kept: it holds what it
 * was sent until it collects its garbage, which shared memory does not bring
 * about.
 */
const mostSharedBytes = 2 ** 29;

/** Levels of an item down to the arrays of its volumes. */
const deepestVolume = 4;

/** A worker that pools hand on to each other. */
class KeptWorker {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });
  readonly #seen = new WeakSet<SharedArrayBuffer>();
  #sharedBytes = 0;
  #busy = false;
  #broken = false;
  #end: ReturnType<typeof setTimeout> | undefined;

  take(): void {
    clearTimeout(this.#end);
  }

  giveBack(): void {
    const mayStay = !this.#busy && !this.#broken &&
      this.#sharedBytes < mostSharedBytes;
    if (!mayStay) {
      this.#worker.terminate();
      return;
    }
    idleWorkers.push(this);
    this.#end = setTimeout(() => {
      idleWorkers.splice(idleWorkers.indexOf(this), 1);
      this.#worker.terminate();
    }, idleTime_ms);
  }

  /** Has the worker call a function; its call before must have come to an end. */
  async call<I, R>(task: WorkerTask, item: I): Promise<R> {
    const worker = this.#worker;
    this.#busy = true;
    this.#count(item);
    try {
      return await new Promise<R>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
          if ("result" in data) resolve(data.result as R);
          else reject(revive(data.error));
        };
        worker.onerror = (event) => {
          event.preventDefault();
          this.#broken = true;
          reject(new Error(event.message));
        };
        worker.postMessage({ module: task.module.href, name: task.name, item });
      });
    } finally {
      this.#busy = false;
    }
  }

  /** Counts the shared memory of an item; in lists, of numbers or particles by the thousand, there is none. */
  #count(value: unknown, depth = 0): void {
    if (typeof value !== "object" || value === null) return;
    if (ArrayBuffer.isView(value)) {
      const { buffer } = value;
      if (!(buffer instanceof SharedArrayBuffer)) return;
      if (this.#seen.has(buffer)) return;
      this.#seen.add(buffer);
      this.#sharedBytes += buffer.byteLength;
    } else if (!Array.isArray(value) && depth < deepestVolume) {
      for (const part of Object.values(value)) this.#count(part, depth + 1);
    }
  }
}

/** Number of cores, the default number of workers. */
export function coreCount(): number {
  return navigator.hardwareConcurrency;
}

/**
 * A typed array that workers can share, filled with zeros.
 *
 * @param type Constructor of the typed array.
 * @param length Number of values.
 *
 * @example A shared mask
 * ```ts
 * import assert from "node:assert/strict";
 * import { shared } from "./workers.ts";
 *
 * assert.ok(shared(Uint8Array, 8).buffer instanceof SharedArrayBuffer);
 * ```
 */
export function shared<T>(
  type: {
    new (buffer: SharedArrayBuffer): T;
    readonly BYTES_PER_ELEMENT: number;
  },
  length: number,
): T {
  const bytes = length * type.BYTES_PER_ELEMENT;
  uncountedBytes += bytes;
  if (uncountedBytes >= countedAtOnce) {
    // Never touched, so that it takes no memory, and garbage at once.
    void new ArrayBuffer(Math.min(uncountedBytes, 2 ** 30));
    uncountedBytes = 0;
  }
  return new type(new SharedArrayBuffer(bytes));
}

/**
 * V8 does not count shared memory when it decides whether to collect garbage:
 * without ordinary memory of the same size made beside it, volumes that
 * nobody uses any more would pile up.
 */
let uncountedBytes = 0;
const countedAtOnce = 2 ** 27;

/** Answer of a worker: the result, or the error as name and message. */
export type WorkerAnswer =
  | { result: unknown }
  | { error: { name: string; message: string; stack: string } };

/** An error as it was thrown in the worker, so that commands tell bad input from defects. */
function revive(
  { name, message, stack }: { name: string; message: string; stack: string },
): Error {
  const type = { RangeError, TypeError }[name] ?? Error;
  return Object.assign(new type(message), { name, stack });
}
