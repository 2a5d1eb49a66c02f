/** Shaded views of particles in a volume, by casting parallel rays. */
import type { Labels, ZYX } from "../core/mod.ts";
import type { Rgb } from "./palette.ts";
import type { Raster } from "./png.ts";

/** From where a volume is seen. */
export interface Camera {
  /** Turn about the depth axis in degrees: 0 looks along -x, 90 along -y. */
  readonly azimuth_deg: number;
  /** Height above the plane in degrees; 90 looks straight down on the separator side (z = 0). */
  readonly elevation_deg: number;
}

/** A view of the box from above one of its corners. */
export const cornerView: Camera = { azimuth_deg: 62, elevation_deg: 28 };

/** How to draw the particles of a volume. */
export interface VolumeViewOptions {
  /** Colour of a particle, or null to leave it out. */
  readonly colourOf: (label: number) => Rgb | null;
  /** Columns of the image. */
  readonly width: number;
  /** From where; above a corner by default. */
  readonly camera?: Camera;
}

/** A view of a volume and where things are in it. */
export interface VolumeView {
  /** The image; white where no particle is. */
  readonly raster: Raster;
  /** Height and width of the image in micrometres. The view is parallel, so lengths across it are true everywhere. */
  readonly extent_um: readonly [height: number, width: number];
  /** Place in the image, in micrometres from its top and left edges, of a point of the volume given in micrometres from its corner. */
  readonly project: (point_um: ZYX) => readonly [down: number, across: number];
}

/** Rays per pixel along either axis. */
const oversampling = 2;
/** Share of the view left white around the box. */
const margin = 0.015;
/** Radius in voxels of the ball in which the surface's direction is measured. */
const normalRadius = 3;

/**
 * Draws the particles of a volume as solids: light from the upper left, soft
 * shadow in the gaps between them, edges darkened, far parts paler. The faces
 * of the box cut through particles.
 *
 * @param labels Particles.
 * @param options Colours, size and camera.
 * @throws {RangeError} If the width is not a positive whole number or the
 * elevation not from 0 to 90 degrees.
 *
 * @example One particle that fills the box, from above
 * ```ts
 * import assert from "node:assert/strict";
 * import { createVolume } from "../core/mod.ts";
 * import { viewVolume } from "./volume_view.ts";
 *
 * const labels = createVolume(new Uint32Array(1000).fill(1), [10, 10, 10], [1, 1, 1]);
 * const { raster, extent_um } = viewVolume(labels, {
 *   colourOf: () => [200, 0, 0],
 *   width: 20,
 *   camera: { azimuth_deg: 90, elevation_deg: 90 },
 * });
 * assert.ok(raster.rgba[4 * (10 * 20 + 10)]! > raster.rgba[4 * (10 * 20 + 10) + 1]!);
 * assert.ok(Math.abs(extent_um[1] - 10) < 0.5);
 * ```
 */
export function viewVolume(
  labels: Labels,
  { colourOf, width, camera = cornerView }: VolumeViewOptions,
): VolumeView {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(
      `Cannot view the volume as the width of the image must be a positive whole number: current value is ${width}`,
    );
  }
  if (!(camera.elevation_deg >= 0 && camera.elevation_deg <= 90)) {
    throw new RangeError(
      `Cannot view the volume as the elevation must be from 0 to 90 degrees: current value is ${camera.elevation_deg}`,
    );
  }
  const frame = frameOf(labels, camera, width);
  const palette = paletteOf(labels, colourOf);
  const hits = castRays(labels, palette, frame);
  measureNormals(labels, hits, frame);
  smoothNormals(hits, frame);
  const rgba = shade(labels, hits, palette, frame);
  return {
    raster: { width, height: frame.rows / oversampling, rgba },
    extent_um: frame.extent_um,
    project: frame.project,
  };
}

type Vector = readonly [x: number, y: number, z: number];

/** The camera's axes and the grid of rays; vectors are in the order x, y, z. */
interface Frame {
  readonly right: Vector;
  readonly up: Vector;
  /** From the scene to the camera. */
  readonly toCamera: Vector;
  /** Coordinates of the centre of the upper left ray along right and up, and the step. */
  readonly left: number;
  readonly top: number;
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
  readonly extent_um: readonly [number, number];
  readonly project: VolumeView["project"];
}

function frameOf(labels: Labels, camera: Camera, width: number): Frame {
  const azimuth = camera.azimuth_deg * Math.PI / 180;
  const elevation = camera.elevation_deg * Math.PI / 180;
  const [cosA, sinA] = [Math.cos(azimuth), Math.sin(azimuth)];
  const [cosE, sinE] = [Math.cos(elevation), Math.sin(elevation)];
  // Depth z points down, so the camera above has a negative z.
  const toCamera: Vector = [cosE * cosA, cosE * sinA, -sinE];
  const right: Vector = [sinA, -cosA, 0];
  const up: Vector = [-sinE * cosA, -sinE * sinA, -cosE];

  const size = boxSize(labels);
  const across: number[] = [], along: number[] = [];
  for (let corner = 0; corner < 8; corner++) {
    const point: Vector = [
      corner & 1 ? size[0] : 0,
      corner & 2 ? size[1] : 0,
      corner & 4 ? size[2] : 0,
    ];
    across.push(dot(point, right));
    along.push(dot(point, up));
  }
  const boxWidth = Math.max(...across) - Math.min(...across);
  const edge = margin * boxWidth;
  const width_um = boxWidth + 2 * edge;
  const pixel = width_um / width;
  const high = Math.max(...along) + edge;
  const height = Math.ceil((high - Math.min(...along) + edge) / pixel);
  const left = Math.min(...across) - edge;
  const step = pixel / oversampling;
  return {
    right,
    up,
    toCamera,
    left: left + step / 2,
    top: high - step / 2,
    step,
    columns: width * oversampling,
    rows: height * oversampling,
    extent_um: [height * pixel, width_um],
    project: ([z, y, x]) => [
      high - dot([x, y, z], up),
      dot([x, y, z], right) - left,
    ],
  };
}

function boxSize({ shape, spacing_um }: Labels): Vector {
  return [
    shape[2] * spacing_um[2],
    shape[1] * spacing_um[1],
    shape[0] * spacing_um[0],
  ];
}

/** Colour of each label, three bytes each; alpha 0 for labels left out. */
interface LabelPalette {
  readonly rgb: Uint8Array;
  readonly visible: Uint8Array;
}

function paletteOf(
  { data }: Labels,
  colourOf: VolumeViewOptions["colourOf"],
): LabelPalette {
  let last = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > last) last = data[i]!;
  const present = new Uint8Array(last + 1);
  for (let i = 0; i < data.length; i++) present[data[i]!] = 1;
  const rgb = new Uint8Array(3 * (last + 1));
  const visible = new Uint8Array(last + 1);
  for (let label = 1; label <= last; label++) {
    const colour = present[label] === 1 ? colourOf(label) : null;
    if (colour === null) continue;
    rgb.set(colour, 3 * label);
    visible[label] = 1;
  }
  return { rgb, visible };
}

/** What each ray met first. */
interface Hits {
  /** Label, 0 for none. */
  readonly label: Uint32Array;
  /** Index of the voxel. */
  readonly voxel: Uint32Array;
  /** Way from the camera's side of the box in micrometres. */
  readonly depth: Float32Array;
  /** Outward direction of the surface, x, y, z. */
  readonly normal: Float32Array;
}

/** Walks each ray through the voxels to the first particle (Amanatides and Woo, 1987). */
function castRays(
  labels: Labels,
  { visible }: LabelPalette,
  frame: Frame,
): Hits {
  const { data, shape, spacing_um } = labels;
  const { columns, rows, right, up, toCamera } = frame;
  const count = columns * rows;
  const hits: Hits = {
    label: new Uint32Array(count),
    voxel: new Uint32Array(count),
    depth: new Float32Array(count),
    normal: new Float32Array(3 * count),
  };
  const cells = [shape[2], shape[1], shape[0]];
  const spacing = [spacing_um[2], spacing_um[1], spacing_um[0]];
  const stride = [1, shape[2], shape[1] * shape[2]];
  const size = boxSize(labels);
  // Rays start far enough outside the box, on the camera's side.
  const far = Math.hypot(...size);
  const direction = Float64Array.from(
    toCamera,
    (c) => Math.abs(c) < 1e-9 ? 0 : -c,
  );
  const origin = new Float64Array(3), next = new Float64Array(3);
  const delta = new Float64Array(3);
  const cell = new Int32Array(3), sign = new Int32Array(3);

  for (let row = 0, pixel = 0; row < rows; row++) {
    const v = frame.top - row * frame.step;
    for (let column = 0; column < columns; column++, pixel++) {
      const u = frame.left + column * frame.step;
      let enter = 0, leave = Infinity, face = 0;
      for (let a = 0; a < 3; a++) {
        origin[a] = u * right[a]! + v * up[a]! + far * toCamera[a]!;
        const d = direction[a]!;
        if (d === 0) {
          if (origin[a]! < 0 || origin[a]! > size[a]!) leave = -1;
          continue;
        }
        const t0 = -origin[a]! / d, t1 = (size[a]! - origin[a]!) / d;
        const near = Math.min(t0, t1);
        if (near > enter) {
          enter = near;
          face = a;
        }
        leave = Math.min(leave, Math.max(t0, t1));
      }
      if (enter >= leave) continue;

      let index = 0;
      for (let a = 0; a < 3; a++) {
        const d = direction[a]!;
        const place = (origin[a]! + enter * d) / spacing[a]!;
        const first = a === face
          ? (d > 0 ? 0 : cells[a]! - 1)
          : Math.min(cells[a]! - 1, Math.max(0, Math.floor(place)));
        cell[a] = first;
        index += first * stride[a]!;
        sign[a] = Math.sign(d);
        delta[a] = d === 0 ? Infinity : spacing[a]! / Math.abs(d);
        next[a] = d === 0
          ? Infinity
          : ((first + (d > 0 ? 1 : 0)) * spacing[a]! - origin[a]!) / d;
      }
      for (let t = enter, axis = face;;) {
        const label = data[index]!;
        const inside = label !== 0 && visible[label] === 1 &&
          (t === enter ||
            smoothShare(labels, label, origin, direction, t) >= 0.5);
        if (inside) {
          hits.label[pixel] = label;
          hits.voxel[pixel] = index;
          hits.depth[pixel] = t;
          break;
        }
        axis = next[0]! < next[1]!
          ? (next[0]! < next[2]! ? 0 : 2)
          : (next[1]! < next[2]! ? 1 : 2);
        t = next[axis]!;
        next[axis]! += delta[axis]!;
        cell[axis]! += sign[axis]!;
        if (cell[axis]! < 0 || cell[axis]! >= cells[axis]!) break;
        index += sign[axis]! * stride[axis]!;
      }
    }
  }
  return hits;
}

/**
 * Share of a particle around a point of a ray that has just entered a voxel: a
 * cubic B-spline over 4 x 4 x 4 voxels. The corners of voxels, where it is
 * small, are cut off, so that outlines do not show stairs.
 */
function smoothShare(
  { data, shape, spacing_um }: Labels,
  label: number,
  origin: Float64Array,
  direction: Float64Array,
  t: number,
): number {
  const [depth, height, width] = shape;
  const [dz, dy, dx] = spacing_um;
  // Half a voxel further on, where the ray is in the middle of the voxel.
  const ahead = t + 0.5 * Math.min(dz, dy, dx);
  const x0 = splineWeights((origin[0]! + ahead * direction[0]!) / dx - 0.5, wx);
  const y0 = splineWeights((origin[1]! + ahead * direction[1]!) / dy - 0.5, wy);
  const z0 = splineWeights((origin[2]! + ahead * direction[2]!) / dz - 0.5, wz);
  let share = 0;
  for (let k = 0; k < 4; k++) {
    const z = z0 + k;
    if (z < 0 || z >= depth) continue;
    for (let j = 0; j < 4; j++) {
      const y = y0 + j;
      if (y < 0 || y >= height) continue;
      const weight = wz[k]! * wy[j]!, line = (z * height + y) * width;
      for (let i = 0; i < 4; i++) {
        const x = x0 + i;
        if (x >= 0 && x < width && data[line + x] === label) {
          share += weight * wx[i]!;
        }
      }
    }
  }
  return share;
}

const wx = new Float64Array(4), wy = new Float64Array(4);
const wz = new Float64Array(4);

/** Weights of the four voxels around a place along an axis; gives the first of them. */
function splineWeights(place: number, weights: Float64Array): number {
  const before = Math.floor(place), f = place - before, g = 1 - f;
  weights[0] = g * g * g / 6;
  weights[1] = 2 / 3 - f * f + f * f * f / 2;
  weights[2] = 2 / 3 - g * g + g * g * g / 2;
  weights[3] = f * f * f / 6;
  return before - 1;
}

/** Outward direction at each hit: away from the particle's voxels in a small ball around it. */
function measureNormals(
  { data, shape, spacing_um }: Labels,
  hits: Hits,
  frame: Frame,
): void {
  const [depth, height, width] = shape;
  const [dz, dy, dx] = spacing_um;
  const reach = normalRadius * Math.cbrt(dz * dy * dx);
  const offsets: number[] = [];
  const [rz, ry, rx] = [dz, dy, dx].map((d) => Math.ceil(reach / d));
  for (let z = -rz!; z <= rz!; z++) {
    for (let y = -ry!; y <= ry!; y++) {
      for (let x = -rx!; x <= rx!; x++) {
        const length = Math.hypot(z * dz, y * dy, x * dx);
        if (length > 0 && length <= reach) offsets.push(z, y, x);
      }
    }
  }
  const ball = Int8Array.from(offsets);
  const layer = height * width;
  let lastVoxel = -1;
  const normal = new Float64Array(3);
  for (let pixel = 0; pixel < hits.label.length; pixel++) {
    const label = hits.label[pixel]!;
    if (label === 0) continue;
    const voxel = hits.voxel[pixel]!;
    if (voxel !== lastVoxel) {
      lastVoxel = voxel;
      const z = Math.floor(voxel / layer);
      const y = Math.floor((voxel - z * layer) / width);
      const x = voxel - z * layer - y * width;
      let nx = 0, ny = 0, nz = 0;
      for (let o = 0; o < ball.length; o += 3) {
        const oz = ball[o]!, oy = ball[o + 1]!, ox = ball[o + 2]!;
        const vz = z + oz, vy = y + oy, vx = x + ox;
        const inside = vz >= 0 && vz < depth && vy >= 0 && vy < height &&
          vx >= 0 && vx < width &&
          data[voxel + oz * layer + oy * width + ox] === label;
        if (!inside) continue;
        nx -= ox * dx;
        ny -= oy * dy;
        nz -= oz * dz;
      }
      const length = Math.hypot(nx, ny, nz);
      // A particle that surrounds its own surface voxel has no side: face the camera.
      if (length > 1e-9) {
        normal[0] = nx / length;
        normal[1] = ny / length;
        normal[2] = nz / length;
      } else normal.set(frame.toCamera);
    }
    hits.normal.set(normal, 3 * pixel);
  }
}

/** Means over the pixels of about a voxel, within a particle, so that voxels do not show as facets. */
function smoothNormals({ label, normal }: Hits, frame: Frame): void {
  const reach = 3;
  const { columns, rows } = frame;
  for (
    const [step, length, lines, lineStep] of [
      [1, columns, rows, columns],
      [columns, rows, columns, 1],
    ] as const
  ) {
    const source = normal.slice();
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < length; i++) {
        const pixel = line * lineStep + i * step;
        const own = label[pixel]!;
        if (own === 0) continue;
        let nx = 0, ny = 0, nz = 0;
        const last = Math.min(length - 1, i + reach);
        for (let j = Math.max(0, i - reach); j <= last; j++) {
          const other = line * lineStep + j * step;
          if (label[other] !== own) continue;
          nx += source[3 * other]!;
          ny += source[3 * other + 1]!;
          nz += source[3 * other + 2]!;
        }
        const norm = Math.hypot(nx, ny, nz) || 1;
        normal[3 * pixel] = nx / norm;
        normal[3 * pixel + 1] = ny / norm;
        normal[3 * pixel + 2] = nz / norm;
      }
    }
  }
}

/** Light, gaps, edges and depth to colours, and rays to pixels. */
function shade(
  labels: Labels,
  hits: Hits,
  palette: LabelPalette,
  frame: Frame,
): Uint8Array {
  const { columns, rows, right, up, toCamera, step } = frame;
  const light = unit(
    toCamera.map((c, a) => 0.75 * c + 0.62 * up[a]! - 0.45 * right[a]!),
  );
  const gaps = openness(labels, palette);
  let nearest = Infinity, farthest = 0;
  for (let i = 0; i < hits.label.length; i++) {
    if (hits.label[i] === 0) continue;
    nearest = Math.min(nearest, hits.depth[i]!);
    farthest = Math.max(farthest, hits.depth[i]!);
  }
  const span = farthest - nearest || 1;
  const far = Math.hypot(...boxSize(labels));

  const [width, height] = [columns / oversampling, rows / oversampling];
  // Starts white; each ray that hits takes its share of the white away.
  const sum = new Float32Array(4 * width * height).fill(
    255 * oversampling ** 2,
  );
  for (let row = 0, pixel = 0; row < rows; row++) {
    const v = frame.top - row * step;
    for (let column = 0; column < columns; column++, pixel++) {
      const out = 4 * (Math.floor(row / oversampling) * width +
        Math.floor(column / oversampling));
      const label = hits.label[pixel]!;
      if (label === 0) continue; // stays white
      const u = frame.left + column * step;
      const along = far - hits.depth[pixel]!;
      const n: Vector = [
        hits.normal[3 * pixel]!,
        hits.normal[3 * pixel + 1]!,
        hits.normal[3 * pixel + 2]!,
      ];
      const open = gaps(
        u * right[0] + v * up[0] + along * toCamera[0],
        u * right[1] + v * up[1] + along * toCamera[1],
        u * right[2] + v * up[2] + along * toCamera[2],
        n,
      );
      const lambert = Math.max(0, dot(n, light));
      const edge = isEdge(hits, pixel, row, column, frame) ? 0.6 : 1;
      const brightness = edge * (0.3 + 0.7 * open) * (0.62 + 0.46 * lambert);
      const haze = 0.12 * (hits.depth[pixel]! - nearest) / span;
      for (let c = 0; c < 3; c++) {
        const lit = Math.min(255, palette.rgb[3 * label + c]! * brightness);
        sum[out + c]! += (lit - 255) * (1 - haze);
      }
    }
  }
  return Uint8Array.from(sum, (value) => Math.round(value / oversampling ** 2));
}

/** Whether a neighbouring ray met another particle, or nothing. */
function isEdge(
  { label }: Hits,
  pixel: number,
  row: number,
  column: number,
  { columns, rows }: Frame,
): boolean {
  const own = label[pixel];
  return column + 1 < columns && label[pixel + 1] !== own ||
    column > 0 && label[pixel - 1] !== own ||
    row + 1 < rows && label[pixel + columns] !== own ||
    row > 0 && label[pixel - columns] !== own;
}

/**
 * How open the space in front of a surface is, 0 to 1 (ambient occlusion): the
 * share of free space on a coarse, smoothed grid at two distances from it.
 */
function openness(
  { data, shape, spacing_um }: Labels,
  { visible }: LabelPalette,
): (x: number, y: number, z: number, normal: Vector) => number {
  const [depth, height, width] = shape;
  const size_um = [2, 1, 0].map((a) => shape[a]! * spacing_um[a]!);
  const cell_um = Math.max(
    Math.cbrt(size_um[0]! * size_um[1]! * size_um[2]!) / 64,
    ...spacing_um,
  );
  const cells = size_um.map((s) => Math.max(1, Math.round(s / cell_um)));
  const [nx, ny, nz] = cells as [number, number, number];
  const filled = new Float32Array(nx * ny * nz);
  const voxels = new Uint32Array(nx * ny * nz);
  const columnOf = Uint32Array.from(
    { length: width },
    (_, x) => Math.floor(x * nx / width),
  );
  for (let z = 0, i = 0; z < depth; z++) {
    const cz = Math.floor(z * nz / depth);
    for (let y = 0; y < height; y++) {
      const line = (cz * ny + Math.floor(y * ny / height)) * nx;
      for (let x = 0; x < width; x++, i++) {
        const c = line + columnOf[x]!;
        voxels[c]!++;
        if (visible[data[i]!] === 1) filled[c]!++;
      }
    }
  }
  for (let c = 0; c < filled.length; c++) filled[c]! /= voxels[c]!;
  for (let pass = 0; pass < 2; pass++) boxMean(filled, nx, ny, nz);

  const [sx, sy, sz] = [nx / size_um[0]!, ny / size_um[1]!, nz / size_um[2]!];
  const at = (x: number, y: number, z: number): number =>
    x < 0 || x >= nx || y < 0 || y >= ny || z < 0 || z >= nz
      ? 0
      : filled[(z * ny + y) * nx + x]!;
  // Between the eight cells around the point; outside the box is empty.
  const linear = (x_um: number, y_um: number, z_um: number): number => {
    const x = x_um * sx - 0.5, y = y_um * sy - 0.5, z = z_um * sz - 0.5;
    const x0 = Math.floor(x), y0 = Math.floor(y), z0 = Math.floor(z);
    const fx = x - x0, fy = y - y0, fz = z - z0;
    const line = (y: number, z: number) =>
      at(x0, y, z) * (1 - fx) + at(x0 + 1, y, z) * fx;
    const face = (z: number) => line(y0, z) * (1 - fy) + line(y0 + 1, z) * fy;
    return face(z0) * (1 - fz) + face(z0 + 1) * fz;
  };
  return (x, y, z, normal) => {
    const ahead = (distance: number) =>
      linear(
        x + distance * normal[0],
        y + distance * normal[1],
        z + distance * normal[2],
      );
    const shut = (ahead(2 * cell_um) + ahead(4 * cell_um)) / 2;
    return Math.min(1, 1.25 * (1 - shut));
  };
}

/** Mean over three cells along each axis, in place; outside is empty. */
function boxMean(values: Float32Array, nx: number, ny: number, nz: number) {
  for (const [length, step] of [[nx, 1], [ny, nx], [nz, nx * ny]] as const) {
    const source = values.slice();
    for (let c = 0; c < values.length; c++) {
      const place = Math.floor(c / step) % length;
      const before = place > 0 ? source[c - step]! : 0;
      const after = place < length - 1 ? source[c + step]! : 0;
      values[c] = (before + source[c]! + after) / 3;
    }
  }
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function unit(vector: readonly number[]): Vector {
  const length = Math.hypot(...vector);
  return [vector[0]! / length, vector[1]! / length, vector[2]! / length];
}
