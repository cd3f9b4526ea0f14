"""Scaling to mean 0 and standard deviation 1."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from netspec.component import refuse, unset
from netspec.errors import DataError
from netspec.fields import Positive
from netspec.rows import Rows
from netspec.transforms import Affine, Normalization
from netspec.transforms._statistics import against_one_example, feature_count, moments

if TYPE_CHECKING:
    from numpy import ndarray


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


class Standardize(Normalization):
    """(x − mean) / std, feature by feature, for images channel by channel; a constant feature is only shifted. DL4J's NormalizerStandardize.

    Where the range of values is known (images: 0 to 255), it is mapped to [0, 1] first, so that mean and std are said as in
    torchvision's Normalize; what is learned from the training examples is not changed by that.
    """

    type: Literal["standardize"] = "standardize"

    mean: Annotated[tuple[float, ...], BeforeValidator(_several), Field(min_length=1)] = unset()
    """What becomes 0: a number, or one for each feature or channel; the training examples' own mean when nothing is said."""

    std: Annotated[tuple[Positive, ...], BeforeValidator(_several), Field(min_length=1)] = unset()
    """What becomes 1: a number above 0, or one for each feature or channel; the training examples' own deviation when nothing is said."""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.mean) != bool(self.std):
            raise refuse("must say mean and std together, or neither", kind="component")
        return self

    def fit(self, features: Rows, value_range: tuple[float, float] | None) -> Affine:
        """Learn mean and deviation, or take those said.

        Raises: DataError when other than one, or as many as there are features, were said.
        """
        import numpy as np

        if not self.mean:
            found = moments(features)
            mean, std = found.mean, np.where(found.deviation == 0, 1.0, found.deviation)
        else:
            low, high = value_range or (0.0, 1.0)
            mean = low + self._said("mean", features) * (high - low)
            std = self._said("std", features) * (high - low)
        return Affine(against_one_example(1 / std, features), against_one_example(-mean / std, features))

    def _said(self, field: str, features: Rows) -> "ndarray":
        import numpy as np

        said, count = getattr(self, field), feature_count(features)
        if len(said) not in {1, count}:
            raise DataError(f"normalize.{field} must be one number or {count}, one for each feature or channel of the data, got {len(said)}")
        return np.array(said, np.float64)
