import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "@cathode/core/mod.ts";
import {
  combine,
  conjugateGradients,
  diagonalPreconditioner,
  factorLdl,
  factorLu,
  factorSparseLu,
  gmres,
  incompleteCholesky,
  invert,
  mapOf,
  multiply,
  multiplyDense,
  nestedDissection,
  solveLdl,
  solveLu,
  solveSparseLu,
  type SparseMatrix,
  sparseMatrix,
  submatrix,
  transpose,
  Triplets,
} from "@cathode/network/mod.ts";

/** Five-point Laplacian on a grid, with its coordinates. */
function laplacian(width: number): [SparseMatrix, Float64Array] {
  const entries = new Triplets(),
    coordinates = new Float64Array(2 * width ** 2);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x;
      coordinates.set([x, y], 2 * k);
      entries.add(k, k, 4);
      if (x > 0) entries.add(k, k - 1, -1);
      if (x < width - 1) entries.add(k, k + 1, -1);
      if (y > 0) entries.add(k, k - width, -1);
      if (y < width - 1) entries.add(k, k + width, -1);
    }
  }
  return [sparseMatrix(width ** 2, entries), coordinates];
}

/** Eigenvector of the Laplacian with its eigenvalue: the solution in closed form. */
function eigenpair(
  width: number,
  p: number,
  q: number,
): [Float64Array, number] {
  const h = Math.PI / (width + 1);
  const vector = Float64Array.from(
    { length: width ** 2 },
    (_, k) =>
      Math.sin(p * h * (k % width + 1)) *
      Math.sin(q * h * (Math.floor(k / width) + 1)),
  );
  return [vector, 4 - 2 * Math.cos(p * h) - 2 * Math.cos(q * h)];
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return Math.max(...a.map((value, k) => Math.abs(value - b[k]!)));
}

Deno.test("nestedDissection() orders every unknown once", () => {
  const [matrix, coordinates] = laplacian(37);
  const order = nestedDissection(matrix, coordinates);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 37 ** 2 }, (_, k) => k),
  );
});

Deno.test("nestedDissection() keeps the factors sparser than the order by rows", () => {
  const [matrix, coordinates] = laplacian(60);
  const byRows = Int32Array.from({ length: 3600 }, (_, k) => k);
  const dissected = factorLdl(matrix, nestedDissection(matrix, coordinates));
  assert.ok(
    dissected.values.length < 0.5 * factorLdl(matrix, byRows).values.length,
  );
});

Deno.test("solveLdl(), conjugateGradients() and solveSparseLu() invert the Laplacian as its eigenvectors say", () => {
  const [matrix, coordinates] = laplacian(50);
  const [vector, value] = eigenpair(50, 2, 5);
  const expected = vector.map((v) => v / value);
  const order = nestedDissection(matrix, coordinates);
  const solutions = [
    solveLdl(factorLdl(matrix, order), vector),
    solveSparseLu(factorSparseLu(matrix, order), vector),
    conjugateGradients(mapOf(matrix), vector, incompleteCholesky(matrix), 1e-13)
      .solution,
    conjugateGradients(
      mapOf(matrix),
      vector,
      diagonalPreconditioner(matrix),
      1e-13,
    ).solution,
  ];
  for (const solution of solutions) {
    assert.ok(largestDifference(solution, expected) < 1e-10);
  }
});

Deno.test("incompleteCholesky() takes fewer iterations than the diagonal", () => {
  const [matrix] = laplacian(60), b = new Float64Array(3600).fill(1);
  const count = (precondition: (r: Float64Array) => Float64Array) =>
    conjugateGradients(mapOf(matrix), b, precondition, 1e-10).iterations;
  assert.ok(
    count(incompleteCholesky(matrix)) <
      count(diagonalPreconditioner(matrix)) / 2,
  );
});

Deno.test("factorLdl() throws if the matrix is not positive definite", () => {
  const entries = new Triplets();
  entries.add(0, 0, -1);
  assert.throws(() => factorLdl(sparseMatrix(1, entries), Int32Array.of(0)), {
    name: "RangeError",
    message:
      "Cannot factorise the matrix as it must be positive definite: current value is a pivot of -1 at unknown 0",
  });
});

Deno.test("sparseMatrix() sums entries and sorts columns whatever their order", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(6), fc.nat(6), fc.integer({ min: -9, max: 9 }))),
    (list) => {
      const entries = new Triplets(), dense = new Float64Array(49);
      for (const [i, j, a] of list) {
        entries.add(i, j, a);
        dense[7 * i + j]! += a;
      }
      const matrix = sparseMatrix(7, entries);
      const vector = Float64Array.of(3, -1, 4, 1, -5, 9, 2);
      assert.deepEqual(multiply(matrix, vector), multiplyDense(dense, vector));
      for (let row = 0; row < 7; row++) {
        const columns = matrix.columns
          .subarray(matrix.starts[row]!, matrix.starts[row + 1]!);
        for (let k = 1; k < columns.length; k++) {
          assert.ok(columns[k]! > columns[k - 1]!);
        }
      }
    },
  ));
});

Deno.test("submatrix(), transpose() and combine() agree with their dense meaning", () => {
  const entries = new Triplets();
  for (
    const [i, j, a] of [[0, 1, 2], [1, 0, 3], [2, 2, 5], [1, 1, 7]] as const
  ) {
    entries.add(i, j, a);
  }
  const matrix = sparseMatrix(3, entries);
  const row = (m: SparseMatrix, k: number) => {
    const unit = new Float64Array(m.size);
    unit[k] = 1;
    return [...multiply(transpose(m), unit)];
  };
  assert.deepEqual(row(matrix, 1), [3, 7, 0]);
  assert.deepEqual(row(submatrix(matrix, Int32Array.of(2, 1)), 1), [0, 7]);
  assert.deepEqual(row(combine(2, matrix, 1, transpose(matrix)), 0), [0, 7, 0]);
});

Deno.test("factorLu(), factorSparseLu() and gmres() solve systems that are not symmetric", () => {
  const size = 61, random = new Random(1, "lu");
  const dense = Float64Array.from(
    { length: size ** 2 },
    () => random.between(-1, 1),
  );
  const entries = new Triplets();
  for (let i = 0; i < size; i++) {
    dense[i * size + i]! += 20;
    for (let j = 0; j < size; j++) entries.add(i, j, dense[i * size + j]!);
  }
  const exact = Float64Array.from({ length: size }, () => random.normal());
  const b = multiplyDense(dense, exact);
  const order = Int32Array.from(random.permutation(size));
  const solutions = [
    solveLu(factorLu(dense.slice(), size), b),
    solveSparseLu(factorSparseLu(sparseMatrix(size, entries), order), b),
    gmres(
      (v) => multiplyDense(dense, v),
      b,
      (r) => r.map((v) => v / 20),
      1e-13,
      60,
    )
      .solution,
    multiplyDense(invert(dense, size), b),
  ];
  for (const solution of solutions) {
    assert.ok(largestDifference(solution, exact) < 1e-11);
  }
});

Deno.test("factorLu() exchanges rows where a pivot is zero, and throws if the matrix is singular", () => {
  const factor = factorLu(Float64Array.of(0, 1, 1, 0), 2);
  assert.deepEqual([...solveLu(factor, Float64Array.of(2, 3))], [3, 2]);
  assert.throws(() => factorLu(Float64Array.of(1, 1, 1, 1), 2), {
    name: "RangeError",
    message:
      "Cannot factorise the matrix as it must not be singular: current value is a pivot of 0 in column 1",
  });
});
