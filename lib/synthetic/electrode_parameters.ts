/**
 * Numbers from which the synthetic electrode is made.
 *
 * Geometry and grey levels are measured on X-ray holotomography slices of
 * LiNi0.8Mn0.1Co0.1O2 electrodes with 70 nm pixels (data of Li et al., Science
 * 376, 517 (2022), doi:10.1126/science.abm8962, published as
 * doi:10.5281/zenodo.5888945); where a number is a choice, it says so.
 */
export const electrodeParameters = {
  geometry: {
    /** Equivalent diameter of whole particles: mean and standard deviation. */
    diameter_um: { mean: 9.6, sd: 1 },
    /** Broken particles: share of the number, and range of the diameter. */
    fragments: { share: 0.13, diameter_um: [2, 5.5] },
    /** Share of the electrode's volume that particles fill. */
    solidFraction: 0.53,
    /** Standard deviation of the logarithm of an axis factor; sections then have a mean aspect ratio of 1.2. */
    axisSpread: 0.1,
    /** Lobes of the outline, relative to the radius: median and spread of the logarithm. */
    lobes: { median: 0.046, spread: 0.5, wavelengths: [1, 3.6] },
    /** Roughness by the grains: amplitude, its spread, wavelengths in micrometres. */
    roughness_um: { median: 0.09, spread: 0.3, wavelengths: [1.6, 3.4] },
    /** Wavelengths over which orientation and density vary (a choice: a few particles), in micrometres. */
    textureWavelengths_um: [40, 90],
    /** Contrast of the density pattern from which the packing starts (a choice). */
    densityContrast: 0.7,
    /** Largest overlap of packed spheres, in micrometres. */
    overlap_um: 0.002,
    /** Ring around the field of view that is packed too, so that neighbourhoods are complete. */
    margin_um: 16,
  },
  neighbourhood: {
    /** Neighbours of the statistics, as in Table S1 of the paper. */
    count: 6,
    /** Gap below which surfaces count as in contact, in micrometres. */
    contactGap_um: 0.2,
    /** Edge of the cube in which the packing density is taken, in micrometres. */
    densityCube_um: 30,
    /** Radius of the ball whose packing density acts on the damage, in micrometres. */
    densityRadius_um: 15,
  },
  damage: {
    /** Damage from which a particle counts as severely damaged (a choice, the same for both states); it is shattered. */
    severe: 0.18,
    /** Diameter from which a particle counts as whole, in micrometres. */
    whole_um: 4.4,
    /** Share of whole particles that are hollow. */
    hollow: 0.82,
    /** Radius of the central void relative to the particle's. */
    voidRadius: [0.16, 0.44],
    /** Number of cracks: fewest in hollow, solid and broken particles, and mean of the others per damage. */
    cracks: { hollow: 1, solid: 4, broken: 2, extra: 1, perDamage: 34 },
    /** Natural half width of cracks: least, and mean excess as `base + slope * damage`, in micrometres. */
    crackHalfWidth_um: { least: 0.025, base: 0.05, slope: 0.25 },
    /** Natural half width between grains; below 0 they part only where all else is wide open. */
    grainHalfWidth_um: { shattered: 0.12, others: -0.15 },
  },
  grey: {
    solid: 185,
    /** Standard deviation of the mean grey level from particle to particle. */
    solidSpread: 5.4,
    /** Grain contrast inside a particle, before blur: median and spread of the logarithm. */
    texture: { median: 18, spread: 0.25 },
    matrix: 84,
    void: 70,
    /** Debris brightens the matrix by `gain * (specks + weight * clusters - from)` where that is positive, up to `most`. */
    debris: { gain: 60, weight: 0.9, from: 1.5, most: 85 },
    /** Bands above and below the electrode; the upper one is cloudy. */
    top: 108,
    topSpread: 9,
    bottom: 87.5,
    /** Standard deviation of the point spread function, in micrometres. */
    blur_um: 0.16,
  },
  /** Fields of grey levels: filter along z, y, x in micrometres, and standard deviation. */
  fields: {
    /** Carbon and binder, coarse and fine; the fine one is also the grain of solid and voids. */
    binder: { filter_um: [0.8, 0.8, 0.8], sd: 13 },
    grain: { filter_um: [0.13, 0.13, 0.13], sd: 22 },
    /** Debris in the matrix: bright specks within clusters. */
    specks: { filter_um: [0.35, 0.35, 0.35], sd: 1 },
    clusters: { filter_um: [1.5, 1.5, 1.5], sd: 1 },
    /** Noise of the reconstruction: sharp, and smeared along x. */
    noise: { filter_um: [0.055, 0.06, 0.075], sd: 5 },
    streaks: { filter_um: [0.11, 0.16, 0.28], sd: 6 },
    shading: { filter_um: [5, 5, 5], sd: 4 },
  },
} as const;

/** Sizes of electrode: extent z, y, x and voxel edge in micrometres. */
export const electrodeSizes = {
  /** About 400 particles, made in seconds. */
  small: { extent_um: [48, 88, 88], spacing_um: 0.4 },
  /** More than 2,000 particles. */
  paper: { extent_um: [48, 225, 225], spacing_um: 0.3 },
} as const;
