/** Outputs of a cell as a kernel publishes them, in the form that is kept. */
import { stripVTControlCharacters } from "node:util";
import type { Message } from "./messages.ts";
import type {
  DisplayOutput,
  ErrorOutput,
  MediaBundle,
  Output,
  ResultOutput,
  StreamOutput,
} from "./notebook.ts";

/** Most characters of printed text that are kept of a cell. */
export const textLimit = 100_000;

/** Most characters of displays and results that are kept of a cell. */
const displayLimit = 1_000_000;

/** Kinds of messages that carry or change outputs. */
const kinds = [
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "clear_output",
  "error",
];

/** Whether a message carries or changes an output. */
export function isOutput({ type }: Message): boolean {
  return kinds.includes(type);
}

/** Displays of a kernel that may be changed later, by their id. */
export type Displays = Map<string, DisplayOutput[]>;

/** Collects the outputs of one cell. */
export class OutputCollector {
  readonly #displays: Displays;
  #outputs: (StreamOutput | DisplayOutput | ResultOutput)[] = [];
  #error: ErrorOutput | null = null;
  #clearNext = false;
  #cut = false;
  #left = { text: textLimit, display: displayLimit };

  /**
   * @param displays Displays of the kernel so far, which this cell may change
   * and to which it adds its own.
   */
  constructor(displays: Displays) {
    this.#displays = displays;
  }

  /**
   * Takes a message; other kinds than outputs are ignored.
   *
   * @param message As published, in order.
   */
  add({ type, content }: Message): void {
    if (type === "clear_output") {
      if (content.wait === true) this.#clearNext = true;
      else this.#clear();
    } else if (type === "update_display_data") this.#update(content);
    else if (type === "error") {
      this.#error = {
        output_type: "error",
        ename: clean(String(content.ename)),
        evalue: clean(String(content.evalue)),
        traceback: (content.traceback as string[]).map(clean),
      };
    } else if (["stream", "display_data", "execute_result"].includes(type)) {
      if (this.#clearNext) this.#clear();
      if (type === "stream") this.#print(content);
      else this.#show(type, content);
    }
  }

  /**
   * What the cell put out. Its error comes last, where it happened: the kernel
   * may publish it before what the cell printed.
   */
  finish(): Output[] {
    const outputs: Output[] = this.#outputs.map((output) =>
      output.output_type === "stream"
        ? { ...output, text: clean(output.text) }
        : output
    );
    if (this.#cut) {
      outputs.push({
        output_type: "stream",
        name: "stderr",
        text:
          `The cell printed more than the ${textLimit} characters that are kept\n`,
      });
    }
    if (this.#error !== null) outputs.push(this.#error);
    return outputs;
  }

  #print(content: Record<string, unknown>): void {
    const name = content.name === "stderr" ? "stderr" : "stdout";
    const printed = String(content.text);
    const text = printed.slice(0, this.#left.text);
    this.#left.text -= text.length;
    this.#cut ||= text.length < printed.length;
    if (text === "") return;
    const last = this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.#outputs.push({ output_type: "stream", name, text });
  }

  #show(type: string, content: Record<string, unknown>): void {
    const { data, metadata } = this.#bound(content);
    if (type === "execute_result") {
      this.#outputs.push({
        output_type: "execute_result",
        data,
        metadata,
        execution_count: Number(content.execution_count),
      });
      return;
    }
    const display: DisplayOutput = {
      output_type: "display_data",
      data,
      metadata,
    };
    this.#outputs.push(display);
    const id = displayId(content);
    if (id !== null) {
      this.#displays.set(id, [...this.#displays.get(id) ?? [], display]);
    }
  }

  #update(content: Record<string, unknown>): void {
    const changed = this.#displays.get(displayId(content) ?? "") ?? [];
    for (const display of changed) {
      this.#left.display += sizeOf(display.data);
      Object.assign(display, this.#bound(content));
    }
  }

  /** What is displayed, or a note in its place if the cell has displayed too much. */
  #bound(content: Record<string, unknown>): {
    data: MediaBundle;
    metadata: Record<string, unknown>;
  } {
    const metadata = content.metadata as Record<string, unknown>;
    const data = cleanBundle(content.data as MediaBundle);
    const size = sizeOf(data);
    if (size > this.#left.display) {
      const note =
        `A display of ${size} characters is left out, as a cell keeps at most ${displayLimit}`;
      return { data: { "text/plain": note }, metadata: {} };
    }
    this.#left.display -= size;
    return { data, metadata };
  }

  #clear(): void {
    this.#outputs = [];
    this.#clearNext = false;
    this.#cut = false;
    this.#left = { text: textLimit, display: displayLimit };
  }
}

function displayId(content: Record<string, unknown>): string | null {
  const { display_id } = (content.transient ?? {}) as { display_id?: unknown };
  return display_id === undefined || display_id === null
    ? null
    : String(display_id);
}

function sizeOf(data: MediaBundle): number {
  return JSON.stringify(data).length;
}

function cleanBundle(data: MediaBundle): MediaBundle {
  return Object.fromEntries(
    Object.entries(data ?? {}).map((
      [type, value],
    ) => [
      type,
      type === "text/plain" && typeof value === "string" ? clean(value) : value,
    ]),
  );
}

/** Without colours and other codes for terminals. */
function clean(text: string): string {
  return stripVTControlCharacters(text);
}
