/** Newton's method for the problems that remain on the interface after condensation. */
import { factorLu, type LuFactor, solveLu } from "./dense.ts";
import { gmres } from "./krylov.ts";

const newtonLimit = 60;
/** Of the linear systems; what Newton's method leaves is of the order of its product with the last step. */
const solverTolerance = 1e-5;
/** Steps of Newton's method at which to stop, relative to the scale of the unknowns. */
const smallStep = 1e-5;

/** A dense nonlinear system. */
export interface InterfaceProblem {
  /** What is solved for, for messages. */
  readonly name: string;
  /** Size of typical unknowns. */
  readonly scale: number;
  /** Longest step to take at once, in scales: beyond, the linearisation says nothing. */
  readonly longestStep: number;
  /** Name of the particle that an unknown belongs to, for messages. */
  particleOf(unknown: number): string;
  /** Residual at the unknowns; sets the Jacobian too. */
  evaluate(unknowns: Float64Array): Float64Array;
  /** Product of the Jacobian and a vector. */
  product(vector: Float64Array): Float64Array;
  /** The Jacobian, row by row. */
  dense(): Float64Array;
}

/**
 * Solves problems whose Jacobian changes little from one to the next: its
 * factors are kept as preconditioner of GMRES until its iterations have cost
 * more than new ones.
 */
export class InterfaceSolver {
  #factor: LuFactor | undefined;
  #iterations = 0;

  /**
   * Newton's method from a start.
   *
   * @param problem The problem.
   * @param unknowns The start; overwritten by the solution.
   * @throws {RangeError} If it does not converge; the message names a particle.
   */
  solve(problem: InterfaceProblem, unknowns: Float64Array): void {
    const { name, scale, longestStep } = problem;
    for (let iteration = 0;; iteration++) {
      const step = this.#linear(problem, problem.evaluate(unknowns));
      let largest = 0, at = 0;
      for (let k = 0; k < step.length; k++) {
        const size = Math.abs(step[k]!) / scale;
        // Written so that it takes a value that is not a number, too.
        if (!(size <= largest)) [largest, at] = [size, k];
      }
      if (!(iteration < newtonLimit && largest < Infinity)) {
        throw new RangeError(
          `Cannot solve the ${name} at the interface as Newton's method must converge within ${newtonLimit} iterations: current value is a change of ${
            largest.toExponential(1)
          } of its scale at ${
            problem.particleOf(at)
          }; use more steps per phase`,
        );
      }
      const damping = Math.min(1, longestStep / largest);
      for (let k = 0; k < step.length; k++) unknowns[k]! -= damping * step[k]!;
      if (largest < smallStep) return;
    }
  }

  /** Forgets the factors, before problems of another kind. */
  forget(): void {
    this.#factor = undefined;
  }

  #linear(problem: InterfaceProblem, residual: Float64Array): Float64Array {
    // An iteration takes some 4 n^2 operations, a factor 2/3 n^3.
    if (this.#factor !== undefined && this.#iterations < residual.length) {
      const kept = this.#factor;
      const solved = gmres(
        (v) => problem.product(v),
        residual,
        (r) => solveLu(kept, r),
        solverTolerance,
        10,
      );
      this.#iterations += solved.iterations;
      if (solved.residual <= solverTolerance) return solved.solution;
    }
    this.#factor = factorLu(problem.dense(), residual.length);
    this.#iterations = 0;
    return solveLu(this.#factor, residual);
  }
}
