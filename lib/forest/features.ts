/** The attributes of samples as a regression takes them. */
import { DataError, numbers, shared, type Table } from "../core/mod.ts";

/**
 * Attribute values of samples in single precision, as scikit-learn takes them:
 * thresholds learnt there compare equal here.
 */
export interface Features {
  /** Name of each attribute, in order; all distinct. */
  readonly ids: readonly string[];
  /** Number of samples. */
  readonly rows: number;
  /** Value of attribute `f` for sample `i` at `f * rows + i`, in memory that workers share. */
  readonly values: Float32Array;
}

/**
 * Columns of a table as features.
 *
 * @param table The table.
 * @param ids Columns to take, in this order.
 * @throws {RangeError} If a column is missing or asked for twice, or there is
 * none or no row.
 * @throws {TypeError} If a column holds words.
 * @throws {DataError} If a value is not finite in single precision.
 *
 * @example Two particles
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTable } from "../core/mod.ts";
 * import { featuresOf } from "./features.ts";
 *
 * const table = createTable([
 *   { id: "Z", unit: "um", values: Float64Array.of(3, 9) },
 *   { id: "Volume", unit: "um^3", values: Float64Array.of(310, 450) },
 * ]);
 * assert.deepEqual([...featuresOf(table, ["Volume", "Z"]).values], [310, 450, 3, 9]);
 * ```
 */
export function featuresOf(table: Table, ids: readonly string[]): Features {
  return createFeatures(ids, ids.map((id) => numbers(table, id)));
}

/**
 * Features from one array per attribute.
 *
 * @param ids Name of each attribute.
 * @param columns Values of each attribute, one per sample.
 * @throws {RangeError} If two names are the same, the lengths differ, or there
 * is no attribute or no sample.
 * @throws {DataError} If a value is not finite in single precision.
 */
export function createFeatures(
  ids: readonly string[],
  columns: readonly ArrayLike<number>[],
): Features {
  const rows = columns[0]?.length ?? 0;
  if (rows === 0) {
    throw new RangeError(
      `Cannot use the attributes as there must be at least one with a sample: current values are ${columns.length} attributes and ${rows} samples`,
    );
  }
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated !== undefined || ids.length !== columns.length) {
    throw new RangeError(
      `Cannot use the attributes as each must have a name of its own: current value is ${
        repeated === undefined
          ? `${ids.length} names for ${columns.length}`
          : `${repeated} twice`
      }`,
    );
  }
  const values = shared(Float32Array, columns.length * rows);
  for (const [f, column] of columns.entries()) {
    if (column.length !== rows) {
      throw new RangeError(
        `Cannot use attribute ${ids[f]} as it must have ${rows} values, as ${
          ids[0]
        } has: current value is ${column.length}`,
      );
    }
    for (let i = 0; i < rows; i++) {
      const value = values[f * rows + i] = column[i]!;
      if (!Number.isFinite(Math.fround(value))) {
        throw new DataError(
          `Cannot use attribute ${
            ids[f]
          } as its values must be finite in single precision: current value is ${value} for sample ${i}, counted from 0`,
        );
      }
    }
  }
  return { ids, rows, values };
}

/**
 * Some samples, in a given order; repeats are allowed.
 *
 * @param features All samples.
 * @param rows Which to take, counted from 0.
 */
export function selectRows(
  features: Features,
  rows: ArrayLike<number>,
): Features {
  const values = shared(Float32Array, features.ids.length * rows.length);
  for (let f = 0, to = 0; f < features.ids.length; f++) {
    const from = f * features.rows;
    for (let i = 0; i < rows.length; i++) {
      values[to++] = features.values[from + rows[i]!]!;
    }
  }
  return { ids: features.ids, rows: rows.length, values };
}

/**
 * Values of the samples of {@linkcode selectRows} from an array with one per
 * sample.
 *
 * @param values One value per sample.
 * @param rows Which to take, counted from 0.
 */
export function selectValues(
  values: ArrayLike<number>,
  rows: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(rows, (i) => values[i]!);
}

/**
 * The values of one attribute.
 *
 * @param features The samples.
 * @param f Index of the attribute.
 */
export function featureColumn(features: Features, f: number): Float32Array {
  return features.values.subarray(f * features.rows, (f + 1) * features.rows);
}

/** Throws unless samples carry the attributes that a forest was grown on, in its order. */
export function assertSameFeatures(
  features: Features,
  ids: readonly string[],
  what: string,
): void {
  const differs = ids.findIndex((id, f) => features.ids[f] !== id);
  if (differs >= 0 || features.ids.length !== ids.length) {
    throw new RangeError(
      `Cannot use the ${what} as its attributes must be those of the forest, in the same order: current value is ${
        differs >= 0
          ? `${features.ids[differs]} in place of ${ids[differs]}`
          : `${features.ids.length} attributes in place of ${ids.length}`
      }`,
    );
  }
}
