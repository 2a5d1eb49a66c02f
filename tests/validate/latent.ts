/** Long acceptance of the latent correlation: ten data sets with known factors, against the plain recipe and linear baselines. */
import { numbers, WorkerPool } from "@cathode/core/mod.ts";
import {
  analyseLatent,
  type AttributeScores,
  type AutoencoderSettings,
  chooseSettings,
  connectionDifferences,
  describeSpace,
  electrodeScores,
  isStrong,
  type LatentSpace,
  meanHeldOut,
  pairCorrelations,
  plainSettings,
  principalComponents,
  promax,
  shuffleAttributes,
  stableSettings,
  standardiseAttributes,
} from "@cathode/latent/mod.ts";
import { bestAssignment, mean, pearson } from "@cathode/statistics/mod.ts";
import {
  attributeFactors,
  type Cycles,
  factorConnections,
  synthesizeAttributeTable,
} from "@cathode/synthetic/mod.ts";

const rows = 2000, plainSeeds = 3;
const states: readonly Cycles[] = [10, 50];
const ids = attributeFactors.flatMap(({ loadings }) => Object.keys(loadings));
const factorNames = attributeFactors.map(({ name }) => name);

interface DataSet {
  readonly data: AttributeScores;
  /** Values of each factor for the particles of both electrodes. */
  readonly factors: readonly Float64Array[];
}

function dataSet(seed: number): DataSet {
  const made = states.map((cycles) =>
    synthesizeAttributeTable({ cycles, rows, seed, leak: false })
  );
  return {
    data: standardiseAttributes(
      made.map(({ table }, e) => ({ name: `${states[e]} cycles`, table })),
      ids,
    ),
    factors: factorNames.map((name) =>
      Float64Array.from(
        made.flatMap(({ factors }) => [...numbers(factors, name)]),
      )
    ),
  };
}

/** Right and wrong connections of an electrode. */
interface Marks {
  right: number;
  wrong: number;
}

/** Marks pairs of dimensions against the truth, each dimension standing for the factor that it resembles most. */
function mark(
  pairs: readonly { a: number; b: number; r: number }[],
  scores: readonly Float64Array[],
  factors: readonly Float64Array[],
  cycles: Cycles,
): Marks {
  const similarity = scores.map((score) =>
    factors.map((factor) => pearson(score, factor).r)
  );
  // Factors for dimensions, or dimensions for factors where there are more of these.
  const wide = scores.length > factors.length;
  const benefit = wide
    ? factors.map((_, f) => similarity.map((row) => row[f]!))
    : similarity;
  const found = bestAssignment(
    Float64Array.from(benefit.flat(), Math.abs),
    benefit.length,
    benefit[0]!.length,
  );
  const factorOf = (k: number) => wide ? found.indexOf(k) : found[k]!;
  const right = pairs.filter(({ a, b, r }) => {
    const [f, g] = [factorOf(a), factorOf(b)];
    const truth = factorConnections[cycles].find(([x, y]) =>
      x === factorNames[f] && y === factorNames[g] ||
      y === factorNames[f] && x === factorNames[g]
    );
    if (truth === undefined) return false;
    const sign = Math.sign(similarity[a]![f]! * similarity[b]![g]!);
    return sign * r * truth[2] > 0;
  }).length;
  return { right, wrong: pairs.length - right };
}

function add(total: Marks, { right, wrong }: Marks): void {
  total.right += right;
  total.wrong += wrong;
}

const none = (): Marks => ({ right: 0, wrong: 0 });

/** Rows of an electrode in the data of both. */
const rowsOf = (e: number): [number, number] => [e * rows, (e + 1) * rows];

/** Marks of single spaces of both electrodes, by strength and significance alone. */
function markSpace(
  { scores }: Pick<LatentSpace, "scores">,
  factors: readonly Float64Array[],
): Marks {
  const total = none();
  for (const [e, cycles] of states.entries()) {
    const pairs = pairCorrelations(scores, rowsOf(e))
      .filter((pair) => isStrong(pair));
    add(total, mark(pairs, scores, factors, cycles));
  }
  return total;
}

/**
 * Runs the acceptance.
 *
 * @param report Takes one line per figure.
 * @param count Number of data sets.
 * @returns Whether all figures are as they must be.
 */
export async function validate(
  report: (line: string) => void,
  count = 10,
): Promise<boolean> {
  let passed = true;
  const check = (line: string, isGood: boolean) => {
    report(`${line}${isGood ? "" : "  FAILED"}`);
    passed &&= isGood;
  };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  using pool = new WorkerPool();
  const seeds = Array.from({ length: 10 }, (_, i) => i + 1);

  // Chosen on a data set of its own, by reconstruction and match between seeds.
  const candidates = [8, 9, 10].flatMap((dimensions) =>
    [5e-3, 1e-2].map((sparsity): AutoencoderSettings => ({
      ...stableSettings,
      dimensions,
      sparsity,
    }))
  );
  const { settings, trials } = await chooseSettings(
    dataSet(100).data,
    candidates,
    seeds.slice(0, 3),
    pool,
  );
  for (const trial of trials) {
    report(
      `${trial.settings.dimensions} dimensions, sparsity ${trial.settings.sparsity}: held-out R2 ${
        trial.heldOut.toFixed(4)
      }, seed match ${trial.seedMatch.toFixed(3)}, least ${
        trial.leastMatch.toFixed(3)
      }`,
    );
  }
  check(
    `chosen blind: ${settings.dimensions} dimensions, sparsity ${settings.sparsity}`,
    settings.dimensions === factorNames.length,
  );

  const stable = none(), plain = none(), linear = none(), rotated = none();
  const stableMatch: number[] = [], plainMatch: number[] = [];
  const gain: number[] = [], plainGain: number[] = [];
  let changes = 0, shuffled = 0;
  for (let set = 1; set <= count; set++) {
    const { data, factors } = dataSet(set);
    const analysis = await analyseLatent(data, settings, seeds, pool);
    for (const [e, { connections }] of analysis.electrodes.entries()) {
      const connected = connections.filter((pair) => pair.connected);
      add(stable, mark(connected, analysis.space.scores, factors, states[e]!));
    }
    const [first, second] = analysis.electrodes;
    const kinds = connectionDifferences(first!, second!).map((d) => d.kind);
    const is = (kind: string) => kinds.filter((k) => k === kind).length;
    if (is("common") === 3 && is("new") === 6 && kinds.length === 9) changes++;
    stableMatch.push(analysis.stability.seedMatch);

    const components = principalComponents(
      data,
      settings.dimensions,
      analysis.split,
    );
    const reference = analysis.fits[analysis.stability.reference]!;
    gain.push(mean(reference.r2.heldOut) - mean(components.r2.heldOut));
    add(linear, markSpace(describeSpace(data, components.scores), factors));
    add(
      rotated,
      markSpace(describeSpace(data, promax(components).scores), factors),
    );

    // The paper's way: an encoder for each electrode. Each seed is marked for itself.
    for (const [e, cycles] of states.entries()) {
      const own = electrodeScores(data, e);
      const ownFactors = factors.map((f) => f.subarray(...rowsOf(e)));
      const separate = await analyseLatent(
        own,
        plainSettings,
        seeds.slice(0, plainSeeds),
        pool,
      );
      for (const { scores } of separate.spaces) {
        const pairs = pairCorrelations(scores).filter((pair) => isStrong(pair));
        add(plain, mark(pairs, scores, ownFactors, cycles));
      }
      plainMatch.push(separate.stability.seedMatch);
      plainGain.push(
        meanHeldOut(separate) - mean(
          principalComponents(own, plainSettings.dimensions, separate.split)
            .r2.heldOut,
        ),
      );
    }
    if (set <= 2) {
      const control = await analyseLatent(
        shuffleAttributes(data, set),
        settings,
        seeds,
        pool,
      );
      for (const { connections } of control.electrodes) {
        shuffled += connections.filter((pair) => pair.connected).length;
      }
    }
    report(
      `after ${set} data sets: ${stable.right} right, ${stable.wrong} wrong, seed match ${
        stableMatch.at(-1)!.toFixed(3)
      }`,
    );
  }
  const truth = count * states.reduce(
    (sum, cycles) => sum + factorConnections[cycles].length,
    0,
  );
  const found = stable.right / truth;
  const wrong = stable.wrong / Math.max(1, stable.right + stable.wrong);
  check(`finds ${percent(found)} of the true connections (90)`, found >= 0.9);
  check(`${percent(wrong)} of those found are false (10)`, wrong <= 0.1);
  check(
    `tells 3 common and 6 new connections in ${changes} of ${count} data sets (9 in 10)`,
    changes >= 0.9 * count,
  );
  check(
    `seed match ${mean(stableMatch).toFixed(3)}, least ${
      Math.min(...stableMatch).toFixed(3)
    } (0.95)`,
    mean(stableMatch) >= 0.95,
  );
  check(
    `held-out R2 of the reference seed less that of as many principal components: ${
      mean(gain).toFixed(4)
    }, least ${Math.min(...gain).toFixed(4)} (-0.001)`,
    mean(gain) >= -0.001,
  );
  check(`column-shuffled data: ${shuffled} connections (0)`, shuffled === 0);
  const baseline = (name: string, { right, wrong }: Marks, runs: number) =>
    report(
      `${name}: ${percent(right / (truth * runs))} found, ${
        percent(wrong / Math.max(1, right + wrong))
      } of those found are false`,
    );
  baseline("plain separate autoencoders, per seed", plain, plainSeeds);
  report(
    `their seed match ${
      mean(plainMatch).toFixed(3)
    }, held-out R2 less that of principal components ${
      mean(plainGain).toFixed(4)
    }`,
  );
  baseline("principal components", linear, 1);
  baseline("principal components with promax", rotated, 1);
  return passed;
}
