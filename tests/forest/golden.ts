/** Reference forests of `tests/golden/forests`, and samples for tests. */
import assert from "node:assert/strict";
import { projectPath, Random } from "@cathode/core/mod.ts";
import {
  createFeatures,
  type Features,
  type Samples,
  type Tree,
} from "@cathode/forest/mod.ts";

const folder = projectPath("tests/golden/forests");

/** Text of a reference file, by the beginning of its name. */
export function goldenText(beginning: string): string {
  const [entry] = [...Deno.readDirSync(folder)].filter(({ name }) =>
    name.startsWith(beginning)
  );
  assert.ok(entry, `no reference file ${beginning}`);
  return Deno.readTextFileSync(`${folder}/${entry.name}`);
}

/** Features from samples as rows, named `x0`, `x1`, ... */
export function fromRows(rows: readonly (readonly number[])[]): Features {
  const ids = rows[0]!.map((_, f) => `x${f}`);
  return createFeatures(ids, ids.map((_, f) => rows.map((row) => row[f]!)));
}

/** Random attributes with a target that depends on the first three. */
export function randomSamples(
  rows: number,
  attributes: number,
  seed: number,
): Samples {
  const random = new Random(seed, "samples of a test");
  const X = Array.from(
    { length: rows },
    () => Array.from({ length: attributes }, () => random.normal()),
  );
  const target = Float64Array.from(
    X,
    (x) => Math.tanh(2 * x[0]!) + x[1]! * x[2]! + 0.2 * random.normal(),
  );
  return { features: fromRows(X), target };
}

/** A tree with random splits and covers, not grown on anything. */
export function randomTree(
  attributes: number,
  splits: number,
  seed: number,
): Tree {
  const random = new Random(seed, "tree of a test");
  const childrenLeft = [-1], childrenRight = [-1], feature = [-2];
  const threshold = [-2], value = [random.normal()], cover = [1000];
  for (let s = 0; s < splits; s++) {
    const leaves = [...childrenLeft.keys()].filter((i) => childrenLeft[i]! < 0);
    const node = leaves[random.index(leaves.length)]!;
    childrenLeft[node] = childrenLeft.length;
    childrenRight[node] = childrenLeft.length + 1;
    feature[node] = random.index(attributes);
    threshold[node] = random.normal();
    const share = random.between(0.1, 0.9);
    for (const part of [share, 1 - share]) {
      childrenLeft.push(-1);
      childrenRight.push(-1);
      feature.push(-2);
      threshold.push(-2);
      value.push(random.normal());
      cover.push(part * cover[node]!);
    }
  }
  return {
    childrenLeft: Int32Array.from(childrenLeft),
    childrenRight: Int32Array.from(childrenRight),
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    value: Float64Array.from(value),
    cover: Float64Array.from(cover),
  };
}

/** Throws unless two numbers differ by at most a tolerance. */
export function assertNear(
  actual: number,
  expected: number,
  tolerance: number,
  what = "value",
): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual} is not within ${tolerance} of ${expected}`,
  );
}
