/** Long acceptance of the fits of current traces: coverage of regions and intervals, blind recovery, limits. */
import { Random } from "@cathode/core/mod.ts";
import {
  expectedErrors,
  type Fit,
  fitTraces,
  type Rates,
  regionContains,
  relativeCurrents,
  type Trace,
} from "@cathode/pitt/mod.ts";

const noise_A = 3e-13;
const duration_s = 1200;

interface Draw {
  rates: Rates;
  charge_C: number;
  trace: Trace;
}

/** A noisy trace with an offset from the distribution that the fit assumes, unless it is given. */
function draw(
  rates: Rates,
  charge_C: number,
  random: Random,
  offset_A: number = noise_A * random.normal(),
): Draw {
  const time_s = Float64Array.from({ length: duration_s }, (_, i) => i + 1);
  const current_A = relativeCurrents(rates.biot, rates.rate_s, time_s)
    .map((f) =>
      -3 * rates.rate_s * charge_C * f + offset_A + noise_A * random.normal()
    );
  return { rates, charge_C, trace: { time_s, current_A } };
}

/** Rates and charges as the paper's particles have them: k by D and radius, B 0.25 to 2.5. */
function paperDraws(count: number, seed: number, offset_A?: number): Draw[] {
  return Array.from({ length: count }, (_, i) => {
    const random = new Random(seed, "validate pitt", i);
    const radius_um = random.between(2.5, 7.5);
    const rates = {
      rate_s: 4e-4 * 12.5 ** random.uniform(),
      biot: 0.25 * 10 ** random.uniform(),
    };
    const charge_C = 2e-8 * (radius_um / 5) ** 3;
    return draw(rates, charge_C, random, offset_A);
  });
}

function fit(draws: readonly Draw[], region: boolean): Promise<Fit[]> {
  return fitTraces(draws.map(({ trace }) => ({
    trace,
    step_V: -0.015,
    method: { model: "exact", region },
  })));
}

function holds(
  { lower, upper }: { lower: number | null; upper: number | null },
  truth: number,
): boolean {
  return (lower === null || lower <= truth) &&
    (upper === null || upper >= truth);
}

/**
 * Runs the acceptance.
 *
 * @param report Takes one line per figure.
 * @returns Whether all figures are as they must be.
 */
export async function validate(
  report: (line: string) => void,
): Promise<boolean> {
  let passed = true;
  const check = (line: string, isGood: boolean) => {
    report(`pitt: ${line}${isGood ? "" : "  FAILED"}`);
    passed &&= isGood;
  };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

  const draws = paperDraws(1000, 1), fits = await fit(draws, true);
  const share = (test: (fit: Fit, draw: Draw) => boolean) =>
    fits.filter((f, i) => test(f, draws[i]!)).length / fits.length;
  const inRegion = share((f, d) => regionContains(f.region!, d.rates));
  check(
    `95 % regions of (k B, k) cover the truth in ${
      percent(inRegion)
    } of 1,000 traces (93 to 97)`,
    inRegion >= 0.93 && inRegion <= 0.97,
  );
  const inD = share((f, d) => holds(f.diffusionRate_s, d.rates.rate_s));
  const inJ = share((f, d) =>
    holds(f.reactionRate_s, d.rates.rate_s * d.rates.biot)
  );
  check(
    `95 % intervals cover k in ${percent(inD)} and k B in ${
      percent(inJ)
    } (93 to 97)`,
    Math.min(inD, inJ) >= 0.93 && Math.max(inD, inJ) <= 0.97,
  );

  const scores = fits.map((f, i) => {
    const { rates, charge_C } = draws[i]!;
    const bound = expectedErrors({
      rates,
      charge_C,
      noise_A,
      interval_s: 1,
      duration_s,
      offset_A: noise_A,
    });
    return {
      reaction:
        Math.log(f.rates.rate_s * f.rates.biot / rates.rate_s / rates.biot) /
        bound.lnReaction,
      diffusion: Math.log(f.rates.rate_s / rates.rate_s) / bound.lnDiffusion,
      identifiable: bound.lnDiffusion < 0.2,
    };
  });
  const worst = (values: number[]) => Math.max(...values.map(Math.abs));
  const reaction = worst(scores.map((s) => s.reaction));
  const diffusion = worst(
    scores.filter((s) => s.identifiable).map((s) => s.diffusion),
  );
  check(
    `largest error of B D is ${
      reaction.toFixed(2)
    } Cramer-Rao standard deviations (4)`,
    reaction <= 4,
  );
  check(
    `largest error of D where its bound is below 20 % is ${
      diffusion.toFixed(2)
    } standard deviations (4)`,
    diffusion <= 4,
  );

  // A current without offset, as in the reference traces, fitted with the default prior.
  const plain = paperDraws(300, 2, 0), plainFits = await fit(plain, true);
  const covered =
    plainFits.filter((f, i) => regionContains(f.region!, plain[i]!.rates))
      .length /
    plain.length;
  report(
    `pitt: without offset in truth, regions cover ${
      percent(covered)
    } of 300 (the prior then widens them)`,
  );
  const plainScores = plainFits.map((f, i) => {
    const { rates, charge_C } = plain[i]!;
    const bound = expectedErrors({
      rates,
      charge_C,
      noise_A,
      interval_s: 1,
      duration_s,
    });
    return Math.log(f.rates.rate_s * f.rates.biot / rates.rate_s / rates.biot) /
      bound.lnReaction;
  });
  const beyond = plainScores.filter((s) => Math.abs(s) > 4).length;
  report(
    `pitt: without offset in truth, B D is more than 4 of the bounds that know this from the truth in ${beyond} of 300: the price of not knowing it`,
  );

  // Where only a bound is known it must hold.
  const extremes = [0.01, 0.02, 0.05, 30, 100, 300, 1000].flatMap((biot, b) =>
    Array.from({ length: 30 }, (_, i) => {
      const random = new Random(3, "validate pitt limits", b, i);
      // Rates for which most of the charge passes in the window.
      const rate_s = biot < 1 ? 1e-3 / (3 * biot) : 2e-3;
      return draw({ rate_s, biot }, 2e-8, random);
    })
  );
  const limits = await fit(extremes, false);
  const kept = limits.filter((f, i) => {
    const { rates } = extremes[i]!;
    return holds(f.diffusionRate_s, rates.rate_s) &&
      holds(f.reactionRate_s, rates.rate_s * rates.biot);
  }).length;
  const oneSided =
    limits.filter((f) =>
      f.flags.includes("D-one-sided") || f.flags.includes("j0-one-sided")
    ).length;
  check(
    `at B 0.01 to 0.05 and 30 to 1000, ${oneSided} of ${limits.length} fits give a limit on one side; intervals and limits hold in ${
      percent(kept / limits.length)
    } (88 or more, two intervals each)`,
    kept / limits.length >= 0.88,
  );
  return passed;
}

if (import.meta.main) {
  const passed = await validate(console.log);
  if (!passed) Deno.exitCode = 1;
}
