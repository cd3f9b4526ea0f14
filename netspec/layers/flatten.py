"""From images, volumes and sequences to flat vectors."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, Layer
from netspec.shapes import GRIDS, FeedForward, Shape, count

if TYPE_CHECKING:
    from torch import nn


class Flatten(Layer):
    """Lays the values of one example in a row: channels first, a sequence step by step. Shape: C×H×W → C·H·W; T×F → T·F, where T is known.

    DL4J's CnnToFeedForward and Cnn3DToFeedForward preprocessors.
    """

    type: Literal["flatten"] = "flatten"
    takes = (*GRIDS, FeedForward)
    zeroes_masked = "input"

    def infer(self, *inputs: Shape) -> Inferred:
        """C×H×W → C·H·W."""
        size = count(inputs[0])
        if size is None:
            raise Refused("", "must have a sequence of known length as input", got=inputs[0], help="global_pooling makes one vector of any number of steps")
        return Inferred(FeedForward(size))

    def build(self, *inputs: Shape) -> "nn.Module":
        """torch's Flatten."""
        from torch import nn

        return nn.Flatten()
