"""Scaling to a range."""

from typing import Literal, Self

from pydantic import model_validator

from netspec.component import refuse
from netspec.rows import Rows
from netspec.transforms import Affine, Normalization
from netspec.transforms._statistics import against_one_example, extremes


class Scale(Normalization):
    """low + (x − min) / (max − min) · (high − low); a constant feature becomes low. DL4J's ImagePreProcessingScaler and NormalizerMinMaxScaler.

    min and max are what the data can hold where that is known (images: 0 and 255), else the training examples' own, feature by
    feature (images: channel by channel).
    """

    type: Literal["scale"] = "scale"

    low: float = 0.0
    """What the smallest value becomes."""

    high: float = 1.0
    """What the largest value becomes; above low."""

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.low >= self.high:
            raise refuse(f"must be less than high, which is {self.high:g}", at=("low",), got=self.low)
        return self

    def fit(self, features: Rows, value_range: tuple[float, float] | None) -> Affine:
        """Learn min and max."""
        import numpy as np

        smallest, largest = (np.array([bound]) for bound in value_range) if value_range else extremes(features)
        width = largest - smallest
        factor = (self.high - self.low) / np.where(width == 0, 1.0, width)
        return Affine(against_one_example(factor, features), against_one_example(self.low - smallest * factor, features))
