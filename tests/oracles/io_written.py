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
"""Opens with nibabel, tifffile and Pillow what lib/io writes.

Run from the root of the project: `uv run tests/oracles/io_written.py`. It has
tests/oracles/io_write.ts write one file of each type and format to a temporary
folder, and fails if a program finds other voxels, spacing, unit or type.
"""

import subprocess
import tempfile
from pathlib import Path

import nibabel as nib
import numpy as np
import tifffile
from PIL import Image

INDEX = np.arange(60).reshape(3, 4, 5)
SPACING = (0.3, 0.2, 0.1)  # z, y, x in micrometres


def main():
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["deno", "run", "-A", "tests/oracles/io_write.ts", name], check=True)
        folder = Path(name)
        for dtype in ("uint8", "uint16", "int16", "uint32", "float32"):
            expected = (INDEX * (0.5 if dtype == "float32" else 1)).astype(dtype)
            for ending in (".nii", ".nii.gz"):
                image = nib.load(folder / (dtype + ending))
                assert image.get_data_dtype() == dtype
                assert image.header.get_xyzt_units()[0] == "micron"
                assert np.allclose(image.header.get_zooms(), SPACING[::-1])
                assert np.allclose(image.affine, np.diag([*SPACING[::-1], 1]))
                assert (image.get_qform() == image.get_sform()).all()
                assert np.array_equal(np.asanyarray(image.dataobj).T, expected)
            with tifffile.TiffFile(folder / (dtype + ".tif")) as file:
                assert file.is_imagej and file.series[0].axes == "ZYX"
                assert file.imagej_metadata["unit"] == "micron"
                assert file.imagej_metadata["spacing"] == SPACING[0]
                for tag, spacing in (("YResolution", SPACING[1]), ("XResolution", SPACING[2])):
                    pixels, length = file.pages[0].tags[tag].value
                    assert np.isclose(length / pixels, spacing)
                found = file.asarray()
                assert found.dtype == dtype and np.array_equal(found, expected)
        layer = nib.load(folder / "slice.nii.gz")
        assert layer.shape == (5, 4) and np.allclose(layer.header.get_zooms(), (0.1, 0.2))
        assert np.array_equal(tifffile.imread(folder / "slice.tif"), INDEX[1])
        assert np.array_equal(np.asarray(Image.open(folder / "slice.png")), INDEX[1])
    print("nibabel, tifffile and Pillow open what lib/io writes")


main()
