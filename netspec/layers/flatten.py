"""From images and volumes to flat vectors."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, Layer
from netspec.shapes import Convolutional, Convolutional3D, FeedForward

if TYPE_CHECKING:
    from torch import nn


class Flatten(Layer):
    """Lays the values of one example in a row, channels first. Shape: C×H×W → C·H·W. DL4J's CnnToFeedForward preprocessor."""

    type: Literal["flatten"] = "flatten"
    takes = (Convolutional, Convolutional3D, FeedForward)

    def infer(self, *inputs: Convolutional | Convolutional3D | FeedForward) -> Inferred:
        """C×H×W → C·H·W."""
        return Inferred(FeedForward(inputs[0].size))

    def build(self, *inputs: Convolutional | Convolutional3D | FeedForward) -> "nn.Module":
        """torch's Flatten."""
        from torch import nn

        return nn.Flatten()
