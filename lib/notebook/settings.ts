/** What a notebook is told by the runner, and what it assumes where there is none. */
import type { FigureFormat } from "../figures/mod.ts";

/** Size of the data that a notebook works on: seconds, or as in the papers. */
export type NotebookSize = "small" | "paper";

/** What a notebook's own code depends on. */
export interface NotebookSettings {
  /** Size of the data. */
  size: NotebookSize;
  /** Seed of all random numbers. */
  seed: number;
}

/** An execution by the runner. */
export interface NotebookRun extends NotebookSettings {
  /** Name of the notebook. */
  notebook: string;
  /** Folder for the files of the panels. */
  figures: string;
  /** Formats of the files. */
  formats: readonly FigureFormat[];
  /** Width of every panel in millimetres; null for each panel's own. */
  width_mm: number | null;
}

/** Settings of a notebook that somebody opens in an editor, and of the committed outputs. */
export const defaultSettings: NotebookSettings = { size: "small", seed: 1 };

/** Environment variable in which the runner tells a kernel what is wanted. */
const variable = "CATHODE_NOTEBOOK_RUN";

/**
 * Size and seed for this execution of a notebook: those of the command
 * `figures`, or `small` and 1 where somebody steps through it.
 *
 * @example Where nobody asked for anything else
 * ```ts
 * import assert from "node:assert/strict";
 * import { notebookSettings } from "./settings.ts";
 *
 * const { size, seed } = notebookSettings();
 * assert.deepEqual({ size, seed }, { size: "small", seed: 1 });
 * ```
 */
export function notebookSettings(): NotebookSettings {
  const { size, seed } = notebookRun() ?? defaultSettings;
  return { size, seed };
}

/** What the runner wants, or null where there is none. */
export function notebookRun(): NotebookRun | null {
  const text = Deno.env.get(variable);
  return text === undefined ? null : JSON.parse(text);
}

/** Environment of a kernel that executes a notebook for the runner. */
export function environmentOf(run: NotebookRun): Record<string, string> {
  return { [variable]: JSON.stringify(run) };
}
