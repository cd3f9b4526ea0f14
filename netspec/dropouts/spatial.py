"""Dropout of whole channels."""

from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropout
from netspec.errors import Refused
from netspec.fields import Fraction
from netspec.shapes import Convolutional, Shape

if TYPE_CHECKING:
    from torch import nn


class Spatial(Dropout):
    """Zeroes whole channels with probability `rate` and divides the rest by 1 − rate. Source: Tompson et al., CVPR 2015."""

    type: Literal["spatial"] = "spatial"

    rate: Fraction
    """Probability of dropping a channel, in [0, 1)."""

    def check(self, shape: Shape) -> None:
        """Only images have channels to drop."""
        if not isinstance(shape, Convolutional):
            raise Refused("", f"must have an image as input, got {shape.kind} ({shape})", help="use a plain dropout: {type: dropout, rate: 0.5}")

    def build(self, shape: Shape) -> "nn.Module":
        """torch's Dropout2d."""
        from torch import nn

        return nn.Dropout2d(self.rate)
