import assert from "node:assert/strict";
import { projectPath } from "@cathode/core/mod.ts";
import { type FontWeight, textWidth } from "@cathode/figures/mod.ts";

Deno.test("textWidth() agrees with the tables of the font as read by fontTools", () => {
  // tests/oracles/font_widths.py
  const { unitsPerEm, widths } = JSON.parse(
    Deno.readTextFileSync(
      projectPath("tests", "golden", "figures", "font_widths.json"),
    ),
  ) as { unitsPerEm: number; widths: Record<string, Record<string, number>> };
  for (const [weight, lines] of Object.entries(widths)) {
    for (const [line, width] of Object.entries(lines)) {
      assert.equal(textWidth(line, weight as FontWeight), width / unitsPerEm);
    }
  }
});

Deno.test("textWidth() of Arimo is that of Arial", () => {
  // Widths of Helvetica and Arial in thousandths of the size, as in Adobe's
  // font metrics (Helvetica.afm): A 667, a 556, m 833, space 278, 0 556.
  for (
    const [letter, width] of [["A", 667], ["a", 556], ["m", 833], ["0", 556]]
  ) {
    const measured = 1000 * textWidth(letter as string, "regular");
    assert.equal(Math.round(measured), width);
  }
});

Deno.test("textWidth() of an empty line is 0", () => {
  assert.equal(textWidth("", "bold"), 0);
});
