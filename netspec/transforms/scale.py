"""Scaling to a range."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from netspec.component import refuse, unset
from netspec.rows import Rows
from netspec.transforms import Affine, Normalization
from netspec.transforms._statistics import against_one_example, extremes, several, stated

if TYPE_CHECKING:
    from numpy import ndarray


class Scale(Normalization):
    """low + (x − min) / (max − min) · (high − low); a constant feature becomes low. DL4J's ImagePreProcessingScaler and NormalizerMinMaxScaler.

    min and max are those said, else what the data can hold where that is known (images: 0 and 255), else the training examples' own,
    feature by feature (images: channel by channel).
    """

    type: Literal["scale"] = "scale"

    low: float = 0.0
    """What the smallest value becomes."""

    high: float = 1.0
    """What the largest value becomes; above low."""

    min: Annotated[tuple[float, ...], BeforeValidator(several), Field(min_length=1)] = unset()
    """What becomes low: a number, or one for each feature or channel, of the values as they are stored; found in the data when nothing is said."""

    max: Annotated[tuple[float, ...], BeforeValidator(several), Field(min_length=1)] = unset()
    """What becomes high, likewise."""

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if bool(self.min) != bool(self.max):
            raise refuse("must say min and max together, or neither", kind="untyped", help="for example min: 0, max: 255")
        if self.min and (len(self.min) != len(self.max) or any(low > high for low, high in zip(self.min, self.max, strict=True))):
            raise refuse("must be as many numbers as min, none of them less", at=("max",), got=list(self.max))
        if self.low >= self.high:
            raise refuse(f"must be less than high, which is {self.high:g}", at=("low",), got=self.low)
        return self

    def fit(self, features: Rows, value_range: tuple[float, float] | None) -> Affine:
        """Learn min and max, or take those said. Raises: DataError when other than one, or as many as there are features, were said."""
        import numpy as np

        smallest, largest = self._bounds(features, value_range)
        width = largest - smallest
        factor = (self.high - self.low) / np.where(width == 0, 1.0, width)
        return Affine(factor, self.low - smallest * factor)

    def _bounds(self, features: Rows, value_range: tuple[float, float] | None) -> "tuple[ndarray, ndarray]":
        import numpy as np

        if self.min:
            return stated("min", self.min, features), stated("max", self.max, features)
        smallest, largest = (np.array([bound]) for bound in value_range) if value_range else extremes(features)
        return against_one_example(smallest, features), against_one_example(largest, features)
