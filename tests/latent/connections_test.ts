import assert from "node:assert/strict";
import { Random } from "@cathode/core/mod.ts";
import {
  type Connection,
  connectionDifferences,
  connectionsOf,
  isStrong,
  pairCorrelations,
  permutationTest,
  seedStability,
} from "@cathode/latent/mod.ts";
import { assertClose, stats } from "../statistics/golden.ts";

Deno.test("pairCorrelations() agrees with SciPy and statsmodels", () => {
  const { X, pairs, bh } = stats.small;
  const columns = X[0]!.map((_, j) => Float64Array.from(X, (row) => row[j]!));
  for (const [i, found] of pairCorrelations(columns).entries()) {
    assert.deepEqual([found.a, found.b], [pairs[i]!.i, pairs[i]!.j]);
    assertClose(found.r, pairs[i]!.pearson);
    assertClose(found.p, pairs[i]!.p);
    assertClose(found.q, bh[i]!);
  }
});

Deno.test("isStrong() finds the 3 and the 9 true connections of the reference factors", () => {
  for (
    const [reference, count] of [[stats.factors_10, 3], [
      stats.factors_50,
      9,
    ]] as const
  ) {
    const strong = reference.r.filter((r, i) =>
      isStrong({ r, q: reference.bh[i]! })
    );
    assert.equal(strong.length, count);
  }
});

function connection(r: number, connected: boolean): Connection {
  return { a: 0, b: 1, r, p: 0, q: 0, presence: 1, connected };
}

Deno.test("connectionDifferences() agrees with the reference and names what changes", () => {
  for (const { r1, n1, r2, n2, p } of stats.diff_of_r) {
    const [found] = connectionDifferences(
      { connections: [connection(r1, true)], rows: n1 },
      { connections: [connection(r2, true)], rows: n2 },
    );
    assertClose(found!.p, p);
    if (r1 * r2 > 0) assert.equal(found!.kind, "common");
  }
  const kindOf = (
    [r1, first]: [number, boolean],
    [r2, second]: [number, boolean],
  ) =>
    connectionDifferences(
      { connections: [connection(r1, first)], rows: 2000 },
      { connections: [connection(r2, second)], rows: 2000 },
    )[0]?.kind;
  assert.equal(kindOf([0.02, false], [0.35, true]), "new");
  assert.equal(kindOf([0.35, true], [0.02, false]), "lost");
  assert.equal(kindOf([0.16, true], [0.14, false]), "undecided");
  assert.equal(kindOf([0.3, true], [-0.3, true]), "new");
  assert.equal(kindOf([0.02, false], [0.1, false]), undefined);
});

const rows = 400;

/** Three columns for two electrodes; the first two are correlated in the second electrode. */
function columns(correlation: number): Float64Array[] {
  const random = new Random(5);
  const draw = () =>
    Float64Array.from({ length: 2 * rows }, () => random.normal());
  const [x, y, z] = [draw(), draw(), draw()];
  const own = Math.sqrt(1 - correlation ** 2);
  return [
    x,
    y.map((v, i) => i < rows ? v : correlation * x[i]! + own * v),
    z,
  ];
}

Deno.test("connectionsOf() asks for the same sign in nine of ten seeds", () => {
  const scores = columns(0.5);
  const [x, y, z] = scores as [Float64Array, Float64Array, Float64Array];
  const dimensions = scores.map(() => ({
    name: "",
    explainedVariance: 0,
    loadings: new Float64Array(),
  }));
  const same = { dimensions, scores };
  // Turned round, which is no other sign of the connection.
  const turned = { dimensions, scores: [x.map((v) => -v), z, y] };
  // Here the second dimension has lost its tie to the first.
  const lost = {
    dimensions,
    scores: [x, y.map((v, i) => i < rows ? v : v - 0.5 * x[i]!), z],
  };
  const presences = [[same, turned], [same, turned, lost]].map((spaces) => {
    const range = [rows, 2 * rows] as const;
    const pairs = connectionsOf(spaces, seedStability(spaces), range);
    return pairs.filter(({ r }) => Math.abs(r) > 0.15)
      .map(({ presence, connected }) => ({ presence, connected }));
  });
  assert.deepEqual(presences[0], [{ presence: 1, connected: true }]);
  assert.deepEqual(presences[1], [{ presence: 2 / 3, connected: false }]);
});

Deno.test("permutationTest() finds a difference where there is one and takes the actual order for one of the permutations", () => {
  const ranges = [[0, rows], [rows, 2 * rows]] as const;
  const options = { permutations: 199, seed: 1 };
  const changed = permutationTest(columns(0.5), ranges, options);
  assert.equal(changed.pLargest, 1 / 200);
  assert.equal(changed.pDistance, 1 / 200);
  const [first, second] = ranges.map((range) =>
    pairCorrelations(columns(0.5), range)
  );
  const z = first!.map(({ r }, i) => Math.atanh(second![i]!.r) - Math.atanh(r));
  assertClose(changed.largest, Math.max(...z.map(Math.abs)));
  assertClose(changed.distance, Math.hypot(...z));
  const same = permutationTest(columns(0), ranges, options);
  assert.ok(same.pLargest > 0.05 && same.pDistance > 0.05);
  assert.deepEqual(permutationTest(columns(0), ranges, options), same);
});
