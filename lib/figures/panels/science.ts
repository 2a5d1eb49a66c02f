/**
 * Figures of Li et al., Science 376, 517 (2022), doi:10.1126/science.abm8962.
 *
 * Only the main text and captions were read; what they do not tell is left
 * open. The supplement's figures are known by their citations in the text.
 */
import { notReproduced, type PublishedPanel } from "./published.ts";

const fig1 = {
  status: "same pattern",
  notebook: "science-fig1-particles-and-damage",
} as const;
const fig2 = {
  status: "same pattern",
  notebook: "science-fig2-damage-in-space",
  data: "synthetic electrodes, 10 and 50 cycles",
} as const;
const fig3 = {
  status: "same pattern",
  notebook: "science-fig3-network-model",
  data: "own finite-element model, with feedback and without",
} as const;
const fig4 = {
  notebook: "science-fig4-contribution-scores",
  data:
    "synthetic attribute tables whose law was fitted to the published scores, 10 and 50 cycles",
} as const;
const figS2 = { notebook: "science-figS2-particle-identification" } as const;
const figS5 = {
  notebook: "science-figS5-attributes",
  data: "synthetic electrodes, 10 and 50 cycles",
} as const;
const figS9 = {
  status: "same pattern",
  notebook: "science-figS9-latent-correlation",
  data: "synthetic attribute tables with nine known factors, 10 and 50 cycles",
} as const;

/** Panels of the Science paper, in its order. */
export const sciencePanels: readonly PublishedPanel[] = [
  {
    id: "science-fig1-a",
    paper: "science",
    figure: "Fig. 1",
    letter: "A",
    shows: "Electrode rendered from nano-holotomography, every particle apart",
    claim:
      "Thick, nickel-rich electrodes with several layers of particles that differ in place, structure, chemistry and surroundings.",
    place: "caption of Fig. 1; text on Fig. 1",
    state: {
      ...fig1,
      function: "renderedElectrode",
      data: "synthetic electrode, 50 cycles",
      because:
        "several layers of particles that differ in size, shape and damage, as planted",
    },
  },
  {
    id: "science-fig1-b",
    paper: "science",
    figure: "Fig. 1",
    letter: "B",
    preprint: "Fig. 1B (axis: porosity)",
    shows: "Probability distribution of the damage of particles",
    claim:
      "Damage is quantified particle by particle and varies widely; mean, shape and bins are not told. Thousands of particles.",
    place: "abstract; text on Fig. 1; caption of Fig. 1",
    state: {
      ...fig1,
      function: "damageDistribution",
      data: "synthetic electrodes, 10 and 50 cycles",
      because:
        "damage varies widely in both electrodes; the text gives no numbers to compare, and fewer particles are used at size small",
    },
  },
  ...["C", "D", "E", "F"].map((letter): PublishedPanel => ({
    id: `science-fig1-${letter.toLowerCase()}`,
    paper: "science",
    figure: "Fig. 1",
    letter,
    shows: "Randomly picked particle at some level of damage",
    claim:
      "Four randomly picked particles differ in their level of damage; the order of the four is not told.",
    place: "caption of Fig. 1",
    state: {
      ...fig1,
      function: "particleSection",
      data: "synthetic electrode, 50 cycles",
      because:
        "the four differ in damage; they are picked at quantiles, not at random",
    },
  })),
  {
    id: "science-fig2-a",
    paper: "science",
    figure: "Fig. 2",
    letter: "A",
    shows:
      "Severely damaged particles after 10 cycles, with distances to the three nearest damaged neighbours",
    claim: "After 10 cycles severely damaged particles are sparse.",
    place: "text on Fig. 2; caption of Fig. 2",
    state: {
      ...fig2,
      function: "severeParticlesView",
      because:
        "fewer than after 50 cycles at one threshold for both, which is ours",
    },
  },
  {
    id: "science-fig2-b",
    paper: "science",
    figure: "Fig. 2",
    letter: "B",
    shows: "The same after 50 cycles",
    claim:
      "After 50 cycles severely damaged particles are more numerous and form denser agglomerations.",
    place: "text on Fig. 2; caption of Fig. 2",
    state: {
      ...fig2,
      function: "severeParticlesView",
      because: "more of them, closer than random labelling allows, as planted",
    },
  },
  {
    id: "science-fig2-c",
    paper: "science",
    figure: "Fig. 2",
    letter: "C",
    shows:
      "Distribution of the distance between neighbouring severely damaged particles, both electrodes",
    claim:
      "Distances shift to shorter values from 10 to 50 cycles, by how much is not told.",
    place: "text on Fig. 2; caption of Fig. 2",
    state: {
      ...fig2,
      function: "distanceDistribution",
      because:
        "the median falls, tested by bootstrap of columns; part of the shift comes from number alone",
    },
  },
  {
    id: "science-fig3-a",
    paper: "science",
    figure: "Fig. 3",
    letter: "A",
    shows:
      "Model: three spheres, each covered to another share by well and by badly conducting carbon and binder",
    claim:
      "The side towards the good conductor reacts faster; each particle has a coverage of its own.",
    place: "text on Fig. 3; caption of Fig. 3",
    state: {
      ...fig3,
      function: "chargingNetwork",
      because:
        "the well conducting side reacts 1.9 times faster; sizes, coverages and conductivities are ours",
    },
  },
  {
    id: "science-fig3-b",
    paper: "science",
    figure: "Fig. 3",
    letter: "B",
    shows: "Lithium concentration of the three particles in the first charge",
    claim:
      "From an equal start C/Cmax of the particles diverges in the first charge; time is scaled by tau = 720 s.",
    place: "text on Fig. 3; caption of Fig. 3",
    state: {
      ...fig3,
      function: "concentrationCourse",
      because:
        "from an equal start C/Cmax parts by 0.08 in the first charge; with equal coverage it does not",
    },
  },
  {
    id: "science-fig3-c",
    paper: "science",
    figure: "Fig. 3",
    letter: "C",
    shows: "Variation of the lithium concentration among the particles",
    claim: "On the whole the variation falls over the cycles.",
    place: "text on Fig. 3; caption of Fig. 3",
    state: {
      ...fig3,
      function: "concentrationVariation",
      because:
        "the spread falls to a fifth by cycle 5, without feedback it stays; it grows again after cycle 12, the order of the particles reversed",
    },
  },
  {
    id: "science-fig3-d",
    paper: "science",
    figure: "Fig. 3",
    letter: "D",
    shows: "Damage of the three particles over the cycles",
    claim:
      "Damage parts near the end of the first charge and converges with further cycles. Moduli about 140 GPa (particles) and 2 GPa (carbon and binder).",
    place: "text on Fig. 3; caption of Fig. 3",
    state: {
      ...fig3,
      function: "damageCourse",
      because:
        "half of the spread arises in the last fifth of the first charge, as the volume curve we chose makes it; later damages converge relative to their mean, without feedback they part",
    },
  },
  {
    id: "science-fig3-e",
    paper: "science",
    figure: "Fig. 3",
    letter: "E",
    shows: "Damage of each particle minus the mean",
    claim: "Deviations from the mean damage shrink after the early cycles.",
    place: "caption of Fig. 3",
    state: {
      ...fig3,
      function: "damageDeviation",
      because:
        "deviations halve in 30 cycles, most of it in the second and after the twelfth; without feedback they double",
    },
  },
  {
    id: "science-fig4",
    paper: "science",
    figure: "Fig. 4",
    letter: "",
    preprint: "Fig. 4C",
    shows:
      "Contribution scores of the attributes after 10 and 50 cycles, and their differences (mean and SD, N = 20)",
    claim:
      "After 10 cycles attributes of the particle itself rule (Z, VSratio, Sphericity, Elongation); after 50 cycles those of its neighbourhood gain (Contact, DisNearest, OrientIso, PDensity). Differences have their valley at the left and their peak at the right.",
    place: "text on Fig. 4; caption of Fig. 4",
    state: {
      ...fig4,
      status: "same pattern",
      function: "contributionChart",
      because:
        "rank correlation 0.96 and 0.94 with the digitised scores, all 21 differences of their sign, valley in particle structure and peak in local morphology; by construction of the tables",
    },
  },
  {
    id: "science-figS1",
    paper: "science",
    figure: "Fig. S1",
    letter: "",
    shows: "Cycling of the coin cells",
    claim: "",
    place: "text on Fig. 1",
    state: notReproduced("cycling of cells, an experiment without data here"),
  },
  // The letters of S2 and S3 are ours: what they show is not told.
  {
    id: "science-figS2-a",
    paper: "science",
    figure: "Fig. S2",
    letter: "A",
    preprint: "Fig. S1",
    shows: "Slice of the electrode",
    claim: "",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "illustrates",
      function: "slicePanel",
      data: "synthetic electrode, 10 cycles, voxels of 0.1 um",
      because: "what the network is given",
    },
  },
  {
    id: "science-figS2-b",
    paper: "science",
    figure: "Fig. S2",
    letter: "B",
    preprint: "Fig. S1",
    shows: "Object probability of the slice",
    claim: "",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "illustrates",
      function: "probabilityMaps",
      data: "the slice of S2A, network trained on other synthetic electrodes",
      because: "what the network says of every second pixel",
    },
  },
  {
    id: "science-figS2-c",
    paper: "science",
    figure: "Fig. S2",
    letter: "C",
    preprint: "Fig. S1",
    shows: "Star-convex polygons after non-maximum suppression",
    claim: "",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "illustrates",
      function: "polygonsPanel",
      data: "the slice of S2A",
      because: "one polygon of 32 rays per section is kept",
    },
  },
  {
    id: "science-figS2-d",
    paper: "science",
    figure: "Fig. S2",
    letter: "D",
    preprint: "Fig. S1",
    shows: "Labels of the slice, and which are right",
    claim: "Particles are identified accurately; no figures given.",
    place: "text on the attributes; letter ours",
    state: {
      ...figS2,
      status: "same pattern",
      function: "judgedLabels",
      data: "the slice of S2A with its truth",
      because:
        "21 of 23 sections of this slice are found and none too many (IoU 0.5); no figures to compare",
    },
  },
  {
    id: "science-figS2-e",
    paper: "science",
    figure: "Fig. S2",
    letter: "E",
    preprint: "Fig. S1",
    shows: "Object probability from three views, and fused",
    claim: "",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "illustrates",
      function: "probabilityMaps",
      data: "synthetic electrode, 50 cycles",
      because:
        "what is fused along which diagonal is not told; ours is the geometric mean of the three views",
    },
  },
  {
    id: "science-figS2-f",
    paper: "science",
    figure: "Fig. S2",
    letter: "F",
    preprint: "Fig. S1",
    shows: "Particles from one view, three views and the published variant",
    claim:
      "Fusing views along diagonals makes the identification by neural networks more accurate; no figures given.",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "same pattern",
      function: "judgedLabels",
      data: "synthetic electrode, 50 cycles, with its truth",
      because:
        "F1 0.97 from three views, 0.89 to 0.95 from one; the published variant, as far as it is known, 0.79",
    },
  },
  {
    id: "science-figS3-a",
    paper: "science",
    figure: "Fig. S3",
    letter: "A",
    preprint: "Fig. S2",
    shows: "F1 and panoptic quality of the methods against the overlap",
    claim:
      "More than 2000 particles are identified accurately (per electrode or in all is not told).",
    place: "text on Fig. 1; text on the attributes; letter ours",
    state: {
      ...figS2,
      status: "same pattern",
      function: "scoreCurves",
      data: "synthetic electrode, 50 cycles, with its truth",
      because:
        "precision 0.99 and recall 0.95 at IoU 0.5 from three views, on 146 particles, not 2000",
    },
  },
  {
    id: "science-figS3-b",
    paper: "science",
    figure: "Fig. S3",
    letter: "B",
    preprint: "Fig. S2",
    shows: "Scores against the number of slices that the network sees",
    claim:
      "Fusing views along diagonals makes the identification more efficient; no figures given.",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "same pattern",
      function: "workChart",
      data: "synthetic electrode, 50 cycles, with its truth",
      because:
        "with the slices of one view, three sparse views reach F1 0.97 against 0.95 for the best single view; three full views cost three times as much",
    },
  },
  {
    id: "science-figS3-c",
    paper: "science",
    figure: "Fig. S3",
    letter: "C",
    preprint: "Fig. S2",
    shows: "F1 in slices by voxel size, noise and cycles",
    claim: "",
    place: "text on Fig. 1; letter ours",
    state: {
      ...figS2,
      status: "illustrates",
      function: "conditionCharts",
      data:
        "slices of synthetic electrodes, 10 and 50 cycles, with their truth",
      because:
        "the network hardly depends on voxel size up to 0.3 um and on noise; the watershed suffers from cracks",
    },
  },
  {
    id: "science-figS4",
    paper: "science",
    figure: "Fig. S4",
    letter: "",
    shows: "Damage in the model with more particles",
    claim:
      "More particles, how many is not told, go the same way: damage parts first and then converges.",
    place: "text on Fig. 3",
    state: {
      ...fig3,
      function: "moreParticles",
      data: "own finite-element model, eight particles",
      because:
        "eight particles (our number) part in the first charge and draw together in the second cycle, later only relative to their mean; without feedback they go on parting",
    },
  },
  {
    id: "science-figS5",
    paper: "science",
    figure: "Fig. S5",
    letter: "",
    preprint: "Fig. S5 or S6",
    shows: "The attributes in their four groups",
    claim:
      "24 attributes in four groups: position, chemistry, structure of the particle, local morphology.",
    place: "text on the attributes",
    state: {
      ...figS5,
      status: "illustrates",
      function: "attributeGroups",
      because: "what the groups measure is drawn on one particle",
    },
  },
  {
    id: "science-figS6",
    paper: "science",
    figure: "Fig. S6",
    letter: "",
    preprint: "Fig. S7",
    shows: "Probability distribution of every attribute",
    claim: "The attributes differ in their distributions.",
    place: "text on the attributes",
    state: {
      ...figS5,
      status: "same pattern",
      function: "attributeDistributions",
      because: "attributes differ in their distributions",
    },
  },
  {
    id: "science-figS7",
    paper: "science",
    figure: "Fig. S7",
    letter: "",
    preprint: "Fig. S8",
    shows: "Modelling of relations among attributes by machine learning",
    claim: "",
    place: "text on the machine learning",
    state: notReproduced("its content is not told"),
  },
  {
    id: "science-figS8",
    paper: "science",
    figure: "Fig. S8",
    letter: "",
    preprint: "not cited",
    shows: "Encoder that compresses attributes to latent dimensions",
    claim:
      "The autoencoder learns nonlinear functions and can be interpreted; its size is not told.",
    place: "text on the latent dimensions",
    state: {
      ...figS9,
      status: "illustrates",
      function: "encoderDiagram",
      because:
        "the size of the network is not told; ours (21-12-9-21) can be interpreted, but reconstructs no better than nine principal components on data without curvature",
    },
  },
  {
    id: "science-figS9",
    paper: "science",
    figure: "Fig. S9",
    letter: "",
    preprint: "Fig. 4A and 4B",
    shows: "Circular plots of the correlations of latent dimensions",
    claim:
      "Latent dimensions are interrelated in both electrodes; after 10 cycles the first five look independent, and connections appear as dimensions are added.",
    place: "text on the latent dimensions",
    state: {
      ...figS9,
      function: "latentCircles",
      because:
        "3 connections at 10 cycles, as planted; five dimensions are independent then, though not the first five in our order (the paper's is not told); plain autoencoders connect others with every seed",
    },
  },
  ...["A", "B", "C"].map((letter): PublishedPanel => ({
    id: `science-figS9-${letter.toLowerCase()}`,
    paper: "science",
    figure: "Fig. S9",
    letter,
    preprint: "Fig. 4A is one of A to C",
    shows: "Not described",
    claim: "",
    place: "text on the latent dimensions",
    state: notReproduced(
      "its content is not told; the plot of 10 cycles stands under science-figS9",
    ),
  })),
  {
    id: "science-figS9-d",
    paper: "science",
    figure: "Fig. S9",
    letter: "D",
    preprint: "Fig. 4B",
    shows: "Circular plot of the latent dimensions after 50 cycles",
    claim:
      "After 50 cycles several connections come on top of those shared with 10 cycles; nine dimensions (number in the preprint only).",
    place: "text on the latent dimensions; preprint, caption of Fig. 4",
    state: {
      ...figS9,
      function: "changedCircle",
      because: "the 3 shared connections and 6 new ones, as planted",
    },
  },
  {
    id: "science-figS10",
    paper: "science",
    figure: "Fig. S10",
    letter: "",
    preprint: "not cited",
    shows: "Not cited in the text",
    claim: "",
    place: "list of supplementary material",
    state: notReproduced("its content is not told"),
  },
  {
    id: "science-figS11",
    paper: "science",
    figure: "Fig. S11",
    letter: "",
    shows: "Pearson correlation as a rival of SHAP, both electrodes",
    claim:
      "Pearson correlation cannot catch the main differences of the two electrodes systematically.",
    place: "text on Fig. 4",
    state: {
      ...fig4,
      status: "differs",
      function: "correlationChart",
      because:
        "correlations follow the true law less well than Shapley values (rank correlation 0.77 against 0.87), but give 14 of 15 true differences their sign, too",
    },
  },
  {
    id: "science-figS12",
    paper: "science",
    figure: "Fig. S12",
    letter: "",
    shows: "Helping role of neighbours in the transition",
    claim: "Neighbours help the change from asynchronous to synchronous.",
    place: "text, outlook",
    state: notReproduced("its content is not told"),
  },
  {
    id: "science-tableS1",
    paper: "science",
    figure: "Table S1",
    letter: "",
    preprint: "Fig. S5 or S6",
    shows: "List of the attributes",
    claim:
      "24 attributes in four groups; Elongation is the longest over the shortest axis.",
    place: "text on the attributes; text on Fig. 4",
    state: {
      ...figS5,
      status: "reproduces",
      function: "attributeTable",
      because:
        "24 attributes in the four groups, from the registry that computes them",
    },
  },
];
