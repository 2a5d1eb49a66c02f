# /// script
# requires-python = ">=3.11"
# dependencies = ["safetensors==0.6.2", "numpy==2.4.6"]
# ///
"""A safetensors file of the reference implementation for lib/io/safetensors.ts.

Run from the root of the project: `uv run tests/oracles/weights.py`. It
writes tests/golden/io/reference.safetensors; given a path as argument, it
prints what that file holds instead, to check files that we wrote.
"""

import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

if len(sys.argv) > 1:
    with safe_open(sys.argv[1], "np") as file:
        print(file.metadata())
        for name in file.keys():
            tensor = file.get_tensor(name)
            print(name, tensor.dtype, tensor.shape, tensor.ravel()[:4])
else:
    save_file(
        {
            "filter": np.arange(12, dtype=np.float32).reshape(2, 3, 2) / 8,
            "moments": np.array([1e-300, np.pi], dtype=np.float64),
        },
        "tests/golden/io/reference.safetensors",
        {"format": "reference", "architecture": '{"depth": 3}'},
    )
