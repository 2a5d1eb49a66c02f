/** Long acceptance of the network model: synchronisation in every case, convergence, the scan of the parameters. */
import {
  type CycleSummary,
  damageSpread,
  judgeSynchronisation,
  type NetworkParameters,
  readNetworkParameters,
  reducedCaseAt,
  runNetworks,
  runReducedNetworks,
  sampleScan,
  summariseCycles,
  withoutFeedback,
} from "@cathode/network/mod.ts";

const relative = (cycle: CycleSummary) => cycle.damageSpread / cycle.meanDamage;

/**
 * Runs the acceptance.
 *
 * @param report Takes one line per result.
 * @returns Whether all of it passed.
 */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  let passed = true;
  const check = (line: string, isGood: boolean) => {
    report(`network: ${line}${isGood ? "" : "  FAILED"}`);
    passed &&= isGood;
  };
  for (const name of ["three", "eight", "three-plane"]) {
    await checkSynchronisation(name, check);
  }
  await checkConvergence(check);
  await checkScan(check);
  return passed;
}

type Check = (line: string, isGood: boolean) => void;

/** Spreads over 15 cycles, against the twin without feedback. */
async function checkSynchronisation(name: string, check: Check) {
  const { parameters } = await readNetworkParameters(name);
  const runs = await runNetworks(
    [parameters, withoutFeedback(parameters)],
    { cycles: 15 },
  );
  const [on, off] = runs.map(summariseCycles) as [
    CycleSummary[],
    CycleSummary[],
  ];
  const spreads = on.map((cycle) => cycle.concentrationSpread);
  const fall = spreads[0]! / spreads[4]!;
  check(
    `${name}: spread of C/Cmax ${spreads[0]!.toFixed(4)} in cycle 1, ${
      spreads[4]!.toFixed(4)
    } in cycle 5, a factor of ${fall.toFixed(1)} (4 or more)`,
    fall >= 4,
  );
  const later = Math.max(...spreads.slice(4, 10)) / spreads[0]!;
  check(
    `${name}: it stays below ${
      later.toFixed(2)
    } of its first value to cycle 10 (0.5)`,
    later < 0.5,
  );
  const damages = relative(on[14]!) / relative(on[0]!);
  check(
    `${name}: spread of damage over its mean falls to ${
      damages.toFixed(2)
    } of its first value by cycle 15 (0.67), mean damage ${
      on[14]!.meanDamage.toFixed(2)
    }, highest voltage ${on[14]!.highestVoltage_V.toFixed(2)} V`,
    damages < 2 / 3,
  );
  const twin = off.slice(1).map((cycle) => cycle.concentrationSpread);
  const drift = Math.max(
    ...twin.map((spread) => Math.abs(spread / twin[0]! - 1)),
  );
  const growth = off[14]!.damageSpread / off[0]!.damageSpread;
  check(
    `${name}: without feedback the spread of C/Cmax drifts by ${
      (100 * drift).toFixed(2)
    } % from cycle 2 on (5), that of damage grows by ${growth.toFixed(2)}`,
    drift < 0.05 && growth > 1,
  );
  const run = runs[0]!;
  const at = (share: number) =>
    run.time_s.findIndex((t) => Math.abs(t / 720 - share) < 1e-9);
  const early = damageSpread(run, at(0.4)) / damageSpread(run, at(0.5));
  check(
    `${name}: at t/tau = 0.4 the spread of damage is ${
      early.toFixed(2)
    } of that at 0.5 (0.5)`,
    early < 0.5,
  );
}

/** Quantities of the figures, on finer meshes and with smaller steps. */
async function checkConvergence(check: Check) {
  const { parameters } = await readNetworkParameters("three");
  const with_ = (
    change: Partial<NetworkParameters["discretisation"]>,
  ): NetworkParameters => ({
    ...parameters,
    discretisation: { ...parameters.discretisation, ...change },
  });
  const [standard, finer, smaller] = await runNetworks([
    parameters,
    with_({ edgesPerCircle: 128, farSize_m: 0.4e-6 }),
    with_({ stepsPerPhase: 200 }),
  ], { cycles: 10 });
  for (
    const [what, run] of [["mesh halved", finer], [
      "step quartered",
      smaller,
    ]] as const
  ) {
    const pairs = summariseCycles(standard!).map((cycle, k) =>
      [cycle, summariseCycles(run!)[k]!] as const
    );
    const largest = (value: (cycle: CycleSummary) => number) =>
      Math.max(...pairs.map(([a, b]) => Math.abs(value(a) - value(b))));
    const spread = largest((cycle) => cycle.concentrationSpread);
    const damage = largest((cycle) => cycle.damageSpread);
    const mean = largest((cycle) => cycle.meanDamage);
    const voltage = largest((cycle) => cycle.highestVoltage_V);
    check(
      `${what}: changes over 10 cycles: spread of C/Cmax ${
        spread.toFixed(4)
      } (0.004), of damage ${damage.toFixed(4)} (0.005), mean damage ${
        mean.toFixed(4)
      } (0.005), voltage ${voltage.toFixed(3)} V (0.03)`,
      spread < 0.004 && damage < 0.005 && mean < 0.005 && voltage < 0.03,
    );
  }
}

/** Shares of 1,500 parameter sets in which particles fall into step, and the time they take. */
async function checkScan(check: Check) {
  const { parameters } = await readNetworkParameters("three");
  const points = sampleScan(1500, 1);
  for (const hasFeedback of [true, false]) {
    const base = hasFeedback ? parameters : withoutFeedback(parameters);
    const start = performance.now();
    const runs = await runReducedNetworks(
      points.map((point) => reducedCaseAt(base, point)),
      { cycles: 40 },
    );
    const seconds = (performance.now() - start) / 1000;
    const judged = runs.map(judgeSynchronisation)
      .filter(({ isVisible }) => isVisible);
    const alive = judged.filter(({ isDying }) => !isDying);
    const concentrations = alive.filter((j) => j.concentrations);
    const both = concentrations.filter((j) => j.damages).length;
    check(
      `scan, feedback ${
        hasFeedback ? "on" : "off"
      }: of ${judged.length} sets with a visible first spread ${alive.length} stay alive, ${concentrations.length} of these fall into step in C/Cmax, ${both} in damage too; ${
        seconds.toFixed(0)
      } s`,
      hasFeedback
        ? concentrations.length > 0.1 * alive.length && both > 0
        : concentrations.length === 0,
    );
  }
}
