/** Rests, potential steps and galvanostatic steps of a record. */
import { DataError, hasColumn, numbers, type Table } from "../core/mod.ts";
import { mean, median, standardDeviation } from "../statistics/mod.ts";
import { createTrace, noiseOf, type Trace } from "./trace.ts";

/** What the potentiostat did. */
export type Technique = "rest" | "potential step" | "galvanostatic";

/** A technique of a record. */
export interface RecordStep {
  /** What it was. */
  readonly technique: Technique;
  /** First sample. */
  readonly first: number;
  /** One after the last sample. */
  readonly end: number;
}

/** A potential step after a rest. */
export interface TitrationStep {
  /** Last potential of the rest in V. */
  readonly rest_V: number;
  /** Height of the step in V, signed. */
  readonly step_V: number;
  /** Its trace, with time from the end of the rest. */
  readonly trace: Trace;
}

/** Voltage is held if it stays within this range. */
const heldVoltage_V = 2e-3;
/** Current is held if its standard deviation is below this share of its mean. */
const heldCurrent = 0.05;
/** A rest has less current than this share of the largest of the record, or than twice the noise of a sample. */
const restCurrent = 1e-3;

/**
 * Splits a record where the number of the technique changes and names each
 * part: a potential step holds the voltage, a galvanostatic step the current, a
 * rest has none.
 *
 * @param record Columns `t [s]`, `I [A]`, `V [V]` and `step`.
 * @throws {DataError} If a column is missing, times do not rise, or a part is
 * none of the three.
 */
export function findSteps(record: Table): RecordStep[] {
  const missing = ["t", "I", "V", "step"].filter((id) =>
    !hasColumn(record, id)
  );
  if (missing.length > 0) {
    throw new DataError(
      `Cannot find the steps of the record as it must have time, current, voltage and step numbers: missing is ${
        missing.join(", ")
      }`,
    );
  }
  const time = numbers(record, "t"), number = numbers(record, "step");
  const bounds = [0];
  for (let i = 1; i < record.rows; i++) {
    if (!(time[i]! > time[i - 1]!)) {
      throw new DataError(
        `Cannot find the steps of the record as times must rise: current value of sample ${
          i + 1
        } is ${time[i]} s after ${time[i - 1]} s`,
      );
    }
    if (number[i] !== number[i - 1]) bounds.push(i);
  }
  bounds.push(record.rows);
  const voltage = numbers(record, "V"), current = numbers(record, "I");
  const parts = bounds.slice(1).map((end, k) => ({ first: bounds[k]!, end }));
  const meanOf = ({ first, end }: { first: number; end: number }) =>
    Math.abs(mean(current.subarray(first, end)));
  const largest = Math.max(...parts.map(meanOf));
  return parts.map((part) => {
    const { first, end } = part;
    const inPart = current.subarray(first, end), level = meanOf(part);
    const noise = inPart.length > 2 ? noiseOf(inPart) : 0;
    if (level <= Math.max(restCurrent * largest, 2 * noise)) {
      return { technique: "rest", ...part };
    }
    if (rangeOf(voltage.subarray(first, end)) < heldVoltage_V) {
      return { technique: "potential step", ...part };
    }
    if (inPart.length > 2 && standardDeviation(inPart) < heldCurrent * level) {
      return { technique: "galvanostatic", ...part };
    }
    throw new DataError(
      `Cannot find the steps of the record as each must hold the voltage or the current: samples ${
        first + 1
      } to ${end} hold neither`,
    );
  });
}

/**
 * Potential steps of a titration, each with the rest before it.
 *
 * @param record Columns `t [s]`, `I [A]`, `V [V]` and `step`.
 * @throws {DataError} As {@linkcode findSteps}, or if there is no potential step
 * with a rest before it.
 */
export function titrationSteps(record: Table): TitrationStep[] {
  const steps = findSteps(record);
  const time = numbers(record, "t"), current = numbers(record, "I");
  const voltage = numbers(record, "V");
  const found = steps.flatMap(({ technique, first, end }, k) => {
    const before = steps[k - 1];
    if (technique !== "potential step" || before?.technique !== "rest") {
      return [];
    }
    const rest_V = voltage[first - 1]!, start = time[first - 1]!;
    return [{
      rest_V,
      step_V: median(voltage.subarray(first, end)) - rest_V,
      trace: createTrace(
        time.slice(first, end).map((t) => t - start),
        current.slice(first, end),
      ),
    }];
  });
  if (found.length === 0) {
    throw new DataError(
      `Cannot titrate as the record must have a potential step after a rest: current steps are ${
        steps.map(({ technique }) => technique).join(", ")
      }`,
    );
  }
  return found;
}

function rangeOf(values: Float64Array): number {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
