/** Cells that put something out in every way that the kernel knows. */
import type { Output } from "@cathode/notebook/mod.ts";

/** A way to put something out, and what must be kept of it. */
export type Style = (i: number) => { source: string; outputs: Output[] };

/** Text as the runner keeps it. */
export const stdout = (text: string): Output => ({
  output_type: "stream",
  name: "stdout",
  text,
});
/** Text in red as the runner keeps it. */
export const stderr = (text: string): Output => ({
  output_type: "stream",
  name: "stderr",
  text,
});
/** A display of one type. */
export const display = (text: string, type = "text/plain"): Output => ({
  output_type: "display_data",
  data: { [type]: text },
  metadata: {},
});
const result = (i: number, text: string, type = "text/plain"): Output => ({
  output_type: "execute_result",
  data: { [type]: text },
  metadata: {},
  execution_count: i + 1,
});

/** All ways; the argument is the place of the cell of code, from 0. */
export const styles: Style[] = [
  (i) => ({
    source: `console.log("log ${i}");`,
    outputs: [stdout(`log ${i}\n`)],
  }),
  (i) => ({
    source: `console.error("error ${i}");`,
    outputs: [stderr(`error ${i}\n`)],
  }),
  (i) => ({
    source: `${i} + 0.5`,
    outputs: [result(i, `${i + 0.5}`)],
  }),
  (i) => ({
    source:
      `await Deno.jupyter.display({ "text/plain": "shown ${i}" }, { raw: true });`,
    outputs: [display(`shown ${i}`)],
  }),
  (i) => ({
    source: `Deno.jupyter.html\`<b>${i}</b>\``,
    outputs: [result(i, `<b>${i}</b>`, "text/html")],
  }),
  (i) => ({
    source: `for (let line = 0; line < 50; line++) console.log(${i}, line);`,
    outputs: [
      stdout(
        Array.from({ length: 50 }, (_, line) => `${i} ${line}\n`).join(""),
      ),
    ],
  }),
  (i) => ({
    source: `const first = { raw: true, display_id: "d${i}" };
await Deno.jupyter.display({ "text/plain": "0 %" }, first);
console.log("between");
await Deno.jupyter.display({ "text/plain": "100 % of ${i}" }, { ...first, update: true });`,
    outputs: [display(`100 % of ${i}`), stdout("between\n")],
  }),
  (i) => ({
    source: `console.log("gone");
await Deno.jupyter.broadcast("clear_output", { wait: false });
console.log("kept ${i}");`,
    outputs: [stdout(`kept ${i}\n`)],
  }),
  (i) => ({
    source: `console.log("a");
console.error("b");
await Deno.jupyter.display({ "text/markdown": "*c*" }, { raw: true });
console.log("d");
"${i}"`,
    outputs: [
      stdout("a\n"),
      stderr("b\n"),
      display("*c*", "text/markdown"),
      stdout("d\n"),
      result(i, `"${i}"`),
    ],
  }),
  (i) => ({
    source: `console.log("gone");
await Deno.jupyter.broadcast("clear_output", { wait: true });
({ i: ${i}, colours: [true, null, "\\x1b[31mred\\x1b[39m"] })`,
    outputs: [
      result(
        i,
        `{ i: ${i}, colours: [ true, null, "\\x1b[31mred\\x1b[39m" ] }`,
      ),
    ],
  }),
];
