"""A loss without weights."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, ScoredLayer
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from torch import nn


class LossLayer(ScoredLayer):
    """loss(activation(x), labels). Shape: F → F. DL4J's LossLayer."""

    type: Literal["loss"] = "loss"
    takes = (FeedForward,)

    def infer(self, *inputs: FeedForward) -> Inferred:
        """F → F."""
        return Inferred(inputs[0])

    def build(self, *inputs: FeedForward) -> "nn.Module":
        """Hands its input on: its activation and loss are applied after the network."""
        from torch import nn

        return nn.Identity()
