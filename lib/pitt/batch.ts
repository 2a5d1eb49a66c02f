/** Many fits at once, and the table they make. */
import {
  createTable,
  DataError,
  mapInWorkers,
  type Table,
  type WorkerOptions,
} from "../core/mod.ts";
import {
  type Fit,
  type FitOptions,
  fitPublished,
  fitTrace,
  type PublishedOptions,
} from "./fit.ts";
import {
  characteristicTimes,
  kineticsOf,
  type StepConditions,
} from "./kinetics.ts";
import type { Interval } from "./region.ts";
import type { Trace } from "./trace.ts";

/** A trace to be fitted. */
export interface FitTask {
  /** The trace. */
  trace: Trace;
  /** Height of the potential step in V, signed. */
  step_V: number;
  /** Where the trace comes from, for messages. */
  file?: string;
  /** Which current to fit, and how. */
  method:
    | ({ model: "exact" } & FitOptions)
    | ({ model: "published" } & PublishedOptions);
}

/**
 * Fits one trace by the method of its task; what workers call.
 *
 * @param task The trace and the method.
 * @throws {DataError} As {@linkcode fitTrace} and {@linkcode fitPublished}.
 */
export function fitTask({ trace, step_V, file, method }: FitTask): Fit {
  try {
    return method.model === "exact"
      ? fitTrace(trace, step_V, method)
      : fitPublished(trace, step_V, method);
  } catch (error) {
    if (!(error instanceof DataError) || file === undefined) throw error;
    throw new DataError(error.message, { file });
  }
}

/**
 * Fits many traces in workers; the result does not depend on their number.
 *
 * @param tasks Traces and methods.
 * @param options Number of workers, progress.
 * @returns Fits in the order of the tasks.
 * @throws {DataError} As {@linkcode fitTask}, for the first trace that cannot be fitted.
 */
export function fitTraces(
  tasks: readonly FitTask[],
  options: WorkerOptions = {},
): Promise<Fit[]> {
  return mapInWorkers(
    { module: new URL(import.meta.url), name: fitTask.name },
    tasks,
    { step: "fitting traces", ...options },
  );
}

/** A fit with what it belongs to. */
export interface FitRow {
  /** Name of the particle. */
  particle: string;
  /** Name of the trace. */
  trace: string;
  /** The fit. */
  fit: Fit;
  /** Radius, temperature, slope of the potential. */
  conditions: StepConditions;
}

/** What a fit says about a particle of an assumed radius. */
export interface FittedKinetics {
  /** Diffusion coefficient in cm^2/s, null where only a limit is known. */
  readonly diffusivity_cm2_s: number | null;
  /** Its 95 % interval. */
  readonly diffusivityInterval_cm2_s: Interval;
  /** Exchange current density in A/cm^2, null where only a limit is known. */
  readonly exchange_A_cm2: number | null;
  /** Its 95 % interval. */
  readonly exchangeInterval_A_cm2: Interval;
  /** Biot number, null unless both are known. */
  readonly biot: number | null;
  /** Diffusion time in s, null where only a limit is known. */
  readonly diffusionTime_s: number | null;
  /** Reaction time in s, null where only a limit is known. */
  readonly reactionTime_s: number | null;
}

/**
 * Diffusion coefficient and exchange current density of a fit, with intervals.
 *
 * @param fit The fit.
 * @param conditions Radius, temperature, slope of the potential.
 * @throws {RangeError} As {@linkcode kineticsOf}.
 */
export function kineticsOfFit(
  { rates, diffusionRate_s, reactionRate_s }: Fit,
  conditions: StepConditions,
): FittedKinetics {
  const { diffusivity_cm2_s, exchange_A_cm2 } = kineticsOf(rates, conditions);
  const { diffusion_s, reaction_s } = characteristicTimes(rates);
  const known = (interval: Interval) =>
    interval.lower !== null && interval.upper !== null;
  const scaled = ({ lower, upper }: Interval, factor: number): Interval => ({
    lower: lower === null ? null : lower * factor,
    upper: upper === null ? null : upper * factor,
  });
  const knowsD = known(diffusionRate_s), knowsJ = known(reactionRate_s);
  return {
    diffusivity_cm2_s: knowsD ? diffusivity_cm2_s : null,
    diffusivityInterval_cm2_s: scaled(
      diffusionRate_s,
      diffusivity_cm2_s / rates.rate_s,
    ),
    exchange_A_cm2: knowsJ ? exchange_A_cm2 : null,
    exchangeInterval_A_cm2: scaled(
      reactionRate_s,
      exchange_A_cm2 / (rates.rate_s * rates.biot),
    ),
    biot: knowsD && knowsJ ? rates.biot : null,
    diffusionTime_s: knowsD ? diffusion_s : null,
    reactionTime_s: knowsJ ? reaction_s : null,
  };
}

/**
 * Table of fits, one row each; NaN where a quantity is not identifiable, with
 * its limit beside it.
 *
 * Columns: `particle`, `trace`, `model`, `radius`, `D`, `D lower`, `D upper`,
 * `j0`, `j0 lower`, `j0 upper`, `Biot`, `charge`, `offset`, `tauD`, `tauR`,
 * `rms`, `flags` (joined by blanks). Intervals are at the 95 % level.
 *
 * @param rows Fits with their particles.
 */
export function fitTable(rows: readonly FitRow[]): Table {
  const kinetics = rows.map(({ fit, conditions }) =>
    kineticsOfFit(fit, conditions)
  );
  const words = (id: string, value: (row: FitRow) => string) => ({
    id,
    unit: "",
    values: rows.map(value),
  });
  const numeric = (
    id: string,
    unit: string,
    value: (row: FitRow, k: FittedKinetics) => number | null,
  ) => ({
    id,
    unit,
    values: Float64Array.from(
      rows,
      (row, i) => value(row, kinetics[i]!) ?? NaN,
    ),
  });
  return createTable([
    words("particle", (row) => row.particle),
    words("trace", (row) => row.trace),
    words("model", (row) => row.fit.model),
    numeric("radius", "um", (row) => row.conditions.radius_um),
    numeric("D", "cm2/s", (_, k) => k.diffusivity_cm2_s),
    numeric("D lower", "", (_, k) => k.diffusivityInterval_cm2_s.lower),
    numeric("D upper", "", (_, k) => k.diffusivityInterval_cm2_s.upper),
    numeric("j0", "A/cm2", (_, k) => k.exchange_A_cm2),
    numeric("j0 lower", "", (_, k) => k.exchangeInterval_A_cm2.lower),
    numeric("j0 upper", "", (_, k) => k.exchangeInterval_A_cm2.upper),
    numeric("Biot", "", (_, k) => k.biot),
    numeric("charge", "C", (row) => row.fit.charge_C),
    numeric("offset", "A", (row) => row.fit.offset_A),
    numeric("tauD", "s", (_, k) => k.diffusionTime_s),
    numeric("tauR", "s", (_, k) => k.reactionTime_s),
    numeric("rms", "A", (row) => row.fit.rms_A),
    words("flags", (row) => row.fit.flags.join(" ")),
  ]);
}
