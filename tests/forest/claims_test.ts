import assert from "node:assert/strict";
import {
  figureOrder,
  judgeClaims,
  type ScoreClaim,
  scoreClaims,
} from "@cathode/forest/mod.ts";

function judged(
  claim: Omit<ScoreClaim, "sentence" | "attributes">,
  difference: number,
  interval: readonly [number, number],
  floors: readonly [number, number] = [1, 1],
) {
  const [first, second] = floors.map((floor) => ({
    scores: Float64Array.of(2),
    floor: Float64Array.of(floor),
  }));
  return judgeClaims(
    [{ sentence: "", attributes: ["Z"], ...claim }],
    [{ attribute: "Z", difference, interval, p: 0.5, q: 0.5 }],
    first!,
    second!,
  )[0]!.verdict;
}

Deno.test("judgeClaims() holds a claim only if the whole interval bears it out", () => {
  assert.equal(judged({ course: "rises" }, 2, [1, 3]), "holds");
  assert.equal(judged({ course: "rises" }, 2, [-1, 5]), "undecided");
  assert.equal(judged({ course: "rises" }, -2, [-3, -1]), "fails");
  assert.equal(judged({ course: "falls" }, -2, [-3, -1]), "holds");
  assert.equal(judged({ course: "falls" }, -2, [-5, 1]), "undecided");
  assert.equal(judged({ course: "falls" }, 2, [1, 3]), "fails");
});

Deno.test("judgeClaims() holds scores against their shadows", () => {
  const both = { course: "matters in both" } as const;
  assert.equal(judged(both, 0, [-1, 1]), "holds");
  assert.equal(judged(both, 0, [-1, 1], [1, 3]), "fails");
  const late = { course: "rises", negligibleAtFirst: true } as const;
  assert.equal(judged(late, 2, [1, 3]), "fails");
  assert.equal(judged(late, 2, [1, 3], [3, 1]), "holds");
});

Deno.test("judgeClaims() throws if an attribute has no difference", () => {
  const none = { scores: new Float64Array(0), floor: new Float64Array(0) };
  assert.throws(() => judgeClaims(scoreClaims, [], none, none), {
    name: "RangeError",
    message: /must have a difference: current value is Z/,
  });
});

Deno.test("scoreClaims name attributes of the figure", () => {
  for (const { attributes } of scoreClaims) {
    for (const attribute of attributes) {
      assert.ok(figureOrder.includes(attribute));
    }
  }
});
