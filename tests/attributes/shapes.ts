/** Digital bodies with known measures, for the tests of attributes. */
import {
  createVolume,
  type Labels,
  type Volume,
  type ZYX,
} from "@cathode/core/mod.ts";

/** A label volume filled by a rule over voxel centres, in micrometres from the corner. */
export function digitise(
  shape: ZYX,
  spacing_um: ZYX,
  label: (z: number, y: number, x: number) => number,
): Labels {
  const data = new Uint32Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        data[i] = label(
          (z + 0.5) * spacing_um[0],
          (y + 0.5) * spacing_um[1],
          (x + 0.5) * spacing_um[2],
        );
      }
    }
  }
  return createVolume(data, shape, spacing_um);
}

/** An ellipsoid of label 1 in a volume that leaves two voxels around it. */
export function ellipsoid(
  radii_um: ZYX,
  spacing_um: ZYX,
  rotate: (v: ZYX) => ZYX = (v) => v,
): Labels {
  const most = Math.max(...radii_um);
  const shape = spacing_um.map((s) =>
    2 * Math.ceil(most / s) + 5
  ) as unknown as ZYX;
  // Off the grid, so that no symmetry helps.
  const centre = shape.map((n, i) => (n / 2 + 0.17) * spacing_um[i]!);
  return digitise(shape, spacing_um, (z, y, x) => {
    const [a, b, c] = rotate([z - centre[0]!, y - centre[1]!, x - centre[2]!]);
    return (a / radii_um[0]) ** 2 + (b / radii_um[1]) ** 2 +
          (c / radii_um[2]) ** 2 <= 1
      ? 1
      : 0;
  });
}

/** No crack anywhere. */
export function noCracks(labels: Labels): Volume<Uint8Array> {
  return createVolume(
    new Uint8Array(labels.data.length),
    labels.shape,
    labels.spacing_um,
  );
}

/** Grey levels 180 in particles and 90 around them. */
export function greyLevels(labels: Labels): Volume<Uint8Array> {
  return createVolume(
    Uint8Array.from(labels.data, (label) => label === 0 ? 90 : 180),
    labels.shape,
    labels.spacing_um,
  );
}

/** Surface of an ellipsoid by quadrature of its parametric form, in square micrometres. */
export function ellipsoidArea([a, b, c]: ZYX): number {
  const steps = 400;
  let area = 0;
  for (let i = 0; i < steps; i++) {
    const t = (i + 0.5) * Math.PI / steps;
    for (let j = 0; j < steps; j++) {
      const p = (j + 0.5) * 2 * Math.PI / steps;
      area += Math.sin(t) * Math.hypot(
        b * c * Math.sin(t) * Math.cos(p),
        a * c * Math.sin(t) * Math.sin(p),
        a * b * Math.cos(t),
      );
    }
  }
  return area * (Math.PI / steps) * (2 * Math.PI / steps);
}
