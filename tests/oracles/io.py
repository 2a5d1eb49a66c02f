# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "nibabel==5.4.2",
#   "tifffile==2026.3.3",
#   "imagecodecs==2026.3.6",
#   "numpy==2.4.6",
#   "pillow==13.0.0",
# ]
# ///
"""Image files of other programs for the readers of lib/io.

Run from the root of the project: `uv run tests/oracles/io.py`. It writes
tests/golden/io/. Voxel number i of every image of shape (z, y, x) = (3, 4, 5)
is a simple function of i, which tests/io/fixtures.ts repeats.
"""

import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import tifffile
from PIL import Image

OUT = Path("tests/golden/io")
SHAPE = (3, 4, 5)
SPACING = (0.3, 0.2, 0.1)  # z, y, x in micrometres
INDEX = np.arange(60).reshape(SHAPE)

VALUES = {
    "int8": INDEX - 10,
    "uint8": INDEX * 4,
    "int16": INDEX * 1000 - 30000,
    "uint16": INDEX * 1000,
    "int32": INDEX * 1000 - 10,
    "uint32": INDEX * 70_000_000,
    "int64": INDEX * 70_000_000,
    "uint64": INDEX,
    "float32": INDEX * 0.5 - 3,
    "float64": INDEX * 0.5 - 3,
}


def nifti(name, array, unit="micron", scale=1.0, order="<", version=1, change=None):
    """Saves array [z, y, x] so that axes 1, 2, 3 of the file are x, y, z."""
    header = {1: nib.Nifti1Header, 2: nib.Nifti2Header}[version](endianness=order)
    header.set_data_dtype(array.dtype)
    header.set_data_shape(array.T.shape)
    zooms = [s * scale for s in SPACING[::-1]][: array.ndim]
    header.set_zooms(zooms + [1.0] * (array.T.ndim - len(zooms)))
    header.set_xyzt_units(xyz=unit)
    if change:
        change(header)
    kind = {1: nib.Nifti1Image, 2: nib.Nifti2Image}[version]
    nib.save(kind(array.T, None, header), OUT / name)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "slices").mkdir(parents=True)

    for name, values in VALUES.items():
        nifti(f"{name}.nii", values.astype(name))
        if name in ("int64", "uint64"):
            continue
        options = {"photometric": "minisblack", "metadata": None}
        tifffile.imwrite(OUT / f"{name}.tif", values.astype(name), **options)
        tifffile.imwrite(
            OUT / f"{name}_big_endian.tif", values.astype(name), byteorder=">", **options
        )

    u16 = VALUES["uint16"].astype("uint16")
    nifti("compressed.nii.gz", u16)
    nifti("big_endian.nii", u16, order=">")
    nifti("version_2.nii", u16, version=2)
    nifti("millimetres.nii", u16, unit="mm", scale=1e-3)
    nifti("metres.nii", u16, unit="meter", scale=1e-6)
    nifti("no_unit.nii", u16, unit=0)
    nifti("slice.nii", u16[1])
    nifti("one_time.nii", u16[None])
    nifti("two_times.nii", np.stack([u16, u16]))
    nifti("complex.nii", u16.astype("complex64"))

    scaled = nib.Nifti1Image(u16.T, None)
    scaled.header.set_xyzt_units(xyz="micron")
    scaled.header.set_zooms(SPACING[::-1])
    scaled.header.set_slope_inter(0.5, -3)
    nib.save(scaled, OUT / "scaled.nii")

    extended = nib.Nifti1Image(u16.T, None)
    extended.header.set_xyzt_units(xyz="micron")
    extended.header.set_zooms(SPACING[::-1])
    extended.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"sample 7"))
    nib.save(extended, OUT / "extension.nii")

    # The stack as ImageJ writes it: 1/0.1 and 1/0.2 pixels per micrometre.
    resolution = (1 / SPACING[2], 1 / SPACING[1])
    for name, unit in {"imagej": "um", "imagej_micro": "\\u00B5m", "imagej_inch": "inch"}.items():
        tifffile.imwrite(
            OUT / f"{name}.tif", u16, imagej=True, resolution=resolution,
            metadata={"axes": "ZYX", "spacing": SPACING[0], "unit": unit},
        )
    tifffile.imwrite(
        OUT / "imagej_default_axes.tif", u16, imagej=True, resolution=resolution,
        metadata={"spacing": SPACING[0], "unit": "micron"},
    )
    tifffile.imwrite(
        OUT / "imagej_hyperstack.tif", np.stack([u16, u16], 1), imagej=True,
        metadata={"axes": "ZCYX"},
    )
    tifffile.imwrite(
        OUT / "imagej_slice.tif", u16[1], imagej=True, resolution=resolution,
        metadata={"unit": "micron"},
    )

    # Large enough that LZW codes reach 12 bits and the table is cleared.
    y, x = np.mgrid[:64, :80]
    texture = ((x * 7919 + y * y * 104729) % 65521).astype("uint16")
    stack = {"photometric": "minisblack", "metadata": None}
    for name, options in {
        "plain": {"rowsperstrip": 10},
        "lzw": {"compression": "lzw", "rowsperstrip": 64},
        "lzw_predictor": {"compression": "lzw", "predictor": 2},
        "deflate": {"compression": "zlib", "rowsperstrip": 10},
        "deflate_predictor": {"compression": "zlib", "predictor": 2},
        "deflate_predictor_big_endian": {
            "compression": "zlib", "predictor": 2, "byteorder": ">",
        },
        "tiled": {"tile": (32, 48)},
        "tiled_deflate_predictor": {
            "tile": (32, 48), "compression": "zlib", "predictor": 2,
        },
    }.items():
        tifffile.imwrite(OUT / f"texture_{name}.tif", texture, **stack, **options)
    runs = (x // 40 + 2 * (y // 32)).astype("uint8")
    tifffile.imwrite(OUT / "runs_lzw.tif", runs, compression="lzw", **stack)
    tifffile.imwrite(OUT / "packbits.tif", runs, compression="packbits", **stack)

    u8 = VALUES["uint8"].astype("uint8")
    tifffile.imwrite(OUT / "bigtiff.tif", u8, bigtiff=True, **stack)
    tifffile.imwrite(OUT / "white_is_zero.tif", 255 - u8[1], photometric="miniswhite", metadata=None)
    tifffile.imwrite(OUT / "rgb.tif", np.stack([u8[1]] * 3, -1), photometric="rgb", metadata=None)
    Image.fromarray(u8[1] > 100).save(OUT / "one_bit.tif")
    Image.fromarray(u8[1]).convert("P").save(OUT / "palette.tif")
    with tifffile.TiffWriter(OUT / "two_sizes.tif") as writer:
        writer.write(u8[1], **stack)
        writer.write(u8[1, :3], **stack)
    for z in range(3):
        # 9, 10, 11: the order of names is not that of numbers.
        tifffile.imwrite(OUT / "slices" / f"s{z + 9}.tif", u16[z], **stack)

    Image.fromarray(u8[1]).save(OUT / "grey.png")
    Image.fromarray(u16[1]).save(OUT / "grey_16.png")
    Image.fromarray(np.stack([u8[1]] * 3, -1)).save(OUT / "grey_rgb.png")
    Image.fromarray(np.stack([u8[1]] * 3 + [u8[1] * 0 + 255], -1)).save(OUT / "grey_rgba.png")
    Image.fromarray(np.stack([u8[1]] * 3 + [u8[1]], -1)).save(OUT / "transparent.png")
    Image.fromarray(np.stack([u8[1], u8[1], u8[1] + 1], -1)).save(OUT / "colour.png")
    Image.fromarray(u8[1]).convert("P").save(OUT / "palette_grey.png")
    Image.fromarray(u8[1] > 100).save(OUT / "one_bit.png")

    for path in OUT.rglob("*.*"):
        assert path.stat().st_size < 20_000, path


main()
