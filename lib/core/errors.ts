/** Errors that blame the input, not the program. */

/** Where in the input a {@linkcode DataError} was found. */
export interface DataErrorPlace {
  /** Path of the file as the user gave it. */
  file?: string;
  /** Line of a text file, counted from 1 (the header is line 1). */
  row?: number;
  /** Label of a particle. */
  label?: number;
}

/**
 * Input data that break a rule: a truncated file, a duplicate column, a label
 * image of the wrong size.
 *
 * The message says what could not be done, the rule and the value found; the
 * place is put in front of it. Commands print the message without a stack
 * trace and exit with status 2.
 *
 * @example A row of a table
 * ```ts
 * import assert from "node:assert/strict";
 * import { DataError } from "./errors.ts";
 *
 * const error = new DataError(
 *   "Cannot read the table as every cell must be a number: current value is n/a",
 *   { file: "particles.csv", row: 7 },
 * );
 * assert.match(error.message, /^particles\.csv, row 7: Cannot read the table/);
 * ```
 */
export class DataError extends Error {
  override readonly name = "DataError";
  /** Where the rule was broken. */
  readonly place: DataErrorPlace;

  /**
   * @param message What could not be done, the rule and the value found.
   * @param place Where in the input.
   */
  constructor(message: string, place: DataErrorPlace = {}) {
    super(prefix(place) + message);
    this.place = place;
  }
}

function prefix({ file, row, label }: DataErrorPlace): string {
  const parts: string[] = [];
  if (file !== undefined) parts.push(file);
  if (row !== undefined) parts.push(`row ${row}`);
  if (label !== undefined) parts.push(`label ${label}`);
  return parts.length === 0 ? "" : `${parts.join(", ")}: `;
}

/**
 * Whether an error is the user's to mend: its message says all there is to say.
 *
 * Range and type errors count if they are worded as ours ("Cannot ... as
 * ..."); those of the language itself are defects.
 */
export function isInputError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  // By name, since errors may lose their class on the way out of a worker.
  switch (error.name) {
    case "DataError":
    case "NotFound":
    case "PermissionDenied":
      return true;
    case "RangeError":
    case "TypeError":
      return /^Cannot .+ as /s.test(error.message);
    default:
      return false;
  }
}
