"""Transforms: how features are scaled before the network sees them.

Every one is affine, feature by feature or channel by channel (x·factor + offset), learned from the training
examples alone, so a batch is prepared by one multiplication on the training device.
"""

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netspec.component import Component
from netspec.rows import Rows

if TYPE_CHECKING:
    from numpy import ndarray


class Affine(NamedTuple):
    """x·factor + offset; both broadcast against one example (images: C×1×1)."""

    factor: "ndarray"
    offset: "ndarray"


class Transform(Component):
    """A scaling of features, fitted on the training examples."""

    family: ClassVar[str] = "transforms"
    noun: ClassVar[str] = "normalisation"

    def fit(self, features: Rows, value_range: tuple[float, float] | None) -> Affine:
        """Learn the scaling from training features (N × example sizes); `value_range` is known for images."""
        raise NotImplementedError
