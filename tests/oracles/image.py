# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1", "scikit-image==0.26.0", "stardist==0.9.2"]
# ///
"""Writes tests/golden/image/peers.json and tests/golden/segmentation/matching.json.

Inputs are drawn by a linear congruential generator that the tests repeat, so
that only the peers' answers are stored. Run from the root of the project:
python tests/oracles/image.py
"""

import json
from importlib.metadata import version

import numpy as np
from scipy import ndimage as ndi
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed
from stardist.matching import matching


def draws(count, seed):
    state, out = seed, np.empty(count)
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = state / 2**32
    return out


def rounded(a):
    return [float(f"{x:.7g}") for x in np.asarray(a, float).ravel()]


def whole(a):
    return [int(x) for x in np.asarray(a).ravel()]


cases = []
for shape, spacing, seed in [
    ((6, 9, 11), (0.3, 0.1, 0.2), 1),
    ((5, 7, 8), (0.1, 0.1, 0.1), 2),
    ((13, 17), (0.1, 0.25), 3),
    ((1, 1), (1.0, 1.0), 4),
]:
    n = int(np.prod(shape))
    grey = np.floor(256 * draws(n, seed)).astype(np.uint8).reshape(shape)
    smooth = ndi.gaussian_filter(grey.astype(np.float32), 1).reshape(shape)
    mask = (smooth > np.median(smooth)).astype(np.uint8)
    real = draws(n, seed + 100).astype(np.float32).reshape(shape)
    dim = len(shape)
    corners = ndi.generate_binary_structure(dim, dim)
    markers = np.zeros(shape, np.int32)
    for k, at in enumerate(whole(np.floor(n * draws(6, seed + 200)))):
        markers.flat[at] = k + 1
    # Few levels, so that basins without a marker and ties abound; markers have
    # levels of their own, as those of one level come in no certain order.
    steps = np.where(markers > 0, -markers, np.floor(4 * real)).astype(np.float32)
    case = {
        "shape": shape,
        "spacing_um": spacing,
        "seed": seed,
        "mask": whole(mask),
        "median": whole(ndi.median_filter(grey, 3)),
        "gaussian": rounded(
            ndi.gaussian_filter(real, [0.2 / s for s in spacing])
        ),
        "faces": whole(ndi.label(mask)[0]),
        "corners": whole(ndi.label(mask, corners)[0]),
        "filled": whole(ndi.binary_fill_holes(mask)),
        "markers": whole(markers),
        "watershed": whole(watershed(real, markers, mask=mask)),
        "watershedSteps": whole(watershed(steps, markers, mask=mask)),
    }
    if 0 < mask.sum() < n:
        case["distance"] = rounded(
            ndi.distance_transform_edt(mask, sampling=spacing)
        )
    if n > 1:
        case["otsu"] = float(threshold_otsu(grey))
        case["otsuFloat"] = float(threshold_otsu(real))
    cases.append(case)

versions = {p: version(p) for p in ["numpy", "scipy", "scikit-image", "stardist"]}
with open("tests/golden/image/peers.json", "w") as f:
    json.dump({"origin": versions, "cases": cases}, f)
    f.write("\n")

scores = []
for seed in range(1, 7):
    shape = (24, 31)
    y, x = np.mgrid[: shape[0], : shape[1]]
    images = []
    for k in range(2):
        image = np.zeros(shape, np.int32)
        centres = draws(36, seed)
        jitter = draws(36, seed + 50) - 0.5
        for i in range(12):
            cy = shape[0] * centres[3 * i] + k * 4 * jitter[3 * i]
            cx = shape[1] * centres[3 * i + 1] + k * 4 * jitter[3 * i + 1]
            r = 2 + 4 * centres[3 * i + 2] + k * 2 * jitter[3 * i + 2]
            if (seed + i + k) % 5:
                image[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = 3 * i + 2
        images.append(image)
    for threshold in [0.1, 0.3, 0.5, 0.7, 0.9]:
        m = matching(*images, thresh=threshold)
        scores.append({
            "seed": seed,
            "threshold": threshold,
            "tp": int(m.tp), "fp": int(m.fp), "fn": int(m.fn),
            "precision": float(m.precision),
            "recall": float(m.recall),
            "f1": float(m.f1),
            "averagePrecision": float(m.accuracy),
            "meanMatchedIou": float(m.mean_matched_score),
            "meanTrueIou": float(m.mean_true_score),
            "pq": float(m.panoptic_quality),
            "truth": whole(images[0]) if threshold == 0.1 else None,
            "found": whole(images[1]) if threshold == 0.1 else None,
        })
with open("tests/golden/segmentation/matching.json", "w") as f:
    json.dump({"origin": versions, "scores": scores}, f)
    f.write("\n")
