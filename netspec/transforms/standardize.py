"""Scaling to mean 0 and standard deviation 1."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from netspec.component import refuse, unset
from netspec.fields import Positive
from netspec.rows import Rows
from netspec.transforms import Affine, Normalization
from netspec.transforms._statistics import against_one_example, moments, several, stated


class Standardize(Normalization):
    """(x − mean) / std, feature by feature, for images channel by channel; a constant feature is only shifted. DL4J's NormalizerStandardize.

    Where the range of values is known (images: 0 to 255), it is mapped to [0, 1] first, so that mean and std are said as in
    torchvision's Normalize; what is learned from the training examples is not changed by that.
    """

    type: Literal["standardize"] = "standardize"

    mean: Annotated[tuple[float, ...], BeforeValidator(several), Field(min_length=1)] = unset()
    """What becomes 0: a number, or one for each feature or channel; the training examples' own mean when nothing is said."""

    std: Annotated[tuple[Positive, ...], BeforeValidator(several), Field(min_length=1)] = unset()
    """What becomes 1: a number above 0, or one for each feature or channel; the training examples' own deviation when nothing is said."""

    values: Literal["unit", "stored"] = "unit"
    """What mean and std are said of where the range of values is known: unit, the values mapped to [0, 1]; stored, the values as they are stored."""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.mean) != bool(self.std):
            raise refuse("must say mean and std together, or neither", kind="untyped", help="for example mean: 0.5, std: 0.25")
        return self

    def of_stored(self) -> "Standardize":
        """The same with mean and std said of the values as they are stored."""
        return self.model_copy(update={"values": "stored"})

    def fit(self, features: Rows, value_range: tuple[float, float] | None) -> Affine:
        """Learn mean and deviation, or take those said.

        Raises: DataError when other than one, or as many as there are features, were said.
        """
        import numpy as np

        if not self.mean:
            found = moments(features)
            mean, std = (against_one_example(values, features) for values in (found.mean, np.where(found.deviation == 0, 1.0, found.deviation)))
        else:
            low, high = (value_range if self.values == "unit" else None) or (0.0, 1.0)
            mean = low + stated("mean", self.mean, features) * (high - low)
            std = stated("std", self.std, features) * (high - low)
        return Affine(1 / std, -mean / std)
