/** The 24 attributes of a particle (Science Table S1): the one place that names and defines them. */

/** Group of attributes, as in Table S1. */
export type AttributeGroup =
  | "position"
  | "chemistry"
  | "particle structure"
  | "local morphology";

/**
 * Which definitions are meant: `"clean"` are unbiased estimators in physical
 * units, `"published"` are those of the authors' public code where it is well
 * defined.
 */
export type Definitions = "clean" | "published";

/** One attribute: what it is called, how it is computed, and what to beware of. */
export interface Attribute {
  /** Name of the column. */
  readonly id: string;
  /** Number in Table S1; the printed table leaves out 18. */
  readonly number: number;
  /** Words for axis titles. */
  readonly label: string;
  /** Unit of each definition; empty for a pure number. */
  readonly unit: Readonly<Record<Definitions, string>>;
  /** Group in Table S1. */
  readonly group: AttributeGroup;
  /** Formula in words, of each definition. F is the filled particle, P the particle without cracks and voids, C = F without P. */
  readonly definition: Readonly<Record<Definitions, string>>;
  /** Where and why the two differ, or where the published code and Table S1 differ. */
  readonly difference: string;
  /** Whether cracks enter the attribute, so that it gives the damage away to a model that should predict it. */
  readonly leaksDamage: Readonly<Record<Definitions, boolean>>;
  /** What it is for a particle for which the formula is not defined, and other limits. */
  readonly edgeCases: string;
  /** Other names under which published tables have it. */
  readonly aliases: readonly string[];
}

const PURE = { clean: "", published: "" } as const;
const MICROMETRES = { clean: "um", published: "um" } as const;
const DEGREES = { clean: "deg", published: "deg" } as const;
const NO_LEAK = { clean: false, published: false } as const;
const CENTROID_DIFFERENCE =
  "The public code takes the centroid of P, in voxels of an array cropped by 30 voxels on each side, and calls the row axis X; we give micrometres from the corner of the volume in both definitions.";
const ANGLE_DIFFERENCE =
  "An axis has no sign, so the published angles jump by 180 degrees; ours are folded to one half-turn. The public code uses P, which a one-sided crack tilts.";
const SHAPES_NEARBY_EDGE =
  "Near a cut face fewer neighbours, in proportion to the visible part, and in the clean definition without those that are cut; 0 with fewer than two (flag convention).";
const ANGLE_EDGE =
  "Noise for near-spheres (Elongation below 1.1); yaw and roll are not defined apart at a pitch of 90 degrees.";

/**
 * The 24 attributes in the order of Table S1 (X to OrientIso).
 *
 * Source: Li et al., Science 376, 517 (2022), doi:10.1126/science.abm8962,
 * Table S1 and the authors' public code, doi:10.5281/zenodo.5888945. The
 * printed table has 23 rows; the 24th is `SphericityStd`, which the published
 * regression uses under the name `locSphericity`.
 *
 * @example Which predictors give the damage away?
 * ```ts
 * import assert from "node:assert/strict";
 * import { ATTRIBUTES } from "./registry.ts";
 *
 * const leaks = ATTRIBUTES.filter((a) => a.leaksDamage.clean && a.id !== "Damage");
 * assert.deepEqual(leaks.map((a) => a.id), ["SurfInner", "RoughInner"]);
 * ```
 */
export const ATTRIBUTES: readonly Attribute[] = [
  ...(["X", "Y", "Z"] as const).map((id, axis): Attribute => ({
    id,
    number: axis + 1,
    label: ["Position along x", "Position along y", "Depth"][axis]!,
    unit: MICROMETRES,
    group: "position",
    definition: {
      clean: `Centroid of F along ${id.toLowerCase()}${
        id === "Z" ? ", 0 at the separator side of the volume" : ""
      }.`,
      published: `Centroid of P along ${id.toLowerCase()}.`,
    },
    difference: CENTROID_DIFFERENCE,
    leaksDamage: NO_LEAK,
    edgeCases: "Of the visible part only where the particle is cut.",
    aliases: [],
  })),
  {
    id: "Yaw",
    number: 4,
    label: "Yaw of the long axis",
    unit: DEGREES,
    group: "position",
    definition: {
      clean:
        "Angle of the long principal axis of F about z, from x towards y, -90 to 90.",
      published: "The same of P.",
    },
    difference: ANGLE_DIFFERENCE,
    leaksDamage: NO_LEAK,
    edgeCases: ANGLE_EDGE,
    aliases: [],
  },
  {
    id: "Pitch",
    number: 5,
    label: "Pitch of the long axis",
    unit: DEGREES,
    group: "position",
    definition: {
      clean:
        "Angle of the long principal axis of F out of the xy plane, away from z, -90 to 90.",
      published: "The same of P.",
    },
    difference: ANGLE_DIFFERENCE,
    leaksDamage: NO_LEAK,
    edgeCases: ANGLE_EDGE,
    aliases: [],
  },
  {
    id: "Roll",
    number: 6,
    label: "Roll about the long axis",
    unit: DEGREES,
    group: "position",
    definition: {
      clean:
        "Angle of the middle principal axis of F about the long one, -90 to 90.",
      published: "The same of P.",
    },
    difference: ANGLE_DIFFERENCE,
    leaksDamage: NO_LEAK,
    edgeCases: ANGLE_EDGE,
    aliases: [],
  },
  {
    id: "EDensity",
    number: 7,
    label: "Electron density",
    unit: { clean: "grey level", published: "grey level" },
    group: "chemistry",
    definition: {
      clean:
        "Densest grey level (mean shift) of the solid, two voxels and more away from its surface.",
      published: "Mean grey level of F, voxels of level 0 left out.",
    },
    difference:
      "The published mean takes in the dark cracks, so it falls with damage by construction.",
    leaksDamage: { clean: false, published: true },
    edgeCases:
      "A particle without voxels that deep takes all of its solid (flag convention).",
    aliases: ["Edensity"],
  },
  {
    id: "Homogeneity",
    number: 8,
    label: "Homogeneity",
    unit: { clean: "1/grey level", published: "1/grey level" },
    group: "chemistry",
    definition: {
      clean:
        "Inverse of the root mean square distance from EDensity of the grey levels that it rests on and that are above it.",
      published: "Inverse of the standard deviation of the grey levels of F.",
    },
    difference:
      "Table S1 says inverse, the public code gives the deviation itself; we follow the table. The published one falls with damage by construction; cracks thinner than a voxel darken even deep voxels, so ours looks at the brighter side only.",
    leaksDamage: { clean: false, published: true },
    edgeCases: "0 where all grey levels are the same (flag convention).",
    aliases: [],
  },
  {
    id: "SurfInner",
    number: 9,
    label: "Inner surface area",
    unit: { clean: "um^2", published: "um^2" },
    group: "particle structure",
    definition: {
      clean: "Area of the surface between P and C (Crofton, 13 directions).",
      published:
        "Surface voxels of P minus surface voxels of F, times the mean area of a voxel face.",
    },
    difference:
      "Counting surface voxels gives 0.8 times the area of a ball and can be negative; the public code gives voxels.",
    leaksDamage: { clean: true, published: true },
    edgeCases: "0 without cracks and voids.",
    aliases: ["SurfaceInner"],
  },
  {
    id: "SurfOuter",
    number: 10,
    label: "Outer surface area",
    unit: { clean: "um^2", published: "um^2" },
    group: "particle structure",
    definition: {
      clean: "Area of the surface of F (Crofton, 13 directions).",
      published: "Surface voxels of F, times the mean area of a voxel face.",
    },
    difference:
      "Counting surface voxels gives 0.8 times the area of a ball; the public code gives voxels.",
    leaksDamage: NO_LEAK,
    edgeCases: "Cut faces count where the volume ends.",
    aliases: ["SurfaceOuter"],
  },
  {
    id: "Volume",
    number: 11,
    label: "Volume",
    unit: { clean: "um^3", published: "um^3" },
    group: "particle structure",
    definition: { clean: "Volume of F.", published: "The same." },
    difference: "The public code gives voxels.",
    leaksDamage: NO_LEAK,
    edgeCases: "Of the visible part only where the particle is cut.",
    aliases: [],
  },
  {
    id: "Damage",
    number: 12,
    label: "Degree of damage",
    unit: PURE,
    group: "particle structure",
    definition: {
      clean: "Share of cracks and voids: volume of C over volume of F.",
      published: "The same.",
    },
    difference:
      "The public code closes each particle inside its own bounding box, which makes up 4 to 22 % of damage for perfect balls; we do not copy that.",
    leaksDamage: { clean: true, published: true },
    edgeCases: "0 for a particle too small to hold a crack.",
    aliases: [],
  },
  {
    id: "Elongation",
    number: 13,
    label: "Elongation",
    unit: PURE,
    group: "particle structure",
    definition: {
      clean: "Longest over shortest principal axis of F (equal moments).",
      published: "The same of P.",
    },
    difference:
      "A large one-sided crack changes the axes of P, not those of F.",
    leaksDamage: NO_LEAK,
    edgeCases: "1 for a single voxel of equal sides.",
    aliases: [],
  },
  {
    id: "Sphericity",
    number: 14,
    label: "Sphericity",
    unit: PURE,
    group: "particle structure",
    definition: {
      clean:
        "Surface of a ball of the volume of F over the outer surface of F (Wadell).",
      published:
        "36 pi V^2 / S^3 with V of F and S the surface voxels of P, inner and outer.",
    },
    difference:
      "The published one is 1.8 to 1.9 for a perfect ball, and counts crack walls as surface, so it falls with damage by construction.",
    leaksDamage: { clean: false, published: true },
    edgeCases:
      "Below 10 voxels of radius the surface is uncertain by some per cent.",
    aliases: [],
  },
  {
    id: "VSratio",
    number: 15,
    label: "Volume to surface",
    unit: { clean: "um", published: "" },
    group: "particle structure",
    definition: {
      clean: "Volume of F over the outer surface of F.",
      published: "V^(1/3) / S^(1/2), V and S as in Sphericity.",
    },
    difference:
      "The published one is Sphericity in another power, hence redundant; ours is a length, the diffusion distance.",
    leaksDamage: { clean: false, published: true },
    edgeCases: "None.",
    aliases: ["Vsratio"],
  },
  {
    id: "RoughInner",
    number: 16,
    label: "Roughness of the inner surface",
    unit: PURE,
    group: "particle structure",
    definition: {
      clean:
        "Inner surface area over that after a 3x3x3 majority filter; larger is rougher.",
      published:
        "Inner surface voxels after a 3x3x3 majority filter over those before; larger is smoother.",
    },
    difference:
      "The published ratio is inverted with respect to its name, and not defined without cracks.",
    leaksDamage: { clean: true, published: true },
    edgeCases: "0 without an inner surface (flag convention).",
    aliases: [],
  },
  {
    id: "RoughOuter",
    number: 17,
    label: "Roughness of the outer surface",
    unit: { clean: "um", published: "" },
    group: "particle structure",
    definition: {
      clean:
        "Root mean square deviation of the surface of F from a smooth one (spherical harmonics up to order 6), less what the steps of the voxels add.",
      published:
        "Surface voxels of F after a 3x3x3 majority filter over those before; larger is smoother.",
    },
    difference:
      "The published ratio is inverted with respect to its name and moves by 2 % only.",
    leaksDamage: NO_LEAK,
    edgeCases:
      "0 for a surface that deviates by no more than the steps of the voxels (0.2 voxels, already taken away), and for particles with too few surface voxels for the fit (flag convention).",
    aliases: [],
  },
  {
    id: "Contact",
    number: 19,
    label: "Contact with other particles",
    unit: PURE,
    group: "local morphology",
    definition: {
      clean:
        "Share of the outer surface whose distance to another particle is at most 0.2 um.",
      published:
        "Share of the shell of 10 voxels around F that other particles fill.",
    },
    difference:
      "Table S1 says area, the public code takes the volume of a shell whose width changes with the voxel size.",
    leaksDamage: NO_LEAK,
    edgeCases: "Outside the volume nothing touches.",
    aliases: [],
  },
  {
    id: "PDensity",
    number: 20,
    label: "Particle density around",
    unit: PURE,
    group: "local morphology",
    definition: {
      clean:
        "Share of particles in a cube of 30 um around the centroid, in its part inside the electrode.",
      published:
        "Share of particles in the bounding box grown by 10 um on each side, in its part inside the volume.",
    },
    difference:
      "The published window grows with the particle, and its code divides by the wrong volume near the border (values above 1); we do not copy that.",
    leaksDamage: NO_LEAK,
    edgeCases: "The particle itself counts.",
    aliases: [],
  },
  {
    id: "DisNearest",
    number: 21,
    label: "Distance to the nearest particles",
    unit: MICROMETRES,
    group: "local morphology",
    definition: {
      clean: "Mean distance of centroids to the six nearest particles.",
      published: "The same, without correction near a cut face.",
    },
    difference: "The public code gives voxels, and rounds the centroids.",
    leaksDamage: NO_LEAK,
    edgeCases:
      "Fewer neighbours near a cut face, in proportion to the visible part.",
    aliases: ["DistNearest"],
  },
  {
    id: "ElongStd",
    number: 22,
    label: "Spread of the neighbours' elongation",
    unit: PURE,
    group: "local morphology",
    definition: {
      clean: "Standard deviation of Elongation over the six nearest particles.",
      published: "The same.",
    },
    difference:
      "The public code returns 0 for it, which the published scores contradict.",
    leaksDamage: NO_LEAK,
    edgeCases: SHAPES_NEARBY_EDGE,
    aliases: ["locElongation"],
  },
  {
    id: "VolumeStd",
    number: 23,
    label: "Spread of the neighbours' volume",
    unit: { clean: "", published: "um^3" },
    group: "local morphology",
    definition: {
      clean:
        "Standard deviation of the logarithm of Volume over the six nearest particles.",
      published: "Standard deviation of Volume over the six nearest particles.",
    },
    difference:
      "The logarithm keeps one large neighbour from ruling. The public code returns 0, which the published scores contradict.",
    leaksDamage: NO_LEAK,
    edgeCases: SHAPES_NEARBY_EDGE,
    aliases: ["locVolume"],
  },
  {
    id: "SphericityStd",
    number: 18,
    label: "Spread of the neighbours' sphericity",
    unit: PURE,
    group: "local morphology",
    definition: {
      clean: "Standard deviation of Sphericity over the six nearest particles.",
      published: "The same.",
    },
    difference:
      "Missing in the printed table. The public code returns 0 for it, which the published scores contradict.",
    leaksDamage: NO_LEAK,
    edgeCases: SHAPES_NEARBY_EDGE,
    aliases: ["locSphericity"],
  },
  {
    id: "OrientIso",
    number: 24,
    label: "Isotropy of the neighbours' orientation",
    unit: { clean: "", published: "deg" },
    group: "local morphology",
    definition: {
      clean:
        "1 minus the nematic order of the long axes of the six nearest particles: 1 would be isotropic, 0 aligned.",
      published:
        "Largest of the standard deviations of yaw, pitch and roll over the six nearest particles.",
    },
    difference:
      "Spreads of angles depend on the frame and on the sign of an axis. Six random axes have an order of 0.35 on average, not 0.",
    leaksDamage: NO_LEAK,
    edgeCases: SHAPES_NEARBY_EDGE,
    aliases: ["OrienIso", "locOri"],
  },
];

/**
 * The id of an attribute from any of its published names.
 *
 * @param name Name of a column, with or without a unit in brackets.
 * @returns The id of {@linkcode ATTRIBUTES}, or undefined if no attribute has that name.
 *
 * @example A name of the public tables
 * ```ts
 * import assert from "node:assert/strict";
 * import { attributeId } from "./registry.ts";
 *
 * assert.equal(attributeId("locOri"), "OrientIso");
 * assert.equal(attributeId("Charge"), undefined);
 * ```
 */
export function attributeId(name: string): string | undefined {
  const bare = name.replace(/\s*\[.*\]$/, "").trim();
  return ATTRIBUTES.find(({ id, aliases }) =>
    id === bare || aliases.includes(bare)
  )?.id;
}
