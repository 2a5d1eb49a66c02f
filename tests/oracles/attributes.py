# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.2.6", "scikit-image==0.25.2"]
# ///
"""Properties of labels by scikit-image's regionprops, for tests/attributes/regionprops_test.ts.

Labels and grey levels come from a hash of the voxel's place, which the test
repeats. Writes tests/golden/attributes/regionprops.json.
"""
import json
from pathlib import Path

import numpy as np
from skimage.measure import regionprops

SHAPE = (20, 22, 26)
SPACING = (0.5, 0.35, 0.3)


def mix(z, y, x, salt):
    h = (z * 73856093 ^ y * 19349663 ^ x * 83492791 ^ salt * 2654435761) & 0xFFFFFFFF
    h = ((h ^ h >> 15) * 0x2C1B3C6D) & 0xFFFFFFFF
    h = ((h ^ h >> 12) * 0x297A2D39) & 0xFFFFFFFF
    return h ^ h >> 15


labels = np.zeros(SHAPE, dtype=np.int64)
grey = np.zeros(SHAPE)
for z, y, x in np.ndindex(*SHAPE):
    labels[z, y, x] = mix(z // 3, y // 4, x // 5, 1) % 9
    grey[z, y, x] = mix(z, y, x, 2) % 251

rows = []
for p in regionprops(labels, intensity_image=grey, spacing=SPACING):
    rows.append(
        {
            "label": int(p.label),
            "volume_um3": float(p.area),
            "centroid_um": [float(c) for c in p.centroid],
            "inertia_um2": [[float(v) for v in row] for row in p.inertia_tensor],
            "box": [int(b) for b in p.bbox],
            "mean": float(p.mean_intensity),
        }
    )
golden = Path(__file__).parent.parent / "golden" / "attributes"
(golden / "regionprops.json").write_text(json.dumps({"origin": "scikit-image 0.25.2, tests/oracles/attributes.py", "rows": rows}, indent=1) + "\n")
