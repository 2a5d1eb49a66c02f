/**
 * Figures of Lin et al., ACS Energy Lett. 6, 4065 (2021),
 * doi:10.1021/acsenergylett.1c02135.
 *
 * Figs. 1 and 3 reprint measurements of others; their notebooks show synthetic
 * analogues.
 */
import type { PublishedPanel } from "./published.ts";

const fig1 = {
  status: "illustrates",
  notebook: "viewpoint-fig1-heterogeneity-across-scales",
  data: "synthetic grain and ensemble of polycrystals",
} as const;
const fig2 = {
  status: "same pattern",
  notebook: "viewpoint-fig2-representative-samples",
  data: "synthetic electrode, 50 cycles, 210 um wide",
} as const;
const fig3 = {
  status: "illustrates",
  notebook: "viewpoint-fig3-voxel-heterogeneity",
  data: "synthetic ensemble of polycrystals, 20 million voxels",
} as const;

/** Panels of the viewpoint, in its order. */
export const viewpointPanels: readonly PublishedPanel[] = [
  {
    id: "viewpoint-fig1-a",
    paper: "viewpoint",
    figure: "Fig. 1",
    letter: "a",
    shows: "One LiCoO2 grain: edge dislocations and state of charge",
    claim: "Crystal defects influence how a grain charges.",
    place: "caption of Fig. 1; text on Fig. 1",
    state: {
      ...fig1,
      function: "grainMaps",
      because:
        "diffusion solved around planted defects; the published map is a measurement",
    },
  },
  {
    id: "viewpoint-fig1-b",
    paper: "viewpoint",
    figure: "Fig. 1",
    letter: "b",
    shows: "State of charge in a charged NMC811 particle",
    claim: "Charge runs from shell to core highly unevenly.",
    place: "caption of Fig. 1",
    state: {
      ...fig1,
      function: "chargeSection",
      because: "a planted fall from shell to core, uneven by grain",
    },
  },
  {
    id: "viewpoint-fig1-c",
    paper: "viewpoint",
    figure: "Fig. 1",
    letter: "c",
    shows: "State of charge of an ensemble of NMC442 particles",
    claim:
      "Arrangement of particles, additives and pores adds differences between particles.",
    place: "caption of Fig. 1; text on Fig. 1",
    state: {
      ...fig1,
      function: "chargeSection",
      because:
        "planted offsets between particles; shares of the variance beside it",
    },
  },
  {
    id: "viewpoint-fig2-a",
    paper: "viewpoint",
    figure: "Fig. 2",
    letter: "a",
    shows:
      "Electrode with particles coloured by damage; two contrasting clusters enlarged",
    claim:
      "Thousands of particles; one alone can suggest anything from no to severe damage, and clusters only about 100 µm apart still differ markedly.",
    place: "caption of Fig. 2; text on Fig. 2",
    state: {
      ...fig2,
      function: "contrastingClusters",
      because:
        "the largest contrast at 80 to 120 um is far above the median one",
    },
  },
  {
    id: "viewpoint-fig2-b",
    paper: "viewpoint",
    figure: "Fig. 2",
    letter: "b",
    shows: "Two particles alike outside and different inside",
    claim: "Views of the surface may miss damage inside.",
    place: "caption of Fig. 2; text on Fig. 2",
    state: {
      ...fig2,
      function: "alikeOutside",
      because: "surfaces show less than half of the damage inside",
    },
  },
  {
    id: "viewpoint-fig2-c",
    paper: "viewpoint",
    figure: "Fig. 2",
    letter: "c",
    shows: "Two virtual sections of one electrode at different depths",
    claim:
      "Sections of one electrode vary markedly; a large area and several depths make them more representative.",
    place: "caption of Fig. 2; text on Fig. 2",
    state: {
      ...fig2,
      function: "virtualSections",
      because:
        "sections of 40 um scatter by about a quarter of the mean, wide ones by half of that",
    },
  },
  {
    id: "viewpoint-fig2-d",
    paper: "viewpoint",
    figure: "Fig. 2",
    letter: "d",
    shows: "Selected particles, enlarged",
    claim: "Particles are cracked to very different degrees.",
    place: "caption of Fig. 2; text on Fig. 2",
    state: {
      ...fig2,
      function: "selectedParticles",
      because: "particles at fixed quantiles of damage, not picked by eye",
    },
  },
  {
    id: "viewpoint-fig3-a",
    paper: "viewpoint",
    figure: "Fig. 3",
    letter: "a",
    shows: "State of charge in 3-D in a particle with radial grains",
    claim:
      "About 20 million voxels show a wide distribution of charge within particles.",
    place: "caption of Fig. 3; text on Fig. 3",
    state: {
      ...fig3,
      function: "chargedSolid",
      because:
        "the width of the distribution is planted; what the voxels are worth is computed",
    },
  },
  {
    id: "viewpoint-fig3-b",
    paper: "viewpoint",
    figure: "Fig. 3",
    letter: "b",
    shows: "A region inside that particle in 3-D",
    claim: "Many small domains must be screened for a representative picture.",
    place: "caption of Fig. 3; text on Fig. 3",
    state: {
      ...fig3,
      function: "chargedSolid",
      because: "a region of the same map",
    },
  },
  {
    id: "viewpoint-fig3-c",
    paper: "viewpoint",
    figure: "Fig. 3",
    letter: "c",
    shows: "The same region in 2-D",
    claim: "Many small domains must be screened for a representative picture.",
    place: "caption of Fig. 3; text on Fig. 3",
    state: {
      ...fig3,
      function: "chargeSection",
      because: "a face of the same region",
    },
  },
];
