"""Dropout that keeps mean and variance."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropping
from netspec.initializers import Distribution
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import Tensor, nn

_LOWEST = -1.0507009873554805 * 1.6732632423543772
"""−λα of selu, where it ends on the left."""


class Alpha(Dropping):
    """Sets each value to −λα with probability `rate`, then a·x + b so that mean 0 and variance 1 stay; made for selu.

    a = 1/√(q + λ²α²·q·rate), b = a·λα·rate, with q = 1 − rate. Source: Klambauer et al., NeurIPS 2017; DL4J's AlphaDropout.
    """

    type: Literal["alpha"] = "alpha"
    made_of = Distribution("uniform", 0, 1)

    def build(self, shape: Shape) -> "nn.Module":
        """torch's AlphaDropout."""
        from torch import nn

        return nn.AlphaDropout(self.rate.start)

    def apply(self, input: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """Kept where the number is at most 1 − rate."""
        keep = 1 - now["p"]
        scale: float = (keep + _LOWEST**2 * keep * now["p"]) ** -0.5
        return (input - _LOWEST).mul(drawn <= keep).add(_LOWEST).mul(scale) - scale * now["p"] * _LOWEST
