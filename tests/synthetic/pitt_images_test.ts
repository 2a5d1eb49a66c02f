import assert from "node:assert/strict";
import { mean } from "@cathode/statistics/mod.ts";
import {
  pittParameters,
  synthesizeParticles,
  synthesizeParticleSection,
} from "@cathode/synthetic/mod.ts";

const [particle] = synthesizeParticles("cracked", 1) as [
  ReturnType<typeof synthesizeParticles>[0],
];
const section = synthesizeParticleSection(particle, 1);
const { shape: [height, width], spacing_um: [pixel_um] } = section;

/** Grey levels of the pixels whose distance from the centre lies in a range. */
function levels(from_um: number, to_um: number): number[] {
  return [...section.data].filter((_, i) => {
    const y = (Math.floor(i / width) - height / 2 + 0.5) * pixel_um;
    const x = (i % width - width / 2 + 0.5) * pixel_um;
    const distance = Math.hypot(y, x);
    return distance >= from_um && distance < to_um;
  });
}

Deno.test("synthesizeParticleSection() is the same for the same seed", () => {
  assert.deepEqual(synthesizeParticleSection(particle, 1).data, section.data);
  assert.notDeepEqual(
    synthesizeParticleSection(particle, 2).data,
    section.data,
  );
});

Deno.test("synthesizeParticleSection() has cracks darker than the gold inside the particle only", () => {
  const inside = levels(0, 0.9 * particle.radius_um);
  const outside = levels(1.1 * particle.radius_um, 9.5);
  const dark = 0.7 * mean(outside);
  const share = (values: number[]) =>
    values.filter((level) => level < dark).length / values.length;
  assert.ok(share(inside) > 0.03 && share(inside) < 0.3, `${share(inside)}`);
  assert.ok(share(outside) < 0.05, `${share(outside)}`);
  assert.ok(mean(inside) > mean(outside));
});

Deno.test("synthesizeParticleSection() covers the field of the micrographs", () => {
  const { field_um } = pittParameters.assumed.image;
  assert.ok(Math.abs(width * pixel_um - field_um) < 1e-9);
});
