import assert from "node:assert/strict";
import {
  attributeCircles,
  changedCircle,
  encoderDiagram,
  growingCircles,
  latentCircles,
  latentScatter,
  loadingMap,
  seedMatches,
  wong,
} from "@cathode/figures/mod.ts";
import { renderChecked } from "./support.ts";

const names = ["Volume", "Contact", "Z", "Homogeneity"];
const circles = [
  {
    title: "10 cycles",
    names,
    connections: [{ a: 0, b: 2, r: 0.3, highlighted: false }],
  },
  {
    title: "50 cycles",
    names,
    connections: [
      { a: 0, b: 2, r: 0.32, highlighted: false },
      { a: 1, b: 3, r: -0.4, highlighted: true },
    ],
  },
];

Deno.test("latentCircles() draws both electrodes, signs in colour and as text", async () => {
  const { svg, spec } = await renderChecked(
    latentCircles(circles, "synthetic"),
  );
  assert.equal(spec, null);
  for (const words of ["10 cycles", "50 cycles", ...names]) {
    assert.ok(svg.includes(`>${words}<`), words);
  }
  // Both ends of each ribbon carry its sign.
  assert.equal([...svg.matchAll(/>\+</g)].length, 4);
  assert.equal([...svg.matchAll(/>−</g)].length, 2);
  const ribbons = (colour: string) =>
    [...svg.matchAll(
      new RegExp(`fill="${colour}" fill-opacity="([\\d.]+)"`, "g"),
    )]
      .map(([, opacity]) => Number(opacity));
  const [faded] = ribbons(wong.vermilion), [strong] = ribbons(wong.blue);
  assert.equal(ribbons(wong.vermilion).length, 2);
  assert.ok(faded! < strong!);
});

Deno.test("circles give ribbons widths in proportion to the correlations", async () => {
  const { svg } = await renderChecked(changedCircle(circles[1]!, "measured"));
  // A ribbon starts with the arc at its source: from one point to another.
  const widths = [
    ...svg.matchAll(
      /<path d="M([-\d.]+),([-\d.]+)A[^ ]*?,0,0,1,([-\d.]+),([-\d.]+)Q/g,
    ),
  ]
    .map(([, ...ends]) => {
      const [x, y, u, v] = ends.map(Number);
      return Math.hypot(u! - x!, v! - y!);
    });
  assert.equal(widths.length, 2);
  assert.ok(Math.abs(widths[1]! / widths[0]! - 0.4 / 0.32) < 0.02);
});

Deno.test("growingCircles() and attributeCircles() take any number of nodes", async () => {
  const bare = { title: "3", names: names.slice(1), connections: [] };
  await renderChecked(
    growingCircles([[bare, ...circles], [bare, ...circles]], "synthetic"),
  );
  await renderChecked(attributeCircles(circles, "measured"));
});

Deno.test("circles throw if a ribbon leads to no node", () => {
  const connections = [{ a: 0, b: 4, r: 0.3, highlighted: true }];
  assert.throws(
    () => changedCircle({ title: "", names, connections }, "measured"),
    {
      name: "RangeError",
      message: /ends must be nodes 0 to 3: current value is 4/,
    },
  );
});

Deno.test("encoderDiagram() has the real sizes of the layers", async () => {
  const { svg } = await renderChecked(encoderDiagram({
    attributes: names,
    hidden: 3,
    loadings: [[0.9, 0.05, 0, -0.7], [0, 0.8, 0.9, 0]],
  }, "synthetic"));
  for (const head of ["4 attributes", "3 units, tanh", "2 latent dimensions"]) {
    assert.ok(svg.includes(`>${head}<`), head);
  }
});

Deno.test("loadingMap(), latentScatter() and seedMatches() draw what they are given", async () => {
  const cells = names.flatMap((attribute, j) =>
    [1, 2].map((dimension) => ({ attribute, dimension, loading: j / 4 - 0.5 }))
  );
  await renderChecked(loadingMap(cells, "synthetic"));
  const points = ["10 cycles", "50 cycles"].map((electrode, i) => ({
    electrode,
    x: i,
    y: -i,
    damage: 0.1,
  }));
  const scatter = await renderChecked(
    latentScatter(points, ["1: Z", "2: Contact"], 0.3, "synthetic"),
  );
  assert.match(scatter.svg, />1: Z</);
  const { svg } = await renderChecked(seedMatches([
    { recipe: "stable", dimension: 1, match: 1 },
    { recipe: "plain", dimension: 1, match: 0.5 },
  ], "synthetic"));
  // In the order given, not of the alphabet.
  assert.ok(svg.indexOf(">stable<") < svg.indexOf(">plain<"));
});
