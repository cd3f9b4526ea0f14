"""Plain dropout."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropping
from netspec.initializers import Distribution
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import Tensor, nn


class PlainDropout(Dropping):
    """Zeroes each value with probability `rate` and divides the rest by 1 − rate. Source: Srivastava et al., JMLR 2014."""

    type: Literal["dropout"] = "dropout"
    made_of = Distribution("uniform", 0, 1)

    def build(self, shape: Shape) -> "nn.Module":
        """torch's Dropout."""
        from torch import nn

        return nn.Dropout(self.rate.start)

    def apply(self, input: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """Kept where the number is below 1 − rate."""
        keep = 1 - now["p"]
        return input * (drawn < keep) / keep
