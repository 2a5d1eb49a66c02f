/** Attributes of particles on one scale, as autoencoders and components take them. */
import { DataError, numbers, Random, shared, type Table } from "../core/mod.ts";
import {
  mean,
  normalQuantile,
  ranks,
  standardDeviation,
} from "../statistics/mod.ts";

/** A named attribute table. */
export interface ElectrodeTable {
  readonly name: string;
  readonly table: Table;
}

/** Attributes of all particles, each with mean 0 and variance 1. */
export interface AttributeScores {
  /** Name of each attribute. */
  readonly ids: readonly string[];
  /** Electrodes in the order of their particles. */
  readonly electrodes: readonly {
    readonly name: string;
    readonly rows: number;
  }[];
  /** Number of particles of all electrodes. */
  readonly rows: number;
  /** Value of attribute `j` of particle `i` at `i * ids.length + j`, in memory that workers share. */
  readonly values: Float32Array;
}

/** Choices of {@linkcode standardiseAttributes}. */
export interface StandardiseOptions {
  /**
   * `normal`: normal scores of the ranks (van der Waerden), which long tails
   * cannot pull; `standard`: the value less its mean in standard deviations.
   * By default `normal`.
   */
  readonly scores?: "normal" | "standard";
  /**
   * `electrode`: each electrode for itself, so that a shift of the mean between
   * electrodes is not taken for a latent dimension; `pooled`: all particles
   * together. By default `electrode`.
   */
  readonly scope?: "electrode" | "pooled";
}

/**
 * Brings the attributes of electrodes onto one scale.
 *
 * Source of the normal scores: B. L. van der Waerden, Indag. Math. 55, 453
 * (1952), doi:10.1016/S1385-7258(52)50063-5, here with ranks `(rank - 1/2) / n`.
 *
 * @param electrodes Attribute tables.
 * @param ids Attributes to take.
 * @param options Kind of scores and what they are relative to.
 * @throws {RangeError} If there is no attribute or electrode, or one is missing
 * in a table.
 * @throws {TypeError} If an attribute is not numeric.
 * @throws {DataError} If a value is not finite, or an attribute does not vary.
 *
 * @example Ranks take away the tail
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { standardiseAttributes } from "./standardise.ts";
 *
 * const table = createTable([
 *   { id: "Volume", unit: "um^3", values: Float64Array.of(1, 2, 9000) },
 * ]);
 * const { values } = standardiseAttributes([{ name: "a", table }], ["Volume"]);
 * assert.ok(Math.abs(values[1]!) < 1e-9);
 * assert.ok(Math.abs(values[0]! + values[2]!) < 1e-6);
 * ```
 */
export function standardiseAttributes(
  electrodes: readonly ElectrodeTable[],
  ids: readonly string[],
  options: StandardiseOptions = {},
): AttributeScores {
  const { scores = "normal", scope = "electrode" } = options;
  if (ids.length === 0 || electrodes.length === 0) {
    throw new RangeError(
      `Cannot standardise as there must be at least one attribute and one electrode: current values are ${ids.length} and ${electrodes.length}`,
    );
  }
  const rows = electrodes.reduce((sum, { table }) => sum + table.rows, 0);
  const values = shared(Float32Array, rows * ids.length);
  for (const [j, id] of ids.entries()) {
    const parts = electrodes.map(({ name, table }) =>
      finite(numbers(table, id), id, name)
    );
    const groups = scope === "electrode"
      ? parts
      : [Float64Array.from(parts.flatMap((part) => [...part]))];
    let row = 0;
    for (const [g, group] of groups.entries()) {
      assertVaries(group, id, scope === "electrode" ? electrodes[g]!.name : "");
      const scaled = scores === "normal" ? normalScores(group) : group;
      for (const value of unitVariance(scaled)) {
        values[row++ * ids.length + j] = value;
      }
    }
  }
  return {
    ids,
    electrodes: electrodes.map(({ name, table }) => ({
      name,
      rows: table.rows,
    })),
    rows,
    values,
  };
}

/**
 * The particles of one electrode.
 *
 * @param data All electrodes.
 * @param electrode Which, counted from 0.
 */
export function electrodeScores(
  data: AttributeScores,
  electrode: number,
): AttributeScores {
  const { ids, electrodes, values } = data;
  const [from, to] = rowRanges(data)[electrode]!;
  return {
    ids,
    electrodes: [electrodes[electrode]!],
    rows: to - from,
    values: values.subarray(from * ids.length, to * ids.length),
  };
}

/** First row of each electrode and the row after its last. */
export function rowRanges(
  { electrodes }: Pick<AttributeScores, "electrodes">,
): [from: number, to: number][] {
  let to = 0;
  return electrodes.map(({ rows }) => [to, to += rows]);
}

/**
 * The same values with every attribute shuffled among the particles of its
 * electrode: a control in which nothing is related to anything.
 *
 * @param data The particles.
 * @param seed Seed of the order.
 */
export function shuffleAttributes(
  data: AttributeScores,
  seed: number,
): AttributeScores {
  const { ids, rows } = data, width = ids.length;
  const values = shared(Float32Array, rows * width);
  for (const [e, [from, to]] of rowRanges(data).entries()) {
    for (const j of ids.keys()) {
      const order = new Random(seed, "shuffle", e, j).permutation(to - from);
      for (const [i, other] of order.entries()) {
        values[(from + i) * width + j] = data
          .values[(from + other) * width + j]!;
      }
    }
  }
  return { ...data, values };
}

function finite(values: Float64Array, id: string, name: string): Float64Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new DataError(
      `Cannot standardise attribute ${id} as its values must be finite: current value is ${
        values[wrong]
      } for particle ${wrong}, counted from 0`,
      { file: name },
    );
  }
  return values;
}

function normalScores(values: Float64Array): Float64Array {
  return ranks(values).map((rank) =>
    normalQuantile((rank - 0.5) / values.length)
  );
}

function unitVariance(values: Float64Array): Float64Array {
  const centre = mean(values), sd = standardDeviation(values);
  return values.map((value) => (value - centre) / sd);
}

function assertVaries(values: Float64Array, id: string, name: string): void {
  if (values.every((value) => value === values[0])) {
    throw new DataError(
      `Cannot standardise attribute ${id} as it must vary: current value is ${
        values[0] ?? "no particle"
      } throughout`,
      name === "" ? {} : { file: name },
    );
  }
}
