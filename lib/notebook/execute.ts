/** Execution of cells without losing or misplacing an output. */
import { Kernel } from "./kernel.ts";
import type { Message } from "./messages.ts";
import type { Output } from "./notebook.ts";
import {
  type Displays,
  isOutput,
  OutputCollector,
  textLimit,
} from "./outputs.ts";

/** How a cell ended. */
export interface Execution {
  /** What it put out. */
  outputs: Output[];
  /** Number of the execution in its kernel, from 1. */
  count: number;
  /** What it threw, or null. */
  error: { name: string; message: string; traceback: string[] } | null;
}

/** A cell that ran too long; its kernel has been ended. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

/** What a fence displays, by which its message is known. */
const fenceType = "application/vnd.cathode.fence";

/**
 * Cuts long strings before they are printed, since the kernel garbles messages
 * of some MB; much less is kept in any case.
 */
const prelude = `{
  const cut = (value) =>
    typeof value === "string" ? value.slice(0, ${10 * textLimit}) : value;
  for (const name of ["debug", "error", "info", "log", "warn"]) {
    const print = console[name];
    console[name] = (...values) => print(...values.map(cut));
  }
}`;

/**
 * Executes cells in a kernel, one after the other.
 *
 * Deno's kernel can publish that it is idle before the last outputs of a cell.
 * All outputs of a kernel pass through one queue, so each cell is followed by a
 * fence, a display with a token of its own: what comes before it belongs to the
 * cell, and nothing may come after it.
 */
export class CellExecutor {
  readonly #kernel: Kernel;
  readonly #displays: Displays = new Map();
  #late = 0;

  private constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Prepares a kernel.
   *
   * @param kernel Just started.
   */
  static async on(kernel: Kernel): Promise<CellExecutor> {
    const executor = new CellExecutor(kernel);
    await executor.#request(prelude, true);
    return executor;
  }

  /**
   * Executes a cell.
   *
   * @param code Source of the cell.
   * @param limit_s Seconds after which the kernel is ended.
   * @throws {TimeLimitError} If the cell runs longer.
   * @throws {KernelDeath} If the kernel ends.
   */
  async execute(code: string, limit_s: number): Promise<Execution> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new TimeLimitError(`it ran longer than ${limit_s} s`));
        this.#kernel.kill();
      }, limit_s * 1000);
    });
    try {
      return await Promise.race([this.#executeFenced(code), timeOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Number of outputs that came after the end of their cell since this was last
   * asked; a cell that does not await what it starts makes them.
   */
  takeLate(): number {
    const late = this.#late;
    this.#late = 0;
    return late;
  }

  async #executeFenced(code: string): Promise<Execution> {
    const token = crypto.randomUUID();
    const collector = new OutputCollector(this.#displays);
    const { promise: fenced, resolve } = Promise.withResolvers<void>();
    this.#kernel.onPublished = (message) => {
      if (!isFence(message, token)) return collector.add(message);
      this.#kernel.onPublished = (message) => {
        if (isOutput(message)) this.#late++;
      };
      resolve();
    };
    const reply = await this.#request(code, false);
    const fence = await this.#request(fenceCode(token), true);
    if (fence.status !== "ok") {
      throw new Error(
        `Cannot tell where the outputs of a cell end as Deno.jupyter.broadcast must work: current value is ${fence.evalue}`,
      );
    }
    await Promise.race([fenced, this.#kernel.failed]);
    return {
      outputs: collector.finish(),
      count: Number(reply.execution_count),
      error: reply.status === "ok" ? null : {
        name: String(reply.ename),
        message: String(reply.evalue),
        traceback: reply.traceback as string[],
      },
    };
  }

  #request(code: string, silent: boolean): Promise<Record<string, unknown>> {
    return this.#kernel.request("execute_request", {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
  }
}

function fenceCode(token: string): string {
  const content = { data: { [fenceType]: token }, metadata: {}, transient: {} };
  return `await Deno.jupyter.broadcast("display_data", ${
    JSON.stringify(content)
  })`;
}

function isFence({ type, content }: Message, token: string): boolean {
  return type === "display_data" &&
    (content.data as Record<string, unknown>)[fenceType] === token;
}
