"""Dropout that keeps mean and variance."""

from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropping
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import nn


class Alpha(Dropping):
    """Sets each value to −λα with probability `rate`, then a·x + b so that mean 0 and variance 1 stay; made for selu.

    a = 1/√(q + λ²α²·q·rate), b = a·λα·rate, with q = 1 − rate. Source: Klambauer et al., NeurIPS 2017; DL4J's AlphaDropout.
    """

    type: Literal["alpha"] = "alpha"

    def build(self, shape: Shape) -> "nn.Module":
        """torch's AlphaDropout."""
        from torch import nn

        return nn.AlphaDropout(self.rate.start)
