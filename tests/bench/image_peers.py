"""The peers' side of the pairs of image.ts: name, edge, percentage of solid, output file."""

import json
import os
import sys
import time

import numpy as np
from memory import peak_megabytes

name, edge, percent, output = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
shape = (edge, edge, edge)


def draw_balls(image, seed, smallest, radii, share, paint):
    """Draws balls until they have changed a share of the voxels; paint gives the new values where it does."""
    state, painted, ball = seed, 0, 0

    def draw():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return state / 2**32

    while painted < share * image.size:
        ball += 1
        c = [int(edge * draw()) for _ in range(3)]
        r = smallest + int(radii * draw())
        box = tuple(slice(max(0, p - r), min(edge - 1, p + r) + 1) for p in c)
        z, y, x = np.ogrid[box]
        inside = (z - c[0]) ** 2 + (y - c[1]) ** 2 + (x - c[2]) ** 2 <= r * r
        change, value = paint(image[box], ball)
        change = inside & change
        painted += int(np.count_nonzero(change))
        image[box][change] = value
    return image


def balls(share):
    return draw_balls(np.zeros(shape, np.uint8), 1, 10, 13, share, lambda part, ball: (part == 0, 1))


def numbered_balls(share):
    return draw_balls(np.zeros(shape, np.int32), 1, 10, 13, share, lambda part, ball: (part == 0, ball))


def porous_balls():
    return draw_balls(mask.copy(), 2, 2, 4, 0.02, lambda part, ball: (part != 0, 0))


def crofton(inside):
    """Surface by the directional shares that Lehmann and Legland (doi:10.54294/bqnw9c) print."""
    part, area = np.pad(inside, 1), 0.0
    for dz, dy, dx in ((z, y, x) for z in (0, 1) for y in (-1, 0, 1) for x in (-1, 0, 1)):
        if not (dz > 0 or dy > 0 or (dy == 0 and dx > 0)):
            continue
        length = np.sqrt(dz * dz + dy * dy + dx * dx)
        share = 2 * {1: 0.04577789120476, 2: 0.03698062787608, 3: 0.03519563978232}[round(length**2)]
        crossings = np.count_nonzero(part != np.roll(part, (dz, dy, dx), (0, 1, 2)))
        area += crossings * 2 * share / length
    return area


def texture(dtype):
    i = np.arange(edge**3, dtype=np.uint32)
    h = (i ^ (i >> np.uint32(15))) * np.uint32(2654435769)
    return (h >> np.uint32(32 - 8 * np.dtype(dtype).itemsize)).astype(dtype).reshape(shape)


def blocks(mask):
    z, y, x = (np.arange(edge) // 32 for _ in range(3))
    side = -(-edge // 32)
    label = (z[:, None, None] * side + y[:, None]) * side + x + 1
    return np.where(mask, label, 0).astype(np.uint32)


mask = balls(percent / 100)
if name == "distance":
    import edt

    def run():
        return edt.edt(mask, parallel=os.cpu_count())
elif name == "distanceSciPy":
    from scipy import ndimage as ndi

    def run():
        return ndi.distance_transform_edt(mask)
elif name in ("components6SciPy", "components26SciPy"):
    from scipy import ndimage as ndi

    structure = ndi.generate_binary_structure(3, 1 if name == "components6SciPy" else 3)

    def run():
        return ndi.label(mask, structure)[0]
elif name in ("components6", "components26"):
    import cc3d

    def run():
        # Labels of 32 bits, as ours.
        return cc3d.connected_components(mask, connectivity=int(name[10:]), out_dtype=np.uint32)
elif name.startswith("median"):
    from scipy import ndimage as ndi

    noise = texture(np.uint8 if name == "median8" else np.uint16)

    def run():
        return ndi.median_filter(noise, 3, mode="nearest")
elif name == "fillHoles":
    from scipy import ndimage as ndi

    porous = porous_balls()

    def run():
        return ndi.binary_fill_holes(porous)
elif name == "surfaces":
    from skimage.measure import marching_cubes, mesh_surface_area, regionprops

    labels = numbered_balls(percent / 100)

    def run():
        areas = []
        for region in regionprops(labels):
            vertices, faces, _, _ = marching_cubes(np.pad(region.image, 1).astype(np.float32), 0.5)
            areas.append(mesh_surface_area(vertices, faces))
        return np.array(areas)
elif name == "closing":
    from scipy import ndimage as ndi

    def run():
        padded = np.pad(mask, 10)
        dilated = ndi.distance_transform_edt(padded == 0) <= 10
        # Beyond the pad nothing is known, as inside our closing.
        return (ndi.distance_transform_edt(dilated) > 10)[10:-10, 10:-10, 10:-10]
elif name == "statistics":
    from skimage.measure import regionprops_table

    labels, grey = blocks(mask).astype(np.int32), texture(np.uint8)

    def run():
        t = regionprops_table(
            labels, grey,
            properties=("label", "area", "bbox", "centroid", "inertia_tensor", "mean_intensity"),
        )
        box, centroid, inertia = (
            np.stack([t[key] for key in keys], 1).ravel()
            for keys in (
                [f"bbox-{k}" for k in range(6)],
                [f"centroid-{k}" for k in range(3)],
                [f"inertia_tensor-{k}-{k}" for k in range(3)],
            )
        )
        box = box.reshape(-1, 2, 3).transpose(1, 0, 2).ravel()
        return np.concatenate([t["area"], box, centroid, inertia, t["mean_intensity"]])
elif name == "places":
    import cc3d

    labels = blocks(mask)

    def run():
        s = cc3d.statistics(labels)
        there = np.flatnonzero(s["voxel_counts"])
        there = there[there > 0]
        boxes = [s["bounding_boxes"][i] for i in there]
        return np.concatenate([
            s["voxel_counts"][there],
            np.array([[part.start for part in box] for box in boxes]).ravel(),
            np.array([[part.stop for part in box] for box in boxes]).ravel(),
            s["centroids"][there].ravel(),
        ])
elif name == "watershed":
    import edt
    from skimage.segmentation import watershed

    labels = blocks(mask)
    image = -edt.edt(mask, parallel=os.cpu_count())
    at = np.arange(edge) % 32
    inside = (at > 0) & (at < 31)
    labels[~inside | (at < 16)] = labels[:, ~inside] = labels[:, :, ~inside] = 0
    found, first = np.unique(labels, return_index=True)
    markers = np.zeros(shape, np.int32)
    markers.flat[first[found > 0]] = found[found > 0]
    # Levels of their own around markers: those of one level come in no certain order.
    for step in (0, 1, -1, edge, -edge, edge * edge, -edge * edge):
        image.flat[first[found > 0] + step] -= found[found > 0] / 2**18

    def run():
        return watershed(image, markers, mask=mask)
else:
    raise ValueError(name)

slow = name in ("distanceSciPy", "median8", "median16", "closing", "watershed")
repetitions = 5 if not slow else 3 if edge <= 256 else 1
seconds = []
for _ in range(repetitions):
    start = time.perf_counter()
    result = run()
    seconds.append(time.perf_counter() - start)
    if len(seconds) == 1:
        mb = peak_megabytes()
if name == "surfaces":
    # Of each by the formula that ours takes, and the sum by the peer's own.
    result = np.array([*(crofton(region.image) for region in regionprops(labels)), result.sum()])
if name.startswith("components"):
    # Numbered in the order of the scan, as ours.
    values, first, inverse = np.unique(result, return_index=True, return_inverse=True)
    order = np.empty(len(values), np.uint32)
    foreground = np.argsort(np.where(values == 0, -1, first))
    order[foreground] = np.arange(len(values))
    result = order[inverse]
dtype = {
    "distance": np.float32,
    "distanceSciPy": np.float32,
    "statistics": np.float64,
    "surfaces": np.float64,
    "fillHoles": np.uint8,
    "places": np.float64,
    "watershed": np.uint32,
    "median8": np.uint8,
    "median16": np.uint16,
    "closing": np.uint8,
}.get(name, np.uint32)
np.ascontiguousarray(result, dtype).tofile(output)
print(json.dumps({"seconds": seconds, "mb": mb}))
