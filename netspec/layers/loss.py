"""A loss without weights."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.scored import WithLoss
from netspec.shapes import GRIDS, FeedForward, Shape

if TYPE_CHECKING:
    from torch import nn


class LossLayer(WithLoss):
    """loss(activation(x), labels), summed over the steps of a sequence and the positions of an image or a volume.

    Shape: any → the same. DL4J's LossLayer, RnnLossLayer, CnnLossLayer, Cnn3DLossLayer.
    """

    type: Literal["loss"] = "loss"
    takes = (FeedForward, *GRIDS)

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Shape) -> "nn.Module":
        """Hands its input on: its activation and loss are applied after the network."""
        from torch import nn

        return nn.Identity()
