"""Small data sets that are part of the package, so that they can be had anywhere; their sources stand in `files/CREDITS.md`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray


def read_shipped(name: str) -> "tuple[ndarray, ndarray]":
    """Features (N×F, float64) and class indices (N, int64) of `files/<name>.csv.gz`."""
    import gzip
    from importlib.resources import files

    import numpy as np

    packed = files("netspec.datasets").joinpath("files", f"{name}.csv.gz").read_bytes()
    rows = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), delimiter=",")
    return rows[:, :-1], rows[:, -1].astype(np.int64)
