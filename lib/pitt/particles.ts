/** Table of particles and the steps that belong to them. */
import { DataError, hasColumn, numbers, type Table } from "../core/mod.ts";
import type { StepConditions } from "./kinetics.ts";
import { titrationSteps } from "./steps.ts";
import { createTrace, type Trace } from "./trace.ts";

/** A trace of a particle and what is known of both. */
export interface ParticleRow extends StepConditions {
  /** Name of the particle. */
  readonly particle: string;
  /** Name of the file that holds the trace. */
  readonly trace: string;
  /** Height of the potential step in V, signed as the current. */
  readonly step_V: number;
  /** Charge in C for eqn (1), null where the trace's own is taken. */
  readonly charge_C: number | null;
  /** Potential after the rest in V, which picks the step of a file with several; null if not given. */
  readonly voltage_V: number | null;
}

/** Columns of a particle table with their units; the last two may be left out. */
const columns = {
  radius: "um",
  temperature: "K",
  dV: "V",
  dVdC: "V cm3/mol",
  charge: "C",
  voltage: "V",
} as const;
const optional: readonly string[] = ["charge", "voltage"];

/**
 * Rows of a particle table.
 *
 * @param table Columns `particle`, `trace`, `radius [um]`, `temperature [K]`,
 * `dV [V]` (signed; delithiation positive), `dVdC [V cm3/mol]` and, if known,
 * `charge [C]` and `voltage [V]`.
 * @param file Name of the table, for messages.
 * @throws {DataError} If a column is missing or in another unit, radius,
 * temperature or charge are not positive, or dV or dVdC is zero; with the row.
 *
 * @example One particle
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { particleRows } from "./particles.ts";
 *
 * const table = createTable([
 *   { id: "particle", unit: "", values: ["P01"] },
 *   { id: "trace", unit: "", values: ["P01_4.1V.csv"] },
 *   { id: "radius", unit: "um", values: Float64Array.of(5.05) },
 *   { id: "temperature", unit: "K", values: Float64Array.of(302.15) },
 *   { id: "dV", unit: "V", values: Float64Array.of(-0.015) },
 *   { id: "dVdC", unit: "V cm3/mol", values: Float64Array.of(-37.5) },
 * ]);
 * assert.equal(particleRows(table)[0]!.radius_um, 5.05);
 * ```
 */
export function particleRows(table: Table, file?: string): ParticleRow[] {
  const place = file === undefined ? {} : { file };
  const words = (id: string) => {
    const column = table.columns.find((c) => c.id === id);
    if (column === undefined) throw missing(id, table, place);
    return Array.from(column.values, String);
  };
  const values = (id: keyof typeof columns): Float64Array | null => {
    const column = table.columns.find((c) => c.id === id);
    if (column === undefined && optional.includes(id)) return null;
    if (column === undefined) throw missing(id, table, place);
    if (column.unit.replaceAll("^", "") !== columns[id]) {
      throw new DataError(
        `Cannot use the particle table as column ${id} must be in ${
          columns[id]
        }: current unit is ${column.unit === "" ? "none" : column.unit}`,
        place,
      );
    }
    return numbers(table, id);
  };
  const particle = words("particle"), trace = words("trace");
  const radius = values("radius")!, temperature = values("temperature")!;
  const step = values("dV")!, slope = values("dVdC")!;
  const charge = values("charge"), voltage = values("voltage");
  return particle.map((name, i) => {
    const row = i + 2; // the header is line 1
    const positive = { radius, temperature, ...(charge && { charge }) };
    for (const [id, column] of Object.entries(positive)) {
      if (!(column[i]! > 0)) {
        throw new DataError(
          `Cannot use the particle table as ${id} must be positive: current value is ${
            column[i]
          }`,
          { ...place, row },
        );
      }
    }
    for (const [id, column] of Object.entries({ dV: step, dVdC: slope })) {
      if (column[i] === 0) {
        throw new DataError(
          `Cannot use the particle table as ${id} must not be zero: current value is 0`,
          { ...place, row },
        );
      }
    }
    return {
      particle: name,
      trace: trace[i]!,
      radius_um: radius[i]!,
      temperature_K: temperature[i]!,
      step_V: step[i]!,
      dVdC_V_cm3_mol: slope[i]!,
      charge_C: charge?.[i] ?? null,
      voltage_V: voltage?.[i] ?? null,
    };
  });
}

/**
 * Trace of a row in a record: the record itself if it is a bare trace, with
 * time from the step; of a titration, the step whose rest lies nearest to the
 * row's voltage.
 *
 * @param record Columns `t [s]`, `I [A]`, and for a titration `V [V]` and `step`.
 * @param row The row.
 * @throws {DataError} As {@linkcode createTrace} and {@linkcode titrationSteps},
 * or if the record has several steps and the row no voltage.
 */
export function traceOf(record: Table, row: ParticleRow): Trace {
  const place = { file: row.trace };
  if (!hasColumn(record, "step") || !hasColumn(record, "V")) {
    return createTrace(numbers(record, "t"), numbers(record, "I"), row.trace);
  }
  const steps = titrationSteps(record), { voltage_V } = row;
  if (steps.length > 1 && voltage_V === null) {
    throw new DataError(
      `Cannot choose among the ${steps.length} potential steps of the record as the particle table must have a column voltage [V]: current value is none`,
      place,
    );
  }
  const distance = (rest_V: number) => Math.abs(rest_V - (voltage_V ?? rest_V));
  const nearest = steps.reduce((best, step) =>
    distance(step.rest_V) < distance(best.rest_V) ? step : best
  );
  if (Math.sign(nearest.step_V) !== Math.sign(row.step_V)) {
    throw new DataError(
      `Cannot use the potential step as it must have the sign of the table's dV: current values are ${nearest.step_V} V and ${row.step_V} V`,
      place,
    );
  }
  return nearest.trace;
}

function missing(
  id: string,
  table: Table,
  place: { file?: string },
): DataError {
  return new DataError(
    `Cannot use the particle table as it must have a column ${id}: current columns are ${
      table.columns.map((column) => column.id).join(", ")
    }`,
    place,
  );
}
