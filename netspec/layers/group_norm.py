"""Group normalisation."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from netspec.errors import Refused
from netspec.fields import Size
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, features

if TYPE_CHECKING:
    from torch import nn


class GroupNorm(WeightedLayer):
    """gamma·(x − mean)/√(var + epsilon) + beta, with mean and variance of each example's groups of channels; no batch is needed.

    Shape: any → the same. Source: Wu & He, ECCV 2018.
    """

    type: Literal["group_norm"] = "group_norm"
    takes = (Convolutional, Convolutional3D, FeedForward)

    groups: Size
    """Groups of channels that share a mean and a variance; the channels must be divisible by it. 1 takes all together."""

    epsilon: float = Field(default=1e-5, gt=0)
    """Added to the variance before the root."""

    def infer(self, *inputs: Convolutional | Convolutional3D | FeedForward) -> Inferred:
        """Any shape stays as it is; gamma and beta have one value for each channel."""
        channels = features(inputs[0])
        if channels % self.groups:
            raise Refused("groups", f"must divide the input's channels ({channels})", got=self.groups)
        return Inferred(inputs[0], {name: Parameter((channels,), "gain") for name in ("weight", "bias")})

    def build(self, *inputs: Convolutional | Convolutional3D | FeedForward) -> "nn.Module":
        """torch's GroupNorm."""
        from torch import nn

        return nn.GroupNorm(self.groups, features(inputs[0]), self.epsilon)
