/** The attribute table of an electrode. */
import {
  assertSameGrid,
  type Column,
  createTable,
  DataError,
  type Labels,
  type Progress,
  shared,
  silent,
  type Table,
  type Volume,
  type VoxelArray,
  WorkerPool,
  type ZYX,
} from "../core/mod.ts";
import { labelStatistics } from "../image/mod.ts";
import { countParticles, particleShare } from "./density.ts";
import type { ParticleItem, ParticleValues } from "./measure_particles.ts";
import {
  nearestParticles,
  nematicOrder,
  spread,
  UNBOUNDED,
  type Window,
} from "./neighbours.ts";
import type { Box } from "./particle.ts";
import { ATTRIBUTES, type Definitions } from "./registry.ts";

/** Edge of the cube of PDensity, in micrometres. */
const DENSITY_CUBE_um = 30;
/** Growth of the box of the published PDensity on each side, in micrometres. */
const PUBLISHED_DENSITY_MARGIN_um = 10;
/** Particles that a worker takes at a time. */
const PARTICLES_PER_ITEM = 16;

/** Choices of {@linkcode measureAttributes}. */
export interface MeasureOptions {
  /** Definitions of the attributes. */
  definitions?: Definitions;
  /** Number of workers; by default one per core. The result does not depend on it. */
  workers?: number;
  /** Takes news of the work. */
  progress?: Progress;
}

/**
 * The 24 attributes of every particle.
 *
 * Particles are cut out by their bounding boxes and measured one by one, spread
 * over the workers; neighbours are looked up among centroids.
 *
 * @param volume Grey levels.
 * @param labels Particles on the same grid, cracks and voids included.
 * @param cracks 1 where a voxel of a particle is crack or void, from
 * `findCracks`, or the known truth.
 * @param options Definitions, workers, progress.
 * @returns One row per label, in the order of the labels: `label`, `border` (1
 * if the particle touches the frame of the volume), the attributes of
 * {@linkcode ATTRIBUTES} with their units, and `flags`, words joined by
 * semicolons: `border`; `pieces` if the label falls into several; `convention`
 * if a value was set as the registry says because its formula is not defined;
 * `none` otherwise.
 * @throws {RangeError} If the grids differ.
 * @throws {DataError} If there is no particle.
 */
export async function measureAttributes(
  volume: Volume,
  labels: Labels,
  cracks: Volume<Uint8Array>,
  options: MeasureOptions = {},
): Promise<Table> {
  const { definitions = "clean", workers, progress = silent } = options;
  assertSameGrid(volume, labels, ["the volume", "the labels"]);
  assertSameGrid(cracks, labels, ["the cracks", "the labels"]);
  const boxes = particleBoxes(labels);
  if (boxes.length === 0) {
    throw new DataError(
      "Cannot measure particles as there must be at least one label: current value is background everywhere",
    );
  }

  const step = "measuring particles";
  const images = {
    volume: sharedImage(volume),
    labels: sharedImage(labels),
    cracks: sharedImage(cracks),
  };
  const items = chunks(boxes, PARTICLES_PER_ITEM).map((
    particles,
  ): ParticleItem => ({
    ...images,
    particles,
    definitions,
  }));
  using pool = new WorkerPool(workers);
  const measured = (await pool.map<ParticleItem, ParticleValues[]>(
    {
      module: new URL("./measure_particles.ts", import.meta.url),
      name: "measureParticles",
    },
    items,
    { progress, step },
  )).flat();

  const border = boxes.map(({ box }) => touchesFrame(box, labels.shape));
  const density = densities(labels, boxes, measured, definitions);
  const local = neighbourValues(measured, boxes, border, labels, definitions);
  const valueOf = (id: string, row: number): number =>
    id === "PDensity"
      ? density[row]!
      : local[row]!.values[id] ?? measured[row]!.values[id]!;
  const attributes = ATTRIBUTES.map(({ id, unit }): Column => ({
    id,
    unit: unit[definitions],
    values: Float64Array.from(measured, (_, row) => valueOf(id, row)),
  }));
  const flags = measured.map(({ pieces, convention }, row) =>
    [
      border[row] ? "border" : "",
      pieces > 1 ? "pieces" : "",
      convention || local[row]!.convention ? "convention" : "",
    ].filter((flag) => flag !== "").join(";") || "none"
  );
  return createTable([
    {
      id: "label",
      unit: "",
      values: Float64Array.from(measured, ({ label }) => label),
    },
    { id: "border", unit: "", values: Float64Array.from(border, Number) },
    ...attributes,
    { id: "flags", unit: "", values: flags },
  ]);
}

/** Bounding boxes of all labels, in the order of the labels. */
function particleBoxes(labels: Labels): { label: number; box: Box }[] {
  const { label, boxMin, boxMax } = labelStatistics(labels);
  const corner = (list: Uint32Array, row: number, beyond: number) =>
    Array.from(
      list.subarray(3 * row, 3 * row + 3),
      (v) => v + beyond,
    ) as unknown as ZYX;
  return Array.from(label, (value, row) => ({
    label: value,
    box: { from: corner(boxMin, row, 0), to: corner(boxMax, row, 1) },
  }));
}

function touchesFrame({ from, to }: Box, shape: ZYX): boolean {
  return from.some((f, axis) => f === 0 || to[axis] === shape[axis]);
}

/** Share of particles around each particle. */
function densities(
  labels: Labels,
  boxes: readonly { box: Box }[],
  measured: readonly ParticleValues[],
  definitions: Definitions,
): number[] {
  const counts = countParticles(labels);
  const { spacing_um } = labels;
  // Above and below the electrode there is nothing to count.
  const top = Math.min(...boxes.map(({ box }) => box.from[0]));
  const bottom = Math.max(...boxes.map(({ box }) => box.to[0]));
  return measured.map(({ centroid_um }, row) => {
    if (definitions === "published") {
      const { from, to } = boxes[row]!.box;
      const margin = spacing_um.map((s) =>
        Math.round(PUBLISHED_DENSITY_MARGIN_um / s)
      );
      return particleShare(
        counts,
        from.map((f, axis) => f - margin[axis]!) as unknown as ZYX,
        to.map((t, axis) => t + margin[axis]!) as unknown as ZYX,
      );
    }
    const edges = centroid_um.map((c, axis) => [
      Math.round((c - DENSITY_CUBE_um / 2) / spacing_um[axis]!),
      Math.round((c + DENSITY_CUBE_um / 2) / spacing_um[axis]!),
    ]);
    const [z, y, x] = edges as [number[], number[], number[]];
    return particleShare(
      counts,
      [Math.max(top, z[0]!), y[0]!, x[0]!],
      [Math.min(bottom, z[1]!), y[1]!, x[1]!],
    );
  });
}

/** What the neighbours of a particle say. */
interface NeighbourValues {
  /** Values of the attributes, by id. */
  readonly values: Readonly<Record<string, number>>;
  /** Whether there were too few neighbours for one of them. */
  readonly convention: boolean;
}

/** Attributes that are statistics of the neighbours' attributes, one entry per particle. */
function neighbourValues(
  measured: readonly ParticleValues[],
  boxes: readonly { box: Box }[],
  border: readonly boolean[],
  labels: Labels,
  definitions: Definitions,
): NeighbourValues[] {
  const clean = definitions === "clean";
  const nearest = nearestParticles(
    measured.map(({ centroid_um }) => centroid_um),
    clean ? visibleWindow(boxes, labels) : UNBOUNDED,
  );
  return nearest.map(({ rows, distances_um }) => {
    // The shape of a particle that the frame cuts is not known.
    const shaped = clean ? rows.filter((row) => !border[row]) : rows;
    const of = (id: string) => shaped.map((row) => measured[row]!.values[id]!);
    const distance = rows.length === 0
      ? 0
      : distances_um.reduce((a, b) => a + b) / rows.length;
    return {
      convention: shaped.length < 2,
      values: {
        DisNearest: distance,
        ElongStd: spread(of("Elongation")),
        VolumeStd: spread(clean ? of("Volume").map(Math.log) : of("Volume")),
        SphericityStd: spread(of("Sphericity")),
        OrientIso: shaped.length === 0
          ? 0
          : clean
          ? 1 - nematicOrder(shaped.map((row) => measured[row]!.axis))
          : Math.max(
            spread(of("Yaw")),
            spread(of("Pitch")),
            spread(of("Roll")),
          ),
      },
    };
  });
}

/** The volume, without bounds on the sides where no particle is cut. */
function visibleWindow(
  boxes: readonly { box: Box }[],
  { shape, spacing_um }: Labels,
): Window {
  const cut = (axis: number, side: "from" | "to") =>
    boxes.some(({ box }) =>
      side === "from" ? box.from[axis] === 0 : box.to[axis] === shape[axis]
    );
  const axes = [0, 1, 2];
  return {
    from_um: axes.map((axis) =>
      cut(axis, "from") ? 0 : -Infinity
    ) as unknown as ZYX,
    to_um: axes.map((axis) =>
      cut(axis, "to") ? shape[axis]! * spacing_um[axis]! : Infinity
    ) as unknown as ZYX,
  };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(list.length / size) },
    (_, i) => list.slice(i * size, (i + 1) * size),
  );
}

/** The same image over memory that workers share. */
function sharedImage<T extends VoxelArray>(image: Volume<T>): Volume<T> {
  if (image.data.buffer instanceof SharedArrayBuffer) return image;
  const type = image.data.constructor as {
    new (buffer: SharedArrayBuffer): T;
    readonly BYTES_PER_ELEMENT: number;
  };
  const data = shared(type, image.data.length);
  data.set(image.data);
  return { ...image, data };
}
