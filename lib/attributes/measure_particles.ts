/** What one particle and its immediate surroundings say, as the workers measure it. */
import type { Image, Labels, Volume, ZYX } from "../core/mod.ts";
import { connectedComponents, distanceTransform } from "../image/mod.ts";
import { deepGreyLevels, particleGreyLevels } from "./grey_levels.ts";
import {
  type Box,
  CRACK,
  type CutOut,
  cutOut,
  majority,
  OTHER,
  SOLID,
} from "./particle.ts";
import type { Definitions } from "./registry.ts";
import { outerRoughness } from "./roughness.ts";
import {
  type Moments,
  momentsOf,
  orientationOf,
  principalAxes,
} from "./shape.ts";
import {
  croftonDirections,
  type Direction,
  surfaceAreas,
  surfaceVoxels,
} from "./surface.ts";

/** Distance at which surfaces count as touching, in micrometres. */
const CONTACT_GAP_um = 0.2;
/** Width of the shell of the published contact, in voxels. */
const PUBLISHED_SHELL = 10;

/** Particles that a worker measures. */
export interface ParticleItem {
  volume: Image;
  labels: Labels;
  cracks: Volume<Uint8Array>;
  particles: { label: number; box: Box }[];
  definitions: Definitions;
}

/** What is measured of one particle without regard to the neighbours' own attributes. */
export interface ParticleValues {
  readonly label: number;
  /** Values of the attributes, by id. */
  readonly values: Readonly<Record<string, number>>;
  /** Centroid of the filled particle along z, y, x in micrometres. */
  readonly centroid_um: ZYX;
  /** Unit vector along the long axis, as z, y, x. */
  readonly axis: ZYX;
  /** Number of pieces that do not touch by a face, an edge or a corner. */
  readonly pieces: number;
  /** Whether a value was set by convention because its formula is not defined. */
  readonly convention: boolean;
}

/**
 * Measures particles one by one.
 *
 * @param item Volume, labels, cracks, and which particles.
 */
export async function measureParticles(
  item: ParticleItem,
): Promise<ParticleValues[]> {
  const directions = croftonDirections(item.labels.spacing_um);
  const measured: ParticleValues[] = [];
  for (const { label, box } of item.particles) {
    measured.push(await measureParticle(item, directions, label, box));
  }
  return measured;
}

async function measureParticle(
  { volume, labels, cracks, definitions }: ParticleItem,
  directions: readonly Direction[],
  label: number,
  box: Box,
): Promise<ParticleValues> {
  const { spacing_um } = labels;
  const margin = definitions === "published"
    ? [PUBLISHED_SHELL + 1, PUBLISHED_SHELL + 1, PUBLISHED_SHELL + 1] as const
    : spacing_um.map((s) =>
      2 + Math.floor(CONTACT_GAP_um / s)
    ) as unknown as ZYX;
  const particle = cutOut(labels, cracks, label, box, margin);
  const filled = momentsOf(particle, false), solid = momentsOf(particle, true);
  const common = {
    Volume: filled.voxels * spacing_um[0] * spacing_um[1] * spacing_um[2],
    Damage: (filled.voxels - solid.voxels) / filled.voxels,
  };
  const { values, convention, axis } = definitions === "clean"
    ? cleanValues(volume, particle, directions, filled, common.Volume)
    : await publishedValues(
      volume,
      particle,
      solid.voxels > 0 ? solid : filled,
      common.Volume,
    );
  return {
    label,
    values: { ...common, ...values },
    centroid_um: filled.centroid_um,
    axis,
    pieces: pieceCount(particle),
    convention: convention || solid.voxels === 0,
  };
}

interface OwnValues {
  values: Record<string, number>;
  convention: boolean;
  axis: ZYX;
}

function cleanValues(
  volume: Image,
  particle: CutOut,
  directions: readonly Direction[],
  filled: Moments,
  volume_um3: number,
): OwnValues {
  const areas = surfaceAreas(particle, directions, CONTACT_GAP_um);
  const smoothed = surfaceAreas(smooth(particle), directions, 0);
  const roughOuter = outerRoughness(particle, filled.centroid_um);
  const deep = deepGreyLevels(volume, particle);
  const solid = deep.voxels > 0
    ? deep
    : particleGreyLevels(volume, particle, "solid");
  const grey = solid.voxels > 0
    ? solid
    : particleGreyLevels(volume, particle, "filled");
  const { shape, axis } = shapeValues(filled);
  return {
    axis,
    values: {
      ...shape,
      EDensity: grey.level,
      Homogeneity: grey.spread > 0 ? 1 / grey.spread : 0,
      SurfInner: areas.inner_um2,
      SurfOuter: areas.outer_um2,
      Sphericity: Math.cbrt(36 * Math.PI * volume_um3 ** 2) / areas.outer_um2,
      VSratio: volume_um3 / areas.outer_um2,
      RoughInner: smoothed.inner_um2 > 0
        ? areas.inner_um2 / smoothed.inner_um2
        : 0,
      RoughOuter: roughOuter ?? 0,
      Contact: areas.contact_um2 / areas.outer_um2,
    },
    convention: smoothed.inner_um2 === 0 || roughOuter === undefined ||
      deep.voxels === 0 || grey.spread === 0,
  };
}

async function publishedValues(
  volume: Image,
  particle: CutOut,
  solid: Moments,
  volume_um3: number,
): Promise<OwnValues> {
  const { shape: size, spacing_um: [dz, dy, dx] } = particle;
  const P = particle.kind.map((k) => k === SOLID ? 1 : 0);
  const F = particle.kind.map((k) => k === SOLID || k === CRACK ? 1 : 0);
  const face_um2 = (dz * dy + dz * dx + dy * dx) / 3;
  const total = surfaceVoxels(P, size), outer = surfaceVoxels(F, size);
  const smoothOuter = surfaceVoxels(majority(F, size), size);
  const smoothInner = surfaceVoxels(majority(P, size), size) - smoothOuter;
  const inner = total - outer;
  const grey = particleGreyLevels(volume, particle, "filled");
  const { shape, axis } = shapeValues(solid);
  const surface_um2 = Math.max(total, outer) * face_um2;
  return {
    axis,
    values: {
      ...shape,
      X: solid.centroid_um[2],
      Y: solid.centroid_um[1],
      Z: solid.centroid_um[0],
      EDensity: grey.mean,
      Homogeneity: grey.deviation > 0 ? 1 / grey.deviation : 0,
      SurfInner: inner * face_um2,
      SurfOuter: outer * face_um2,
      Sphericity: 36 * Math.PI * volume_um3 ** 2 / surface_um2 ** 3,
      VSratio: Math.cbrt(volume_um3) / Math.sqrt(surface_um2),
      RoughInner: inner !== 0 ? smoothInner / inner : 0,
      RoughOuter: smoothOuter / outer,
      Contact: await shellShare(particle, F),
    },
    convention: inner === 0 || grey.deviation === 0,
  };
}

function shapeValues(
  moments: Moments,
): { shape: Record<string, number>; axis: ZYX } {
  const principal = principalAxes(moments.second_um2);
  const { yaw_deg, pitch_deg, roll_deg } = orientationOf(principal);
  const [long, , short] = principal.variances_um2;
  return {
    axis: principal.axes[0],
    shape: {
      X: moments.centroid_um[2],
      Y: moments.centroid_um[1],
      Z: moments.centroid_um[0],
      Yaw: yaw_deg,
      Pitch: pitch_deg,
      Roll: roll_deg,
      Elongation: Math.sqrt(long / short),
    },
  };
}

/** The particle after a majority filter of its filled and of its solid part. */
function smooth(particle: CutOut): CutOut {
  const { kind, shape } = particle;
  const filled = majority(
    kind.map((k) => k === SOLID || k === CRACK ? 1 : 0),
    shape,
  );
  const solid = majority(kind.map((k) => k === SOLID ? 1 : 0), shape);
  return {
    ...particle,
    kind: filled.map((f, i) => solid[i] === 1 ? SOLID : f === 1 ? CRACK : 0),
  };
}

/** Share of the shell around a filled particle that other particles take up. */
async function shellShare(
  { kind, shape }: CutOut,
  filled: Uint8Array,
): Promise<number> {
  const outside = { data: filled.map((f) => 1 - f), shape };
  const distance = await distanceTransform(
    { ...outside, spacing_um: [1, 1, 1] as const },
    { limit_um: PUBLISHED_SHELL, workers: 1 },
  );
  let shell = 0, others = 0;
  for (let i = 0; i < kind.length; i++) {
    const d = distance.data[i]!;
    if (d === 0 || d > PUBLISHED_SHELL) continue;
    shell++;
    if (kind[i] === OTHER) others++;
  }
  return others / shell;
}

function pieceCount({ kind, shape, spacing_um }: CutOut): number {
  const data = kind.map((k) => k === SOLID || k === CRACK ? 1 : 0);
  return connectedComponents({ data, shape, spacing_um }, "corners").count;
}
