/** Seeded random numbers. */
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/**
 * A stream of random numbers that is wholly set by its seed.
 *
 * Streams of different keys are independent, so that tasks may draw in any
 * order and on any number of workers and still give the same result.
 */
export class Random {
  readonly #generator: RandomGenerator;
  #spare = NaN;

  /**
   * @param seed Seed of the run; any whole number.
   * @param keys What the stream is for, for example `"cracks", 17`: each
   * combination of seed and keys gives a stream of its own.
   * @throws {RangeError} If the seed is not a whole number.
   *
   * @example The same seed and keys give the same numbers
   * ```ts
   * import assert from "node:assert/strict";
   * import { Random } from "./random.ts";
   *
   * assert.equal(new Random(1, "a").uniform(), new Random(1, "a").uniform());
   * assert.notEqual(new Random(1, "a").uniform(), new Random(1, "b").uniform());
   * ```
   */
  constructor(seed: number, ...keys: (string | number)[]) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(
        `Cannot seed random numbers as the seed must be a whole number: current value is ${seed}`,
      );
    }
    const text = JSON.stringify([seed, ...keys]);
    this.#generator = xoroshiro128plusFromState(
      [0, 1, 2, 3].map((word) => hash(text, word)),
    );
  }

  /** A whole number from -2^31 to 2^31 - 1. */
  int32(): number {
    return this.#generator.next();
  }

  /** A number from 0 (included) to 1 (excluded), with 53 random bits. */
  uniform(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /**
   * A number from `low` (included) to `high` (excluded).
   *
   * @param low Lower end.
   * @param high Upper end.
   */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /**
   * A whole number from 0 to `count - 1`, all equally likely.
   *
   * @param count How many there are.
   * @throws {RangeError} If the count is not a positive whole number.
   */
  index(count: number): number {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot draw an index as the count must be a positive whole number: current value is ${count}`,
      );
    }
    return Math.floor(this.uniform() * count);
  }

  /** A number of the standard normal distribution (polar method of Marsaglia). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = NaN;
      return spare;
    }
    let u = 0, v = 0, s = 0;
    do {
      u = this.between(-1, 1);
      v = this.between(-1, 1);
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt(-2 * Math.log(s) / s);
    this.#spare = v * factor;
    return u * factor;
  }

  /**
   * A number of the gamma distribution (G. Marsaglia and W. W. Tsang, ACM
   * Trans. Math. Softw. 26, 363 (2000), doi:10.1145/358407.358414).
   *
   * @param shape Shape parameter, positive; the mean is `shape * scale`.
   * @param scale Scale parameter, positive.
   */
  gamma(shape: number, scale: number): number {
    if (shape < 1) {
      const boost = (1 - this.uniform()) ** (1 / shape);
      return boost * this.gamma(shape + 1, scale);
    }
    const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
    while (true) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - this.uniform();
      if (Math.log(u) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return scale * d * v;
      }
    }
  }

  /**
   * A count of the Poisson distribution.
   *
   * @param mean Mean, not negative; the work grows with it.
   */
  poisson(mean: number): number {
    // Sums of exponential waiting times, so that large means do not underflow.
    let count = -1;
    for (let time = 0; time <= mean; count++) {
      time -= Math.log(1 - this.uniform());
    }
    return count;
  }

  /** A unit vector, all directions equally likely. */
  direction(): [number, number, number] {
    const cos = this.between(-1, 1), angle = this.between(0, 2 * Math.PI);
    const sin = Math.sqrt(1 - cos * cos);
    return [cos, sin * Math.sin(angle), sin * Math.cos(angle)];
  }

  /**
   * Whole numbers 0 to `count - 1` in random order (Fisher and Yates).
   *
   * @param count How many there are.
   */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.index(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

/** FNV-1a, finished as in MurmurHash3, so that similar keys give distant seeds. */
function hash(text: string, word: number): number {
  let h = 0x811c9dc5 + word;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
