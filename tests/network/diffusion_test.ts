import assert from "node:assert/strict";
import {
  combine,
  coordinatesOf,
  createModel,
  factorLdl,
  factorSprung,
  faraday_C_mol,
  type Geometry,
  lameConstants,
  multiply,
  nestedDissection,
  solveLdl,
} from "@cathode/network/mod.ts";
import { coarseCase } from "./cases.ts";

/** One particle in a cell, with the mesh asked for. */
async function single(
  geometry: Geometry,
  edgesPerCircle: number,
  widths: number,
  far: number,
) {
  const parameters = await coarseCase(
    geometry === "plane" ? "three-plane" : "three",
  );
  const radius_m = 5e-6;
  return {
    ...parameters,
    layout: {
      geometry,
      pitch_m: widths * 2 * radius_m,
      width_m: widths * radius_m * (geometry === "plane" ? 2 : 1),
      particles: [{ radius_m, coverage: 0.5 }],
    },
    discretisation: {
      edgesPerCircle,
      farSize_m: far * radius_m,
      stepsPerPhase: 1,
    },
  };
}

/**
 * Surface concentration under constant flux j from t = 0, over j R / D, at
 * D t / R^2 = 0.05: series of J. Crank, The Mathematics of Diffusion, 2nd ed.,
 * 1975, eqs 5.29 (cylinder) and 6.45 (sphere), summed over 2,000 roots with
 * SciPy 1.17.1; see tests/oracles/network_crank.py.
 */
const crank = { plane: 0.28104279297886, axisymmetric: 0.31216542905399 };

for (const geometry of ["plane", "axisymmetric"] as const) {
  Deno.test(`diffusion under constant flux approaches Crank's series to order 2, ${geometry}`, async () => {
    const errors: number[] = [];
    for (const [edges, steps] of [[32, 100], [64, 400], [128, 1600]] as const) {
      const model = createModel(
        await single(geometry, edges, 1.4, 2 * Math.PI / edges),
      );
      const { mass, diffusion, interface: { areas }, surface } = model;
      const d = 3e-14,
        r = 5e-6,
        duration = 0.05 * r * r / d,
        dt = duration / steps;
      const matrix = combine(1 / dt, mass, d, diffusion);
      const factor = factorLdl(
        matrix,
        nestedDissection(
          matrix,
          coordinatesOf(model.mesh, model.particleNodes),
        ),
      );
      let x: Float64Array = new Float64Array(mass.size);
      for (let k = 0; k < steps; k++) {
        const b = multiply(mass, x).map((value) => value / dt);
        surface.forEach((node, a) => b[node]! += areas[a]! * d / r);
        x = solveLdl(factor, b);
      }
      let mean = 0, area = 0;
      surface.forEach((node, a) => {
        mean += areas[a]! * x[node]!;
        area += areas[a]!;
      });
      errors.push(Math.abs(mean / area / crank[geometry] - 1));
    }
    const order = Math.log2(errors[0]! / errors[2]!) / 2;
    assert.ok(order > 1.8, `order ${order}`);
    assert.ok(errors[1]! < 1.5e-3, `error ${errors[1]}`);
  });

  Deno.test(`a bonded misfitting particle has the traction of Lame and Eshelby, ${geometry}`, async () => {
    const parameters = await single(geometry, 96, 8, 0.2);
    // As good as bonded: the springs are a thousand times stiffer than the solids.
    const bonded = {
      ...parameters,
      interface: {
        ...parameters.interface,
        strength_Pa: 3.68e10,
        fractureEnergy_J_m2: 1000,
      },
    };
    const model = createModel(bonded);
    const { activeMaterial: p, carbonBinder: m } = bonded;
    const strain = -1e-3;
    const forces = multiply(
      model.eigenstrainForces,
      new Float64Array(model.particleNodes.length).fill(strain),
    );
    const opening = multiply(model.jump, solveLdl(factorSprung(model), forces));
    const stiffness = Math.E * bonded.interface.strength_Pa /
      (bonded.interface.fractureEnergy_J_m2 / Math.E /
        bonded.interface.strength_Pa);
    let traction = 0, area = 0;
    model.interface.areas.forEach((w, a) => {
      traction += w * stiffness * opening[2 * a]!;
      area += w;
    });
    const expected = geometry === "plane"
      ? -(1 + p.poissonRatio) * strain /
        ((1 + p.poissonRatio) * (1 - 2 * p.poissonRatio) / p.youngsModulus_Pa +
          (1 + m.poissonRatio) / m.youngsModulus_Pa)
      : -strain /
        ((1 - 2 * p.poissonRatio) / p.youngsModulus_Pa +
          1 / (4 * lameConstants(m).mu));
    // The box of eight radii is not endless, and tractions of linear triangles are rough.
    assert.ok(
      Math.abs(traction / area / expected - 1) < 0.025,
      `${traction / area / expected}`,
    );
  });
}

Deno.test("the full current moves the whole capacity in one period", async () => {
  const model = createModel(await coarseCase("three"));
  const { operation, activeMaterial } = model.parameters;
  const volume = model.particleVolumes.reduce((sum, v) => sum + v);
  assert.equal(
    model.fullCurrent_A * operation.period_s,
    faraday_C_mol * activeMaterial.maximumConcentration_mol_m3 * volume,
  );
});
