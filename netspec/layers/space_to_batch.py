"""Blocks of an image as examples."""

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Sizes
from netspec.layers import Inferred, NoisyLayer
from netspec.layers._borders import Ends, ends
from netspec.shapes import Convolutional
from netspec.windows import each

if TYPE_CHECKING:
    from torch import nn


class SpaceToBatch(NoisyLayer):
    """The cells at each place (i, j) of all blocks as an image of its own: row (i·width + j)·N + n holds them of example n.

    Shape: C×H×W → C×(H/height)×(W/width) of the padded image, in as many rows more as a block has cells. DL4J's SpaceToBatchLayer.
    """

    type: Literal["space_to_batch"] = "space_to_batch"
    takes = (Convolutional,)

    blocks: Sizes
    """Height and width of a block, in cells: one number, or one for each."""

    padding: Ends = (0,)
    """Zeros added first: one number for all ends, one for each axis, or [top, bottom, left, right]."""

    def infer(self, *inputs: Convolutional) -> Inferred:
        """C×H×W → C×(H/height)×(W/width)."""
        image, blocks = inputs[0], each("blocks", self.blocks, inputs[0])
        padded = [side + sum(both) for side, both in zip((image.height, image.width), ends("padding", self.padding, image), strict=True)]
        for name, size, block in zip(image.axes, padded, blocks, strict=True):
            if size % block:
                raise Refused("blocks", f"must divide {name}, padded {size}", got=block)
        return Inferred(Convolutional(image.channels, padded[0] // blocks[0], padded[1] // blocks[1]), rows=Fraction(blocks[0] * blocks[1]))

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """netspec's."""
        from netspec.modules.space_to_batch import SpaceToBatch as Module

        height, width = each("blocks", self.blocks, inputs[0])
        return Module((height, width), ends("padding", self.padding, inputs[0]))
