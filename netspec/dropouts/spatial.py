"""Dropout of whole channels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropping
from netspec.errors import Refused
from netspec.initializers import Distribution
from netspec.schedules import Probability
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Shape

if TYPE_CHECKING:
    from torch import Tensor, nn


class Spatial(Dropping):
    """Zeroes whole channels, of sequences features over all steps, with probability `rate` and divides the rest by 1 − rate.

    Source: Tompson et al., CVPR 2015; DL4J's SpatialDropout.
    """

    type: Literal["spatial"] = "spatial"
    made_of = Distribution("uniform", 0, 1)
    by_channel = True

    rate: Probability
    """Probability of dropping a channel, in [0, 1), or a schedule."""

    def check(self, shape: Shape) -> None:
        """A flat vector has no channels to drop."""
        if isinstance(shape, FeedForward):
            rule = f"must have an image, a volume or a sequence as input, got {shape.kind} ({shape})"
            raise Refused("", rule, help="use a plain dropout: {type: dropout, rate: 0.5}")

    def build(self, shape: Shape) -> "nn.Module":
        """torch's Dropout2d or Dropout3d; for sequences netspec's module of this name."""
        from torch import nn

        from netspec.modules.spatial import Spatial as Module

        if isinstance(shape, Convolutional):
            return nn.Dropout2d(self.rate.start)
        return nn.Dropout3d(self.rate.start) if isinstance(shape, Convolutional3D) else Module(self.rate.start)

    def apply(self, input: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """Kept where the channel's number is below 1 − rate."""
        keep = 1 - now["p"]
        return input * (drawn < keep) / keep
