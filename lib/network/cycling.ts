/** Cycling of the finite-element network. */
import { mapInWorkers, type Progress, silent } from "../core/mod.ts";
import { condensedStepper } from "./condensed.ts";
import { fieldsOf } from "./fields.ts";
import { createModel, type NetworkModel } from "./model.ts";
import { monolithicStepper } from "./monolithic.ts";
import { assertNetworkParameters } from "./parameter_files.ts";
import type { NetworkParameters } from "./parameters.ts";
import { cycleStates, type NetworkRun, Recorder } from "./run.ts";
import type { Stepper } from "./state.ts";

/** Choices of {@linkcode runNetwork}. */
export interface RunOptions {
  /** Number of cycles. */
  readonly cycles: number;
  /** Takes news of the run. */
  readonly progress?: Progress;
  /** Ends the run early; what there is by then is returned, marked as not complete. */
  readonly signal?: AbortSignal;
  /** Takes the run so far at the end of each cycle. */
  readonly onCycle?: (run: NetworkRun) => void | Promise<void>;
}

/**
 * Cycles a network: from the discharged state, charge and discharge between
 * two mean stoichiometries at constant current, within voltage limits.
 *
 * A phase ends at its mean stoichiometry, to within half a time step. Where a
 * voltage limit is reached before, the step is taken at the limit; the phase
 * ends with it, or holds the voltage until the current has fallen to a share
 * (`operation.holdUntil`).
 *
 * Time is divided into equal steps (backward Euler); in each, the damage of the
 * step before acts on the resistance. Voltages are of first order in the step.
 *
 * @param parameters The case.
 * @param options Number of cycles, progress, interruption.
 * @returns The course, with the state at rest as its first entry.
 * @throws {DataError} If a parameter breaks its rule.
 * @throws {RangeError} If the layout cannot be meshed, the number of cycles is
 * not a positive whole number, or a step does not converge; the message names
 * the step.
 *
 * @example One charge of a coarse network
 * ```ts
 * import assert from "node:assert/strict";
 * import { readNetworkParameters, runNetwork } from "./mod.ts";
 *
 * const { parameters } = await readNetworkParameters("three");
 * const coarse = { edgesPerCircle: 24, farSize_m: 2e-6, stepsPerPhase: 5 };
 * const run = await runNetwork({ ...parameters, discretisation: coarse }, { cycles: 1 });
 * assert.equal(run.time_s.length, 1 + 2 * 5);
 * ```
 */
export async function runNetwork(
  parameters: NetworkParameters,
  options: RunOptions,
): Promise<NetworkRun> {
  const { cycles, progress = silent, signal, onCycle } = options;
  assertNetworkParameters(parameters);
  if (!Number.isInteger(cycles) || cycles < 1) {
    throw new RangeError(
      `Cannot cycle the network as the number of cycles must be a positive whole number: current value is ${cycles}`,
    );
  }
  const step = `cycling ${parameters.name}`;
  progress(step, 0);
  const model = createModel(parameters);
  const recorder = new Recorder(model), { run } = recorder;
  for (const moment of cycleStates(model, stepperFor(model), cycles)) {
    const { state, cycle, phase, share, isLast } = moment;
    recorder.add(moment);
    if (phase === "charge" && isLast && (cycle === 1 || cycle === cycles)) {
      run.fields.push({ ...fieldsOf(model, state), cycle, phase });
    }
    if (phase === "discharge" && isLast) {
      run.complete = cycle === cycles;
      await onCycle?.(run);
    }
    // Timers and signals have their turn.
    if (run.time_s.length % 5 === 0) await new Promise((go) => setTimeout(go));
    if (signal?.aborted && !run.complete) return run;
    progress(step, share);
  }
  return run;
}

/**
 * Cycles several networks side by side in workers; see {@linkcode runNetwork}.
 *
 * @param parameterSets The cases.
 * @param options Number of cycles and progress.
 * @returns One run per case, in their order.
 */
export async function runNetworks(
  parameterSets: readonly NetworkParameters[],
  options: Pick<RunOptions, "cycles" | "progress">,
): Promise<NetworkRun[]> {
  const { cycles, progress = silent } = options;
  return await mapInWorkers(
    { module: new URL(import.meta.url), name: "runNetworkItem" },
    parameterSets.map((parameters) => ({ parameters, cycles })),
    { progress, step: "cycling networks" },
  );
}

/** One item of {@linkcode runNetworks}, called in a worker. */
export function runNetworkItem(
  { parameters, cycles }: { parameters: NetworkParameters; cycles: number },
): Promise<NetworkRun> {
  return runNetwork(parameters, { cycles });
}

/** The condensed stepper where it is exact, the monolithic one elsewhere. */
function stepperFor(model: NetworkModel): Stepper {
  const { diffusivity, stressCoupling } = model.parameters.activeMaterial;
  return diffusivity.dips.length === 0 && stressCoupling === 0
    ? condensedStepper(model)
    : monolithicStepper(model);
}
