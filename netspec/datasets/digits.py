"""Small handwritten digits, shipped with netspec."""

from typing import Literal

from netspec.datasets import DataSet, Description, Examples, Loaded, Places
from netspec.datasets._shipped import read_shipped
from netspec.shapes import Convolutional

DARKEST = 16
"""Values are counts of dark pixels in 4×4 blocks, so 0 to 16."""


class Digits(DataSet):
    """1,797 gray images of 8×8, the digits 0 to 9; always there. Source: Alpaydin & Kaynak 1998, UCI, doi 10.24432/C50P49, CC BY 4.0."""

    type: Literal["digits"] = "digits"
    normalized_by = "scale"

    def describe(self, places: Places) -> Description:
        """One channel, ten classes, no test part."""
        return Description(Convolutional(1, 8, 8), classes=10, train=1797)

    def load(self, places: Places) -> Loaded:
        """The images as uint8, stretched from 0…16 to 0…255."""
        import numpy as np

        counts, labels = read_shipped("digits")
        pixels = np.rint(counts * 255 / DARKEST).astype(np.uint8).reshape(-1, 1, 8, 8)
        return Loaded(Examples(pixels, labels), None, tuple("0123456789"), (0.0, 255.0))
