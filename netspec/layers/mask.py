"""Zero where a mask is."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, Layer
from netspec.shapes import FeedForward, Recurrent, Shape

if TYPE_CHECKING:
    from torch import nn


class Mask(Layer):
    """x where its mask is 1, and 0 where it is 0. Shape: any → the same. DL4J's MaskLayer."""

    type: Literal["mask"] = "mask"
    takes = (Recurrent, FeedForward)
    zeroes_masked = "both"

    def infer(self, *inputs: Shape) -> Inferred:
        """As it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Shape) -> "nn.Module":
        """The network makes it 0."""
        from torch import nn

        return nn.Identity()
