"""Fisher's irises, shipped with netspec."""

from typing import Literal

from netspec.datasets import DataSet, Description, Examples, Loaded, Places
from netspec.datasets._shipped import read_shipped
from netspec.shapes import FeedForward


class Iris(DataSet):
    """150 irises of three species, lengths and widths of sepal and petal in cm; always there.

    Source: Fisher 1936, UCI, doi 10.24432/C56C76, CC BY 4.0.
    """

    type: Literal["iris"] = "iris"
    normalized_by = "standardize"

    def describe(self, places: Places) -> Description:
        """Four features, three classes, no test part."""
        return Description(FeedForward(4), classes=3, train=150)

    def load(self, places: Places) -> Loaded:
        """The measurements as float32."""
        import numpy as np

        features, labels = read_shipped("iris")
        return Loaded(Examples(features.astype(np.float32), labels), None, ("setosa", "versicolor", "virginica"))
