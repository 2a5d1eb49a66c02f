/** What the tests of figures share: a small electrode, a validator, snapshots. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Ajv, type ValidateFunction } from "ajv";
import schema from "vega-lite/vega-lite-schema.json" with { type: "json" };
import {
  createVolume,
  type Labels,
  projectPath,
  type Volume,
} from "@cathode/core/mod.ts";
import {
  maxRows,
  type Panel,
  type RenderedPanel,
  renderPanel,
  textSize,
  units_per_mm,
  vegaLiteSchema,
} from "@cathode/figures/mod.ts";

/** An electrode of a few balls, one of them with a plane crack through its middle. */
export interface Balls {
  readonly volume: Volume<Uint8Array>;
  readonly labels: Labels;
  readonly cracks: Volume<Uint8Array>;
  readonly damage: ReadonlyMap<number, number>;
}

/** Five balls of radius 4 um in a box of 8 x 24 x 16 um, 0.5 um voxels; ball 3 is cracked. */
export function balls(): Balls {
  const shape = [16, 48, 32] as const, spacing = [0.5, 0.5, 0.5] as const;
  const centres = [[8, 8, 8], [8, 8, 24], [8, 24, 8], [8, 24, 24], [8, 40, 16]];
  const count = shape[0] * shape[1] * shape[2];
  const labels = new Uint32Array(count);
  const cracks = new Uint8Array(count);
  const grey = new Uint8Array(count).fill(90);
  const size = new Map<number, number>(), empty = new Map<number, number>();
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        const ball = centres.findIndex(([cz, cy, cx]) =>
          Math.hypot(z + 0.5 - cz!, y + 0.5 - cy!, x + 0.5 - cx!) <= 8
        );
        if (ball < 0) continue;
        const label = ball + 1;
        labels[i] = label;
        grey[i] = 185;
        size.set(label, (size.get(label) ?? 0) + 1);
        if (label === 3 && (y === 23 || y === 24)) {
          cracks[i] = 1;
          grey[i] = 70;
          empty.set(label, (empty.get(label) ?? 0) + 1);
        }
      }
    }
  }
  return {
    volume: createVolume(grey, shape, spacing),
    labels: createVolume(labels, shape, spacing),
    cracks: createVolume(cracks, shape, spacing),
    damage: new Map(
      [...size].map(([label, n]) => [label, (empty.get(label) ?? 0) / n]),
    ),
  };
}

let validate: ValidateFunction | null = null;

/** Throws unless a specification obeys the schema of Vega-Lite. */
export function assertValidSpec(spec: unknown): void {
  validate ??= new Ajv({ strict: false, logger: false }).compile(schema);
  assert.ok(validate(spec), JSON.stringify(validate.errors?.slice(0, 3)));
}

/** Draws a panel and checks what must hold for every one. */
export async function renderChecked(panel: Panel): Promise<RenderedPanel> {
  const rendered = await renderPanel(panel);
  const { svg, spec, caption, png } = rendered;

  const width_mm = Number(/width="([\d.]+)mm"/.exec(svg)![1]);
  const height_mm = Number(/height="([\d.]+)mm"/.exec(svg)![1]);
  const [, , width, height] = /viewBox="([^"]*)"/.exec(svg)![1]!
    .split(" ").map(Number);
  assert.equal(width_mm, panel.width_mm ?? 89);
  assert.ok(height_mm <= 170, `${panel.id} is ${height_mm} mm high`);
  assert.ok(Math.abs(width! / width_mm - units_per_mm) < 0.01);
  assert.ok(Math.abs(height! / height_mm - units_per_mm) < 0.02);

  const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)]
    .map((match) => Number(match[1]));
  for (const size of sizes) {
    assert.ok(size >= textSize.small && size <= textSize.title, `${size}`);
  }
  for (const [, family] of svg.matchAll(/font-family="([^"]*)"/g)) {
    assert.match(family!, /^Arimo/);
  }

  const stamped = panel.origin === "synthetic";
  assert.equal(/>SYNTHETIC</.test(svg), stamped);
  assert.equal(caption.startsWith("SYNTHETIC. "), stamped);
  if (spec !== null) {
    assert.equal(spec.$schema, vegaLiteSchema);
    assertValidSpec(spec);
    assert.ok(countRows(spec) <= maxRows);
  }
  assert.ok(png.length < 500_000, `${panel.id} has ${png.length} bytes`);
  return rendered;
}

function countRows(spec: unknown): number {
  let rows = 0;
  JSON.stringify(spec, (key, value) => {
    if (key === "values" && Array.isArray(value)) rows += value.length;
    return value;
  });
  return rows;
}

/**
 * Compares an SVG with the one kept, which tells of changes only; whether it is
 * right is for the other assertions and for the eye. `CATHODE_UPDATE=1` writes
 * it anew.
 */
export function assertSameDrawing(id: string, svg: string): void {
  const path = projectPath("tests", "golden", "figures", `${id}.svg`);
  const normal = normalise(svg);
  if (Deno.env.get("CATHODE_UPDATE") === "1") {
    Deno.writeTextFileSync(path, normal);
  }
  assert.equal(normal, Deno.readTextFileSync(path));
}

/** Numbers to one decimal, images to their hash, one element a line. */
function normalise(svg: string): string {
  return svg
    .replaceAll(
      /data:image\/png;base64,[^"]*/g,
      (address) =>
        createHash("sha256").update(address).digest("hex").slice(0, 16),
    )
    .replaceAll(
      /-?\d+\.\d+/g,
      (number) => String(Math.round(Number(number) * 10) / 10),
    )
    .replaceAll("><", ">\n<") + "\n";
}
