import assert from "node:assert/strict";
import { join } from "node:path";
import { numbers } from "@cathode/core/mod.ts";
import { readTable } from "@cathode/io/mod.ts";
import { inFolder } from "../io/fixtures.ts";
import { assertFails, run } from "./run.ts";

// Origin in tests/golden/pitt/README.md
const golden = JSON.parse(
  await Deno.readTextFile(new URL("../golden/pitt/pitt.json", import.meta.url)),
);
const [fast, slow] = golden.traces;
const header =
  "particle,trace,radius [um],temperature [K],dV [V],dVdC [V cm3/mol]\n";

function csv({ I_A }: { I_A: number[] }): string {
  return "t [s],I [pA]\n" +
    I_A.map((current, i) => `${i + 1},${current * 1e12}\n`).join("");
}

/** The two reference traces: one as CSV, one as EC-Lab export with a rest before the step. */
async function writeInputs(folder: string) {
  await Deno.writeTextFile(join(folder, "fast.csv"), csv(fast));
  const rows = [
    ...Array.from({ length: 10 }, (_, i) => `0\t${i}\t3.7${i}\t0`),
    ...slow.I_A.map((current: number, i: number) =>
      `1\t${10 + i}\t3.764\t${current * 1e3}`
    ),
  ];
  await Deno.writeTextFile(
    join(folder, "slow.mpt"),
    [
      "EC-Lab ASCII FILE",
      "Nb header lines : 3",
      "Ns\ttime/s\tEwe/V\tI/mA",
      ...rows,
    ].join("\n"),
  );
  await Deno.writeTextFile(
    join(folder, "particles.csv"),
    `${header}P01,fast.csv,5.05,302.15,-0.015,-37.5\nP02,slow.mpt,5,302.15,-0.015,-20\n`,
  );
}

const call = [
  "fast.csv",
  "slow.mpt",
  "--particles",
  "particles.csv",
  "--out",
  "fits.csv",
];

Deno.test("pitt writes one row per trace with D and j0 within 4 Cramer-Rao standard deviations", async () => {
  await inFolder(async (folder) => {
    await writeInputs(folder);
    const { code, stderr } = await run("pitt", call, folder);
    assert.equal(code, 0, stderr);
    const table = await readTable(join(folder, "fits.csv"), {
      words: ["particle"],
    });
    for (
      const [i, { truth, crlb_all_samples_Qfree }] of [fast, slow].entries()
    ) {
      const { sd_ln_D, sd_ln_BD } = crlb_all_samples_Qfree;
      const error = (id: string, expected: number) =>
        Math.abs(Math.log(numbers(table, id)[i]! / expected));
      assert.ok(error("D", truth.D_cm2_s) < 4 * sd_ln_D);
      assert.ok(error("j0", truth.j0_A_cm2) < 4 * sd_ln_BD);
      assert.ok(error("tauR", truth.tau_R_s) < 4 * sd_ln_BD);
    }
    const record = JSON.parse(
      await Deno.readTextFile(join(folder, "fits.csv.provenance.json")),
    );
    assert.equal(record.command, "pitt");
    assert.equal(record.origin, "measured");
    assert.equal(record.inputs.length, 3);
  });
});

Deno.test("pitt --model published --radius gives the biased reference fits at a common radius", async () => {
  await inFolder(async (folder) => {
    await writeInputs(folder);
    const { code, stderr } = await run(
      "pitt",
      [...call, "--model", "published", "--radius", "0.5"],
      folder,
    );
    assert.equal(code, 0, stderr);
    const table = await readTable(join(folder, "fits.csv"));
    for (
      const [i, { reference_fit_eqn1_Q1200_sqrt34: fit }] of [fast, slow]
        .entries()
    ) {
      const expected = fit.D_over_r2 * 0.5e-4 ** 2;
      assert.ok(Math.abs(numbers(table, "D")[i]! / expected - 1) < 0.01);
      assert.ok(Math.abs(numbers(table, "Biot")[i]! / fit.B - 1) < 0.01);
      assert.equal(numbers(table, "radius")[i], 0.5);
    }
  });
});

Deno.test("pitt refuses bad input with status 2 and writes nothing", async () => {
  await inFolder(async (folder) => {
    const write = (name: string, text: string) =>
      Deno.writeTextFile(join(folder, name), text);
    const row = (trace: string, radius = "5", step = "-0.015") =>
      write(
        "particles.csv",
        `${header}P01,${trace},${radius},302.15,${step},-37.5\n`,
      );
    const fit = (trace: string) =>
      run(
        "pitt",
        [trace, "--particles", "particles.csv", "--out", "out.csv"],
        folder,
      );

    await write("good.csv", csv(fast));
    await row("good.csv", "0");
    assertFails(
      await fit("good.csv"),
      /particles\.csv, row 2: .* radius must be positive: current value is 0/,
    );
    await row("good.csv", "5", "0.015");
    assertFails(
      await fit("good.csv"),
      /good\.csv: .* charge must have the sign of the potential step/,
    );
    await row("other.csv");
    assertFails(
      await fit("good.csv"),
      /every trace must have a row: current value without one is good\.csv/,
    );

    const bad = {
      "unit.csv": ["t [s],I\n1,-2\n", /unit of column I must be one of/],
      "current.csv": ["t [s],V [V]\n1,4\n", /must have a column of current/],
      "comma.csv": ["t [s],I [pA]\n1,5,-2,5\n", /comma\.csv/],
      "short.csv": [csv({ I_A: fast.I_A.slice(0, 19) }), /at least 20 samples/],
      "repeated.csv": [
        csv(fast).replace("\n7,", "\n6,"),
        /times must not be negative and must rise: current value of sample 7 is 6 s after 6 s/,
      ],
      "empty.csv": ["", /empty\.csv/],
    } as const;
    for (const [name, [text, message]] of Object.entries(bad)) {
      await write(name, text);
      await row(name);
      assertFails(await fit(name), message);
    }
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
    assert.ok(!names.some((name) => name.startsWith("out.csv")));
  });
});
