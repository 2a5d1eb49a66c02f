# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.60.1"]
# ///
"""Widths of lines in Arimo, from its tables hmtx and GPOS, by fontTools.

    python font_widths.py <folder of @expo-google-fonts/arimo> > ../golden/figures/font_widths.json
"""
import json
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

FILES = {"regular": "400Regular/Arimo_400Regular.ttf", "bold": "700Bold/Arimo_700Bold.ttf"}
LINES = [
    "Degree of damage", "iiii", "WWWW", "0123456789", "50 cycles (n = 2,104)",
    "Distance to neighbour (µm)", "D (10⁻¹⁰ cm² s⁻¹)", "AVATAR", "To Vienna, LTV.",
]


def pair_adjustments(font):
    """First-glyph x advance of each pair in the GPOS feature `kern`."""
    gpos = font["GPOS"].table
    indices = {
        i for record in gpos.FeatureList.FeatureRecord if record.FeatureTag == "kern"
        for i in record.Feature.LookupListIndex
    }
    subtables = []
    for i in sorted(indices):
        for sub in gpos.LookupList.Lookup[i].SubTable:
            subtables.append(getattr(sub, "ExtSubTable", sub))

    def adjust(left, right):
        for sub in subtables:
            if left not in sub.Coverage.glyphs:
                continue
            if sub.Format == 1:
                pairs = sub.PairSet[sub.Coverage.glyphs.index(left)].PairValueRecord
                for record in pairs:
                    if record.SecondGlyph == right:
                        return record.Value1.XAdvance if record.Value1 else 0
            else:
                first = sub.ClassDef1.classDefs.get(left, 0)
                second = sub.ClassDef2.classDefs.get(right, 0)
                value = sub.Class1Record[first].Class2Record[second].Value1
                return getattr(value, "XAdvance", 0) or 0 if value else 0
        return 0

    return adjust


def main(folder):
    widths = {}
    for weight, file in FILES.items():
        font = TTFont(Path(folder) / file)
        cmap, advances = font.getBestCmap(), font["hmtx"]
        adjust = pair_adjustments(font) if "GPOS" in font else lambda left, right: 0
        widths[weight] = {}
        for line in LINES:
            glyphs = [cmap[ord(c)] for c in line]
            total = sum(advances[g][0] for g in glyphs)
            total += sum(adjust(a, b) for a, b in zip(glyphs, glyphs[1:]))
            widths[weight][line] = total
    units = TTFont(Path(folder) / FILES["regular"])["head"].unitsPerEm
    print(json.dumps({
        "origin": "tests/oracles/font_widths.py, fontTools 4.60.1, Arimo of @expo-google-fonts/arimo 0.4.3",
        "unitsPerEm": units, "widths": widths,
    }, ensure_ascii=False, indent=1))


main(sys.argv[1])
