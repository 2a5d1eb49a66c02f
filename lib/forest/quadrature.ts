/** Gauss-Legendre quadrature. */

/** Nodes and weights of a rule. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const rules = new Map<number, Quadrature>();

/**
 * Gauss-Legendre rule on the interval from 0 to 1, exact for polynomials up to
 * degree `2 count - 1`.
 *
 * Nodes are the zeros of the Legendre polynomial, by Newton's method from
 * their asymptotic places (NIST Digital Library of Mathematical Functions,
 * 3.5(v), https://dlmf.nist.gov/3.5#v).
 *
 * @param count Number of nodes, at least 1.
 *
 * @example A cube
 * ```ts
 * import assert from "node:assert/strict";
 * import { gaussLegendre } from "./quadrature.ts";
 *
 * const { nodes, weights } = gaussLegendre(2);
 * const integral = weights[0]! * nodes[0]! ** 3 + weights[1]! * nodes[1]! ** 3;
 * assert.ok(Math.abs(integral - 1 / 4) < 1e-15);
 * ```
 */
export function gaussLegendre(count: number): Quadrature {
  const known = rules.get(count);
  if (known !== undefined) return known;
  const nodes = new Float64Array(count), weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (count + 0.5)), slope = 0;
    for (let step = 0; step < 100; step++) {
      let before = 1, value = x;
      for (let k = 2; k <= count; k++) {
        [before, value] = [
          value,
          ((2 * k - 1) * x * value - (k - 1) * before) / k,
        ];
      }
      slope = count * (x * value - before) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    nodes[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  const rule = { nodes, weights };
  rules.set(count, rule);
  return rule;
}
