import assert from "node:assert/strict";
import { Random, WorkerPool } from "@cathode/core/mod.ts";
import {
  createFeatures,
  leakAudit,
  withoutAttributes,
} from "@cathode/forest/mod.ts";

Deno.test("leakAudit() unmasks an attribute that is computed from the damage", async () => {
  // Damage is noise; the inner surface is that of the cracks, so it follows from damage and size.
  using pool = new WorkerPool(2);
  const random = new Random(1);
  const draw = () => Float64Array.from({ length: 800 }, () => random.normal());
  const damage = draw().map((d) => 0.1 + 0.02 * d);
  const size = draw().map((s) => Math.exp(0.2 * s)), depth = draw();
  const noise = draw();
  const inner = size.map((s, i) => damage[i]! * s * (1 + 0.1 * noise[i]!));
  const ids = ["Volume", "Z", "SurfInner"];
  const published = createFeatures(ids, [size, depth, inner]);
  const audit = await leakAudit(
    [
      { name: "as published", features: published, target: damage },
      {
        name: "clean",
        features: createFeatures(ids, [size, depth, draw()]),
        target: damage,
      },
      {
        name: "dropped",
        features: withoutAttributes(published, ["SurfInner"]),
        target: damage,
      },
    ],
    { seed: 1 },
    pool,
  );
  assert.deepEqual(audit.map(({ name }) => name), [
    "as published",
    "clean",
    "dropped",
  ]);
  assert.deepEqual(audit[2]!.attributes, ["Volume", "Z"]);
  assert.ok(audit[0]!.r2 > 0.5);
  for (const { r2 } of audit.slice(1)) assert.ok(r2 < 0.05);
  for (const { shuffledR2 } of audit) assert.ok(shuffledR2 < 0.05);
  const [volume, depthScore, surface] = audit[0]!.scores;
  assert.ok(surface! > volume! && volume! > 3 * depthScore!);
});

Deno.test("withoutAttributes() throws if an attribute is unknown or none is left", () => {
  const features = createFeatures(["Z", "Volume"], [[1, 2], [3, 4]]);
  assert.throws(() => withoutAttributes(features, ["Roll"]), {
    name: "RangeError",
    message:
      "Cannot drop an attribute as it must be one of Z, Volume: current value is Roll",
  });
  assert.throws(() => withoutAttributes(features, ["Z", "Volume"]), RangeError);
});
