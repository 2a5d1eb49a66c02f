/** Progress of long work on the terminal. */
import type { Progress } from "../core/mod.ts";

const BAR_WIDTH = 24;
/** Times between two updates: of a bar that is redrawn, of lines in a log. */
const REDRAW_ms = 100, LOG_ms = 10_000;

/** Progress that can be cleared from the terminal. */
export interface TerminalProgress {
  /** Takes the news. */
  readonly progress: Progress;
  /** Takes away what is unfinished, so that other text can follow. */
  clear(): void;
}

/**
 * Progress on stderr: a bar for a person, a line now and then for a log.
 *
 * @param write Takes text; stderr by default.
 * @param terminal Whether a bar can be redrawn.
 * @param now Gives the time in ms.
 */
export function terminalProgress(
  write: (text: string) => void = writeToStderr,
  terminal: boolean = Deno.stderr.isTerminal(),
  now: () => number = () => performance.now(),
): TerminalProgress {
  let current = "", shown_ms = -Infinity;
  const clear = () => {
    if (terminal && current !== "") write("\r\x1b[K");
    current = "";
  };
  const progress: Progress = (step, done) => {
    const due = now() - shown_ms >= (terminal ? REDRAW_ms : LOG_ms);
    const changed = step !== current;
    if (done >= 1) {
      clear();
      return;
    }
    if (!due && !changed) return;
    current = step;
    shown_ms = now();
    const percent = `${Math.floor(100 * done)} %`;
    if (terminal) write(`\r\x1b[K${bar(done)} ${percent.padStart(5)}  ${step}`);
    else write(changed ? `${step}\n` : `${step}: ${percent}\n`);
  };
  return { progress, clear };
}

function bar(done: number): string {
  const full = Math.round(BAR_WIDTH * done);
  return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
}

function writeToStderr(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
