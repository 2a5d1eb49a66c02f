/**
 * Attribute tables without images: particles whose attributes follow from nine
 * hidden factors and whose damage follows a known law.
 *
 * The loadings, correlations and noise were chosen so that the analysis of Li
 * et al., Science 376, 517 (2022), doi:10.1126/science.abm8962, gives about the
 * contribution scores of its Fig. 4. That they come out alike therefore shows
 * that such a law can stand behind them, not that it does.
 */
import {
  type Column,
  createTable,
  numbers,
  Random,
  type Table,
} from "../core/mod.ts";
import { normalQuantile, ranks } from "../statistics/mod.ts";
import {
  type Cycles,
  type DamageLaw,
  damageLaws,
  lawfulDamage,
} from "./damage_law.ts";

/** A hidden factor and its loading on each attribute that it shows in. */
export interface Factor {
  readonly name: string;
  readonly loadings: Readonly<Record<string, number>>;
}

/** The nine factors; an attribute's variance that its factor leaves open is its own noise. */
export const attributeFactors: readonly Factor[] = [
  { name: "size", loadings: { Volume: 0.75, SurfOuter: 0.75 } },
  {
    name: "shape",
    loadings: { Elongation: 0.75, Sphericity: -0.75, VSratio: -0.7 },
  },
  { name: "chemistry", loadings: { EDensity: 0.75, Homogeneity: 0.75 } },
  { name: "orientation", loadings: { Roll: 0.75, Pitch: 0.75, Yaw: 0.75 } },
  { name: "depth", loadings: { Z: 0.95 } },
  {
    name: "surface",
    loadings: { RoughOuter: 0.75, RoughInner: 0.75, SurfInner: 0.7 },
  },
  {
    name: "packing",
    loadings: { Contact: 0.75, PDensity: 0.75, DisNearest: -0.7 },
  },
  {
    name: "neighbour size",
    loadings: { VolumeStd: 0.75, SphericityStd: 0.75 },
  },
  {
    name: "neighbour alignment",
    loadings: { OrientIso: 0.75, ElongStd: 0.75 },
  },
];

/** Correlation of two factors. */
export type Connection = readonly [a: string, b: string, correlation: number];

const lasting: readonly Connection[] = [
  ["surface", "packing", 0.3],
  ["packing", "neighbour size", 0.35],
  ["neighbour size", "neighbour alignment", 0.3],
];

/** Factors that are correlated in each state; all other pairs are independent. */
export const factorConnections: Readonly<
  Record<Cycles, readonly Connection[]>
> = {
  10: lasting,
  50: [
    ...lasting,
    ["size", "packing", 0.35],
    ["shape", "neighbour alignment", 0.4],
    ["chemistry", "packing", -0.4],
    ["depth", "chemistry", -0.35],
    ["size", "neighbour size", 0.35],
    ["chemistry", "surface", 0.3],
  ],
};

/**
 * The damage laws of the electrodes with the noise and range of these tables.
 *
 * After 10 cycles the depth counts a little more and the neighbourhood a little
 * less than in the electrodes, so that the shares of the groups of attributes
 * come in the published order for every seed and not for every other.
 */
export const attributeTableLaws: Readonly<Record<Cycles, DamageLaw>> = {
  10: tableLaw(10, 0.008, {
    Z: 0.0125,
    Contact: 0.0015,
    PDensity: 0.0012,
    DisNearest: -0.0013,
    VolumeStd: 0.0055,
  }),
  50: tableLaw(50, 0.028, {}),
};

/** Correlation with the normal scores of damage that attributes of cracks are given: a planted leak, not a cause. */
export const attributeLeaks: Readonly<
  Record<Cycles, Readonly<Record<string, number>>>
> = {
  10: { SurfInner: 0.32, RoughInner: 0.08 },
  50: { SurfInner: 0.24, RoughInner: 0.15 },
};

/** Options of {@linkcode synthesizeAttributeTable}. */
export interface AttributeTableOptions {
  readonly cycles: Cycles;
  /** Number of particles. */
  readonly rows: number;
  readonly seed: number;
  /** Whether the attributes of cracks know the damage, as in a real table; by default they do. */
  readonly leak?: boolean;
}

/** A synthetic attribute table and the factors behind it. */
export interface SyntheticAttributes {
  /**
   * `label`, `border` (0), `X` and `Y` (independent, uniform), the attributes
   * as standard scores, and `Damage` as share of the volume.
   */
  readonly table: Table;
  /** One column per factor of {@linkcode attributeFactors}, standard scores. */
  readonly factors: Table;
}

/**
 * Draws particles with correlated attributes and lawful damage.
 *
 * @param options State, number of particles, seed.
 * @throws {RangeError} If there are fewer than two rows.
 *
 * @example Damage grows with cycling
 * ```ts
 * import assert from "node:assert/strict";
 * import { numbers } from "../core/mod.ts";
 * import { mean } from "../statistics/mod.ts";
 * import { synthesizeAttributeTable } from "./attribute_table.ts";
 *
 * const damage = ([10, 50] as const).map((cycles) => {
 *   const { table } = synthesizeAttributeTable({ cycles, rows: 500, seed: 1 });
 *   return mean(numbers(table, "Damage"));
 * });
 * assert.ok(damage[1]! > damage[0]!);
 * ```
 */
export function synthesizeAttributeTable(
  { cycles, rows, seed, leak = true }: AttributeTableOptions,
): SyntheticAttributes {
  if (!(Number.isInteger(rows) && rows >= 2)) {
    throw new RangeError(
      `Cannot draw the table as it must have at least 2 rows: current value is ${rows}`,
    );
  }
  const random = new Random(seed, "attribute table", cycles);
  const factors = drawFactors(cycles, rows, random);
  const attributes = attributeFactors.flatMap(({ name, loadings }) =>
    Object.entries(loadings).map(([id, loading]) => {
      const own = Math.sqrt(1 - loading ** 2);
      return scores(
        id,
        numbers(factors, name).map((f) => loading * f + own * random.normal()),
      );
    })
  );
  const residual = new Float64Array(rows).map(() => random.normal());
  const damage = lawfulDamage(
    createTable(attributes),
    attributeTableLaws[cycles],
    residual,
  );
  const told = leak
    ? giveAway(attributes, damage, attributeLeaks[cycles])
    : attributes;
  const place = (id: string) => ({
    id,
    unit: "um",
    values: new Float64Array(rows).map(() => random.between(0, 200)),
  });
  const table = createTable([
    scores("label", Float64Array.from({ length: rows }, (_, i) => i + 1)),
    scores("border", new Float64Array(rows)),
    place("X"),
    place("Y"),
    ...told,
    scores("Damage", damage),
  ]);
  return { table, factors };
}

function tableLaw(
  cycles: Cycles,
  sd: number,
  coefficients: Readonly<Record<string, number>>,
): DamageLaw {
  const law = damageLaws[cycles];
  return {
    ...law,
    coefficients: { ...law.coefficients, ...coefficients },
    residual: { sd, wavelengths_um: null },
    range: [0, 0.35],
  };
}

function scores(id: string, values: Float64Array): Column<Float64Array> {
  return { id, unit: "", values };
}

function drawFactors(cycles: Cycles, rows: number, random: Random): Table {
  const names = attributeFactors.map(({ name }) => name);
  const correlation = names.map((a, i) =>
    names.map((b, j) => {
      const pair = factorConnections[cycles].find(([c, d]) =>
        c === a && d === b || c === b && d === a
      );
      return i === j ? 1 : pair?.[2] ?? 0;
    })
  );
  const root = cholesky(correlation);
  const values = names.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const independent = names.map(() => random.normal());
    for (const [i, line] of root.entries()) {
      values[i]![row] = line.reduce(
        (sum, r, j) => sum + r * independent[j]!,
        0,
      );
    }
  }
  return createTable(names.map((name, i) => scores(name, values[i]!)));
}

/** Lower triangle `l` of a positive definite matrix `l transpose(l)`, its rows. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const line: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j < i ? root[j]! : line;
      const rest = row[j]! -
        line.reduce((sum, r, k) => k < j ? sum + r * other[k]! : sum, 0);
      line.push(j < i ? rest / other[j]! : Math.sqrt(rest));
    }
    root.push(line);
  }
  return root;
}

/** Mixes the normal scores of damage into the attributes that leak it. */
function giveAway(
  attributes: readonly Column<Float64Array>[],
  damage: Float64Array,
  leaks: Readonly<Record<string, number>>,
): Column<Float64Array>[] {
  const normal = ranks(damage).map((rank) =>
    normalQuantile((rank - 0.5) / damage.length)
  );
  return attributes.map((column) => {
    const share = leaks[column.id];
    if (share === undefined) return column;
    const own = Math.sqrt(1 - share ** 2);
    return scores(
      column.id,
      column.values.map((z, i) => share * normal[i]! + own * z),
    );
  });
}
